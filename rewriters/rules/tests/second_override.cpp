#include "rewriters/engine/async_edits.h"

namespace sqlawait {

namespace {

/// The synchronous form of what a test gives: text of a lambda, or the name of a function; "" for what has no name
/// here.
std::string given_text(const MatchContext& context, Node value, FunctionId given) {
    const FunctionInfo& function = context.facts.symbols.function(given);
    if (value.is(Kind::lambda))
        return value.text().str();
    return value.is(Kind::identifier) && function.module == context.module.id
               ? context.facts.colours.function(given).sync_name
               : "";
}

/// app.dependency_overrides[get_db] = override, and below it the same for get_db_sync
void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const auto* second = context.facts.colours.second_override(context.place(node));
    const Node left = node.child(Field::left), statement = node.parent();
    if (second == nullptr || context.rendering == Rendering::sync_twin || !left.is(Kind::subscript) ||
        !statement.is(Kind::expression_statement))
        return;
    const FunctionInfo& dependency = context.facts.symbols.function(second->dependency);
    const ColouredFunction& colour = context.facts.colours.function(second->dependency);
    const std::string given = given_text(context, node.child(Field::right), second->given);
    if (given.empty() || colour.sync_name == colour.async_name)
        return;
    Fix fix;
    fix.group = context.facts.colours.group(second->dependency);
    const Node key = left.child(Field::subscript);
    const std::string name = colour.sync_name == dependency.name
                                 ? key.text().str()
                                 : spell_use(context, key, dependency.module, colour.sync_name, fix);
    const std::string newline = node.tree().source().newline_text().str();
    fix.edits.push_back(insert(statement.end(), newline + indentation_of(statement) +
                                                    left.child(Field::value).text().str() + "[" + name +
                                                    "] = " + given));
    out.push_back(
        edit_finding(context, node, "code of both forms depends on '" + dependency.name + "'", std::move(fix)));
}

const RegisteredRule rule{{.name = "second_override",
                           .code = "SA806",
                           .summary = "a test overrides both forms of a dependency that both colours depend on",
                           .stage = Stage::async,
                           .kinds = {Kind::assignment},
                           .match = match}};

} // namespace

} // namespace sqlawait
