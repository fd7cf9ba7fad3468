#include "analysis/linking/resolver.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

void add(Resolver::Targets& out, Target target) {
    if (!llvm::is_contained(out, target))
        out.push_back(std::move(target));
}

Target module_target(ModuleId id) {
    Target target;
    target.kind = Target::Kind::module;
    target.module = id;
    return target;
}

Target external_target(std::string dotted) {
    Target target;
    target.external = std::move(dotted);
    return target;
}

Node without_brackets(Node node) {
    while (node.is_any(Kind::parenthesized_expression, Kind::type) && node.named_children().size() == 1)
        node = node.named_child(0);
    return node;
}

/// Whether a definition stands in the `else` of an `if TYPE_CHECKING`.
bool stands_in_at_run_time(Node name) {
    for (Node at = name; at; at = at.parent()) {
        if (at.is_any(Kind::function_definition, Kind::class_definition))
            return false;
        if (at.is(Kind::else_clause) && at.parent().is(Kind::if_statement)) {
            const llvm::StringRef condition = at.parent().child(Field::condition).text();
            if (condition == "TYPE_CHECKING" || condition.ends_with(".TYPE_CHECKING"))
                return true;
        }
    }
    return false;
}

constexpr std::size_t max_renamings = 32;

} // namespace

Resolver::Targets Resolver::definition(ModuleId module, DefinitionId id) {
    if (const auto known = table_.imported_.find(table_key(module, id.value)); known != table_.imported_.end())
        return known->second;
    open_.push_back({module, id, {}});
    return run();
}

Resolver::Targets Resolver::member(ModuleId module, llvm::StringRef name) {
    open_.push_back({module, {}, name.str()});
    return run();
}

Resolver::Targets Resolver::run() {
    bool chained = true;
    chain_.clear();
    while (!open_.empty()) {
        const Step step = open_.pop_back_val();
        const std::size_t before = open_.size(), found_before = targets_.size();
        follow(step);
        ++steps_;
        chained &= open_.size() <= before + 1 && (targets_.size() == found_before || open_.size() == before);
        if (step.definition && chained)
            chain_.emplace_back(step.module, step.definition);
        // What a step leads to is looked at in the order in which the step named it.
        std::reverse(open_.begin() + before, open_.end());
    }
    followed_.clear();
    looked_up_.clear();
    if (!chained || targets_.empty() || !submodules_.empty())
        chain_.clear();
    Targets out = std::move(targets_.empty() ? submodules_ : targets_);
    targets_.clear();
    submodules_.clear();
    return out;
}

void Resolver::follow(const Step& step) {
    if (!step.definition) {
        if (looked_up_.insert({step.module, step.member}).second)
            follow_member(step.module, step.member);
        return;
    }
    if (!followed_.insert({step.module, step.definition}).second)
        return;
    const auto known = table_.imported_.find(table_key(step.module, step.definition.value));
    if (known == table_.imported_.end())
        return follow_definition(step.module, step.definition);
    for (const Target& target : known->second)
        found(target);
}

void Resolver::found(Target target) { add(targets_, std::move(target)); }

