// What follows from the sites: which functions perform I/O, whose text has two forms, and which have no
// async form because of what they call.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

bool runs_callee(CallEdge::Kind kind) {
    using Kind = CallEdge::Kind;
    return kind == Kind::call || kind == Kind::property || kind == Kind::context || kind == Kind::iteration ||
           kind == Kind::operator_ || kind == Kind::truth;
}

constexpr std::pair<llvm::StringLiteral, llvm::StringLiteral> partners[] = {
    {"__enter__", "__exit__"}, {"__exit__", "__enter__"}, {"__iter__", "__next__"}, {"__next__", "__iter__"}};

bool never_awaits(const CallEdge& edge) {
    return edge.kind == CallEdge::Kind::reference && (edge.entry == Entry::sync || edge.entry == Entry::unknown);
}

} // namespace

/// A body that does nothing: a docstring, `pass`, `...`, `raise NotImplementedError`.
bool Colouring::is_abstract(const FunctionInfo& function) const {
    if (!function.owner)
        return false;
    const Node body = module_of({function.module, 0}).tree.node(function.node).child(Field::body);
    return llvm::all_of(body.named_children(), [](Node statement) {
        const Node only = statement.named_child(0);
        return statement.is(Kind::pass_statement) ||
               (statement.is(Kind::expression_statement) && only.is_any(Kind::string, Kind::ellipsis)) ||
               (statement.is(Kind::raise_statement) && statement.text().contains("NotImplementedError"));
    });
}

/// Methods of the same name in classes below.
std::vector<FunctionId> Colouring::overrides_of(const FunctionInfo& function) const {
    std::vector<FunctionId> out;
    std::vector<ClassId> below(types_.subclasses(function.owner));
    for (std::size_t at = 0; at < below.size(); ++at) {
        for (const ClassId further : types_.subclasses(below[at]))
            if (!llvm::is_contained(below, further))
                below.push_back(further);
        for (const FunctionId method : symbols_.class_(below[at]).methods)
            if (symbols_.function(method).name == function.name)
                out.push_back(method);
    }
    return out;
}

void Colouring::close_io() {
    std::vector<FunctionId> work;
    const auto mark = [&](FunctionId id) {
        for (const FunctionId member : calls_.family(id))
            if (!state(member).io) {
                state(member).io = true;
                work.push_back(member);
            }
    };
    // What a test puts in a function's place is called as it is; the function owes nothing to the test.
    const auto mark_stand_ins = [&](FunctionId id) {
        for (const FunctionId stand_in : calls_.stand_ins(id))
            mark(stand_in);
    };
    // `async with` calls both methods of a context manager, `async for` both of an iterator.
    const auto mark_partner = [&](const FunctionInfo& function) {
        const auto* pair = llvm::find_if(partners, [&](const auto& one) { return one.first == function.name; });
        if (!function.owner || pair == std::end(partners))
            return;
        if (const FunctionId partner = types_.method(function.owner, pair->second))
            mark(partner);
    };
    for (const IoSite& site : sites_)
        if (site.function)
            mark(site.function);
    do {
        while (!work.empty()) {
            const FunctionId id = work.back();
            work.pop_back();
            mark_partner(symbols_.function(id));
            mark_stand_ins(id);
            // Whoever calls a function by its name calls what its decorator has wrapped around it.
            for (const FunctionId wrapped : wrapped_by_[id.value])
                mark(wrapped);
            for (const std::uint32_t index : calls_.callers(id)) {
                const CallEdge& edge = calls_.edges()[index];
                if (!edge.caller)
                    continue;
                const bool handed =
                    (never_awaits(edge) && state(id).source != SessionSource::own && !is_bridge(edge)) ||
                    is_key(edge) || is_applied(edge) || is_worker_call(edge);
                if (!runs_callee(edge.kind) && !handed)
                    continue;
                // Calling an `async def` only makes a coroutine; `asyncio.run(f())` runs it.
                if (symbols_.function(id).is_async && !symbols_.function(edge.caller).is_async) {
                    const Node arguments = node(edge.place).parent();
                    if (!arguments.is(Kind::argument_list) ||
                        outside_callee(module_of(edge.place), arguments.parent()) != "asyncio.run")
                        continue;
                }
                mark(edge.caller);
                // What a caller gets from elsewhere it hands on.
                if (state(id).source == SessionSource::global)
                    raise_source(edge.caller, SessionSource::global);
            }
        }
        // An abstract method goes with its overrides, when all of them turn.
        for (const FunctionInfo& function : symbols_.functions()) {
            if (state(function.id).io || !is_abstract(function))
                continue;
            const auto overrides = overrides_of(function);
            if (!overrides.empty() && llvm::all_of(overrides, [&](FunctionId id) { return state(id).io; }))
                mark(function.id);
        }
    } while (!work.empty());
}

