// Decorators that hand a function to who calls it: a framework's (a route), or the program's own (a table of handlers).
// Of a function with two forms the asynchronous one is registered; the other stands beside it without the decorator.
#include "analysis/calls/session_switch.h"
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// Outside functions that look at a function or copy its name, and keep nothing of it.
bool keeps_nothing(llvm::StringRef dotted) {
    for (const llvm::StringRef container : {"builtins.list.", "builtins.dict.", "builtins.set."})
        if (dotted.starts_with(container))
            return false;
    return llvm::is_contained({"builtins", "functools", "inspect", "logging", "typing", "asyncio", "warnings"},
                              dotted.split('.').first);
}

/// Whether a read of what is decorated puts it where other code finds it.
enum class Use : std::uint8_t { other, kept, given_back };

} // namespace

void Colouring::find_registrations() {
    registrations_.resize(symbols_.functions().size());
    for (const FunctionInfo& function : symbols_.functions())
        for (const Place decorator : calls_.registrations(function.id))
            registrations_[function.id.value].push_back({.decorator = decorator, .by = {}});
    const auto use_of = [&](const Module& module, Node read) {
        const Node up = read.parent();
        if (up.is(Kind::return_statement))
            return Use::given_back;
        if (up.is(Kind::assignment) && up.child(Field::right) == read)
            return up.child(Field::left).is_any(Kind::subscript, Kind::attribute) ? Use::kept : Use::other;
        const Node argument = up.is_any(Kind::keyword_argument, Kind::tuple) ? up : read;
        const Node call = argument.parent().is(Kind::argument_list) ? argument.parent().parent() : Node();
        if (!call || !call.is(Kind::call))
            return Use::other;
        const std::string callee = outside_callee(module, call);
        return call.child(Field::function).is(Kind::attribute) && !keeps_nothing(callee) ? Use::kept : Use::other;
    };
    for (const CallEdge& edge : calls_.edges()) {
        if (edge.kind != CallEdge::Kind::decorator)
            continue;
        const Node decorator = node(edge.place);
        const FunctionId decorated =
            symbols_.function_at({edge.place.module, decorator.parent().child(Field::definition).id()});
        if (!decorated)
            continue;
        // `@handler("count")`: what the call gives is handed the function.
        std::vector<FunctionId> takers{edge.callee};
        if (decorator.named_child(0).is(Kind::call))
            takers = inner_[edge.callee.value];
        bool registers = false, gives_it = true;
        for (const FunctionId taker : takers) {
            const FunctionInfo& info = symbols_.function(taker);
            const Module& module = module_of({info.module, 0});
            const ModuleBindings& bindings = symbols_.bindings(info.module);
            const auto parameters = parameters_of(module.tree.node(info.node));
            const std::size_t first = info.owner && !parameters.empty() && parameters.size() > 1 ? 1 : 0;
            if (parameters.size() <= first)
                continue;
            const auto name = bindings.scope(info.scope).by_name.find(parameters[first].name);
            if (name == bindings.scope(info.scope).by_name.end())
                continue;
            bool kept = false, given_back = false;
            for (NodeId id = info.node; id < module.tree.record(info.node).subtree_end; ++id) {
                const Node read = module.tree.node(id);
                if (!read.is(Kind::identifier) || bindings.symbol_at(id) != name->second || bindings.definition_at(id))
                    continue;
                const Use use = use_of(module, read);
                kept |= use == Use::kept;
                given_back |= use == Use::given_back;
            }
            registers |= kept;
            gives_it &= !kept || given_back;
        }
        if (registers)
            registrations_[decorated.value].push_back(
                {.decorator = edge.place, .by = edge.callee, .gives_it = gives_it});
    }
}

bool Colouring::is_registration(FunctionId id, FunctionId decorator) const {
    return llvm::any_of(registrations_[id.value],
                        [&](const Registration& registration) { return registration.by == decorator; });
}

