// `q = session.query` goes when everything that called `q` is a select().
#include "rewriters/engine/async_edits.h"
#include "rewriters/queries/web.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const Place place = context.place(node);
    const QueryFlow& queries = context.facts.queries;
    for (const QueryAlias& alias : queries.aliases()) {
        if (alias.statement != place || alias.chains.empty())
            continue;
        const QueryChain& chain = queries.chains()[alias.chains[0]];
        const QueryWeb& web = queries.web(chain.web);
        if (stays(context.facts, web))
            return;
        // The whole line, when nothing else is on it; a block needs a statement.
        const SourceText& source = context.module.source;
        const unsigned line = source.lines.at(node.begin()).line;
        const Offset begin = source.lines.line_begin(line), end = source.lines.line_begin(line + 1);
        const bool alone = source.slice({begin, node.begin()}).trim().empty() &&
                           source.slice({node.end(), end}).trim().empty() && node.parent().named_children().size() > 1;
        Fix fix;
        fix.edits.push_back(alone ? replace({begin, end}, "", Layer::statement)
                                  : replace(node.range(), "pass", Layer::statement));
        fix.group = web_group(context, web, node);
        Finding finding =
            edit_finding(context, node, "a name for the method query() that nothing calls any more", std::move(fix));
        finding.code = "SA104";
        out.push_back(std::move(finding));
    }
}

const RegisteredRule rule{{.name = "query_alias",
                           .code = "SA104",
                           .summary = "a name for session.query goes with its last call",
                           .stage = Stage::select,
                           .kinds = {Kind::expression_statement},
                           .match = match}};

} // namespace

} // namespace sqlawait
