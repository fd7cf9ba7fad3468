// Tests that became coroutines need a runner that awaits them: pytest-asyncio in its mode `auto`, and one event loop
// for the whole run, because connections of a pool belong to the loop that opened them.
#pragma once

#include "rewriters/manifests/manifests.h"

namespace sqlawait {

/// `tests`: paths of the files with tests or fixtures that turn async. The settings go to the configuration that
/// pytest takes for them: the nearest one upward, else the root's pyproject.toml, else a new pytest.ini.
void plan_pytest_settings(const Program& program, llvm::ArrayRef<std::string> tests, ManifestPlan& out);

} // namespace sqlawait
