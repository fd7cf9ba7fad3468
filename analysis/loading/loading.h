// Pass "load-plan": which relationship paths are read from which query's objects, and what loads them.
//
// Origins times paths: every mapped object has an origin (a query chain, `get`, a constructor,
// another object's relationship, a parameter); every relationship read on it adds a path to its
// origins. The plan puts a loader option on the origin where what it loads survives to the read.
#pragma once

#include "analysis/colour/colour.h"

namespace sqlawait {

/// One step of a path: a relationship of a mapped class.
struct PathStep {
    ClassId owner; // the class as the path sees it: what stands before the dot in the option
    std::string relationship;
    bool to_many = false;
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

struct PlannedLoad {
    Place origin; // the query chain (QueryChain::place), a get, a select() statement or a refresh call
    std::vector<LoadPath> paths; // sorted; prefixes of longer ones left out
};

class LoadPlan {
  public:
    [[nodiscard]] llvm::ArrayRef<RelationshipRead> reads() const { return reads_; }
    [[nodiscard]] const PlannedLoad* at(Place origin) const;
    [[nodiscard]] llvm::ArrayRef<PlannedLoad> loads() const { return loads_; }

  private:
    friend class LoadPlanner;
    std::vector<RelationshipRead> reads_;
    std::vector<PlannedLoad> loads_; // by origin
};

[[nodiscard]] LoadPlan plan_loads(const Program& program, const SymbolTable& symbols, const ModelTable& models,
                                  const TypeTable& types, const CallGraph& calls, const QueryFlow& queries,
                                  const ColourTable& colours);
[[nodiscard]] std::string print_loads(const Program& program, const SymbolTable& symbols, const LoadPlan& plan);

} // namespace sqlawait
