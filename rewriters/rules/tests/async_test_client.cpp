#include "rewriters/engine/async_edits.h"
#include "rewriters/engine/engine_arguments.h"

namespace sqlawait {

namespace {

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (made_by(context, node) != Made::client || context.rendering == Rendering::sync_twin ||
        !context.facts.colours.requests_await() || !writes_async(context, node))
        return;
    FoundationEdits made = foundation_edits(context, node);
    if (!made.refusal.empty())
        return;
    Fix fix{.edits = std::move(made.edits),
            .imports = std::move(made.imports),
            .group = change_group(context, node),
            .suggested = false,
            .helpers = {}};
    out.push_back(edit_finding(context, node, "requests run on the loop of the test", std::move(fix)));
}

const RegisteredRule rule{{.name = "async_test_client",
                           .code = "SA801",
                           .summary = "TestClient becomes AsyncClient, on the event loop of the test",
                           .stage = Stage::async,
                           .kinds = {Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
