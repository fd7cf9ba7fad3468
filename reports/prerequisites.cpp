#include "reports/prerequisites.h"

#include "analysis/colour/foundation.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <set>

namespace sqlawait {

namespace {

using State = Prerequisite::State;

struct DriverPackage {
    llvm::StringLiteral scheme; // as async_scheme gives it
    llvm::StringLiteral package;
};
constexpr DriverPackage driver_packages[] = {
    {"postgresql+asyncpg", "asyncpg"}, {"postgresql+psycopg", "psycopg"}, {"sqlite+aiosqlite", "aiosqlite"},
    {"mysql+aiomysql", "aiomysql"},    {"mysql+asyncmy", "asyncmy"},      {"mssql+aioodbc", "aioodbc"},
    {"oracle+oracledb", "oracledb"},
};
struct SyncDriver {
    llvm::StringLiteral package;
    llvm::StringLiteral scheme;
};
constexpr SyncDriver sync_drivers[] = {
    {"psycopg2", "postgresql"},        {"psycopg2-binary", "postgresql"},
    {"psycopg", "postgresql+psycopg"}, {"pymysql", "mysql"},
    {"mysqlclient", "mysql"},          {"pyodbc", "mssql"},
    {"cx-oracle", "oracle"},           {"oracledb", "oracle"},
};

std::string shown(const DeclaredPackage& package) {
    return package.name + (package.version.empty() ? ", any version" : " " + package.version) + " (" + package.path +
           ":" + std::to_string(package.line) + ")";
}

std::string numbers(llvm::ArrayRef<unsigned> version) {
    std::string out;
    for (const unsigned number : version)
        out += (out.empty() ? "" : ".") + std::to_string(number);
    return out;
}

bool older(llvm::ArrayRef<unsigned> a, llvm::ArrayRef<unsigned> b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

Prerequisite python(const Declarations& declared) {
    Prerequisite out{State::not_known, "Python 3.10 or newer", "no version is declared",
                     "check with `python --version`"};
    constexpr unsigned wanted[] = {3, 10};
    for (const DeclaredPackage& python : declared.pythons) {
        const std::vector<unsigned> version = lowest_version(python.version);
        if (version.empty())
            continue;
        const bool fine = !older(version, wanted);
        // The oldest that is declared counts.
        if (out.state == State::to_do || (fine && out.state == State::fine))
            continue;
        out.state = fine ? State::fine : State::to_do;
        out.found = shown(python);
        out.advice = fine ? "" : "the project still allows Python " + numbers(version);
    }
    return out;
}

Prerequisite sqlalchemy(const Declarations& declared) {
    Prerequisite out{State::not_known, "SQLAlchemy 2.0 or newer", "not declared", "check with `pip show sqlalchemy`"};
    const DeclaredPackage* package = declared.package("sqlalchemy");
    if (package == nullptr)
        package = declared.package("sqlmodel");
    if (package == nullptr)
        package = declared.package("flask-sqlalchemy");
    if (package == nullptr)
        return out;
    out.found = shown(*package);
    constexpr unsigned wanted[] = {2, 0};
    const std::vector<unsigned> version = lowest_version(package->version);
    if (package->name != "sqlalchemy") {
        out.advice = "it brings SQLAlchemy along; check with `pip show sqlalchemy`";
    } else if (rules_out_from(package->version, wanted)) {
        out.state = State::to_do;
        out.advice = "allow 2.0 first: its migration guide has a mode of 1.4 that warns (SQLALCHEMY_WARN_20=1)";
    } else if (version.empty() || older(version, wanted)) {
        out.state = version.empty() ? State::not_known : State::to_do;
        out.advice = "ask for `sqlalchemy[asyncio]>=2.0`; what is installed may be older";
    } else {
        out.state = State::fine;
        out.advice = "";
    }
    return out;
}

/// The schemes at the beginnings of URLs that the engines are made from, as far as they are in sight.
std::set<std::string> async_schemes(const Facts& facts, const Declarations& declared) {
    const FoundationContext context{facts.program, facts.symbols, facts.knowledge, facts.types, ""};
    std::set<std::string> out;
    for (const ColouredValue& value : facts.colours.values()) {
        if (value.role != Role::engine)
            continue;
        for (const Place definition : value.definitions) {
            if (made_by(context, definition) != Made::engine)
                continue;
            const EngineUrl url = engine_url(context, definition);
            if (url.any_dialect)
                continue;
            for (const auto& [dialect, drivername] : url.drivernames)
                out.insert(drivername);
            out.insert(url.async_scheme);
            out.insert(url.drivername);
        }
    }
    if (out.empty())
        for (const SyncDriver& driver : sync_drivers)
            if (declared.package(driver.package) != nullptr)
                out.insert(async_scheme(driver.scheme, ""));
    out.erase("");
    return out;
}

void drivers(const Facts& facts, const Declarations& declared, std::vector<Prerequisite>& out) {
    const std::set<std::string> schemes = async_schemes(facts, declared);
    if (schemes.empty())
        out.push_back(
            {State::not_known, "an asynchronous driver", "no engine's URL is in sight", "name one with `--driver`"});
    for (const std::string& scheme : schemes) {
        const auto* row =
            llvm::find_if(driver_packages, [&](const DriverPackage& known) { return known.scheme == scheme; });
        const std::string package =
            row == std::end(driver_packages) ? scheme.substr(scheme.find('+') + 1) : row->package.str();
        const DeclaredPackage* found = declared.package(package);
        out.push_back({found != nullptr ? State::fine : State::to_do, "an asynchronous driver: " + package,
                       found != nullptr ? shown(*found) : "not declared",
                       found != nullptr
                           ? ""
                           : "add " + package + " to what the project declares (the URL becomes `" + scheme + "://`)"});
    }
}

Prerequisite sync_driver(const Facts& facts, const Declarations& declared, bool& wanted) {
    Prerequisite out{State::not_known, "a synchronous driver for what stays synchronous", "none is declared", ""};
    wanted = llvm::any_of(facts.symbols.functions(), [&](const FunctionInfo& function) {
        const ColouredFunction& colour = facts.colours.function(function.id);
        return colour.kept && colour.performs_io;
    });
    for (const SyncDriver& driver : sync_drivers)
        if (const DeclaredPackage* found = declared.package(driver.package)) {
            out.state = State::fine;
            out.found = shown(*found);
            out.advice = "keep it: migrations and what stays synchronous need it";
            break;
        }
    return out;
}

unsigned count_tests(const Facts& facts) {
    return static_cast<unsigned>(llvm::count_if(facts.symbols.functions(), [&](const FunctionInfo& function) {
        const llvm::StringRef reason = facts.calls.entry(function.id).reason;
        return reason == "a pytest test" ||
               (llvm::StringRef(function.name).starts_with("test") && reason.contains("test"));
    }));
}

Prerequisite tests(const Facts& facts) {
    const unsigned count = count_tests(facts);
    Prerequisite out{State::fine, "tests that pass before anything is changed", std::to_string(count) + " tests",
                     "run them now: what fails already cannot tell whether the migration is right"};
    if (count == 0) {
        out.state = State::to_do;
        out.advice = "write some for the paths that matter; lazy loads that nobody takes show up in production";
    }
    return out;
}

Prerequisite test_runner(const Declarations& declared) {
    for (const char* const name : {"pytest-asyncio", "anyio"})
        if (const DeclaredPackage* found = declared.package(name))
            return {State::fine, "a runner for asynchronous tests", shown(*found), ""};
    return {State::to_do, "a runner for asynchronous tests", "not declared", "add pytest-asyncio"};
}

Prerequisite greenlet(const Declarations& declared) {
    if (const DeclaredPackage* found = declared.package("greenlet"))
        return {State::fine, "greenlet", shown(*found), ""};
    return {State::not_known, "greenlet", "not declared",
            "`sqlalchemy[asyncio]` brings it; plain `sqlalchemy` does so only on some platforms, from 2.1 on never"};
}

} // namespace

llvm::StringRef state_name(State state) {
    switch (state) {
    case State::fine: return "fine";
    case State::to_do: return "to do";
    case State::not_known: return "not known";
    }
    return "";
}

std::vector<Prerequisite> check_prerequisites(const Facts& facts, const Declarations& declared) {
    std::vector<Prerequisite> out{python(declared), sqlalchemy(declared)};
    drivers(facts, declared, out);
    out.push_back(greenlet(declared));
    bool wanted = false;
    if (Prerequisite sync = sync_driver(facts, declared, wanted); wanted)
        out.push_back(std::move(sync));
    out.push_back(tests(facts));
    if (count_tests(facts) > 0)
        out.push_back(test_runner(declared));
    return out;
}

} // namespace sqlawait
