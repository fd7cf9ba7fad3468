#include "reports/layers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <set>

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral order[] = {
    "foundation", "base CRUD", "CRUD",   "services", "routers", "GraphQL",    "background tasks",
    "scripts",    "utils",     "models", "schemas",  "tests",   "migrations", "other",
};

struct PackageLayer {
    llvm::StringLiteral package; // outside, with a dot behind it for a part
    llvm::StringLiteral layer;
};
/// Who enters a function says what it is for.
constexpr PackageLayer by_entry[] = {
    {"pytest", "tests"},
    {"strawberry", "GraphQL"},
    {"ariadne", "GraphQL"},
    {"graphene", "GraphQL"},
    {"celery", "background tasks"},
    {"apscheduler", "background tasks"},
    {"dramatiq", "background tasks"},
    {"rq", "background tasks"},
    {"arq", "background tasks"},
    {"fastapi", "routers"},
    {"starlette", "routers"},
    {"flask", "routers"},
    {"click", "scripts"},
    {"typer", "scripts"},
};
/// What a file can only import for one purpose.
constexpr PackageLayer by_import[] = {
    {"alembic", "migrations"},        {"strawberry", "GraphQL"},      {"ariadne", "GraphQL"},
    {"graphene", "GraphQL"},          {"celery", "background tasks"}, {"apscheduler", "background tasks"},
    {"fastapi.APIRouter", "routers"}, {"flask.Blueprint", "routers"},
};

struct LayerWords {
    llvm::StringLiteral layer;
    std::vector<llvm::StringRef> words;
};
const std::vector<LayerWords>& folder_words() {
    static const std::vector<LayerWords> words = {
        {"tests", {"tests", "test", "conftest", "testing"}},
        {"migrations", {"alembic", "migrations"}},
        {"GraphQL", {"graphql", "resolvers"}},
        {"background tasks",
         {"tasks", "task", "celery", "worker", "workers", "jobs", "scheduler", "cron", "background", "consumer"}},
        {"routers", {"api", "routers", "router", "routes", "endpoints", "views", "controllers", "handlers", "web"}},
        {"CRUD", {"crud", "repositories", "repository", "repo", "repos", "dao", "daos", "queries", "db", "database"}},
        {"services", {"services", "service", "usecases", "domain", "logic", "managers"}},
        {"models", {"models", "model", "entities", "orm"}},
        {"schemas", {"schemas", "schema", "dto", "serializers"}},
        {"scripts", {"scripts", "script", "cli", "commands", "manage", "bin", "seed", "seeds"}},
        {"utils", {"utils", "util", "helpers", "common", "core", "lib", "tools"}},
    };
    return words;
}

llvm::StringRef layer_of_word(llvm::StringRef word) {
    for (const LayerWords& layer : folder_words())
        if (llvm::any_of(layer.words, [&](llvm::StringRef known) { return word.equals_insensitive(known); }))
            return layer.layer;
    return "";
}

/// By the innermost folder whose name says something, else by the words of the file's own name.
FileLayer layer_by_name(llvm::StringRef path) {
    llvm::SmallVector<llvm::StringRef, 8> parts;
    path.split(parts, '/');
    llvm::StringRef name = parts.pop_back_val();
    name.consume_back(".py");
    if (name == "conftest" || name.starts_with("test_"))
        return {"tests", "is called '" + name.str() + "'"};
    for (const llvm::StringRef part : parts)
        if (layer_of_word(part) == "tests")
            return {"tests", "lies in '" + part.str() + "'"};
    for (const llvm::StringRef part : llvm::reverse(parts)) {
        if (const llvm::StringRef layer = layer_of_word(part); !layer.empty())
            return {layer.str(), "lies in '" + part.str() + "'"};
        llvm::SmallVector<llvm::StringRef, 4> words;
        part.split(words, '_');
        for (const llvm::StringRef word : words)
            if (const llvm::StringRef layer = layer_of_word(word); !layer.empty())
                return {layer.str(), "lies in '" + part.str() + "'"};
    }
    llvm::SmallVector<llvm::StringRef, 4> words;
    name.split(words, '_');
    for (const llvm::StringRef word : words)
        if (const llvm::StringRef layer = layer_of_word(word); !layer.empty() && layer != "tests")
            return {layer.str(), "is called '" + name.str() + "'"};
    return {"other", ""};
}

bool is_below(llvm::StringRef name, llvm::StringRef package) {
    return name.consume_front(package) && (name.empty() || name.front() == '.');
}

class Layers {
  public:
    explicit Layers(const Facts& facts) : facts_(facts), by_module_(facts.program.modules.size()) {}

    std::vector<FileLayer> run() {
        tests();
        made_values();
        mapped_classes();
        entries();
        imports();
        bases();
        for (const auto& module : facts_.program.modules) {
            FileLayer& own = by_module_[module->id.value];
            if (own.name.empty())
                own = layer_by_name(module->source.path);
        }
        return std::move(by_module_);
    }

  private:
    void say(ModuleId module, llvm::StringRef layer, const llvm::Twine& why) {
        if (FileLayer& own = by_module_[module.value]; own.name.empty())
            own = {layer.str(), why.str()};
    }

    void tests() {
        for (const auto& module : facts_.program.modules)
            if (FileLayer by_name = layer_by_name(module->source.path); by_name.name == "tests")
                by_module_[module->id.value] = std::move(by_name);
    }

