// Which functions that may run in asynchronous code have nothing to await there: all that they call stays synchronous.
// They stay `def`, so that a framework goes on running them in a thread, and nobody has to await them.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

/// A function of which nothing but its calls says that it performs I/O.
bool Colouring::may_be_idle(const FunctionInfo& function) const {
    const State& own = state(function.id);
    if (!own.io || function.is_async || function.is_lambda || !own.want.async || is_special(function.name) ||
        is_abstract(function))
        return false;
    const std::size_t index = function.id.value;
    const bool wrapped = llvm::any_of(decorators_of_[index],
                                      [&](FunctionId decorator) { return !is_registration(function.id, decorator); });
    return !wrapped && wrapped_by_[index].empty() && wrappers_of_[index].empty() && !function.is_generator;
}

/// Takes one function after the other for one that awaits something; what is left awaits nothing.
void Colouring::find_idle() {
    idle_.assign(states_.size(), false);
    for (const FunctionInfo& function : symbols_.functions())
        idle_[function.id.value] = may_be_idle(function);
    for (const IoSite& site : sites_)
        if (site.function)
            idle_[site.function.value] = false;
    for (const FunctionInfo& function : symbols_.functions())
        for (const FunctionId stand_in : calls_.stand_ins(function.id))
            idle_[stand_in.value] = idle_[function.id.value] = false;
    // A call through a variable is awaited for all that it may reach.
    std::map<Place, llvm::SmallVector<FunctionId, 2>> reached;
    for (const CallEdge& edge : calls_.edges())
        if (edge.kind == CallEdge::Kind::call && !edge.direct)
            reached[edge.place].push_back(edge.callee);
    const auto beside_another = [&](FunctionId id) {
        return llvm::any_of(calls_.callers(id), [&](std::uint32_t index) {
            const CallEdge& edge = calls_.edges()[index];
            const auto found =
                edge.kind == CallEdge::Kind::call && !edge.direct ? reached.find(edge.place) : reached.end();
            return found != reached.end() && llvm::any_of(found->second, [&](FunctionId other) {
                       return state(other).io && !idle_[other.value];
                   });
        });
    };
    const auto awaits = [&](FunctionId id) {
        if (beside_another(id))
            return true;
        for (const FunctionId member : calls_.family(id))
            if (state(member).io && !idle_[member.value])
                return true;
        // What stands inside of it is written in its form.
        for (const FunctionId inner : inner_[id.value])
            if (state(inner).io && !idle_[inner.value])
                return true;
        return llvm::any_of(calls_.callees(id), [&](std::uint32_t index) {
            const CallEdge& edge = calls_.edges()[index];
            if (edge.kind == CallEdge::Kind::override_ || edge.kind == CallEdge::Kind::decorator)
                return false;
            const State& callee = state(edge.callee);
            // What the framework makes for it is not for it to await.
            if (edge.kind == CallEdge::Kind::dependency)
                return false;
            return is_bridged(index) || symbols_.function(edge.callee).is_async ||
                   (callee.io && (callee.want.async || callee.asked_async) && !idle_[edge.callee.value]);
        });
    };
    for (bool changed = true; changed;) {
        changed = false;
        for (const FunctionInfo& function : symbols_.functions())
            if (idle_[function.id.value] && awaits(function.id)) {
                idle_[function.id.value] = false;
                changed = true;
            }
    }
}

} // namespace sqlawait
