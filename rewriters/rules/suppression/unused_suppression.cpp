#include "rewriters/engine/rule.h"
#include "rewriters/engine/suppression.h"

namespace sqlawait {

namespace {

// The engine finds these itself, when all other rules have been asked about the module.
const RegisteredRule rule{{.name = "unused_suppression",
                           .code = unused_suppression_code,
                           .summary = "a comment suppresses a finding that is not there",
                           .stage = Stage::select,
                           .kinds = {},
                           .match = nullptr}};

} // namespace

} // namespace sqlawait
