#include "analysis/linking/linking.h"

#include "analysis/linking/resolver.h"
#include "analysis/linking/star_imports.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

bool is_import(DefinitionKind kind) {
    return kind == DefinitionKind::import_module || kind == DefinitionKind::import_name ||
           kind == DefinitionKind::import_star;
}

} // namespace

class Linker {
  public:
    Linker(const Program& program, std::vector<ModuleBindings> bindings) : program_(program) {
        out_.program_ = &program;
        out_.bindings_ = std::move(bindings);
    }

    SymbolTable link() {
        out_.index_ = ModuleIndex(program_);
        for (const auto& module : program_.modules)
            number(*module);
        StarImports stars(program_, out_.index_, out_.bindings_);
        stars.expand();
        out_.steps_ = stars.steps();
        resolve_imports();
        out_.imports_.resize(program_.modules.size());
        out_.importers_.resize(program_.modules.size());
        for (const auto& module : program_.modules)
            note_imports(*module);
        for (const auto& module : program_.modules)
            for (const ModuleId imported : out_.imports_[module->id.value])
                out_.importers_[imported.value].push_back(module->id);
        return std::move(out_);
    }

  private:
    /// What the scopes of a module hand to those inside.
    struct Surroundings {
        std::string prefix; // of qualified names inside
        ClassId owner;      // of functions that stand directly inside
        FunctionId outer;
    };

    void number(const Module& module);
    FunctionId add_function(const Module& module, ScopeId scope, const Surroundings& around, std::string prefix);
    ClassId add_class(const Module& module, ScopeId scope, const Surroundings& around, std::string prefix);
    [[nodiscard]] bool is_made_global(const ModuleBindings& bindings, Node node) const;
    void resolve_imports();
    void note_imports(const Module& module);
    void note_from(const Module& module, Node node, std::vector<ModuleId>& out) const;

    const Program& program_;
    SymbolTable out_;
};

/// `global f; def f(): ...` inside of a function: the module's, by its qualified name too.
bool Linker::is_made_global(const ModuleBindings& bindings, Node node) const {
    const Node name = node.child(Field::name);
    const DefinitionId id = name ? bindings.definition_at(name.id()) : DefinitionId();
    if (!id)
        return false;
    const ScopeId home = bindings.symbol(bindings.definition(id).symbol).scope;
    return home == ScopeId{0} && bindings.scope_of(node.id()) != home;
}

/// Functions and classes in the order of their scopes, which is that of the text.
void Linker::number(const Module& module) {
    const ModuleBindings& bindings = out_.bindings_[module.id.value];
    std::vector<Surroundings> surroundings;
    for (std::uint32_t i = 0; i < bindings.scopes().size(); ++i) {
        const Scope& scope = bindings.scopes()[i];
        const Node node = module.tree.node(scope.node);
        Surroundings own = scope.parent ? surroundings[scope.parent.value] : Surroundings{module.name(), {}, {}};
        switch (scope.kind) {
        case ScopeKind::module:
        case ScopeKind::type_parameters: break;
        case ScopeKind::comprehension:
            // CPython 3.12 and newer run all comprehensions but these where they stand.
            if (node.is(Kind::generator_expression))
                own.prefix += ".<genexpr>";
            own.owner = {};
            break;
        case ScopeKind::class_: {
            std::string prefix = is_made_global(bindings, node) ? module.name() : own.prefix;
            own.owner = add_class(module, ScopeId{i}, own, std::move(prefix));
            own.prefix = out_.class_(own.owner).qualified_name;
            break;
        }
        case ScopeKind::function:
        case ScopeKind::lambda: {
            std::string prefix = is_made_global(bindings, node) ? module.name() : own.prefix;
            own.outer = add_function(module, ScopeId{i}, own, std::move(prefix));
            own.owner = {};
            own.prefix = out_.function(own.outer).qualified_name + ".<locals>";
            break;
        }
        }
        surroundings.push_back(std::move(own));
    }
}

