#include "analysis/loading/paths.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

bool covers(const LoadPath& other, const LoadPath& path) {
    if (other.size() < path.size() || other == path)
        return false;
    for (std::size_t i = 0; i < path.size(); ++i) {
        PathStep step = path[i];
        step.repeated |= other[i].repeated;
        if (step != other[i])
            return false;
    }
    return true;
}

std::vector<LoadPath> longest(const std::set<LoadPath>& wanted) {
    std::vector<LoadPath> out;
    for (const LoadPath& path : wanted)
        if (llvm::none_of(wanted, [&](const LoadPath& other) { return covers(other, path); }))
            out.push_back(path);
    return out;
}

} // namespace sqlawait
