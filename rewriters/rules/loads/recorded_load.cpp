// What a run of the program's tests loaded lazily and the plan could not place is said where it was read.
#include "rewriters/engine/rule.h"

namespace sqlawait {

namespace {

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (context.rendering == Rendering::sync_twin)
        return;
    for (const RecordedRead& read : context.facts.loads.recorded()) {
        if (read.planned || read.place.module != context.module.id)
            continue;
        const Node at = node.tree().node(read.place.node);
        Finding finding;
        finding.code = "SA505";
        finding.place = read.place;
        finding.range = at.range();
        finding.kind = "load";
        finding.counts = false;
        finding.status = FindingStatus::information;
        finding.message = read.path + " was loaded lazily here when the tests ran";
        finding.reason = read.status;
        out.push_back(std::move(finding));
    }
}

const RegisteredRule rule{{.name = "recorded_load",
                           .code = "SA505",
                           .summary = "lazy loads that a run recorded and the plan could not place are reported",
                           .stage = Stage::loads,
                           .kinds = {Kind::module},
                           .match = match}};

} // namespace

} // namespace sqlawait
