// The engine behind `infer`: units, slots and the evaluation of Python code over them.
// Private to this folder; cut by kind of question, one .cpp each:
//   engine.cpp       units, slots, the fixed point          hierarchy.cpp   bases, methods, decorators
//   annotations.cpp  what an annotation says                templates.cpp   what Knowledge says
//   fixtures.cpp     what a test's parameters are given
//   statements.cpp   assignments, loops, with               expressions.cpp names, operators, containers
//   attributes.cpp   object.name                            calls.cpp       callee(arguments)
//   namespaces.cpp   objects that anything may be put on    fallbacks.cpp   handlers of imports that go well
//   evidence.cpp     parameters used as sessions            narrowing.cpp   what conditions say of names
//   decorators.cpp   what a decorator's wrapper is called with
//   arguments.cpp    what arguments bring to parameters     patterns.cpp    match
#pragma once

#include "analysis/inference/inference.h"
#include "analysis/slots.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace sqlawait {

using TypeMap = std::map<std::string, TypeId, std::less<>>;

/// What the decorators of a `def` make of it.
struct FunctionTraits {
    bool is_static = false;
    bool is_class_method = false;
    bool is_property = false;      // property, cached_property, hybrid_property
    bool is_setter = false;        // `@name.setter` and its kin: not what a read finds
    bool takes_value = false;      // `@name.setter`: what an assignment calls
    bool is_overload = false;
    bool is_context_manager = false;
    bool is_async_context_manager = false;
    bool is_fixture = false;
};

struct ParameterSlots {
    std::vector<ParameterInfo> parameters;
    std::vector<bool> locked;  // the annotation is enough: arguments are not joined in
    std::vector<bool> plain;   // annotated as a builtin container of anything
    std::vector<bool> client;  // annotated as a client of which a narrower one may be given: arguments are believed
    std::vector<bool> evident; // used as only a session can be: arguments that can't be seen say nothing
    bool of_other_kind = false; // the first one of a method is annotated as what no instance of its class is
    std::uint32_t first = 0;   // slot of the first one
};

struct ClassTraits {
    std::vector<std::string> variables;    // type parameters, in order
    std::map<ClassId, TypeMap> arguments;  // of each base in the linearisation: its variables in our terms
    std::vector<ParameterInfo> fields;     // of dataclasses and the like: annotated names of the body, in order
    std::vector<ClassId> made;             // classes that this one is a metaclass of
    bool unknown_base = false;
    bool several_bases = false;
    std::vector<ClassId> other_lines; // itself or below, with several bases: only theirs differ behind this class
};

/// Where a test of a name holds, or fails.
struct NameTest {
    NodeId condition = no_node; // or the pattern of a case
    bool holds = true;
    ByteRange where;
    ByteRange rebinds{}; // what is bound here did not pass the test
};
using ModuleTests = llvm::DenseMap<std::uint32_t, llvm::SmallVector<NameTest, 2>>; // by symbol

class Inference {
  public:
    Inference(const Program& program, const SymbolTable& symbols, const ModelTable& models, const Knowledge& knowledge,
              const InferenceOptions& options);
    TypeTable run();

  private:
    // engine.cpp
    void number_slots();
    void seed();
    void settle_doubles();
    void settle_unknown_parameters();
    void evaluate_unit(UnitId unit);
    void finish();
    [[nodiscard]] TypeId read(SlotId slot) { return slots_.read(slot); }
    void write(SlotId slot, TypeId type);
    [[nodiscard]] SlotId definition_slot(ModuleId module, DefinitionId id) const {
        return definition_base_[module.value] + id.value;
    }
    [[nodiscard]] SlotId attribute_slot(ClassId owner, llvm::StringRef name);
    [[nodiscard]] SlotId external_attribute_slot(llvm::StringRef dotted);
    [[nodiscard]] SlotId return_slot(FunctionId id) const { return return_base_ + id.value; }
    [[nodiscard]] SlotId yield_slot(FunctionId id) const { return yield_base_ + id.value; }
    [[nodiscard]] SlotId parameter_slot(FunctionId id, std::size_t index) const {
        return parameters_[id.value].first + static_cast<SlotId>(index);
    }

    // hierarchy.cpp
    void read_traits();
    void read_implementations();
    void read_hierarchy();
    void read_class_bases(ClassId id, std::vector<ClassId>& bases);
    [[nodiscard]] std::vector<ClassId> linearise(ClassId id, std::vector<unsigned>& state);
    [[nodiscard]] std::string dotted_name(ModuleId module, Node expression) const; // builtins included
    void for_each_subclass(ClassId id, const std::function<void(ClassId)>& visit) const;
    [[nodiscard]] TypeMap variables_of(const Atom& instance, ClassId seen_as) const;