void Resolver::follow_definition(ModuleId module, DefinitionId id) {
    const ModuleBindings& bindings = table_.bindings(module);
    const Definition& definition = bindings.definition(id);
    const Node node = program_.module(module).tree.node(definition.node);
    Target target;
    target.module = module;
    switch (definition.kind) {
    case DefinitionKind::deletion: return;
    case DefinitionKind::function:
        target.kind = Target::Kind::function;
        target.function = table_.function_at({module, definition.node});
        return found(std::move(target));
    case DefinitionKind::class_:
        target.kind = Target::Kind::class_;
        target.class_ = table_.class_at({module, definition.node});
        return found(std::move(target));
    case DefinitionKind::import_module: return follow_import(module, node);
    case DefinitionKind::import_name: {
        const Node imported = node.is(Kind::aliased_import) ? node.child(Field::name) : node;
        const Node statement = node.parent();
        const ImportedModule from = statement.is(Kind::future_import_statement)
                                        ? ImportedModule{"__future__", 0}
                                        : imported_module(statement.child(Field::module_name));
        return follow_from(module, from, dotted_text(imported));
    }
    case DefinitionKind::import_star: {
        const Symbol& symbol = bindings.symbol(definition.symbol);
        if (symbol.name == "*")
            return;
        const ImportedModule from = imported_module(node.child(Field::module_name));
        const bool outside = !table_.find_module(module, from.dotted, from.dots);
        const auto from_outside = [&](DefinitionId other) {
            const Definition& one = bindings.definition(other);
            const Node statement = program_.module(module).tree.node(one.node);
            if (one.kind != DefinitionKind::import_star)
                return false;
            const ImportedModule other_from = imported_module(statement.child(Field::module_name));
            return !table_.find_module(module, other_from.dotted, other_from.dots);
        };
        if (outside && llvm::count_if(symbol.definitions, from_outside) > 1)
            return; // any of them may bring it
        return follow_from(module, from, symbol.name);
    }
    default:
        target.kind = Target::Kind::variable;
        target.symbol = definition.symbol;
        return found(std::move(target));
    }
}

/// `import a.b` binds `a`; `import a.b as c` binds `a.b`.
void Resolver::follow_import(ModuleId module, Node node) {
    const bool aliased = node.is(Kind::aliased_import);
    const std::string full = dotted_text(aliased ? node.child(Field::name) : node);
    const llvm::StringRef name = aliased ? llvm::StringRef(full) : llvm::StringRef(full).split('.').first;
    if (const ModuleId id = table_.find_module(module, name))
        found(module_target(id));
    else
        found(external_target(name.str()));
}

void Resolver::follow_from(ModuleId module, const ImportedModule& from, llvm::StringRef name) {
    const Module& importer = program_.module(module);
    const auto candidates = table_.index_.find_all(importer, from.dotted, from.dots);
    if (candidates.empty()) {
        // A package without `__init__.py`, or something outside.
        const std::string dotted = from.dotted.empty() ? name.str() : from.dotted + "." + name.str();
        if (const ModuleId id = table_.find_module(module, dotted, from.dots))
            return found(module_target(id));
        if (std::string name_outside = ModuleIndex::absolute_name(importer, dotted, from.dots); !name_outside.empty())
            found(external_target(std::move(name_outside)));
        return;
    }
    for (const ModuleId candidate : candidates) {
        const Module& source = program_.module(candidate);
        const ModuleId submodule = table_.index_.submodule(source, name);
        if (candidate == module) { // `from . import x` in a package's own `__init__`
            if (submodule)
                found(module_target(submodule));
            return;
        }
        if (submodule || table_.bindings(candidate).scope(ScopeId{0}).by_name.contains(name) ||
            outside_star(candidate, name)) {
            open_.push_back({candidate, {}, name.str()});
            return;
        }
    }
    // `from fastapi import Depends` in backend/fastapi/main.py: a folder that has the library's name only where
    // `backend` is on the path, and not this name. As the import goes well, it is the library.
    const bool hides = from.dots == 0 && !llvm::StringRef(from.dotted).contains('.') &&
                       llvm::all_of(candidates, [&](ModuleId candidate) {
                           const Module& source = program_.module(candidate);
                           const auto& names = table_.bindings(candidate).scope(ScopeId{0}).by_name;
                           return source.is_package && source.names.size() > 1 && !names.contains("*") &&
                                  !names.contains("__getattr__");
                       });
    if (hides)
        found(external_target(from.dotted + "." + name.str()));
}

