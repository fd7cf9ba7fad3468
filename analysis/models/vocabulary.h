// What the names in declarations mean: `db.Column`, a `partial(Column, nullable=False)`, a helper
// function that returns a column, a variable that renames one of these. Evaluates just enough of an
// expression to say which outside function a call comes down to, and with which arguments.
#pragma once

#include "analysis/knowledge/knowledge.h"
#include "analysis/linking/linking.h"
#include "analysis/models/type_text.h"

#include <optional>
#include <string>
#include <vector>

namespace sqlawait {

struct Argument {
    Place value;
    std::string keyword; // "" by position
};

/// A call as it comes down to something outside of the program.
struct Declaration {
    Role role = Role::none;
    std::string name; // canonical outside name, "" when not known
    Place place;      // of the call that stands in the class body
    std::vector<Argument> arguments; // of a partial first; of one keyword the first that is found counts

    [[nodiscard]] std::optional<Place> keyword(llvm::StringRef wanted) const;
    [[nodiscard]] std::optional<Place> positional(std::size_t index) const;
};

class Vocabulary {
  public:
    Vocabulary(const Program& program, const SymbolTable& symbols, const Knowledge& knowledge)
        : program_(program), symbols_(symbols), knowledge_(knowledge) {}

    [[nodiscard]] Node node(Place place) const { return program_.module(place.module).tree.node(place.node); }
    [[nodiscard]] const SymbolTable& symbols() const { return symbols_; }
    [[nodiscard]] const Knowledge& knowledge() const { return knowledge_; }
    [[nodiscard]] const Program& program() const { return program_; }

    /// The canonical name of the outside thing that an expression stands for, or "".
    [[nodiscard]] std::string outside_name(Place expression) const;
    [[nodiscard]] Role role(Place expression) const;
    /// The class of the program that an expression stands for, or none.
    [[nodiscard]] ClassId class_named(Place expression) const;
    /// What a call comes down to; role none when it isn't one that is known.
    [[nodiscard]] Declaration declaration(Place value) const;
    /// The values that are assigned to a variable as a whole.
    [[nodiscard]] llvm::SmallVector<Place, 2> assigned_values(const Target& variable) const;
    /// The expression itself, or what the variable that it names was assigned, when that is one thing.
    [[nodiscard]] Place value_of(Place expression) const;
    /// The values that a function returns, in source order.
    [[nodiscard]] llvm::SmallVector<Place, 2> returned_values(FunctionId function) const;

    /// What a dotted name in an annotation of a scope stands for.
    [[nodiscard]] llvm::SmallVector<Target, 2> resolve_text(ModuleId module, ScopeId scope,
                                                            llvm::StringRef dotted) const;
    /// The canonical outside name of a dotted name in an annotation ("builtins.list"), or "".
    [[nodiscard]] std::string outside_name_of_text(ModuleId module, ScopeId scope, llvm::StringRef dotted) const;

    /// The text of a string literal without interpolations, parts concatenated; nullopt for anything else,
    /// constants that hold one excepted.
    [[nodiscard]] std::optional<std::string> string_value(Place expression) const;
    /// True, False and None (which is false); nullopt for anything else.
    [[nodiscard]] std::optional<bool> flag_value(Place expression) const;

  private:
    [[nodiscard]] std::string outside_name(Place expression, unsigned depth) const;
    [[nodiscard]] Declaration declaration(Place value, unsigned depth) const;
    [[nodiscard]] std::string instance_class(Place expression, unsigned depth) const;
    [[nodiscard]] std::string outside_base(ClassId id, unsigned depth) const;
    [[nodiscard]] std::string unbound_name(ModuleId module, ScopeId scope, llvm::StringRef name) const;
    [[nodiscard]] std::string member_name(llvm::StringRef class_name, llvm::StringRef member) const;

    const Program& program_;
    const SymbolTable& symbols_;
    const Knowledge& knowledge_;
};

/// Without the brackets around it.
[[nodiscard]] Node without_brackets(Node expression);
/// The decorator expressions of a def or class, outermost first.
[[nodiscard]] llvm::SmallVector<Node, 4> decorators_of(Node definition);

} // namespace sqlawait
