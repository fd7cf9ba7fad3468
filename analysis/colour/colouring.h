// The maker of the colour table. Private to this folder, one step a .cpp:
//   colouring.cpp     the order of the steps         sites.cpp       where I/O is done
//   values.cpp        engines, factories, aliases    sessions.cpp    which functions are given a session
//   conversions.cpp   where an await goes            consumers.cpp   who uses up a generator
//   callbacks.cpp     functions that are handed over closure.cpp     what follows from the sites
//   obstacles.cpp     why a function can't be async  bridges.cpp     calls of such functions from async code
//   demand.cpp        roots, what they need          result.cpp      names, reasons, the frozen table
//   conflicts.cpp     forms that cannot be           held.cpp        engines and factories in attributes
//   flexible_roots.cpp  scripts and tests follow what they call
//   factories.cpp     functions that make functions
//   registrations.cpp   decorators that hand a function to who calls it
//   lent.cpp            sessions of tests that stay synchronous
//   class_twins.cpp   classes of which both forms are needed
//   methods.cpp       methods that Python itself runs, and never awaits
//   waiting.cpp       functions that have nothing to await
#pragma once

#include "analysis/calls/overrides.h"
#include "analysis/colour/colour.h"
#include "analysis/colour/foundation.h"

#include <optional>
#include <set>

namespace sqlawait {

/// Why something has no async form.
struct Obstacle {
    std::string text;
    Place place;
    bool kept = false; // it is sync for good, nobody has to do anything about it
    bool opaque = false; // code of which nothing is known gets a session
};

/// What it takes for one call (or other use) to be made from async code.
struct ConversionPlan {
    std::vector<std::pair<Place, Conversion>> conversions;
    std::optional<Obstacle> obstacle;
};

/// Where the sessions come from that a function works with.
enum class SessionSource : std::uint8_t {
    own,      // it makes them itself, or has none
    received, // parameters, attributes of self, variables of an outer function
    global    // a module-level variable that something else fills
};

/// What the second form of a function is called.
inline constexpr llvm::StringLiteral sync_suffix = "_sync", async_suffix = "_async", class_suffix = "Sync";

/// The name of the asynchronous form of a module-level engine, factory or alias.
[[nodiscard]] std::string async_value_name(llvm::StringRef name);

/// Whether an outside function uses up an iterable before it returns.
[[nodiscard]] bool uses_up(llvm::StringRef dotted);

/// The nearest scope from here outward that names are bound in: not that of type parameters.
[[nodiscard]] ScopeId enclosing_scope(const ModuleBindings& bindings, ScopeId from);

class Colouring {
  public:
    Colouring(const Program& program, const SymbolTable& symbols, const Knowledge& knowledge, const TypeTable& types,
              const CallGraph& calls, const QueryFlow& queries, const ColourOptions& options)
        : program_(program), symbols_(symbols), knowledge_(knowledge), types_(types), calls_(calls), queries_(queries),
          options_(options) {}
    ColourTable run();

  private:
    struct State {
        bool io = false;       // performs session I/O, itself or below
        bool coloured = false; // its text differs between its forms
        bool makes_session = false;
        SessionSource source = SessionSource::own;
        bool captures = false; // it reads a session of the function around it
        bool receives = false; // parameters, `self` or variables of an outer function hold a session
        bool inlined = false;  // a lambda whose body is written where it was handed over
        bool written_as_def = false; // a lambda with a name of its own, of which a function can be made
        std::string ordinary; // Python runs it without awaiting: the method that takes its place; "" none does
        bool hoisted = false; // such a lambda without a name: the function stands in front of the statement
        IteratorForm iterator = IteratorForm::none;
        std::string factory;  // of `__post_init__`: what makes instances in its asynchronous form
        std::optional<Obstacle> by_python; // why none does
        std::optional<Obstacle> obstacle; // no async form
        bool possible = true;             // after propagation
        bool root = false;
        Form want;
        FunctionId async_form; // that stands beside it already
        bool asked_async = false; // somebody needs that
        bool formed_by_calls = false; // the code that names it says nothing about the form that is meant
        bool fixed_sync_name = false; // code that is not edited names the sync form
        // The first demand of each form: from which function, or the root's reason.
        FunctionId sync_from, async_from;
        std::string sync_reason, async_reason;
        bool sync_kept = false;
        bool untouched = false; // not a byte of it may change
        bool unedited = false; // a change of it was declined
    };
    struct PlannedUse {
        std::uint32_t edge = 0;
        ConversionPlan plan;
    };
    struct Bridge {
        Place session; // the argument that is one
        ConversionPlan plan;
    };
    struct ValueState {
        std::optional<Obstacle> obstacle;
        std::vector<std::pair<FunctionId, Place>> readers; // none: module level
        std::vector<FunctionId> makers; // functions that fill it
        bool only_depends = false; // its forms differ in the functions that it names, if at all
        std::vector<std::uint32_t> used_by;                // values whose definition reads this one
    };

