// What reads like a legacy query and is none that the analysis can tell: counted, or said to be something else.
#include "rewriters/engine/rule.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// The methods of a session that are handed a statement.
bool runs_statements(llvm::StringRef method) {
    return llvm::is_contained({"execute", "scalar", "scalars", "stream", "exec"}, method);
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const llvm::ArrayRef<UnseenQuery> all = context.facts.queries.unseen();
    const Place place = context.place(node);
    const auto found =
        llvm::lower_bound(all, place, [](const UnseenQuery& one, Place wanted) { return one.call < wanted; });
    if (found == all.end() || found->call != place || context.rendering == Rendering::sync_twin)
        return;
    // What a mocked session is told belongs to the rule of mocks.
    for (Node up = node; up && !up.is_any(Kind::function_definition, Kind::module); up = up.parent())
        if (up.is(Kind::assignment))
            if (const ToldChain told = told_chain(context.facts.knowledge, up);
                told.root && context.facts.colours.doubles().reads.contains(context.place(told.root)))
                return;
    Finding finding;
    finding.code = "SA105";
    finding.place = place;
    finding.range = node.range();
    const bool queries = found->method == "query" || runs_statements(found->method);
    finding.kind = found->other ? "other session" : queries ? "query" : found->method;
    finding.message = found->other               ? "query() of something that is no SQLAlchemy session"
                      : found->method == "query" ? "query() with SQLAlchemy's columns, on something that is not known"
                      : queries ? found->method + "() of an SQLAlchemy statement, on something that is not known"
                                : found->method + "() of what is used as a session, and is not known";
    finding.status = found->other ? FindingStatus::kept : FindingStatus::remaining;
    finding.reason = found->reason;
    // A listener of the session's own events, say, is never handed anything else than a synchronous session.
    const FunctionId around = context.function(node);
    if (around && !found->other && context.facts.colours.function(around).kept)
        finding.status = FindingStatus::kept;
    out.push_back(std::move(finding));
}

const RegisteredRule rule{{.name = "unseen_query",
                           .code = "SA105",
                           .summary = "queries and statements on something that can't be told are reported",
                           .stage = Stage::select,
                           .kinds = {Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
