#include "rewriters/engine/session_switch.h"

#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// The route under a decorator, if the program chooses its form when it starts; none else.
FunctionId switched_route(const MatchContext& context, Node decorator) {
    const Node definition = decorator.parent().child(Field::definition);
    const FunctionId id = context.facts.symbols.function_at(context.place(definition));
    if (!id || !context.facts.colours.function(id).switched ||
        !llvm::is_contained(context.facts.colours.function(id).registrations, context.place(decorator)))
        return {};
    return id;
}

bool has_keyword(Node call, llvm::StringRef name) {
    return llvm::any_of(call.child(Field::arguments).named_children(), [&](Node argument) {
        return argument.is(Kind::keyword_argument) && argument.child(Field::name).text() == name;
    });
}

/// @router.get("/users") -> @when_async(router.get("/users")), and over the synchronous form
/// @when_sync(router.get("/users", name="read_users"))
void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const FunctionId id = switched_route(context, node);
    const Node register_ = node.named_child(0);
    if (!id || !register_.is(Kind::call))
        return;
    const ColouredFunction& colour = context.facts.colours.function(id);
    const std::string& plain = context.facts.symbols.function(id).name;
    const bool sync = context.rendering == Rendering::sync_twin;
    Fix fix;
    fix.group = context.facts.colours.group(id);
    const std::string helper =
        context.spell(fix, session_switch_module(context.facts).name, sync ? when_sync : when_async);
    fix.edits.push_back(insert(register_.begin(), helper + "("));
    // Addresses and the description of the interface go by the name of the function.
    if ((sync ? colour.sync_name : colour.async_name) != plain && !has_keyword(register_, "name"))
        fix.edits.push_back(add_argument(register_, "name=\"" + plain + "\""));
    fix.edits.push_back(insert(register_.end(), ")"));
    out.push_back(
        edit_finding(context, node, "the program chooses the form of '" + plain + "' when it starts", std::move(fix)));
}

const RegisteredRule rule{{.name = "session_switch",
                           .code = "SA310",
                           .summary = "routes keep both forms, of which a switch registers one at start",
                           .stage = Stage::async,
                           .kinds = {Kind::decorator},
                           .match = match}};

} // namespace

} // namespace sqlawait
