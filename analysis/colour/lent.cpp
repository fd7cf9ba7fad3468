// Synchronous sessions of tests that the application is given in the place of its own: an override of a dependency
// whose session became an AsyncSession, where the test's cannot.
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

/// Whether a function names another as what a framework has to give it; fixtures of tests name nothing.
bool Colouring::depends_synchronously(FunctionId function, FunctionId dependency) const {
    return llvm::any_of(calls_.callees(function), [&](std::uint32_t index) {
        const CallEdge& edge = calls_.edges()[index];
        return edge.kind == CallEdge::Kind::dependency && edge.direct && edge.callee == dependency;
    });
}

/// Whether a test names a synchronous form because it overrides both: the other is named beside it.
bool Colouring::overrides_sync_form(const CallEdge& edge) const {
    const FunctionId other = state(edge.callee).async_form;
    return other && edge.kind == CallEdge::Kind::reference &&
           llvm::any_of(overrides_, [&](const DependencyOverride& one) { return one.dependency == other; }) &&
           llvm::any_of(overrides_, [&](const DependencyOverride& one) {
               return one.dependency == edge.callee && one.holder.module == edge.place.module &&
                      node(edge.place).inside(node(one.holder));
           });
}

/// Where routes depend on both forms of what a test overrides, it has to override both.
void Colouring::find_second_override(ColourTable& table, FunctionId dependency, FunctionId given, Place holder) const {
    const State& own = state(dependency);
    if (!own.want.twin() || !own.coloured || !node(holder).is(Kind::assignment) ||
        llvm::none_of(calls_.callers(dependency), [&](std::uint32_t index) {
            const CallEdge& edge = calls_.edges()[index];
            return edge.caller && state(edge.caller).want.sync && depends_synchronously(edge.caller, dependency);
        }))
        return;
    const FunctionInfo& function = symbols_.function(given);
    const Node made = node({function.module, function.node});
    // What the synchronous form is given has to be synchronous itself.
    const bool fits = function.is_lambda ? names_synchronous({function.module, made.child(Field::body).id()})
                                         : state(given).want.sync && state(given).coloured && !function.is_async;
    if (fits)
        table.second_overrides_.try_emplace(holder, ColourTable::SecondOverride{dependency, given});
}

void Colouring::find_lent_sessions(ColourTable& table) const {
    for (const auto& [dependency, given, holder] : overrides_) {
        find_second_override(table, dependency, given, holder);
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
