// Pass "bind": scopes, symbols, definitions and references inside one module.
//
// All of Python's scoping: functions, lambdas, classes (whose names methods don't see),
// comprehensions (first iterable evaluated outside), `global`, `nonlocal`, walrus (binds
// outside the comprehension), match captures, exception names, `del`, imports anywhere,
// star imports, PEP 695 type parameters. Nothing here looks at another module or knows
// what a name means. Reads are resolved to the definitions that may *reach* them: by forward
// data flow over the statements of a function or a module, with the class bodies and the
// comprehensions that run in its course; code that runs later (functions, lambdas, generator
// expressions) sees every definition of an outer name. A name that functions rebind through
// `global` or `nonlocal` has all its definitions everywhere. Code after a `return` sees all.
// An answer may hold a definition too many (conditions are not understood), never one too few.
#pragma once

#include "analysis/ids.h"
#include "grammars/syntax_tree.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"

#include <string>
#include <vector>

namespace sqlawait {

/// `type_parameters`: what `[T]` opens around a generic function, class or `type` statement (PEP 695).
enum class ScopeKind : std::uint8_t { module, class_, function, lambda, comprehension, type_parameters };

enum class DefinitionKind : std::uint8_t {
    parameter,       // node: the parameter node (identifier, typed_parameter, default_parameter, ...)
    assignment,      // node: the assignment; also a part of an unpacked target
    augmented,       // node: the augmented_assignment
    declaration,     // `x: T` without a value; node: the assignment
    for_target,      // node: the for_statement or for_in_clause
    with_target,     // node: the with_item
    except_name,     // node: the except_clause
    import_module,   // `import a.b`, `import a.b as c`; node: dotted_name or aliased_import
    import_name,     // `from m import x [as y]`; node: dotted_name or aliased_import
    import_star,     // symbol "*", or a name that linking found it to bring; node: the import_from_statement
    function,        // node: the function_definition
    class_,          // node: the class_definition
    walrus,          // node: the named_expression
    match_capture,   // node: the case_clause
    type_alias,      // node: the type_alias_statement
    type_parameter,  // node: the type_parameter's part (a `type` node)
    deletion,        // node: the delete_statement
};

struct Definition {
    SymbolId symbol;
    DefinitionKind kind = DefinitionKind::assignment;
    NodeId name = no_node; // the identifier that is bound (for `import a.b` the dotted_name)
    NodeId node = no_node; // see DefinitionKind
};

struct Symbol {
    std::string name;
    ScopeId scope;
    std::vector<DefinitionId> definitions; // in source order, those by `global`/`nonlocal` elsewhere included
    std::vector<NodeId> references;        // identifier nodes that read it, in source order, from any scope
};

struct Scope {
    ScopeKind kind = ScopeKind::module;
    NodeId node = no_node; // module, class_definition, function_definition, lambda, comprehension, type_parameter
    ScopeId parent;
    std::vector<SymbolId> symbols;     // bound here, in source order
    llvm::StringMap<SymbolId> by_name; // those, and what `global` or `nonlocal` here name
    bool has_yield = false;            // of functions: a generator
    bool has_await = false;            // await, async for, async with directly inside or in a comprehension there
    std::vector<NodeId> returns; // return_statement nodes directly inside (functions)
    std::vector<NodeId> yields;  // yield nodes directly inside
};

class ModuleBindings {
  public:
    [[nodiscard]] llvm::ArrayRef<Scope> scopes() const { return scopes_; }
    [[nodiscard]] const Scope& scope(ScopeId id) const { return scopes_[id.value]; }
    [[nodiscard]] const Symbol& symbol(SymbolId id) const { return symbols_[id.value]; }
    [[nodiscard]] llvm::ArrayRef<Symbol> symbols() const { return symbols_; }
    [[nodiscard]] const Definition& definition(DefinitionId id) const { return definitions_[id.value]; }
    [[nodiscard]] llvm::ArrayRef<Definition> definitions() const { return definitions_; }

    /// The symbol an identifier node reads or binds; none for builtins, attributes' and keywords' names.
    [[nodiscard]] SymbolId symbol_at(NodeId identifier) const { return name_at(identifier).symbol; }
    /// The definition that an identifier node makes, or none when it only reads.
    [[nodiscard]] DefinitionId definition_at(NodeId identifier) const { return name_at(identifier).definition; }
    /// Whether an identifier node reads a name, be it a builtin's; `x += 1` and `del x` read as well as bind.
    [[nodiscard]] bool is_read(NodeId identifier) const { return name_at(identifier).read; }
    /// Which definitions a read may see; empty for builtins and unbound names. Never holds a deletion.
    /// In a class body a name may be the class's own or the module's: then definitions of both.
    [[nodiscard]] llvm::ArrayRef<DefinitionId> reaching(NodeId identifier) const {
        return definitions_of(name_at(identifier).reaching);
    }
    /// The definitions in force when the code of a module or a class body has ended, what can be imported
    /// from it; of other scopes' symbols all that bind.
    [[nodiscard]] llvm::ArrayRef<DefinitionId> at_end(SymbolId id) const { return definitions_of(at_end_[id.value]); }
    /// The innermost scope whose code this node is part of (a default value or a decorator
    /// of a function belongs to the scope around the function).
    [[nodiscard]] ScopeId scope_of(NodeId node) const { return scope_of_node_[node]; }
    /// The scope that this module/class/function/lambda/comprehension node opens.
    [[nodiscard]] ScopeId opened_by(NodeId node) const;
    /// The module's `__all__`, when it is a plain list or tuple of strings (with += and extend).
    [[nodiscard]] const std::vector<std::string>* dunder_all() const { return has_all_ ? &all_ : nullptr; }
    /// Looks a name up from a scope outward, as code there would.
    [[nodiscard]] SymbolId lookup(ScopeId from, llvm::StringRef name) const;

  private:
    friend class Binder;
    friend class FlowWalker;
    friend class StarImports; // linking: adds the names that star imports bring

    /// A run of `reaching_`.
    struct Definitions {
        std::uint32_t begin = 0;
        std::uint32_t size = 0;
    };
    struct Name {
        SymbolId symbol;
        DefinitionId definition;
        Definitions reaching;
        bool read = false;
    };
    [[nodiscard]] const Name& name_at(NodeId node) const { return names_[name_of_node_[node]]; }
    [[nodiscard]] llvm::ArrayRef<DefinitionId> definitions_of(Definitions run) const {
        return llvm::ArrayRef(reaching_).slice(run.begin, run.size);
    }

    std::vector<Scope> scopes_;
    std::vector<Symbol> symbols_;
    std::vector<Definition> definitions_; // in source order
    std::vector<ScopeId> scope_of_node_;  // by NodeId
    std::vector<std::uint32_t> name_of_node_; // by NodeId: into names_, whose first stands for "no name"
    std::vector<Name> names_;
    std::vector<DefinitionId> reaching_;
    std::vector<Definitions> at_end_; // by SymbolId
    llvm::DenseMap<NodeId, ScopeId> opened_by_;
    std::vector<std::string> all_;
    bool has_all_ = false;
};

[[nodiscard]] ModuleBindings bind(const SyntaxTree& tree);

/// Scopes in source order, each with the outer names that its code reads; under it one line a symbol:
/// name, definitions with kind and line:column, reads with what reaches them.
[[nodiscard]] std::string print_bindings(const SyntaxTree& tree, const ModuleBindings& bindings);

} // namespace sqlawait
