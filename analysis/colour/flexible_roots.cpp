// Roots that can have either colour: scripts, commands and tests. What the program's other code asks for is settled
// first. Then each script, with all scripts that need the same functions, becomes asynchronous, unless all that it
// meets is synchronous; tests likewise, with all tests that share a fixture. So no function gets a second form because
// a script or a test calls it, except where such of both colours meet in it.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

#include <numeric>

namespace sqlawait {

bool Colouring::is_test_module(ModuleId id) const { return calls_.is_test_module(id); }

bool Colouring::is_test_code(FunctionId id) const { return is_test_module(symbols_.function(id).module); }

/// Synchronous functions that run an event loop, themselves or in what they call: nothing that runs in one may.
std::set<FunctionId> Colouring::run_loops() const {
    std::set<FunctionId> out;
    std::vector<FunctionId> work;
    const auto mark = [&](FunctionId id) {
        if (id && !symbols_.function(id).is_async && out.insert(id).second)
            work.push_back(id);
    };
    for (const auto& module : program_.modules)
        for (const CallInfo& call : types_.calls(module->id))
            for (const CallTarget& target : call.targets)
                if (llvm::is_contained({"asyncio.run", "anyio.run", "asyncio.AbstractEventLoop.run_until_complete"},
                                       knowledge_.canonical(target.external)))
                    mark(symbols_.enclosing_function({module->id, call.node}));
    while (!work.empty()) {
        const FunctionId id = work.back();
        work.pop_back();
        for (const std::uint32_t index : calls_.callers(id))
            if (const CallEdge& edge = calls_.edges()[index]; edge.kind == CallEdge::Kind::call)
                mark(edge.caller);
    }
    return out;
}

/// Groups what belongs together, and gives for each root whether it is to be asynchronous. `joins` says of which
/// functions there can be one form only, so that all roots that need one go with each other.
std::vector<bool> Colouring::choose_colours(llvm::ArrayRef<FunctionId> roots,
                                            llvm::function_ref<bool(const CallEdge&)> joins) {
    std::vector<std::uint32_t> group(states_.size()); // union-find over roots and what joins them
    std::iota(group.begin(), group.end(), 0);
    const auto find = [&](std::uint32_t at) {
        while (group[at] != at)
            at = group[at] = group[group[at]];
        return at;
    };
    settled_.assign(states_.size(), false);
    for (const FunctionInfo& function : symbols_.functions())
        settled_[function.id.value] = state(function.id).want.sync || state(function.id).want.async;
    const std::set<FunctionId> looping = run_loops();
    std::vector<bool> blocked(roots.size(), false);
    std::vector<Form> met(roots.size()); // what is settled for one colour alone
    const auto meet = [&](FunctionId id, Form& own) {
        const State& there = state(id);
        own.async |= there.io && there.want.async && !there.want.sync;
        own.sync |= there.io && there.want.sync && !there.want.async;
    };
    for (std::size_t i = 0; i < roots.size(); ++i) {
        Form& own = met[i];
        own.async |= symbols_.function(roots[i]).is_async;
        own.sync |= state(roots[i]).coloured && !state(roots[i]).possible;
        if (settled_[roots[i].value]) {
            meet(roots[i], own);
            continue;
        }
        std::vector<FunctionId> work{roots[i]};
        std::set<FunctionId> seen{roots[i]};
        while (!work.empty()) {
            const FunctionId id = work.back();
            work.pop_back();
            for (const std::uint32_t index : calls_.callees(id)) {
                const CallEdge& edge = calls_.edges()[index];
                if (edge.kind == CallEdge::Kind::override_ || edge.kind == CallEdge::Kind::decorator)
                    continue;
                blocked[i] = blocked[i] || (edge.kind == CallEdge::Kind::call && looping.contains(edge.callee) &&
                                            settled_[edge.callee.value] && !state(edge.callee).want.async);
                if (settled_[edge.callee.value]) {
                    meet(edge.callee, own);
                    continue;
                }
                if (joins(edge))
                    group[find(edge.callee.value)] = find(roots[i].value);
                if (seen.insert(edge.callee).second)
                    work.push_back(edge.callee);
            }
        }
    }
    std::map<std::uint32_t, Form> together;
    for (std::size_t i = 0; i < roots.size(); ++i) {
        Form& all = together[find(roots[i].value)];
        all.async |= met[i].async;
        all.sync |= met[i].sync;
    }
    std::vector<bool> out;
    for (std::size_t i = 0; i < roots.size(); ++i) {
        const Form& all = together[find(roots[i].value)];
        out.push_back(!blocked[i] && (all.async || !all.sync));
    }
    return out;
}

/// `ctx.obj["db"]`: a session that came in through a parameter. Who made it is another command, which runs before.
bool Colouring::takes_session_of_caller(const FunctionInfo& function) const {
    const Module& module = module_of({function.module, 0});
    const SyntaxTree& tree = module.tree;
    const auto parameters = parameters_of(tree.node(function.node));
    for (NodeId id = function.node; id < tree.record(function.node).subtree_end; ++id) {
        Node root = tree.node(id);
        if (root.is(Kind::assignment) && root.child(Field::type) && root.child(Field::right) &&
            !root.child(Field::right).is(Kind::call)) {
            if (!is_session_like(types_.type_of({module.id, root.child(Field::left).id()})))
                continue;
            root = root.child(Field::right);
        } else if (!root.is_any(Kind::attribute, Kind::subscript) ||
                   !is_session_like(types_.type_of({module.id, id}))) {
            continue;
        }
        while (root.is_any(Kind::attribute, Kind::subscript))
            root = root.child(root.is(Kind::attribute) ? Field::object : Field::value);
        if (root.is(Kind::identifier) &&
            llvm::any_of(parameters, [&](const ParameterInfo& parameter) { return parameter.name == root.text(); }))
            return true;
    }
    return false;
}

/// A command that click runs, and nobody else.
bool Colouring::is_run_by_click(FunctionId id) const {
    const FunctionInfo& function = symbols_.function(id);
    return calls_.context_kind(id) == "command" && !function.is_async && !function.is_generator && !function.owner &&
           !function.outer && !is_called(id) && module_of({function.module, 0}).editable();
}

/// One that may run a coroutine to its end.
bool Colouring::is_command(FunctionId id) const {
    return is_run_by_click(id) && !takes_session_of_caller(symbols_.function(id));
}

void Colouring::demand_scripts() {
    std::vector<FunctionId> roots;
    roots.reserve(script_calls_.size());
    for (const std::uint32_t index : script_calls_)
        roots.push_back(calls_.edges()[index].callee);
    for (const FunctionInfo& function : symbols_.functions())
        if (const State& own = state(function.id);
            is_command(function.id) && own.coloured && !own.want.sync && !own.want.async)
            roots.push_back(function.id);
    const std::vector<bool> async = choose_colours(roots, [&](const CallEdge& edge) { return state(edge.callee).io; });
    for (std::size_t i = 0; i < roots.size(); ++i) {
        const FunctionInfo& function = symbols_.function(roots[i]);
        const bool command = i >= script_calls_.size();
        const Place place = command ? Place{function.module, function.node} : calls_.edges()[script_calls_[i]].place;
        const std::string what = command ? "a command" : "the script's main call";
        demand(roots[i], async[i], {}, async[i] ? what : what + ", and what it calls is synchronous", false);
        if (async[i] && !function.is_async && turns(roots[i]) && state(roots[i]).possible && !function.is_generator)
            main_calls_[place] = roots[i];
    }
    work_off();
    settled_.clear();
}

void Colouring::demand_tests() {
    std::vector<FunctionId> tests;
    for (const FunctionInfo& function : symbols_.functions())
        if (calls_.entry(function.id).test && !state(function.id).want.sync && !state(function.id).want.async)
            tests.push_back(function.id);
    const std::vector<bool> async = choose_colours(tests, [&](const CallEdge& edge) {
        return edge.kind == CallEdge::Kind::dependency && state(edge.callee).coloured;
    });
    for (std::size_t i = 0; i < tests.size(); ++i) {
        state(tests[i]).root = true;
        demand(tests[i], async[i], {}, calls_.entry(tests[i]).reason, false);
    }
    work_off();
    settled_.clear();
}

/// Code with sessions of its own that is synchronous for others stays so for scripts and tests.
bool Colouring::stays_for_others(FunctionId caller, FunctionId callee) const {
    return !settled_.empty() && !settled_[caller.value] && settled_[callee.value] && !state(callee).want.async &&
           is_own(callee) && !gives_session(callee);
}

} // namespace sqlawait
