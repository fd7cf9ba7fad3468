// Pass "load-plan": which relationship paths are read from which query's objects, and what loads them.
//
// Origins times paths: every mapped object has an origin (a query chain, `get`, a constructor,
// another object's relationship, a parameter); every relationship read on it adds a path to its
// origins. The plan puts a loader option on the origin where what it loads survives to the read.
#pragma once

#include "analysis/colour/colour.h"
#include "analysis/loading/trace.h"

#include <set>

namespace sqlawait {

/// One step of a path: a relationship of a mapped class; at its end also a column that the query leaves out, and
/// anywhere the way from a base class to one of its subclasses, whose own attributes a query of the base leaves out.
struct PathStep {
    ClassId owner; // the class as the path sees it: what stands before the dot in the option
    std::string relationship; // or the column's attribute; "" of a step to a subclass
    bool to_many = false;
    bool repeated = false; // of a tree: as deep as it goes
    bool column = false;
    ClassId subclass; // of a step from the owner to its subclass
    friend auto operator<=>(const PathStep&, const PathStep&) = default;
};
using LoadPath = std::vector<PathStep>;

struct RelationshipRead {
    Place place; // the attribute node
    LoadPath path;
    Certainty certainty = Certainty::unknown;
    std::string status; // "loaded by the query at app/x.py:12", "no origin known", ...
    bool planned = false;
};

/// Where mapped objects come into being for the program.
struct LoadOrigin {
    enum class Kind : std::uint8_t {
        query,       // session.query(...): a chain of QueryFlow starts there
        statement,   // select(...)
        get,         // session.get(Model, key)
        constructor, // Model(...)
        merge,       // session.merge(object)
        call,        // a call whose objects come from an origin that serves several models
        refreshed,   // a variable behind a commit and its like: what was loaded before is lost
    } kind = Kind::query;
    Place place;    // the call that is the origin; of `refreshed` a statement, or the head of a block
    ClassId entity; // the mapped class, when it is always the same
    std::string variable; // of `refreshed`, and of calls whose result gets a name
    bool each = false;     // the variable holds a list of them
    bool optional = false; // its type says that the variable may be None
};

/// `session.refresh(x, attribute_names=[...])` to be added.
struct PlannedRefresh {
    /// Behind this statement; at the beginning of a `block`, of the body of a `for_statement`, `except_clause`; in
    /// front of what a `return_statement` returns.
    Place site;
    bool behind_loop = false; // the site is a loop, behind which it stands
    std::string variable;
    ClassId entity;
    bool each = false;     // for each object of the variable
    bool optional = false; // the variable may be None there
    bool columns = false;  // the columns are expired, too
    std::vector<std::string> column_names; // or these of them
    std::set<std::string> reload; // relationships at the head of paths that may be there and stale
    /// refresh() names in vain the way back to a class that the object itself may have been loaded through: it would
    /// only look for the target in the session.
    bool by_select = false;
    std::string session;
    std::vector<LoadPath> paths;
};

struct PlannedLoad {
    LoadOrigin origin;
    std::vector<LoadPath> paths; // sorted; prefixes of longer ones left out
    /// Of a get(): the object may be in the session already, where get() takes it from without a look at options.
    bool by_select = false;
    /// Of a call: the function that takes the options and hands them to its own query.
    FunctionId through;
    /// Of a call in a method that several classes share: "self.load_options", which holds the options. "" none.
    std::string by_class;
};

/// Options that a class holds for the calls of the methods it has from its base: `load_options = (...)`.
struct ClassOptions {
    std::string name;
    std::vector<LoadPath> paths; // none: what the base says
    FunctionId through; // the function that takes them
};

/// A lazy load that a run of the program's tests recorded, and what the plan makes of it.
struct RecordedRead {
    Place place; // where it was read, as near as the line tells
    std::string path; // "Order.customer.region"
    std::string status;
    bool planned = false;
    unsigned count = 0; // how often it was seen
};

/// A read whose name is only known when the program runs: `getattr(book, name)`. Nobody can load for it beforehand.
struct UnforeseenRead {
    Place place; // the call
    ClassId entity; // of an object that it reads of
};

class LoadPlan {
  public:
    [[nodiscard]] llvm::ArrayRef<UnforeseenRead> unforeseen() const { return unforeseen_; }
    /// Whether an attribute is waited for where it is read, `await x.awaitable_attrs.y`: nobody knows where the object
    /// comes from, and the function around is asynchronous.
    [[nodiscard]] bool waits_for(Place read) const { return awaited_.contains(read); }
    [[nodiscard]] bool waits() const { return !awaited_.empty(); }
    /// The session in whose greenlet an expression runs, because it reads attributes that only the run names; "" none.
    [[nodiscard]] llvm::StringRef greenlet_of(Place expression) const {
        const auto found = in_greenlet_.find(expression);
        return found == in_greenlet_.end() ? llvm::StringRef() : llvm::StringRef(found->second);
    }
    [[nodiscard]] llvm::ArrayRef<RecordedRead> recorded() const { return recorded_; }
    [[nodiscard]] llvm::ArrayRef<RelationshipRead> reads() const { return reads_; }
    /// By the call that is the origin: of a query chain, the node of its `session.query(...)` (QueryChain::start).
    [[nodiscard]] const PlannedLoad* at(Place origin) const;
    /// Whether a planned option or refresh names this relationship.
    [[nodiscard]] bool names(ClassId owner, llvm::StringRef relationship) const {
        return named_.contains({owner, relationship.str()});
    }
    /// What is loaded anew at this site, by variable.
    [[nodiscard]] llvm::ArrayRef<PlannedRefresh> refreshes(Place site) const;
    [[nodiscard]] const std::map<Place, std::vector<PlannedRefresh>>& refreshes() const { return refreshes_; }
    [[nodiscard]] llvm::ArrayRef<PlannedLoad> loads() const { return loads_; }
    /// Whether a function gets a parameter `options`, because its callers read different things of what it gives.
    [[nodiscard]] bool takes_options(FunctionId function) const { return takers_.contains(function); }
    /// What is said behind a statement of a class body; null: nothing.
    [[nodiscard]] const ClassOptions* class_options(Place statement) const {
        const auto found = class_options_.find(statement);
        return found == class_options_.end() ? nullptr : &found->second;
    }
    /// Whether an origin inside such a function uses that parameter.
    [[nodiscard]] bool uses_options(Place origin) const { return users_.contains(origin); }

