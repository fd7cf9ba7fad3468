#include "analysis/loading/identity.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

FunctionsAround::FunctionsAround(const SymbolTable& symbols, const CallGraph& calls, FunctionId function)
    : seen_(symbols.functions().size(), false) {
    if (!function)
        return;
    std::vector<FunctionId> queue{function};
    const auto visit = [&](FunctionId next) {
        if (next && !seen_[next.value]) {
            seen_[next.value] = true;
            queue.push_back(next);
        }
    };
    seen_[function.value] = true;
    for (std::size_t next = 0; next < queue.size();) // whoever calls it
        for (const std::uint32_t edge : calls.callers(queue[next++]))
            visit(calls.edges()[edge].caller);
    for (std::size_t next = 0; next < queue.size();) // and what they call
        for (const std::uint32_t edge : calls.callees(queue[next++]))
            visit(calls.edges()[edge].callee);
}

bool may_be_there(const SymbolTable& symbols, const TypeTable& types, const ModelTable& models, const CallGraph& calls,
                  const ProvenanceFlow& flow, std::uint32_t origin) {
    const LoadOrigin& from = flow.origins()[origin];
    const FunctionId function = symbols.enclosing_function(from.place);
    if (!function || !from.entity)
        return false;
    const auto related = [&](ClassId a, ClassId b) {
        return llvm::is_contained(types.linearised(a), b) || llvm::is_contained(types.linearised(b), a);
    };
    const FunctionsAround around(symbols, calls, function);
    for (std::uint32_t other = 0; other < flow.origins().size(); ++other) {
        const LoadOrigin& one = flow.origins()[other];
        if (other == origin || !one.entity || !related(one.entity, from.entity) || one.kind == LoadOrigin::Kind::call ||
            one.kind == LoadOrigin::Kind::refreshed)
            continue;
        if (around.contains(symbols.enclosing_function(one.place)))
            return true;
    }
    return llvm::any_of(flow.reads(), [&](const auto& entry) {
        const ReadEvent& event = entry.second;
        const ModelInfo* owner = models.find(event.step.owner);
        const RelationshipInfo* step = owner == nullptr ? nullptr : owner->relationship(event.step.relationship);
        return step != nullptr && step->target && related(step->target, from.entity) &&
               around.contains(symbols.enclosing_function(event.place));
    });
}

AsyncReach::AsyncReach(const SymbolTable& symbols, const CallGraph& calls, const ColourTable& colours)
    : reached_(symbols.functions().size()) {
    std::vector<FunctionId> open;
    const auto reach = [&](FunctionId id) {
        if (id && !reached_[id.value]) {
            reached_[id.value] = true;
            open.push_back(id);
        }
    };
    for (std::uint32_t i = 0; i < reached_.size(); ++i)
        if (colours.form_at(FunctionId{i}).async)
            reach(FunctionId{i});
    while (!open.empty()) {
        const FunctionId caller = open.back();
        open.pop_back();
        for (const std::uint32_t edge : calls.callees(caller))
            reach(colours.called(calls.edges()[edge].callee, caller));
    }
}

bool leads_through(const TypeTable& types, const ModelTable& models, const LoadPath& path, ClassId through,
                   ClassId to) {
    const auto related = [&](ClassId a, ClassId b) {
        return llvm::is_contained(types.linearised(a), b) || llvm::is_contained(types.linearised(b), a);
    };
    bool passed = false;
    for (const PathStep& step : path) {
        passed |= related(step.owner, through);
        const ModelInfo* owner = models.find(step.owner);
        const RelationshipInfo* relationship = owner == nullptr ? nullptr : owner->relationship(step.relationship);
        if (passed && relationship != nullptr && relationship->target && related(relationship->target, to))
            return true;
    }
    return false;
}

bool reads_parent_of_loop(const ModuleBindings& bindings, Node attribute, llvm::StringRef collection) {
    const Node object = attribute.is(Kind::attribute) ? attribute.child(Field::object) : Node();
    if (!object.is(Kind::identifier))
        return false;
    const auto reaching = bindings.reaching(object.id());
    return !reaching.empty() && llvm::all_of(reaching, [&](DefinitionId id) {
        const Node loop = attribute.tree().node(bindings.definition(id).node);
        if (!loop.is_any(Kind::for_statement, Kind::for_in_clause) || loop.child(Field::left).text() != object.text() ||
            loop.child(Field::right) == Node())
            return false;
        Node root = loop.child(Field::right);
        if (!root.is(Kind::attribute) || root.child(Field::attribute).text() != collection)
            return false;
        while (root.is(Kind::attribute))
            root = root.child(Field::object);
        return root.is(Kind::identifier); // which holds the parent as long as the loop runs
    });
}

bool are_sides_of_one(const ModelTable& models, const RelationshipInfo& collection, const RelationshipInfo& back) {
    if (collection.owner != back.target || collection.target != back.owner)
        return false;
    const bool named = (!collection.back_populates.empty() && collection.back_populates == back.name) ||
                       (!back.back_populates.empty() && back.back_populates == collection.name);
    // Another join than that of the foreign key to the primary key is asked of the database.
    const ModelInfo* child = models.find(back.owner);
    const ModelInfo* parent = models.find(back.target);
    if (!named || child == nullptr || parent == nullptr || !collection.to_many.value_or(false) ||
        collection.secondary || back.direction != Direction::many_to_one || collection.own_join || back.own_join)
        return false;
    return llvm::any_of(child->columns, [&](const ColumnInfo& key) {
        const auto [table, column] = llvm::StringRef(key.foreign_key).rsplit('.');
        return table == parent->table && llvm::any_of(parent->columns, [&, name = column](const ColumnInfo& one) {
                   return one.primary_key && name == (one.database_name.empty() ? one.name : one.database_name);
               });
    });
}

} // namespace sqlawait
