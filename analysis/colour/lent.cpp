// Synchronous sessions of tests that the application is given in the place of its own: an override of a dependency
// whose session became an AsyncSession, where the test's cannot.
#include "analysis/calls/overrides.h"
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

/// Whether the session that an expression names is made by code that stays synchronous.
bool Colouring::names_synchronous(Place expression) const {
    const Node named = node(expression);
    FunctionId home = symbols_.enclosing_function(expression);
    if (named.is(Kind::identifier)) {
        const ModuleBindings& bindings = symbols_.bindings(expression.module);
        if (const SymbolId symbol = bindings.symbol_at(named.id())) {
            const Scope& scope = bindings.scope(bindings.symbol(symbol).scope);
            home =
                scope.kind == ScopeKind::module ? FunctionId() : symbols_.function_at({expression.module, scope.node});
        }
    }
    return !home || !state(home).want.async;
}

void Colouring::find_lent_sessions(ColourTable& table) const {
    for (const auto& [dependency, given] : dependency_overrides(program_, calls_)) {
        if (!state(dependency).want.async || !gives_session(dependency))
            continue;
        const FunctionInfo& function = symbols_.function(given);
        const Module& module = module_of({function.module, 0});
        const auto lend = [&](Node value) {
            const Place place{function.module, value.id()};
            if (value && types_.has_role(place, Role::session) != Certainty::unknown && names_synchronous(place))
                table.lent_.try_emplace(place, dependency);
        };
        if (function.is_lambda) {
            lend(module.tree.node(function.node).child(Field::body));
            continue;
        }
        const Scope& scope = symbols_.bindings(function.module).scope(function.scope);
        for (const auto& statements : {scope.returns, scope.yields})
            for (const NodeId statement : statements)
                lend(module.tree.node(statement).named_child(0));
    }
}

} // namespace sqlawait
