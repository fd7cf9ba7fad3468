#include "analysis/loading/paths.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// `a.b.b.c` where something else walks all of `a.b*`: `a.b*.c`.
LoadPath walked(LoadPath path, const std::set<LoadPath>& wanted) {
    for (std::size_t i = 0; i < path.size(); ++i) {
        const auto walks = [&](const LoadPath& other) {
            return other.size() > i && other[i].repeated && same_relationship(other[i], path[i]) &&
                   std::equal(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(i), other.begin(),
                              same_relationship);
        };
        if (!path[i].repeated && llvm::none_of(wanted, walks))
            continue;
        path[i].repeated = true;
        while (i + 1 < path.size() && same_relationship(path[i + 1], path[i]))
            path.erase(path.begin() + static_cast<std::ptrdiff_t>(i + 1));
    }
    return path;
}

} // namespace

bool same_relationship(const PathStep& a, const PathStep& b) {
    PathStep other = b;
    other.repeated = a.repeated;
    return a == other;
}

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

std::vector<LoadPath> longest(const std::set<LoadPath>& asked) {
    std::set<LoadPath> wanted;
    for (const LoadPath& path : asked)
        wanted.insert(walked(path, asked));
    std::vector<LoadPath> out;
    for (const LoadPath& path : wanted)
        if (llvm::none_of(wanted, [&](const LoadPath& other) { return covers(other, path); }))
            out.push_back(path);
    return out;
}

bool holds_string(Node node, llvm::StringRef text) {
    for (NodeId id = node.id(); id < node.tree().record(node.id()).subtree_end; ++id)
        if (node.tree().node(id).is(Kind::string_content) && node.tree().node(id).text() == text)
            return true;
    return false;
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
