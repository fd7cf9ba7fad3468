// Text that the program spells out.
#pragma once

#include "grammars/syntax_tree.h"

namespace sqlawait {

/// The text of a string literal without prefix and quotes, escapes as they are written; "" for anything else, for an
/// empty string too.
[[nodiscard]] llvm::StringRef plain_string(Node node);

} // namespace sqlawait
