// What an expression may be: a set of atoms. Sets are capped (then Unknown, "too many"),
// nesting is capped, so that inference by fixed point ends.
//
// Containers, coroutines, queries and results are instances of outside classes with
// arguments: builtins.list[T], builtins.dict[K, V], builtins.tuple[A, B], typing.Coroutine[T],
// (a dictionary of which all keys are known: builtins.dict[K, V, V1, V2, ...], one for each literal of K in order),
// sqlalchemy.orm.Query[row], sqlalchemy.engine.Result[row]. A row that is a single mapped
// entity is that instance; any other row is sqlalchemy.engine.Row[A, B, ...].
#pragma once

#include "analysis/ids.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace sqlawait {

struct Atom {
    enum class Kind : std::uint8_t {
        unknown,           // may be anything
        none,              // None
        module,            // a module of the program
        external,          // something outside, by its dotted name: a module, class or function itself
        external_instance, // an instance of an outside class, with arguments
        class_,            // a class of the program itself
        instance,          // an instance of a class of the program
        function,          // a function of the program; `bound`: its first parameter is already given
        literal,           // a constant string (getattr, dictionary keys) by its value
        type_variable,     // stands for what a generic class or function is used with, by name
    };
    Kind kind = Kind::unknown;
    bool bound = false;       // function: through an instance or a class; type_variable: the class, not an instance
    std::uint32_t id = 0;     // ModuleId, ClassId, FunctionId, or an interned string
    TypeId receiver{};        // bound function, external method: the type of what it is bound to
    std::vector<TypeId> args{}; // external_instance, class_, instance: type arguments; in order
    friend bool operator==(const Atom&, const Atom&) = default;
    friend auto operator<=>(const Atom&, const Atom&) = default;
};

/// Interned sets of atoms. TypeId 0 is "nothing yet" (no atoms), 1 is Unknown. A set that outgrew the caps
/// is "too many" for good: joining anything to it changes nothing, or the fixed point would not end.
class TypeStore {
  public:
    TypeStore();
    static constexpr TypeId nothing{0};
    static constexpr TypeId unknown{1};
    static constexpr TypeId too_many{2}; // one atom of kind unknown, `bound`
    static constexpr unsigned max_atoms = 64; // a base class may have dozens of subclasses, each with its own model
    static constexpr unsigned max_literals = 8; // then they are just strings
    static constexpr unsigned max_depth = 5;

    [[nodiscard]] llvm::ArrayRef<Atom> atoms(TypeId id) const { return types_[id.value]; }
    [[nodiscard]] TypeId make(std::vector<Atom> atoms); // sorts, removes duplicates, caps
    [[nodiscard]] TypeId join(TypeId a, TypeId b);
    [[nodiscard]] TypeId none();
    [[nodiscard]] TypeId module(ModuleId id);
    [[nodiscard]] TypeId external(llvm::StringRef dotted);
    [[nodiscard]] TypeId external_instance(llvm::StringRef class_name, std::vector<TypeId> args = {});
    [[nodiscard]] TypeId class_object(ClassId id, std::vector<TypeId> args = {});
    [[nodiscard]] TypeId instance(ClassId id, std::vector<TypeId> args = {});
    [[nodiscard]] TypeId function(FunctionId id);
    [[nodiscard]] TypeId bound_function(FunctionId id, TypeId receiver);
    [[nodiscard]] TypeId literal(llvm::StringRef value);
    /// A dictionary with these constant keys; too many of them, and it is any dictionary of such values. Joined ones
    /// have the keys of both.
    [[nodiscard]] TypeId record(const std::map<std::string, TypeId>& entries);
    /// What a dictionary holds by constant key; nothing of other atoms.
    [[nodiscard]] std::map<std::string, TypeId> entries(const Atom& atom) const;
    /// What a dictionary holds under a constant key: that entry if its keys are known, else any of its values.
    [[nodiscard]] TypeId entry(const Atom& dictionary, llvm::StringRef key) const;
    /// `as_class`: the class that the variable stands for, not an instance of it.
    [[nodiscard]] TypeId type_variable(llvm::StringRef name, bool as_class);
    /// A method of an outside class, bound to a receiver: "sqlalchemy.orm.Session.query".
    [[nodiscard]] TypeId external_method(llvm::StringRef dotted, TypeId receiver);
    /// Replaces type variables by name.
    [[nodiscard]] TypeId substitute(TypeId id, const std::map<std::string, TypeId, std::less<>>& variables);
    /// The same without None.
    [[nodiscard]] TypeId without_none(TypeId id);

    [[nodiscard]] std::uint32_t intern(llvm::StringRef text);
    [[nodiscard]] llvm::StringRef text(std::uint32_t id) const { return strings_[id]; }

    /// Whether every atom satisfies `test` and there is at least one; None is ignored if another atom is there.
    template <typename Test> [[nodiscard]] bool all(TypeId id, Test test) const {
        bool any = false;
        for (const Atom& atom : atoms(id)) {
            if (atom.kind == Atom::Kind::none)
                continue;
            if (!test(atom))
                return false;
            any = true;
        }
        return any;
    }
    template <typename Test> [[nodiscard]] bool some(TypeId id, Test test) const {
        for (const Atom& atom : atoms(id))
            if (test(atom))
                return true;
        return false;
    }
    [[nodiscard]] bool has_unknown(TypeId id) const {
        return some(id, [](const Atom& atom) { return atom.kind == Atom::Kind::unknown; });
    }
    /// The outside class that this atom is an instance of, or "".
    [[nodiscard]] llvm::StringRef external_class(const Atom& atom) const {
        return atom.kind == Atom::Kind::external_instance ? text(atom.id) : llvm::StringRef();
    }
    [[nodiscard]] std::string to_string(TypeId id) const; // "Session | None"

    /// Names classes and functions in `to_string`; set once by whoever numbers them.
    void set_names(std::vector<std::string> classes, std::vector<std::string> functions,
                   std::vector<std::string> modules);

  private:
    [[nodiscard]] bool is_dictionary(const Atom& atom) const;
    [[nodiscard]] bool is_record(const Atom& atom) const;
    [[nodiscard]] TypeId joined_dictionaries(const Atom& a, const Atom& b);
    [[nodiscard]] unsigned depth(TypeId id) const { return depths_[id.value]; }
    std::vector<std::vector<Atom>> types_;
    std::vector<unsigned> depths_;
    struct Hash {
        std::size_t operator()(const std::vector<Atom>& atoms) const;
    };
    std::unordered_map<std::vector<Atom>, TypeId, Hash> index_;
    llvm::DenseMap<std::uint64_t, TypeId> joined_; // by pairs of ids
    std::vector<std::string> strings_;
    std::map<std::string, std::uint32_t, std::less<>> string_index_;
    std::vector<std::string> class_names_, function_names_, module_names_;
};

} // namespace sqlawait
