// A session runs one statement at a time. Coroutines that run side by side, and whatever goes on when the function that
// owns the session has ended, need their own.
#include "rewriters/engine/async_edits.h"
#include "rewriters/engine/session_calls.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral together[] = {"asyncio.gather", "asyncio.wait", "asyncio.as_completed"};
/// Functions and methods that give work away and do not wait for it.
constexpr llvm::StringLiteral later_functions[] = {"asyncio.create_task", "asyncio.ensure_future",
                                                   "asyncio.run_coroutine_threadsafe"};
constexpr llvm::StringLiteral later_methods[] = {"add_task", "create_task", "submit", "run_in_executor"};

/// Functions that run a query of GraphQL, and classes that do so for every request: their `context_value`.
constexpr llvm::StringLiteral graphql_runs[] = {"ariadne.graphql", "ariadne.graphql.graphql", "ariadne.asgi.GraphQL",
                                                "graphql.graphql"};
constexpr llvm::StringLiteral one_for_all = "a session runs one statement at a time, and raises when two begin its "
                                            "first: give resolvers of several root fields a session each, or load "
                                            "through data loaders that open their own";

/// Sessions in an expression, by their text; of methods also the object that holds one (`self.repo.find()`).
void collect(const MatchContext& context, Node expression, std::vector<std::string>& out) {
    const SyntaxTree& tree = expression.tree();
    const NodeId end = tree.record(expression.id()).subtree_end;
    for (NodeId id = expression.id(); id < end; ++id) {
        const Node node = tree.node(id);
        if (node.is(Kind::lambda)) {
            id = tree.record(id).subtree_end - 1;
            continue;
        }
        if (node.is_any(Kind::identifier, Kind::attribute) && is_session(context.facts, context.place(node))) {
            out.push_back(node.text().str());
            id = tree.record(id).subtree_end - 1;
        } else if (node.is(Kind::call) && node.child(Field::function).is(Kind::attribute) &&
                   uses_session(context.facts, context.place(node))) {
            const CallInfo* info = context.facts.types.call(context.place(node));
            if (llvm::all_of(info->targets, [](const CallTarget& target) { return target.bound; }))
                out.push_back(node.child(Field::function).child(Field::object).text().str());
        }
    }
}

/// Whether a text stays what it is from round to round of a comprehension.
bool is_outside(Node comprehension, const std::string& text) {
    const llvm::StringRef root = llvm::StringRef(text).split('.').first.split('(').first;
    for (const Node clause : comprehension.named_children()) {
        if (!clause.is(Kind::for_in_clause))
            continue;
        const Node target = clause.child(Field::left);
        const SyntaxTree& tree = target.tree();
        for (NodeId id = target.id(); id < tree.record(target.id()).subtree_end; ++id)
            if (tree.record(id).kind == Kind::identifier && tree.node(id).text() == root)
                return false;
    }
    return true;
}

void match_together(const MatchContext& context, Node call, std::vector<Finding>& out) {
    if (context.facts.colours.has_conversion(context.place(call.parent()), Conversion::one_by_one))
        return; // one after the other, then
    std::map<std::string, unsigned> users; // coroutines by session
    for (const Node argument : call.child(Field::arguments).named_children()) {
        if (argument.is(Kind::keyword_argument))
            continue;
        const Node value = argument.is(Kind::list_splat) ? argument.named_child(0) : argument;
        std::vector<std::string> found;
        if (value.is_any(Kind::list_comprehension, Kind::generator_expression)) {
            collect(context, value.named_child(0), found);
            for (const std::string& text : found)
                users[text] += is_outside(value, text) ? 2 : 1;
            continue;
        }
        const auto coroutines = value.is_any(Kind::list, Kind::tuple, Kind::set) ? value.named_children()
                                                                                 : llvm::SmallVector<Node, 8>{value};
        for (const Node one : coroutines) {
            found.clear();
            collect(context, one, found);
            llvm::sort(found);
            found.erase(std::unique(found.begin(), found.end()), found.end());
            for (const std::string& text : found)
                ++users[text];
        }
    }
    for (const auto& [text, count] : users)
        if (count > 1) {
            out.push_back(hazard(context, call, "SA703", "coroutines that run side by side share '" + text + "'",
                                 "a session runs one statement at a time and raises when it is asked for a second: "
                                 "await them one after the other, or give each a session of its own"));
            return;
        }
}

