// What a migration did and what it left, in a few lines for a person.
#pragma once

#include "tools/sqlawait/pipeline.h"

namespace sqlawait {

/// `verbose` also lists each place that needs a person.
[[nodiscard]] std::string migration_summary(const Analysis& analysis, bool verbose);

} // namespace sqlawait