    // fixtures.cpp
    void read_fixtures();
    void read_pytest_plugins(const Module& module, llvm::StringRef where);
    void offer_fixtures(ModuleId module, llvm::StringRef where, bool imported);
    [[nodiscard]] std::string fixture_name(const FunctionInfo& info) const;
    [[nodiscard]] FunctionId fixture(ModuleId from, ClassId within, llvm::StringRef name) const;

    // annotations.cpp
    [[nodiscard]] TypeId annotation(ModuleId module, Node node, unsigned depth = 0);
    [[nodiscard]] TypeId annotation_text(ModuleId module, ScopeId scope, llvm::StringRef text, unsigned depth);
    [[nodiscard]] TypeId annotation_target(const Target& target, std::vector<TypeId> args, unsigned depth);
    [[nodiscard]] TypeId plain_instance(llvm::StringRef name);
    [[nodiscard]] TypeId variable_target(const Target& target, Node bound_by, unsigned depth);
    [[nodiscard]] TypeId special_form(llvm::StringRef dotted, std::vector<TypeId> args);
    [[nodiscard]] std::vector<TypeId> annotation_arguments(ModuleId module, llvm::ArrayRef<Node> nodes, unsigned depth);
    [[nodiscard]] TypeId class_of(TypeId instance); // T -> type T
    [[nodiscard]] bool is_informative(TypeId type) const;
    [[nodiscard]] bool is_informative_container(TypeId type) const;
    [[nodiscard]] bool is_open(TypeId type) const;
    [[nodiscard]] bool is_plainer(TypeId value, TypeId annotated) const;
    [[nodiscard]] bool is_foreign(TypeId type) const;

    // templates.cpp
    struct CallFrame {
        Node call;
        TypeId receiver;
        std::vector<TypeId> positional;
        std::vector<std::pair<std::string, TypeId>> keywords;
        bool unpacked = false; // *args or **kwargs were given, and nobody knows all that they hold
        TypeId rest = TypeStore::nothing; // what further positional arguments may be
    };
    [[nodiscard]] TypeId apply_template(llvm::StringRef text, const CallFrame& frame);
    [[nodiscard]] TypeId parse_alternatives(llvm::StringRef& text, const CallFrame& frame);
    [[nodiscard]] TypeId parse_template(llvm::StringRef& text, const CallFrame& frame);
    [[nodiscard]] TypeId parse_function(llvm::StringRef word, llvm::StringRef& text, const CallFrame& frame);
    [[nodiscard]] TypeId receiver_argument(llvm::StringRef which, TypeId receiver);
    [[nodiscard]] TypeId row_of_template(llvm::ArrayRef<TypeId> inner, bool all_arguments, const CallFrame& frame);
    [[nodiscard]] TypeId row_holding(TypeId row);
    [[nodiscard]] TypeId single_of(TypeId row);
    [[nodiscard]] TypeId column_of(TypeId argument);
    [[nodiscard]] TypeId executed(TypeId statement);
    [[nodiscard]] TypeId scalar_of(TypeId row);
    [[nodiscard]] TypeId row_of(const CallFrame& frame);
    [[nodiscard]] TypeId instance_of(TypeId class_type);
    [[nodiscard]] TypeId element_of(TypeId type, unsigned depth = 0);
    [[nodiscard]] TypeId async_element_of(TypeId type, unsigned depth = 0); // of `async for`
    [[nodiscard]] bool is_enum(ClassId id) const;
    [[nodiscard]] bool is_enum_member(ClassId id, llvm::StringRef name) const;
    [[nodiscard]] TypeId awaited(TypeId type);
    [[nodiscard]] TypeId call_result(TypeId callee);
    [[nodiscard]] TypeId injected(TypeId callee); // what a dependency gives: generators and coroutines unwrapped
    [[nodiscard]] TypeId entered(TypeId type, bool asynchronous);
    [[nodiscard]] TypeId column_value(const ColumnInfo& column);

    // arguments.cpp
    [[nodiscard]] TypeId split_literal(Node callee, const CallFrame& frame);
    void unpack_arguments(Node argument, CallFrame& frame);
    [[nodiscard]] std::vector<TypeId> tuple_parts(TypeId type);
    void pass_arguments(FunctionId function, std::size_t skip, const CallFrame& frame, TypeMap& variables);

