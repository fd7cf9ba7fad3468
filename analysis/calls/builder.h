// The maker of the call graph. Private to this folder, one step a .cpp:
//   call_graph.cpp  calls and properties                       references.cpp  functions handed over
//   operators.cpp   special methods that syntax and builtins run
//   entries.cpp     decorators and framework conventions       families.cpp    overrides
//   protocols.cpp   what may stand for a protocol
//   open_calls.cpp  calls on unknown receivers, what escapes
//   replacements.cpp  what tests put in a function's place
//   schedulers.cpp  jobs that a scheduler runs on the event loop
//   dynamic_attributes.cpp  getattr with a name that is made at run time
#pragma once

#include "analysis/calls/calls.h"

#include <set>

namespace sqlawait {

class CallGraphBuilder {
  public:
    CallGraphBuilder(const Program& program, const SymbolTable& symbols, const TypeTable& types,
                     const Knowledge& knowledge)
        : program_(program), symbols_(symbols), types_(types), knowledge_(knowledge) {}
    CallGraph build();

  private:
    // call_graph.cpp
    void read_module(const Module& module);
    void read_call(Node call);
    void read_attribute(Node node);
    void add(CallEdge edge);
    void index();
    [[nodiscard]] Place place(Node node) const { return {module_->id, node.id()}; }
    [[nodiscard]] bool names_directly(Node expression, FunctionId function) const;

    // operators.cpp
    void read_builtin(Node call);
    void read_iteration(Node iterable);
    void read_subscript(Node subscript);
    void read_comparison(Node comparison);
    void read_truth(Node tested, Node place);
    bool special_method(Node object, llvm::StringRef name, Node place, CallEdge::Kind kind);
    void read_entered(Node call);

    // references.cpp
    [[nodiscard]] Entry entry_of_table(Node table) const;
    [[nodiscard]] bool names_override(Node node) const;
    void read_reference(Node node);
    void gather_functions(TypeId type, unsigned depth, std::vector<FunctionId>& out) const;
    [[nodiscard]] Entry entry_of_argument(Node call, Node argument) const;
    void read_dependency(Node argument, FunctionId owner);
    void read_dependencies_of(FunctionId function);
    void read_dependencies_in(FunctionId function, const Module& module, Node expression, unsigned depth);

    // replacements.cpp
    void read_replacements(const Module& module);
    void replace(llvm::ArrayRef<FunctionId> replaced, Node value);
    [[nodiscard]] std::vector<FunctionId> functions_at(TypeId object, llvm::StringRef name) const;
    [[nodiscard]] std::vector<FunctionId> functions_named(llvm::StringRef dotted) const;
    [[nodiscard]] Node made_as(Node value) const;

    // dynamic_attributes.cpp
    void read_dynamic_attribute(Node call);
    void read_dynamic_use(Node use, const std::vector<FunctionId>& functions);

    // entries.cpp
    void read_traits();
    void read_decorators(const FunctionInfo& function);
    [[nodiscard]] bool unknown_test_class(ClassId owner) const;
    void read_conventions(const Module& module);
    void read_external_bases();
    void enter(FunctionId id, Entry entry, std::string reason, bool test = false);
    void find_test_modules();

    // schedulers.cpp
    void find_loop_schedulers();
    [[nodiscard]] bool is_background_scheduler(TypeId type) const;
    [[nodiscard]] bool runs_on_loop(FunctionId id, std::set<FunctionId>& seen) const;

    // families.cpp
    void unite_families();

    // protocols.cpp
    [[nodiscard]] bool is_protocol(ClassId id) const;
    /// Whether some call that suits one of them suits the other.
    [[nodiscard]] bool may_stand_for(FunctionId method, FunctionId declared) const;
    [[nodiscard]] bool names_no_protocol(const Module& module, Node annotation) const;
    [[nodiscard]] bool stays_in_sight(const Module& module, Node node) const;
    /// By class: whether its objects, or it itself, get to where their class is not known, or come from there.
    [[nodiscard]] std::vector<bool> classes_out_of_sight() const;

    // open_calls.cpp
    void read_open_calls();
    void escape(TypeId type, unsigned depth);
    [[nodiscard]] bool goes_unknown(Node call) const;

    const Program& program_;
    const SymbolTable& symbols_;
    const TypeTable& types_;
    const Knowledge& knowledge_;
    CallGraph graph_;
    const Module* module_ = nullptr; // the one being read
};

/// What is known of an outside callable, whether function, class or method ("owner.method").
struct KnownCallable {
    const FunctionKnowledge* function = nullptr;
    const ClassKnowledge* class_ = nullptr;
    const MemberKnowledge* member = nullptr;
    explicit operator bool() const { return function != nullptr || class_ != nullptr || member != nullptr; }
    [[nodiscard]] llvm::ArrayRef<Callback> callbacks() const;
    [[nodiscard]] Entry decorates() const;
    [[nodiscard]] llvm::StringRef context() const;
};
[[nodiscard]] KnownCallable known_callable(const Knowledge& knowledge, llvm::StringRef dotted);

} // namespace sqlawait