    /// An engine or a factory in an attribute of a class or of its instances: it has one form, that of who reads it.
    struct Held {
        ClassId owner;
        std::string name;
        Place definition; // the first
        std::vector<FunctionId> makers;
        std::vector<std::pair<FunctionId, Place>> readers; // makers included
        Form form;
        std::optional<Obstacle> obstacle;
    };

    /// An expression that names a class whose instances hold a session.
    struct ClassUse {
        ClassId class_;
        Place place;
        FunctionId function; // in whose text it stands, header and decorators included; none: module or class level
    };

    // colouring.cpp
    void find_wrappers();

    // factories.cpp
    void find_factories();
    void demand_maker(FunctionId id, bool async);
    [[nodiscard]] bool is_made(FunctionId id) const;
    [[nodiscard]] bool leaves_form_open(const CallEdge& edge) const;

    // methods.cpp
    void find_iterators();
    [[nodiscard]] IteratorForm iterator_form(const FunctionInfo& function) const;
    void find_ordinary();
    [[nodiscard]] Node only_decorator(const FunctionInfo& function) const;
    [[nodiscard]] bool is_cached_property(const FunctionInfo& function) const;
    [[nodiscard]] std::vector<ClassId> relatives(ClassId id) const;
    [[nodiscard]] std::string free_method_name(llvm::ArrayRef<ClassId> classes,
                                               llvm::ArrayRef<std::string> wanted) const;
    [[nodiscard]] std::string ordinary_obstacle(const FunctionInfo& function) const;
    [[nodiscard]] std::optional<Place> hidden_maker(ClassId id) const;
    [[nodiscard]] bool always_runs(const Module& module, Node object, FunctionId method) const;
    [[nodiscard]] bool is_tested_by_call(const Module& module, Node call) const;
    void plan_operator(const Module& module, Node at, FunctionId callee, ConversionPlan& plan);
    void plan_truth(const Module& module, Node at, FunctionId callee, ConversionPlan& plan);
    void plan_written(const Module& module, Node at, FunctionId callee, ConversionPlan& plan);
    void plan_construction(const Module& module, Node call, FunctionId callee, ConversionPlan& plan);
    void find_open_writes();