void Resolver::follow_member(ModuleId module, llvm::StringRef name) {
    const ModuleBindings& bindings = table_.bindings(module);
    const auto& names = bindings.scope(ScopeId{0}).by_name;
    const auto symbol = names.find(name);
    const ModuleId submodule = table_.index_.submodule(program_.module(module), name);
    if (symbol != names.end() && !bindings.at_end(symbol->second).empty()) {
        for (const DefinitionId id : bindings.at_end(symbol->second))
            open_.push_back({module, id, {}});
        if (submodule)
            add(submodules_, module_target(submodule));
    } else if (submodule) {
        found(module_target(submodule));
    } else if (const auto from = outside_star(module, name)) {
        found(external_target(*from + "." + name.str()));
    }
}

/// The thing outside of the program whose star import must bring a name that the module does not bind
/// itself; nothing where there is none, or several.
std::optional<std::string> Resolver::outside_star(ModuleId module, llvm::StringRef name) const {
    const ModuleBindings& bindings = table_.bindings(module);
    const auto& names = bindings.scope(ScopeId{0}).by_name;
    const auto star = names.find("*");
    if (star == names.end() || name.starts_with("_") || names.contains(name))
        return std::nullopt;
    std::optional<std::string> out;
    for (const DefinitionId id : bindings.symbol(star->second).definitions) {
        const Node statement = program_.module(module).tree.node(bindings.definition(id).node);
        const ImportedModule from = imported_module(statement.child(Field::module_name));
        if (table_.find_module(module, from.dotted, from.dots))
            continue;
        if (out)
            return std::nullopt;
        out = ModuleIndex::absolute_name(program_.module(module), from.dotted, from.dots);
    }
    return out;
}

Resolver::Targets Resolver::expression(ModuleId module, Node node) {
    node = without_brackets(node);
    llvm::SmallVector<llvm::StringRef, 4> attributes;
    while (node.is_any(Kind::attribute, Kind::member_type)) {
        const bool is_attribute = node.is(Kind::attribute);
        attributes.push_back((is_attribute ? node.child(Field::attribute) : node.named_child(1)).text());
        node = without_brackets(is_attribute ? node.child(Field::object) : node.named_child(0));
    }
    if (!node.is(Kind::identifier))
        return {};
    Targets targets = name(module, node);
    for (const llvm::StringRef attribute_name : llvm::reverse(attributes)) {
        Targets members;
        for (const Target& target : targets)
            for (Target& member : attribute(module, target, attribute_name))
                add(members, std::move(member));
        targets = behind(module, std::move(members));
    }
    return targets;
}

Resolver::Targets Resolver::name(ModuleId module, Node identifier) {
    const ModuleBindings& bindings = table_.bindings(module);
    llvm::SmallVector<DefinitionId, 4> definitions(bindings.reaching(identifier.id()));
    if (const DefinitionId own = bindings.definition_at(identifier.id()); own && definitions.empty())
        definitions.push_back(own);
    // `try: import x` / `except ImportError: x = None`
    if (!llvm::all_of(definitions, [&](DefinitionId id) { return is_none(module, id); }))
        llvm::erase_if(definitions, [&](DefinitionId id) { return is_none(module, id); });
    // `if TYPE_CHECKING: from x import Y` / `else: Y = object`: what annotations mean is the import.
    const auto stands_in = [&](DefinitionId id) {
        return stands_in_at_run_time(program_.module(module).tree.node(bindings.definition(id).name));
    };
    if (definitions.size() > 1 && !llvm::all_of(definitions, stands_in))
        llvm::erase_if(definitions, stands_in);
    Targets out;
    for (const DefinitionId id : definitions)
        for (Target& target : renamed(module, id))
            add(out, std::move(target));
    // `try: from models import User`, `except ImportError: from app.models import User`: one thing in two layouts.
    const Targets all = out;
    if (all.size() > 1)
        llvm::erase_if(out, [&](const Target& one) {
            return one.kind == Target::Kind::external &&
                   llvm::any_of(all, [&](const Target& other) { return table_.ends_in(other, one.external); });
        });
    return out;
}

