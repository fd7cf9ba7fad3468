// A query for each round of a loop: a synchronous program waits as many times, an asynchronous one as well, and on
// the event loop it shows sooner.
#include "rewriters/engine/session_calls.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

constexpr Kind loops[] = {Kind::for_statement, Kind::list_comprehension, Kind::set_comprehension,
                          Kind::dictionary_comprehension, Kind::generator_expression};

/// What the rounds are made from.
Node iterable(Node loop) {
    if (loop.is(Kind::for_statement))
        return loop.child(Field::right);
    for (const Node child : loop.named_children())
        if (child.is(Kind::for_in_clause))
            return child.child(Field::right);
    return {};
}

/// Rounds whose number stands in the code: attempts, pages of a known size, a few names.
bool is_counted(Node over) {
    if (over.is_any(Kind::list, Kind::tuple, Kind::set, Kind::string))
        return true;
    return over.is(Kind::call) && over.child(Field::function).text() == "range";
}

/// The innermost loop around a node in the same function.
Node loop_around(Node node) {
    Node last = node;
    for (Node up = node.parent(); up; last = up, up = up.parent()) {
        if (up.is_any(Kind::function_definition, Kind::lambda))
            return {};
        if (!llvm::is_contained(loops, up.kind()))
            continue;
        // What stands in the head of the loop is evaluated once, before it.
        const Node over = iterable(up);
        if (over && node.inside(over))
            continue;
        // `for ... else` comes after it.
        if (up.is(Kind::for_statement) && last != up.child(Field::body))
            continue;
        return up;
    }
    return {};
}

/// A coroutine that is made here and awaited elsewhere.
bool only_prepares(const Facts& facts, Place call) {
    if (facts.node(call).parent().is(Kind::await))
        return false;
    const CallInfo* info = facts.types.call(call);
    return info != nullptr && llvm::any_of(info->targets, [&](const CallTarget& target) {
               return (target.function && facts.symbols.function(target.function).is_async) ||
                      facts.knowledge.role(llvm::StringRef(target.external).rsplit('.').first) == Role::async_session;
           });
}

void match(const MatchContext& context, Node loop, std::vector<Finding>& out) {
    const Node over = iterable(loop);
    if (!over || is_counted(over) || !is_looked_at(context, loop))
        return;
    Node first;
    bool through_function = false;
    unsigned calls = 0;
    for (const Node call : own_calls(loop)) {
        if (loop_around(call) != loop)
            continue;
        const bool reads = session_use(context.facts, context.place(call)) == SessionUse::read;
        if ((!reads && !uses_session(context.facts, context.place(call))) ||
            only_prepares(context.facts, context.place(call)))
            continue;
        // `db.query(X).first()` is several calls and one query; the outermost stands first.
        if (first && call.inside(first))
            continue;
        ++calls;
        if (first)
            continue;
        first = call;
        through_function = !reads;
    }
    if (!first)
        return;
    std::string message = through_function
                              ? "'" + first.child(Field::function).text().str() + "' works with the database"
                              : "a query runs";
    message += " in each round of a loop";
    if (calls > 1)
        message += ", and " + std::to_string(calls - 1) + " more";
    out.push_back(hazard(context, first, "SA702", std::move(message),
                         "the rounds wait for the database one after the other (N+1): where they can be many, ask once "
                         "for all of them, with in_() or a join"));
}

const RegisteredRule rule{{.name = "query_in_loop",
                           .code = "SA702",
                           .summary = "a query for each round of a loop is reported",
                           .stage = Stage::async,
                           .kinds = {Kind::for_statement, Kind::list_comprehension, Kind::set_comprehension,
                                     Kind::dictionary_comprehension, Kind::generator_expression},
                           .match = match}};

} // namespace

} // namespace sqlawait
