#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/StringSwitch.h"

namespace sqlawait {

namespace {

/// Special methods whose asynchronous counterpart has a name of its own.
llvm::StringRef async_special_name(llvm::StringRef name) {
    return llvm::StringSwitch<llvm::StringRef>(name)
        .Case("__iter__", "__aiter__")
        .Case("__next__", "__anext__")
        .Case("__enter__", "__aenter__")
        .Case("__exit__", "__aexit__")
        .Default("");
}

/// find = lambda key: X -> async def find(key): return X
void match_lambda(const MatchContext& context, Node lambda, std::vector<Finding>& out) {
    const FunctionId id = context.facts.symbols.function_at(context.place(lambda));
    if (!id || context.rendering == Rendering::sync_twin || !context.facts.colours.function(id).form.async ||
        !context.facts.colours.function(id).written_as_def)
        return;
    const Node assignment = lambda.parent();
    const SourceText& source = lambda.tree().source();
    const std::string newline = source.newline_text().str();
    // A function stands between blank lines, where it is not the first or the last of its block.
    const auto is_blank = [&](unsigned line) {
        const Offset begin = source.lines.line_begin(line);
        return llvm::StringRef(source.text).substr(begin).take_until([](char c) { return c == '\n'; }).trim().empty();
    };
    const auto becomes_function = [&](Node statement) {
        const Node other = statement.is(Kind::expression_statement) ? statement.named_child(0) : Node();
        const Node right = other.is(Kind::assignment) ? other.child(Field::right) : Node();
        const FunctionId function =
            right.is(Kind::lambda) ? context.facts.symbols.function_at(context.place(right)) : FunctionId();
        return function && context.facts.colours.function(function).written_as_def;
    };
    const Node statement = assignment.parent();
    const unsigned first = source.lines.at(assignment.begin()).line, last = source.lines.at(lambda.end()).line;
    const Node before = statement.previous_sibling(), after = statement.next_sibling();
    const bool open_above =
        before && before.named() && !before.is(Kind::comment) && !becomes_function(before) && !is_blank(first - 1);
    const bool open_below = after && after.named() && !is_blank(last + 1);
    const llvm::StringRef name = assignment.child(Field::left).text();
    Edit edit{assignment.range(), {}, Layer::statement};
    edit.pieces.emplace_back("async def " + name.str() + "(");
    if (const Node parameters = lambda.child(Field::parameters))
        edit.pieces.emplace_back(hole(parameters));
    edit.pieces.emplace_back("):" + newline + indentation_of(assignment) + "    return ");
    edit.pieces.emplace_back(hole(lambda.child(Field::body)));
    Fix fix;
    fix.edits.push_back(std::move(edit));
    if (open_above)
        fix.edits.push_back(insert(source.lines.line_begin(first), newline));
    if (open_below)
        fix.edits.push_back(insert(source.lines.line_begin(last + 1), newline));
    fix.group = context.facts.colours.group(id);
    Finding finding = edit_finding(context, lambda, "'" + name.str() + "' becomes an async function", std::move(fix));
    finding.kind = "function";
    out.push_back(std::move(finding));
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (node.is(Kind::lambda))
        return match_lambda(context, node, out);
    const FunctionId id = context.facts.symbols.function_at(context.place(node));
    if (!id)
        return;
    const ColouredFunction& colour = context.facts.colours.function(id);
    const Node name = node.child(Field::name);
    Fix fix;
    std::string message = "'" + name.text().str() + "' becomes async";
    if (context.rendering == Rendering::sync_twin) {
        if (colour.sync_name != name.text() && colour.form.sync) {
            fix.edits.push_back(replace(name.range(), colour.sync_name));
            message = "the sync form of '" + name.text().str() + "'";
        }
    } else if (colour.form.async) {
        if (colour.turns_async) {
            fix.edits.push_back(insert(node.begin(), "async "));
            const llvm::StringRef special = async_special_name(name.text());
            const llvm::StringRef hook = async_hook_name(context.facts, id);
            if (!special.empty() || !hook.empty())
                fix.edits.push_back(replace(name.range(), (hook.empty() ? special : hook).str()));
        }
        if (colour.async_name != name.text())
            fix.edits.push_back(replace(name.range(), colour.async_name));
    }
    if (fix.edits.empty())
        return;
    fix.group = context.facts.colours.group(id);
    Finding finding = edit_finding(context, node, std::move(message), std::move(fix));
    finding.range = name.range();
    finding.kind = "function";
    out.push_back(std::move(finding));
}

const RegisteredRule rule{{.name = "async_def",
                           .code = "SA301",
                           .summary = "functions that do session I/O become async",
                           .stage = Stage::async,
                           .kinds = {Kind::function_definition, Kind::lambda},
                           .match = match}};

} // namespace

} // namespace sqlawait
