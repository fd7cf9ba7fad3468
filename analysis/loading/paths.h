// Sets of load paths. Private to this folder.
#pragma once

#include "analysis/loading/loading.h"

#include <set>
#include <vector>

namespace sqlawait {

/// Whether two steps are the same but for how deep they go.
[[nodiscard]] bool same_relationship(const PathStep& a, const PathStep& b);

/// Whether loading one path loads the other, too.
[[nodiscard]] bool covers(const LoadPath& other, const LoadPath& path);

/// Sorted; prefixes of longer paths left out. Levels of a tree that another path walks to its end are walked by it.
[[nodiscard]] std::vector<LoadPath> longest(const std::set<LoadPath>& asked);

/// Whether a string in it says just this: `session.expire(x, ["books"])`.
[[nodiscard]] bool holds_string(Node node, llvm::StringRef text);

/// Whether a call's own `options=[...]` name every step.
[[nodiscard]] bool names_every_step(Node call, const LoadPath& path);

} // namespace sqlawait
