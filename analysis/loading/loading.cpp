#include "analysis/loading/loading.h"

namespace sqlawait {

const PlannedLoad* LoadPlan::at(Place origin) const {
    const auto found = at_.find(origin);
    return found == at_.end() ? nullptr : &loads_[found->second];
}

llvm::ArrayRef<PlannedRefresh> LoadPlan::refreshes(Place site) const {
    const auto found = refreshes_.find(site);
    return found == refreshes_.end() ? llvm::ArrayRef<PlannedRefresh>() : llvm::ArrayRef(found->second);
}

} // namespace sqlawait
