// What is known of libraries, read from the TOML files beside this header (embedded into the
// program) and from files that the configuration adds (`knowledge = ["extra.toml"]`). Data only:
// passes ask it by dotted name and never spell a library's name themselves, except for the roles.
//
// Layout of the tables: docs/knowledge.md.
//
// Type templates, used for what methods and functions give:
//     self              the receiver's own type        $0, $1 ...   the receiver's type arguments
//     arg0, arg1, argN  the type of a positional argument, `arg.name` of a keyword argument
//     args              any of the positional arguments; in row(args) each of them, as a column
//     $*                any of the receiver's type arguments
//     default(X, Y)     X, or Y where the argument that X names is not given
//     the(X)            the outside thing X itself, not an instance of it (`db.Column` is the(sqlalchemy.Column))
//     instance(X)       an instance of the class that X is (Type[T] -> T); an instance stays
//     element(X)        what iterating over X gives    awaited(X)   what awaiting X gives
//     entered(X)        what `with X as y` or `async with X as y` gives
//     returns(X)        what calling X gives (a coroutine, a generator as it is)
//     provided(X)       what a framework passes on from calling X: the value that the function returns,
//                       awaited, and for a generator the first one that it yields (Depends, fixtures)
//     row(args)         the row that select(*args) gives
//     row(X, args)      the row X with the columns of args behind it
//     as_row(X)         the row X; of a single entity the row of one column
//     single(X)         the row X; of a row of one column that column
//     executed(X)       the row that executing the statement X gives (of Select[R] it is R)
//     scalar(X)         the first column of the row X; an entity is its own
//     None, A | B, dotted.name[X, Y], unknown
// A row template: an instance when the only argument is a mapped class, else sqlalchemy.engine.Row[...].
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sqlawait {

/// Roles are what passes switch on; names of libraries are data.
enum class Role : std::uint8_t {
    none,
    session,         // a synchronous Session
    async_session,
    session_factory, // calling it gives a session (sessionmaker)
    async_session_factory,
    scoped_session,  // is a session and a factory of it
    engine,
    async_engine,
    connection,
    async_connection,
    transaction,
    async_transaction,
    query,           // legacy Query[row]
    select,          // Select[row] and other statements that can be extended
    statement,       // update(), delete(), insert(), text()
    result,          // Result[row]
    scalar_result,   // ScalarResult[row]
    row,
    declarative_base, // a class whose subclasses are mapped (Flask-SQLAlchemy's Model)
    declarative_factory, // a function that gives such a class (declarative_base)
    relationship,    // relationship(), Relationship()
    column,          // Column(), mapped_column()
    namespace_,      // any attribute may be put on an instance (SimpleNamespace, request.state)
    test_double,     // stands in for anything in tests (MagicMock)
    http_client,     // sends requests to an application in the same process (TestClient)
    serialiser,      // pydantic.BaseModel: reads attributes of what it is made from

    // What mapped classes are declared with.
    mapped,               // Mapped[...], in annotations
    dynamic_mapped,       // DynamicMapped[...]
    write_only_mapped,    // WriteOnlyMapped[...]
    registry,             // registry(): generate_base, mapped, map_imperatively
    mapped_decorator,     // @registry.mapped, @mapped_as_dataclass: the class under it is mapped
    base_decorator,       // @as_declarative(): the class under it is a declarative base
    imperative_mapping,   // mapper(Class, table), registry.map_imperatively
    declarative_root,     // a class whose direct subclasses are declarative bases (DeclarativeBase)
    table_flag_base,      // a base whose subclasses are mapped only with `table=True` (SQLModel)
    field,                // a SQLModel Field(): a column when its class is mapped
    relationship_options, // backref(...) as an argument of relationship
    dynamic_relationship, // dynamic_loader()
    column_expression,    // column_property(), query_expression()
    deferred_column,      // deferred(Column(...))
    association_proxy,
    synonym,
    hybrid,               // @hybrid_property
    declared_attribute,   // @declared_attr
    computed_property,    // property, cached_property
    foreign_key,
    foreign_key_constraint,
    primary_key_constraint,
    unique_constraint,
    index,
    server_value,         // Identity(), FetchedValue() as an argument of a column: the database makes the value
    computed_value,       // Computed(): the database makes the value, at UPDATE too
    table,                // Table(...)
    unhashable_type,      // a column type whose values have no hash: JSON, ARRAY
    sql_expression,       // func.now(), text(), ...: evaluated by the database
    collection,           // list, set, dict and their kin, in annotations
    optional,             // Optional[...]
    union_,               // Union[...]
    annotated,            // Annotated[...]
    partial,              // functools.partial
    provider,             // gives its first type argument when it is called (a container of dependency injection)
    provider_factory,     // such a one, whose class is given what makes it, and with which arguments
    provided_instance,    // stands for what a provider will give: `provider.provided.attribute`

    // What serialisers are declared with, beside their classes.
    serialiser_decorator, // @strawberry.type: the class under it is a serialiser
    serialised_field,     // marshmallow's fields.Nested(...), graphene.Field(...): an attribute that is read
    validator,            // @field_validator, @model_validator: the function under it sees what is read
    field_resolver,       // @strawberry.field: the function under it gives a field of what it gets as its source
    route,                // @router.get: gives an address to the function under it, under a name that can be told
    renders_template,     // Template.render, TemplateResponse: the template reads what it is given
};

/// The name in the tables and in printed forms ("async_session"), and back; nullopt for no role.
[[nodiscard]] llvm::StringRef role_name(Role role);
[[nodiscard]] std::optional<Role> role_of_name(llvm::StringRef name);

/// The functions of type templates.
enum class TemplateFunction : std::uint8_t {
    the,
    default_,
    instance,
    element,
    awaited,
    entered,
    returns,
    provided,
    row,
    as_row,
    single,
    executed,
    scalar,
};
[[nodiscard]] llvm::StringRef template_function_name(TemplateFunction function);
[[nodiscard]] std::optional<TemplateFunction> template_function_of_name(llvm::StringRef name);

/// How something outside calls a function that it is given (decorator, argument, dependency).
enum class Entry : std::uint8_t {
    none,
    awaits,   // accepts plain and async functions, and awaits the latter (FastAPI routes, pytest-asyncio ...)
    sync,     // calls it and never awaits (Celery tasks, threads, event listeners)
    transparent, // a decorator that keeps the function's colour (functools.wraps, staticmethod)
    unknown,
};

[[nodiscard]] llvm::StringRef entry_name(Entry entry);
[[nodiscard]] std::optional<Entry> entry_of_name(llvm::StringRef name);

/// A function that is passed as an argument: which one, and how it is called.
struct Callback {
    std::string argument; // a keyword's name; "0", "1" ... for a position; "*" for every argument
    Entry entry = Entry::unknown;
};

struct MemberKnowledge {
    std::string returns;        // type template; for attributes the type; of awaitable methods what awaiting gives
    bool is_attribute = false;  // read, not called
    bool io = false;            // synchronous database I/O: what must be awaited on the async counterpart
    bool blocking = false;      // other blocking I/O (an HTTP request, a sleep)
    bool awaitable = false;     // calling it gives a coroutine of `returns` (async counterpart)
    /// The name on the async counterpart (of a Query method: on Select) when it differs; "" the same.
    /// "run_sync": through `await x.run_sync(lambda s: s.name(...))`; "sync_session", "sync_connection",
    /// "sync_engine": through that attribute, without I/O.
    std::string async_form;
    std::string refusal;        // why there is no async counterpart; "" there is one
    Role role = Role::none;     // what the method is for declarations (`registry.mapped`)
    Entry decorates = Entry::none; // when used as a decorator, called or not
    std::vector<Callback> callbacks;
    std::string context;        // as FunctionKnowledge::context
    std::string receiver;       // as FunctionKnowledge::receiver
    /// What its first argument, a function, is called with in front of the other arguments; it gives what that gives.
    std::string hands;
};

struct ClassKnowledge {
    std::string name; // canonical dotted name
    std::vector<std::string> bases;
    Role role = Role::none;
    std::string async_class; // what it becomes ("sqlalchemy.ext.asyncio.AsyncSession")
    std::string call; // type template of calling the class or an instance of it where not itself
    std::string instance_call; // calling an instance (a factory); "" not callable
    std::string iterates; // type template of `for x in it`
    std::string enters; // of `with it as x`; "" it is no context manager
    std::string async_enters;
    std::string awaits; // what awaiting an instance gives, where it is no plain coroutine; "" not awaitable
    std::string async_iterates; // type template of `async for x in it`
    std::string subscript; // type template of `it[x]`; slices give `self` where it is "element(self)"
    bool blocking = false; // making one blocks (a client that connects)
    /// Of a serialiser: methods named so and after a field give that field of their first argument ("resolve_").
    std::string resolver_prefix;
    std::vector<Callback> callbacks; // functions that its constructor is given
    /// Keyword arguments of the constructor whose result is found elsewhere: (keyword, "class.attribute").
    std::vector<std::pair<std::string, std::string>> provides;
    llvm::StringMap<MemberKnowledge> members;
};

struct FunctionKnowledge {
    std::string name; // canonical dotted name
    Role role = Role::none;
    std::string returns;
    bool io = false; // synchronous database I/O
    bool blocking = false; // other blocking I/O (requests.get, time.sleep)
    bool awaitable = false; // calling it gives a coroutine of `returns`
    std::string async_name; // what it becomes ("sqlalchemy.ext.asyncio.create_async_engine")
    std::string refusal; // why there is no async counterpart; "" there is one or none is needed
    /// When used as a decorator (called or not).
    Entry decorates = Entry::none;
    std::vector<Callback> callbacks; // functions that are given as arguments
    std::string context; // as a decorator: "contextmanager" / "asynccontextmanager" / "property" / "cached_property"
    /// As a decorator called with `bind=True`: type template of the function's first parameter.
    std::string receiver;
    /// Of a field resolver: which parameters of the function get the object whose field it gives. A parameter's
    /// name, a position ("0"), or the dotted name of what marks it in an annotation ("strawberry.Parent").
    std::vector<std::string> source;
};

class Knowledge {
  public:
    /// The one name that the tables use for a thing that libraries export under several
    /// ("sqlalchemy.orm.session.Session" -> "sqlalchemy.orm.Session"); itself when unknown.
    [[nodiscard]] std::string canonical(llvm::StringRef dotted) const;
    [[nodiscard]] const ClassKnowledge* class_(llvm::StringRef dotted) const; // canonical or not
    /// Canonical or not; "sqlalchemy.func.*" in the tables stands for every name below it.
    [[nodiscard]] const FunctionKnowledge* function(llvm::StringRef dotted) const;
    /// A method or attribute, through the bases.
    [[nodiscard]] const MemberKnowledge* member(llvm::StringRef class_name, llvm::StringRef name) const;
    [[nodiscard]] Role role(llvm::StringRef dotted) const;
    [[nodiscard]] bool is_subclass(llvm::StringRef dotted, llvm::StringRef base) const;
    /// The role of an outside method: of "sqlalchemy.orm.registry.mapped", through the bases.
    [[nodiscard]] Role method_role(llvm::StringRef dotted) const;
    /// Methods of an object of an outside class used as decorators: `@router.get` (class fastapi.APIRouter).
    [[nodiscard]] Entry method_entry(llvm::StringRef class_name, llvm::StringRef method) const;

    /// Adds the tables of one file. Gives an error naming the file and the line, or "".
    [[nodiscard]] std::string add(llvm::StringRef file_name, llvm::StringRef toml);

    /// What `provides` of all classes fill.
    [[nodiscard]] std::vector<std::string> provided_attributes() const;

    /// All names in the tables, sorted: for tests and `--print`.
    [[nodiscard]] std::vector<llvm::StringRef> class_names() const;
    [[nodiscard]] std::vector<llvm::StringRef> function_names() const;
    [[nodiscard]] std::vector<std::pair<llvm::StringRef, llvm::StringRef>> alias_names() const;

  private:
    friend class TableReader;
    [[nodiscard]] std::string of_any_class(const std::string& name) const;
    [[nodiscard]] std::string find_canonical(llvm::StringRef dotted) const;
    [[nodiscard]] Role find_role(llvm::StringRef dotted) const;

    std::uint64_t content_ = 0; // another number for other tables: whoever remembers answers must not mix them up
    llvm::StringMap<std::string> aliases_;
    llvm::StringMap<ClassKnowledge> classes_;
    llvm::StringMap<FunctionKnowledge> functions_;
};

/// The embedded tables. Made once per run; a broken table is our own mistake and stops the program.
[[nodiscard]] Knowledge built_in_knowledge();

} // namespace sqlawait
