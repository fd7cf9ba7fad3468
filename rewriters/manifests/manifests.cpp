#include "rewriters/manifests/manifests.h"

#include "analysis/colour/foundation.h"
#include "analysis/knowledge/embedded.h"
#include "rewriters/engine/session_doubles.h"
#include "rewriters/engine/session_switch.h"
#include "rewriters/manifests/declarations.h"
#include "rewriters/manifests/pytest_settings.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

#include <map>
#include <set>

namespace sqlawait {

llvm::ArrayRef<EmbeddedFile> embedded_modules(); // generated: rewriters/manifests/python

namespace {

/// Versions from which on the package works with SQLAlchemy 2.0 and the Python versions that this program supports.
const Requirement& requirement_of_driver(llvm::StringRef driver) {
    static const std::map<std::string, Requirement, std::less<>> known = {
        {"asyncpg", {"asyncpg", "", ">=0.29"}},        {"aiosqlite", {"aiosqlite", "", ">=0.20"}},
        {"psycopg", {"psycopg", "binary", ">=3.1"}},   {"psycopg_async", {"psycopg", "binary", ">=3.1"}},
        {"aiomysql", {"aiomysql", "", ">=0.2"}},       {"asyncmy", {"asyncmy", "", ">=0.2.9"}},
        {"aioodbc", {"aioodbc", "", ">=0.5"}},         {"oracledb", {"oracledb", "", ">=2.0"}},
        {"oracledb_async", {"oracledb", "", ">=2.0"}},
    };
    static const Requirement none;
    const auto found = known.find(driver.str());
    return found == known.end() ? none : found->second;
}

const Requirement greenlet{"greenlet", "", ">=3.0"};
const Requirement pytest_asyncio{"pytest-asyncio", "", ">=0.26"}; // the first with a loop scope for all tests

/// `pytest-asyncio==0.23.8` on a line of its own: the version that knows the settings which the tests get.
std::optional<TextEdit> raised_pin(const SourceText& source, const Declaration& declaration) {
    if (declaration.form != Declaration::Form::line || declaration.package != pytest_asyncio.package)
        return std::nullopt;
    const Offset begin = source.lines.line_begin(source.lines.at(declaration.beside).line);
    const llvm::StringRef line = llvm::StringRef(source.text).slice(begin, declaration.beside);
    constexpr llvm::StringLiteral pin = "==0.";
    const std::size_t at = line.find(pin);
    unsigned minor = 0;
    llvm::StringRef rest = at == llvm::StringRef::npos ? "" : line.drop_front(at + pin.size());
    if (rest.consumeInteger(10, minor) || minor >= 26)
        return std::nullopt;
    const llvm::StringRef version =
        line.drop_front(at).take_while([](char c) { return c == '=' || c == '.' || llvm::isAlnum(c); });
    const Offset from = begin + static_cast<Offset>(at);
    return TextEdit{{from, from + static_cast<Offset>(version.size())}, "==0.26.0"};
}

bool is_test_path(llvm::StringRef path) {
    const llvm::StringRef name = path.substr(path.rfind('/') + 1);
    return name == "conftest.py" || name.starts_with("test_") || name.ends_with("_test.py") ||
           path.starts_with("tests/") || path.starts_with("test/") || path.contains("/tests/");
}

class Planner {
  public:
    Planner(const Facts& facts, const RewriteOptions& options, const std::vector<Finding>& findings, const Plan& plan)
        : facts_(facts), options_(options), findings_(findings), plan_(plan) {}

    ManifestPlan run() {
        find_needs();
        add_modules();
        if (runtime_.empty() && tests_.empty())
            return std::move(out_);
        declare();
        if (!async_tests_.empty())
            plan_pytest_settings(facts_.program, async_tests_, out_);
        llvm::sort(out_.files, [](const PlannedManifest& a, const PlannedManifest& b) { return a.path < b.path; });
        return std::move(out_);
    }

  private:
    [[nodiscard]] bool is_imported(const Finding& finding, bool (*wanted)(llvm::StringRef)) const {
        return llvm::any_of(finding.fix->imports, [&](const ImportNeed& need) { return wanted(need.module); });
    }

    /// The text of a module that is added.
    static std::string added_text(llvm::StringRef name) {
        for (const EmbeddedFile& one : embedded_modules())
            if (one.name == name)
                return one.text.str();
        llvm_unreachable("an added module has no text");
    }

    /// What tests with mocked sessions import, and routes of which there are two forms.
    void add_modules() {
        std::map<std::string, std::string> texts; // by path
        for (std::size_t i = 0; i < findings_.size(); ++i) {
            if (!plan_.accepted(i))
                continue;
            if (is_imported(findings_[i], is_session_doubles_module))
                texts[session_doubles_module(facts_.program, facts_.module(findings_[i].place.module)).path] =
                    added_text("session_doubles");
            if (is_imported(findings_[i], is_session_switch_module)) {
                constexpr llvm::StringLiteral flag = "USE_ASYNC_DB";
                std::string& text = texts[session_switch_module(facts_).path] = added_text("session_switch");
                for (std::size_t at = text.find(flag); at != std::string::npos;
                     at = text.find(flag, at + options_.feature_flag.size()))
                    text.replace(at, flag.size(), options_.feature_flag);
            }
        }
        for (const auto& module : facts_.program.modules)
            texts.erase(module->source.path);
        for (auto& [path, text] : texts)
            out_.files.push_back({path, nullptr, {{{0, 0}, std::move(text)}}});
    }

