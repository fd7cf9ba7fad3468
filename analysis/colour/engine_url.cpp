// The URL of an engine: which dialects it may name, and how it comes to an asynchronous driver.
#include "analysis/colour/foundation.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <algorithm>
#include <map>
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

constexpr llvm::StringLiteral common_dialects[] = {"mysql", "postgresql", "sqlite"}; // sorted

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
        .Cases("psycopg2", "psycopg2-binary", "psycopg", "psycopg-binary", "asyncpg", "pg8000", "postgresql")
        .Cases("pymysql", "PyMySQL", "MySQLdb", "mysqlclient", "aiomysql", "asyncmy", "mysql")
        .Case("aiosqlite", "sqlite")
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

/// The name that SQLAlchemy 1.4 dropped means the one that stayed.
llvm::StringRef dialect_of_scheme(llvm::StringRef scheme) {
    const llvm::StringRef dialect = scheme.split('+').first;
    return dialect == "postgres" ? "postgresql" : dialect;
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
    if (name.is(Kind::call)) // a function of the program that puts it together
        for (const Target& target : context.symbols.resolve_expression(url.module, name.child(Field::function)))
            if (target.kind == Target::Kind::function) {
                const FunctionInfo& made = context.symbols.function(target.function);
                const Module& home = context.program.module(made.module);
                collect_schemes(home, home.tree.node(made.node), out);
            }
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
    for (llvm::StringRef name : context.symbols.imported_from_outside()) {
        if (name.consume_front("sqlalchemy.dialects."))
            name = name.split('.').first;
        else
            name = dialect_of_package(name.split('.').first);
        if (row_of(name) != nullptr)
            out.insert(name.str());
    }
    return out;
}

/// The words in the project's manifests that name a package of a driver.
std::set<std::string> declared_drivers(const FoundationContext& context) {
    std::set<std::string> out;
    for (const Manifest& manifest : context.program.manifests) {
        llvm::StringRef text = manifest.source.text;
        while (!text.empty()) {
            const auto in_name = [](char c) { return llvm::isAlnum(c) || c == '_' || c == '-'; };
            text = text.drop_until(in_name);
            const llvm::StringRef name = text.take_while(in_name);
            text = text.drop_front(name.size());
            if (!dialect_of_package(name).empty())
                out.insert(name.str());
        }
    }
    return out;
}

/// The dialects whose drivers the project's manifests name, sorted.
std::set<std::string> declared_dialects(const FoundationContext& context) {
    std::set<std::string> out;
    for (const std::string& package : declared_drivers(context))
        out.insert(dialect_of_package(package).str());
    return out;
}

/// The asynchronous driver of a dialect that the project declares, where it declares no other driver of it; "" else.
std::string only_driver(const FoundationContext& context, llvm::StringRef dialect) {
    std::string out;
    for (const llvm::StringRef package : declared_drivers(context)) {
        if (dialect_of_package(package) != dialect || package == dialect)
            continue;
        const std::string driver = package.split('-').first.str();
        const DriverRow* row = row_of_driver(driver);
        if (row == nullptr || (!out.empty() && out != driver))
            return "";
        out = driver;
    }
    return out;
}

/// The dialects that the program speaks, when the URL comes from outside of it.
std::set<std::string> likely_dialects(const FoundationContext& context) {
    if (const DriverRow* row = row_of_driver(context.driver))
        return {row->dialect.str()};
    std::set<std::string> dialects = imported_dialects(context);
    if (dialects.empty())
        dialects = declared_dialects(context);
    if (dialects.empty())
        for (const auto& module : context.program.modules) {
            std::vector<std::string> schemes;
            if (!llvm::StringRef(module->source.path).contains("test"))
                collect_schemes(*module, module->tree.root(), schemes);
            for (const llvm::StringRef scheme : schemes)
                dialects.insert(dialect_of_scheme(scheme).str());
        }
    return dialects;
}

/// The dialects that a module asks its URLs for: `if url.startswith("sqlite")`, `"sqlite" in url`.
std::set<std::string> asked_dialects(const Module& module) {
    std::set<std::string> out;
    for (NodeId id = 0; id < module.tree.size(); ++id) {
        if (module.tree.record(id).kind != Kind::string)
            continue;
        const Node text = module.tree.node(id), above = text.parent();
        const Node callee = above.is(Kind::argument_list) && above.parent().is(Kind::call)
                                ? above.parent().child(Field::function)
                                : Node();
        if (!above.is(Kind::comparison_operator) &&
            !(callee.is(Kind::attribute) && callee.child(Field::attribute).text() == "startswith"))
            continue;
        const llvm::StringRef dialect = dialect_of_scheme(text.text().trim("\"'").split(':').first);
        if (row_of(dialect) != nullptr)
            out.insert(dialect.str());
    }
    return out;
}