void match_later(const MatchContext& context, Node call, std::vector<Finding>& out) {
    std::vector<std::string> found;
    for (const Node argument : call.child(Field::arguments).named_children())
        collect(context, argument.is(Kind::keyword_argument) ? argument.child(Field::value) : argument, found);
    if (found.empty())
        return;
    out.push_back(hazard(context, call, "SA703", "'" + found.front() + "' goes along with work that is done later",
                         "the session may be closed by then, or be in use: open one where the work is done, and hand "
                         "over keys instead of objects"));
}

/// `graphql(schema, data, context_value={"db": db})`
void match_run(const MatchContext& context, Node call, std::vector<Finding>& out) {
    const Node given = find_argument(call, "context_value", -1);
    if (!given)
        return;
    std::vector<std::string> found;
    collect(context, argument_value(given), found);
    if (!found.empty())
        out.push_back(hazard(context, call, "SA703",
                             "resolvers of one request that run side by side share '" + found.front() + "'",
                             one_for_all.str()));
}

/// `GraphQLRouter(schema, context_getter=get_context)`: all resolvers of a request get what the function was given.
/// Resolvers that were coroutines before shared it before.
void match_context(const MatchContext& context, Node call, const ClassKnowledge& known, std::vector<Finding>& out) {
    for (const auto& [keyword, attribute] : known.provides) {
        const Node given = find_argument(call, keyword, -1);
        if (!given)
            continue;
        for (const Atom& atom :
             context.facts.types.store().atoms(context.facts.types.type_of(context.place(argument_value(given))))) {
            if (atom.kind != Atom::Kind::function)
                continue;
            const FunctionInfo& getter = context.facts.symbols.function(FunctionId{atom.id});
            const auto parameters = parameters_of(context.facts.module(getter.module).tree.node(getter.node));
            for (std::size_t i = 0; i < parameters.size(); ++i)
                if (is_session(context.facts, context.facts.types.parameter(getter.id, i))) {
                    out.push_back(
                        hazard(context, call, "SA703",
                               "resolvers of one request that run side by side share '" + parameters[i].name + "'",
                               one_for_all.str()));
                    return;
                }
        }
    }
}

void match(const MatchContext& context, Node call, std::vector<Finding>& out) {
    if (!is_looked_at(context, call))
        return;
    const Node callee = call.child(Field::function);
    const std::string name = outside_name(context, callee);
    if (const ClassKnowledge* known = context.facts.knowledge.class_(name);
        known != nullptr && !known->provides.empty()) {
        match_context(context, call, *known, out);
        return;
    }
    if (llvm::is_contained(graphql_runs, name))
        return match_run(context, call, out);
    if (llvm::is_contained(together, name)) {
        match_together(context, call, out);
        return;
    }
    const CallInfo* info = context.facts.types.call(context.place(call));
    const bool by_method = callee.is(Kind::attribute) &&
                           llvm::is_contained(later_methods, callee.child(Field::attribute).text()) &&
                           info != nullptr && !info->targets.empty() &&
                           llvm::all_of(info->targets, [](const CallTarget& one) { return !one.external.empty(); });
    if (by_method || llvm::is_contained(later_functions, name))
        match_later(context, call, out);
}

const RegisteredRule rule{
    {.name = "shared_session",
     .code = "SA703",
     .summary = "a session in several coroutines at once, or in work that is done later, is reported",
     .stage = Stage::async,
     .kinds = {Kind::call},
     .match = match}};

} // namespace

} // namespace sqlawait
