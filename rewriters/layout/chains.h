// Queries over several lines that became the argument of a call: `db.scalar(select(X)`, and `.where(...)` on the next
// line, where the code had `db.query(X)` and `.filter(...)`. The call is opened, as an author would have it:
//
//     db.scalar(
//         select(X)
//         .where(...)
//     )
//
// And arguments and parameters that stood below each other do so again when the bracket in front of them moved.
#pragma once

#include "grammars/source_text.h"
#include "rewriters/engine/edit.h"

#include <vector>

namespace sqlawait {

/// Edits that do the same, with other blanks at the begin of lines. They are sorted and disjoint, before and after.
[[nodiscard]] std::vector<TextEdit> lay_out_chains(const SourceText& source, std::vector<TextEdit> edits);

} // namespace sqlawait
