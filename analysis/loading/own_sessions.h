// Sessions that a function makes for itself: what they commit or roll back is nothing to the objects of its callers.
// Private to this folder.
#pragma once

#include "analysis/inference/inference.h"

namespace sqlawait {

/// Whether a name can only be a session that the function around it made itself: `db = SessionLocal()`,
/// `with SessionLocal() as db:`. A scoped_session gives the session of whoever called, so that is none.
[[nodiscard]] bool is_own_session(const SymbolTable& symbols, const TypeTable& types, const Module& module,
                                  Node expression);

/// Whether a call works on such sessions alone: as a method of one, or with one as an argument and no other.
[[nodiscard]] bool works_on_own_session(const SymbolTable& symbols, const TypeTable& types, const Module& module,
                                        Node call);

} // namespace sqlawait
