// Lines that edits made longer than the project's own configured length, broken where Python may break them: behind
// an opening bracket, between what brackets hold, in front of the links of a chain of calls. Lines that were that
// long before, and those that a linter is told to look away from, stay.
#pragma once

#include "analysis/project/program.h"
#include "rewriters/engine/edit.h"

#include <vector>

namespace sqlawait {

/// How long the lines of a file may be, in bytes: what the nearest pyproject.toml, setup.cfg or tox.ini says to black,
/// ruff, flake8 or pycodestyle; 120 when nothing says it.
[[nodiscard]] unsigned line_limit(const Program& program, const SourceText& file);

/// Edits that do the same, with breaks. They are sorted and disjoint, before and after.
[[nodiscard]] std::vector<TextEdit> break_long_lines(const SourceText& source, std::vector<TextEdit> edits,
                                                     unsigned limit);

} // namespace sqlawait
