// What is known of libraries, read from the TOML files beside this header (embedded into the
// program) and from files that the configuration adds (`knowledge = ["extra.toml"]`). Data only:
// passes ask it by dotted name and never spell a library's name themselves, except for the roles.
//
// Type templates, used for what methods and functions give:
//     self              the receiver's own type        $0, $1 ...   the receiver's type arguments
//     arg0, arg1, argN  the type of a positional argument, `arg.name` of a keyword argument
//     instance(X)       an instance of the class that X is (Type[T] -> T)
//     element(X)        what iterating over X gives    awaited(X)   what awaiting X gives
//     returns(X)        what calling X gives           row(args)    the row that select(*args) gives
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
    declarative_base, // a class whose subclasses are mapped (DeclarativeBase, SQLModel)
    declarative_factory, // a function that gives such a class (declarative_base)
    relationship,    // relationship(), Relationship()
    column,          // Column(), mapped_column()
    serialiser,      // pydantic.BaseModel: reads attributes of what it is made from
};

/// How something outside calls a function that it is given (decorator, argument, dependency).
enum class Entry : std::uint8_t {
    none,
    awaits,   // accepts plain and async functions, and awaits the latter (FastAPI routes, pytest-asyncio ...)
    sync,     // calls it and never awaits (Celery tasks, threads, event listeners)
    transparent, // a decorator that keeps the function's colour (functools.wraps, staticmethod)
    unknown,
};

struct MemberKnowledge {
    std::string returns;        // type template; for attributes the type
    bool is_attribute = false;  // read, not called
    bool io = false;            // synchronous I/O: what must be awaited on the async counterpart
    bool awaitable = false;     // gives a coroutine (async counterpart)
    std::string async_form;     // name on the async counterpart when it differs; "" the same
    std::string refusal;        // why there is no async counterpart; "" there is one
};

struct ClassKnowledge {
    std::string name; // canonical dotted name
    std::vector<std::string> bases;
    Role role = Role::none;
    std::string async_class; // what it becomes ("sqlalchemy.ext.asyncio.AsyncSession")
    std::string call;        // type template of calling the class or an instance of it where not itself
    std::string instance_call; // calling an instance (a factory); "" not callable
    std::string iterates;    // type template of `for x in it`
    std::string enters;      // of `with it as x`; "" it is no context manager
    std::string async_enters;
    llvm::StringMap<MemberKnowledge> members;
};

struct FunctionKnowledge {
    std::string name; // canonical dotted name
    Role role = Role::none;
    std::string returns;
    bool io = false;       // blocking I/O
    std::string async_name; // what it becomes ("sqlalchemy.ext.asyncio.create_async_engine")
    /// When used as a decorator (called or not), or when a function is given as this argument.
    Entry decorates = Entry::none;
    std::vector<std::pair<std::string, Entry>> callbacks; // (argument index or name, how it is called)
    std::string context; // as a decorator: "contextmanager" / "asynccontextmanager" / "property" / "cached_property"
};

class Knowledge {
  public:
    /// The one name that the tables use for a thing that libraries export under several
    /// ("sqlalchemy.orm.session.Session" -> "sqlalchemy.orm.Session"); itself when unknown.
    [[nodiscard]] std::string canonical(llvm::StringRef dotted) const;
    [[nodiscard]] const ClassKnowledge* class_(llvm::StringRef dotted) const;       // canonical or not
    [[nodiscard]] const FunctionKnowledge* function(llvm::StringRef dotted) const;  // canonical or not
    /// A method or attribute, through the bases.
    [[nodiscard]] const MemberKnowledge* member(llvm::StringRef class_name, llvm::StringRef name) const;
    [[nodiscard]] Role role(llvm::StringRef dotted) const;
    [[nodiscard]] bool is_subclass(llvm::StringRef dotted, llvm::StringRef base) const;
    /// Methods of an object of an outside class used as decorators: `@router.get` (class fastapi.APIRouter).
    [[nodiscard]] Entry method_entry(llvm::StringRef class_name, llvm::StringRef method) const;

    /// Adds the tables of one file. Gives an error naming the file and the line, or "".
    [[nodiscard]] std::string add(llvm::StringRef file_name, llvm::StringRef toml);

  private:
    llvm::StringMap<std::string> aliases_;
    llvm::StringMap<ClassKnowledge> classes_;
    llvm::StringMap<FunctionKnowledge> functions_;
    llvm::StringMap<Entry> method_entries_; // "fastapi.APIRouter.get"
};

/// The embedded tables. Made once per run; a broken table is our own mistake and stops the program.
[[nodiscard]] Knowledge built_in_knowledge();

} // namespace sqlawait