    /// Half of a file's classes at least.
    void mapped_classes() {
        std::vector<unsigned> all(by_module_.size()), mapped(by_module_.size()), schemas(by_module_.size());
        for (const ClassInfo& info : facts_.symbols.classes()) {
            ++all[info.module.value];
            if (facts_.models.find(info.id) != nullptr)
                ++mapped[info.module.value];
            else if (llvm::any_of(facts_.types.external_bases(info.id), [&](const std::string& base) {
                         return facts_.knowledge.role(base) == Role::serialiser;
                     }))
                ++schemas[info.module.value];
        }
        for (std::uint32_t id = 0; id < by_module_.size(); ++id) {
            if (mapped[id] > 0 && mapped[id] * 2 >= all[id])
                say(ModuleId(id), "models", "declares mapped classes");
            else if (schemas[id] > 0 && schemas[id] * 2 >= all[id] && !has_session_code(ModuleId(id)))
                say(ModuleId(id), "schemas", "declares schemas");
        }
    }

    [[nodiscard]] bool has_session_code(ModuleId module) const {
        return llvm::any_of(facts_.colours.sites(), [&](const IoSite& site) { return site.place.module == module; }) ||
               llvm::any_of(facts_.symbols.functions(), [&](const FunctionInfo& function) {
                   return function.module == module && facts_.calls.entry(function.id).entry != Entry::none;
               });
    }

    void made_values() {
        for (const ColouredValue& value : facts_.colours.values())
            if (value.role == Role::engine || value.role == Role::session_factory || value.role == Role::scoped_session)
                say(value.module, "foundation", value.role == Role::engine ? "makes the engine" : "makes sessions");
        for (const FunctionInfo& function : facts_.symbols.functions()) {
            const TypeId yielded = facts_.types.returned(function.id);
            const bool dependency = llvm::any_of(facts_.calls.callers(function.id), [&](std::uint32_t edge) {
                return facts_.calls.edges()[edge].kind == CallEdge::Kind::dependency;
            });
            if (dependency && function.is_generator && facts_.colours.function(function.id).io &&
                holds_session(yielded))
                say(function.module, "foundation", "hands sessions to routes");
        }
        for (const auto& module : facts_.program.modules)
            for (const CallInfo& call : facts_.types.calls(module->id))
                for (const CallTarget& target : call.targets)
                    if (target.external == "fastapi.FastAPI" || target.external == "flask.Flask" ||
                        target.external == "starlette.applications.Starlette")
                        say(module->id, "foundation", "makes the application");
    }

    [[nodiscard]] bool holds_session(TypeId type) const {
        return llvm::any_of(facts_.types.store().atoms(type), [&](const Atom& atom) {
            return llvm::any_of(atom.args, [&](TypeId part) {
                return facts_.types.has_role(part, Role::session) != Certainty::unknown ||
                       facts_.types.has_role(part, Role::async_session) != Certainty::unknown;
            });
        });
    }

    void entries() {
        for (const FunctionInfo& function : facts_.symbols.functions()) {
            llvm::StringRef reason = facts_.calls.entry(function.id).reason;
            if (facts_.calls.entry(function.id).entry == Entry::none)
                continue;
            const llvm::StringRef whole = reason;
            if (!reason.consume_front("decorated with "))
                continue;
            for (const PackageLayer& row : by_entry)
                if (is_below(reason, row.package))
                    say(function.module, row.layer, whole);
        }
    }

    void imports() {
        for (const auto& module : facts_.program.modules) {
            const ModuleBindings& bindings = facts_.symbols.bindings(module->id);
            for (std::uint32_t id = 0; id < bindings.definitions().size(); ++id) {
                const DefinitionKind kind = bindings.definitions()[id].kind;
                if (kind != DefinitionKind::import_module && kind != DefinitionKind::import_name)
                    continue;
                for (const Target& target : facts_.symbols.resolve(module->id, DefinitionId(id)))
                    if (target.kind == Target::Kind::external)
                        for (const PackageLayer& row : by_import)
                            if (is_below(target.external, row.package))
                                say(module->id, row.layer, "uses " + llvm::Twine(row.package));
            }
        }
    }

    /// A class with session I/O of its own whose subclasses stand in several other files.
    void bases() {
        for (const ClassInfo& info : facts_.symbols.classes()) {
            if (facts_.models.find(info.id) != nullptr ||
                llvm::none_of(info.methods, [&](FunctionId id) { return facts_.colours.function(id).performs_io; }))
                continue;
            std::set<std::uint32_t> files;
            for (const ClassId sub : facts_.types.subclasses(info.id))
                files.insert(facts_.symbols.class_(sub).module.value);
            files.erase(info.module.value);
            if (files.size() >= 2)
                say(info.module, "base CRUD",
                    info.name + " is the base of classes in " + llvm::Twine(files.size()) + " files");
        }
    }

    const Facts& facts_;
    std::vector<FileLayer> by_module_;
};

} // namespace

std::vector<FileLayer> file_layers(const Facts& facts) { return Layers(facts).run(); }

llvm::ArrayRef<llvm::StringLiteral> layer_order() { return order; }

unsigned layer_rank(llvm::StringRef name) {
    const auto* found = llvm::find_if(order, [&](llvm::StringRef own) { return own == name; });
    return static_cast<unsigned>(found - std::begin(order));
}

} // namespace sqlawait
