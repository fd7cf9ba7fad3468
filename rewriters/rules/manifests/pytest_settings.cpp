#include "rewriters/engine/rule.h"

namespace sqlawait {

namespace {

// Not a rule on Python code: rewriters/manifests looks at the plan as a whole.
const RegisteredRule rule{{.name = "pytest_settings",
                           .code = "SA602",
                           .summary = "the test runner is told to await tests",
                           .stage = Stage::async,
                           .kinds = {},
                           .match = nullptr}};

} // namespace

} // namespace sqlawait
