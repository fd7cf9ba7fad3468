// What reads attributes that only the run names runs in the session's greenlet, where a lazy load can wait.
#include "rewriters/engine/async_edits.h"

namespace sqlawait {

namespace {

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (!context.options.async || context.rendering == Rendering::sync_twin || !context.is_async(node))
        return;
    const llvm::StringRef session = context.facts.loads.greenlet_of(context.place(node));
    if (session.empty())
        return;
    Fix fix;
    const bool brackets = await_needs_brackets(node);
    fix.edits.push_back(
        wrap(node, (brackets ? "(await " : "await ") + session.str() + ".run_sync(lambda _: ", brackets ? "))" : ")"));
    Finding finding =
        edit_finding(context, node, "attributes are read whose names are only known at run time", std::move(fix));
    finding.code = "SA509";
    finding.kind = "load";
    out.push_back(std::move(finding));
}

const RegisteredRule rule{{.name = "dynamic_read",
                           .code = "SA509",
                           .summary = "what reads attributes that only the run names can load them where it runs",
                           .stage = Stage::async,
                           .kinds = {Kind::call, Kind::attribute, Kind::list_comprehension, Kind::set_comprehension,
                                     Kind::dictionary_comprehension},
                           .match = match}};

} // namespace

} // namespace sqlawait
