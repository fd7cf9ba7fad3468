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
#pragma once

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
};

/// A module-level engine or session factory: coloured like a function.
struct ColouredValue {
    ModuleId module;
    SymbolId symbol;
    Place definition;      // the call that makes it (create_engine(...), sessionmaker(...))
    Role role = Role::none;
    Form form;
    std::string async_name; // the name of its async form; equal to the plain name when there is no twin
};

struct ColouredFunction {
    Form form;
    bool io = false;        // does session I/O, itself or through what it calls
    bool turns_async = false; // `def` becomes `async def` in its async form (io, or by family, and not async yet)
    std::string async_name; // of the async form: the plain name, or name_async where the plain one is taken
    std::string sync_name;  // of the sync form: the plain name, or name_sync
    std::vector<std::string> reasons; // why this colour, from the root down
    std::string refusal;    // why there is no async form; "" there is or none is wanted
    Place refusal_place;
};

class ColourTable {
  public:
    [[nodiscard]] const ColouredFunction& function(FunctionId id) const { return functions_[id.value]; }
    [[nodiscard]] llvm::ArrayRef<ColouredValue> values() const { return values_; }
    [[nodiscard]] const ColouredValue* value(ModuleId module, SymbolId symbol) const;
    [[nodiscard]] llvm::ArrayRef<IoSite> sites() const { return sites_; } // by place
    /// Forms in which the code at a place is needed: of its function, or sync for module level.
    [[nodiscard]] Form form_at(FunctionId enclosing) const;
    /// Whether the call at this place gives a coroutine in the async form of its function.
    [[nodiscard]] bool awaited(Place call) const;

  private:
    friend class Colouring;
    std::vector<ColouredFunction> functions_;
    std::vector<ColouredValue> values_;
    std::vector<IoSite> sites_;
    std::map<std::pair<ModuleId, SymbolId>, std::uint32_t> value_index_;
    std::map<Place, bool> awaited_;
};

struct ColourOptions {
    bool select_only = false;  // stages before `async`: everything is sync
    bool twin_strategy = false; // --strategy twin
    std::vector<std::string> keep_sync; // globs of paths or qualified names
    std::vector<std::string> entry_points;
    /// Functions and files that an earlier verification refused, with the reason.
    std::vector<std::pair<FunctionId, std::string>> withdrawn;
};

[[nodiscard]] ColourTable colour(const Program& program, const SymbolTable& symbols, const Knowledge& knowledge,
                                 const TypeTable& types, const CallGraph& calls, const QueryFlow& queries,
                                 const ColourOptions& options);
[[nodiscard]] std::string print_colours(const Program& program, const SymbolTable& symbols, const ColourTable& colours);

} // namespace sqlawait