FunctionId Linker::add_function(const Module& module, ScopeId scope, const Surroundings& around, std::string prefix) {
    const ModuleBindings& bindings = out_.bindings_[module.id.value];
    const Node node = module.tree.node(bindings.scope(scope).node);
    FunctionInfo info;
    info.id = FunctionId{static_cast<std::uint32_t>(out_.functions_.size())};
    info.module = module.id;
    info.node = node.id();
    info.scope = scope;
    info.is_lambda = node.is(Kind::lambda);
    info.name = info.is_lambda ? "<lambda>" : node.child(Field::name).text().str();
    info.qualified_name = std::move(prefix) + "." + info.name;
    info.owner = info.is_lambda ? ClassId() : around.owner;
    info.outer = around.outer;
    info.is_async = node.first_child().is_token("async");
    info.is_generator = bindings.scope(scope).has_yield;
    if (info.owner)
        out_.classes_[info.owner.value].methods.push_back(info.id);
    out_.function_at_[table_key(module.id, node.id())] = info.id;
    out_.functions_.push_back(std::move(info));
    return out_.functions_.back().id;
}

ClassId Linker::add_class(const Module& module, ScopeId scope, const Surroundings& around, std::string prefix) {
    const Node node = module.tree.node(out_.bindings_[module.id.value].scope(scope).node);
    ClassInfo info;
    info.id = ClassId{static_cast<std::uint32_t>(out_.classes_.size())};
    info.module = module.id;
    info.node = node.id();
    info.scope = scope;
    info.name = node.child(Field::name).text().str();
    info.qualified_name = std::move(prefix) + "." + info.name;
    info.outer = around.outer;
    out_.class_at_[table_key(module.id, node.id())] = info.id;
    out_.classes_.push_back(std::move(info));
    return out_.classes_.back().id;
}

/// Every import is followed once, here; later questions only look it up.
void Linker::resolve_imports() {
    for (const auto& module : program_.modules) {
        const auto definitions = out_.bindings_[module->id.value].definitions();
        for (std::uint32_t i = 0; i < definitions.size(); ++i) {
            const DefinitionKind kind = definitions[i].kind;
            if (!is_import(kind))
                continue;
            Resolver resolver(out_);
            SymbolTable::Targets targets = resolver.definition(module->id, DefinitionId{i});
            for (const Target& target : targets)
                if (!target.external.empty() && kind != DefinitionKind::import_star)
                    out_.from_outside_.insert(target.external);
            // What the others on the way import is known with it: a ring of star imports is not walked for each name.
            for (const auto& [on_the_way, definition] : resolver.chain())
                if (is_import(out_.bindings_[on_the_way.value].definition(definition).kind))
                    out_.imported_.try_emplace(table_key(on_the_way, definition.value), targets);
            out_.imported_[table_key(module->id, i)] = std::move(targets);
            out_.steps_ += resolver.steps();
        }
    }
}

void Linker::note_imports(const Module& module) {
    std::vector<ModuleId> all;
    for (NodeId id = 0; id < module.tree.size(); ++id) {
        const Node node = module.tree.node(id);
        if (node.is(Kind::import_from_statement)) {
            note_from(module, node, all);
        } else if (node.is(Kind::import_statement)) {
            // `import a.b.c` runs a, a.b and a.b.c.
            for (const Node part : node.children(Field::name)) {
                const std::string full = dotted_text(part.is(Kind::aliased_import) ? part.child(Field::name) : part);
                for (std::size_t end = full.find('.'); end != std::string::npos; end = full.find('.', end + 1))
                    all.push_back(out_.find_module(module.id, llvm::StringRef(full).take_front(end)));
                all.push_back(out_.find_module(module.id, full));
            }
        }
    }
    std::vector<ModuleId>& out = out_.imports_[module.id.value];
    llvm::DenseSet<std::uint32_t> seen;
    for (const ModuleId id : all)
        if (id && id != module.id && seen.insert(id.value).second)
            out.push_back(id);
}

