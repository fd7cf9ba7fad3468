// Pass "colour": which functions run on which session; who must become async; who can't, and why.
//
// Specialisation by demand. Nodes are functions and module-level values (engines, session
// factories). Roots have a colour: async where the framework awaits or where nobody in the
// program calls a function that receives a session; sync where it can't be otherwise (Celery,
// threads, module level, keep-sync). Colour flows from roots to what they call or use. A node
// demanded only async is rewritten in place, only sync is left alone, both gets a twin. A node
// whose async form is impossible (a property, a lambda in a sort key ...) makes its async callers
// sync again, up to the roots; each refusal carries its reason chain.
// Nodes without I/O need no colour: they are shared by both.
//
// Where a plain `await` in front of a call is not the whole change (a generator that becomes
// asynchronous, a generator expression that holds an await ...) the pass decides on a *conversion*;
// what it can convert and what the rules write is therefore one and the same list.
#pragma once

#include "analysis/colour/doubles.h"
#include "analysis/colour/leftovers.h"
#include "analysis/queries/queries.h"

namespace sqlawait {

struct Form {
    bool sync = false;  // demanded by a sync root
    bool async = false; // demanded by an async root
    [[nodiscard]] bool twin() const { return sync && async; }
    friend bool operator==(Form, Form) = default;
};

/// A synchronous I/O operation on a session, engine or connection, or the terminal of a query chain.
struct IoSite {
    Place place;           // the call (or iterated expression) that does the I/O
    FunctionId function;   // none: module level
    std::string operation; // "query.first", "session.commit", "engine.connect"
    Certainty certainty = Certainty::unknown;
    std::uint32_t chain = 0xFFFFFFFFU; // index into QueryFlow::chains() of a terminal
    std::string refusal;   // the operation has no async counterpart: why; "" it has
    /// A request of a test's client, or its block: it runs the application, which uses the database.
    [[nodiscard]] bool is_request() const { return llvm::StringRef(operation).starts_with("http_client."); }
};

/// What the async form of the surrounding function does to a node.
enum class Conversion : std::uint8_t {
    await_,            // any expression: `await X`
    await_maybe,       // a call that gives a coroutine for some of its targets: await what is awaitable
    async_for,         // for_statement or for_in_clause: `async for`
    async_with,        // with_item: `async with`
    collect,           // an iterable that became asynchronous, used up at once: `[item async for item in X]`
    list_display,      // generator_expression, used up at once: `[...]`
    first_match,       // any(E for ...): `await anext((True for ... if E), False)`
    no_mismatch,       // all(E for ...): `await anext((False for ... if not E), True)`
    any_item,          // any(X) over an asynchronous X: `await anext((True async for item in X if item), False)`
    all_items,         // all(X) likewise
    anext,             // next(X) or next(X, default): `await anext(X)`
    yield_each,        // the statement `yield from X`: `async for item in X: yield item`
    yield_items,       // the same where X stays a plain iterable: `for item in X: yield item`
    counted_for,       // for i, x in enumerate(X): `async for x in X` with a counter
    sort_by_key,       // sorted(X, key=K), X.sort(key=K): keys are awaited first, in order
    pick_by_key,       // min(X, key=K), max(X, key=K): likewise
    apply_list,        // map(F, X): `[await F(x) for x in X]`; filter(F, X): `[x for x in X if await F(x)]`
    apply_whole,       // list(map(F, X)), set(...): the same, in the brackets of what it makes
    apply_generator,   // map(F, X) whose items are used one after the other: `(await F(x) for x in X)`
    apply_clause,      // for x in filter(F, X) of a comprehension: `for x in X if await F(x)`
    one_by_one,        // await gather(f(db), g(db)) of one session: `[await f(db), await g(db)]`
    call_in_place,     // await to_thread(f, x): `await f(x)`
    enter_async,       // stack.enter_context(X): `await stack.enter_async_context(X)`
    aclosing,          // closing(X): `aclosing(X)`
    async_exit_stack,  // ExitStack(): `AsyncExitStack()`
    run_in_place,      // asyncio.run(X): `await X`
    run_sync,          // f(db, x) of what stays synchronous: `await db.run_sync(f, x)`
    call_method,       // len(x), key in x, x[key], x[key] = value, x.name = value, del x.name: the ordinary method
    truth_method,      // if x, not x, bool(x): likewise
    make,              // Report(db): `Report.create(db)`
    take_over,         // super().__init__(db): `self = await super().create(db)`
    yield_all,         // return iter(X) of an __iter__: `for item in X: yield item`
    stop_async,        // raise StopIteration of a __next__: `StopAsyncIteration`
    asyncio_run,       // main() under `if __name__ == "__main__"`: `asyncio.run(main())`
};

/// What a method `__iter__` is that is no generator and becomes `__aiter__`.
enum class IteratorForm : std::uint8_t {
    none,
    itself, // it returns the object, whose `__next__` awaits: it stays a plain function
    items,  // `return iter(X)`: it becomes a generator
};

/// A module-level engine or session factory, or a name for an annotation with a session in it: coloured
/// like a function.
struct ColouredValue {
    ModuleId module;
    SymbolId symbol;
    /// The right sides of its assignments: create_engine(...), sessionmaker(...), Annotated[...]. Several where a
    /// setting decides, or where functions fill it (`global engine`).
    std::vector<Place> definitions;
    Role role = Role::none;
    Form form;
    std::string async_name; // the name of its async form; equal to the plain name when there is no twin
    bool beside = false;    // async code needs it, and its async form is there already
};

struct ColouredFunction {
    Form form;
    bool performs_io = false; // does session I/O, itself or through what it calls
    /// Its two forms differ in more than annotations: performs I/O, or makes or hands on what does (an
    /// engine, a factory, an inner function). Only these get a twin.
    bool io = false;
    /// A lambda whose body the async form of the function around it takes apart (a sort key).
    bool inlined = false;
    /// A lambda of whose async form a function is made: it is assigned to a name, which the function takes, ...
    bool written_as_def = false;
    /// ... or stands inside of a statement, in front of which the function then stands.
    bool hoisted = false;
    IteratorForm iterator = IteratorForm::none;
    /// The asynchronous form of a method that Python runs without awaiting is an ordinary one of this name: of
    /// `__init__` a class method that gives the instance, of a cached property what makes its value. "" for others.
    std::string ordinary;
    std::string factory; // of `__post_init__`: the class method that makes instances, where this class defines it
    bool turns_async = false; // `def` becomes `async def` in its async form (I/O, or by family, and not async yet)
    std::string async_name; // of the async form: the plain name, or name_async where the plain one is taken
    std::string sync_name; // of the sync form: the plain name, or name_sync
    /// Decorators that hand it to who calls it. Of two forms only the asynchronous one stands under them.
    std::vector<Place> registrations;
    /// A route of which both forms are registered, one of them when the program starts: --feature-flag.
    bool switched = false;
    FunctionId beside; // its async form, where that was there already and async code needs it
    std::vector<std::string> reasons; // why this colour, from the root down
    std::string refusal; // why there is no async form; "" there is or none is wanted
    Place refusal_place;
    bool kept = false; // sync because of a root that is sync for good: Celery, Alembic, keep-sync, out of scope
    bool untouched =
        false; // kept, and not a byte of it may change: keep-sync, out of scope, a file that is never edited
};

/// A class whose instances hold a session, where code of both colours makes them: its text stands twice.
struct ColouredClass {
    bool twin = false;
    bool beside = false; // its asynchronous form stands beside it already, and async code is to name that
    std::string async_name; // of the asynchronous form: the plain name, or AsyncName where the plain one is taken
    std::string sync_name; // of the synchronous form: the plain name, or NameSync
};

class ColourTable {
  public:
    [[nodiscard]] const ColouredFunction& function(FunctionId id) const { return functions_[id.value]; }
    [[nodiscard]] llvm::ArrayRef<ColouredValue> values() const { return values_; }
    [[nodiscard]] const ColouredValue* value(ModuleId module, SymbolId symbol) const;
    [[nodiscard]] llvm::ArrayRef<IoSite> sites() const { return sites_; } // by place
    /// Whether requests to an application under test count as I/O: it uses the database.
    [[nodiscard]] bool requests_await() const { return requests_await_; }
    /// Forms in which the code at a place is needed: of its function, or sync for module level.
    [[nodiscard]] Form form_at(FunctionId enclosing) const;
    /// What the async form of the function around it does to a node; asyncio_run: what module-level code does.
    [[nodiscard]] llvm::ArrayRef<Conversion> conversions(Place node) const;
    [[nodiscard]] bool has_conversion(Place node, Conversion conversion) const;
    /// Whether the call at this place is awaited in the async form of its function.
    [[nodiscard]] bool awaited(Place call) const { return has_conversion(call, Conversion::await_); }
    /// The session of a call that is made through `run_sync`: one of its arguments; no node elsewhere.
    [[nodiscard]] NodeId bridged_session(Place call) const;
    /// What a call from a function runs once that has its form: the async form that stands beside the callee, if any.
    [[nodiscard]] FunctionId called(FunctionId callee, FunctionId caller) const;
    /// The I/O site whose `place` this is, or null.
    [[nodiscard]] const IoSite* site_at(Place place) const;
    /// Mocks that stand for sessions and are handed to asynchronous code only.
    [[nodiscard]] const SessionDoubles& doubles() const { return doubles_; }
    /// The dependency that an expression of a test stands in for, where it gives a synchronous session to code that
    /// awaits it; none elsewhere.
    [[nodiscard]] FunctionId lent_for(Place expression) const;
    /// `app.dependency_overrides[get_db] = given` of a test, where code of both colours depends on what it overrides
    /// and the synchronous form can be given the same; null elsewhere.
    struct SecondOverride {
        FunctionId dependency, given;
    };
    [[nodiscard]] const SecondOverride* second_override(Place assignment) const;
    /// What the stage `clean` takes away.
    [[nodiscard]] const Leftovers& leftovers() const { return leftovers_; }
    /// The form of the code of a class body: async when all methods that differ are.
    [[nodiscard]] Form class_form(ClassId id) const { return classes_[id.value]; }
    /// An engine, a factory or a provider of sessions that a class body assigns or declares: its form, and one of those
    /// who read it. By the place of the assignment; null elsewhere.
    struct ClassAttribute {
        Form form;
        FunctionId reader;
    };
    [[nodiscard]] const ClassAttribute* class_attribute(Place assignment) const;
    /// The method that the conversion of a node (`call_method`, `truth_method`, `make`) calls; none elsewhere.
    [[nodiscard]] FunctionId ordinary_at(Place node) const;
    /// The function of the program that an expression names directly and the form that is meant, or null.
    struct NamedFunction {
        FunctionId function;
        bool sync = false; // the sync form is meant even where the code around it is async
        bool async = false; // the async form is meant even where the code around it is sync
    };
    [[nodiscard]] const NamedFunction* named_function(Place expression) const;
    [[nodiscard]] const ColouredClass& class_(ClassId id) const { return class_twins_[id.value]; }
    /// The class with two forms in which a function stands, as a method or inside of one; none when there is none.
    [[nodiscard]] ClassId twin_class_of(const SymbolTable& symbols, FunctionId id) const;
    /// Whether a method of a class with two forms is missing in one of them: nobody needs it there, or it cannot be.
    [[nodiscard]] bool is_left_out(const SymbolTable& symbols, FunctionId id, bool sync) const;
    /// A class of which there are two forms, where an expression names it, and which form is meant; without a word on
    /// that, the form of the text around it.
    struct NamedClass {
        ClassId class_;
        bool sync = false;
        bool async = false;
        bool either = false; // one text is for both
    };
    [[nodiscard]] const NamedClass* named_class(Place expression) const;
    /// The name of the group of fixes that a function or value belongs to. One each: when a group is declined
    /// the function is withdrawn, and colouring again finds what else follows.
    [[nodiscard]] std::string group(FunctionId id) const;
    [[nodiscard]] std::string group(const ColouredValue& value) const;

