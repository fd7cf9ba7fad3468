#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// At module level, of an engine that has both forms: what listens to the one listens to the other as well, by one more
/// decorator or call behind this one.
void listen_to_both(const MatchContext& context, Node call, Node target, const ColouredValue& value,
                    std::vector<Finding>& out) {
    const Node statement = call.parent();
    if (!statement.is_any(Kind::decorator, Kind::expression_statement))
        return;
    Fix fix;
    fix.group = context.facts.colours.group(value);
    const std::string engine = spell_use(context, target, value.module, value.async_name, fix);
    const std::string again =
        render(context.module.source, call.range(), {replace(target.range(), engine + ".sync_engine")});
    fix.edits.push_back(insert(statement.end(), context.module.source.newline_text().str() + indentation_of(statement) +
                                                    (statement.is(Kind::decorator) ? "@" : "") + again));
    out.push_back(
        edit_finding(context, call, "events of the asynchronous form are listened to as well", std::move(fix)));
}

/// `event.listen(engine, ...)`, `@event.listens_for(db, ...)`: listeners belong to the synchronous object.
void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const std::string callee = outside_name(context, node.child(Field::function));
    if (!llvm::StringRef(callee).starts_with("sqlalchemy.event."))
        return;
    const Node target = argument_value(find_argument(node, "target", 0));
    if (!target)
        return;
    const Place place = context.place(target);
    // `db.sync_session` is below already.
    if (target.is(Kind::attribute)) {
        const Place object = context.place(target.child(Field::object));
        for (const Role role : {Role::async_session, Role::async_engine, Role::async_connection})
            if (context.facts.types.has_role(object, role) != Certainty::unknown)
                return;
    }
    std::string below;
    if (context.facts.types.has_role(place, Role::session) == Certainty::proved)
        below = "sync_session";
    else if (context.facts.types.has_role(place, Role::engine) == Certainty::proved)
        below = "sync_engine";
    if (below.empty())
        return;
    bool async = writes_async(context, node);
    // At module level the engine itself says in which form it is.
    const ColouredValue* value = value_read(context.facts, context.module.id, target);
    if (value != nullptr && context.rendering == Rendering::in_place && !context.function(node)) {
        if (value->form.twin() && below == "sync_engine")
            return listen_to_both(context, node, target, *value, out);
        async = value->form.async && !value->form.sync;
    }
    if (!async)
        return;
    Fix fix;
    fix.edits.push_back(insert(target.end(), "." + below));
    if (value != nullptr)
        fix.group = context.facts.colours.group(*value);
    out.push_back(edit_finding(context, node, "events are those of the synchronous object below", std::move(fix)));
}

const RegisteredRule rule{{.name = "event_target",
                           .code = "SA204",
                           .summary = "event listeners are put on the synchronous object below",
                           .stage = Stage::async,
                           .kinds = {Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
