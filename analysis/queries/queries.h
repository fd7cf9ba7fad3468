// Pass "queries": a legacy Query as a value that flows, from `session.query(...)` to its terminal.
//
// Every expression that may hold a Query is a node of a flow graph, and so is every place that keeps
// one: a variable, a parameter, what a function returns, an attribute, a container. Nodes that can
// hold the same value form one *web*. A web is rewritten whole or refused whole with its reason,
// because half of it would be a Query meeting a Select. A function that only uses what Query and
// Select share ties nothing. Methods are rows of one table (query_methods.h); a name without a row
// refuses the web.
#pragma once

#include "analysis/calls/calls.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sqlawait {

/// One thing that a query selects from.
struct QueryFrom {
    ClassId entity;   // none: a table, a subquery, or a class that is not known
    std::string text; // as the code spells it: "Author", "self.model", "parent" of an alias
    bool alias = false; // an aliased class: columns of the class itself are something else
    friend bool operator==(const QueryFrom&, const QueryFrom&) = default;
};

/// What is known of a query at one point, joined where paths meet: a flag is set when it *may* hold,
/// except for those that say "certainly".
struct QueryShape {
    enum class Rows : std::uint8_t { unknown, entity, row } rows = Rows::unknown; // entity: one mapped class
    ClassId entity;            // of Rows::entity when it is always the same class
    bool has_entity = false;   // a mapped class among the columns (uniquing)
    bool columns_unknown = false; // columns that can't be seen (`*columns`): whether an entity is among them
    bool unhashable = false;   // a JSON, ARRAY or HSTORE column beside an entity: no uniquing
    bool joins_many = false;   // a join that may multiply rows, or one whose cardinality is not proven
    bool loads_many = false;   // joinedload or contains_eager of a collection, or a mapping's lazy="joined"
    bool limited = false;      // limit, offset, slice
    bool distinct = false;
    bool grouped = false;      // group_by, having
    bool aggregates = false;   // aggregates alone and no group: a row even where there is none to count
    bool set_operation = false; // of columns: what a CompoundSelect is on the other side
    bool names_repeat = false;  // two columns of one name: behind a set operation neither can be ordered by
    bool from_statement = false;
    bool yields = false;       // yield_per
    bool ordered = false;
    bool criteria = false;     // filter, filter_by, where
    bool has_options = false;
    bool other_state = false;  // joins, params, locks ...: what get(), update() and delete() can't take over
    bool froms_unknown = false; // `froms` is not all
    /// Of another class, or made another way, on one path than on another.
    bool mixed = false;

    bool single_row = false;   // certainly one row at most: aggregates alone, limit(1)
    bool unique_key = false;   // certainly: equality filters pin a unique, not null key
    bool deduplicated = false; // certainly: distinct() of one whole entity, or grouped by its key
    bool filtered = false;     // certainly: some criterion is there
    bool all_selected = false; // certainly: each FROM is among the entities, so that no row comes twice

    std::vector<QueryFrom> froms;  // in order, the root first; those of joins after it
    std::uint32_t joinpoint = 0;   // index into froms: where Query.filter_by looks
    std::uint32_t last_joined = 0; // index into froms: where Select.filter_by looks in SQLAlchemy 2.0

    /// Whether a Query drops entities, or rows of them, that come twice.
    [[nodiscard]] bool needs_unique() const { return loads_many || (joins_many && !deduplicated && !all_selected); }

    friend bool operator==(const QueryShape&, const QueryShape&) = default;
};

/// One `.method(...)` of a chain, or the `session.query(...)` that starts it.
struct QueryLink {
    NodeId call = no_node;   // the call node; of attributes, iteration and subscripts the expression itself
    std::string method;      // "query", "filter", "first", "__iter__", "__getitem__", "__bool__", ...
    QueryShape before, after;
};

/// A maximal chain in one expression: from its start (a producer or a read of a query value) to its end.
struct QueryChain {
    Place place;             // the outermost expression of the chain
    WebId web;
    NodeId start = no_node;  // `db.query(X)` call (producer), or the name/attribute/call that holds a query
    bool produces = false;   // starts with session.query(...), Query(...), or a dynamic relationship
    bool dynamic = false;    // it starts with `owner.pets`, of a relationship with lazy="dynamic"
    std::vector<QueryLink> links; // in order; the producer included
    /// The last link runs the query (first, all, count, iteration ...); otherwise the chain is a query value.
    bool terminal = false;
    /// Text of an expression that holds the session at this place ("db", "self.db"); "" none found.
    std::string session;
    NodeId session_node = no_node; // of producers: the receiver
    QueryShape shape;        // before the terminal, or of the value
    /// Of a terminal that names the class of a stored query (get, update, delete): how this place says it where the
    /// class itself differs from caller to caller ("self.model"); "" the shape has it, or nothing can.
    std::string entity;
    Certainty certainty = Certainty::unknown;
    /// Of a chain on a stored query: the one chain that made it, when nothing but names lies between; else its own
    /// index.
    std::uint32_t origin = 0;
    /// Of a terminal that is given entities by some callers and rows by others: the parameter that says whether they
    /// are entities. "" the shape says it.
    std::string scalars_if;
    /// With it, rows are made unique: not at all, as entities are, or where a parameter says so.
    enum class Unique : std::uint8_t { no, yes, parameter } unique_rows = Unique::no;
};

