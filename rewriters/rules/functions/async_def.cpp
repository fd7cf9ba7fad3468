#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
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

bool is_keyword(llvm::StringRef name) {
    static constexpr llvm::StringLiteral keywords[] = {
        "and", "as",       "assert", "async",  "await", "break", "class",  "continue", "def",
        "del", "elif",     "else",   "except", "for",   "from",  "global", "if",       "import",
        "in",  "is",       "lambda", "not",    "or",    "pass",  "raise",  "None",     "return",
        "try", "nonlocal", "while",  "with",   "yield", "True",  "False",  "finally"};
    return llvm::is_contained(keywords, name);
}

bool is_hoisted(const MatchContext& context, Node node) {
    const FunctionId id = node.is(Kind::lambda) ? context.facts.symbols.function_at(context.place(node)) : FunctionId();
    return id && context.facts.colours.function(id).hoisted && context.facts.colours.function(id).form.async;
}

/// What a function that was a lambda is called: as what keeps it or takes it says.
std::string hoisted_name(const MatchContext& context, Node lambda) {
    Node at = lambda;
    while (at.parent().is_any(Kind::parenthesized_expression, Kind::conditional_expression, Kind::boolean_operator))
        at = at.parent();
    const Node up = at.parent();
    std::string name;
    if (up.is(Kind::pair) && up.child(Field::key).is(Kind::string))
        name = up.child(Field::key).named_child(1).text().str();
    else if (up.is(Kind::keyword_argument))
        name = up.child(Field::name).text().str();
    else if (up.is(Kind::assignment) && up.child(Field::left).is_any(Kind::identifier, Kind::attribute))
        name = up.child(Field::left).text().rsplit('.').second.empty()
                   ? up.child(Field::left).text().str()
                   : up.child(Field::left).text().rsplit('.').second.str();
    else if (up.is(Kind::argument_list))
        if (const CallInfo* call = context.facts.types.call(context.place(up.parent())))
            for (const CallTarget& target : call->targets)
                if (target.function) {
                    const FunctionInfo& callee = context.facts.symbols.function(target.function);
                    const auto parameters = parameters_of(context.facts.module(callee.module).tree.node(callee.node));
                    for (const ArgumentMatch& match : match_arguments(up.parent(), parameters, target.bound ? 1 : 0))
                        if (match.argument == at.id())
                            name = parameters[match.parameter].name;
                }
    const bool plain = !name.empty() && !llvm::isDigit(name.front()) &&
                       llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; });
    return plain && !is_keyword(name) ? name : "action";
}

/// {"a": lambda: X} -> async def a(): return X, in front of the statement. All lambdas of a statement at once.
void match_hoisted(const MatchContext& context, Node lambda, std::vector<Finding>& out) {
    Node statement = lambda;
    while (!statement.parent().is_any(Kind::block, Kind::module))
        statement = statement.parent();
    const SyntaxTree& tree = lambda.tree();
    std::vector<Node> lambdas;
    for (NodeId at = statement.id(); at < tree.record(statement.id()).subtree_end; ++at) {
        if (tree.node(at).is(Kind::block))
            break; // the body of a compound statement has statements of its own
        if (is_hoisted(context, tree.node(at)))
            lambdas.push_back(tree.node(at));
    }
    if (lambdas.empty() || lambdas.front() != lambda)
        return;
    const std::string newline = tree.source().newline_text().str();
    const std::string indentation = indentation_of(statement);
    const bool top = statement.parent().is(Kind::module);
    // As far as the outermost expression that the last one stands in.
    Node last = lambdas.back();
    while (last.parent() != statement)
        last = last.parent();
    Edit edit{{statement.begin(), last.end()}, {}, Layer::statement};
    // Names of all of them, apart from each other.
    std::vector<std::string> names;
    for (const Node one : lambdas) {
        const std::string wanted = hoisted_name(context, one);
        std::string name = context.free_name(one, wanted);
        for (unsigned number = 2; llvm::is_contained(names, name); ++number)
            name = context.free_name(one, wanted + "_" + std::to_string(number));
        names.push_back(name);
    }
    std::string blank_above;
    const Node before = statement.previous_sibling();
    const auto& lines = tree.source().lines;
    if (before && before.named() && lines.at(before.end()).line + 1 == lines.at(statement.begin()).line &&
        !before.is(Kind::comment))
        blank_above = top ? newline + newline : newline;
    const std::string body = "):" + newline + indentation + "    return ";
    const std::string gap = (top ? newline + newline + newline : newline + newline) + indentation;
    for (std::size_t i = 0; i < lambdas.size(); ++i) {
        edit.pieces.emplace_back("async def " + names[i] + "(");
        if (const Node parameters = lambdas[i].child(Field::parameters))
            edit.pieces.emplace_back(hole(parameters));
        edit.pieces.emplace_back(body);
        edit.pieces.emplace_back(hole(lambdas[i].child(Field::body)));
        edit.pieces.emplace_back(gap);
    }
    edit.pieces.emplace_back(Hole{edit.range});
    Fix fix;
    if (!blank_above.empty())
        fix.edits.push_back(insert(lines.line_begin(lines.at(statement.begin()).line), blank_above));
    fix.edits.push_back(std::move(edit));
    for (std::size_t i = 0; i < lambdas.size(); ++i)
        fix.edits.push_back(
            {lambdas[i].range(), {names[i], Hole{lambdas[i].range(), /*silent=*/true}}, Layer::statement});
    fix.group = context.facts.colours.group(context.facts.symbols.function_at(context.place(lambda)));
    Finding finding = edit_finding(context, lambda, "a lambda becomes an async function", std::move(fix));
    finding.kind = "function";
    out.push_back(std::move(finding));
}

/// find = lambda key: X -> async def find(key): return X
void match_lambda(const MatchContext& context, Node lambda, std::vector<Finding>& out) {
    const FunctionId id = context.facts.symbols.function_at(context.place(lambda));
    if (!id || context.rendering == Rendering::sync_twin || !context.facts.colours.function(id).form.async ||
        !context.facts.colours.function(id).written_as_def)
        return;
    if (context.facts.colours.function(id).hoisted)
        return match_hoisted(context, lambda, out);
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
        if (colour.turns_async || colour.iterator == IteratorForm::itself) {
            if (colour.turns_async)
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
