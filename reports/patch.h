// Old and new contents of files as one unified diff, as `git diff` prints it: git's headers, modes and
// quoting, "\ No newline at end of file", bytes as they are (CRLF included).
//
// Paths are relative to git's top level, so that `git apply` works from any folder of the work tree;
// outside of git they are relative to the root. The result reverses with `git apply -R`.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace sqlawait {

struct FileChange {
    std::string path;                  // relative to the root
    std::optional<std::string> before; // bytes; none: the file is new
    std::optional<std::string> after;  // bytes; none: the file is removed
    bool executable = false;
};

/// What stands before a path of the root in a patch: "" or "service/".
[[nodiscard]] std::string patch_prefix(llvm::StringRef root);

/// Files in the order given; those that don't change leave no trace.
[[nodiscard]] std::string unified_diff(llvm::StringRef prefix, llvm::ArrayRef<FileChange> files);

} // namespace sqlawait
