// Globs over '/'-paths that are relative to the root: `--only`, `--exclude`, `keep-sync`.
//
//   *       anything within one part        ?   one byte of a part       [a-z] [!a-z]   one of a set
//   **      any number of whole parts, none included
//
// A pattern matches a path when it matches all of it or one of the folders that it lies in, so
// `app/routers` means everything below. A pattern without a '/' (but for one at the end) matches at any
// depth, as in .gitignore; a '/' at the start ties it to the root.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace sqlawait {

[[nodiscard]] bool matches_glob(llvm::StringRef pattern, llvm::StringRef path);
[[nodiscard]] bool matches_any_glob(llvm::ArrayRef<std::string> patterns, llvm::StringRef path);

} // namespace sqlawait