    // statements.cpp
    void visit_body(Node scope_node);
    void visit(Node statement);
    void visit_children(Node node);
    void visit_assignment(Node node);
    void visit_function_header(Node function);
    void visit_class(Node node);
    void visit_with(Node node);
    void assign(Node target, TypeId value);
    void unpack(llvm::ArrayRef<Node> targets, TypeId value);
    void grow(Node container, llvm::StringRef class_name, std::vector<TypeId> args);
    void grow_keywords(DefinitionId parameter, TypeId grown);
    [[nodiscard]] bool has_narrower_client(TypeId annotated) const;
    void visit_parameters();

    // expressions.cpp
    TypeId evaluate(Node node);
    TypeId evaluate_new(Node node);
    TypeId evaluate_name(Node node);
    TypeId evaluate_definition(ModuleId module, DefinitionId id);
    TypeId evaluate_target(const Target& target);
    [[nodiscard]] TypeId given_by_module(ModuleId importer, Node imported);
    TypeId evaluate_subscript(Node node);
    [[nodiscard]] TypeId entry_of(const Atom& dictionary, llvm::ArrayRef<TypeId> key);
    [[nodiscard]] TypeId field_of(const Atom& atom, llvm::ArrayRef<Node> keys, llvm::ArrayRef<TypeId> key_types);
    TypeId evaluate_comprehension(Node node);
    TypeId evaluate_display(Node node);
    TypeId evaluate_binary(Node node);
    TypeId overloaded(Node node, TypeId left, TypeId right);
    [[nodiscard]] bool is_builtin(Node identifier) const;

    // attributes.cpp
    TypeId evaluate_attribute(Node node);
    TypeId attribute_of(TypeId object, llvm::StringRef name);
    TypeId attribute_of_atom(const Atom& atom, llvm::StringRef name);
    TypeId instance_attribute(const Atom& atom, llvm::StringRef name);
    TypeId class_attribute(const Atom& atom, llvm::StringRef name);
    TypeId subclass_attribute(const Atom& atom, llvm::StringRef name, bool on_class, bool& found);
    TypeId proxied_attribute(ClassId id, const PropertyInfo& property);
    TypeId mapped_attribute(ClassId id, llvm::StringRef name, bool on_class, bool& found);
    TypeId own_attribute(ClassId id, llvm::StringRef name, const Atom& receiver, bool on_class, bool& found);
    [[nodiscard]] bool has_foreign_base(ClassId id) const;
    TypeId super_attribute(const Atom& atom, llvm::StringRef name);
    [[nodiscard]] FunctionId setter_of(ClassId id, llvm::StringRef name) const;
    void write_field(ClassId id, llvm::StringRef name, TypeId value);
    void write_attribute(TypeId object, llvm::StringRef name, TypeId value);

    // namespaces.cpp
    [[nodiscard]] bool is_namespace(llvm::StringRef class_name) const;
    void read_stored_names();
    TypeId namespace_attribute(llvm::StringRef class_name, llvm::StringRef name);
    void fill_namespace(llvm::StringRef class_name, const CallFrame& frame);

    // evidence.cpp
    void read_session_evidence();
    [[nodiscard]] bool names_mapped(ModuleId module, Node argument) const;
    [[nodiscard]] bool is_queried(ModuleId module, SymbolId name, unsigned depth) const;
    [[nodiscard]] bool is_used_as_session(ModuleId module, SymbolId name) const;
    [[nodiscard]] bool is_misnamed(const FunctionInfo& function, const ParameterInfo& parameter) const;
    [[nodiscard]] bool is_of_database(const Atom& atom) const;
    [[nodiscard]] bool may_answer(ClassId id, llvm::StringRef method) const;
    [[nodiscard]] bool is_object_of_other(const Atom& atom, ClassId owner) const;
    [[nodiscard]] TypeId session_instead(const FunctionInfo& function, const ParameterInfo& parameter);
    void write_parameter(FunctionId function, std::size_t index, TypeId type);

    // narrowing.cpp
    void read_tests();
    TypeId narrowed(Node name, SymbolId symbol, DefinitionId definition, TypeId type);
    TypeId after_test(SymbolId symbol, Node condition, bool holds, TypeId type);
    TypeId after_isinstance(TypeId classes, bool holds, TypeId type);
    [[nodiscard]] bool is_of_class(const Atom& atom, const Atom& class_) const;

