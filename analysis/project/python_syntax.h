// What the grammar accepts and Python 3 does not: Python 2's statements and literals, indentation that
// CPython refuses, and what its compiler finds after parsing (`return` outside of a function, a repeated
// keyword argument ...). Such a file does not run, so it is not edited.
#pragma once

#include "grammars/syntax_tree.h"

#include <optional>
#include <vector>

namespace sqlawait {

/// All of the below, in the order of the text.
[[nodiscard]] std::vector<SyntaxProblem> python_problems(const SyntaxTree& tree);

/// TabError and IndentationError; the first only, because what comes after it is guesswork.
[[nodiscard]] std::optional<SyntaxProblem> indentation_problem(const SyntaxTree& tree);

/// What is wrong with a node by itself or where it stands; null: nothing.
[[nodiscard]] const char* python2_problem(Node node);
[[nodiscard]] const char* compiler_problem(Node node);

} // namespace sqlawait
