// Chains of the legacy Query become select() run by the session.
#include "rewriters/engine/async_edits.h"
#include "rewriters/queries/chain_writer.h"
#include "rewriters/queries/web.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const QueryChain* chain = context.facts.queries.chain_at(context.place(node));
    if (chain == nullptr || !chain->web || stays(context.facts, context.facts.queries.web(chain->web)))
        return;
    const std::string& last = chain->links.back().method;
    Finding finding;
    finding.code = "SA101";
    finding.place = context.place(node);
    finding.range = node.range();
    finding.kind = "query";
    finding.counts = chain->produces || chain->terminal;
    finding.message = chain->terminal ? "a legacy query runs with " + last + (last.starts_with("__") ? "" : "()")
                                      : std::string("a legacy query");
    Fix fix;
    ChainWriter writer(context, *chain, fix);
    std::optional<Edit> edit = writer.write();
    if (!edit)
        return;
    if (std::optional<Edit> comments = writer.saved_comments(*edit))
        fix.edits.push_back(std::move(*comments));
    fix.edits.push_back(std::move(*edit));
    fix.group = web_group(context, context.facts.queries.web(chain->web), node);
    finding.fix = std::move(fix);
    out.push_back(std::move(finding));
}

const RegisteredRule rule{
    {.name = "legacy_query",
     .code = "SA101",
     .summary = "chains of the legacy Query become select() run by the session",
     .stage = Stage::select,
     .kinds = {Kind::call, Kind::attribute, Kind::subscript, Kind::identifier, Kind::parenthesized_expression,
               Kind::boolean_operator, Kind::conditional_expression, Kind::named_expression},
     .match = match}};

} // namespace

} // namespace sqlawait
