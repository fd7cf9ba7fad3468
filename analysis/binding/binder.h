// How bindings are made, in steps: `declare` walks the tree once and opens scopes and notes
// definitions; `make_symbols` gives each its symbol, `global` and `nonlocal` heeded; `FlowWalker`
// (flow_walker.h) walks in the order of execution and says what each read sees; `finish` reads the
// flow's values out. Private to this folder.
#pragma once

#include "analysis/binding/binding.h"
#include "analysis/binding/flow.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"

#include <optional>
#include <string>
#include <vector>

namespace sqlawait {

class FlowWalker;

/// The scope in which a name is looked up after `scope`. Class bodies are seen by their own code alone,
/// which the type parameter lists of their methods are; `sees_classes` is true at the scope of the code
/// that looks when that is a type parameter list, and is kept by this function.
[[nodiscard]] ScopeId next_scope(llvm::ArrayRef<Scope> scopes, ScopeId scope, bool& sees_classes);

class Binder {
  public:
    explicit Binder(const SyntaxTree& tree) : tree_(tree) {}
    [[nodiscard]] ModuleBindings bind();

  private:
    friend class FlowWalker;
    using NameId = std::uint32_t; // of names that are bound somewhere in the module

    struct RawDefinition {
        NodeId name = no_node;
        NodeId node = no_node;
        ScopeId scope; // whose code it is part of
        DefinitionKind kind = DefinitionKind::assignment;
    };
    struct OuterName { // of a `global` or `nonlocal` statement
        ScopeId scope;
        NameId name = 0;
        bool global = false;
    };
    /// What a name means in a symbol table; a scope's own symbols and its outer names alike.
    [[nodiscard]] static std::uint64_t key(ScopeId scope, NameId name) {
        return std::uint64_t{scope.value} << 32U | name;
    }

    // declare.cpp
    void declare();
    void declare_node(Node node);
    [[nodiscard]] ScopeId scope_around(Node node) const;
    [[nodiscard]] ScopeId binding_parent(ScopeId function) const;
    ScopeId open_scope(ScopeKind kind, Node node, ScopeId parent);
    void open_type_parameters(Node node, ScopeId parent);
    void define(Node name, Node node, DefinitionKind kind, ScopeId scope);
    void define_targets(Node target, Node node, DefinitionKind kind);
    void define_parameters(Node parameters, ScopeId scope);
    void declare_import(Node node);
    void declare_capture(Node name);
    void declare_outer_names(Node node);
    void declare_function_traits(Node node);
    [[nodiscard]] ScopeId binding_scope(ScopeId scope) const;
    [[nodiscard]] ScopeId function_scope(ScopeId scope) const;

    // symbols.cpp
    void make_symbols();
    [[nodiscard]] SymbolId symbol_in(ScopeId scope, NameId name);
    [[nodiscard]] SymbolId find(ScopeId scope, NameId name) const;
    void make_units();
    void mark_shared_symbols();

    // binding.cpp
    void finish(FlowWalker& walker);

    [[nodiscard]] NameId intern(llvm::StringRef text);

    const SyntaxTree& tree_;
    ModuleBindings out_;
    std::vector<RawDefinition> raw_;
    std::vector<OuterName> outer_names_;
    llvm::StringMap<NameId> names_;
    std::vector<llvm::StringRef> name_texts_;
    llvm::DenseMap<std::uint64_t, SymbolId> symbol_of_;
    std::vector<ScopeId> unit_; // by ScopeId: the module, function, lambda or generator in whose course it runs
    std::vector<bool> shared_;  // by SymbolId: bound by code of more than its own unit
    bool future_annotations_ = false;
};

/// The module's `__all__` as far as it is written out, or nothing.
[[nodiscard]] std::optional<std::vector<std::string>> read_dunder_all(const SyntaxTree& tree,
                                                                      const ModuleBindings& bindings);

} // namespace sqlawait
