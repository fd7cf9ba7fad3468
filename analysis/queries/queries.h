// Pass "queries": a legacy Query as a value that flows, from `session.query(...)` to its terminal.
//
// Every expression whose type is a Query is a *query node*. Nodes that can hold the same value
// (a chain's receiver and result, a variable's definitions and reads, arguments and parameters,
// returns and calls) form one *web*. A web is rewritten whole or refused whole with its reason,
// because half of it would be a Query meeting a Select. Methods are rows of one table
// (query_methods.h); a name without a row refuses the web.
#pragma once

#include "analysis/calls/calls.h"

#include <optional>
#include <string>
#include <vector>

namespace sqlawait {

/// What is known of a query at one point; joined where paths meet (a flag is set when it may hold).
struct QueryShape {
    enum class Rows : std::uint8_t { unknown, entity, row } rows = Rows::unknown; // entity: one mapped class
    ClassId entity;            // of Rows::entity when it is always the same class
    bool has_entity = false;   // a mapped class among the columns (uniquing)
    bool unhashable = false;   // a JSON, ARRAY or HSTORE column beside an entity: no uniquing
    bool joins_many = false;   // a join that may multiply rows, or one whose cardinality is not proven
    bool loads_many = false;   // joinedload or contains_eager of a collection, or a mapping's lazy="joined"
    bool limited = false;      // limit, offset, slice
    bool distinct = false;
    bool grouped = false;      // group_by, having
    bool set_operation = false;
    bool yields = false;       // yield_per
    bool aggregate = false;    // the only columns are aggregates: exactly one row
    bool several_froms = false; // after a join or with several entities: where filter_by looks
    bool ordered = false;
    bool has_options = false;
    /// Equality filters pin this unique, not null key: at most one row.
    bool unique_key = false;
};

/// One `.method(...)` of a chain, or the `session.query(...)` that starts it.
struct QueryLink {
    NodeId call = no_node;   // the call node; for iteration and subscripts the expression itself
    std::string method;      // "query", "filter", "first", "__iter__", "__getitem__", ...
    QueryShape before, after;
};

/// A maximal chain in one expression: from its start (a producer or a read of a query value) to its end.
struct QueryChain {
    Place place;             // the outermost expression of the chain
    WebId web;
    NodeId start = no_node;  // `db.query(X)` call (producer), or the name/attribute/call that holds a query
    bool produces = false;   // starts with session.query(...), Query(...), Model.query
    std::vector<QueryLink> links; // in order; the producer included
    /// The last link runs the query (first, all, count, iteration ...); otherwise the chain is a query value.
    bool terminal = false;
    /// Text of an expression that holds the session at this place ("db", "self.db"); "" none found.
    std::string session;
    NodeId session_node = no_node; // of producers: the receiver
    QueryShape shape;        // before the terminal, or of the value
    Certainty certainty = Certainty::unknown;
};

struct QueryWeb {
    WebId id;
    std::vector<std::uint32_t> chains; // indices into chains()
    std::vector<FunctionId> functions; // whose parameters or returns carry the query
    std::vector<NodeId> annotations;   // `Query` annotations to change (with modules below)
    std::vector<ModuleId> annotation_modules;
    std::optional<std::string> refusal; // why no member may be rewritten
    Place refusal_place;
};

class QueryFlow {
  public:
    [[nodiscard]] llvm::ArrayRef<QueryChain> chains() const { return chains_; }
    [[nodiscard]] llvm::ArrayRef<QueryWeb> webs() const { return webs_; }
    [[nodiscard]] const QueryWeb& web(WebId id) const { return webs_[id.value]; }
    /// The chain whose outermost expression this is, or null.
    [[nodiscard]] const QueryChain* chain_at(Place place) const;
    /// Chains inside a module, by offset.
    [[nodiscard]] llvm::ArrayRef<std::uint32_t> in_module(ModuleId id) const { return by_module_[id.value]; }

  private:
    friend class QueryFlowBuilder;
    std::vector<QueryChain> chains_;
    std::vector<QueryWeb> webs_;
    std::vector<std::vector<std::uint32_t>> by_module_;
    std::map<Place, std::uint32_t> by_place_;
};

[[nodiscard]] QueryFlow follow_queries(const Program& program, const SymbolTable& symbols, const ModelTable& models,
                                       const Knowledge& knowledge, const TypeTable& types, const CallGraph& calls);
[[nodiscard]] std::string print_queries(const Program& program, const QueryFlow& queries);

} // namespace sqlawait
