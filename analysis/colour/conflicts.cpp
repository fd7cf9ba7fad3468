// Forms that cannot be: found when all demands are known, each gives an obstacle, and colouring begins anew with it.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

/// A function of which both forms are wanted, but whose name stands in a table that sync code calls through.
bool Colouring::find_table_conflicts() {
    bool found = false;
    for (const CallEdge& edge : calls_.edges()) {
        const State& callee = state(edge.callee);
        if (!callee.want.twin() || !callee.io || edge.direct || edge.kind != CallEdge::Kind::call || callee.obstacle)
            continue;
        const FunctionInfo& function = symbols_.function(edge.callee);
        if (function.name == "__init__" || (edge.caller && !state(edge.caller).want.sync))
            continue;
        if (!is_in_table(edge.callee))
            continue;
        obstruct(edge.callee, "code that stays synchronous calls it through a variable", edge.place);
        found = true;
    }
    return found;
}

/// Methods of several classes that one expression calls, where one has two forms and another has one. In synchronous
/// code the name of both is the one that they have; other code cannot call both by one name.
bool Colouring::find_mixed_conflicts() {
    bool found = false;
    const auto is_method = [&](const CallTarget& target) {
        return target.function && !target.constructed && symbols_.function(target.function).owner &&
               !class_twins_[symbols_.function(target.function).owner.value];
    };
    const auto has_two_forms = [&](const CallTarget& target) {
        const State& own = state(target.function);
        return own.io && own.want.twin() && !own.obstacle;
    };
    for (const auto& module : program_.modules)
        for (const CallInfo& call : types_.calls(module->id)) {
            const FunctionId around = symbols_.enclosing_function({module->id, call.node});
            if (call.targets.size() < 2 || !around || !llvm::all_of(call.targets, is_method) ||
                llvm::all_of(call.targets, has_two_forms))
                continue;
            const Form form = state(around).want;
            for (const CallTarget& target : call.targets) {
                const State& own = state(target.function);
                if (!has_two_forms(target) || (!form.sync && !own.fixed_sync_name))
                    continue;
                if (form.async) {
                    obstruct(target.function, "what it is called on may be of a class whose method has one form",
                             {module->id, call.node});
                } else if (own.fixed_sync_name) {
                    continue;
                } else {
                    for (const FunctionId member : calls_.family(target.function))
                        state(member).fixed_sync_name = true;
                }
                found = true;
            }
        }
    return found;
}

/// A query that code which is never edited shares with other code stays a legacy one for both. Code that merely stays
/// synchronous (a task) takes part: select() is for synchronous sessions as well.
bool Colouring::find_web_conflicts() {
    bool found = false;
    const auto function_of = [&](std::uint32_t chain) {
        return symbols_.enclosing_function(queries_.chains()[chain].place);
    };
    for (const QueryWeb& web : queries_.webs()) {
        std::optional<Place> kept;
        for (const std::uint32_t chain : web.chains)
            if (const FunctionId function = function_of(chain); function && !kept)
                if (const State& own = state(function);
                    own.sync_kept && own.want.sync && !own.want.async && own.untouched)
                    kept = queries_.chains()[chain].place;
        if (!kept)
            continue;
        for (const std::uint32_t chain : web.chains) {
            const FunctionId function = function_of(chain);
            if (!function || !state(function).want.async || state(function).obstacle)
                continue;
            obstruct(function, "it shares a query with code that stays as it is", *kept);
            found = true;
        }
    }
    return found;
}

/// What a parameter is given by its name cannot have a twin of another name: a fixture is one thing to all tests.
bool Colouring::find_fixture_conflicts() {
    bool found = false;
    for (const CallEdge& edge : calls_.edges()) {
        const State& callee = state(edge.callee);
        if (edge.kind != CallEdge::Kind::dependency || edge.direct || !edge.caller || !callee.want.twin() ||
            !callee.coloured || callee.obstacle || !state(edge.caller).want.sync)
            continue;
        obstruct(edge.callee, symbols_.function(edge.caller).qualified_name + ", which stays synchronous, is given it",
                 edge.place);
        found = true;
    }
    return found;
}

/// A function that turned and reaches, through a variable, code that stays synchronous; and one that did not and
/// reaches code that hands it an asynchronous session.
bool Colouring::find_variable_conflicts() {
    bool found = false;
    for (const CallEdge& edge : calls_.edges()) {
        if (edge.kind != CallEdge::Kind::call || edge.direct || !edge.caller || !turns(edge.callee))
            continue;
        State& callee = state(edge.callee);
        const Form around = state(edge.caller).want;
        if (!callee.obstacle && callee.possible && !callee.want.async && around.async && !around.sync &&
            !is_own(edge.callee)) {
            // Who named it has another form than who calls it: the calls decide, or nothing can.
            if (callee.formed_by_calls)
                obstruct(edge.callee, "it is handed over in one form and called in another", edge.place);
            callee.formed_by_calls = true;
            found = true;
            continue;
        }
        if (state(edge.caller).root && !is_called(edge.caller))
            continue; // nobody is known to get there
        if (callee.obstacle || !callee.want.async || around.async || !around.sync ||
            (callee.want.sync && is_made(edge.callee)) || symbols_.function(edge.callee).name == "__init__")
            continue;
        obstruct(edge.callee, "code that stays synchronous calls it through a variable", edge.place);
        found = true;
    }
    return found;
}

bool Colouring::find_conflicts() {
    const bool inner = find_inner_conflicts();
    const bool holders = find_holder_conflicts();
    const bool tables = find_table_conflicts();
    const bool mixed = find_mixed_conflicts();
    const bool fixtures = find_fixture_conflicts();
    const bool variables = find_variable_conflicts();
    const bool values = find_value_conflicts();
    const bool held = find_held_conflicts();
    const bool registrations = find_registration_conflicts();
    const bool classes = find_class_twins();
    return find_web_conflicts() || classes || registrations || tables || mixed || fixtures || variables || values ||
           held || inner || holders;
}

} // namespace sqlawait
