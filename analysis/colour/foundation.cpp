#include "analysis/colour/foundation.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <set>

namespace sqlawait {

namespace {

struct DriverRow {
    llvm::StringLiteral dialect;
    llvm::StringLiteral driver;    // the default asynchronous one
    llvm::StringLiteral others;    // further asynchronous ones, separated by spaces
    llvm::StringLiteral sync_only; // a driver with no asynchronous counterpart that behaves alike
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

/// Arguments of create_engine whose meaning a person has to say in another way.
constexpr llvm::StringLiteral refused_arguments[] = {"creator", "module", "server_side_cursors", "strategy"};
constexpr llvm::StringLiteral refused_connect_arguments[] = {"options", "target_session_attrs"};

const DriverRow* row_of(llvm::StringRef dialect) {
    const auto* found = llvm::find_if(drivers, [&](const DriverRow& row) { return row.dialect == dialect; });
    return found == std::end(drivers) ? nullptr : found;
}

/// Of the dialect that a driver belongs to.
const DriverRow* row_of_driver(llvm::StringRef driver) {
    const auto* found = llvm::find_if(drivers, [&](const DriverRow& row) {
        llvm::SmallVector<llvm::StringRef, 4> others;
        row.others.split(others, ' ');
        return !driver.empty() && (row.driver == driver || llvm::is_contained(others, driver));
    });
    return found == std::end(drivers) ? nullptr : found;
}

/// The dialect that a driver's package is for, or "".
llvm::StringRef dialect_of_package(llvm::StringRef package) {
    return llvm::StringSwitch<llvm::StringRef>(package)
        .Cases("psycopg2", "psycopg", "asyncpg", "postgresql")
        .Cases("pymysql", "MySQLdb", "aiomysql", "mysql")
        .Cases("pyodbc", "aioodbc", "mssql")
        .Cases("cx_Oracle", "oracledb", "oracle")
        .Default("");
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

/// Schemes with which strings below a node begin, in order of appearance.
void collect_schemes(const Module& module, Node below, std::vector<std::string>& out) {
    for (NodeId id = below.id(); id < module.tree.record(below.id()).subtree_end; ++id) {
        if (module.tree.record(id).kind != Kind::string_content)
            continue;
        const std::string scheme = scheme_of(module.tree.node(id).text()).str();
        if (!scheme.empty() && !llvm::is_contained(out, scheme))
            out.push_back(scheme);
    }
}

/// Of the definitions of a symbol.
void collect_definitions(const FoundationContext& context, ModuleId module, SymbolId symbol,
                         std::vector<std::string>& out) {
    const Module& home = context.program.module(module);
    const ModuleBindings& bindings = context.symbols.bindings(module);
    for (const DefinitionId id : bindings.symbol(symbol).definitions)
        collect_schemes(home, home.tree.node(bindings.definition(id).node), out);
}

/// Schemes that an expression may begin with: of its own strings, of the variable or the settings class that
/// it reads, else of the whole program.
std::vector<std::string> schemes_of(const FoundationContext& context, Place url) {
    std::vector<std::string> out;
    const Module& module = context.program.module(url.module);
    Node name = module.tree.node(url.node);
    collect_schemes(module, name, out);
    if (!out.empty())
        return out;
    if (name.is(Kind::call) && name.child(Field::arguments).named_child(0))
        name = name.child(Field::arguments).named_child(0); // str(settings.DATABASE_URL)
    for (const Target& target : context.symbols.resolve_expression(url.module, name))
        if (target.kind == Target::Kind::variable)
            collect_definitions(context, target.module, target.symbol, out);
    if (out.empty() && name.is(Kind::identifier))
        if (const SymbolId symbol = context.symbols.bindings(url.module).symbol_at(name.id()))
            collect_definitions(context, url.module, symbol, out);
    if (out.empty() && name.is(Kind::attribute)) {
        const Place object{url.module, name.child(Field::object).id()};
        for (const Atom& atom : context.types.store().atoms(context.types.type_of(object))) {
            if (atom.kind != Atom::Kind::instance && atom.kind != Atom::Kind::class_)
                continue;
            const ClassInfo& info = context.symbols.class_(ClassId{atom.id});
            const auto& names = context.symbols.bindings(info.module).scope(info.scope).by_name;
            if (const auto found = names.find(name.child(Field::attribute).text()); found != names.end())
                collect_definitions(context, info.module, found->second, out);
            const Module& home = context.program.module(info.module);
            if (out.empty())
                collect_schemes(home, home.tree.node(info.node), out);
        }
    }
    return out;
}

/// The dialects for which the program imports types or drivers, sorted.
std::set<std::string> imported_dialects(const FoundationContext& context) {
    std::set<std::string> out;
    for (const auto& module : context.program.modules) {
        const ModuleBindings& bindings = context.symbols.bindings(module->id);
        for (std::uint32_t id = 0; id < bindings.definitions().size(); ++id) {
            const DefinitionKind kind = bindings.definition(DefinitionId{id}).kind;
            if (kind != DefinitionKind::import_name && kind != DefinitionKind::import_module)
                continue;
            for (const Target& target : context.symbols.resolve(module->id, DefinitionId{id})) {
                llvm::StringRef name = target.external;
                if (name.consume_front("sqlalchemy.dialects."))
                    name = name.split('.').first;
                else
                    name = dialect_of_package(name.split('.').first);
                if (row_of(name) != nullptr)
                    out.insert(name.str());
            }
        }
    }
    return out;
}

/// The one dialect that the program speaks, when the URL comes from outside of it; "" none or several.
std::string likely_dialect(const FoundationContext& context) {
    if (const DriverRow* row = row_of_driver(context.driver))
        return row->dialect.str();
    std::set<std::string> dialects = imported_dialects(context);
    if (dialects.empty())
        for (const auto& module : context.program.modules) {
            std::vector<std::string> schemes;
            if (!llvm::StringRef(module->source.path).contains("test"))
                collect_schemes(*module, module->tree.root(), schemes);
            for (const llvm::StringRef scheme : schemes)
                dialects.insert(scheme.split('+').first == "postgres" ? "postgresql" : scheme.split('+').first.str());
        }
    return dialects.size() == 1 ? *dialects.begin() : "";
}

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

std::string async_scheme(llvm::StringRef scheme, llvm::StringRef driver) {
    const auto [dialect, own] = scheme.split('+');
    const DriverRow* row = row_of(dialect);
    if (row == nullptr || (!own.empty() && own == row->sync_only))
        return "";
    const DriverRow* own_row = row_of_driver(own);
    if (own_row != nullptr && own_row->driver == row->driver)
        return scheme.str();
    const DriverRow* wanted = row_of_driver(driver);
    const bool fits = wanted != nullptr && wanted->driver == row->driver;
    // SQLAlchemy 1.4 dropped the name `postgres`.
    const std::string base = dialect == "postgres" ? "postgresql" : dialect.str();
    return base + "+" + (fits ? driver.str() : row->driver.str());
}

Made made_by(const FoundationContext& context, Place call) {
    const Node node = context.program.module(call.module).tree.node(call.node);
    const std::string name = outside(context, call.module, node.child(Field::function));
    if (name.empty())
        return Made::nothing;
    if (const FunctionKnowledge* function = context.knowledge.function(name); function != nullptr) {
        const bool engine = context.knowledge.role(function->returns) == Role::engine;
        return engine && !function->async_name.empty() ? Made::engine : Made::nothing;
    }
    switch (context.knowledge.role(name)) {
    case Role::session_factory:
    case Role::scoped_session: return Made::factory;
    case Role::session: return Made::session;
    default: return Made::nothing;
    }
}

EngineUrl engine_url(const FoundationContext& context, Place call) {
    EngineUrl out;
    const Node node = context.program.module(call.module).tree.node(call.node);
    const Node value = argument_value(find_argument(node, "url", 0));
    const auto refuse = [&](std::string why) {
        out.refusal = std::move(why);
        return out;
    };
    if (!value)
        return refuse("the engine has no URL");
    out.value = value.id();
    const std::vector<std::string> schemes = schemes_of(context, {call.module, value.id()});
    if (schemes.empty()) {
        const std::string dialect = likely_dialect(context);
        if (dialect.empty())
            return refuse("no database URL was found in the program: name the driver with --driver");
        out.drivername = async_scheme(dialect, context.driver);
        out.driver = llvm::StringRef(out.drivername).split('+').second.str();
        return out;
    }
    const bool literal = value.is_any(Kind::string, Kind::concatenated_string);
    if (literal) {
        const Node content = first_string_content(value);
        if (!content || scheme_of(content.text()).empty())
            return refuse("the URL does not begin with a dialect");
        out.literal = content.id();
    }
    for (const std::string& scheme : schemes) {
        std::string async = async_scheme(scheme, context.driver);
        if (async.empty())
            return refuse("the driver of '" + scheme + "' has no asynchronous counterpart");
        if (out.driver.empty())
            out.driver = llvm::StringRef(async).split('+').second.str();
        if (async != scheme)
            out.schemes.emplace_back(scheme, std::move(async));
        if (literal)
            break;
    }
    return out;
}

std::string foundation_refusal(const FoundationContext& context, Place call) {
    const Node node = context.program.module(call.module).tree.node(call.node);
    const Made made = made_by(context, call);
    if (made == Made::nothing)
        return "";
    const std::string name = outside(context, call.module, node.child(Field::function));
    if (made == Made::engine) {
        EngineUrl url = engine_url(context, call);
        if (!url.refusal.empty())
            return url.refusal;
        for (const llvm::StringRef argument : refused_arguments)
            if (find_argument(node, argument))
                return "an asynchronous engine does not take '" + argument.str() + "'";
        const Node connect = argument_value(find_argument(node, "connect_args"));
        if (connect.is(Kind::dictionary) && url.driver == "asyncpg")
            for (const Node pair : connect.named_children()) {
                const Node key = pair.is(Kind::pair) ? first_string_content(pair.child(Field::key)) : Node();
                if (key && llvm::is_contained(refused_connect_arguments, key.text()))
                    return "asyncpg has no connect argument '" + key.text().str() + "': use server_settings";
            }
        return "";
    }
    if (context.knowledge.role(name) == Role::scoped_session)
        return "a scoped session is shared by all tasks of a thread";
    const ClassKnowledge* known = context.knowledge.class_(name);
    if (known == nullptr || known->async_class.empty())
        return name + " has no asynchronous counterpart";
    if (const Node argument = find_argument(node, "autocommit"); argument && !argument_value(argument).is(Kind::false_))
        return "autocommit sessions were removed in SQLAlchemy 2.0";
    if (const Node argument = find_argument(node, "class_")) {
        const ClassKnowledge* session =
            context.knowledge.class_(outside(context, call.module, argument_value(argument)));
        if (session == nullptr || session->async_class.empty())
            return "the session class '" + argument_value(argument).text().str() + "' is not known";
    }
    return "";
}

} // namespace sqlawait