/// The text with which the only definition of a variable begins, in the same module, or no node.
Node literal_definition(const FoundationContext& context, ModuleId module, Node name) {
    const ModuleBindings& bindings = context.symbols.bindings(module);
    const SymbolId symbol = name.is(Kind::identifier) ? bindings.symbol_at(name.id()) : SymbolId();
    if (!symbol || bindings.symbol(symbol).definitions.size() != 1)
        return {};
    const Definition& definition = bindings.definition(bindings.symbol(symbol).definitions.front());
    const Node assignment = name.tree().node(definition.node);
    if (definition.kind != DefinitionKind::assignment || !assignment.is(Kind::assignment) ||
        !assignment.child(Field::left).is(Kind::identifier))
        return {};
    Node right = assignment.child(Field::right);
    while (right.is(Kind::parenthesized_expression))
        right = right.named_child(0);
    return right.is_any(Kind::string, Kind::concatenated_string) ? first_string_content(right) : Node();
}

} // namespace

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

bool is_in_memory(const FoundationContext& context, Place call) {
    if (made_by(context, call) != Made::engine)
        return false;
    const Node value =
        argument_value(find_argument(context.program.module(call.module).tree.node(call.node), "url", 0));
    const Node content = value.is_any(Kind::string, Kind::concatenated_string)
                             ? first_string_content(value)
                             : literal_definition(context, call.module, value);
    const auto is_piece = [](Node part) { return part.is(Kind::interpolation); };
    if (!content || llvm::any_of(content.parent().named_children(), is_piece)) // a path that is put in
        return false;
    const auto [scheme, rest] = content.text().split("://");
    const llvm::StringRef path = rest.split('?').first;
    return scheme.split('+').first == "sqlite" && (path.empty() || path == "/" || path == "/:memory:");
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

    const bool literal = value.is_any(Kind::string, Kind::concatenated_string);
    const Node content = literal ? first_string_content(value) : literal_definition(context, call.module, value);
    const std::string scheme = content ? scheme_of(content.text()).str() : "";
    if (literal && scheme.empty())
        return refuse("the URL does not begin with a dialect");
    const std::vector<std::string> schemes =
        scheme.empty() ? schemes_of(context, {call.module, value.id()}) : std::vector<std::string>{scheme};

    const auto driver_of = [&](llvm::StringRef dialect) {
        return context.driver.empty() ? only_driver(context, dialect) : context.driver;
    };
    // By dialect; what the URL may already say comes first.
    std::map<std::string, std::string> drivernames;
    bool ready = !schemes.empty();
    for (const std::string& one : schemes) {
        std::string async = async_scheme(one, driver_of(dialect_of_scheme(one)));
        if (async.empty())
            return refuse("the driver of '" + one + "' has no asynchronous counterpart");
        ready &= async == one;
        drivernames.emplace(dialect_of_scheme(one).str(), std::move(async));
    }
    if (scheme.empty() && !ready) {
        std::set<std::string> dialects = likely_dialects(context);
        if (!dialects.empty() || !schemes.empty())
            dialects.merge(asked_dialects(context.program.module(call.module)));
        for (const std::string& dialect : dialects)
            if (std::string async = async_scheme(dialect, driver_of(dialect)); !async.empty())
                drivernames.emplace(dialect, std::move(async));
    }
    // A URL from outside of a program whose only driver is an asynchronous one names that.
    if (schemes.empty() && context.driver.empty() && drivernames.size() == 1)
        ready = !only_driver(context, drivernames.begin()->first).empty();
    out.any_dialect = drivernames.empty();
    if (out.any_dialect)
        for (const llvm::StringRef dialect : common_dialects)
            out.drivernames.emplace_back(dialect, async_scheme(dialect, context.driver));
    if (out.any_dialect)
        return out;
    for (const auto& [dialect, drivername] : drivernames)
        out.drivers.push_back(llvm::StringRef(drivername).split('+').second.str());
    llvm::sort(out.drivers);
    out.drivers.erase(std::unique(out.drivers.begin(), out.drivers.end()), out.drivers.end());
    if (ready)
        return out;

    if (!scheme.empty()) {
        out.literal = content.id();
        out.literal_in_definition = !literal;
        out.scheme = scheme;
        out.async_scheme = drivernames.begin()->second;
    }
    // SQLite opens a file of any name: a URL of another dialect must not come to it by mistake.
    if (drivernames.size() == 1 && (!scheme.empty() || drivernames.begin()->first != "sqlite"))
        out.drivername = drivernames.begin()->second;
    else
        out.drivernames.assign(drivernames.begin(), drivernames.end());
    return out;
}

} // namespace sqlawait
