#include "rewriters/engine/async_edits.h"

namespace sqlawait {

namespace {

/// def f(db, x): BODY -> async def f(db, x): def run(db): BODY; return await db.run_sync(run)
void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const FunctionId id = context.facts.symbols.function_at(context.place(node));
    if (!id || context.rendering != Rendering::in_place)
        return;
    const ColouredFunction& colour = context.facts.colours.function(id);
    if (!colour.shell)
        return;
    const ParameterInfo session = parameters_of(node)[*colour.shell];
    const Node body = node.child(Field::body);
    const auto statements = body.named_children();
    std::size_t first = 0;
    while (first + 1 < statements.size() &&
           (statements[first].is(Kind::comment) || (statements[first].is(Kind::expression_statement) &&
                                                    statements[first].named_child(0).is(Kind::string))))
        ++first;
    const Node begin = statements[first];
    const std::string newline = node.tree().source().newline_text().str();
    const std::string indent = indentation_of(begin), step = indentation_step(node);
    const std::string run = context.free_name(node, "run");

    Fix fix;
    fix.group = context.facts.colours.group(id);
    fix.edits = indent_lines(node.tree(), {begin.begin(), body.end()}, step);
    fix.edits.push_back(insert(begin.begin(), "def " + run + "(" + session.name + ": " +
                                                  context.spell(fix, "sqlalchemy.orm", "Session") + "):" + newline +
                                                  indent + step));
    fix.edits.push_back(
        insert(body.end(), newline + newline + indent + "return await " + session.name + ".run_sync(" + run + ")"));
    Finding finding = edit_finding(context, node, "the body runs synchronously on the session", std::move(fix));
    finding.range = node.child(Field::name).range();
    out.push_back(std::move(finding));
}

const RegisteredRule rule{{.name = "async_shell",
                           .code = "SA307",
                           .summary = "what cannot turn runs through run_sync where it is called from outside",
                           .stage = Stage::async,
                           .kinds = {Kind::function_definition},
                           .match = match}};

} // namespace

} // namespace sqlawait
