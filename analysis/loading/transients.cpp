// Objects that the program makes and that no session has yet: there is nothing to load anew, and refresh() raises.
#include "analysis/loading/provenance.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// Whether a loop runs both, so that either may come first.
bool share_a_loop(Node one, NodeId other) {
    for (Node up = one; up && !up.is_any(Kind::function_definition, Kind::lambda); up = up.parent())
        if (up.is_any(Kind::for_statement, Kind::while_statement) && other > up.id() &&
            other < up.tree().record(up.id()).subtree_end)
            return true;
    return false;
}

constexpr unsigned max_wholes = 6;

} // namespace

/// Something takes these objects that may add them to a session, or keep them for others that do.
void ProvenanceFlow::note_entry(ProvenanceId objects, Node at) {
    for (const Provenance& one : get(objects))
        if (one.path == 0 && origins_[one.origin].kind == LoadOrigin::Kind::constructor)
            entries_[one.origin].emplace(module_->id, at.id());
}

/// `session.bulk_save_objects(objects)` writes rows, and leaves the objects outside of the session.
bool ProvenanceFlow::leaves_outside(const CallInfo* call, Node node) const {
    const auto is_bulk = [](llvm::StringRef name) { return name.ends_with("Session.bulk_save_objects"); };
    if (call == nullptr)
        return false;
    for (const CallTarget& target : call->targets)
        if (is_bulk(knowledge_.canonical(target.external)))
            return true;
    // `await session.run_sync(Session.bulk_save_objects, objects)`
    const Node first = node.child(Field::arguments).named_child(0);
    return first &&
           llvm::any_of(types_.store().atoms(types_.type_of({module_->id, first.id()})), [&](const Atom& atom) {
               return atom.kind == Atom::Kind::external && is_bulk(knowledge_.canonical(types_.store().text(atom.id)));
           });
}

void ProvenanceFlow::note_outside(ProvenanceId objects, Node at) {
    for (const Provenance& one : get(objects))
        if (one.path == 0 && origins_[one.origin].kind == LoadOrigin::Kind::constructor)
            left_outside_[one.origin].emplace(module_->id, at.id());
}

/// Whether the function wrote an object without its session, and did not hand it to anything that could add it.
bool ProvenanceFlow::was_left_outside(std::uint32_t origin, Place at) const {
    const FunctionId function = symbols_.enclosing_function(at);
    const FunctionId maker = symbols_.enclosing_function(origins_[origin].place);
    const auto left = left_outside_.find(origin);
    if (left == left_outside_.end() || llvm::none_of(left->second, [&](Place call) {
            return symbols_.enclosing_function(call) == function && call.node < at.node;
        }))
        return false;
    const auto found = entries_.find(origin);
    return found == entries_.end() || llvm::none_of(found->second, [&](Place entry) {
               const FunctionId there = symbols_.enclosing_function(entry);
               return there == function || there == maker;
           });
}

/// The objects are put into a relationship: they enter a session with the object that has them.
void ProvenanceFlow::note_part(ProvenanceId parts, const Provenance& whole, Node at) {
    const bool made = whole.path == 0 && origins_[whole.origin].kind == LoadOrigin::Kind::constructor;
    if (!made)
        return note_entry(parts, at);
    for (const Provenance& one : get(parts))
        if (one.path == 0 && one.origin != whole.origin)
            wholes_[one.origin].insert(whole.origin);
}

bool ProvenanceFlow::may_have_entered(std::uint32_t origin, Place at, unsigned depth) const {
    if (depth > max_wholes)
        return true;
    const Node here = program_.module(at.module).tree.node(at.node);
    // What other functions do to the object they do behind a call that was given it, or when this one has returned.
    const FunctionId function = symbols_.enclosing_function(at);
    if (symbols_.enclosing_function(origins_[origin].place) != function)
        return true;
    if (const auto found = entries_.find(origin); found != entries_.end())
        for (const Place entry : found->second)
            if (symbols_.enclosing_function(entry) == function &&
                (entry.node < at.node || share_a_loop(here, entry.node)))
                return true;
    const auto found = wholes_.find(origin);
    return found != wholes_.end() &&
           llvm::any_of(found->second, [&](std::uint32_t whole) { return may_have_entered(whole, at, depth + 1); });
}

bool ProvenanceFlow::is_transient(const Provenance& object, Place at, unsigned depth) const {
    if (object.path != 0 || depth > max_wholes)
        return false;
    if (const auto found = behind_.find(object.origin); found != behind_.end())
        return llvm::all_of(found->second.before, [&](const Provenance& before) {
            return before == object || is_transient(before, at, depth + 1); // it may come round in a loop
        });
    return origins_[object.origin].kind == LoadOrigin::Kind::constructor &&
           (!may_have_entered(object.origin, at, 0) || was_left_outside(object.origin, at));
}

} // namespace sqlawait
