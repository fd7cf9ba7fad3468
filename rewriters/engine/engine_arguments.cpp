#include "rewriters/engine/engine_arguments.h"

#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"

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
        rename();
        if (made == Made::engine) {
            rewrite_url();
            rewrite_arguments();
        } else {
            keep_loaded();
        }
        return std::move(out_);
    }

  private:
    void edit(Edit one) { out_.edits.push_back(std::move(one)); }

    /// The name of what is called.
    void rename() {
        const Knowledge& knowledge = context_.facts.knowledge;
        const std::string name = outside_name(context_, call_.child(Field::function));
        const FunctionKnowledge* function = knowledge.function(name);
        const std::string& async = function != nullptr ? function->async_name : knowledge.class_(name)->async_class;
        const auto [package, base] = llvm::StringRef(async).rsplit('.');
        Fix fix;
        edit(replace(call_.child(Field::function).range(), context_.spell(fix, package, base)));
        out_.imports = std::move(fix.imports);
    }

    void rewrite_url() {
        if (!url_.drivername.empty()) {
            Fix fix;
            const std::string make_url = context_.spell(fix, "sqlalchemy.engine", "make_url");
            out_.imports.insert(out_.imports.end(), fix.imports.begin(), fix.imports.end());
            edit(wrap(call_.tree().node(url_.value), make_url + "(", ").set(drivername=\"" + url_.drivername + "\")",
                      Layer::expression));
            return;
        }
        if (url_.schemes.empty())
            return;
        if (url_.literal != no_node) {
            const Node content = call_.tree().node(url_.literal);
            const auto& [from, to] = url_.schemes.front();
            edit(replace({content.begin(), content.begin() + static_cast<Offset>(from.size())}, to));
            return;
        }
        const Node value = call_.tree().node(url_.value);
        std::string replacements;
        for (const auto& [from, to] : url_.schemes)
            replacements += ".replace(\"" + from + "://\", \"" + to + "://\", 1)";
        const bool primary = value.is_any(Kind::identifier, Kind::attribute, Kind::call, Kind::subscript,
                                          Kind::parenthesized_expression);
        edit(wrap(value, primary ? "" : "(", (primary ? "" : ")") + replacements, Layer::expression));
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
            else if (name == "connect_args" && url_.driver == "asyncpg")
                rewrite_connect_arguments(value);
        }
    }

    /// The default pool of an asynchronous engine takes the place of those that only threads can use.
    void rewrite_pool(Node argument, Node value) {
        const std::string name = outside_name(context_, value);
        if (name == "sqlalchemy.pool.QueuePool" || name == "sqlalchemy.pool.SingletonThreadPool")
            edit(remove_argument(argument));
    }

    /// Names of psycopg2 in the words of asyncpg.
    void rewrite_connect_arguments(Node value) {
        if (!value.is(Kind::dictionary))
            return;
        for (const Node pair : value.named_children()) {
            const Node key = pair.is(Kind::pair) ? first_string_content(pair.child(Field::key)) : Node();
            const llvm::StringRef name = key ? key.text() : "";
            if (name == "sslmode") {
                edit(replace(key.range(), "ssl"));
            } else if (name == "connect_timeout") {
                edit(replace(key.range(), "timeout"));
            } else if (name == "application_name") {
                edit(replace(key.range(), "server_settings"));
                edit(wrap(pair.child(Field::value), "{\"application_name\": ", "}", Layer::expression));
            } else if (name == "client_encoding" || name.starts_with("keepalives")) {
                edit(remove_argument(pair));
            }
        }
    }

    /// Attributes that expire at a commit would be loaded by the next read, which cannot await.
    void keep_loaded() {
        const Node argument = find_argument(call_, "expire_on_commit");
        if (!argument)
            edit(add_argument(call_, "expire_on_commit=False"));
        else if (!argument_value(argument).is(Kind::false_))
            edit(replace(argument_value(argument).range(), "False"));
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
