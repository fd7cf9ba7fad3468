// Functions that cannot turn and that a framework, or nobody in the program, calls with a session: their body
// runs as it is inside `await db.run_sync(...)`, so that nothing else has to stay synchronous for their sake.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// Packages whose functions call what they are handed in the thread that they are called in.
bool calls_in_place(llvm::StringRef dotted) {
    return llvm::is_contained({"builtins", "itertools", "functools", "heapq", "bisect", "operator", "collections"},
                              dotted.split('.').first);
}

bool by_name(ParameterInfo::Kind kind) {
    return kind != ParameterInfo::Kind::var_positional && kind != ParameterInfo::Kind::var_keyword;
}

bool runs_a_loop(llvm::StringRef dotted) {
    return dotted == "asyncio.run" || dotted == "anyio.run" || dotted.ends_with(".run_until_complete") ||
           dotted == "asyncio.run_coroutine_threadsafe";
}

} // namespace

/// What cannot run inside of `run_sync`: sessions that other threads use, and event loops of its own.
void Colouring::find_thread_users() {
    uses_threads_.assign(symbols_.functions().size(), false);
    std::vector<FunctionId> work;
    const auto mark = [&](FunctionId id) {
        if (id && !uses_threads_[id.value]) {
            uses_threads_[id.value] = true;
            work.push_back(id);
        }
    };
    for (const CallEdge& edge : calls_.edges()) {
        if (edge.kind != CallEdge::Kind::reference || (edge.entry != Entry::sync && edge.entry != Entry::unknown) ||
            !state(edge.callee).io || state(edge.callee).source == SessionSource::own)
            continue;
        const Module& module = module_of(edge.place);
        const Node call = call_handed_to(module, node(edge.place));
        if (!call || !calls_in_place(outside_callee(module, call)))
            mark(edge.caller);
    }
    for (const auto& module : program_.modules)
        for (const CallInfo& call : types_.calls(module->id))
            if (llvm::any_of(call.targets, [](const CallTarget& target) { return runs_a_loop(target.external); }))
                mark(symbols_.enclosing_function({module->id, call.node}));
    while (!work.empty()) {
        const FunctionId id = work.back();
        work.pop_back();
        mark(symbols_.function(id).outer);
        for (const std::uint32_t index : calls_.callers(id))
            if (calls_.edges()[index].kind != CallEdge::Kind::dependency)
                mark(calls_.edges()[index].caller);
    }
}

/// The only parameter that a function is given a session in, or none when there are other ways.
std::optional<std::size_t> Colouring::session_parameter(const FunctionInfo& function) const {
    const Module& module = module_of({function.module, 0});
    const auto parameters = parameters_of(module.tree.node(function.node));
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const TypeId type = types_.parameter(function.id, i);
        if (!gives_session(type, 0))
            continue;
        if (found || !by_name(parameters[i].kind) || types_.has_role(type, Role::session) != Certainty::proved)
            return std::nullopt;
        found = i;
    }
    return found;
}

/// Whether the body reads the same as that of an inner function with the session as its parameter.
bool Colouring::can_be_inner(const FunctionInfo& function) const {
    const Module& module = module_of({function.module, 0});
    const Node definition = module.tree.node(function.node), body = definition.child(Field::body);
    const SourceText& source = module.source;
    if (!body.is(Kind::block) || source.lines.at(body.begin()).line == source.lines.at(definition.begin()).line)
        return false;
    const ModuleBindings& bindings = symbols_.bindings(function.module);
    for (const SymbolId id : bindings.scope(function.scope).symbols) {
        const auto& definitions = bindings.symbol(id).definitions;
        const bool parameter = llvm::any_of(
            definitions, [&](DefinitionId one) { return bindings.definition(one).kind == DefinitionKind::parameter; });
        if (parameter && definitions.size() > 1)
            return false; // an assignment would make a variable of the inner function
    }
    for (NodeId id = body.id(); id < module.tree.record(body.id()).subtree_end; ++id) {
        const Node at = module.tree.node(id);
        if (at.is(Kind::identifier) && (at.text() == "super" || at.text() == "__class__" || at.text() == "locals"))
            return false;
    }
    return true;
}

bool Colouring::can_have_shell(const FunctionInfo& function) const {
    const State& own = state(function.id);
    const Entry entry = calls_.entry(function.id).entry;
    if (!own.obstacle || own.obstacle->kept || own.obstacle->opaque || own.possible || !turns(function.id) ||
        own.source != SessionSource::received || uses_threads_[function.id.value])
        return false;
    if ((entry != Entry::none && entry != Entry::awaits) || function.is_generator || function.is_lambda ||
        function.outer || is_special(function.name) || calls_.is_property(function.id) ||
        !calls_.context_kind(function.id).empty() || calls_.family(function.id).size() > 1 ||
        !decorators_of_[function.id.value].empty())
        return false;
    const auto is_awaited = [&](std::uint32_t index) {
        const CallEdge& edge = calls_.edges()[index];
        return edge.kind == CallEdge::Kind::override_ ||
               (edge.kind == CallEdge::Kind::reference && edge.entry == Entry::awaits);
    };
    const auto can_be_async = [&](std::uint32_t index) {
        const CallEdge& edge = calls_.edges()[index];
        return edge.kind != CallEdge::Kind::dependency || !state(edge.callee).coloured || state(edge.callee).possible;
    };
    return llvm::all_of(calls_.callers(function.id), is_awaited) &&
           llvm::all_of(calls_.callees(function.id), can_be_async) && session_parameter(function) &&
           can_be_inner(function);
}

} // namespace sqlawait
