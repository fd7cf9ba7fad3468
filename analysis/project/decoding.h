// From a file's bytes to UTF-8 text, by CPython's rules: a byte order mark, else the coding line of
// PEP 263, else UTF-8. Text that Python could not read, or that could not be written back byte for
// byte, comes with a `read_only_reason`; where nothing can be made of the bytes the text is empty.
#pragma once

#include "grammars/source_text.h"

#include "llvm/ADT/StringRef.h"

#include <string>

namespace sqlawait {

[[nodiscard]] SourceText decode_source(std::string path, std::string bytes);

/// The encoding that a coding line in the first two lines names, as it is written; "" for none.
[[nodiscard]] llvm::StringRef coding_line(llvm::StringRef bytes);

} // namespace sqlawait
