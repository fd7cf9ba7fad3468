#include "analysis/calls/overrides.h"

#include <map>

namespace sqlawait {

std::vector<DependencyOverride> dependency_overrides(const Program& program, const CallGraph& calls) {
    std::map<Place, std::vector<FunctionId>> keys; // by what holds both: an assignment or a pair
    std::vector<std::pair<Place, FunctionId>> values;
    for (const CallEdge& edge : calls.edges()) {
        if (edge.kind != CallEdge::Kind::reference || edge.entry != Entry::awaits)
            continue;
        const Node at = program.module(edge.place.module).tree.node(edge.place.node);
        for (Node holder = at.parent(); holder; holder = holder.parent()) {
            Node key, value;
            if (holder.is(Kind::pair)) {
                key = holder.child(Field::key), value = holder.child(Field::value);
            } else if (holder.is(Kind::assignment) && holder.child(Field::left).is(Kind::subscript)) {
                key = holder.child(Field::left), value = holder.child(Field::right);
            } else if (holder.is_any(Kind::expression_statement, Kind::function_definition)) {
                break;
            } else {
                continue;
            }
            const Place place{edge.place.module, holder.id()};
            if (at.inside(key))
                keys[place].push_back(edge.callee);
            else if (at.inside(value))
                values.emplace_back(place, edge.callee);
            break;
        }
    }
    std::vector<DependencyOverride> out;
    for (const auto& [place, given] : values)
        if (const auto found = keys.find(place); found != keys.end())
            for (const FunctionId dependency : found->second)
                out.push_back({.dependency = dependency, .given = given, .holder = place});
    return out;
}

} // namespace sqlawait
