// Pass "infer": what every expression is, by fixed point over the whole program.
//
// Each function body, and each module body with its class bodies, is a unit. A unit is
// evaluated over its reaching definitions (binding.h), reads shared slots (parameters,
// returns, yields, attributes of classes, module variables) and writes to them by join;
// units that read a slot that grew are evaluated again. What is known of libraries comes
// from Knowledge, of mapped classes from ModelTable.
//
// Certainty: a type is Proved when no Unknown takes part in it; an annotation that names a
// session, an engine or a mapped class counts as proof. "Likely" means that only a naming
// convention of the configuration (`session-names`) speaks for it: seen and counted, never edited.
#pragma once

#include "analysis/inference/types.h"
#include "analysis/knowledge/knowledge.h"
#include "analysis/linking/linking.h"
#include "analysis/models/models.h"

#include <string>
#include <vector>

namespace sqlawait {

enum class Certainty : std::uint8_t { unknown, likely, proved };

/// One resolved way in which a call may go.
struct CallTarget {
    FunctionId function;      // of the program, or none
    ClassId constructed;      // the class whose construction this is (function: its __init__, or none)
    std::string external;     // canonical dotted name ("sqlalchemy.orm.Session.commit"), or ""
    bool bound = false;       // the first parameter is given by the receiver
};

struct CallInfo {
    NodeId node = no_node; // the call
    llvm::SmallVector<CallTarget, 2> targets;
    bool complete = false; // no Unknown in the callee: there are no other targets
};

struct ParameterInfo {
    std::string name;
    NodeId node = no_node; // the parameter's own node
    NodeId name_node = no_node;
    NodeId annotation = no_node; // the `type` node
    NodeId default_value = no_node;
    enum class Kind : std::uint8_t {
        positional_only,
        plain,
        var_positional,
        keyword_only,
        var_keyword
    } kind = Kind::plain;
};

/// The parameters of a def or lambda, `self` included, in order.
[[nodiscard]] std::vector<ParameterInfo> parameters_of(Node function);

/// Which parameter each argument of a call goes to: by position and keyword; arguments behind
/// a star are left out. `skip` is 1 when the first parameter is bound.
struct ArgumentMatch {
    NodeId argument = no_node; // the expression
    std::size_t parameter = 0; // index into parameters_of()
};
[[nodiscard]] llvm::SmallVector<ArgumentMatch, 4>
match_arguments(Node call, const std::vector<ParameterInfo>& parameters, unsigned skip);

class TypeTable {
  public:
    /// Of any expression node; `TypeStore::nothing` for code that is never reached and for non-expressions.
    [[nodiscard]] TypeId type_of(Place place) const { return types_[place.module.value][place.node]; }
    [[nodiscard]] TypeId parameter(FunctionId function, std::size_t index) const;
    [[nodiscard]] TypeId returned(FunctionId function) const; // of a call: coroutine and generator wrapping included
    [[nodiscard]] TypeId attribute(ClassId class_, llvm::StringRef name) const; // own or inherited
    [[nodiscard]] const TypeStore& store() const { return store_; }
    [[nodiscard]] const CallInfo* call(Place place) const; // null: never evaluated
    /// Calls of a module in source order.
    [[nodiscard]] llvm::ArrayRef<CallInfo> calls(ModuleId module) const { return calls_[module.value]; }

    /// Linearised bases (C3, approximated where Python would refuse), the class itself first; classes of the
    /// program only. `external_bases` are canonical names of outside classes among all of them.
    [[nodiscard]] llvm::ArrayRef<ClassId> linearised(ClassId id) const { return mro_[id.value]; }
    [[nodiscard]] llvm::ArrayRef<std::string> external_bases(ClassId id) const { return external_bases_[id.value]; }
    [[nodiscard]] llvm::ArrayRef<ClassId> subclasses(ClassId id) const { return subclasses_[id.value]; } // direct
    /// The method that `name` is on instances of a class, through its bases; none when not a def.
    [[nodiscard]] FunctionId method(ClassId id, llvm::StringRef name) const;

    /// The class of a class, when the program says so ("metaclass=Meta", inherited too); none: `type`.
    [[nodiscard]] ClassId metaclass(ClassId id) const { return metaclasses_[id.value]; }
    /// What `functools.singledispatch` may call in a function's stead, by decoration with `@function.register`.
    [[nodiscard]] llvm::ArrayRef<FunctionId> implementations(FunctionId id) const;

    /// The fixture that pytest hands to a parameter of a test or of another fixture; none when it is no fixture of
    /// the program.
    [[nodiscard]] FunctionId fixture(FunctionId function, std::size_t parameter) const;

    /// How often a class was asked for one of its names: what inheritance costs, for tests.
    [[nodiscard]] std::size_t lookups() const { return lookups_; }

    /// Whether an expression is certainly (proved) or by convention (likely) a thing with this role.
    [[nodiscard]] Certainty has_role(Place place, Role role) const;
    [[nodiscard]] Certainty has_role(TypeId type, Role role) const;
    /// The mapped class whose instance (or None) this is; none when it is several or not known.
    [[nodiscard]] ClassId mapped_instance(TypeId type) const;

  private:
    friend class Inference;
    const Knowledge* knowledge_ = nullptr;
    const ModelTable* models_ = nullptr;
    const SymbolTable* symbols_ = nullptr;
    TypeStore store_;
    std::size_t lookups_ = 0;
    std::vector<std::vector<TypeId>> types_;       // by module, by node
    std::vector<std::vector<CallInfo>> calls_;     // by module
    std::vector<llvm::DenseMap<NodeId, std::uint32_t>> call_index_;
    std::vector<std::vector<TypeId>> parameters_;  // by function
    std::vector<TypeId> returned_;                 // by function
    std::map<std::pair<FunctionId, std::size_t>, FunctionId> fixtures_; // by function and parameter
    std::vector<std::map<std::string, TypeId, std::less<>>> attributes_; // by class
    std::map<FunctionId, llvm::SmallVector<FunctionId, 2>> implementations_; // of generic functions
    std::vector<std::vector<ClassId>> mro_;
    std::vector<ClassId> metaclasses_; // by class
    std::vector<std::vector<std::string>> external_bases_;
    std::vector<std::vector<ClassId>> subclasses_;
    std::vector<std::map<std::string, FunctionId, std::less<>>> methods_; // by class: own, what a read finds
};

struct InferenceOptions {
    std::vector<std::string> session_names; // of parameters and variables without any other evidence
    std::vector<std::string> session_types; // dotted names of annotations that are sessions too
};

[[nodiscard]] TypeTable infer(const Program& program, const SymbolTable& symbols, const ModelTable& models,
                              const Knowledge& knowledge, const InferenceOptions& options);

/// One line an expression statement, assignment, parameter or return: place, text, type.
[[nodiscard]] std::string print_types(const Program& program, const SymbolTable& symbols, const TypeTable& types);

} // namespace sqlawait
