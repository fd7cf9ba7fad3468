// The Python module that chooses, when a program starts, whether its routes run on the synchronous or the asynchronous
// session (rewriters/manifests/python): where --feature-flag adds it, and how a module of routes names it.
#pragma once

#include "analysis/calls/session_switch.h"
#include "analysis/facts.h"
#include "rewriters/engine/added_module.h"

namespace sqlawait {

/// Beside the module that makes the sessions, or the first that makes an engine; without either beside that of the
/// first route that is switched. A file that is there already is meant to be this one.
[[nodiscard]] AddedModule session_switch_module(const Facts& facts);

} // namespace sqlawait
