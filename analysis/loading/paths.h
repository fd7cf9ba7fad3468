// Sets of load paths. Private to this folder.
#pragma once

#include "analysis/loading/loading.h"

#include <set>
#include <vector>

namespace sqlawait {

/// Whether loading one path loads the other, too.
[[nodiscard]] bool covers(const LoadPath& other, const LoadPath& path);

/// Sorted; prefixes of longer paths left out.
[[nodiscard]] std::vector<LoadPath> longest(const std::set<LoadPath>& wanted);

/// Whether a call's own `options=[...]` name every step.
[[nodiscard]] bool names_every_step(Node call, const LoadPath& path);

} // namespace sqlawait
