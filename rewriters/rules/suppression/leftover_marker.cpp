#include "rewriters/engine/rule.h"
#include "rewriters/engine/suppression.h"

namespace sqlawait {

namespace {

// The engine finds these itself while it reads the suppressions.
const RegisteredRule rule{{.name = "leftover_marker",
                           .code = leftover_marker_code,
                           .summary = "a `sqlawait:` comment that is no directive",
                           .stage = Stage::select,
                           .kinds = {},
                           .match = nullptr}};

} // namespace

} // namespace sqlawait
