// A lazy read that the plan can't load for is said where it stands: nothing of it is silent.
#include "rewriters/engine/rule.h"

#include <set>

namespace sqlawait {

namespace {

Finding finding_at(const MatchContext& context, Node at, std::string message, std::string reason) {
    Finding finding;
    finding.code = "SA508";
    finding.place = context.place(at);
    finding.range = at.range();
    finding.kind = "load";
    finding.counts = false;
    finding.status = FindingStatus::information;
    finding.message = std::move(message);
    finding.reason = std::move(reason);
    return finding;
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (context.rendering == Rendering::sync_twin)
        return;
    for (const UnforeseenRead& read : context.facts.loads.unforeseen())
        if (read.place.module == context.module.id)
            out.push_back(
                finding_at(context, node.tree().node(read.place.node),
                           "the attribute that is read here is only known at run time: of " +
                               context.facts.symbols.class_(read.entity).name + " it may be a relationship",
                           "load what may be asked for where the object is queried, or say the names as constants"));
    std::set<Place> said;
    for (const RelationshipRead& read : context.facts.loads.reads()) {
        llvm::StringRef why = read.status;
        if (read.planned || read.place.module != context.module.id || !why.consume_front("not loaded: ") ||
            read.path.empty() || !said.insert(read.place).second)
            continue;
        const PathStep& step = read.path.back();
        if (step.relationship.empty())
            continue;
        out.push_back(finding_at(context, node.tree().node(read.place.node),
                                 "no query loads " + context.facts.symbols.class_(step.owner).name + "." +
                                     step.relationship + ", which is read here",
                                 why.str()));
    }
}

const RegisteredRule rule{{.name = "unloaded_read",
                           .code = "SA508",
                           .summary = "lazy reads that no query can load for are reported",
                           .stage = Stage::loads,
                           .kinds = {Kind::module},
                           .match = match}};

} // namespace

} // namespace sqlawait