bool Resolver::is_none(ModuleId module, DefinitionId id) const {
    const Definition& definition = table_.bindings(module).definition(id);
    const Node node = program_.module(module).tree.node(definition.node);
    return definition.kind == DefinitionKind::assignment && node.child(Field::right).is(Kind::none_literal);
}

/// The name or dotted expression that an assignment gives another name to, or no node.
Node Resolver::renaming(ModuleId module, DefinitionId id) const {
    const Definition& definition = table_.bindings(module).definition(id);
    const Node node = program_.module(module).tree.node(definition.node);
    if (definition.kind == DefinitionKind::assignment) {
        if (node.child(Field::left).id() != definition.name)
            return {};
    } else if (definition.kind != DefinitionKind::type_alias) {
        return {};
    }
    Node value = node.child(Field::right);
    while (value.is(Kind::assignment))
        value = value.child(Field::right);
    value = without_brackets(value);
    return value.is_any(Kind::identifier, Kind::attribute, Kind::member_type) ? value : Node();
}

/// What a definition stands for, plain renamings followed.
Resolver::Targets Resolver::renamed(ModuleId module, DefinitionId id) {
    if (const Node value = renaming(module, id)) {
        const std::pair here(module, id);
        if (renamings_.size() < max_renamings && !llvm::is_contained(renamings_, here)) {
            renamings_.push_back(here);
            Targets targets = expression(module, value);
            renamings_.pop_back();
            // A local variable is not another name for a parameter: it is followed as a value, not as a name.
            const auto is_lasting = [&](const Target& target) {
                if (target.kind != Target::Kind::variable)
                    return true;
                const ModuleBindings& bindings = table_.bindings(target.module);
                const ScopeKind kind = bindings.scope(bindings.symbol(target.symbol).scope).kind;
                return kind == ScopeKind::module || kind == ScopeKind::class_;
            };
            if (!targets.empty() && llvm::all_of(targets, is_lasting))
                return targets;
        }
    }
    return behind(module, Resolver(table_).definition(module, id));
}

/// Variables of other modules that are plain renamings, followed.
Resolver::Targets Resolver::behind(ModuleId module, Targets targets) {
    Targets out;
    for (Target& target : targets) {
        if (target.kind != Target::Kind::variable || target.module == module) {
            add(out, std::move(target));
            continue;
        }
        const ModuleBindings& bindings = table_.bindings(target.module);
        Targets further;
        for (const DefinitionId id : bindings.at_end(target.symbol))
            if (renaming(target.module, id))
                for (Target& one : renamed(target.module, id))
                    add(further, std::move(one));
            else
                add(further, target);
        if (further.empty())
            add(further, target);
        for (Target& one : further)
            add(out, std::move(one));
    }
    return out;
}

Resolver::Targets Resolver::attribute(ModuleId module, const Target& object, llvm::StringRef name) {
    switch (object.kind) {
    case Target::Kind::module: return Resolver(table_).member(object.module, name);
    case Target::Kind::external: {
        std::string dotted = object.external + "." + name.str();
        // A package without `__init__.py` is no module of ours, but what it holds may be.
        if (table_.index_.is_prefix(object.external))
            if (const ModuleId id = table_.find_module(module, dotted))
                return {module_target(id)};
        return {external_target(std::move(dotted))};
    }
    case Target::Kind::class_: {
        const ModuleBindings& bindings = table_.bindings(object.module);
        const Scope& scope = bindings.scope(table_.class_(object.class_).scope);
        const auto symbol = scope.by_name.find(name);
        Targets out;
        if (symbol != scope.by_name.end())
            for (const DefinitionId id : bindings.at_end(symbol->second))
                for (Target& target : renamed(object.module, id))
                    add(out, std::move(target));
        return out;
    }
    case Target::Kind::function:
    case Target::Kind::variable: return {};
    }
    return {};
}

} // namespace sqlawait
