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

    /// Classes of objects that are deleted one by one.
    [[nodiscard]] const std::set<ClassId>& deleted(FunctionId id) const { return deleted_[id.value]; }

    /// Columns that a bulk statement sets to what only the database can compute.
    [[nodiscard]] const std::set<std::pair<ClassId, std::string>>& computed(FunctionId id) const {
        return computed_[id.value];
    }

  private:
    void read_call(const Program& program, const SymbolTable& symbols, const ModelTable& models, const TypeTable& types,
                   ModuleId module, const CallInfo& call);

    void read_values(const Program& program, const SymbolTable& symbols, const TypeTable& types, Place call,
                     ClassId entity);

    std::vector<std::set<ClassId>> rows_, keys_, deleted_; // by function
    std::vector<std::set<std::pair<ClassId, std::string>>> computed_;
};

} // namespace sqlawait
