// The steps of the pass, in order.
#include "analysis/queries/queries.h"

#include "analysis/queries/builder.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

const QueryChain* QueryFlow::chain_at(Place place) const {
    const auto found = by_place_.find(place);
    return found == by_place_.end() ? nullptr : &chains_[found->second];
}

const QueryWeb* QueryFlow::annotated_web(Place place) const {
    const auto found = by_annotation_.find(place);
    return found == by_annotation_.end() ? nullptr : &webs_[found->second.value];
}

QueryFlow QueryFlowBuilder::build() {
    flow_.by_module_.resize(program_.modules.size());
    for (const FunctionInfo& function : symbols_.functions()) {
        const auto parameters = parameters_of(program_.module(function.module).tree.node(function.node));
        for (unsigned i = 0; i < parameters.size(); ++i)
            if (const DefinitionId made = symbols_.bindings(function.module).definition_at(parameters[i].name_node))
                parameter_slots_[{function.module, made}] = {function.id, i};
    }
    for (const auto& module : program_.modules)
        read_module(*module);
    find_boundaries();
    find_shapes();
    for (const auto& module : program_.modules)
        make_chains(*module);
    find_origins();
    unite();
    find_session_parameters();
    find_row_parameters();
    find_aliases();
    make_webs();
    find_refusals();
    for (const auto& module : program_.modules)
        find_unseen(*module);

    for (const auto& [value, refusal] : refusals_) {
        const auto web = web_of_root_.find(find_root(value));
        if (web == web_of_root_.end())
            continue;
        QueryWeb& refused = flow_.webs_[web->second.value];
        if (refused.refusal && refused.refusal_place < refusal.second)
            continue; // the first place speaks for all
        refused.refusal = refusal.first;
        refused.refusal_place = refusal.second;
    }
    // What a function that suits both gets from a refused web stays a Query there: its annotation too.
    std::set<std::uint32_t> fed_by_refused;
    for (const Move& move : moves_) {
        if (move.kind != MoveKind::argument || !polymorphic_.contains(move.to))
            continue;
        const auto from = web_of_root_.find(find_root(move.from));
        const auto to = web_of_root_.find(find_root(move.to));
        if (to != web_of_root_.end() && (from == web_of_root_.end() || flow_.webs_[from->second.value].refusal))
            fed_by_refused.insert(to->second.value);
    }
    for (QueryWeb& web : flow_.webs_)
        if (!web.refusal && !fed_by_refused.contains(web.id.value))
            for (const FunctionId function : web.functions)
                find_annotations(web, function);
    find_field_annotations();
    for (const QueryWeb& web : flow_.webs_)
        for (const Place place : web.annotations)
            flow_.by_annotation_.emplace(place, web.id);
    for (auto& [function, parameter] : flow_.row_parameters_)
        if (const auto web = web_of_root_.find(find_root(parameter.value)); web != web_of_root_.end())
            flow_.row_webs_[function] = web->second;
    return std::move(flow_);
}

QueryFlow follow_queries(const Program& program, const SymbolTable& symbols, const ModelTable& models,
                         const Knowledge& knowledge, const TypeTable& types, const CallGraph& calls) {
    return QueryFlowBuilder(program, symbols, models, knowledge, types, calls).build();
}

} // namespace sqlawait
