#include "analysis/project/python_syntax.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

/// `10L`, `0777`; the grammar takes them for integers.
const char* integer_problem(llvm::StringRef text) {
    if (text.ends_with_insensitive("l"))
        return "Python 2 long integer";
    const bool octal = text.size() > 1 && text[0] == '0' && (llvm::isDigit(text[1]) || text[1] == '_') &&
                       text.find_first_not_of("0_") != llvm::StringRef::npos && !text.ends_with_insensitive("j");
    return octal ? "Python 2 octal number" : nullptr;
}

bool is_async(Node definition) { return static_cast<bool>(definition.child_token("async")); }

/// The function, lambda, class or module in whose body the node is evaluated: decorators, default values,
/// annotations and bases belong to what is outside.
Node body_holder(Node node) {
    Node below = node;
    for (Node up = node.parent(); up; up = up.parent()) {
        if (up.is(Kind::module) || (up.is_any(Kind::function_definition, Kind::lambda, Kind::class_definition) &&
                                    below.field() == Field::body))
            return up;
        below = up;
    }
    return {};
}

bool in_async_function(Node node) {
    const Node holder = body_holder(node);
    return holder.is(Kind::function_definition) && is_async(holder);
}

/// `await` and `async for` in a generator expression make it an asynchronous one, which any function may make,
/// except for what its first `in` stands before.
bool in_generator_expression(Node node) {
    const Node holder = body_holder(node);
    Node below = node;
    for (Node up = node.parent(); up && !(up == holder); up = up.parent()) {
        if (up.is(Kind::generator_expression)) {
            const Node first = up.named_child(1);
            const bool evaluated_outside = below == first && !(node == first);
            if (!evaluated_outside)
                return true;
        }
        below = up;
    }
    return false;
}

bool in_loop(Node node) {
    Node below = node;
    for (Node up = node.parent(); up; up = up.parent()) {
        if (up.is_any(Kind::for_statement, Kind::while_statement) && below.field() == Field::body)
            return true;
        if (up.is_any(Kind::function_definition, Kind::class_definition))
            return false;
        below = up;
    }
    return false;
}

bool yields(Node function) {
    const SyntaxTree& tree = function.tree();
    for (NodeId id = function.id(); id < tree.record(function.id()).subtree_end; ++id) {
        const Node node = tree.node(id);
        if (node.is(Kind::yield) && body_holder(node) == function)
            return true;
    }
    return false;
}

const char* return_problem(Node node) {
    const Node holder = body_holder(node);
    if (!holder.is(Kind::function_definition))
        return "'return' outside of a function";
    const bool with_value = static_cast<bool>(node.named_child(0));
    return with_value && is_async(holder) && yields(holder) ? "'return' with a value in an async generator" : nullptr;
}

const char* arguments_problem(Node list) {
    llvm::SmallVector<llvm::StringRef, 8> keywords;
    bool unpacked = false;
    for (const Node argument : list.named_children()) {
        if (argument.is(Kind::keyword_argument)) {
            const llvm::StringRef name = argument.child(Field::name).text();
            if (llvm::is_contained(keywords, name))
                return "keyword argument repeated";
            keywords.push_back(name);
        } else if (argument.is(Kind::dictionary_splat)) {
            unpacked = true;
        } else if (argument.is(Kind::list_splat)) {
            if (unpacked)
                return "iterable argument unpacking after keyword argument unpacking";
        } else if (unpacked || !keywords.empty()) {
            return "positional argument after a keyword argument";
        }
    }
    return nullptr;
}

/// The name that a parameter binds, or no node.
Node parameter_name(Node parameter) {
    switch (parameter.kind()) {
    case Kind::identifier: return parameter;
    case Kind::default_parameter:
    case Kind::typed_default_parameter: return parameter_name(parameter.child(Field::name));
    case Kind::typed_parameter:
    case Kind::list_splat_pattern:
    case Kind::dictionary_splat_pattern: return parameter_name(parameter.named_child(0));
    default: return {};
    }
}

