#include "rewriters/engine/engine_arguments.h"

#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

struct DriverRow {
    llvm::StringLiteral dialect;
    llvm::StringLiteral driver;    // the default asynchronous one
    llvm::StringLiteral others;    // further asynchronous ones, separated by spaces
    llvm::StringLiteral sync_only; // drivers with no asynchronous counterpart that behaves alike
};
constexpr DriverRow drivers[] = {
    {"postgresql", "asyncpg", "psycopg psycopg_async", ""},
    {"postgres", "asyncpg", "psycopg", ""},
    {"sqlite", "aiosqlite", "", "pysqlcipher"},
    {"mysql", "aiomysql", "asyncmy", ""},
    {"mariadb", "aiomysql", "asyncmy", ""},
    {"mssql", "aioodbc", "", ""},
    {"oracle", "oracledb", "oracledb_async", ""},
};

/// create_engine arguments that say how the synchronous driver works, and mean nothing elsewhere.
constexpr llvm::StringLiteral dropped_arguments[] = {"encoding",
                                                     "convert_unicode",
                                                     "executemany_mode",
                                                     "executemany_batch_page_size",
                                                     "executemany_values_page_size",
                                                     "use_native_unicode",
                                                     "use_native_hstore",
                                                     "client_encoding"};
/// Those that no longer work and whose meaning has to be found again by a person.
constexpr llvm::StringLiteral refused_arguments[] = {"creator", "module", "server_side_cursors", "strategy"};

const DriverRow* row_of(llvm::StringRef dialect) {
    const auto* found = llvm::find_if(drivers, [&](const DriverRow& row) { return row.dialect == dialect; });
    return found == std::end(drivers) ? nullptr : found;
}

/// "postgresql+psycopg2" of "postgresql+psycopg2://...", or "".
llvm::StringRef scheme_of(llvm::StringRef text) {
    const std::size_t colon = text.find("://");
    if (colon == llvm::StringRef::npos)
        return "";
    const llvm::StringRef scheme = text.take_front(colon);
    const bool word = llvm::all_of(scheme, [](char c) { return llvm::isAlnum(c) || c == '+' || c == '_'; });
    return word && row_of(scheme.split('+').first) != nullptr ? scheme : "";
}

/// The first piece of a string that is text, without its quotes.
Node content_of(Node string) {
    if (string.is(Kind::concatenated_string))
        string = string.named_child(0);
    for (const Node child : string.children())
        if (child.is(Kind::string_content))
            return child;
    return {};
}

/// Schemes in the strings below a node, in order of appearance.
void collect_schemes(const Module& module, Node below, std::vector<std::string>& out) {
    for (NodeId id = below.id(); id < module.tree.record(below.id()).subtree_end; ++id) {
        if (module.tree.record(id).kind != Kind::string_content)
            continue;
        const std::string scheme = scheme_of(module.tree.node(id).text()).str();
        if (!scheme.empty() && !llvm::is_contained(out, scheme))
            out.push_back(scheme);
    }
}

/// Schemes that an expression may begin with: of its own strings, of the variable or the settings class
/// that it reads, else of the whole program.
std::vector<std::string> schemes_of(const MatchContext& context, Node url) {
    std::vector<std::string> out;
    collect_schemes(context.module, url, out);
    if (!out.empty())
        return out;
    const Facts& facts = context.facts;
    Node name = url;
    if (name.is(Kind::call) && name.child(Field::arguments).named_child(0))
        name = name.child(Field::arguments).named_child(0); // str(settings.DATABASE_URL)
    for (const Target& target : facts.symbols.resolve_expression(context.module.id, name)) {
        if (target.kind != Target::Kind::variable)
            continue;
        const ModuleBindings& bindings = facts.symbols.bindings(target.module);
        const Module& home = facts.module(target.module);
        for (const DefinitionId id : bindings.symbol(target.symbol).definitions)
            collect_schemes(home, home.tree.node(bindings.definition(id).node), out);
    }
    if (out.empty() && name.is(Kind::attribute)) {
        const Node object = name.child(Field::object);
        const llvm::StringRef attribute = name.child(Field::attribute).text();
        for (const Atom& atom : facts.types.store().atoms(facts.types.type_of(context.place(object)))) {
            if (atom.kind != Atom::Kind::instance && atom.kind != Atom::Kind::class_)
                continue;
            const ClassInfo& info = facts.symbols.class_(ClassId{atom.id});
            const Module& home = facts.module(info.module);
            const ModuleBindings& bindings = facts.symbols.bindings(info.module);
            const auto found = bindings.scope(info.scope).by_name.find(attribute);
            if (found != bindings.scope(info.scope).by_name.end())
                for (const DefinitionId id : bindings.symbol(found->second).definitions)
                    collect_schemes(home, home.tree.node(bindings.definition(id).node), out);
            if (out.empty())
                collect_schemes(home, home.tree.node(info.node), out);
        }
    }
    if (out.empty())
        for (const auto& module : facts.program.modules)
            if (!llvm::StringRef(module->source.path).contains("test"))
                collect_schemes(*module, module->tree.root(), out);
    return out;
}

