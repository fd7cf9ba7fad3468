// Comments that say "leave this line": `# sqlawait: ignore[SA101]` or `ignore[SA101, SA102]`. One stands for
// the findings that begin or end on its line. What it suppresses stays in the list with its status changed,
// so that it can be counted; a comment that suppresses nothing is a finding of its own.
#pragma once

#include "rewriters/engine/finding.h"

namespace sqlawait {

inline constexpr llvm::StringLiteral unused_suppression_code = "SA001";

/// Changes the status of what the module's comments suppress and adds a finding for each code of a comment
/// that suppressed nothing. `findings` are those of this module.
void apply_suppressions(const Module& module, std::vector<Finding>& findings);

} // namespace sqlawait