const char* parameters_problem(Node list) {
    llvm::SmallVector<llvm::StringRef, 8> names;
    bool with_default = false;
    bool keyword_only = false;
    for (const Node parameter : list.named_children()) {
        const Node inner = parameter.is(Kind::typed_parameter) ? parameter.named_child(0) : parameter;
        if (inner.is(Kind::tuple_pattern) || parameter.child(Field::name).is(Kind::tuple_pattern))
            return "Python 2 tuple parameter";
        if (const Node name = parameter_name(parameter)) {
            if (llvm::is_contained(names, name.text()))
                return "parameter repeated";
            names.push_back(name.text());
        }
        keyword_only |= inner.is_any(Kind::list_splat_pattern, Kind::keyword_separator);
        if (parameter.is_any(Kind::default_parameter, Kind::typed_default_parameter))
            with_default = true;
        else if (inner.is(Kind::identifier) && with_default && !keyword_only)
            return "parameter without a default after one that has it";
    }
    return nullptr;
}

/// A string in single quotes that goes on in the next line, which the grammar allows.
const char* string_problem(Node string) {
    const Node start = string.named_child(0);
    if (!start.is(Kind::string_start) || start.text().ends_with("\"\"\"") || start.text().ends_with("'''"))
        return nullptr;
    for (const Node part : string.named_children()) {
        if (!part.is(Kind::string_content))
            continue;
        const llvm::StringRef text = part.text();
        bool escaped = false;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const bool line_end = text[i] == '\n' || text[i] == '\r';
            if (line_end && !escaped)
                return "string that does not end on its line";
            if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n')
                ++i;
            escaped = text[i] == '\\' && !escaped;
        }
    }
    return nullptr;
}

} // namespace

const char* python2_problem(Node node) {
    switch (node.kind()) {
    case Kind::print_statement: return "Python 2 print statement";
    case Kind::exec_statement: return "Python 2 exec statement";
    case Kind::integer: return integer_problem(node.text());
    case Kind::string_start: return node.text().starts_with_insensitive("ur") ? "Python 2 raw unicode string" : nullptr;
    case Kind::raise_statement:
        return node.named_child(0).is(Kind::expression_list) ? "Python 2 raise statement" : nullptr;
    case Kind::token: return node.text() == "<>" ? "Python 2 operator <>" : nullptr;
    default: return nullptr;
    }
}

const char* compiler_problem(Node node) {
    switch (node.kind()) {
    case Kind::argument_list: return arguments_problem(node);
    case Kind::parameters:
    case Kind::lambda_parameters: return parameters_problem(node);
    case Kind::string: return string_problem(node);
    case Kind::return_statement: return return_problem(node);
    case Kind::yield:
        return body_holder(node).is_any(Kind::function_definition, Kind::lambda) ? nullptr
                                                                                 : "'yield' outside of a function";
    case Kind::await:
        return in_async_function(node) || in_generator_expression(node) ? nullptr
                                                                        : "'await' outside of an async function";
    case Kind::for_in_clause:
        return !is_async(node) || in_async_function(node) || in_generator_expression(node)
                   ? nullptr
                   : "asynchronous comprehension outside of an async function";
    case Kind::with_statement:
    case Kind::for_statement:
        return !is_async(node) || in_async_function(node) ? nullptr
                                                          : "asynchronous statement outside of an async function";
    case Kind::try_statement:
        return llvm::any_of(node.named_children(),
                            [](Node part) { return part.is_any(Kind::except_clause, Kind::finally_clause); })
                   ? nullptr
                   : "'try' without 'except' or 'finally'";
    case Kind::break_statement: return in_loop(node) ? nullptr : "'break' outside of a loop";
    case Kind::continue_statement: return in_loop(node) ? nullptr : "'continue' outside of a loop";
    default: return nullptr;
    }
}

std::vector<SyntaxProblem> python_problems(const SyntaxTree& tree) {
    std::vector<SyntaxProblem> problems;
    for (NodeId id = 0; id < tree.size(); ++id) {
        const Node node = tree.node(id);
        const char* message = python2_problem(node);
        if (message == nullptr)
            message = compiler_problem(node);
        if (message != nullptr)
            problems.push_back({node.range(), message});
    }
    if (std::optional<SyntaxProblem> indentation = indentation_problem(tree))
        problems.push_back(std::move(*indentation));
    llvm::stable_sort(problems,
                      [](const SyntaxProblem& a, const SyntaxProblem& b) { return a.range.begin < b.range.begin; });
    return problems;
}

} // namespace sqlawait
