// What the grammar accepts and Python 3 does not: Python 2's statements and literals, and indentation that
// CPython refuses (TabError, IndentationError). Such a file does not run, so it is not edited.
#pragma once

#include "grammars/syntax_tree.h"

#include <vector>

namespace sqlawait {

/// In the order of the text.
[[nodiscard]] std::vector<SyntaxProblem> python_problems(const SyntaxTree& tree);

} // namespace sqlawait
