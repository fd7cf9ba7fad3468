#include "rewriters/engine/async_edits.h"
#include "rewriters/engine/engine_arguments.h"

namespace sqlawait {

namespace {

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const Made made = made_by(context, node);
    if ((made != Made::factory && made != Made::session) || context.rendering == Rendering::sync_twin)
        return;
    Finding finding;
    finding.place = context.place(node);
    finding.range = node.range();
    finding.kind = "session";
    finding.message =
        made == Made::factory ? "a factory of synchronous sessions is made" : "a synchronous session is made";
    if (!writes_async(context, node)) {
        const ColouredValue* value = value_defined_at(context.facts, context.module.id, node);
        if (value != nullptr && value->form.twin())
            return;
        const FunctionId owner = text_owner(context, node);
        const bool kept = owner && context.facts.colours.function(owner).kept;
        finding.status = kept ? FindingStatus::kept : FindingStatus::remaining;
        finding.reason = "synchronous code uses it";
        out.push_back(std::move(finding));
        return;
    }
    FoundationEdits edits = foundation_edits(context, node);
    finding.reason = edits.refusal;
    if (edits.refusal.empty())
        finding.fix = Fix{.edits = std::move(edits.edits),
                          .imports = std::move(edits.imports),
                          .group = change_group(context, node),
                          .suggested = false,
                          .helpers = std::move(edits.helpers)};
    out.push_back(std::move(finding));
}

const RegisteredRule rule{{.name = "async_session_factory",
                           .code = "SA402",
                           .summary = "sessionmaker becomes async_sessionmaker with expire_on_commit=False",
                           .stage = Stage::async,
                           .kinds = {Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
