// The kinds of node that the Python grammar makes, one for each named symbol of
// tree-sitter-python. Anonymous tokens (keywords, brackets, operators) are all
// `token`: ask for their text. `error` covers what could not be parsed.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace sqlawait {

// clang-format off
#define SQLAWAIT_SYNTAX_KINDS(X)                                                                                  \
    X(aliased_import) X(argument_list) X(as_pattern) X(as_pattern_target) X(assert_statement) X(assignment)       \
    X(attribute) X(augmented_assignment) X(await) X(binary_operator) X(block) X(boolean_operator)                 \
    X(break_statement) X(call) X(case_clause) X(case_pattern) X(chevron) X(class_definition) X(class_pattern)     \
    X(comment) X(comparison_operator) X(complex_pattern) X(concatenated_string) X(conditional_expression)         \
    X(constrained_type) X(continue_statement) X(decorated_definition) X(decorator) X(default_parameter)           \
    X(delete_statement) X(dict_pattern) X(dictionary) X(dictionary_comprehension) X(dictionary_splat)             \
    X(dictionary_splat_pattern) X(dotted_name) X(elif_clause) X(ellipsis) X(else_clause) X(escape_interpolation)  \
    X(escape_sequence) X(except_clause) X(exec_statement) X(expression_list) X(expression_statement)              \
    X(finally_clause) X(for_in_clause) X(for_statement) X(format_expression) X(format_specifier)                  \
    X(function_definition) X(future_import_statement) X(generator_expression) X(generic_type)                     \
    X(global_statement) X(identifier) X(if_clause) X(if_statement) X(import_from_statement) X(import_prefix)      \
    X(import_statement) X(integer) X(interpolation) X(keyword_argument) X(keyword_pattern) X(keyword_separator)   \
    X(lambda) X(lambda_parameters) X(line_continuation) X(list) X(list_comprehension) X(list_pattern)             \
    X(list_splat) X(list_splat_pattern) X(match_statement) X(member_type) X(module) X(named_expression)           \
    X(nonlocal_statement) X(not_operator) X(pair) X(parameters) X(parenthesized_expression)                       \
    X(parenthesized_list_splat) X(pass_statement) X(pattern_list) X(positional_separator) X(print_statement)      \
    X(raise_statement) X(relative_import) X(return_statement) X(set) X(set_comprehension) X(slice)                \
    X(splat_pattern) X(splat_type) X(string) X(string_content) X(string_end) X(string_start) X(subscript)         \
    X(try_statement) X(tuple) X(tuple_pattern) X(type) X(type_alias_statement) X(type_conversion)                 \
    X(type_parameter) X(typed_default_parameter) X(typed_parameter) X(unary_operator) X(union_pattern)            \
    X(union_type) X(while_statement) X(wildcard_import) X(with_clause) X(with_item) X(with_statement) X(yield)

#define SQLAWAIT_SYNTAX_FIELDS(X)                                                                                 \
    X(alias) X(alternative) X(argument) X(arguments) X(attribute) X(body) X(cause) X(code) X(condition)           \
    X(consequence) X(definition) X(expression) X(format_specifier) X(function) X(guard) X(key) X(left)            \
    X(module_name) X(name) X(object) X(operator_) X(operators) X(parameters) X(return_type) X(right) X(subject)   \
    X(subscript) X(superclasses) X(type) X(type_conversion) X(type_parameters) X(value)
// clang-format on

enum class Kind : std::uint16_t {
    none,  // no node
    token, // keyword, bracket, operator
    error,
#define X(name) name,
    SQLAWAIT_SYNTAX_KINDS(X)
#undef X
    // C++ keywords take an underscore; the grammar's names are "true", "false", "none", "float".
    true_,
    false_,
    none_literal,
    float_,
    other, // a symbol of a newer grammar that this table does not name
};

enum class Field : std::uint8_t {
    none,
#define X(name) name,
    SQLAWAIT_SYNTAX_FIELDS(X)
#undef X
};

/// The grammar's own name of a kind, as `--print tree` shows it.
[[nodiscard]] llvm::StringRef kind_name(Kind kind);
[[nodiscard]] llvm::StringRef field_name(Field field);

/// Whether a node of this kind opens a new scope of names.
[[nodiscard]] constexpr bool opens_scope(Kind kind) {
    return kind == Kind::module || kind == Kind::class_definition || kind == Kind::function_definition ||
           kind == Kind::lambda || kind == Kind::list_comprehension || kind == Kind::set_comprehension ||
           kind == Kind::dictionary_comprehension || kind == Kind::generator_expression;
}

[[nodiscard]] constexpr bool is_comprehension(Kind kind) {
    return kind == Kind::list_comprehension || kind == Kind::set_comprehension ||
           kind == Kind::dictionary_comprehension || kind == Kind::generator_expression;
}

} // namespace sqlawait
