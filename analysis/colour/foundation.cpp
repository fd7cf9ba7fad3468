#include "analysis/colour/foundation.h"

#include "analysis/colour/session_classes.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// Arguments of create_engine whose meaning a person has to say in another way.
constexpr llvm::StringLiteral refused_arguments[] = {"creator", "module", "server_side_cursors", "strategy"};
constexpr llvm::StringLiteral refused_connect_arguments[] = {"target_session_attrs"};

std::string outside(const FoundationContext& context, ModuleId module, Node expression) {
    const std::string name = context.symbols.external_name(module, expression);
    return name.empty() ? name : context.knowledge.canonical(name);
}

} // namespace

Node first_string_content(Node string) {
    if (string.is(Kind::concatenated_string))
        string = string.named_child(0);
    for (const Node child : string.children())
        if (child.is(Kind::string_content))
            return child;
    return {};
}

Node find_argument(Node call, llvm::StringRef keyword, int position) {
    const Node arguments = call.child(Field::arguments);
    if (!arguments.is(Kind::argument_list))
        return {};
    int at = 0;
    Node positional;
    for (const Node argument : arguments.named_children()) {
        if (argument.is(Kind::keyword_argument)) {
            if (argument.child(Field::name).text() == keyword)
                return argument;
        } else if (!argument.is_any(Kind::list_splat, Kind::dictionary_splat) && at++ == position) {
            positional = argument;
        }
    }
    return positional;
}

Node argument_value(Node argument) {
    return argument.is(Kind::keyword_argument) ? argument.child(Field::value) : argument;
}

std::vector<Node> connect_pairs(Node call) {
    std::vector<Node> out;
    std::vector<Node> open{argument_value(find_argument(call, "connect_args"))};
    while (!open.empty()) {
        const Node value = open.back();
        open.pop_back();
        if (value.is_any(Kind::conditional_expression, Kind::parenthesized_expression, Kind::boolean_operator))
            llvm::append_range(open, value.named_children());
        else if (value.is(Kind::dictionary))
            for (const Node pair : value.named_children())
                if (pair.is(Kind::pair))
                    out.push_back(pair);
    }
    return out;
}

std::vector<std::pair<std::string, std::string>> server_settings(Node options) {
    const Node content = first_string_content(options);
    if (!options.is(Kind::string) || !content || options.named_children().size() != 3) // a begin, a text, an end
        return {};
    llvm::SmallVector<llvm::StringRef, 8> words;
    content.text().split(words, ' ', -1, /*KeepEmpty=*/false);
    std::vector<std::pair<std::string, std::string>> out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        llvm::StringRef word = words[i];
        if (word == "-c" && i + 1 < words.size())
            word = words[++i];
        else if (!word.consume_front("-c") && !word.consume_front("--"))
            return {};
        const auto [name, value] = word.split('=');
        if (name.empty() || value.empty() || word.contains('\\'))
            return {};
        out.emplace_back(name.str(), value.str());
    }
    return out;
}

Made made_by(const FoundationContext& context, Place call) {
    const Node node = context.program.module(call.module).tree.node(call.node);
    const std::string name = outside(context, call.module, node.child(Field::function));
    if (name.empty())
        return own_session_class(context.symbols, context.types, context.knowledge, call.module,
                                 node.child(Field::function))
                   ? Made::session
                   : Made::nothing;
    if (const FunctionKnowledge* function = context.knowledge.function(name); function != nullptr) {
        const bool engine = context.knowledge.role(function->returns) == Role::engine;
        return engine && !function->async_name.empty() ? Made::engine : Made::nothing;
    }
    switch (context.knowledge.role(name)) {
    case Role::session_factory:
    case Role::scoped_session: return Made::factory;
    case Role::session: return Made::session;
    case Role::http_client: return Made::client;
    default: return Made::nothing;
    }
}

Node started_application(Node call) {
    Node item = call.parent();
    if (item.is(Kind::as_pattern))
        item = item.parent();
    return item.is(Kind::with_item) ? argument_value(find_argument(call, "app", 0)) : Node();
}

