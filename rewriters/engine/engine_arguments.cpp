#include "rewriters/engine/engine_arguments.h"

#include "analysis/colour/session_classes.h"
#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

namespace sqlawait {

namespace {

/// create_engine arguments that say how the synchronous driver works, and mean nothing elsewhere.
constexpr llvm::StringLiteral dropped_arguments[] = {"encoding",
                                                     "convert_unicode",
                                                     "executemany_mode",
                                                     "executemany_batch_page_size",
                                                     "executemany_values_page_size",
                                                     "use_native_unicode",
                                                     "use_native_hstore",
                                                     "client_encoding"};

class Maker {
  public:
    Maker(const MatchContext& context, Node call)
        : context_(context), call_(call), url_(engine_url(foundation_context(context), context.place(call))) {}

    FoundationEdits make() {
        const Made made = made_by(context_, call_);
        out_.refusal = foundation_refusal(foundation_context(context_), context_.place(call_));
        if (made == Made::nothing || !out_.refusal.empty())
            return std::move(out_);
        if (made == Made::client) {
            make_client();
            return std::move(out_);
        }
        rename();
        if (made == Made::engine) {
            rewrite_url();
            rewrite_arguments();
        } else if (context_.facts.knowledge.role(outside_name(context_, call_.child(Field::function))) ==
                   Role::scoped_session) {
            // A thread had a session of its own; now a task has.
            Fix fix;
            edit(add_argument(call_, "scopefunc=" + spell_through_module(context_, fix, "asyncio", "current_task")));
            out_.imports.insert(out_.imports.end(), fix.imports.begin(), fix.imports.end());
        } else {
            keep_loaded();
            keep_session_class();
        }
        return std::move(out_);
    }

  private:
    void edit(Edit one) { out_.edits.push_back(std::move(one)); }

    /// The name of what is called.
    void rename() {
        const Facts& facts = context_.facts;
        const Knowledge& knowledge = facts.knowledge;
        const Node callee = call_.child(Field::function);
        if (const ClassId own = own_session_class(facts.symbols, facts.types, knowledge, context_.module.id, callee)) {
            const std::string async = async_class_of_own(facts.types, knowledge, own);
            const auto [package, base] = llvm::StringRef(async).rsplit('.');
            Fix fix;
            edit(replace(callee.range(), context_.spell(fix, package, base)));
            edit(add_argument(call_, "sync_session_class=" + callee.text().str()));
            out_.imports = std::move(fix.imports);
            return;
        }
        const std::string name = outside_name(context_, callee);
        const FunctionKnowledge* function = knowledge.function(name);
        const std::string& async = function != nullptr ? function->async_name : knowledge.class_(name)->async_class;
        const auto [package, base] = llvm::StringRef(async).rsplit('.');
        Fix fix;
        edit(replace(callee.range(), context_.spell(fix, package, base)));
        out_.imports = std::move(fix.imports);
    }

    void rewrite_url() {
        const SyntaxTree& tree = call_.tree();
        if (url_.literal != no_node && (!url_.literal_in_definition || only_async_engines_read_it())) {
            const Offset begin = tree.node(url_.literal).begin();
            edit(replace({begin, begin + static_cast<Offset>(url_.scheme.size())}, url_.async_scheme));
            return;
        }
        if (url_.drivername.empty() && url_.drivernames.empty())
            return;
        Fix fix;
        const std::string make_url = context_.spell(fix, "sqlalchemy.engine", "make_url");
        out_.imports.insert(out_.imports.end(), fix.imports.begin(), fix.imports.end());
        const Node value = tree.node(url_.value);
        if (!url_.drivername.empty()) {
            edit(wrap(value, make_url + "(", ").set(drivername=\"" + url_.drivername + "\")", Layer::expression));
            return;
        }
        Node statement = call_;
        while (!statement.parent().is(Kind::module))
            statement = statement.parent();
        const std::string name = context_.free_name(tree.root(), "async_url");
        std::string drivers;
        for (const auto& [dialect, drivername] : url_.drivernames)
            drivers += (drivers.empty() ? "\"" : ", \"") + dialect + "\": \"" + drivername + "\"";
        out_.helpers.push_back(
            {statement.begin(), "def " + name +
                                    "(url):\n"
                                    "    \"\"\"The same database through an asynchronous driver.\"\"\"\n"
                                    "    url = " +
                                    make_url + "(url)\n    drivers = {" + drivers +
                                    "}\n    return url.set(drivername=drivers.get("
                                    "url.get_backend_name(), url.drivername))"});
        edit(wrap(value, name + "(", ")", Layer::expression));
    }

