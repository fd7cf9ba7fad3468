#include "analysis/loading/own_sessions.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

bool makes_session(const TypeTable& types, const Module& module, Node value) {
    while (value.is_any(Kind::parenthesized_expression, Kind::await))
        value = value.named_child(0);
    if (!value.is(Kind::call))
        return false;
    const Place callee{module.id, value.child(Field::function).id()};
    const auto is = [&](Role role) { return types.has_role(callee, role) == Certainty::proved; };
    return (is(Role::session_factory) || is(Role::async_session_factory)) && !is(Role::scoped_session);
}

bool is_session(const TypeTable& types, const Module& module, Node expression) {
    const Place place{module.id, expression.id()};
    return llvm::any_of(std::array{Role::session, Role::async_session, Role::scoped_session, Role::transaction},
                        [&](Role role) { return types.has_role(place, role) != Certainty::unknown; });
}

} // namespace

bool is_own_session(const SymbolTable& symbols, const TypeTable& types, const Module& module, Node expression) {
    if (!expression.is(Kind::identifier))
        return false;
    const ModuleBindings& bindings = symbols.bindings(module.id);
    const SymbolId symbol = bindings.symbol_at(expression.id());
    if (!symbol || bindings.scope(bindings.symbol(symbol).scope).kind != ScopeKind::function)
        return false;
    return llvm::all_of(bindings.symbol(symbol).definitions, [&](DefinitionId id) {
        const Definition& made = bindings.definition(id);
        const Node node = module.tree.node(made.node);
        if (made.kind == DefinitionKind::assignment)
            return node.is(Kind::assignment) && node.child(Field::left).id() == made.name &&
                   makes_session(types, module, node.child(Field::right));
        if (made.kind != DefinitionKind::with_target)
            return made.kind == DefinitionKind::declaration || made.kind == DefinitionKind::deletion;
        const Node value = node.child(Field::value);
        return value.is(Kind::as_pattern) && makes_session(types, module, value.named_child(0));
    });
}

bool works_on_own_session(const SymbolTable& symbols, const TypeTable& types, const Module& module, Node call) {
    bool own = false;
    const auto look_at = [&](Node part) {
        if (is_own_session(symbols, types, module, part))
            return own = true;
        return !is_session(types, module, part);
    };
    const Node callee = call.child(Field::function);
    if (callee.is(Kind::attribute) && !look_at(callee.child(Field::object)))
        return false;
    const bool all = llvm::all_of(call.child(Field::arguments).named_children(), [&](Node argument) {
        return look_at(argument.is(Kind::keyword_argument) ? argument.child(Field::value) : argument);
    });
    return all && own;
}

} // namespace sqlawait
