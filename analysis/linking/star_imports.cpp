#include "analysis/linking/star_imports.h"

#include "llvm/ADT/STLExtras.h"

#include <deque>

namespace sqlawait {

namespace {

/// Whether a statement may be skipped when the module runs.
bool is_conditional(Node statement) {
    return statement.ancestor(Kind::if_statement, Kind::try_statement, Kind::with_statement, Kind::for_statement,
                              Kind::while_statement, Kind::match_statement) != Node();
}

} // namespace

void StarImports::expand() {
    for (const auto& module : program_.modules)
        collect(*module);
    // A star import may bring what another one brought to its source: whoever gets names tells who imports them.
    std::deque<std::size_t> open;
    for (std::size_t i = 0; i < stars_.size(); ++i)
        if (stars_[i].source) {
            importers_[stars_[i].source.value].push_back(i);
            open.push_back(i);
        }
    for (const Star& star : stars_)
        if (star.source && !exported_.contains(star.source.value))
            exported_[star.source.value] = exported(star.source);
    while (!open.empty()) {
        const std::size_t at = open.front();
        open.pop_front();
        if (bring(stars_[at]))
            llvm::append_range(open, importers_[stars_[at].importer.value]);
    }
    for (std::size_t begin = 0, end = 0; begin < stars_.size(); begin = end) {
        while (end < stars_.size() && stars_[end].importer == stars_[begin].importer)
            ++end;
        const llvm::ArrayRef<Star> own = llvm::ArrayRef(stars_).slice(begin, end - begin);
        bring_from_outside(own);
        set_ends(own);
        attach_reads(own.front().importer);
    }
}

void StarImports::collect(const Module& module) {
    const ModuleBindings& bindings = bindings_[module.id.value];
    const auto& names = bindings.scope(ScopeId{0}).by_name;
    const auto found = names.find("*");
    if (found == names.end())
        return;
    for (const DefinitionId id : bindings.symbol(found->second).definitions) {
        const Node statement = module.tree.node(bindings.definition(id).node);
        const ImportedModule from = imported_module(statement.child(Field::module_name));
        const ModuleId source = index_.find(module, from.dotted, from.dots);
        if (source != module.id)
            stars_.push_back({module.id, id, source, is_conditional(statement), 0});
    }
}

std::vector<std::string> StarImports::exported(ModuleId module) const {
    const ModuleBindings& bindings = bindings_[module.value];
    if (const auto* all = bindings.dunder_all())
        return *all;
    std::vector<std::string> out;
    for (const SymbolId id : bindings.scope(ScopeId{0}).symbols) {
        const Symbol& symbol = bindings.symbol(id);
        const bool own = id.value < bindings.at_end_.size() && !bindings.at_end(id).empty();
        const bool brought = llvm::any_of(symbol.definitions, [&](DefinitionId definition) {
            return bindings.definition(definition).kind == DefinitionKind::import_star;
        });
        if ((own || brought) && !llvm::StringRef(symbol.name).starts_with("_") && symbol.name != "*")
            out.push_back(symbol.name);
    }
    return out;
}

/// What the source exports by now and did not when this was last asked. Gives whether the importer exports more for it.
bool StarImports::bring(Star& star) {
    bool more = false;
    const bool closed = bindings_[star.importer.value].dunder_all() != nullptr;
    for (; star.brought < exported_[star.source.value].size(); ++star.brought) {
        const std::string name =
            exported_[star.source.value][star.brought]; // a copy: the importer's list may be the same
        ++steps_;
        if (!bind(star, name) || closed || llvm::StringRef(name).starts_with("_"))
            continue;
        const auto own = exported_.find(star.importer.value);
        if (own == exported_.end() || !exports_.insert({star.importer.value, name}).second)
            continue;
        own->second.push_back(name);
        more = true;
    }
    return more;
}

/// Whether the module binds the name itself after this star import, come what may.
bool StarImports::hides(const Star& star, const Symbol& symbol) const {
    const ModuleBindings& bindings = bindings_[star.importer.value];
    const SyntaxTree& tree = program_.module(star.importer).tree;
    const NodeId place = bindings.definition(star.definition).name;
    return llvm::any_of(symbol.definitions, [&](DefinitionId id) {
        const Definition& definition = bindings.definition(id);
        return definition.kind != DefinitionKind::import_star && definition.name > place &&
               bindings.scope_of(definition.name) == ScopeId{0} && !is_conditional(tree.node(definition.name));
    });
}

/// Gives whether the name is new to the module.
bool StarImports::bind(const Star& star, llvm::StringRef name) {
    ModuleBindings& bindings = bindings_[star.importer.value];
    Scope& scope = bindings.scopes_[0];
    const Definition wildcard = bindings.definition(star.definition);
    const auto [entry, is_new] =
        scope.by_name.try_emplace(name, SymbolId{static_cast<std::uint32_t>(bindings.symbols_.size())});
    if (is_new) {
        scope.symbols.push_back(entry->second);
        bindings.symbols_.push_back({.name = name.str(), .scope = ScopeId{0}, .definitions = {}, .references = {}});
    }
    Symbol& symbol = bindings.symbols_[entry->second.value];
    const bool known = llvm::any_of(symbol.definitions, [&](DefinitionId id) {
        const Definition& one = bindings.definition(id);
        return one.kind == DefinitionKind::import_star && one.node == wildcard.node;
    });
    if (known || hides(star, symbol))
        return false;
    const DefinitionId id{static_cast<std::uint32_t>(bindings.definitions_.size())};
    bindings.definitions_.push_back({entry->second, DefinitionKind::import_star, wildcard.name, wildcard.node});
    symbol.definitions.push_back(id);
    llvm::stable_sort(symbol.definitions, [&](DefinitionId a, DefinitionId b) {
        return bindings.definition(a).name < bindings.definition(b).name;
    });
    return true;
}

/// A name that nothing binds comes from a star import of something outside; builtins are left alone, and so is what a
/// star import of the program brings, before it or after it.
void StarImports::bring_from_outside(llvm::ArrayRef<Star> stars) {
    if (llvm::all_of(stars, [](const Star& star) { return bool(star.source); }))
        return;
    const ModuleId module = stars.front().importer;
    const ModuleBindings& bindings = bindings_[module.value];
    const SyntaxTree& tree = program_.module(module).tree;
    const auto brought = bindings.scope(ScopeId{0}).by_name;
    for (const Star& star : stars) {
        if (star.source)
            continue;
        for (NodeId id = 0; id < tree.size(); ++id)
            if (bindings.is_read(id) && !bindings.symbol_at(id) && !brought.contains(tree.node(id).text()) &&
                !is_builtin_name(tree.node(id).text()) && !llvm::StringRef(tree.node(id).text()).starts_with("_"))
                (void)bind(star, tree.node(id).text());
    }
}

/// The last star import that certainly runs wins; what stands after it may win.
void StarImports::set_ends(llvm::ArrayRef<Star> stars) {
    ModuleBindings& bindings = bindings_[stars.front().importer.value];
    const auto is_certain = [&](DefinitionId id) {
        return llvm::none_of(stars, [&](const Star& star) {
            return star.conditional && bindings.definition(star.definition).node == bindings.definition(id).node;
        });
    };
    bindings.at_end_.resize(bindings.symbols_.size());
    for (const SymbolId id : bindings.scope(ScopeId{0}).symbols) {
        const Symbol& symbol = bindings.symbols_[id.value];
        if (symbol.name == "*")
            continue;
        llvm::SmallVector<DefinitionId, 4> end(bindings.at_end(id));
        const std::size_t own = end.size();
        for (const DefinitionId definition : symbol.definitions) {
            if (bindings.definition(definition).kind != DefinitionKind::import_star)
                continue;
            if (is_certain(definition))
                end.truncate(own);
            end.push_back(definition);
        }
        if (end.size() == own)
            continue;
        llvm::sort(end);
        bindings.at_end_[id.value] = {static_cast<std::uint32_t>(bindings.reaching_.size()),
                                      static_cast<std::uint32_t>(end.size())};
        bindings.reaching_.insert(bindings.reaching_.end(), end.begin(), end.end());
    }
}

void StarImports::attach_reads(ModuleId module) {
    ModuleBindings& bindings = bindings_[module.value];
    const SyntaxTree& tree = program_.module(module).tree;
    const auto& names = bindings.scope(ScopeId{0}).by_name;
    for (NodeId node = 0; node < tree.size(); ++node) {
        if (!bindings.is_read(node))
            continue;
        ModuleBindings::Name& read = bindings.names_[bindings.name_of_node_[node]];
        const auto found = names.find(tree.node(node).text());
        if (found == names.end() || (read.symbol && read.symbol != found->second))
            continue;
        Symbol& symbol = bindings.symbols_[found->second.value];
        const auto is_brought = [&](DefinitionId id) {
            return bindings.definition(id).kind == DefinitionKind::import_star;
        };
        const auto end = bindings.at_end(found->second);
        if (symbol.name == "*" || llvm::none_of(end, is_brought))
            continue;
        if (!read.symbol) {
            read.symbol = found->second;
            symbol.references.push_back(node); // in source order, as the walk goes
        }
        llvm::SmallVector<DefinitionId, 4> reaching(bindings.definitions_of(read.reaching));
        for (const DefinitionId id : end)
            if (is_brought(id))
                reaching.push_back(id);
        if (reaching.size() == end.size() && std::equal(reaching.begin(), reaching.end(), end.begin())) {
            read.reaching = bindings.at_end_[found->second.value];
            continue;
        }
        read.reaching = {static_cast<std::uint32_t>(bindings.reaching_.size()),
                         static_cast<std::uint32_t>(reaching.size())};
        bindings.reaching_.insert(bindings.reaching_.end(), reaching.begin(), reaching.end());
    }
}

} // namespace sqlawait
