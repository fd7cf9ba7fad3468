// Functions that make functions: `Depends(require_role("admin"))`, `add_routes(router)`. Their own code is the same in
// both forms; what they give has the form of who uses it, or is a root itself, and they follow it.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

void Colouring::find_factories() {
    makes_functions_.assign(symbols_.functions().size(), false);
    makes_roots_.assign(symbols_.functions().size(), false);
    for (const FunctionInfo& function : symbols_.functions()) {
        if (!function.outer || !state(function.id).coloured || state(function.outer).io)
            continue;
        const bool used = llvm::any_of(calls_.callers(function.id), [&](std::uint32_t index) {
            const CallEdge& edge = calls_.edges()[index];
            if (edge.direct || edge.caller == function.outer)
                return false;
            return edge.kind == CallEdge::Kind::call || edge.kind == CallEdge::Kind::dependency ||
                   (edge.kind == CallEdge::Kind::reference && edge.entry == Entry::awaits);
        });
        const bool handed = llvm::any_of(calls_.callers(function.id), [&](std::uint32_t index) {
            const CallEdge& edge = calls_.edges()[index];
            return edge.caller == function.outer && edge.kind == CallEdge::Kind::reference &&
                   edge.entry == Entry::awaits; // return Depends(inner)
        });
        const bool root = handed || calls_.entry(function.id).entry != Entry::none;
        if (used || root)
            makes_functions_[function.outer.value] = true;
        if (root)
            makes_roots_[function.outer.value] = true;
    }
}

/// Whether a function that makes functions gives it.
bool Colouring::is_made(FunctionId id) const {
    const FunctionId outer = symbols_.function(id).outer;
    return outer && makes_functions_[outer.value] && state(id).coloured;
}

/// A function that makes functions follows what it makes. Routes are made once, whatever their forms.
void Colouring::demand_maker(FunctionId id, bool async) {
    const FunctionId outer = symbols_.function(id).outer;
    const Form there = state(outer).want;
    if (!makes_roots_[outer.value] || (!there.sync && !there.async))
        demand(outer, async, id, "", state(id).sync_kept);
}

/// An edge that says nothing about the form of what it leads to: a call of a function that makes functions, the name of
/// what such a function gives, and what stands in the header of a function inside of it. What a decorator's inner
/// function wraps asks for the decorator in its own form, not the other way round.
bool Colouring::leaves_form_open(const CallEdge& edge) const {
    if (edge.kind == CallEdge::Kind::call && makes_functions_[edge.callee.value])
        return true;
    if (edge.kind == CallEdge::Kind::call && edge.caller && !edge.direct &&
        llvm::is_contained(wrapped_by_[edge.caller.value], edge.callee))
        return true;
    if (!edge.caller || !makes_functions_[edge.caller.value] || edge.kind != CallEdge::Kind::reference)
        return false;
    return symbols_.function(edge.callee).outer == edge.caller ? edge.entry == Entry::transparent
                                                               : owner(edge.place) != edge.caller;
}

} // namespace sqlawait
