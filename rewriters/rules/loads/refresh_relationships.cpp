// Objects made and refreshed here: what is read of them later is loaded behind the refresh.
#include "rewriters/engine/loader_options.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// The white space that the statement's line starts with.
std::string indentation_of(const SourceText& source, Node statement) {
    const LineColumn at = source.lines.at(statement.begin());
    return source.slice({source.lines.line_begin(at.line), statement.begin()}).str();
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const PlannedLoad* load = context.facts.loads.behind_refresh(context.place(node));
    if (load == nullptr || load->paths.empty() || load->origin.kind != LoadOrigin::Kind::constructor)
        return;
    const auto arguments = node.child(Field::arguments).named_children();
    const Node statement = node.parent();
    if (arguments.size() != 1 || !statement.is(Kind::expression_statement))
        return; // it names its attributes already, or its place has no room for another statement
    const std::string indentation = indentation_of(context.module.source, statement);
    if (!llvm::StringRef(indentation).trim().empty())
        return; // behind a colon or a semicolon
    std::vector<std::string> names;
    for (const LoadPath& path : load->paths)
        if (!llvm::is_contained(names, path.front().relationship))
            names.push_back(path.front().relationship);
    std::string list;
    for (const std::string& name : names)
        list += (list.empty() ? "\"" : ", \"") + name + "\"";
    Finding finding;
    finding.code = "SA502";
    finding.place = context.place(node);
    finding.range = node.range();
    finding.kind = "load";
    finding.counts = false;
    finding.status = FindingStatus::information;
    finding.message = "what is read of the refreshed object later is loaded here";
    Fix fix;
    fix.edits.push_back(insert(statement.end(), "\n" + indentation + (context.is_async(node) ? "await " : "") +
                                                    node.child(Field::function).text().str() + "(" +
                                                    arguments[0].text().str() + ", attribute_names=[" + list + "])"));
    finding.fix = std::move(fix);
    out.push_back(std::move(finding));
}

const RegisteredRule rule{{.name = "refresh_relationships",
                           .code = "SA502",
                           .summary = "relationships of an object made here are loaded behind its refresh",
                           .stage = Stage::loads,
                           .kinds = {Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
