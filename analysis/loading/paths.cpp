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

bool names_every_step(Node call, const LoadPath& path) {
    std::set<llvm::StringRef> named;
    for (const Node argument : call.child(Field::arguments).named_children())
        if (argument.is(Kind::keyword_argument) && argument.child(Field::name).text() == "options")
            for (NodeId one = argument.id(); one < argument.tree().record(argument.id()).subtree_end; ++one)
                if (argument.tree().node(one).is(Kind::attribute))
                    named.insert(argument.tree().node(one).child(Field::attribute).text());
    return llvm::all_of(path, [&](const PathStep& step) { return named.contains(step.relationship); });
}

} // namespace sqlawait