class Maker {
  public:
    Maker(const MatchContext& context, Node call) : context_(context), call_(call) {}

    FoundationEdits make(Made made) {
        switch (made) {
        case Made::engine: engine(); break;
        case Made::factory: factory(); break;
        case Made::session: session(); break;
        case Made::nothing: break;
        }
        return std::move(out_);
    }

  private:
    void edit(Edit one) { out_.edits.push_back(std::move(one)); }
    void refuse(std::string why) {
        if (out_.refusal.empty())
            out_.refusal = std::move(why);
    }

    std::string spell(llvm::StringRef dotted) {
        const auto [package, name] = dotted.rsplit('.');
        Fix fix;
        std::string text = context_.spell(fix, package, name);
        out_.imports.insert(out_.imports.end(), fix.imports.begin(), fix.imports.end());
        return text;
    }

    /// The name of what is called.
    void rename(llvm::StringRef dotted) { edit(replace(call_.child(Field::function).range(), spell(dotted))); }

    void engine() {
        const Knowledge& knowledge = context_.facts.knowledge;
        const std::string name = outside_name(context_, call_.child(Field::function));
        const FunctionKnowledge* known = knowledge.function(name);
        if (known == nullptr || known->async_name.empty())
            return refuse(name + " has no asynchronous counterpart");
        rename(known->async_name);
        url();
        arguments();
    }

    void url() {
        const Node argument = find_argument(call_, "url", 0);
        const Node value = argument_value(argument);
        if (!argument)
            return refuse("the engine has no URL");
        const std::vector<std::string> schemes = schemes_of(context_, value);
        if (schemes.empty())
            return refuse("no database URL was found in the program: name the driver with --driver");
        if (value.is_any(Kind::string, Kind::concatenated_string)) {
            const Node content = content_of(value);
            const llvm::StringRef scheme = content ? scheme_of(content.text()) : "";
            if (scheme.empty())
                return refuse("the URL does not begin with a dialect");
            scheme_ = async_scheme(scheme, context_.options.driver);
            if (scheme_.empty())
                return refuse("the driver of '" + scheme.str() + "' has no asynchronous counterpart");
            if (scheme_ != scheme)
                edit(replace({content.begin(), content.begin() + static_cast<Offset>(scheme.size())}, scheme_));
            return;
        }
        std::string replacements;
        for (const std::string& scheme : schemes) {
            const std::string async = async_scheme(scheme, context_.options.driver);
            if (async.empty())
                return refuse("the driver of '" + scheme + "' has no asynchronous counterpart");
            if (scheme_.empty())
                scheme_ = async;
            if (async != scheme)
                replacements += ".replace(\"" + scheme + "://\", \"" + async + "://\", 1)";
        }
        if (replacements.empty())
            return;
        const bool primary = value.is_any(Kind::identifier, Kind::attribute, Kind::call, Kind::subscript,
                                          Kind::parenthesized_expression);
        edit(wrap(value, primary ? "" : "(", (primary ? "" : ")") + replacements, Layer::expression));
    }

    void arguments() {
        const bool asyncpg = llvm::StringRef(scheme_).ends_with("+asyncpg");
        for (const Node argument : call_.child(Field::arguments).named_children()) {
            if (!argument.is(Kind::keyword_argument))
                continue;
            const llvm::StringRef name = argument.child(Field::name).text();
            const Node value = argument.child(Field::value);
            if (llvm::is_contained(refused_arguments, name))
                refuse("an asynchronous engine does not take '" + name.str() + "'");
            else if (llvm::is_contained(dropped_arguments, name) || (name == "future" && value.is(Kind::false_)))
                edit(remove_argument(argument));
            else if (name == "poolclass")
                pool(argument, value);
            else if (name == "connect_args" && asyncpg)
                connect_arguments(value);
        }
    }

