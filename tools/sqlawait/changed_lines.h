// Which lines differ from a git revision, for `check --since`.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sqlawait {

struct ChangedLines {
    /// By path relative to the root: runs of lines, first and last, of the files as they are now. Files that git
    /// does not track are changed from their first line to their last.
    std::map<std::string, std::vector<std::pair<unsigned, unsigned>>> runs;
    std::string error; // no such revision, no git; empty: fine

    [[nodiscard]] bool touches(llvm::StringRef path, unsigned first, unsigned last) const;
};

[[nodiscard]] ChangedLines lines_changed_since(llvm::StringRef root, const std::string& revision);

} // namespace sqlawait
