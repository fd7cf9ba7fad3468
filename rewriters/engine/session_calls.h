// What a call does with a session, whichever of the two it is: for rules that look at a program before and after it
// was moved.
#pragma once

#include "rewriters/engine/rule.h"

namespace sqlawait {

enum class SessionUse : std::uint8_t {
    none,
    read,  // rows are asked for: execute, scalars, get, refresh, the terminal of a legacy query
    write, // flush, delete, bulk inserts
    end,   // the transaction is over: commit, rollback, close
};
/// Of the call itself; what a function of the program does is another question (`uses_session`).
[[nodiscard]] SessionUse session_use(const Facts& facts, Place call);

/// Whether an expression is a session, an asynchronous one included.
[[nodiscard]] bool is_session(const Facts& facts, Place expression);
[[nodiscard]] bool is_session(const Facts& facts, TypeId type);

/// Whether a call runs a function of the program that does session I/O, as far as that is known.
[[nodiscard]] bool uses_session(const Facts& facts, Place call);

/// Calls of a function's own body, in source order; what inner functions and lambdas do comes when they are called.
[[nodiscard]] std::vector<Node> own_calls(Node body);

/// Whether hazards of this place are worth a word: not in tests, nor in what Alembic runs once.
[[nodiscard]] bool is_looked_at(const MatchContext& context, Node node);

/// A finding of status information.
[[nodiscard]] Finding hazard(const MatchContext& context, Node node, llvm::StringRef code, std::string message,
                             std::string advice);

} // namespace sqlawait
