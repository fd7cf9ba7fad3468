// The prose of the rules: the Markdown file beside each rule, which is its manual page, its test
// and what `sqlawait explain` prints. The build stops when a rule has none.
#pragma once

#include "llvm/ADT/StringRef.h"

namespace sqlawait {

/// The Markdown text of a rule, by the rule's name (its file's base name); empty when there is no such rule.
[[nodiscard]] llvm::StringRef rule_prose(llvm::StringRef rule_name);

} // namespace sqlawait
