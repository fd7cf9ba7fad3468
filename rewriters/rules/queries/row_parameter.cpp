// A function that is given queries of entities and queries of rows takes a parameter that says which.
#include "rewriters/engine/async_edits.h"
#include "rewriters/queries/web.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

std::optional<Finding> finding_of(const MatchContext& context, Node node, const RowParameter& parameter,
                                  std::string message, Fix fix) {
    const QueryWeb* web = context.facts.queries.row_web(parameter.function);
    if (web == nullptr || stays(context.facts, *web))
        return std::nullopt;
    fix.group = web_group(context, *web, node);
    Finding finding = edit_finding(context, node, std::move(message), std::move(fix));
    finding.code = "SA108";
    return finding;
}

void match_function(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const FunctionId function = context.facts.symbols.function_at(context.place(node));
    const RowParameter* told = function ? context.facts.queries.row_parameter(function) : nullptr;
    if (told == nullptr)
        return;
    const auto parameters = parameters_of(node);
    const bool annotated = llvm::any_of(parameters, [](const ParameterInfo& one) { return one.annotation != no_node; });
    std::string text = told->name + (annotated ? ": bool = True" : "=True");
    if (!told->unique.empty())
        text += ", " + told->unique + (annotated ? ": bool = True" : "=True");
    // The last one, but in front of `**options`; on a line of its own where the last has one.
    const ParameterInfo& last = parameters.back();
    const Node at = context.module.tree.node(last.node);
    const SourceText& source = context.module.source;
    const Offset line = source.lines.line_begin(source.lines.at(at.begin()).line);
    const bool own_line = source.slice({line, at.begin()}).trim().empty();
    const std::string separator = own_line ? "," + source.newline_text().str() + indentation_of(at) : ", ";
    Fix fix;
    if (last.kind == ParameterInfo::Kind::var_keyword)
        fix.edits.push_back(insert(at.begin(), text + separator));
    else
        fix.edits.push_back(insert(at.end(), separator + text));
    if (auto finding =
            finding_of(context, node, *told, "the function is told whether it is given entities", std::move(fix)))
        out.push_back(std::move(*finding));
}

void match_call(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const RowParameter* told = context.facts.queries.row_teller(context.place(node));
    if (told == nullptr)
        return;
    using Given = RowParameter::Given;
    const Given given = told->calls.at(context.place(node));
    const RowParameter* own = context.facts.queries.row_parameter(context.function(node));
    if (given == Given::own && own == nullptr)
        return;
    std::string text = told->name + "=" + (given == Given::own ? own->name : "False");
    if (!told->unique.empty() && given != Given::rows_with_entities)
        text += ", " + told->unique + "=" + (given == Given::own ? own->unique : "False");
    Fix fix;
    fix.edits.push_back(add_argument(node, text));
    if (auto finding = finding_of(context, node, *told, "the call says whether it passes entities", std::move(fix)))
        out.push_back(std::move(*finding));
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (node.is(Kind::call))
        match_call(context, node, out);
    else
        match_function(context, node, out);
}

const RegisteredRule rule{{.name = "row_parameter",
                           .code = "SA108",
                           .summary = "functions that are given queries of entities and of rows are told which",
                           .stage = Stage::select,
                           .kinds = {Kind::function_definition, Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
