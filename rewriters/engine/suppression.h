// Comments that speak to the tool, `# sqlawait: ...`:
//
//   ignore[SA101]            leave what SA101 finds on this line; several codes are separated by commas, and what
//   ignore[SA101] because    stands behind the bracket is the reason
//   keep-sync                of a function or a file: see colour
//
// What is suppressed stays in the list with its status changed, so that it can be counted; a comment that
// suppresses nothing is a finding of its own, and so is one that says anything else: a note to come back to.
#pragma once

#include "rewriters/engine/finding.h"

namespace sqlawait {

inline constexpr llvm::StringLiteral unused_suppression_code = "SA001";

inline constexpr llvm::StringLiteral leftover_marker_code = "SA002";

/// Changes the status of what the module's comments suppress and adds a finding for each code of a comment
/// that suppressed nothing and for each comment that is neither. `findings` are those of this module.
void apply_suppressions(const Module& module, std::vector<Finding>& findings);

} // namespace sqlawait
