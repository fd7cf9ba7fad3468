// Calls that give objects of a query which serves several models: handed options, or loaded behind the call.
#include "analysis/loading/planner.h"

namespace sqlawait {

LoadPlanner::Answer LoadPlanner::want_of_call(std::uint32_t id, const LoadPath& path) {
    const ProvenanceFlow::Served& served = flow_.served().at(id);
    if (names_every_step(node(origin(id).place), path))
        return {false, "asked for by the call at " + where(origin(id).place)};
    bool asks = false, lost = false;
    Answer out{false, "no origin known"};
    for (const std::uint32_t inner : served.origins) {
        const LoadOrigin& from = origin(inner);
        if (from.kind == LoadOrigin::Kind::refreshed) {
            const ProvenanceFlow::Behind& behind = flow_.behind().at(inner);
            const bool here = llvm::any_of(behind.before, [&](const Provenance& object) {
                return may_start_at(path, object) && is_lost(object, path, behind.kinds, from.place);
            });
            if (here) {
                lost = true;
            } else {
                out = want_each(behind.before, path);
                lost |= !out.planned;
            }
        } else if (is_query(from) && (from.entity || names_its_owner(from, path))) {
            out = want(inner, path); // it serves one model after all
        } else if (from.kind != LoadOrigin::Kind::constructor) {
            asks = true;
        }
    }
    if (!asks && !lost)
        return out;
    // What one call gives may be of another class each time, in methods that subclasses share.
    const auto other = wanted_.find(id);
    if (other != wanted_.end() && !other->second.empty() &&
        !related(other->second.begin()->front().owner, path.front().owner))
        mixed_.insert(id);
    if (mixed_.contains(id)) {
        if (Answer by_class = want_by_class(id, path); by_class.planned || !by_class.status.empty())
            return by_class;
        return {false, "not loaded: the call at " + where(origin(id).place) + " gives objects of several models"};
    }
    if (!lost && taker(id, 0)) {
        wanted_[id].insert(path);
        return {true, "loaded through the options of the call at " + where(origin(id).place)};
    }
    const ClassId own = types_.mapped_instance(types_.type_of(origin(id).place));
    if (const Place site = result_site(id);
        own && related(own, path.front().owner) && site.node != no_node && !sites_.session(site).empty()) {
        anew_[id].insert(path);
        return {true, "loaded behind the call at " + where(origin(id).place)};
    }
    return {false, "not loaded: the origin of the call at " + where(origin(id).place) + " serves several models"};
}

FunctionId LoadPlanner::taker(std::uint32_t id, unsigned layer) {
    const auto found = flow_.served().find(id);
    if (layer >= max_layers || found == flow_.served().end() || found->second.functions.size() != 1)
        return {};
    const FunctionId function = *found->second.functions.begin();
    const FunctionInfo& info = symbols_.function(function);
    const Node own = node({info.module, info.node});
    if (info.is_lambda || calls_.family(function).size() > 1 || calls_.entry(function).entry != Entry::none ||
        own.parent().is(Kind::decorated_definition))
        return {};
    for (const ParameterInfo& parameter : parameters_of(own))
        if (parameter.name == "options" || parameter.kind == ParameterInfo::Kind::var_positional)
            return {};
    if (symbols_.bindings(info.module).scope(info.scope).by_name.contains("options"))
        return {};
    for (const std::uint32_t inner : found->second.origins) {
        const LoadOrigin& from = origin(inner);
        if (symbols_.enclosing_function(from.place) != function)
            return {};
        if (!is_query(from) && (from.kind != LoadOrigin::Kind::call || !taker(inner, layer + 1)))
            return {};
    }
    return function;
}

void LoadPlanner::take(std::uint32_t id, unsigned layer) {
    const ProvenanceFlow::Served& served = flow_.served().at(id);
    plan_.takers_.insert(*served.functions.begin());
    for (const std::uint32_t inner : served.origins) {
        plan_.users_.insert(origin(inner).place);
        passed_to_.insert(inner);
        if (origin(inner).kind == LoadOrigin::Kind::call && layer < max_layers)
            take(inner, layer + 1);
    }
}

Place LoadPlanner::result_site(std::uint32_t id) const {
    const Place call = origin(id).place;
    Node up = node(call).parent();
    while (up.is_any(Kind::parenthesized_expression, Kind::await))
        up = up.parent();
    if (up.is(Kind::assignment) && up.child(Field::left).is(Kind::identifier))
        up = up.parent();
    else if (!up.is(Kind::return_statement))
        return {};
    const Place site{call.module, up.id()};
    return sites_.has_room(site) ? site : Place{};
}

} // namespace sqlawait
