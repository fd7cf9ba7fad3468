// What is there, counted file by file from the calls that inference resolved, whether or not anything is to be
// done about it: operations of synchronous and of asynchronous sessions, functions, lines, calls that block.
#pragma once

#include "analysis/facts.h"

#include <map>
#include <string>
#include <vector>

namespace sqlawait {

/// A call that keeps the event loop waiting when it is made from a coroutine: HTTP, sleeping, subprocesses.
struct BlockingCall {
    unsigned line = 0;
    unsigned column = 0;
    std::string name;     // "requests.get", "httpx.Client.post"
    std::string function; // in which it stands, without the module's name; "" module level
    bool http = false;
    bool on_loop = false; // the function is or becomes a coroutine, or one calls it, through others perhaps
    bool automatic = false; // the plan takes it off the event loop
};

/// A call that a session would understand, on something of which nothing is known: in the report so that it is not
/// overlooked, in no count.
struct UnrecognisedCall {
    unsigned line = 0;
    std::string receiver; // as it is written: "db", "info.context.db"
    std::string method;
    std::string function; // in which it stands, without the module's name; "" module level
};

struct FileInventory {
    unsigned lines = 0;
    unsigned sync_functions = 0; // lambdas aside
    unsigned async_functions = 0;
    unsigned mixed_functions = 0; // `async def` with synchronous session I/O inside: it blocks the event loop today
    std::map<std::string, unsigned> operations; // of synchronous sessions, by method; "query", "add", "commit", ...
    std::map<std::string, unsigned> awaited;    // of asynchronous sessions
    std::vector<BlockingCall> blocking;         // in source order
    std::vector<UnrecognisedCall> unrecognised; // in source order
};

/// By ModuleId.
[[nodiscard]] std::vector<FileInventory> take_inventory(const Facts& facts);

} // namespace sqlawait
