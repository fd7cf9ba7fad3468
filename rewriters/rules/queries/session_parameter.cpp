// A function that runs queries which it is given takes a session, because a select() brings none.
#include "rewriters/engine/async_edits.h"
#include "rewriters/queries/web.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

std::optional<Finding> finding_of(const MatchContext& context, Node node, const SessionParameter& parameter,
                                  std::string message, Fix fix) {
    const QueryFlow& queries = context.facts.queries;
    const QueryWeb& web = queries.web(queries.chains()[parameter.chain].web);
    if (stays(context.facts, web))
        return std::nullopt;
    fix.group = web_group(context, web, node);
    Finding finding = edit_finding(context, node, std::move(message), std::move(fix));
    finding.code = "SA106";
    return finding;
}

/// Puts a text in front of the first element of a bracketed list, in its layout.
Edit put_first(Node list, Node first, std::string text) {
    if (!first)
        return insert(list.begin() + 1, std::move(text));
    const SourceText& source = list.tree().source();
    const bool own_line = source.lines.at(first.begin()).line != source.lines.at(list.begin()).line;
    const std::string separator = own_line ? "," + source.newline_text().str() + indentation_of(first) : ", ";
    return insert(first.begin(), text + separator);
}

void match_function(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const FunctionId function = context.facts.symbols.function_at(context.place(node));
    const SessionParameter* taken = function ? context.facts.queries.session_parameter(function) : nullptr;
    if (taken == nullptr)
        return;
    const auto parameters = parameters_of(node);
    bool annotated = false;
    for (const ParameterInfo& parameter : parameters)
        annotated |= parameter.annotation != no_node;
    Fix fix;
    std::string text = taken->name;
    if (annotated)
        text += ": " + (writes_async(context, node.child(Field::parameters))
                            ? context.spell(fix, "sqlalchemy.ext.asyncio", "AsyncSession")
                            : context.spell(fix, "sqlalchemy.orm", "Session"));
    const Node list = node.child(Field::parameters);
    const Node decorated = node.parent();
    const bool is_static =
        decorated.is(Kind::decorated_definition) &&
        llvm::any_of(decorated.named_children(), [](Node part) { return part.text() == "@staticmethod"; });
    const std::size_t receiver = context.facts.symbols.function(function).owner && !is_static ? 1 : 0;
    if (receiver == 1 && parameters.size() == 1)
        fix.edits.push_back(insert(context.module.tree.node(parameters[0].node).end(), ", " + text));
    else
        fix.edits.push_back(put_first(
            list, parameters.empty() ? Node() : context.module.tree.node(parameters[receiver].node), std::move(text)));
    if (auto finding = finding_of(context, node, *taken, "the function takes the session that it runs queries with",
                                  std::move(fix)))
        out.push_back(std::move(*finding));
}

void match_call(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const SessionParameter* taken = context.facts.queries.session_taker(context.place(node));
    if (taken == nullptr)
        return;
    Fix fix;
    fix.edits.push_back(put_first(node.child(Field::arguments), node.child(Field::arguments).named_child(0),
                                  taken->arguments.at(context.place(node))));
    if (auto finding = finding_of(context, node, *taken, "the session is passed on", std::move(fix)))
        out.push_back(std::move(*finding));
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (node.is(Kind::call))
        match_call(context, node, out);
    else
        match_function(context, node, out);
}

const RegisteredRule rule{{.name = "session_parameter",
                           .code = "SA106",
                           .summary = "functions that run queries which they are given take a session",
                           .stage = Stage::select,
                           .kinds = {Kind::function_definition, Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
