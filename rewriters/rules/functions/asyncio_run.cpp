#include "rewriters/engine/async_edits.h"

namespace sqlawait {

namespace {

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const Place place = context.place(node);
    if (context.rendering != Rendering::in_place ||
        !context.facts.colours.has_conversion(place, Conversion::asyncio_run))
        return;
    Fix fix;
    const std::string run = spell_through_module(context, fix, "asyncio", "run");
    fix.edits.push_back(wrap(node, run + "(", ")"));
    if (const CallInfo* info = context.facts.types.call(place))
        for (const CallTarget& target : info->targets)
            if (target.function)
                fix.group = context.facts.colours.group(target.function);
    out.push_back(edit_finding(context, node, "the script runs its main function in an event loop", std::move(fix)));
}

const RegisteredRule rule{{.name = "asyncio_run",
                           .code = "SA305",
                           .summary = "a script runs its main function with asyncio.run",
                           .stage = Stage::async,
                           .kinds = {Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
