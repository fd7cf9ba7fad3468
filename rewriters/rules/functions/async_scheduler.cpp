#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const CallGraph& calls = context.facts.calls;
    if (!llvm::is_contained(calls.loop_schedulers(), context.place(node)) || context.rendering == Rendering::sync_twin)
        return;
    const auto jobs = calls.loop_jobs();
    const auto* turned = llvm::find_if(jobs, [&](FunctionId id) {
        const ColouredFunction& job = context.facts.colours.function(id);
        return job.form.async && (job.turns_async || context.facts.symbols.function(id).is_async);
    });
    if (turned == jobs.end())
        return;
    Fix fix;
    fix.group = context.facts.colours.group(*turned);
    fix.edits.push_back(replace(node.child(Field::function).range(),
                                context.spell(fix, "apscheduler.schedulers.asyncio", "AsyncIOScheduler")));
    out.push_back(
        edit_finding(context, node, "the scheduler runs on the event loop and awaits its jobs", std::move(fix)));
}

const RegisteredRule rule{{.name = "async_scheduler",
                           .code = "SA308",
                           .summary = "BackgroundScheduler becomes AsyncIOScheduler where its jobs become async",
                           .stage = Stage::async,
                           .kinds = {Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
