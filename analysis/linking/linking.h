// Pass "link": names across modules. Where does a name in this module come from, through
// relative and aliased imports, re-exports, star imports, `__init__` modules, conditional
// and try/except imports? The answer is a thing in the program or the dotted name of a thing
// outside of it ("sqlalchemy.orm.Session"). Also numbers the program's functions and classes.
// What star imports bring is added to the bindings as definitions of kind `import_star` with the name's
// own symbol, so that nobody else has to think of them. Does not evaluate expressions: that is inference.
#pragma once

#include "analysis/binding/binding.h"
#include "analysis/linking/module_index.h"
#include "analysis/project/program.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

#include <set>
#include <string>
#include <vector>

namespace sqlawait {

/// A node of a certain module; how analysis and rules speak of places.
struct Place {
    ModuleId module;
    NodeId node = no_node;
    friend auto operator<=>(const Place&, const Place&) = default;
};

struct Target {
    enum class Kind : std::uint8_t { module, function, class_, variable, external };
    Kind kind = Kind::external;
    ModuleId module;     // of module, variable, function, class_
    FunctionId function; // of function
    ClassId class_;      // of class_
    SymbolId symbol;     // of variable: a symbol of `module` that is assigned rather than defined
    std::string external; // dotted name of something outside of the program
    friend bool operator==(const Target&, const Target&) = default;
};

struct FunctionInfo {
    FunctionId id;
    ModuleId module;
    NodeId node = no_node; // function_definition or lambda
    ScopeId scope;         // that it opens
    std::string name;      // "<lambda>" for lambdas
    std::string qualified_name; // "app.crud.base.CRUDBase.get"; nested ones have "<locals>" as CPython does
    ClassId owner;         // the class in whose body it stands directly; none for lambdas
    FunctionId outer;      // the innermost function in whose body it stands
    bool is_async = false;
    bool is_generator = false;
    bool is_lambda = false;
};

struct ClassInfo {
    ClassId id;
    ModuleId module;
    NodeId node = no_node;
    ScopeId scope;
    std::string name;
    std::string qualified_name;
    FunctionId outer;
    llvm::SmallVector<FunctionId, 8> methods; // in source order, redefinitions included
};

class SymbolTable {
  public:
    [[nodiscard]] const ModuleBindings& bindings(ModuleId id) const { return bindings_[id.value]; }
    [[nodiscard]] llvm::ArrayRef<FunctionInfo> functions() const { return functions_; }
    [[nodiscard]] llvm::ArrayRef<ClassInfo> classes() const { return classes_; }
    [[nodiscard]] const FunctionInfo& function(FunctionId id) const { return functions_[id.value]; }
    [[nodiscard]] const ClassInfo& class_(ClassId id) const { return classes_[id.value]; }
    [[nodiscard]] FunctionId function_at(Place place) const;
    [[nodiscard]] ClassId class_at(Place place) const;
    /// The innermost function whose body (not decorators, not defaults) holds the node, be it in a class body
    /// there; none outside of functions.
    [[nodiscard]] FunctionId enclosing_function(Place place) const;

    /// What a definition stands for: imports are followed to the end. Several targets when branches or
    /// star imports give several; none when what is imported can't be found in the module of the program that
    /// should have it, or when more than one star import from outside may bind the name.
    [[nodiscard]] llvm::SmallVector<Target, 2> resolve(ModuleId module, DefinitionId definition) const;
    /// What an attribute of a module is (`import app.models as m` ... `m.User`): the module's names at its
    /// end, what its star imports bring included, else its submodules.
    [[nodiscard]] llvm::SmallVector<Target, 2> member(ModuleId module, llvm::StringRef name) const;
    /// What a name or a dotted expression (`orm.Session`, `models.User`, `"User"` in quotes is not one) stands
    /// for; empty when it is neither, and for builtins. Follows variables that are plain renamings
    /// (`Db = Session`), and leaves a `None` out that stands in for what could not be imported.
    [[nodiscard]] llvm::SmallVector<Target, 2> resolve_expression(ModuleId module, Node expression) const;
    /// Whether a thing of the program has a name that ends with a dotted one: "app.models.User" with "models.User".
    [[nodiscard]] bool ends_in(const Target& target, llvm::StringRef dotted) const;
    /// The dotted name of the one thing outside of the program that an expression stands for, or ""; the first
    /// where it is imported from one of several places (`except ImportError: from older.place import it`).
    [[nodiscard]] std::string external_name(ModuleId module, Node expression) const;
    /// The module that a dotted import from a module means, or none when it is outside of the program.
    [[nodiscard]] ModuleId find_module(ModuleId importer, llvm::StringRef dotted, unsigned leading_dots = 0) const {
        return index_.find(program_->module(importer), dotted, leading_dots);
    }
    /// The same for what a name that stands for nothing of the program leads to: of `acme.core`, a folder without
    /// `__init__.py`, the module `acme.core.db`.
    [[nodiscard]] ModuleId module_within(ModuleId importer, llvm::StringRef prefix, llvm::StringRef dotted) const {
        return index_.is_prefix(prefix) ? find_module(importer, dotted) : ModuleId();
    }
    /// The dotted names of things outside of the program that its modules import.
    [[nodiscard]] const std::set<std::string>& imported_from_outside() const { return from_outside_; }
    /// Modules that import this one, directly, in order.
    [[nodiscard]] llvm::ArrayRef<ModuleId> importers(ModuleId id) const { return importers_[id.value]; }
    [[nodiscard]] llvm::ArrayRef<ModuleId> imports(ModuleId id) const { return imports_[id.value]; }
    /// How many names and definitions were looked at to link: what it costs, for tests.
    [[nodiscard]] std::size_t steps() const { return steps_; }

  private:
    friend class Linker;
    friend class Resolver;
    using Targets = llvm::SmallVector<Target, 2>;
    const Program* program_ = nullptr;
    ModuleIndex index_;
    std::vector<ModuleBindings> bindings_; // by ModuleId
    std::vector<FunctionInfo> functions_;
    std::vector<ClassInfo> classes_;
    llvm::DenseMap<std::uint64_t, FunctionId> function_at_; // (module << 32 | node)
    llvm::DenseMap<std::uint64_t, ClassId> class_at_;
    llvm::DenseMap<std::uint64_t, Targets> imported_; // (module << 32 | definition), of every import
    std::set<std::string> from_outside_;
    std::size_t steps_ = 0;
    std::vector<std::vector<ModuleId>> importers_;
    std::vector<std::vector<ModuleId>> imports_;
};

/// `bindings` are by ModuleId. `program` must outlive the table.
[[nodiscard]] SymbolTable link(const Program& program, std::vector<ModuleBindings> bindings);

/// One line a module-level name: module, name, targets ("?" where none is found). Then functions and classes.
[[nodiscard]] std::string print_symbols(const Program& program, const SymbolTable& symbols);

} // namespace sqlawait