void Linker::note_from(const Module& module, Node node, std::vector<ModuleId>& out) const {
    const ImportedModule from = imported_module(node.child(Field::module_name));
    const auto sources = out_.index_.find_all(module, from.dotted, from.dots);
    llvm::append_range(out, llvm::ArrayRef(sources).take_front(1));
    for (const Node part : node.children(Field::name)) {
        const std::string name = dotted_text(part.is(Kind::aliased_import) ? part.child(Field::name) : part);
        // Either may be meant where a package has both, and both run.
        if (!sources.empty())
            out.push_back(out_.index_.submodule(program_.module(sources.front()), name));
        else
            out.push_back(
                out_.find_module(module.id, from.dotted.empty() ? name : from.dotted + "." + name, from.dots));
        const Node bound = part.child(Field::alias) ? part.child(Field::alias) : part.named_child(0);
        const DefinitionId id = out_.bindings_[module.id.value].definition_at(bound.id());
        for (const Target& target : id ? out_.resolve(module.id, id) : SymbolTable::Targets())
            if (target.kind == Target::Kind::module)
                out.push_back(target.module);
    }
}

FunctionId SymbolTable::function_at(Place place) const {
    const auto found = function_at_.find(table_key(place.module, place.node));
    return found == function_at_.end() ? FunctionId() : found->second;
}

ClassId SymbolTable::class_at(Place place) const {
    const auto found = class_at_.find(table_key(place.module, place.node));
    return found == class_at_.end() ? ClassId() : found->second;
}

FunctionId SymbolTable::enclosing_function(Place place) const {
    const ModuleBindings& own = bindings(place.module);
    for (ScopeId at = own.scope_of(place.node); at; at = own.scope(at).parent) {
        const Scope& scope = own.scope(at);
        if (scope.kind == ScopeKind::function || scope.kind == ScopeKind::lambda)
            return function_at({place.module, scope.node});
    }
    return {};
}

llvm::SmallVector<Target, 2> SymbolTable::resolve(ModuleId module, DefinitionId definition) const {
    return Resolver(*this).definition(module, definition);
}

llvm::SmallVector<Target, 2> SymbolTable::member(ModuleId module, llvm::StringRef name) const {
    return Resolver(*this).member(module, name);
}

llvm::SmallVector<Target, 2> SymbolTable::resolve_expression(ModuleId module, Node expression) const {
    return Resolver(*this).expression(module, expression);
}

bool SymbolTable::ends_in(const Target& target, llvm::StringRef dotted) const {
    std::string name;
    switch (target.kind) {
    case Target::Kind::external: return false;
    case Target::Kind::module: name = program_->module(target.module).name(); break;
    case Target::Kind::function: name = function(target.function).qualified_name; break;
    case Target::Kind::class_: name = class_(target.class_).qualified_name; break;
    case Target::Kind::variable:
        name = program_->module(target.module).name() + "." + bindings(target.module).symbol(target.symbol).name;
        break;
    }
    return llvm::StringRef(name).ends_with(("." + dotted).str());
}

std::string SymbolTable::external_name(ModuleId module, Node expression) const {
    const auto targets = resolve_expression(module, expression);
    const auto last_part = [](const Target& target) { return llvm::StringRef(target.external).rsplit('.').second; };
    // `try: from a import x` / `except ImportError: from a.b import x`: one thing that has moved.
    const bool one = !targets.empty() && llvm::all_of(targets, [&](const Target& target) {
        return target.kind == Target::Kind::external && last_part(target) == last_part(targets.front());
    });
    return one ? targets.front().external : std::string();
}

SymbolTable link(const Program& program, std::vector<ModuleBindings> bindings) {
    return Linker(program, std::move(bindings)).link();
}

} // namespace sqlawait
