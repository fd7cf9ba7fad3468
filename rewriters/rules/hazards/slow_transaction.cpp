// What a function waits for while its transaction is open keeps a connection out of the pool, and locked rows locked.
// Coroutines make that worse: many more of them wait at a time than threads did.
#include "rewriters/engine/async_edits.h"
#include "rewriters/engine/session_calls.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// Of clients whose methods are awaited; those that block are known by their own.
constexpr llvm::StringLiteral waiting_owners[] = {"httpx.AsyncClient", "aiohttp.ClientSession"};
constexpr llvm::StringLiteral waiting_functions[] = {"asyncio.sleep"};
constexpr unsigned max_depth = 3;

/// What a call waits for that is no database: "httpx.get"; "" nothing known.
std::string waits_for(const Facts& facts, Place call, unsigned depth) {
    const CallInfo* info = facts.types.call(call);
    if (info == nullptr || depth > max_depth)
        return "";
    for (const CallTarget& target : info->targets) {
        const auto [owner, method] = llvm::StringRef(target.external).rsplit('.');
        const FunctionKnowledge* function = facts.knowledge.function(target.external);
        const MemberKnowledge* member = facts.knowledge.member(owner, method);
        if (target.external.empty() && !target.function)
            continue;
        if (owner == "builtins")
            continue; // open(): blocks the event loop, and is over soon
        const bool awaited = facts.node(call).parent().is(Kind::await);
        if ((function != nullptr && function->blocking) || (member != nullptr && member->blocking) ||
            (awaited &&
             (llvm::is_contained(waiting_owners, owner) || llvm::is_contained(waiting_functions, target.external))))
            return target.external;
        if (!target.function || facts.symbols.function(target.function).is_generator ||
            (facts.symbols.function(target.function).is_async && !awaited))
            continue;
        const FunctionInfo& info_of = facts.symbols.function(target.function);
        const Module& module = facts.module(info_of.module);
        const Node body = module.tree.node(info_of.node).child(Field::body);
        if (!body)
            continue;
        for (const Node inner : own_calls(body)) {
            // A transaction that is over before it waits is not ours.
            if (session_use(facts, {info_of.module, inner.id()}) == SessionUse::end)
                break;
            if (std::string found = waits_for(facts, {info_of.module, inner.id()}, depth + 1); !found.empty())
                return found;
        }
    }
    return "";
}

/// The end of the `with` around a node that ends its session or transaction; of others the end of the function.
Offset end_of_session(const MatchContext& context, Node node, Node function) {
    for (Node up = node.parent(); up && up != function; up = up.parent()) {
        if (!up.is(Kind::with_statement))
            continue;
        for (const Node item : up.named_child(0).named_children()) {
            const Node value = item.child(Field::value);
            const Node made = value && value.is(Kind::as_pattern) ? value.named_child(0) : value;
            if (made &&
                llvm::any_of(std::array{Role::session, Role::async_session, Role::transaction, Role::async_transaction},
                             [&](Role role) {
                                 return context.facts.types.has_role(context.place(made), role) != Certainty::unknown;
                             }))
                return up.end();
        }
    }
    return function.end();
}

bool locks_rows(Node call) {
    const llvm::StringRef text = call.text();
    return text.contains("with_for_update");
}

void match(const MatchContext& context, Node function, std::vector<Finding>& out) {
    const Node body = function.child(Field::body);
    if (!body || !is_looked_at(context, body))
        return;
    Node open; // what began the transaction
    Offset until = 0;
    bool locked = false;
    for (const Node call : own_calls(body)) {
        const Place place = context.place(call);
        if (open && call.begin() >= until)
            open = Node();
        const SessionUse use = session_use(context.facts, place);
        if (use == SessionUse::end) {
            open = Node();
            locked = false;
            continue;
        }
        if (use != SessionUse::none) {
            // Only what comes behind this statement waits with it.
            locked = (open && locked) || locks_rows(call);
            if (!open) {
                open = call;
                until = end_of_session(context, call, function);
            }
            continue;
        }
        if (!open || call.inside(open))
            continue;
        const std::string waits = waits_for(context.facts, place, 0);
        if (waits.empty())
            continue;
        const unsigned line = context.module.source.lines.at(open.begin()).line;
        const std::string what = "'" + waits + "' is waited for while the transaction of line " + std::to_string(line);
        out.push_back(hazard(context, call, "SA704", locked ? what + " holds locks" : what + " is open",
                             locked ? "others wait for these rows as long: do it before they are locked, or after the "
                                      "commit"
                                    : "the connection is taken out of the pool as long, and more coroutines than "
                                      "threads do that at a time: do it before the first query, or after the commit"));
        return; // the function is to be looked at as a whole
    }
}

const RegisteredRule rule{{.name = "slow_transaction",
                           .code = "SA704",
                           .summary = "requests and other waiting while a transaction is open are reported",
                           .stage = Stage::async,
                           .kinds = {Kind::function_definition},
                           .match = match}};

} // namespace

} // namespace sqlawait
