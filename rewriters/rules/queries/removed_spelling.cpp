// What SQLAlchemy 2.0 removed outside of Query: said, because nothing else here works before it is changed.
#include "analysis/queries/query_methods.h"
#include "rewriters/engine/async_edits.h"

namespace sqlawait {

namespace {

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const Node function = node.child(Field::function);
    const Arguments arguments = arguments_of(node);
    const Node first = arguments.positional.empty() ? Node() : unwrap(arguments.positional[0]);
    std::string reason;
    if (outside_name(context, function) == "sqlalchemy.select") {
        if (first.is(Kind::list))
            reason = "select() of a list was removed in SQLAlchemy 2.0: give it the columns themselves";
    } else if (function.is(Kind::attribute) && function.child(Field::attribute).text() == "execute") {
        const Place receiver = context.place(function.child(Field::object));
        const TypeTable& types = context.facts.types;
        const auto is = [&](Role role) { return types.has_role(receiver, role) == Certainty::proved; };
        if (is(Role::engine))
            reason = "Engine.execute() was removed in SQLAlchemy 2.0: execute on a connection of engine.begin()";
        else if (first.is(Kind::string) && (is(Role::session) || is(Role::connection)))
            reason = "execute() of a plain string was removed in SQLAlchemy 2.0: wrap it in text()";
    }
    if (reason.empty() || context.rendering == Rendering::sync_twin)
        return;
    Finding finding;
    finding.code = "SA107";
    finding.place = context.place(node);
    finding.range = node.range();
    finding.kind = "removed spelling";
    finding.message = "a spelling of SQLAlchemy 1.x";
    finding.status = FindingStatus::information;
    finding.reason = reason;
    out.push_back(std::move(finding));
}

const RegisteredRule rule{{.name = "removed_spelling",
                           .code = "SA107",
                           .summary = "spellings that SQLAlchemy 2.0 removed are reported",
                           .stage = Stage::select,
                           .kinds = {Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
