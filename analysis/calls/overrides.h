// What tests give a framework in the place of a dependency: `app.dependency_overrides[get_db] = override`, a pair of a
// table that is assigned or added there.
#pragma once

#include "analysis/calls/calls.h"

namespace sqlawait {

struct DependencyOverride {
    FunctionId dependency; // the key
    FunctionId given;      // what is called for it
    Place holder;          // the assignment or the pair
};

/// In the order of the call graph's edges; one for each function that a key or a value may be.
[[nodiscard]] std::vector<DependencyOverride> dependency_overrides(const Program& program, const CallGraph& calls);

} // namespace sqlawait
