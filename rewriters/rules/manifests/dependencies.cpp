#include "rewriters/engine/rule.h"

namespace sqlawait {

namespace {

// Not a rule on Python code: rewriters/manifests looks at the plan as a whole.
const RegisteredRule rule{
    {.name = "dependencies",
     .code = "SA601",
     .summary = "drivers, greenlet and pytest-asyncio are declared where SQLAlchemy and pytest are",
     .stage = Stage::async,
     .kinds = {},
     .match = nullptr}};

} // namespace

} // namespace sqlawait
