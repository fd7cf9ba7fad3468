// PATHs of a command that changes nothing: they narrow what is shown and not what is looked at, for what becomes of
// a file depends on its callers. (A migration leaves alone what is outside of its PATHs, which the load pass does.)
#pragma once

#include "analysis/project/program.h"
#include "tools/sqlawait/options.h"

#include "llvm/ADT/StringRef.h"

namespace sqlawait {

class NamedPaths {
  public:
    /// Gives an error for a path that is not there or outside of the root, else "".
    [[nodiscard]] std::string read(const Options& options);
    /// Whether a file (relative to the root) is one of them or below one of them.
    [[nodiscard]] bool hold(llvm::StringRef path) const;

  private:
    std::vector<std::string> paths_; // relative to the root, "" the root itself; empty: everything
};

/// Loads the whole root, and files that are named although git ignores them.
void named_beside_the_rest(LoadOptions& load, const Options& options);

} // namespace sqlawait
