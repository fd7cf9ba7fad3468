// What stands in for a session in tests: `MagicMock(spec=Session)`, and a `MagicMock()` that is handed to code which
// is given a session, that a dependency's override gives, or that is told what its query() gives.
//
// Mocks are followed through variables, attributes of self, fixtures, functions that give them and arguments of the
// tests' own functions. Nothing is guessed
// from names, and a variable that may also hold something else is no double.
#pragma once

#include "analysis/calls/calls.h"

#include <functional>
#include <set>

namespace sqlawait {

struct SessionDoubles {
    std::set<Place> made;  // calls that make one, of those that only asynchronous code gets
    std::set<Place> reads; // names and attributes of self that hold one of these; strings of patches that give one
};

/// What code that is handed a double asks it: asynchronously, synchronously, or both.
struct DoubleDemand {
    bool sync = false;
    bool async = false;
};

struct DoubleQuestions {
    std::function<bool(TypeId)> is_session;
    std::function<DoubleDemand(FunctionId)> demand;
};

[[nodiscard]] SessionDoubles session_doubles(const Program& program, const SymbolTable& symbols,
                                             const Knowledge& knowledge, const TypeTable& types, const CallGraph& calls,
                                             const DoubleQuestions& ask);

/// `db.query.return_value.filter.return_value.first` in front of `.return_value`: the chain that a double is told an
/// answer for.
struct ToldChain {
    Node root;             // the double: a name or an attribute of self
    Node end;              // the attribute that names the terminal
    llvm::StringRef terminal; // "first", "all", "count", ...
};
/// The chain in the target of an assignment, or one without a root.
[[nodiscard]] ToldChain told_chain(const Knowledge& knowledge, Node assignment);

} // namespace sqlawait
