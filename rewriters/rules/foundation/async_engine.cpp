#include "rewriters/engine/async_edits.h"
#include "rewriters/engine/engine_arguments.h"

namespace sqlawait {

namespace {

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (made_by(context, node) != Made::engine || context.rendering == Rendering::sync_twin)
        return;
    Finding finding;
    finding.place = context.place(node);
    finding.range = node.range();
    finding.kind = "engine";
    finding.message = "a synchronous engine is made";
    if (!writes_async(context, node)) {
        // With both forms the asynchronous one stands beside it.
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
    FoundationEdits made = foundation_edits(context, node);
    finding.reason = made.refusal;
    if (made.refusal.empty())
        finding.fix = Fix{.edits = std::move(made.edits),
                          .imports = std::move(made.imports),
                          .group = change_group(context, node),
                          .suggested = false,
                          .helpers = std::move(made.helpers)};
    out.push_back(std::move(finding));
}

const RegisteredRule rule{{.name = "async_engine",
                           .code = "SA401",
                           .summary = "create_engine becomes create_async_engine, with an asynchronous driver",
                           .stage = Stage::async,
                           .kinds = {Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
