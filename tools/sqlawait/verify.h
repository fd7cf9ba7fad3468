// Pass "verify": the new texts are read again, and all passes run on them.
//
// Refused are: a syntax error, `await` (and its like) where Python forbids it, a coroutine that is used as if it
// were its value, an asynchronous session in the hands of synchronous code, a second form called by a name that its
// object does not have, and what a second run would still change in a file that this run changed, where taking that
// over does not come to rest. Each problem names what is to be taken back.
#pragma once

#include "tools/sqlawait/pipeline.h"

namespace sqlawait {

struct VerifyProblem {
    ModuleId module;     // of the program as it is; none when it is in no file of it
    FunctionId function; // in whose text it is; none at module level
    std::vector<std::uint32_t> groups; // accepted groups with a change there, to be taken back with the function
    std::string message; // "path:line:column: ..." in the new text
};

struct Verified {
    std::vector<VerifyProblem> problems; // by place
    /// Without problems: what a second run would change in files that this run changed, loads and queries left out.
    std::vector<VerifyProblem> differences;
    /// Without problems: the texts as a second run leaves them, of files that it changes; `before` is the text that
    /// was verified.
    std::vector<FilePatch> completed;
};

/// Empty when there is nothing to verify. `reread` takes what was parsed, for the verification of the next texts: most
/// files are the same in them.
[[nodiscard]] Verified verify(const Analysis& before, const PipelineOptions& options,
                              std::vector<std::unique_ptr<Module>>& reread);

/// `await`, `async for`, `async with` outside of `async def`; `yield from` and a `return` with a value where they
/// are not allowed inside it: what CPython's compiler refuses and the grammar does not.
[[nodiscard]] std::vector<SyntaxProblem> async_problems(const SyntaxTree& tree);

/// Calls that give a coroutine, by inference, where only a value makes sense: alone as a statement, compared,
/// tested, iterated over ...
[[nodiscard]] std::vector<SyntaxProblem> dropped_coroutines(const Analysis& analysis, ModuleId module);

/// Calls that hand an asynchronous session to a function of the program that performs I/O on a synchronous one.
[[nodiscard]] std::vector<SyntaxProblem> mixed_sessions(const Analysis& analysis, ModuleId module);

} // namespace sqlawait
