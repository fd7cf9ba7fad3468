// What is believed about a place in the program, and why: node, type, certainty, call targets, query, colour, loads.
#pragma once

#include "tools/sqlawait/pipeline.h"

namespace sqlawait {

struct ExplainResult {
    std::string text;
    std::string error; // no such file or line; empty: fine
};
/// `file` as a person gives it: from the current folder, or relative to the root. Column 0: the first code of the line.
[[nodiscard]] ExplainResult explain_spot(const Analysis& analysis, llvm::StringRef root, llvm::StringRef file,
                                         unsigned line, unsigned column);

} // namespace sqlawait