    // class_twins.cpp
    void find_class_uses();
    [[nodiscard]] std::vector<ClassUse> named_classes(llvm::function_ref<bool(ClassId)> wanted) const;
    [[nodiscard]] bool hands_on_class(FunctionId hook) const;
    [[nodiscard]] bool only_adds_methods(const ClassInfo& info, Node decorator) const;
    void find_written_class_attributes();
    void find_module_instances();
    void find_missing_methods();
    [[nodiscard]] std::optional<Obstacle> class_obstacle(const ClassInfo& info) const;
    [[nodiscard]] bool is_followed(const ClassUse& use) const;
    [[nodiscard]] bool is_given(const ClassUse& use) const;
    [[nodiscard]] bool is_override(const ClassUse& use) const;
    void find_async_classes();
    [[nodiscard]] ClassId find_async_class(const ClassInfo& info) const;
    [[nodiscard]] FunctionId text_owner(const Module& module, Node node) const;
    using Makers = std::vector<std::vector<std::pair<FunctionId, Place>>>; // by class
    struct Instances {
        std::vector<Form> made; // by class, of it and of those below it
        std::vector<bool> given_sync; // by class: a framework gives them to synchronous code
        Makers makers;
    };
    [[nodiscard]] Instances find_instances() const;
    [[nodiscard]] bool is_unused_default(const CallEdge& edge, bool async) const;
    [[nodiscard]] bool has_two_texts(ClassId id) const;
    [[nodiscard]] bool has_own_text(FunctionId id) const;
    [[nodiscard]] bool is_asked_sync(ClassId id) const;
    bool find_class_twins();
    bool keep_unmade(const ClassInfo& info);
    bool find_holder_conflicts();
    bool find_handed_methods(const std::vector<bool>& twins);
    void demand_class_twins();
    [[nodiscard]] bool keeps_sync_name(ClassId id) const;
    [[nodiscard]] bool is_static(const FunctionInfo& function) const;
    [[nodiscard]] bool is_barred(FunctionId id, bool async) const;
    void colour_class_twins(ColourTable& table);
    void form_outside(const ClassUse& use, ColourTable::NamedClass& named) const;

    // registrations.cpp
    void find_registrations();
    [[nodiscard]] bool is_registration(FunctionId id, FunctionId decorator) const;
    [[nodiscard]] bool is_switched(FunctionId id) const;
    [[nodiscard]] bool is_under_switch(const FunctionInfo& function) const;
    void demand_registrations();
    bool find_registration_conflicts();

    // sites.cpp
    void find_sites();
    void find_chain_sites();
    [[nodiscard]] std::string refusal_of_session_class(Place chain) const;
    void find_call_site(const Module& module, const CallInfo& call);
    void find_scope_site(const Module& module, Node item);
    void add_site(IoSite site);

    // values.cpp
    void find_values();
    void find_readers();
    void read_session_names(const Module& module);
    [[nodiscard]] std::optional<Obstacle> making_obstacle(Place expression) const;
    [[nodiscard]] std::uint32_t value_around(Place place) const; // index, or none_index
    [[nodiscard]] bool is_value_role(TypeId type, unsigned depth) const;
    [[nodiscard]] Role value_role(TypeId type, unsigned depth) const;
    [[nodiscard]] bool in_container(TypeId type, unsigned depth, llvm::function_ref<bool(TypeId)> test) const;

    // sessions.cpp
    void find_sources();
    [[nodiscard]] bool is_session_like(TypeId type) const;
    [[nodiscard]] bool makes_sessions(TypeId type) const; // an engine or a factory
    void raise_source(FunctionId id, SessionSource source);

    // conversions.cpp
    void plan_uses();
    [[nodiscard]] ConversionPlan plan_use(const CallEdge& edge);
    [[nodiscard]] ConversionPlan plan_site(const IoSite& site);
    void climb(const Module& module, Node from, ConversionPlan& plan);
    void plan_value(const Module& module, Node expression, Conversion conversion, ConversionPlan& plan);
    void plan_call(const Module& module, Node call, const FunctionInfo& callee, ConversionPlan& plan);
    void plan_coroutine(const Module& module, Node call, ConversionPlan& plan);
    void plan_handed_over(const CallEdge& edge, ConversionPlan& plan);
    void plan_key(const Module& module, Node call, Node key, ConversionPlan& plan);
    void plan_applied(const Module& module, Node call, Node applied, ConversionPlan& plan);
    [[nodiscard]] bool is_applied(const CallEdge& edge) const;
    [[nodiscard]] bool has_name(const FunctionInfo& lambda) const;
    [[nodiscard]] bool may_be_hoisted(const FunctionInfo& lambda) const;
    [[nodiscard]] Node call_handed_to(const Module& module, Node expression) const;
    [[nodiscard]] bool is_key(const CallEdge& edge) const;
    [[nodiscard]] bool is_bridge(const CallEdge& edge) const;
    [[nodiscard]] bool is_worker_call(const CallEdge& edge) const;
    [[nodiscard]] bool is_called_in_place(const CallEdge& edge) const;
    [[nodiscard]] bool is_passed_on(const FunctionInfo& lambda, Node call) const;
    [[nodiscard]] unsigned count_calls(const Module& module, Node region, llvm::StringRef callee) const;
    void plan_next(const Module& module, Node call, ConversionPlan& plan);
    void plan_generator_expression(const Module& module, Node generator, ConversionPlan& plan);
    [[nodiscard]] std::string outside_callee(const Module& module, Node call) const;
    [[nodiscard]] bool is_mixed(Place call) const;
    [[nodiscard]] bool turns(FunctionId id) const;
    void refuse(ConversionPlan& plan, const Module& module, Node node, std::string text) const;