/// A route of a program that chooses its session when it starts: there are both forms of it.
bool Colouring::is_switched(FunctionId id) const {
    const FunctionInfo& function = symbols_.function(id);
    const auto& registrations = registrations_[id.value];
    return !options_.feature_flag.empty() && !function.owner && !function.outer && !registrations.empty() &&
           llvm::all_of(registrations, [&](const Registration& registration) {
               return !registration.by && llvm::is_contained(calls_.routes(id), registration.decorator);
           });
}

/// The synchronous form of such a route: `@when_sync(router.get(...))`.
bool Colouring::is_under_switch(const FunctionInfo& function) const {
    const Node around = node({function.module, function.node}).parent();
    return around.is(Kind::decorated_definition) && llvm::any_of(around.named_children(), [&](Node decorator) {
               const Node call = decorator.is(Kind::decorator) ? decorator.named_child(0) : Node();
               return call.is(Kind::call) &&
                      is_switch(symbols_, program_, function.module, call.child(Field::function), when_sync);
           });
}

/// Decorators that register are needed in the one form that they register.
void Colouring::demand_registrations() {
    for (const FunctionInfo& function : symbols_.functions()) {
        const State& own = state(function.id);
        for (const Registration& registration : registrations_[function.id.value])
            if (registration.by && (own.want.sync || own.want.async))
                demand(registration.by, own.want.async, function.id, "", own.sync_kept);
    }
    work_off();
}

/// A function of which both forms are wanted, where nobody knows which of them is to be registered.
bool Colouring::find_registration_conflicts() {
    bool found = false;
    for (const FunctionInfo& function : symbols_.functions()) {
        const State& own = state(function.id);
        if (!own.want.twin() || !own.coloured || own.obstacle)
            continue;
        for (const Registration& registration : registrations_[function.id.value]) {
            bool any = false, all_await = true;
            for (const std::uint32_t index : calls_.callers(function.id)) {
                const CallEdge& edge = calls_.edges()[index];
                if (edge.kind != CallEdge::Kind::call || edge.direct)
                    continue;
                any = true;
                all_await &= edge.caller && state(edge.caller).want.async && !state(edge.caller).want.sync;
            }
            if (registration.by && !registration.gives_it)
                obstruct(function.id, "its decorator registers it: a second form would be registered as well",
                         registration.decorator);
            else if (registration.by && !(any && all_await))
                obstruct(function.id,
                         any ? "its decorator registers it, and code that stays synchronous calls it from there"
                             : "its decorator registers it, and nobody is known to call it from there",
                         registration.decorator);
            else if (own.fixed_sync_name)
                obstruct(function.id, "it is registered by its name, which code that is not edited uses",
                         registration.decorator);
            else
                continue;
            found = true;
            break;
        }
    }
    return found;
}

/// Whether a class method does with its class what it would do with a second form as well: keep it somewhere, or hand
/// it to code that may. Reading and setting attributes of it, and asking what it is, is not.
bool Colouring::hands_on_class(FunctionId hook) const {
    const FunctionInfo& info = symbols_.function(hook);
    const Module& module = module_of({info.module, 0});
    const Node function = module.tree.node(info.node);
    const auto parameters = parameters_of(function);
    if (parameters.empty())
        return true;
    const Node body = function.child(Field::body);
    for (NodeId id = body.id(); id < module.tree.record(body.id()).subtree_end; ++id) {
        const Node node = module.tree.node(id);
        if (!node.is(Kind::identifier) || node.text() != parameters.front().name || node.field() == Field::attribute)
            continue;
        const Node parent = node.parent();
        const Node outer = parent.parent();
        if (parent.is(Kind::attribute)) {
            if (outer.is(Kind::call) && outer.child(Field::function) == parent)
                return true;
            continue;
        }
        const bool asked = parent.is(Kind::argument_list) && outer.is(Kind::call) &&
                           llvm::is_contained({"isinstance", "issubclass", "hasattr", "getattr", "setattr", "repr",
                                               "str", "vars", "super"},
                                              outer.child(Field::function).text());
        if (!asked && !parent.is_any(Kind::interpolation, Kind::comparison_operator))
            return true;
    }
    return false;
}

} // namespace sqlawait