    /// Whether the variable that holds the URL is read for engines that become asynchronous, and for nothing else.
    [[nodiscard]] bool only_async_engines_read_it() const {
        const SymbolTable& symbols = context_.facts.symbols;
        const Node value = call_.tree().node(url_.value);
        const SymbolId symbol = symbols.bindings(context_.module.id).symbol_at(value.id());
        for (const auto& module : context_.facts.program.modules) {
            const ModuleBindings& bindings = symbols.bindings(module->id);
            const bool home = module->id == context_.module.id;
            for (NodeId id = 0; id < module->tree.size(); ++id) {
                const Node node = module->tree.node(id);
                if (!node.is_any(Kind::identifier, Kind::attribute) ||
                    node.text().take_back(value.text().size()) != value.text())
                    continue;
                if (home && node.is(Kind::identifier)) {
                    if (bindings.symbol_at(id) != symbol || bindings.definition_at(id))
                        continue;
                } else if (llvm::none_of(symbols.resolve_expression(module->id, node), [&](const Target& target) {
                               return target.kind == Target::Kind::variable && target.symbol == symbol &&
                                      target.module == context_.module.id;
                           })) {
                    continue;
                }
                const Node call = node.ancestor(Kind::call);
                if (!home || !call || made_by(context_, call) != Made::engine || !writes_async(context_, call) ||
                    !(argument_value(find_argument(call, "url", 0)) == node))
                    return false;
            }
        }
        return true;
    }

    void rewrite_arguments() {
        for (const Node argument : call_.child(Field::arguments).named_children()) {
            if (!argument.is(Kind::keyword_argument))
                continue;
            const llvm::StringRef name = argument.child(Field::name).text();
            const Node value = argument.child(Field::value);
            if (llvm::is_contained(dropped_arguments, name) || (name == "future" && value.is(Kind::false_)))
                edit(remove_argument(argument));
            else if (name == "poolclass")
                rewrite_pool(argument, value);
        }
        if (url_.may_use("asyncpg"))
            rewrite_connect_arguments();
    }

    /// The default pool of an asynchronous engine takes the place of those that only threads can use.
    void rewrite_pool(Node argument, Node value) {
        const std::string name = outside_name(context_, value);
        if (name == "sqlalchemy.pool.QueuePool" || name == "sqlalchemy.pool.SingletonThreadPool")
            edit(remove_argument(argument));
    }

    /// Names of libpq in the words of asyncpg.
    void rewrite_connect_arguments() {
        std::map<NodeId, std::vector<Node>> settings; // by dictionary: what becomes its server_settings
        for (const Node pair : connect_pairs(call_)) {
            const Node key = first_string_content(pair.child(Field::key));
            const llvm::StringRef name = key ? key.text() : "";
            if (name == "sslmode")
                edit(replace(key.range(), "ssl"));
            else if (name == "connect_timeout")
                edit(replace(key.range(), "timeout"));
            else if (name == "application_name" || name == "options")
                settings[pair.parent().id()].push_back(pair);
            else if (name == "client_encoding" || name.starts_with("keepalives"))
                edit(remove_argument(pair));
        }
        for (const auto& [dictionary, pairs] : settings) {
            std::string text;
            const auto add = [&](llvm::StringRef name, const std::string& value) {
                text += (text.empty() ? "\"" : ", \"") + name.str() + "\": " + value;
            };
            for (const Node pair : pairs) {
                const Node value = pair.child(Field::value);
                if (first_string_content(pair.child(Field::key)).text() == "application_name")
                    add("application_name", value.text().str());
                else
                    for (const auto& [name, setting] : server_settings(value))
                        add(name, "\"" + setting + "\"");
            }
            edit(replace(pairs.front().range(), "\"server_settings\": {" + text + "}", Layer::expression));
            for (const Node pair : llvm::ArrayRef(pairs).drop_front())
                edit(remove_argument(pair));
        }
    }

