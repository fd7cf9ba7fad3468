// Which mapped classes a function writes rows of, itself or through what it calls: objects made, deleted, given
// another foreign key, bulk statements. A collection of such objects that was loaded before is stale.
#pragma once

#include "analysis/queries/queries.h"

#include <set>

namespace sqlawait {

class Writes {
  public:
    Writes(const Program& program, const SymbolTable& symbols, const ModelTable& models, const TypeTable& types,
           const QueryFlow& queries);
    [[nodiscard]] const std::set<ClassId>& rows(FunctionId id) const { return rows_[id.value]; }
    /// Classes whose objects get another foreign key.
    [[nodiscard]] const std::set<ClassId>& keys(FunctionId id) const { return keys_[id.value]; }

  private:
    void read_call(const Program& program, const SymbolTable& symbols, const ModelTable& models, const TypeTable& types,
                   ModuleId module, const CallInfo& call);

    std::vector<std::set<ClassId>> rows_, keys_; // by function
};

} // namespace sqlawait
