// What a module keeps for all of its callers is read before an await and written behind it: whoever ran in between is
// overwritten. A function that blocked let nobody run on its event loop.
#include "rewriters/engine/async_edits.h"
#include "rewriters/engine/session_calls.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral locks[] = {"threading.Lock", "threading.RLock", "threading.Condition",
                                         "threading.Semaphore", "threading.BoundedSemaphore"};

bool runs_as_coroutine(const MatchContext& context, Node node) {
    const FunctionId function = context.facts.symbols.enclosing_function(context.place(node));
    return function &&
           (context.facts.symbols.function(function).is_async || context.facts.colours.function(function).form.async);
}

/// Whether others may run while a part of this statement is worked out.
bool waits_in(const MatchContext& context, Node statement, Node part) {
    return llvm::any_of(own_calls(statement), [&](Node call) {
        return call.inside(part) &&
               (call.parent().is(Kind::await) || session_use(context.facts, context.place(call)) != SessionUse::none ||
                uses_session(context.facts, context.place(call)));
    });
}

/// The name of the module that an attribute, an element or a name itself belongs to; none for what a function owns.
SymbolId shared_name(const MatchContext& context, Node target) {
    while (target.is_any(Kind::attribute, Kind::subscript))
        target = target.child(target.is(Kind::attribute) ? Field::object : Field::value);
    if (!target.is(Kind::identifier))
        return {};
    const ModuleBindings& bindings = context.facts.symbols.bindings(context.module.id);
    const SymbolId symbol = bindings.symbol_at(target.id());
    return symbol && bindings.scope(bindings.symbol(symbol).scope).kind == ScopeKind::module ? symbol : SymbolId();
}

/// Whether a condition around an assignment looks at the same name: `if key not in CACHE: CACHE[key] = ...`.
bool is_looked_up_before(const MatchContext& context, Node assignment, SymbolId name) {
    const ModuleBindings& bindings = context.facts.symbols.bindings(context.module.id);
    for (Node up = assignment.parent(); up && !up.is(Kind::function_definition); up = up.parent()) {
        if (!up.is(Kind::if_statement))
            continue;
        const Node condition = up.child(Field::condition);
        for (NodeId id = condition.id(); id < up.tree().size() && up.tree().node(id).inside(condition); ++id)
            if (up.tree().node(id).is(Kind::identifier) && bindings.symbol_at(id) == name)
                return true;
    }
    return false;
}

bool takes_lock(const MatchContext& context, Node item) {
    const TypeTable& types = context.facts.types;
    Node value = item.child(Field::value);
    if (value && value.is(Kind::as_pattern))
        value = value.named_child(0);
    return value && llvm::any_of(types.store().atoms(types.type_of(context.place(value))), [&](const Atom& atom) {
               return llvm::is_contained(locks, types.store().external_class(atom));
           });
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (!is_looked_at(context, node) || !runs_as_coroutine(context, node))
        return;
    if (node.is(Kind::with_statement)) {
        const Node body = node.child(Field::body);
        if (llvm::any_of(node.named_child(0).named_children(),
                         [&](Node item) { return item.is(Kind::with_item) && takes_lock(context, item); }) &&
            waits_in(context, node, body))
            out.push_back(hazard(context, node, "SA706", "a lock of threads is held across an await",
                                 "the next coroutine that wants it stops the event loop, and nobody is left to release "
                                 "it: use an asyncio.Lock"));
        return;
    }
    const Node left = node.child(Field::left), right = node.child(Field::right);
    if (!left || !right || !waits_in(context, node, right))
        return;
    const SymbolId name = shared_name(context, left);
    if (!name)
        return;
    if (node.is(Kind::augmented_assignment))
        out.push_back(hazard(context, node, "SA706",
                             "'" + left.text().str() + "' is read before an await and written behind it",
                             "what others write in between is lost: wait first, into a variable, and add that"));
    else if (is_looked_up_before(context, node, name))
        out.push_back(hazard(
            context, node, "SA706", "'" + left.text().str() + "' is looked up before an await and filled behind it",
            "others find it empty meanwhile and do the same: hold an asyncio.Lock where that matters"));
}

const RegisteredRule rule{
    {.name = "shared_state",
     .code = "SA706",
     .summary = "what a module keeps and changes across an await, and locks held across one, are reported",
     .stage = Stage::async,
     .kinds = {Kind::augmented_assignment, Kind::assignment, Kind::with_statement},
     .match = match}};

} // namespace

} // namespace sqlawait