    /// `TestClient(app)` as `AsyncClient(transport=ASGITransport(app=app), base_url="http://testserver")`. It does not
    /// start the application: where a with statement did, that is entered beside it.
    void make_client() {
        Fix fix;
        const std::string client = context_.spell(fix, "httpx", "AsyncClient");
        const std::string transport = context_.spell(fix, "httpx", "ASGITransport");
        out_.imports = std::move(fix.imports);
        std::string start;
        if (const Node application = started_application(call_)) {
            const std::string text = application.text().str();
            start = text + ".router.lifespan_context(" + text + "), ";
        }
        edit(replace(call_.child(Field::function).range(), start + client));

        Edit arguments{call_.child(Field::arguments).range(), {}, Layer::expression};
        const auto add = [&](const std::string& before, Node value) {
            arguments.pieces.emplace_back(before);
            arguments.pieces.emplace_back(hole(value));
        };
        const auto value_of = [&](llvm::StringRef keyword, int position = -1) {
            const Node argument = find_argument(call_, keyword, position);
            return argument ? argument_value(argument) : Node();
        };
        add("(transport=" + transport + "(app=", value_of("app", 0));
        if (const Node raises = value_of("raise_server_exceptions"))
            add(", raise_app_exceptions=", raises);
        for (const std::string own : {"root_path", "client"})
            if (const Node value = value_of(own))
                add(", " + own + "=", value);
        if (const Node url = value_of("base_url", 1))
            add("), base_url=", url);
        else
            arguments.pieces.emplace_back(std::string("), base_url=\"http://testserver\""));
        for (const std::string own : {"cookies", "headers", "follow_redirects"})
            if (const Node value = value_of(own))
                add(", " + own + "=", value);
        // The client of the tests follows redirects unless it is told not to.
        arguments.pieces.emplace_back(
            std::string(find_argument(call_, "follow_redirects") ? ")" : ", follow_redirects=True)"));
        edit(std::move(arguments));
    }

    /// Attributes that expire at a commit would be loaded by the next read, which cannot await.
    void keep_loaded() {
        const Node argument = find_argument(call_, "expire_on_commit");
        if (!argument)
            edit(add_argument(call_, "expire_on_commit=False"));
        else if (!argument_value(argument).is(Kind::false_))
            edit(replace(argument_value(argument).range(), "False"));
    }

    /// An AsyncSession works on a session of the program's own class.
    void keep_session_class() {
        const Facts& facts = context_.facts;
        const Node argument = find_argument(call_, "class_");
        if (argument && own_session_class(facts.symbols, facts.types, facts.knowledge, context_.module.id,
                                          argument_value(argument)))
            edit(replace(argument.child(Field::name).range(), "sync_session_class"));
    }

    const MatchContext& context_;
    Node call_;
    EngineUrl url_;
    FoundationEdits out_;
};

} // namespace

FoundationContext foundation_context(const MatchContext& context) {
    const Facts& facts = context.facts;
    return {facts.program, facts.symbols, facts.knowledge, facts.types, context.options.driver};
}

FoundationEdits foundation_edits(const MatchContext& context, Node call) { return Maker(context, call).make(); }

} // namespace sqlawait
