// The text that edits make, where they touched it, and edits of that text in terms of the old one.
#pragma once

#include "analysis/project/program.h"
#include "rewriters/engine/edit.h"

#include <vector>

namespace sqlawait {

/// A stretch of new text: whole lines that an edit touches, and how long those may be, in bytes.
struct Region {
    ByteRange range;
    unsigned limit = 0;
};

/// Where a line ends, its newline left out.
[[nodiscard]] Offset line_end(const SourceText& text, unsigned line);

/// The lines of the new text that edits touch. What was longer before may be as long again.
[[nodiscard]] std::vector<Region> touched_lines(const SourceText& before, const SourceText& after,
                                                llvm::ArrayRef<TextEdit> edits, unsigned limit);

/// Adds edits of the new text to those that made it; both are sorted and disjoint, and so is the result.
[[nodiscard]] std::vector<TextEdit> composed(const SourceText& after, llvm::ArrayRef<TextEdit> edits,
                                             llvm::ArrayRef<TextEdit> later);

} // namespace sqlawait
