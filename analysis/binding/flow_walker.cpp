#include "analysis/binding/flow_walker.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace sqlawait {

FlowWalker::FlowWalker(Binder& binder)
    : binder_(binder), tree_(binder.tree_), out_(binder.out_), flow_(out_.symbols_.size(), out_.definitions_.size()),
      any_values_(out_.symbols_.size()), at_end_(out_.symbols_.size()) {}

void FlowWalker::walk() {
    run_unit(tree_.root());
    end_scope(ScopeId{0});
    while (!units_.empty()) {
        const Node node = units_.front();
        units_.pop_front();
        run_unit(node);
    }
}

void FlowWalker::run_unit(Node node) {
    flow_.start_unit();
    frames_.clear();
    unit_ = out_.opened_by(node.id());
    if (node.is(Kind::module)) {
        visit_children(node);
    } else if (node.is(Kind::generator_expression)) {
        for (Node child = node.first_child(); child; child = child.next_sibling())
            if (child.is(Kind::for_in_clause))
                return comprehension_loop(node, child);
    } else {
        for (const SymbolId symbol : out_.scope(unit_).symbols)
            for (const DefinitionId id : out_.symbol(symbol).definitions)
                if (out_.definition(id).kind == DefinitionKind::parameter)
                    define(id);
        visit(node.child(Field::body));
    }
}

/// Whether the flow knows a symbol's value: one that is bound in the course of the running unit alone.
bool FlowWalker::followed(SymbolId symbol) const {
    return !binder_.shared_[symbol.value] && binder_.unit_[out_.symbol(symbol).scope.value] == unit_;
}

void FlowWalker::define(DefinitionId id) {
    const Definition& definition = out_.definition(id);
    if (!followed(definition.symbol))
        return;
    Flow::Value value = Flow::leaf(id);
    if (definition.kind == DefinitionKind::deletion)
        value = Flow::unbound;
    else if (definition.kind == DefinitionKind::declaration || definition.kind == DefinitionKind::import_star)
        value = flow_.join(flow_.current(definition.symbol), value); // neither takes an older value away
    flow_.assign(definition.symbol, value);
}

Flow::Value FlowWalker::any_value(SymbolId symbol) {
    auto& known = any_values_[symbol.value];
    if (!known) {
        Flow::Value value = Flow::unbound;
        bool first = true;
        for (const DefinitionId id : out_.symbol(symbol).definitions)
            if (out_.definition(id).kind != DefinitionKind::deletion)
                value = std::exchange(first, false) ? Flow::leaf(id) : flow_.join(value, Flow::leaf(id));
        known = value;
    }
    return *known;
}

/// Whether a definition is made by every run of the module, by a statement of its own.
bool FlowWalker::is_certain(const Definition& definition) const {
    const bool whole =
        llvm::is_contained({DefinitionKind::import_name, DefinitionKind::import_module, DefinitionKind::function,
                            DefinitionKind::class_, DefinitionKind::assignment},
                           definition.kind);
    Node statement = tree_.node(definition.name);
    while (statement.parent() && !statement.parent().is(Kind::module))
        statement = statement.parent();
    return whole && out_.scope_of(definition.name) == ScopeId{0} &&
           statement.is_any(Kind::import_statement, Kind::import_from_statement, Kind::expression_statement,
                            Kind::class_definition, Kind::function_definition, Kind::decorated_definition);
}