/// `q = session.query`: a method kept under a name. It goes when all that call it are rewritten.
struct QueryAlias {
    Place statement; // the expression_statement
    std::vector<std::uint32_t> chains; // whose producers call it
};

/// A function that runs queries which it is given, without a session at hand: it takes one as its first parameter,
/// and its calls, all of which are known, pass theirs.
struct SessionParameter {
    FunctionId function;
    std::string name;
    std::map<Place, std::string> arguments; // an expression of the caller, by call
    std::uint32_t chain = 0; // the first that runs on it
};

/// A function that is given queries of entities by some of its callers and queries of rows by others: it takes a last
/// parameter that says which.
struct RowParameter {
    FunctionId function;
    std::string name; // "scalars"
    std::string unique; // of a second one, where some rows are to be made unique and others not; "" there is none
    /// What a call that doesn't pass entities gives.
    enum class Given : std::uint8_t {
        rows, // of columns alone
        rows_with_entities, // made unique
        own, // what its caller was given
    };
    std::map<Place, Given> calls;
    std::uint32_t value = 0; // whose rows it is about
    bool rows_with_entities = false;
    bool rows_without_entities = false;
};

/// `x.query(...)` that is no chain: what `x` is can't be seen, or it is a session of another make.
struct UnseenQuery {
    Place call;
    std::string reason;
    bool other = false; // certainly no session of SQLAlchemy
    std::string method; // "query", "execute", "commit"
};

struct QueryWeb {
    WebId id;
    std::vector<std::uint32_t> chains; // indices into chains()
    std::vector<FunctionId> functions; // whose parameters or returns carry the query
    /// Functions that suit a Query and a Select alike, so that they are of no web or of their own, and that get the
    /// query: what they add to it is added to this one, too.
    std::set<FunctionId> passed_to;
    std::vector<Place> annotations; // `Query` names in annotations, to change
    std::optional<std::string> refusal; // why no member may be rewritten
    Place refusal_place;
};

class QueryFlow {
  public:
    [[nodiscard]] llvm::ArrayRef<QueryChain> chains() const { return chains_; }
    [[nodiscard]] llvm::ArrayRef<QueryWeb> webs() const { return webs_; }
    [[nodiscard]] const QueryWeb& web(WebId id) const { return webs_[id.value]; }
    [[nodiscard]] llvm::ArrayRef<QueryAlias> aliases() const { return aliases_; }
    [[nodiscard]] llvm::ArrayRef<SessionParameter> session_parameters() const { return session_parameters_; }
    [[nodiscard]] const SessionParameter* session_parameter(FunctionId function) const;
    /// The one that a call has to pass a session for, or null.
    [[nodiscard]] const SessionParameter* session_taker(Place call) const;
    /// null: the function's rows don't depend on its callers.
    [[nodiscard]] const RowParameter* row_parameter(FunctionId function) const;
    /// The one that a call has to say something for, or null.
    [[nodiscard]] const RowParameter* row_teller(Place call) const;
    [[nodiscard]] llvm::ArrayRef<UnseenQuery> unseen() const { return unseen_; } // by place
    /// The chain whose outermost expression this is, or null.
    [[nodiscard]] const QueryChain* chain_at(Place place) const;
    /// Of one whose parameters change: the web that a function's parameter for the rows belongs to.
    [[nodiscard]] const QueryWeb* row_web(FunctionId function) const;
    /// The web whose annotations this name is among, or null.
    [[nodiscard]] const QueryWeb* annotated_web(Place place) const;
    /// Whether an argument of a set operation is, or may be, a union of columns itself.
    [[nodiscard]] bool is_united_part(Place place) const { return united_parts_.contains(place); }
    /// Chains inside a module, by offset.
    [[nodiscard]] llvm::ArrayRef<std::uint32_t> in_module(ModuleId id) const { return by_module_[id.value]; }

  private:
    friend class QueryFlowBuilder;
    std::vector<QueryChain> chains_;
    std::vector<QueryWeb> webs_;
    std::vector<QueryAlias> aliases_;
    std::vector<UnseenQuery> unseen_;
    std::vector<SessionParameter> session_parameters_; // by function
    std::map<Place, std::uint32_t> session_takers_; // by call
    std::map<FunctionId, RowParameter> row_parameters_;
    std::map<Place, FunctionId> row_tellers_; // by call
    std::map<FunctionId, WebId> row_webs_;
    std::vector<std::vector<std::uint32_t>> by_module_;
    std::map<Place, std::uint32_t> by_place_;
    std::map<Place, WebId> by_annotation_;
    std::set<Place> united_parts_;
};

/// The statement in front of which an expression may be evaluated without changing the order of effects, or no node.
[[nodiscard]] Node hoisting_statement(Node expression);

[[nodiscard]] QueryFlow follow_queries(const Program& program, const SymbolTable& symbols, const ModelTable& models,
                                       const Knowledge& knowledge, const TypeTable& types, const CallGraph& calls);
/// A block a chain: place, links, shape, session; then the webs that are refused.
[[nodiscard]] std::string print_queries(const Program& program, const QueryFlow& queries);

} // namespace sqlawait