    /// The default pool of an asynchronous engine takes the place of those that only threads can use.
    void pool(Node argument, Node value) {
        const std::string name = outside_name(context_, value);
        if (name == "sqlalchemy.pool.QueuePool" || name == "sqlalchemy.pool.SingletonThreadPool")
            edit(remove_argument(argument));
    }

    /// Names of psycopg2 in the words of asyncpg.
    void connect_arguments(Node value) {
        if (!value.is(Kind::dictionary))
            return;
        for (const Node pair : value.named_children()) {
            if (!pair.is(Kind::pair) || !pair.child(Field::key).is(Kind::string))
                continue;
            const Node key = content_of(pair.child(Field::key));
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
            } else if (name == "options" || name == "target_session_attrs") {
                refuse("asyncpg has no connect argument '" + name.str() + "': use server_settings");
            }
        }
    }

    void class_argument() {
        const Node argument = find_argument(call_, "class_");
        if (!argument)
            return;
        const std::string name = outside_name(context_, argument_value(argument));
        const ClassKnowledge* known = name.empty() ? nullptr : context_.facts.knowledge.class_(name);
        if (known == nullptr || known->async_class.empty())
            refuse("the session class '" + argument_value(argument).text().str() + "' is not known");
        // Its name is changed where all names of sessions are.
    }

    /// Attributes that expire at a commit would be loaded by the next read, which cannot await.
    void keep_loaded() {
        const Node argument = find_argument(call_, "expire_on_commit");
        if (!argument)
            edit(add_argument(call_, "expire_on_commit=False"));
        else if (!argument_value(argument).is(Kind::false_))
            edit(replace(argument_value(argument).range(), "False"));
    }

    void drop_autocommit() {
        const Node argument = find_argument(call_, "autocommit");
        if (argument && !argument_value(argument).is(Kind::false_))
            refuse("autocommit sessions were removed in SQLAlchemy 2.0");
    }

    void factory() {
        const std::string name = outside_name(context_, call_.child(Field::function));
        const ClassKnowledge* known = context_.facts.knowledge.class_(name);
        if (known == nullptr || known->async_class.empty() ||
            context_.facts.knowledge.role(name) == Role::scoped_session)
            return refuse("a scoped session is shared by all tasks of a thread");
        rename(known->async_class);
        class_argument();
        drop_autocommit();
        keep_loaded();
    }

    void session() {
        const std::string name = outside_name(context_, call_.child(Field::function));
        rename(context_.facts.knowledge.class_(name)->async_class);
        drop_autocommit();
        keep_loaded();
    }

    const MatchContext& context_;
    Node call_;
    std::string scheme_;
    FoundationEdits out_;
};

} // namespace

std::string async_scheme(llvm::StringRef scheme, llvm::StringRef driver) {
    const auto [dialect, own] = scheme.split('+');
    const DriverRow* row = row_of(dialect);
    if (row == nullptr)
        return "";
    const auto is_async = [&](llvm::StringRef name) {
        llvm::SmallVector<llvm::StringRef, 4> others;
        row->others.split(others, ' ');
        return !name.empty() && (name == row->driver || llvm::is_contained(others, name));
    };
    if (is_async(own))
        return scheme.str();
    if (!own.empty() && own == row->sync_only)
        return "";
    // SQLAlchemy 1.4 dropped the name `postgres`.
    const std::string base = dialect == "postgres" ? "postgresql" : dialect.str();
    return base + "+" + (is_async(driver) ? driver.str() : row->driver.str());
}

Made made_by(const MatchContext& context, Node call) {
    const std::string name = outside_name(context, call.child(Field::function));
    if (name.empty())
        return Made::nothing;
    const Knowledge& knowledge = context.facts.knowledge;
    if (const FunctionKnowledge* function = knowledge.function(name); function != nullptr) {
        const ClassKnowledge* result = knowledge.class_(function->returns);
        return !function->async_name.empty() && result != nullptr && result->role == Role::engine ? Made::engine
                                                                                                  : Made::nothing;
    }
    switch (knowledge.role(name)) {
    case Role::session_factory: return Made::factory;
    case Role::scoped_session: return Made::factory;
    case Role::session: return Made::session;
    default: return Made::nothing;
    }
}

FoundationEdits foundation_edits(const MatchContext& context, Node call) {
    return Maker(context, call).make(made_by(context, call));
}

} // namespace sqlawait