    // consumers.cpp
    void plan_async_iterable(const Module& module, Node iterable, ConversionPlan& plan, unsigned depth = 0);
    /// A call of something outside that takes all there is of an iterable.
    [[nodiscard]] bool collects_iterable(const Module& module, Node call) const;
    /// pipelines.cpp: `f(g())` is the same with a list of what `g` yields.
    [[nodiscard]] bool may_be_collected(const Module& module, Node generator) const;
    [[nodiscard]] bool works_before_first_item(FunctionId id) const;
    [[nodiscard]] bool only_iterates(const Module& module, Node call, Node argument, unsigned depth) const;
    [[nodiscard]] bool is_used_up_here(const Module& module, Node value, unsigned depth) const;
    void plan_async_context(const Module& module, Node value, ConversionPlan& plan);
    [[nodiscard]] bool is_counted_loop(const Module& module, Node call) const;
    void plan_variable(const Module& module, Node target, ConversionPlan& plan, unsigned depth);

    // obstacles.cpp
    void find_obstacles();
    void find_handed_sessions();
    void find_planted_sessions();
    void find_refused_builders();
    [[nodiscard]] bool is_missing(const Module& module, Node callee) const;
    void find_keep_sync();
    [[nodiscard]] std::string value_name(const ColouredValue& value) const;
    void find_refused_reads();
    void find_open_reads();
    void find_lost_functions();
    void obstruct(FunctionId id, std::string text, Place place, bool kept = false, bool opaque = false);
    [[nodiscard]] bool hands_on(const FunctionInfo& lambda) const;
    [[nodiscard]] std::string method_obstacle(const FunctionInfo& function) const;
    [[nodiscard]] bool is_of_metaclass(const FunctionInfo& function) const;
    [[nodiscard]] bool is_kept_by_name(const FunctionInfo& function) const;

    // bridges.cpp
    void find_bridges();
    [[nodiscard]] bool is_finished(TypeId type) const;
    [[nodiscard]] bool is_plain_argument(const Module& module, Node value) const;
    [[nodiscard]] Node session_argument(const Module& module, Node call) const;
    [[nodiscard]] bool is_bridged(std::uint32_t edge) const;
    void find_thread_users();

    // demand.cpp
    void close_io();
    [[nodiscard]] bool is_abstract(const FunctionInfo& function) const;
    [[nodiscard]] std::vector<FunctionId> overrides_of(const FunctionInfo& function) const;
    void close_colour();
    void spread_obstacles();
    [[nodiscard]] bool has_forms_by_name(FunctionId decorated, FunctionId wrapper) const;
    void spread_from(FunctionId id, std::vector<FunctionId>& work);
    void spread_uses();
    bool spread_values();
    [[nodiscard]] bool gives_session(FunctionId id) const;
    [[nodiscard]] bool gives_session(TypeId type, unsigned depth) const;
    void find_roots();
    void demand(FunctionId id, bool async, FunctionId from, const std::string& reason, bool kept);
    void spread(FunctionId id, bool async);
    void demand_value(std::uint32_t value, bool async);
    [[nodiscard]] bool follows_value(FunctionId id) const;
    bool find_value_conflicts();
    [[nodiscard]] bool is_entered_synchronously(FunctionId id) const;

