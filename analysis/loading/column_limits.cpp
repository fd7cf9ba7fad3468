// Columns that a query leaves out: deferred by their mapping, or by load_only() and defer() in its options.
#include "analysis/loading/provenance.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

const std::vector<ProvenanceFlow::ColumnLimit>& ProvenanceFlow::limits_of(std::uint32_t origin) {
    const auto [at, fresh] = limits_.try_emplace(origin);
    std::vector<ColumnLimit>& out = at->second;
    if (!fresh)
        return out;
    const Place place = origins_[origin].place;
    const Node start = program_.module(place.module).tree.node(place.node);
    // The whole chain, and the arguments of a get().
    Node chain = start;
    while (chain.parent().is(Kind::attribute) && chain.parent().parent().is(Kind::call))
        chain = chain.parent().parent();
    const SyntaxTree& tree = start.tree();
    for (NodeId id = chain.id(); id < tree.record(chain.id()).subtree_end; ++id) {
        const Node call = tree.node(id);
        if (!call.is(Kind::call))
            continue;
        const Node callee = call.child(Field::function);
        const llvm::StringRef name = callee.is(Kind::attribute) ? callee.child(Field::attribute).text() : callee.text();
        if (name != "load_only" && name != "defer")
            continue;
        for (const Node argument : call.child(Field::arguments).named_children()) {
            if (!argument.is(Kind::attribute))
                continue;
            for (const Atom& atom :
                 types_.store().atoms(types_.type_of({place.module, argument.child(Field::object).id()}))) {
                if (atom.kind != Atom::Kind::class_)
                    continue;
                const ClassId named{atom.id};
                auto limit = llvm::find_if(out, [&](const ColumnLimit& one) {
                    return one.class_ == named && one.only == (name == "load_only");
                });
                if (limit == out.end())
                    limit = out.insert(out.end(), ColumnLimit{named, name == "load_only", {}});
                limit->columns.insert(argument.child(Field::attribute).text().str());
            }
        }
    }
    return out;
}

bool ProvenanceFlow::leaves_out(const Provenance& object, const ColumnInfo& column) {
    const LoadOrigin& from = origins_[object.origin];
    if (from.kind == LoadOrigin::Kind::refreshed || column.primary_key ||
        (from.kind == LoadOrigin::Kind::constructor && object.path == 0))
        return false;
    const ClassId own = class_at(object);
    for (const ColumnLimit& limit : limits_of(object.origin))
        if (own && related(own, limit.class_))
            return limit.only != limit.columns.contains(column.name);
    return column.deferred;
}

} // namespace sqlawait