  private:
    friend class LoadPlanner;
    std::vector<RelationshipRead> reads_;
    std::vector<RecordedRead> recorded_;
    std::vector<UnforeseenRead> unforeseen_;
    std::set<Place> awaited_;
    std::map<Place, std::string> in_greenlet_;
    std::vector<PlannedLoad> loads_; // by the origin's place
    std::map<Place, std::uint32_t> at_;
    std::map<Place, std::vector<PlannedRefresh>> refreshes_;
    std::set<std::pair<ClassId, std::string>> named_;
    std::set<FunctionId> takers_;
    std::map<Place, ClassOptions> class_options_;
    std::set<Place> users_;
};

/// Which code's reads are planned: what runs on the async session, or all of it (`--stage loads`).
enum class LoadScope : std::uint8_t { async_code, everywhere };

[[nodiscard]] LoadPlan plan_loads(const Program& program, const SymbolTable& symbols, const ModelTable& models,
                                  const Knowledge& knowledge, const TypeTable& types, const CallGraph& calls,
                                  const QueryFlow& queries, const ColourTable& colours,
                                  LoadScope scope = LoadScope::async_code, llvm::ArrayRef<RecordedLoad> recorded = {});
[[nodiscard]] std::string print_loads(const Program& program, const SymbolTable& symbols, const LoadPlan& plan);

} // namespace sqlawait