/// What a function may see of a name of its module: not what was bound anew before the function was there.
Flow::Value FlowWalker::value_for_function(SymbolId symbol) {
    const auto& all = out_.symbol(symbol).definitions;
    if (out_.symbol(symbol).scope != ScopeId{0} || unit_ == ScopeId{0} || all.size() < 2)
        return any_value(symbol);
    Node statement = tree_.node(out_.scope(unit_).node);
    while (statement.parent() && !statement.parent().is(Kind::module))
        statement = statement.parent();
    const auto [known, fresh] = function_values_.try_emplace({symbol.value, statement.id()}, Flow::unbound);
    if (!fresh)
        return known->second;
    NodeId last = 0; // the last name that is bound before the function is there, whatever happens
    for (const DefinitionId id : all)
        if (const Definition& one = out_.definition(id); one.name < statement.id() && is_certain(one))
            last = std::max(last, one.name);
    Flow::Value value = Flow::unbound;
    bool first = true;
    for (const DefinitionId id : all) {
        const Definition& one = out_.definition(id);
        const bool hidden = one.name < last && out_.scope_of(one.name) == ScopeId{0};
        if (one.kind != DefinitionKind::deletion && !hidden)
            value = std::exchange(first, false) ? Flow::leaf(id) : flow_.join(value, Flow::leaf(id));
    }
    return known->second = value;
}

Flow::Value FlowWalker::value_here(SymbolId symbol) {
    return followed(symbol) && flow_.live() ? flow_.current(symbol) : value_for_function(symbol);
}

void FlowWalker::read(Node identifier) {
    Read& read = reads_.emplace_back();
    read.node = identifier.id();
    const auto name = binder_.names_.find(identifier.text());
    if (name == binder_.names_.end())
        return;
    const ScopeId scope = out_.scope_of(identifier.id());
    read.symbol = binder_.find(scope, name->second);
    if (!read.symbol)
        return;
    const bool in_class = out_.scope(scope).kind == ScopeKind::class_ && out_.symbol(read.symbol).scope == scope;
    if (in_class) {
        // A class body looks in its own names and then in the module's, never in a function's around it.
        read.value = value_here(read.symbol);
        read.other_symbol = binder_.find(ScopeId{0}, name->second);
        if (read.other_symbol) {
            read.when = Read::Otherwise::when_unbound;
            read.otherwise = later_ ? any_value(read.other_symbol) : value_here(read.other_symbol);
            return;
        }
    } else {
        read.value = later_ ? any_value(read.symbol) : value_here(read.symbol);
    }
    if (in_annotation_) {
        // Annotations may be read by tools long after, when what they name exists.
        read.when = Read::Otherwise::when_empty;
        read.otherwise = any_value(read.symbol);
    }
}

void FlowWalker::identifier(Node node) {
    const DefinitionId id = out_.definition_at(node.id());
    if (!id)
        return read(node);
    const DefinitionKind kind = out_.definition(id).kind;
    if (kind == DefinitionKind::deletion || kind == DefinitionKind::augmented)
        read(node);
    define(id);
}

FlowWalker::DefinitionRun FlowWalker::definitions_in(NodeId begin, NodeId end) const {
    const auto before = [](const Definition& definition, NodeId node) { return definition.name < node; };
    const auto& all = out_.definitions_;
    const auto first = std::lower_bound(all.begin(), all.end(), begin, before);
    const auto last = std::lower_bound(first, all.end(), end, before);
    return {static_cast<std::uint32_t>(first - all.begin()), static_cast<std::uint32_t>(last - all.begin())};
}

/// Where an exception may leave this code: each name has the value from before it, or any that it is given there.
Flow::Outcome FlowWalker::anywhere_in(NodeId begin, NodeId end) {
    const DefinitionRun run = definitions_in(begin, end);
    return flow_.branch([&] {
        for (std::uint32_t i = run.begin; i < run.end; ++i) {
            const Definition& definition = out_.definitions_[i];
            if (!followed(definition.symbol))
                continue;
            const bool unbinds = definition.kind == DefinitionKind::deletion;
            const Flow::Value value = unbinds ? Flow::unbound : Flow::leaf(DefinitionId{i});
            flow_.assign(definition.symbol, flow_.join(flow_.current(definition.symbol), value));
        }
    });
}

void FlowWalker::end_scope(ScopeId scope) {
    if (flow_.live())
        for (const SymbolId symbol : out_.scope(scope).symbols)
            if (followed(symbol))
                at_end_[symbol.value] = flow_.current(symbol);
}

} // namespace sqlawait
