#include "rewriters/engine/async_edits.h"

namespace sqlawait {

namespace {

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const FunctionId dependency = context.facts.colours.lent_for(context.place(node));
    if (!dependency || context.rendering == Rendering::sync_twin)
        return;
    Fix fix;
    fix.group = context.facts.colours.group(dependency);
    const std::string session = context.spell(fix, "sqlalchemy.ext.asyncio", "AsyncSession");
    fix.edits.push_back(wrap(node, session + "(sync_session_class=lambda **_: ", ")", Layer::expression));
    out.push_back(edit_finding(context, node,
                               "the application awaits the session of the test, which stays synchronous: lazy loads of "
                               "the application do not fail here",
                               std::move(fix)));
}

const RegisteredRule rule{{.name = "lent_session",
                           .code = "SA805",
                           .summary = "a synchronous session of a test that the application is given is wrapped",
                           .stage = Stage::async,
                           .kinds = {Kind::identifier, Kind::attribute, Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
