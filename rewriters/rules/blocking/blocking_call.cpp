// A synchronous route runs in a thread of its own; once it is a coroutine, what blocks it blocks every other request.
#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral in_thread = "asyncio.to_thread";
/// Of a client, not of its requests.
constexpr llvm::StringLiteral client_arguments[] = {"cert", "mounts", "proxies", "proxy", "trust_env", "verify"};
constexpr llvm::StringLiteral sync_only_arguments[] = {"app", "event_hooks", "mounts", "transport"};

/// What the call becomes by the tables: "asyncio.sleep", "httpx.AsyncClient.get", "asyncio.to_thread"; "" nothing.
std::string counterpart(const MatchContext& context, Node call) {
    const CallInfo* info = context.facts.types.call(context.place(call));
    if (info == nullptr || !info->complete || info->targets.size() != 1)
        return "";
    const std::string& name = info->targets.front().external;
    if (name.empty())
        return "";
    if (const FunctionKnowledge* function = context.facts.knowledge.function(name))
        return function->blocking ? function->async_name : "";
    const auto [owner, method] = llvm::StringRef(name).rsplit('.');
    const MemberKnowledge* member = context.facts.knowledge.member(owner, method);
    return member != nullptr && member->blocking && member->async_form == "to_thread" ? in_thread.str() : "";
}

/// Whether the function around a node becomes a coroutine function here, and the node can hold an `await`.
bool can_await(const MatchContext& context, Node node) {
    const FunctionId function = context.function(node);
    if (!context.is_async(node) || !function || text_owner(context, node) != function ||
        !context.facts.colours.function(function).turns_async)
        return false;
    for (Node up = node.parent(); up && !up.is(Kind::function_definition); up = up.parent())
        if (up.is_any(Kind::lambda, Kind::generator_expression, Kind::class_definition))
            return false;
    return true;
}

void put_await(Edit& edit, Node call) {
    const bool brackets = await_needs_brackets(call);
    edit.pieces.insert(edit.pieces.begin(), std::string(brackets ? "(await " : "await "));
    if (brackets)
        edit.pieces.emplace_back(std::string(")"));
}

