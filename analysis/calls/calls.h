// Pass "call": who calls whom, which methods override each other, and how the outside enters
// the program. Built from the calls that inference resolved; adds nothing of its own guessing.
//
// A function that is handed over is *followed* (Entry::transparent) where inference sees the receiver:
// then the calls made through it are edges of their own. Anything else names how it will be called.
#pragma once

#include "analysis/inference/inference.h"

namespace sqlawait {

/// A use of a function other than calling it by name: handed over, stored, decorated.
struct CallEdge {
    FunctionId caller;  // none: module or class level code
    FunctionId callee;
    Place place;        // the call, or the expression that hands the function over
    enum class Kind : std::uint8_t {
        call,       // callee(...)
        dependency, // Depends(callee): the framework calls it for the caller's parameter
        reference,  // handed over, stored or returned: somebody may call it
        property,   // attribute that runs a property, or its setter or deleter
        decorator,  // @callee
        override_,  // no call: same name in a base or subclass
        context,    // `with object`: its __enter__ or __exit__
        iteration,  // `for x in object`, list(object): its __iter__
        operator_,  // len(object), object[key], x in object: another special method
        truth,      // `if object`, `not object`: its __bool__ or __len__
    } kind = Kind::call;
    Entry entry = Entry::unknown; // of `reference`: how the receiver calls it, when known
    /// The expression names the function itself, so that it can name a twin instead; otherwise the
    /// function came here in a variable, a parameter or a table.
    bool direct = false;
};

/// What a property runs when its attribute is not read but written.
enum class Accessor : std::uint8_t { none, setter, deleter };

/// What happens to the attribute or the item that an expression names.
struct PlaceUse {
    bool reads = true;
    bool writes = false; // or deletes
    Accessor writer = Accessor::none;
};
[[nodiscard]] PlaceUse use_of_place(Node expression);

/// Whether Python asks whether the value of an expression is true: a condition, an operand of `and`, `or` and `not`.
[[nodiscard]] bool is_tested(Node expression);

/// How a function is entered from outside of the program.
struct EntryPoint {
    Entry entry = Entry::none;
    bool test = false;  // pytest calls it: a test, or a fixture for every test
    bool migration = false; // in a file of Alembic's: what a schema went through is not rewritten
    std::string reason; // "route of fastapi.APIRouter", "celery task", "no caller in the program, receives a session"
};

/// What a test puts in the place of functions of the program.
struct Replacement {
    std::vector<FunctionId> replaced;
    Place value; // the expression that makes it
};

/// A function that a test replaces by a text: `patch("app.tasks.get_session")`.
struct PatchedName {
    Place text; // the string
    std::vector<FunctionId> replaced;
};

class CallGraph {
  public:
    [[nodiscard]] llvm::ArrayRef<CallEdge> edges() const { return edges_; }
    /// Indices into edges().
    [[nodiscard]] llvm::ArrayRef<std::uint32_t> callers(FunctionId id) const { return callers_[id.value]; }
    [[nodiscard]] llvm::ArrayRef<std::uint32_t> callees(FunctionId id) const { return callees_[id.value]; }
    [[nodiscard]] llvm::ArrayRef<std::uint32_t> module_level() const { return module_level_; }
    /// Framework entries; Entry::none when the program itself calls it or nobody does.
    [[nodiscard]] const EntryPoint& entry(FunctionId id) const { return entries_[id.value]; }
    /// A file of tests or fixtures, or one that only such files import.
    [[nodiscard]] bool is_test_module(ModuleId id) const { return test_modules_[id.value]; }
    /// Methods that must share a calling convention, the function itself included, sorted: some call may go to
    /// either of them. An override that nobody reaches through the base is in no family with it.
    [[nodiscard]] llvm::ArrayRef<FunctionId> family(FunctionId id) const { return families_[family_of_[id.value]]; }
    /// Functions of the tests that are put in the place of this one: called as it is called.
    [[nodiscard]] llvm::ArrayRef<FunctionId> stand_ins(FunctionId id) const { return stand_ins_[id.value]; }
    [[nodiscard]] llvm::ArrayRef<Replacement> replacements() const { return replacements_; }
    [[nodiscard]] llvm::ArrayRef<PatchedName> patched_names() const { return patched_names_; }
    /// Calls whose receiver is not known, by attribute name: they might reach any method of that name.
    [[nodiscard]] llvm::ArrayRef<Place> open_calls(llvm::StringRef name) const;
    /// Whether instances of the class reach code of which nothing is known, so that open calls may meet them.
    [[nodiscard]] bool escapes(ClassId id) const { return escapes_[id.value]; }
    /// Whether a function is read as an attribute (property, cached_property, hybrid_property).
    [[nodiscard]] bool is_property(FunctionId id) const { return properties_[id.value]; }
    /// `@name.setter`, `@name.deleter`.
    [[nodiscard]] Accessor accessor(FunctionId id) const { return accessors_[id.value]; }
    /// Whether a decorator keeps what it gave before (lru_cache).
    [[nodiscard]] bool is_cached(FunctionId id) const { return caches_[id.value]; }
    /// "contextmanager", "asynccontextmanager" or "": what its decorators make of a generator.
    [[nodiscard]] llvm::StringRef context_kind(FunctionId id) const { return contexts_[id.value]; }
    /// Decorators that hand a function to a framework which calls it: a second form must not stand under them.
    [[nodiscard]] llvm::ArrayRef<Place> registrations(FunctionId id) const { return registrations_[id.value]; }
    /// Those of them that give it an address, and take a name for it: `@router.get("/users")`.
    [[nodiscard]] llvm::ArrayRef<Place> routes(FunctionId id) const { return routes_[id.value]; }
    /// Calls that make a scheduler which runs jobs in threads and can be started on the event loop, and what it is
    /// given to run. Its jobs count as awaited, for those that become coroutines need the other scheduler.
    [[nodiscard]] llvm::ArrayRef<Place> loop_schedulers() const { return loop_schedulers_; }
    [[nodiscard]] llvm::ArrayRef<FunctionId> loop_jobs() const { return loop_jobs_; }