    static void need(std::vector<Requirement>& list, const Requirement& requirement) {
        if (!requirement.package.empty() && !llvm::is_contained(list, requirement))
            list.push_back(requirement);
    }

    void find_needs() {
        const FoundationContext context{facts_.program, facts_.symbols, facts_.knowledge, facts_.types,
                                        options_.driver};
        std::set<std::string> runtime, tests;
        std::set<std::string> async_tests;
        for (std::size_t i = 0; i < findings_.size(); ++i) {
            const Finding& finding = findings_[i];
            if (!plan_.accepted(i) || finding.rendering != Rendering::in_place)
                continue;
            const std::string& path = facts_.module(finding.place.module).source.path;
            if (finding.kind == "engine") {
                const Node node = facts_.node(finding.place);
                for (NodeId id = node.id(); id < node.tree().record(node.id()).subtree_end; ++id)
                    if (const Place call{finding.place.module, id};
                        node.tree().record(id).kind == Kind::call && made_by(context, call) == Made::engine)
                        for (const std::string& driver : engine_url(context, call).drivers)
                            (is_test_path(path) ? tests : runtime).insert(driver);
            }
            const FunctionId function = function_of(facts_, finding);
            if (function && is_test_path(path) && facts_.colours.function(function).turns_async &&
                facts_.colours.function(function).form.async)
                async_tests.insert(path);
        }
        for (const std::string& driver : runtime)
            need(runtime_, requirement_of_driver(driver));
        if (!runtime.empty() || !tests.empty())
            need(runtime_, greenlet);
        for (const std::string& driver : tests)
            if (const Requirement& one = requirement_of_driver(driver); !llvm::is_contained(runtime_, one))
                need(tests_, one);
        if (!async_tests.empty())
            need(tests_, pytest_asyncio);
        async_tests_.assign(async_tests.begin(), async_tests.end());
    }

    void declare() {
        bool runtime = false;
        for (const Manifest& manifest : facts_.program.manifests)
            runtime |= declare_in(manifest.source, manifest.editable(), read_declarations(manifest.source));
        for (const auto& module : facts_.program.modules)
            if (llvm::StringRef(module->source.path).ends_with("setup.py")) {
                const bool changed =
                    llvm::any_of(plan_.files, [&](const PlannedFile& file) { return file.module == module->id; });
                runtime |= declare_in(module->source, module->editable() && !changed, read_setup_py(module->tree));
            }
        if (runtime)
            return;
        std::string packages;
        for (const Requirement& one : runtime_)
            packages += (packages.empty() ? "" : ", ") + one.package + one.bounds;
        if (!packages.empty())
            out_.notes.push_back({".", 0, 0, "no file declares SQLAlchemy; the program now needs " + packages});
    }

    /// Whether the file declares SQLAlchemy.
    bool declare_in(const SourceText& source, bool editable, const Declarations& declared) {
        const auto find = [&](llvm::ArrayRef<llvm::StringLiteral> packages) -> const Declaration* {
            const auto found = llvm::find_if(
                declared.packages, [&](const Declaration& one) { return llvm::is_contained(packages, one.package); });
            return found == declared.packages.end() ? nullptr : &*found;
        };
        const Declaration* database = find({"sqlalchemy", "sqlmodel"});
        const Declaration* tests = find({"pytest", "pytest-cov", "pytest-mock"});
        std::vector<TextEdit> edits;
        std::string missing;
        const auto add = [&](const Declaration* beside, const Requirement& requirement) {
            const bool there = llvm::any_of(declared.packages, [&](const Declaration& one) {
                return one.package == requirement.package || (requirement == greenlet && one.package == "sqlalchemy" &&
                                                              llvm::is_contained(one.extras, "asyncio"));
            });
            if (beside == nullptr || there)
                return;
            missing += (missing.empty() ? "" : ", ") + requirement.package + requirement.bounds;
            edits.push_back(declare_beside(*beside, requirement));
        };
        for (const Requirement& one : runtime_)
            add(database, one);
        for (const Requirement& one : tests_)
            add(tests, one);
        if (llvm::is_contained(tests_, pytest_asyncio))
            for (const Declaration& one : declared.packages)
                if (std::optional<TextEdit> raised = raised_pin(source, one)) {
                    missing += (missing.empty() ? "" : ", ") + pytest_asyncio.package + pytest_asyncio.bounds;
                    edits.push_back(std::move(*raised));
                }
        if (edits.empty())
            return database != nullptr;
        if (!declared.compiled_by.empty()) {
            out_.notes.push_back(
                {source.path, 0, 0, "is made by " + declared.compiled_by + ": let it be made again, with " + missing});
        } else if (editable) {
            llvm::stable_sort(edits, [](const TextEdit& a, const TextEdit& b) { return a.range < b.range; });
            out_.files.push_back({source.path, &source, std::move(edits)});
        }
        return database != nullptr;
    }

    const Facts& facts_;
    const RewriteOptions& options_;
    const std::vector<Finding>& findings_;
    const Plan& plan_;
    std::vector<Requirement> runtime_, tests_;
    std::vector<std::string> async_tests_; // paths of files with tests or fixtures that turn async
    ManifestPlan out_;
};

} // namespace

ManifestPlan plan_manifests(const Facts& facts, const RewriteOptions& options, const std::vector<Finding>& findings,
                            const Plan& plan) {
    return Planner(facts, options, findings, plan).run();
}

} // namespace sqlawait
