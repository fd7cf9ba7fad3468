// Roots and what they need. Demand flows from a form of a function to the same form of what it uses, except
// where that has no async form or where the receiver never awaits.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

#include <utility>

namespace sqlawait {

/// By the program; that its tests call a function says nothing of who needs it.
bool Colouring::is_called(FunctionId id) const {
    return llvm::any_of(calls_.callers(id), [&](std::uint32_t index) {
        const CallEdge& edge = calls_.edges()[index];
        return edge.caller != id && edge.kind != CallEdge::Kind::override_ &&
               (!is_test_module(edge.place.module) || is_test_code(id));
    });
}

/// Inside `if __name__ == "__main__":` at module level.
bool Colouring::is_main_guarded(Place place) const {
    for (Node up = node(place).parent(); up; up = up.parent()) {
        if (up.is_any(Kind::class_definition, Kind::function_definition, Kind::lambda))
            return false;
        if (up.is(Kind::if_statement) && up.parent().is(Kind::module)) {
            const llvm::StringRef condition = up.child(Field::condition).text();
            return condition.contains("__name__") && condition.contains("__main__");
        }
    }
    return false;
}

void Colouring::demand(FunctionId id, bool async, FunctionId from, const std::string& reason, bool kept) {
    for (const FunctionId member : calls_.family(id)) {
        if (!demanded_by_value_ && follows_value(member))
            continue;
        State& own = state(member);
        // Of functions that use no session it is no matter here which form is called.
        if (async && own.async_form && own.coloured) {
            if (!std::exchange(own.asked_async, true))
                demand(own.async_form, true, member == id ? from : id, reason, kept);
            continue;
        }
        const bool as_async = async && own.possible;
        if (is_barred(member, as_async))
            continue;
        bool& wanted = as_async ? own.want.async : own.want.sync;
        if (wanted)
            continue;
        wanted = true;
        (as_async ? own.async_from : own.sync_from) = member == id ? from : id;
        (as_async ? own.async_reason : own.sync_reason) = reason;
        if (!as_async)
            own.sync_kept = async ? own.obstacle && own.obstacle->kept : kept;
        work_.emplace_back(member, as_async);
        if (is_made(member))
            demand_maker(member, as_async);
        for (const FunctionId stand_in : calls_.stand_ins(member))
            demand(stand_in, as_async, member, "", own.sync_kept);
        if (!as_async && from && depends_synchronously(from, member))
            for (const DependencyOverride& override_ : overrides_)
                if (override_.dependency == member && state(override_.given).coloured)
                    demand(override_.given, false, member, "", own.sync_kept);
    }
}

/// The asynchronous form of an engine, a factory or an alias that stands beside it: its assignment, or no node.
Node Colouring::async_definition(const ColouredValue& value) const {
    const ModuleBindings& bindings = symbols_.bindings(value.module);
    const auto found = bindings.scope(ScopeId{0}).by_name.find(async_value_name(bindings.symbol(value.symbol).name));
    if (found == bindings.scope(ScopeId{0}).by_name.end())
        return {};
    const auto is_async = [&](Node right) {
        const Place made{value.module, right.id()};
        if (value.role == Role::none) { // an alias
            if (const auto alias = value_index_.find({value.module, found->second}); alias != value_index_.end())
                return values_[alias->second].role == Role::none;
            for (NodeId at = right.id(); at < right.tree().record(right.id()).subtree_end; ++at)
                for (const Target& target : symbols_.resolve_expression(value.module, right.tree().node(at)))
                    if (target.kind == Target::Kind::function && is_async_form(target.function))
                        return true;
            return false;
        }
        return types_.has_role(made, Role::async_engine) == Certainty::proved ||
               types_.has_role(made, Role::async_session_factory) == Certainty::proved;
    };
    for (const DefinitionId id : bindings.symbol(found->second).definitions) {
        const Node made = program_.module(value.module).tree.node(bindings.definition(id).node);
        if (made.child(Field::right) && is_async(made.child(Field::right)))
            return made;
    }
    return {};
}

void Colouring::demand_value(std::uint32_t index, bool async) {
    ColouredValue& value = values_[index];
    if (async && has_async_form(value)) {
        value.beside = true;
        return;
    }
    const bool as_async = async && !value_states_[index].obstacle;
    bool& wanted = as_async ? value.form.async : value.form.sync;
    if (wanted)
        return;
    wanted = true;
    // It is filled in the form that is read.
    demanded_by_value_ = true;
    for (const FunctionId maker : value_states_[index].makers)
        demand(maker, as_async, {}, "makes '" + symbols_.bindings(value.module).symbol(value.symbol).name + "'", false);
    demanded_by_value_ = false;
    // Its definition reads other values and calls functions.
    for (std::uint32_t other = 0; other < values_.size(); ++other)
        if (llvm::is_contained(value_states_[other].used_by, index))
            demand_value(other, as_async);
    for (const std::uint32_t edge : value_edges_[index])
        demand(calls_.edges()[edge].callee, as_async, {}, "used by a module-level value", false);
}

void Colouring::spread(FunctionId id, bool async) {
    const bool kept = !async && state(id).sync_kept;
    const bool fixed = !module_of({symbols_.function(id).module, 0}).editable() || state(id).unedited;
    for (const FunctionId decorator : decorators_of_[id.value])
        if (!is_registration(id, decorator))
            demand(decorator, async, id, "", kept);
    for (const std::uint32_t value : values_read_[id.value])
        demand_value(value, async);
    for (const std::uint32_t held : held_read_[id.value])
        demand_held(held, async);
    for (const std::uint32_t index : calls_.callees(id)) {
        const CallEdge& edge = calls_.edges()[index];
        if (leaves_form_open(edge))
            continue;
        const FunctionInfo& callee = symbols_.function(edge.callee);
        if (is_unused_default(edge, async))
            continue;
        bool wants_async = async;
        // A thread or a listener is synchronous for good; what map() calls is part of the code around it.
        const bool does_something = state(edge.callee).io || gives_session(edge.callee);
        const bool stays = edge.kind == CallEdge::Kind::reference && edge.entry == Entry::sync && does_something &&
                           !is_called_in_place(edge);
        switch (edge.kind) {
        case CallEdge::Kind::decorator:
        case CallEdge::Kind::override_: continue;
        case CallEdge::Kind::reference:
            // What keeps, returns or hands on a function that it was given leaves its form to those who name and
            // who call it.
            if (edge.entry == Entry::transparent && (!names(edge) || state(edge.callee).formed_by_calls))
                continue;
            if (edge.entry == Entry::awaits) {
                wants_async = !overrides_sync_form(edge); // whoever hands it over
                break;
            }
            if (!does_something)
                break; // it is the same in both forms
            if (edge.entry == Entry::sync || edge.entry == Entry::unknown)
                wants_async = callee.is_async || (async && use_of_edge_.contains(index) && !is_bridge(edge));
            else if (callee.is_async && is_own(edge.callee))
                wants_async = true;
            break;
        default:
            // A coroutine of code with its own sessions is the same to all callers.
            if (callee.is_async && is_own(edge.callee))
                wants_async = true;
            else if (stays_for_others(id, edge.callee))
                wants_async = false;
            // A function that came in a variable has the form that it was handed over in.
            if (edge.kind == CallEdge::Kind::call && !edge.direct && callee.name != "__init__" && !callee.owner &&
                !state(edge.callee).formed_by_calls && is_handed_over(edge.callee) && !is_in_table(edge.callee) &&
                !is_made(edge.callee))
                continue;
            break;
        }
        demand(edge.callee, wants_async, id, "", kept || stays);
        if (fixed && edge.direct)
            state(edge.callee).fixed_sync_name = true;
    }
}

void Colouring::work_off() {
    while (!work_.empty()) {
        const auto [id, async] = work_.back();
        work_.pop_back();
        spread(id, async);
    }
}

void Colouring::find_roots() {
    for (State& own : states_)
        own.want = {}, own.root = false, own.asked_async = false;
    for (ColouredValue& value : values_)
        value.form = {}, value.beside = false;
    for (Held& held : held_)
        held.form = {};
    main_calls_.clear();
    script_calls_.clear();
    // A constructor that keeps a session for methods of which none can be asynchronous.
    const auto serves_only_sync = [&](const FunctionInfo& function) {
        bool found = false;
        if (function.name == "__init__" && !state(function.id).io)
            for (const FunctionId method : symbols_.class_(function.owner).methods) {
                if (state(method).io && state(method).possible)
                    return false;
                found |= state(method).io;
            }
        return found;
    };
    for (const FunctionInfo& function : symbols_.functions()) {
        State& own = state(function.id);
        const EntryPoint& entry = calls_.entry(function.id);
        const bool receives = own.receives;
        if (own.obstacle && own.obstacle->kept && !own.possible && (own.coloured || receives)) {
            own.root = true;
            demand(function.id, false, {}, own.obstacle->text, true);
        } else if (entry.entry == Entry::sync && is_entered_synchronously(function.id)) {
            own.root = true;
            demand(function.id, false, {}, entry.reason, true);
        } else if (entry.entry == Entry::unknown) {
            own.root = true;
            demand(function.id, function.is_async, {}, entry.reason, false);
        } else if (entry.test || is_command(function.id)) {
            continue; // by what it tests or does
        } else if (entry.entry == Entry::awaits) {
            own.root = true;
            demand(function.id, true, {}, entry.reason, false);
            if (own.coloured && is_switched(function.id))
                demand(function.id, false, {}, options_.feature_flag + " chooses its form at start", false);
        } else if (!is_called(function.id) && (own.coloured || receives)) {
            if ((!receives && !function.is_async) || own.async_form)
                continue; // settled last: something may still demand it
            own.root = true;
            if (serves_only_sync(function))
                demand(function.id, false, {}, "the methods that use its session stay synchronous", false);
            else
                demand(function.id, true, {},
                       receives ? "nobody in the program calls it and it receives a session" : "already async", false);
        }
    }
}

/// `@limit(5)`: the call that makes a decorator is wanted in the forms of what is decorated.
bool Colouring::is_decoration(const CallEdge& edge) const {
    const Node decorator = node(edge.place).parent();
    if (edge.kind != CallEdge::Kind::call || !decorator.is(Kind::decorator))
        return false;
    const Node definition = decorator.parent().child(Field::definition);
    const FunctionId decorated = symbols_.function_at({edge.place.module, definition.id()});
    return decorated && llvm::is_contained(decorators_of_[decorated.value], edge.callee);
}

void Colouring::demand_module_edge(const CallEdge& edge) {
    if (is_decoration(edge))
        return;
    const FunctionInfo& callee = symbols_.function(edge.callee);
    switch (edge.kind) {
    case CallEdge::Kind::decorator:
    case CallEdge::Kind::override_: return;
    case CallEdge::Kind::dependency:
        return demand(edge.callee, edge.entry != Entry::sync, {}, "a dependency that the framework calls", false);
    case CallEdge::Kind::reference:
        if (edge.entry == Entry::awaits)
            demand(edge.callee, !overrides_sync_form(edge), {}, "handed to a framework that awaits it", false);
        else if (edge.entry != Entry::transparent)
            demand(edge.callee, callee.is_async, {}, "handed over at module level", false);
        return;
    default: break;
    }
    const bool editable = module_of(edge.place).editable();
    if (callee.is_async)
        return demand(edge.callee, true, {}, "the script's main call", false);
    // A session that module-level code made is a synchronous one, and stays so.
    const Node arguments = node(edge.place).child(Field::arguments);
    const bool given_session = edge.kind == CallEdge::Kind::call && arguments.is(Kind::argument_list) &&
                               llvm::any_of(arguments.named_children(), [&](Node argument) {
                                   const Node value =
                                       argument.is(Kind::keyword_argument) ? argument.child(Field::value) : argument;
                                   return is_session_like(types_.type_of({edge.place.module, value.id()}));
                               });
    if (editable && edge.kind == CallEdge::Kind::call && is_main_guarded(edge.place) && !given_session) {
        script_calls_.push_back(static_cast<std::uint32_t>(&edge - calls_.edges().data()));
        return;
    }
    demand(edge.callee, false, {}, "called at module level", false);
    if (!editable && edge.direct)
        state(edge.callee).fixed_sync_name = true;
}

void Colouring::demand_module_level() {
    for (const std::uint32_t index : calls_.module_level()) {
        const CallEdge& edge = calls_.edges()[index];
        if (leaves_form_open(edge))
            continue;
        // Calls in an annotation or a default belong to the function; in a value's definition, to the value.
        if (const FunctionId function = owner(edge.place)) {
            const bool handed =
                edge.kind == CallEdge::Kind::reference && (edge.entry == Entry::sync || edge.entry == Entry::unknown);
            if (edge.kind == CallEdge::Kind::call || handed)
                demand(edge.callee, false, function, "", false);
            continue;
        }
        if (value_around(edge.place) == none_index)
            demand_module_edge(edge);
    }
    for (std::uint32_t index = 0; index < values_.size(); ++index) {
        const ValueState& known = value_states_[index];
        // `CurrentUser = Annotated[User, Depends(current_user)]` for code that is yet to come
        if (known.only_depends && known.readers.empty() && known.used_by.empty() && !has_async_form(values_[index]))
            demand_value(index, true);
        for (const auto& [function, place] : known.readers) {
            if (function || values_[index].role == Role::none || is_main_guarded(place))
                continue;
            const Node at = node(place);
            const Node call = at.ancestor(Kind::call);
            const CallInfo* info = call ? types_.call({place.module, call.id()}) : nullptr;
            const bool listens =
                info != nullptr && llvm::any_of(info->targets, [&](const CallTarget& target) {
                    return llvm::StringRef(knowledge_.canonical(target.external)).starts_with("sqlalchemy.event.");
                });
            if (!listens && !at.ancestor(Kind::import_from_statement))
                demand_value(index, false);
        }
    }
}

/// Whether a call hands over a session, as far as can be seen.
bool Colouring::hands_session(Place call) const {
    const Node arguments = node(call).child(Field::arguments);
    return arguments.is(Kind::argument_list) && llvm::any_of(arguments.named_children(), [&](Node argument) {
               const Node value = argument.is(Kind::keyword_argument) ? argument.child(Field::value) : argument;
               return is_session_like(types_.type_of({call.module, value.id()}));
           });
}

/// Calls on unknown receivers keep the name of what they may reach, in its sync form. A class that the program never
/// makes is made where nothing is known, by an entry point of the package: calls that hand over a session reach it.
void Colouring::demand_open_calls() {
    std::vector<bool> made(symbols_.classes().size());
    for (const auto& module : program_.modules)
        for (const CallInfo& call : types_.calls(module->id))
            for (const CallTarget& target : call.targets)
                if (target.constructed)
                    for (const ClassId line : types_.linearised(target.constructed))
                        made[line.value] = true;
    for (const FunctionInfo& function : symbols_.functions()) {
        if (!function.owner || !turns(function.id) || is_special(function.name))
            continue;
        const bool escapes = calls_.escapes(function.owner);
        if (!escapes && (made[function.owner.value] || is_called(function.id)))
            continue;
        const auto parameters = parameters_of(module_of({function.module, 0}).tree.node(function.node));
        for (const Place place : calls_.open_calls(function.name)) {
            if (!arguments_fit(node(place), parameters, true) || (!escapes && !hands_session(place)))
                continue;
            demand(function.id, false, {}, "it may be called where the object is not known", false);
            for (const FunctionId member : calls_.family(function.id))
                state(member).fixed_sync_name = true;
            break;
        }
    }
}

/// Whether calling a function gives an asynchronous engine, or what makes asynchronous sessions.
bool Colouring::gives_asynchronous(FunctionId id) const {
    return llvm::any_of(types_.store().atoms(types_.returned(id)), [&](const Atom& atom) {
        const Role role = knowledge_.role(types_.store().external_class(atom));
        return role == Role::async_engine || role == Role::async_session || role == Role::async_session_factory;
    });
}

/// Whether a framework gives a function what an `async def` makes, directly or further down.
bool Colouring::depends_on_async(FunctionId id) const {
    std::vector<FunctionId> work{id};
    std::set<FunctionId> seen{id};
    while (!work.empty()) {
        const FunctionId at = work.back();
        work.pop_back();
        for (const std::uint32_t index : calls_.callees(at)) {
            const CallEdge& edge = calls_.edges()[index];
            if (edge.kind != CallEdge::Kind::dependency || !seen.insert(edge.callee).second)
                continue;
            if (symbols_.function(edge.callee).is_async)
                return true;
            work.push_back(edge.callee);
        }
    }
    return false;
}

bool Colouring::is_async_form(FunctionId id) const {
    return symbols_.function(id).is_async || gives_asynchronous(id) || depends_on_async(id);
}

/// Whether two coroutines are the forms of one: where this one has a synchronous session the other has an asynchronous.
bool Colouring::differ_in_session(FunctionId id, FunctionId other) const {
    const auto count = [&](FunctionId function) {
        const FunctionInfo& info = symbols_.function(function);
        return parameters_of(module_of({info.module, 0}).tree.node(info.node)).size();
    };
    const std::size_t parameters = count(id);
    if (id == other || count(other) != parameters)
        return false;
    for (std::size_t i = 0; i < parameters; ++i)
        if (types_.has_role(types_.parameter(id, i), Role::session) != Certainty::unknown &&
            types_.has_role(types_.parameter(other, i), Role::async_session) != Certainty::unknown)
            return true;
    return false;
}

/// The async form of a function that has one beside it already, under the name that a twin gets, or none.
FunctionId Colouring::find_async_form(const FunctionInfo& function) const {
    if (function.is_lambda)
        return {};
    const ModuleBindings& bindings = symbols_.bindings(function.module);
    const ScopeId scope = enclosing_scope(bindings, bindings.scope(function.scope).parent);
    const auto find = [&](const std::string& name) {
        const auto found = bindings.scope(scope).by_name.find(name);
        if (found == bindings.scope(scope).by_name.end())
            return FunctionId();
        for (const DefinitionId id : bindings.symbol(found->second).definitions) {
            const FunctionId other = symbols_.function_at({function.module, bindings.definition(id).node});
            if (other && (is_under_switch(function) ||
                          (function.is_async ? differ_in_session(function.id, other) : is_async_form(other))))
                return other;
        }
        return FunctionId();
    };
    if (const FunctionId other = find(function.name + async_suffix.str()))
        return other;
    llvm::StringRef name = function.name;
    return name.consume_back(sync_suffix) ? find(name.str()) : FunctionId();
}

/// Whether somebody outside could give a session to a function, or to one that it makes and hands out.
bool Colouring::may_be_given_session(FunctionId id) const {
    const State& own = state(id);
    return own.receives ||
           (!own.io && llvm::any_of(inner_[id.value], [&](FunctionId inner) { return may_be_given_session(inner); }));
}

/// Whether a function does no I/O, and what it reads at module level is asynchronous for all others.
bool Colouring::hands_out_async_value(FunctionId id) const {
    const auto& read = values_read_[id.value];
    return !read.empty() && !state(id).io && llvm::all_of(read, [&](std::uint32_t value) {
        return values_[value].form.async && !values_[value].form.sync && !value_states_[value].obstacle;
    });
}

/// Whether a function gets to something that has one form only and is asynchronous for all others: an engine in an
/// attribute, one that a function fills.
bool Colouring::needs_async_only(FunctionId id) const {
    const auto is_async_only = [](const Form& form, bool refused) { return form.async && !form.sync && !refused; };
    std::vector<bool> held(held_.size()), values(values_.size());
    bool any = false;
    for (std::size_t i = 0; i < held_.size(); ++i)
        any |= held[i] = is_async_only(held_[i].form, held_[i].obstacle.has_value());
    for (std::size_t i = 0; i < values_.size(); ++i)
        any |= values[i] =
            !value_states_[i].makers.empty() && is_async_only(values_[i].form, value_states_[i].obstacle.has_value());
    std::vector<FunctionId> work(any ? 1 : 0, id);
    std::set<FunctionId> seen{id};
    while (!work.empty()) {
        const FunctionId at = work.back();
        work.pop_back();
        if (llvm::any_of(held_read_[at.value], [&](std::uint32_t index) { return held[index]; }) ||
            llvm::any_of(values_read_[at.value], [&](std::uint32_t index) { return values[index]; }))
            return true;
        for (const std::uint32_t index : calls_.callees(at))
            if (const CallEdge& edge = calls_.edges()[index];
                edge.kind == CallEdge::Kind::call && seen.insert(edge.callee).second)
                work.push_back(edge.callee);
    }
    return false;
}

/// A constructor without I/O that nobody is seen to call, of a class whose methods are asynchronous for all others.
bool Colouring::constructs_async(const FunctionInfo& function) const {
    if (function.name != "__init__" || !function.owner || state(function.id).io)
        return false;
    Form form;
    for (const FunctionId method : symbols_.class_(function.owner).methods)
        if (method != function.id && state(method).io) {
            form.async |= state(method).want.async;
            form.sync |= state(method).want.sync;
        }
    return form.async && !form.sync;
}

void Colouring::settle_uncalled(const FunctionInfo& function) {
    State& own = state(function.id);
    if (own.want.sync || own.want.async || function.outer)
        return;
    const bool receives = may_be_given_session(function.id);
    if (!own.coloured && !receives)
        return;
    own.root = true;
    if (own.async_form)
        demand(function.id, false, {}, "its async form stands beside it", false);
    else if (receives || function.is_async)
        demand(function.id, true, {}, "nobody that is known calls it and it receives a session", false);
    else if (hands_out_async_value(function.id) || constructs_async(function) ||
             (own.possible && needs_async_only(function.id)))
        demand(function.id, true, {}, "nobody in the program calls it and what it reads is asynchronous", false);
    else
        demand(function.id, false, {}, "nobody in the program calls it and it receives no session", false);
    work_off();
}

/// Inner functions have the forms of the function around them.
void Colouring::settle_inner() {
    for (const FunctionInfo& function : symbols_.functions()) {
        const State& own = state(function.id);
        if (!function.outer)
            continue;
        const State& outer = state(function.outer);
        if (own.want.sync || own.want.async || (!outer.want.sync && !outer.want.async))
            continue;
        if (outer.want.async)
            demand(function.id, true, function.outer, "", false);
        if (outer.want.sync)
            demand(function.id, false, function.outer, "", outer.sync_kept);
        work_off();
    }
}

/// What no root reached: functions that nobody calls, then scripts and tests, then what is only stored, and cycles.
void Colouring::settle() {
    for (const FunctionInfo& function : symbols_.functions()) {
        const State& own = state(function.id);
        // An abstract method that nobody calls looks like its overrides.
        if (own.io && !own.want.sync && !own.want.async && is_abstract(function)) {
            const auto overrides = overrides_of(function);
            const auto turned = [&](FunctionId id) { return state(id).want.async && !state(id).want.sync; };
            if (!overrides.empty())
                demand(function.id, llvm::all_of(overrides, turned), overrides.front(), "", false);
        }
        if (!is_called(function.id) && !calls_.entry(function.id).test && !is_command(function.id))
            settle_uncalled(function);
    }
    settle_inner();
    demand_scripts();
    demand_tests();
    settle_inner();
    demand_registrations();
    // What is handed a session by those has the form that they need.
    for (const bool receives : {false, true})
        for (const FunctionInfo& function : symbols_.functions())
            if (may_be_given_session(function.id) == receives)
                settle_uncalled(function);
    settle_inner();
}

} // namespace sqlawait