void Colouring::close_colour() {
    std::vector<FunctionId> work;
    const auto mark = [&](FunctionId id) {
        for (const FunctionId member : calls_.family(id))
            if (!state(member).coloured) {
                state(member).coloured = true;
                work.push_back(member);
            }
    };
    for (const FunctionInfo& function : symbols_.functions())
        if (state(function.id).io || !values_read_[function.id.value].empty())
            mark(function.id);
    // Code that makes an engine, a factory or a session.
    for (const auto& module : program_.modules)
        for (const CallInfo& call : types_.calls(module->id)) {
            const FunctionId function = symbols_.enclosing_function({module->id, call.node});
            if (!function)
                continue;
            for (const CallTarget& target : call.targets) {
                const ClassKnowledge* class_ = target.external.empty() ? nullptr : knowledge_.class_(target.external);
                const FunctionKnowledge* made =
                    target.external.empty() ? nullptr : knowledge_.function(target.external);
                // What only blocks (time.sleep, a lock) is the same in both forms.
                const Role role = knowledge_.role(target.external);
                if ((class_ != nullptr && !class_->async_class.empty() && role != Role::none &&
                     (uses_database_ || role != Role::http_client)) ||
                    (made != nullptr && !made->async_name.empty() && knowledge_.role(made->returns) != Role::none)) {
                    state(function).makes_session = true;
                    mark(function);
                }
            }
        }
    // Who makes an instance of a class names one of its forms.
    std::map<ClassId, std::set<FunctionId>> makers;
    for (const auto& module : program_.modules)
        for (const CallInfo& call : types_.calls(module->id))
            for (const CallTarget& target : call.targets)
                if (target.constructed && holds_session_[target.constructed.value])
                    if (const FunctionId maker = symbols_.enclosing_function({module->id, call.node}))
                        for (const ClassId base : types_.linearised(target.constructed))
                            makers[base].insert(maker);
    while (!work.empty()) {
        const FunctionId id = work.back();
        work.pop_back();
        for (const std::uint32_t index : calls_.callers(id)) {
            const CallEdge& edge = calls_.edges()[index];
            if (edge.caller && edge.kind != CallEdge::Kind::decorator)
                mark(edge.caller);
        }
        if (const auto made = makers.find(symbols_.function(id).owner); made != makers.end())
            for (const FunctionId maker : made->second)
                mark(maker);
        if (const FunctionId outer = symbols_.function(id).outer)
            mark(outer);
    }
}

bool Colouring::gives_session(TypeId type, unsigned depth) const {
    if (is_session_like(type))
        return true;
    return llvm::any_of(types_.store().atoms(type), [&](const Atom& atom) {
        if (const llvm::StringRef name = types_.store().external_class(atom);
            !name.empty() && (knowledge_.role(name) == Role::engine || knowledge_.role(name) == Role::session_factory))
            return true;
        return depth < TypeStore::max_depth &&
               llvm::any_of(atom.args, [&](TypeId inner) { return gives_session(inner, depth + 1); });
    });
}

bool Colouring::gives_session(FunctionId id) const { return gives_session(types_.returned(id), 0); }

/// Whether a decorated function can name the form of its decorator that it needs: then the decorator gets both.
bool Colouring::has_forms_by_name(FunctionId decorated, FunctionId wrapper) const {
    FunctionId outermost = wrapper;
    while (symbols_.function(outermost).outer)
        outermost = symbols_.function(outermost).outer;
    return !symbols_.function(outermost).owner && llvm::is_contained(decorators_of_[decorated.value], outermost) &&
           !state(decorated).untouched && module_of({symbols_.function(decorated).module, 0}).editable();
}