    // held.cpp
    void find_held();
    void demand_held(std::uint32_t index, bool async);
    [[nodiscard]] bool provides_session(TypeId type, unsigned depth) const;
    [[nodiscard]] ClassId class_of_body(const Module& module, Node statement) const;
    void write_held(ColourTable& table) const;
    bool find_held_conflicts();
    void demand_module_level();
    void demand_module_edge(const CallEdge& edge);
    [[nodiscard]] bool is_decoration(const CallEdge& edge) const;
    void demand_open_calls();
    void settle();
    [[nodiscard]] bool hands_out_async_value(FunctionId id) const;
    [[nodiscard]] bool needs_async_only(FunctionId id) const;
    [[nodiscard]] bool constructs_async(const FunctionInfo& function) const;
    [[nodiscard]] bool hands_session(Place call) const;
    void settle_uncalled(const FunctionInfo& function);
    void settle_inner();
    // flexible_roots.cpp
    [[nodiscard]] bool is_run_by_click(FunctionId id) const;
    [[nodiscard]] bool is_command(FunctionId id) const;
    [[nodiscard]] bool takes_session_of_caller(const FunctionInfo& function) const;
    [[nodiscard]] std::set<FunctionId> run_loops() const;
    void demand_scripts();
    void demand_tests();
    [[nodiscard]] std::vector<bool> choose_colours(llvm::ArrayRef<FunctionId> roots,
                                                   llvm::function_ref<bool(const CallEdge&)> joins);
    [[nodiscard]] bool is_test_module(ModuleId id) const;
    [[nodiscard]] bool is_test_code(FunctionId id) const;
    [[nodiscard]] bool stays_for_others(FunctionId caller, FunctionId callee) const;

    [[nodiscard]] bool is_async_form(FunctionId id) const;
    [[nodiscard]] bool differ_in_session(FunctionId id, FunctionId other) const;
    [[nodiscard]] FunctionId find_async_form(const FunctionInfo& function) const;
    [[nodiscard]] bool has_async_form(const ColouredValue& value) const { return bool(async_definition(value)); }
    [[nodiscard]] Node async_definition(const ColouredValue& value) const;
    [[nodiscard]] bool depends_on_async(FunctionId id) const;
    [[nodiscard]] bool gives_asynchronous(FunctionId id) const;
    [[nodiscard]] bool may_be_given_session(FunctionId id) const;
    void work_off();
    bool find_conflicts();
    bool find_table_conflicts();
    bool find_mixed_conflicts();
    bool find_web_conflicts();
    bool find_fixture_conflicts();
    bool find_variable_conflicts();
    bool find_inner_conflicts();
    [[nodiscard]] bool is_called(FunctionId id) const;
    [[nodiscard]] bool names(const CallEdge& edge) const;
    [[nodiscard]] bool is_handed_over(FunctionId id) const;
    [[nodiscard]] bool is_in_table(FunctionId id) const;
    [[nodiscard]] bool is_main_guarded(Place place) const;
    [[nodiscard]] bool is_own(FunctionId id) const { return state(id).source == SessionSource::own; }

    // lent.cpp
    void find_lent_sessions(ColourTable& table) const;
    [[nodiscard]] bool depends_synchronously(FunctionId function, FunctionId dependency) const;
    [[nodiscard]] bool overrides_sync_form(const CallEdge& edge) const;
    void find_second_override(ColourTable& table, FunctionId dependency, FunctionId given, Place holder) const;
    [[nodiscard]] bool names_synchronous(Place expression) const;
    // waiting.cpp
    [[nodiscard]] bool may_be_idle(const FunctionInfo& function) const;
    void find_idle();

    // result.cpp
    ColourTable finish();
    void name_forms(ColourTable& table);
    void explain(ColourTable& table);
    void record_conversions(ColourTable& table);
    void record_iterators(ColourTable& table) const;
    void colour_classes(ColourTable& table);
    void record_names(ColourTable& table);
    [[nodiscard]] std::vector<FormPair> form_pairs() const;
    [[nodiscard]] std::vector<std::string> chain(FunctionId id, bool async) const;

