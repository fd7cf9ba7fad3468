// Second step of binding: every definition gets its symbol.
#include "analysis/binding/binder.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

ScopeId next_scope(llvm::ArrayRef<Scope> scopes, ScopeId scope, bool& sees_classes) {
    sees_classes = sees_classes && scopes[scope.value].kind == ScopeKind::type_parameters;
    ScopeId next = scopes[scope.value].parent;
    while (next && !sees_classes && scopes[next.value].kind == ScopeKind::class_)
        next = scopes[next.value].parent;
    return next;
}

SymbolId Binder::symbol_in(ScopeId scope, NameId name) {
    const auto [entry, is_new] =
        symbol_of_.try_emplace(key(scope, name), SymbolId{static_cast<std::uint32_t>(out_.symbols_.size())});
    if (is_new)
        out_.symbols_.push_back({.name = name_texts_[name].str(), .scope = scope, .definitions = {}, .references = {}});
    return entry->second;
}

SymbolId Binder::find(ScopeId scope, NameId name) const {
    bool sees_classes = out_.scope(scope).kind == ScopeKind::type_parameters;
    for (; scope; scope = next_scope(out_.scopes_, scope, sees_classes))
        if (const auto found = symbol_of_.find(key(scope, name)); found != symbol_of_.end())
            return found->second;
    return {};
}

void Binder::make_symbols() {
    llvm::sort(raw_, [](const RawDefinition& a, const RawDefinition& b) { return a.name < b.name; });
    // What `global` names is the module's; what `nonlocal` names has to wait for the symbols around it.
    llvm::DenseSet<std::uint64_t> nonlocal;
    for (const OuterName& outer : outer_names_) {
        if (outer.global)
            symbol_of_[key(outer.scope, outer.name)] = symbol_in(ScopeId{0}, outer.name);
        else
            nonlocal.insert(key(outer.scope, outer.name));
    }
    std::vector<NameId> names;
    names.reserve(raw_.size());
    for (const RawDefinition& raw : raw_) {
        const Node name = tree_.node(raw.name);
        names.push_back(intern(name.is(Kind::dotted_name) ? name.named_child(0).text() : name.text()));
        if (!nonlocal.contains(key(raw.scope, names.back())))
            (void)symbol_in(raw.scope, names.back());
    }
    for (const OuterName& outer : outer_names_) {
        if (outer.global)
            continue;
        const SymbolId symbol = find(out_.scope(outer.scope).parent, outer.name);
        if (symbol && out_.symbol(symbol).scope != ScopeId{0})
            symbol_of_[key(outer.scope, outer.name)] = symbol;
    }
    out_.definitions_.reserve(raw_.size());
    for (std::size_t i = 0; i < raw_.size(); ++i) {
        const SymbolId symbol = symbol_in(raw_[i].scope, names[i]);
        const DefinitionId id{static_cast<std::uint32_t>(i)};
        out_.definitions_.push_back({symbol, raw_[i].kind, raw_[i].name, raw_[i].node});
        out_.symbols_[symbol.value].definitions.push_back(id);
        const auto note = [&](NodeId name) {
            out_.name_of_node_[name] = static_cast<std::uint32_t>(out_.names_.size());
            out_.names_.push_back({symbol, id, {}, false});
        };
        note(raw_[i].name);
        if (const Node name = tree_.node(raw_[i].name); name.is(Kind::dotted_name))
            note(name.named_child(0).id());
    }
    for (std::uint32_t i = 0; i < out_.symbols_.size(); ++i)
        out_.scopes_[out_.symbols_[i].scope.value].symbols.push_back(SymbolId{i});
    const auto first_definition = [&](SymbolId id) {
        const auto& definitions = out_.symbol(id).definitions;
        return definitions.empty() ? DefinitionId() : definitions.front();
    };
    for (Scope& scope : out_.scopes_) {
        llvm::stable_sort(scope.symbols,
                          [&](SymbolId a, SymbolId b) { return first_definition(a) < first_definition(b); });
        for (const SymbolId symbol : scope.symbols)
            scope.by_name[out_.symbol(symbol).name] = symbol;
    }
    for (const OuterName& outer : outer_names_)
        if (const auto found = symbol_of_.find(key(outer.scope, outer.name)); found != symbol_of_.end())
            out_.scopes_[outer.scope.value].by_name[name_texts_[outer.name]] = found->second;
}

/// Class bodies and most comprehensions run where they stand; functions, lambdas and generators later.
void Binder::make_units() {
    for (std::uint32_t i = 0; i < out_.scopes_.size(); ++i) {
        const Scope& scope = out_.scopes_[i];
        const bool own = scope.kind == ScopeKind::module || scope.kind == ScopeKind::function ||
                         scope.kind == ScopeKind::lambda || tree_.node(scope.node).is(Kind::generator_expression);
        unit_.push_back(own ? ScopeId{i} : unit_[scope.parent.value]);
    }
}

void Binder::mark_shared_symbols() {
    shared_.assign(out_.symbols_.size(), false);
    for (const Definition& definition : out_.definitions_) {
        const ScopeId home = out_.symbol(definition.symbol).scope;
        if (unit_[out_.scope_of(definition.name).value] != unit_[home.value])
            shared_[definition.symbol.value] = true;
    }
}

} // namespace sqlawait