  private:
    friend class Colouring;
    std::vector<ColouredFunction> functions_;
    std::vector<ColouredValue> values_;
    std::vector<IoSite> sites_;
    bool requests_await_ = false;
    SessionDoubles doubles_;
    std::map<Place, FunctionId> lent_;
    std::map<Place, SecondOverride> second_overrides_;
    Leftovers leftovers_;
    std::map<std::pair<ModuleId, SymbolId>, std::uint32_t> value_index_;
    std::map<Place, std::uint32_t> site_index_;
    std::map<Place, llvm::SmallVector<Conversion, 1>> conversions_;
    std::map<Place, NodeId> bridged_;
    std::map<Place, FunctionId> ordinary_;
    std::map<Place, NamedFunction> named_;
    std::vector<Form> classes_;
    std::map<Place, ClassAttribute> class_attributes_;
    std::vector<ColouredClass> class_twins_; // by class
    std::map<Place, NamedClass> named_classes_;
};

struct ColourOptions {
    bool select_only = false; // stages before `async`: everything is sync
    bool twin_strategy = false; // --strategy twin
    bool clean = false; // the stage `clean`: forms that nothing needs are looked for
    std::string driver; // --driver
    std::string feature_flag; // --feature-flag: routes keep their synchronous form beside the other
    std::vector<std::string> keep_sync; // globs of paths or qualified names
    std::vector<std::string> entry_points;
    /// Functions and files that an earlier verification refused, with the reason.
    std::vector<std::pair<FunctionId, std::string>> withdrawn;
    /// Functions that stay synchronous and lost a change of their text: they go on naming what they name.
    std::vector<FunctionId> unedited;
    /// Values that must keep one form, likewise: by module and name ("app.db.engine"), and why.
    std::vector<std::pair<std::string, std::string>> withdrawn_values;
};

[[nodiscard]] ColourTable colour(const Program& program, const SymbolTable& symbols, const Knowledge& knowledge,
                                 const TypeTable& types, const CallGraph& calls, const QueryFlow& queries,
                                 const ColourOptions& options);
[[nodiscard]] std::string print_colours(const Program& program, const SymbolTable& symbols, const ColourTable& colours);

} // namespace sqlawait