    [[nodiscard]] State& state(FunctionId id) { return states_[id.value]; }
    [[nodiscard]] const State& state(FunctionId id) const { return states_[id.value]; }
    [[nodiscard]] const Module& module_of(Place place) const { return program_.module(place.module); }
    [[nodiscard]] Node node(Place place) const { return module_of(place).tree.node(place.node); }
    /// The function whose code or header holds a place.
    [[nodiscard]] FunctionId owner(Place place) const;
    [[nodiscard]] bool is_special(llvm::StringRef name) const { return name.starts_with("__") && name.ends_with("__"); }

    static constexpr std::uint32_t none_index = 0xFFFFFFFFU;
    // Classes are asked anew this often which forms they have; what they had last then stands.
    static constexpr unsigned max_class_rounds = 20;

    const Program& program_;
    const SymbolTable& symbols_;
    const Knowledge& knowledge_;
    const TypeTable& types_;
    const CallGraph& calls_;
    const QueryFlow& queries_;
    const ColourOptions& options_;

    std::vector<State> states_; // by function
    std::vector<IoSite> sites_;
    bool uses_database_ = false; // something in a function does
    std::set<Place> site_places_;
    std::vector<ConversionPlan> site_plans_;
    std::vector<PlannedUse> uses_; // by edge, only those that need a conversion
    std::map<std::uint32_t, std::size_t> use_of_edge_;
    std::map<std::uint32_t, Bridge> bridges_; // by edge
    std::vector<ColouredValue> values_;
    std::vector<ValueState> value_states_;
    struct Registration {
        Place decorator;
        FunctionId by; // none: something outside of the program
        bool gives_it = true; // what it was handed, as it is
    };
    std::vector<std::vector<Registration>> registrations_; // by function
    std::vector<DependencyOverride> overrides_; // of tests
    std::set<Place> depended_on_; // arguments of `Depends(...)`
    std::map<std::pair<ModuleId, SymbolId>, std::uint32_t> value_index_;
    std::vector<std::vector<std::uint32_t>> values_read_; // by function: read or filled
    std::vector<Held> held_;
    std::vector<std::vector<std::uint32_t>> held_read_; // by function: read or filled
    bool demanded_by_value_ = false; // while functions that fill a value are asked for its form
    std::set<std::uint32_t> module_read_values_;
    std::vector<bool> holds_session_; // by class
    std::vector<ClassUse> class_uses_, constructor_uses_;
    std::vector<std::optional<Obstacle>> class_obstacles_; // by class: why it cannot stand twice
    std::vector<ClassId> async_classes_; // by class: its asynchronous form, where that stands beside it
    std::vector<Form> made_; // by class: in which forms there are instances
    std::vector<bool> class_twins_, given_sync_; // by class
    std::vector<bool> makes_twin_; // by function: it makes instances of such a class
    std::vector<std::optional<Form>> class_forms_; // by class: of one with a twin in its family, its own forms
    unsigned class_rounds_ = 0;
    std::vector<std::set<FunctionId>> holder_users_; // by class: who reads a session of its instances
    std::vector<bool> idle_; // by function: its asynchronous form awaits nothing
    std::vector<bool> settled_; // by function, while tests are looked at: something else decided on it
    std::vector<bool> uses_threads_; // by function: with a session, itself or below
    std::vector<std::uint32_t> script_calls_; // edges under `if __name__ == "__main__"`
    std::map<Place, FunctionId> main_calls_; // under `if __name__ == "__main__"`
    std::vector<llvm::SmallVector<FunctionId, 1>> decorators_of_; // by function: of the program
    // By function: those that a decorator's inner function wraps, and the inner functions that wrap it.
    std::vector<std::vector<FunctionId>> wrapped_by_, wrappers_of_;
    std::vector<bool> makes_functions_; // by function: what it gives is used elsewhere, and has two forms
    std::vector<bool> makes_roots_; // by function: routes among them
    std::vector<std::vector<FunctionId>> inner_; // by function: those directly inside
    std::vector<std::vector<std::uint32_t>> value_edges_; // by value: calls in its definition
    std::vector<std::pair<FunctionId, bool>> work_; // demands to be spread: async or not
};

} // namespace sqlawait
