// Calls of what has to stay synchronous, from code that need not: `await db.run_sync(f, x)`. The session is
// handed over as the synchronous one that it wraps, so the smallest region stays as it is and counts as remaining.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// Reading it twice, or earlier, is the same.
bool is_plain_path(Node expression) {
    while (expression.is(Kind::attribute))
        expression = expression.child(Field::object);
    return expression.is(Kind::identifier);
}

/// Outside classes whose instances do no I/O when they are used later.
bool is_plain_data(llvm::StringRef class_name) {
    const auto [package, name] = class_name.rsplit('.');
    return llvm::is_contained({"datetime", "decimal", "uuid"}, package) ||
           (package == "builtins" &&
            llvm::is_contained({"str", "int", "float", "bool", "bytes", "list", "dict", "set", "tuple", "frozenset"},
                               name)) ||
           class_name == "sqlalchemy.ColumnValue" || class_name == "sqlalchemy.engine.Row";
}

/// Packages whose functions call what they are handed in the thread that they are called in.
bool calls_in_place(llvm::StringRef dotted) {
    return llvm::is_contained({"builtins", "itertools", "functools", "heapq", "bisect", "operator", "collections"},
                              dotted.split('.').first);
}

bool runs_a_loop(llvm::StringRef dotted) {
    return dotted == "asyncio.run" || dotted == "anyio.run" || dotted.ends_with(".run_until_complete") ||
           dotted == "asyncio.run_coroutine_threadsafe";
}

} // namespace

/// Whether a value is done with the database once it is there: no iterator, no query, no function.
bool Colouring::is_finished(TypeId type) const {
    return llvm::all_of(types_.store().atoms(type), [&](const Atom& atom) {
        if (atom.kind == Atom::Kind::none || atom.kind == Atom::Kind::literal)
            return true;
        if (atom.kind == Atom::Kind::instance)
            return !holds_session_[atom.id];
        const llvm::StringRef name = types_.store().external_class(atom);
        // Things of libraries that were given nothing of the program's own ("redis.Redis.get()").
        const bool foreign = name.contains("()");
        return !name.empty() && (is_plain_data(name) || foreign) &&
               llvm::all_of(atom.args, [&](TypeId inner) { return is_finished(inner); });
    });
}

/// What is handed to a call besides its session has nothing to do with sessions, and nothing in it awaits.
bool Colouring::is_plain_argument(const Module& module, Node value) const {
    for (NodeId id = value.id(); id < module.tree.record(value.id()).subtree_end; ++id) {
        const Place place{module.id, id};
        const Node at = module.tree.node(id);
        if (at.is_any(Kind::await, Kind::yield, Kind::named_expression, Kind::lambda) || site_places_.contains(place))
            return false;
        if (at.is_any(Kind::identifier, Kind::attribute, Kind::call) && gives_session(types_.type_of(place), 0))
            return false;
        if (const CallInfo* info = at.is(Kind::call) ? types_.call(place) : nullptr)
            for (const CallTarget& target : info->targets)
                if (target.function && state(target.function).coloured)
                    return false;
    }
    return true;
}

/// The only session that a call hands over, or no node.
Node Colouring::session_argument(const Module& module, Node call) const {
    Node session;
    const Node callee = call.child(Field::function);
    if (!is_plain_path(callee) ||
        (callee.is(Kind::attribute) && gives_session(types_.type_of({module.id, callee.child(Field::object).id()}), 0)))
        return {};
    const Node arguments = call.child(Field::arguments);
    if (!arguments.is(Kind::argument_list))
        return {};
    for (const Node argument : arguments.named_children()) {
        if (argument.is(Kind::comment))
            continue;
        const Node value = argument.is(Kind::keyword_argument) ? argument.child(Field::value) : argument;
        if (!session && is_plain_path(value) &&
            types_.has_role(Place{module.id, value.id()}, Role::session) == Certainty::proved)
            session = value;
        else if (!is_plain_argument(module, value))
            return {};
    }
    return session;
}

void Colouring::find_bridges() {
    for (std::uint32_t index = 0; index < calls_.edges().size(); ++index) {
        const CallEdge& edge = calls_.edges()[index];
        if (edge.kind != CallEdge::Kind::call || !edge.direct || !edge.caller || !turns(edge.callee))
            continue;
        const FunctionInfo& callee = symbols_.function(edge.callee);
        if (callee.is_generator || is_special(callee.name) || symbols_.function(edge.caller).is_lambda ||
            state(edge.callee).source != SessionSource::received || calls_.entry(edge.callee).entry == Entry::unknown)
            continue;
        const CallInfo* info = types_.call(edge.place);
        const auto in_family = [&](const CallTarget& target) {
            return target.function && llvm::is_contained(calls_.family(edge.callee), target.function);
        };
        if (info == nullptr || !info->complete || !llvm::all_of(info->targets, in_family))
            continue;
        const Module& module = module_of(edge.place);
        const bool used = !node(edge.place).parent().is(Kind::expression_statement);
        if (used && !is_finished(types_.type_of(edge.place)))
            continue;
        const Node session = session_argument(module, node(edge.place));
        if (!session)
            continue;
        Bridge bridge{{module.id, session.id()}, {}};
        plan_value(module, node(edge.place), Conversion::run_sync, bridge.plan);
        if (!bridge.plan.obstacle)
            bridges_.emplace(index, std::move(bridge));
    }
}

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

/// Whether a call that stays synchronous can be made from async code all the same.
bool Colouring::is_bridged(std::uint32_t edge) const {
    if (!bridges_.contains(edge))
        return false;
    // Who lends its session to what is synchronous for good stays so, too.
    const State& callee = state(calls_.edges()[edge].callee);
    return callee.obstacle && !callee.obstacle->kept && !callee.obstacle->opaque &&
           !uses_threads_[calls_.edges()[edge].callee.value];
}

} // namespace sqlawait