namespace {

/// Arguments of a test's client that the asynchronous one, or its transport, takes in some form.
constexpr llvm::StringLiteral client_arguments[] = {"app",     "base_url", "raise_server_exceptions", "root_path",
                                                    "cookies", "headers",  "follow_redirects",        "client"};

std::string client_refusal(const FoundationContext& context, Place call, Node node) {
    if (!find_argument(node, "app", 0))
        return "the application of the client cannot be seen";
    unsigned positional = 0;
    for (const Node argument : node.child(Field::arguments).named_children()) {
        if (argument.is(Kind::comment))
            continue;
        if (argument.is_any(Kind::list_splat, Kind::dictionary_splat))
            return "the arguments of the client cannot be seen";
        if (!argument.is(Kind::keyword_argument)) {
            if (++positional > 2)
                return "the asynchronous client takes its arguments by keyword";
        } else if (const llvm::StringRef name = argument.child(Field::name).text();
                   !llvm::is_contained(client_arguments, name)) {
            return "the asynchronous client has no '" + name.str() + "'";
        }
    }
    const Node application = started_application(node);
    if (!application)
        return "";
    const bool known = llvm::any_of(context.types.store().atoms(context.types.type_of({call.module, application.id()})),
                                    [&](const Atom& atom) {
                                        const llvm::StringRef name = context.types.store().external_class(atom);
                                        return !name.empty() && context.knowledge.member(name, "router") != nullptr;
                                    });
    if (!known || !application.is_any(Kind::identifier, Kind::attribute))
        return "the with statement starts an application that is not known";
    return "";
}

} // namespace

std::string foundation_refusal(const FoundationContext& context, Place call) {
    const Node node = context.program.module(call.module).tree.node(call.node);
    const Made made = made_by(context, call);
    if (made == Made::nothing)
        return "";
    const std::string name = outside(context, call.module, node.child(Field::function));
    if (made == Made::client)
        return client_refusal(context, call, node);
    if (made == Made::engine) {
        EngineUrl url = engine_url(context, call);
        if (!url.refusal.empty())
            return url.refusal;
        for (const llvm::StringRef argument : refused_arguments)
            if (find_argument(node, argument))
                return "an asynchronous engine does not take '" + argument.str() + "'";
        if (url.may_use("asyncpg"))
            for (const Node pair : connect_pairs(node)) {
                const Node key = first_string_content(pair.child(Field::key));
                const llvm::StringRef name_of = key ? key.text() : "";
                if (llvm::is_contained(refused_connect_arguments, name_of) ||
                    (name_of == "options" && server_settings(pair.child(Field::value)).empty()))
                    return "asyncpg has no connect argument '" + name_of.str() + "': use server_settings";
            }
        return "";
    }
    if (const ClassId own = own_session_class(context.symbols, context.types, context.knowledge, call.module,
                                              node.child(Field::function)))
        return session_class_refusal(context.program, context.symbols, context.types, context.knowledge, own);
    if (context.knowledge.role(name) == Role::scoped_session && find_argument(node, "scopefunc", 1))
        return "the scoped_session has a scope of its own, of which nobody knows whether it fits tasks";
    const ClassKnowledge* known = context.knowledge.class_(name);
    if (known == nullptr || known->async_class.empty())
        return name + " has no asynchronous counterpart";
    if (const Node argument = find_argument(node, "autocommit"); argument && !argument_value(argument).is(Kind::false_))
        return "autocommit sessions were removed in SQLAlchemy 2.0";
    if (const Node argument = find_argument(node, "class_")) {
        if (const ClassId own = own_session_class(context.symbols, context.types, context.knowledge, call.module,
                                                  argument_value(argument)))
            return session_class_refusal(context.program, context.symbols, context.types, context.knowledge, own);
        const ClassKnowledge* session =
            context.knowledge.class_(outside(context, call.module, argument_value(argument)));
        if (session == nullptr || session->async_class.empty())
            return "the session class '" + argument_value(argument).text().str() + "' is not known";
    }
    return "";
}

} // namespace sqlawait