    // patterns.cpp
    void visit_match(Node node);
    void match(Node pattern, TypeId subject);
    void match_parts(llvm::ArrayRef<Node> parts, TypeId subject);
    void match_class(Node pattern, TypeId subject);
    void capture(Node name, TypeId value);
    [[nodiscard]] TypeId pattern_class(Node pattern);
    [[nodiscard]] TypeId after_match(Node pattern, TypeId subject);

    // decorators.cpp
    void read_class_decorators();
    [[nodiscard]] bool takes_receiver(FunctionId id) const;
    void visit_class_decorator(Node decorator, ClassId id);
    void visit_decorator(Node decorator, FunctionId id);
    void bind_receiver(Node decorator, TypeId callee, FunctionId id);
    void pass_parameters(FunctionId from, FunctionId to);

    // fallbacks.cpp
    void read_fallbacks();
    void read_other_layout(const Module& module, Node statement);
    [[nodiscard]] bool in_fallback(ModuleId module, Node node) const;

    // calls.cpp
    TypeId evaluate_call(Node node);
    void store_all(TypeId object, const CallFrame& frame);
    TypeId call_atom(const Atom& atom, CallFrame& frame, CallInfo& info);
    TypeId call_function(FunctionId id, bool bound, TypeId receiver, CallFrame& frame, CallInfo& info);
    TypeId call_one_function(FunctionId id, bool bound, TypeId receiver, CallFrame& frame, CallInfo& info);
    TypeId call_class(const Atom& atom, CallFrame& frame, CallInfo& info);
    TypeId call_external(const Atom& atom, CallFrame& frame, CallInfo& info);
    [[nodiscard]] TypeId call_with(TypeId callee, CallFrame& frame);
    TypeId call_builtin(llvm::StringRef name, CallFrame& frame, bool& handled);
    void pass_callbacks(const CallFrame& frame);

    // providers.cpp
    [[nodiscard]] TypeId product_of(TypeId type);
    void pass_to_product(const CallFrame& frame);
    [[nodiscard]] std::optional<TypeId> marked(llvm::StringRef marker, llvm::ArrayRef<TypeId> keys);
    [[nodiscard]] TypeId provider_attribute(const Atom& provider, llvm::StringRef name);
    [[nodiscard]] TypeId result_of(FunctionId id); // of a call, wrapping included
    [[nodiscard]] bool carries_program_value(TypeId type) const;
    [[nodiscard]] TypeId foreign(llvm::StringRef name, const CallFrame& frame);

    const Program& program_;
    const SymbolTable& symbols_;
    const ModelTable& models_;
    const Knowledge& knowledge_;
    const InferenceOptions& options_;
    TypeTable table_;
    TypeStore& types_; // = table_.store_
    std::map<std::string, TypeId, std::less<>> bounds_; // of type variables, by name; unknown where several differ

    std::vector<FunctionTraits> traits_; // by function
    std::vector<ParameterSlots> parameters_; // by function
    std::vector<TypeId> return_annotations_; // by function; nothing: none
    std::vector<ClassTraits> class_traits_; // by class
    // (folder with a final "/", module path or qualified name of a class, name)
    std::map<std::pair<std::string, std::string>, FunctionId> fixtures_;

    SlotTable<TypeId> slots_{TypeStore::nothing};
    std::vector<SlotId> definition_base_; // by module
    SlotId return_base_ = 0;
    SlotId yield_base_ = 0;
    std::map<std::pair<std::uint32_t, std::string>, SlotId> attribute_slots_;
    std::map<std::string, SlotId, std::less<>> external_attribute_slots_;
    std::vector<llvm::StringMap<FunctionId>> setters_; // by class: its own
    llvm::StringSet<> stored_names_; // of attributes, anywhere
    bool stores_any_name_ = false; // setattr() with a name that only the run knows, or __dict__.update()
    std::vector<llvm::SmallVector<ByteRange, 1>> fallbacks_; // by module
    std::vector<ModuleTests> tests_; // by module
    std::map<SlotId, TypeId> doubles_; // of parameters: a mock that was handed over
    std::map<SlotId, TypeId> attribute_doubles_; // of attributes of classes: a mock that was put there
    std::set<SlotId> awaited_slots_; // of attributes that may be anything if nothing assigns them

    // The unit being evaluated.
    const Module* module_ = nullptr;
    const ModuleBindings* bindings_ = nullptr;
    FunctionId function_;
};

/// The marker argument of types that only a naming convention speaks for.
inline constexpr llvm::StringLiteral likely_marker = "likely";

} // namespace sqlawait