/// `await asyncio.to_thread(requests.get, url)`
Edit thread_edit(const MatchContext& context, Node call, Fix& fix) {
    const Node arguments = call.child(Field::arguments);
    const ByteRange inner{arguments.begin() + 1, arguments.end() - 1};
    const llvm::StringRef text = call.tree().source().slice(inner);
    Edit edit{call.range(), {}, Layer::await_};
    // Arguments on lines of their own: the function gets one, too.
    const llvm::StringRef lead =
        text.take_while([](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
    const bool own_lines = lead.contains('\n') && !text.trim().empty();
    edit.pieces.emplace_back(spell_through_module(context, fix, "asyncio", "to_thread") + "(" +
                             (own_lines ? lead.str() : ""));
    edit.pieces.emplace_back(hole(call.child(Field::function)));
    if (!text.trim().empty()) {
        edit.pieces.emplace_back(std::string(own_lines ? "," : ", "));
        edit.pieces.emplace_back(Hole{inner});
    }
    edit.pieces.emplace_back(std::string(")"));
    put_await(edit, call);
    return edit;
}

/// The simple statement around a call that has its lines for itself, or no node.
Node own_statement(Node call) {
    Node statement = call;
    while (statement && !statement.is_any(Kind::expression_statement, Kind::return_statement, Kind::block))
        statement = statement.parent();
    if (!statement || !statement.parent().is(Kind::block))
        return {};
    const SourceText& source = call.tree().source();
    const llvm::StringRef text = source.text;
    const llvm::StringRef before =
        text.slice(source.lines.line_begin(source.lines.at(statement.begin()).line), statement.begin());
    const llvm::StringRef behind =
        text.drop_front(statement.end()).take_until([](char c) { return c == '\n' || c == '\r'; }).ltrim();
    return before.trim().empty() && (behind.empty() || behind.starts_with("#")) ? statement : Node();
}

/// `async with httpx.AsyncClient() as client:` around the statement of `httpx.get(url)`.
bool client_edits(const MatchContext& context, Node call, llvm::StringRef method, Fix& fix) {
    const Node statement = own_statement(call);
    if (!statement)
        return false;
    for (const Node argument : call.child(Field::arguments).named_children())
        if (argument.is_any(Kind::list_splat, Kind::dictionary_splat) ||
            (argument.is(Kind::keyword_argument) &&
             llvm::is_contained(client_arguments, argument.child(Field::name).text())))
            return false;
    const SyntaxTree& tree = call.tree();
    for (NodeId id = statement.id(); id < tree.record(statement.id()).subtree_end; ++id)
        if (tree.record(id).kind == Kind::call && id != call.id() &&
            llvm::StringRef(counterpart(context, tree.node(id))).starts_with("httpx."))
            return false;
    const std::string name = context.free_name(call, "client");
    const std::string step =
        indentation_step(context.module.tree.node(context.facts.symbols.function(context.function(call)).node));
    Edit edit{call.range(), {}, Layer::await_};
    edit.pieces.emplace_back(name + "." + method.str());
    edit.pieces.emplace_back(hole(call.child(Field::arguments)));
    put_await(edit, call);
    fix.edits.push_back(std::move(edit));
    fix.edits.push_back(insert(statement.begin(),
                               "async with " + spell_through_module(context, fix, "httpx", "AsyncClient") + "() as " +
                                   name + ":" + tree.source().newline_text().str() + indentation_of(statement) + step));
    llvm::append_range(fix.edits, indent_lines(tree, statement.range(), step));
    return true;
}

void match_call(const MatchContext& context, Node call, std::vector<Finding>& out) {
    const std::string wanted = counterpart(context, call);
    if (wanted.empty() || !call.child(Field::arguments).is(Kind::argument_list) || !can_await(context, call))
        return;
    Fix fix;
    fix.group = change_group(context, call);
    const auto [owner, name] = llvm::StringRef(wanted).rsplit('.');
    const bool of_client = context.facts.knowledge.class_(owner) != nullptr;
    if (wanted == in_thread || (of_client && !client_edits(context, call, name, fix))) {
        fix.edits.push_back(thread_edit(context, call, fix));
    } else if (!of_client) {
        fix.edits.push_back(await_edit(call));
        fix.edits.push_back(
            replace(call.child(Field::function).range(), spell_through_module(context, fix, owner, name)));
    }
    out.push_back(edit_finding(context, call, "what blocks would hold up the event loop", std::move(fix)));
    out.back().kind = "blocking";
}

/// `with httpx.Client() as client:` of which nothing is used but its requests.
void match_with(const MatchContext& context, Node statement, std::vector<Finding>& out) {
    const Node clause = statement.named_child(0);
    const Node item = clause.named_children().size() == 1 ? clause.named_child(0) : Node();
    const Node pattern = item.is(Kind::with_item) ? item.child(Field::value) : Node();
    if (!pattern.is(Kind::as_pattern) || !can_await(context, statement))
        return;
    const Node made = pattern.named_child(0);
    Node target = pattern.named_children().back();
    while (target && !target.is(Kind::identifier))
        target = target.named_child(0);
    if (!made.is(Kind::call) || !target || outside_name(context, made.child(Field::function)) != "httpx.Client")
        return;
    for (const Node argument : made.child(Field::arguments).named_children())
        if (!argument.is(Kind::keyword_argument) ||
            llvm::is_contained(sync_only_arguments, argument.child(Field::name).text()))
            return;
    const ModuleBindings& bindings = context.facts.symbols.bindings(context.module.id);
    const SymbolId symbol = bindings.symbol_at(target.id());
    if (!symbol || bindings.symbol(symbol).definitions.size() != 1)
        return;
    Fix fix;
    fix.group = change_group(context, statement);
    for (const NodeId id : bindings.symbol(symbol).references) {
        const Node attribute = statement.tree().node(id).parent(), call = attribute.parent();
        if (!attribute.is(Kind::attribute) || !call.is(Kind::call) || call.child(Field::function) != attribute ||
            !call.inside(statement) || context.function(call) != context.function(statement) ||
            !can_await(context, call))
            return;
        const MemberKnowledge* member =
            context.facts.knowledge.member("httpx.Client", attribute.child(Field::attribute).text());
        if (member == nullptr || !member->blocking)
            return;
        fix.edits.push_back(await_edit(call));
    }
    const Node callee = made.child(Field::function);
    fix.edits.push_back(insert(statement.begin(), "async "));
    fix.edits.push_back(callee.is(Kind::attribute)
                            ? replace(callee.child(Field::attribute).range(), "AsyncClient")
                            : replace(callee.range(), context.spell(fix, "httpx", "AsyncClient")));
    out.push_back(edit_finding(context, statement, "requests are awaited", std::move(fix)));
    out.back().kind = "blocking";
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (context.rendering != Rendering::in_place)
        return;
    if (node.is(Kind::with_statement))
        match_with(context, node, out);
    else
        match_call(context, node, out);
}

const RegisteredRule rule{
    {.name = "blocking_call",
     .code = "SA901",
     .summary = "HTTP requests, sleeps and the like in what became async leave the event loop free",
     .stage = Stage::async,
     .kinds = {Kind::call, Kind::with_statement},
     .match = match}};

} // namespace

} // namespace sqlawait
