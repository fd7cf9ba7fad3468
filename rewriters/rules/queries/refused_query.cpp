// Queries that stay: reported and counted with the reason.
#include "rewriters/queries/web.h"

namespace sqlawait {

namespace {

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const QueryChain* chain = context.facts.queries.chain_at(context.place(node));
    if (chain == nullptr || !chain->web || (!chain->produces && !chain->terminal))
        return;
    const std::optional<WebStay> stay = stays(context.facts, context.facts.queries.web(chain->web));
    if (!stay || context.rendering == Rendering::sync_twin)
        return;
    Finding finding;
    finding.code = "SA102";
    finding.place = context.place(node);
    finding.range = node.range();
    finding.kind = "query";
    finding.message =
        stay->kept ? "a legacy query in code that stays synchronous" : "a legacy query that can't be rewritten";
    finding.status = stay->kept ? FindingStatus::kept : FindingStatus::remaining;
    finding.reason = stay->reason;
    if (stay->place != finding.place) {
        const Module& module = context.facts.module(stay->place.module);
        const LineColumn at = module.source.lines.at(module.tree.node(stay->place.node).begin());
        finding.reason += " (" + module.source.path + ":" + std::to_string(at.line) + ")";
    }
    out.push_back(std::move(finding));
}

const RegisteredRule rule{
    {.name = "refused_query",
     .code = "SA102",
     .summary = "a legacy query that can't be rewritten is reported with the reason",
     .stage = Stage::select,
     .kinds = {Kind::call, Kind::attribute, Kind::subscript, Kind::identifier, Kind::parenthesized_expression,
               Kind::boolean_operator, Kind::conditional_expression, Kind::named_expression},
     .match = match}};

} // namespace

} // namespace sqlawait
