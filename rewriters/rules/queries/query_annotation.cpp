// Annotations that say Query where a Select is passed now.
#include "rewriters/engine/async_edits.h"
#include "rewriters/queries/web.h"

namespace sqlawait {

namespace {

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const QueryWeb* web = context.facts.queries.annotated_web(context.place(node));
    if (web == nullptr || stays(context.facts, *web))
        return;
    Fix fix;
    fix.edits.push_back(replace(node.range(), context.spell(fix, "sqlalchemy", "Select")));
    fix.group = web_group(context, *web, node);
    Finding finding = edit_finding(context, node, "the annotation names what select() gives", std::move(fix));
    finding.code = "SA103";
    out.push_back(std::move(finding));
}

const RegisteredRule rule{{.name = "query_annotation",
                           .code = "SA103",
                           .summary = "annotations that say Query say Select",
                           .stage = Stage::select,
                           .kinds = {Kind::identifier, Kind::attribute, Kind::member_type},
                           .match = match}};

} // namespace

} // namespace sqlawait
