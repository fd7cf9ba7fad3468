// The Python module by which a program chooses, when it starts, whether its routes run on the synchronous or the
// asynchronous session: --feature-flag adds it. `@when_async(router.get(...))` and `@when_sync(router.get(...))` stand
// over the two forms of a route, of which one is registered.
#pragma once

#include "analysis/linking/linking.h"

namespace sqlawait {

inline constexpr llvm::StringLiteral session_switch = "session_switch";
inline constexpr llvm::StringLiteral when_async = "when_async", when_sync = "when_sync";

/// Whether a module of this dotted name is meant to be it.
[[nodiscard]] bool is_session_switch_module(llvm::StringRef name);

/// Whether an expression names one of its two functions.
[[nodiscard]] bool is_switch(const SymbolTable& symbols, const Program& program, ModuleId module, Node expression,
                             llvm::StringRef name);

} // namespace sqlawait