  private:
    friend class CallGraphBuilder;
    std::vector<CallEdge> edges_;
    std::vector<std::vector<std::uint32_t>> callers_, callees_;
    std::vector<std::uint32_t> module_level_;
    std::vector<EntryPoint> entries_;
    std::vector<std::vector<FunctionId>> families_;
    std::vector<Replacement> replacements_;
    std::vector<PatchedName> patched_names_;
    std::vector<llvm::SmallVector<FunctionId, 1>> stand_ins_; // by function
    std::vector<std::uint32_t> family_of_;
    std::map<std::string, std::vector<Place>, std::less<>> open_calls_;
    std::vector<bool> test_modules_; // by module
    std::vector<bool> escapes_;     // by class
    std::vector<bool> properties_;  // by function
    std::vector<Accessor> accessors_; // by function
    std::vector<bool> caches_;      // by function
    std::vector<std::string> contexts_;
    std::vector<std::vector<Place>> registrations_, routes_; // by function
    std::vector<Place> loop_schedulers_;
    std::vector<FunctionId> loop_jobs_;
};

/// Outermost expression of which a value is the result unchanged: brackets, `a if c else b`, `a or b`,
/// walrus.
[[nodiscard]] Node value_position(Node expression);

/// Whether a call's arguments could be those of a function, as far as counts and keywords tell.
[[nodiscard]] bool arguments_fit(Node call, llvm::ArrayRef<ParameterInfo> parameters, bool bound);

[[nodiscard]] CallGraph build_call_graph(const Program& program, const SymbolTable& symbols, const TypeTable& types,
                                         const Knowledge& knowledge);
[[nodiscard]] std::string print_calls(const Program& program, const SymbolTable& symbols, const CallGraph& calls);

} // namespace sqlawait
