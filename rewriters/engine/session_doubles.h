// The Python module that tests with mocked sessions import `answering` from (rewriters/manifests/python): where it is
// added to a program, and how a test names it.
#pragma once

#include "analysis/project/program.h"
#include "rewriters/engine/added_module.h"

namespace sqlawait {

/// Where pytest finds it for the tests of a module: in the outermost package around it, or around the nearest
/// conftest.py above; else beside it. A file that is there already is meant to be this one.
[[nodiscard]] AddedModule session_doubles_module(const Program& program, const Module& test);

/// Whether an import of this name means it.
[[nodiscard]] bool is_session_doubles_module(llvm::StringRef name);

} // namespace sqlawait