/// What a function without an async form means for those around it.
void Colouring::spread_from(FunctionId id, std::vector<FunctionId>& work) {
    const State& own = state(id);
    const FunctionInfo& function = symbols_.function(id);
    const auto withdraw = [&](FunctionId other, const std::string& how) {
        State& there = state(other);
        if (!there.possible)
            return;
        there.possible = false;
        if (!there.obstacle)
            there.obstacle = Obstacle{how + " " + function.qualified_name + ": " + own.obstacle->text,
                                      own.obstacle->place, own.obstacle->kept, own.obstacle->opaque};
        work.push_back(other);
    };
    for (const FunctionId member : calls_.family(id))
        if (member != id)
            withdraw(member, "shares its calls with");
    for (const FunctionId inner : inner_[id.value])
        if (state(inner).coloured)
            withdraw(inner, "inside");
    if (own.io && !wrapped_by_[id.value].empty()) {
        for (const FunctionId wrapped : wrapped_by_[id.value])
            withdraw(wrapped, "is wrapped by");
        // A decorator that makes one form alone of what it puts around has but one itself.
        for (FunctionId outer = function.outer; outer; outer = symbols_.function(outer).outer)
            withdraw(outer, "makes");
    }
    // What it reads there is the session of the function around it, which has to stay what it is.
    if (own.io && own.captures && function.outer)
        withdraw(function.outer, "holds the session of");
    // Code that makes its own sessions may stay as it is below async callers.
    const bool harmless = is_own(id) && !gives_session(id);
    if (own.io)
        for (const FunctionId wrapper : wrappers_of_[id.value])
            if (!has_forms_by_name(id, wrapper))
                withdraw(wrapper, "wraps");
    if (!own.coloured || harmless || own.async_form)
        return;
    for (const std::uint32_t index : calls_.callers(id)) {
        const CallEdge& edge = calls_.edges()[index];
        if (edge.caller && (runs_callee(edge.kind) || edge.kind == CallEdge::Kind::dependency) && !is_bridged(index))
            withdraw(edge.caller, edge.kind == CallEdge::Kind::dependency ? "depends on" : "calls");
        // `await asyncio.to_thread(find, db)`: the session goes with it.
        if (edge.caller && edge.kind == CallEdge::Kind::reference && own.io)
            if (const Node call = call_handed_to(module_of(edge.place), node(edge.place));
                call && hands_session({edge.place.module, call.id()}))
                withdraw(edge.caller, "hands its session to");
    }
}

/// Calls that cannot be awaited where they stand, and functions handed to who never awaits.
void Colouring::spread_uses() {
    for (const PlannedUse& use : uses_) {
        const CallEdge& edge = calls_.edges()[use.edge];
        const State& callee = state(edge.callee);
        const bool stays_sync = callee.obstacle && is_own(edge.callee) && !gives_session(edge.callee);
        if (use.plan.obstacle && !stays_sync && !is_bridged(use.edge))
            obstruct(edge.caller, use.plan.obstacle->text, use.plan.obstacle->place);
    }
}

/// A value without an async form takes it from whoever reads it.
bool Colouring::spread_values() {
    bool changed = false;
    for (std::size_t index = 0; index < values_.size(); ++index) {
        ValueState& value = value_states_[index];
        for (const std::uint32_t edge : value_edges_[index])
            if (const State& maker = state(calls_.edges()[edge].callee); !maker.possible && !value.obstacle)
                value.obstacle = maker.obstacle;
        if (!value.obstacle)
            continue;
        for (const std::uint32_t user : value.used_by)
            if (!value_states_[user].obstacle) {
                value_states_[user].obstacle = value.obstacle;
                changed = true;
            }
        for (const auto& [function, place] : value.readers)
            if (function && !state(function).obstacle) {
                obstruct(function, value.obstacle->text, value.obstacle->place);
                changed = true;
            }
    }
    for (const Held& held : held_)
        for (const auto& [function, place] : held.readers)
            if (held.obstacle && function && !state(function).obstacle) {
                obstruct(function, held.obstacle->text, held.obstacle->place);
                changed = true;
            }
    return changed;
}

void Colouring::spread_obstacles() {
    spread_uses();
    // Values and functions take it from each other; each round takes it from one more at least.
    do {
        std::vector<FunctionId> work;
        for (const FunctionInfo& function : symbols_.functions()) {
            State& own = state(function.id);
            own.possible = !own.obstacle;
            if (own.obstacle)
                work.push_back(function.id);
        }
        // First in, first out, so that reasons are the shortest ones.
        for (std::size_t next = 0; next < work.size(); ++next)
            spread_from(work[next], work);
    } while (spread_values());
}

} // namespace sqlawait
