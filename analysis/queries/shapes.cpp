// Shapes by forward flow: what arrives at a value from several sides is joined, until nothing changes.
#include "analysis/queries/builder.h"

#include "llvm/ADT/STLExtras.h"

#include <deque>

namespace sqlawait {

namespace {

QueryShape joined(const QueryShape& a, const QueryShape& b) {
    QueryShape out = a;
    if (a.rows != b.rows)
        out.rows = QueryShape::Rows::unknown;
    if (a.entity != b.entity)
        out.entity = {};
    out.mixed |= b.mixed || a.rows != b.rows || a.entity != b.entity;
    for (bool QueryShape::* const may :
         {&QueryShape::has_entity, &QueryShape::columns_unknown, &QueryShape::unhashable, &QueryShape::joins_many,
          &QueryShape::loads_many, &QueryShape::limited, &QueryShape::distinct, &QueryShape::grouped,
          &QueryShape::aggregates, &QueryShape::set_operation, &QueryShape::names_repeat, &QueryShape::from_statement,
          &QueryShape::yields, &QueryShape::ordered, &QueryShape::criteria, &QueryShape::has_options,
          &QueryShape::other_state, &QueryShape::froms_unknown})
        out.*may |= b.*may;
    for (bool QueryShape::* const must : {&QueryShape::single_row, &QueryShape::unique_key, &QueryShape::deduplicated,
                                          &QueryShape::filtered, &QueryShape::all_selected})
        out.*must &= b.*must;
    if (a.has_entity != b.has_entity)
        out.columns_unknown = true;
    if (a.froms != b.froms || a.joinpoint != b.joinpoint || a.last_joined != b.last_joined) {
        out.froms_unknown = true;
        if (!out.froms.empty() && (b.froms.empty() || a.froms[0] != b.froms[0]))
            out.froms.clear();
        else if (out.froms.size() > 1)
            out.froms.resize(1);
        out.joinpoint = out.last_joined = 0;
    }
    return out;
}

} // namespace

QueryShape QueryFlowBuilder::moved(const Move& move) {
    const QueryShape& from = values_[move.from].shape;
    const Place at = values_[move.to].place;
    if (move.kind == MoveKind::link) {
        QueryShape shape = from;
        reader_.enter(at.module);
        if (move.method->effect != nullptr)
            move.method->effect(shape, reader_, program_.module(at.module).tree.node(at.node));
        return shape;
    }
    if (move.kind != MoveKind::through)
        return from;
    // The columns are those of the argument; what the function adds is joined over all of its callers.
    QueryShape shape = from;
    const auto slot = returned_.find(move.function);
    if (slot == returned_.end() || !values_[slot->second].reached)
        return shape;
    const QueryShape& added = values_[slot->second].shape;
    bool changes = false, joins = false;
    for (const auto& [parameter, inside] : polymorphic_)
        if (values_[parameter].parameter_of == move.function) {
            changes |= inside.changes_columns;
            joins |= inside.joins;
        }
    if (changes)
        return added;
    for (bool QueryShape::* const may :
         {&QueryShape::limited, &QueryShape::distinct, &QueryShape::grouped, &QueryShape::yields, &QueryShape::ordered,
          &QueryShape::criteria, &QueryShape::has_options, &QueryShape::loads_many, &QueryShape::joins_many,
          &QueryShape::other_state})
        shape.*may |= added.*may;
    shape.single_row |= added.single_row;
    shape.unique_key |= added.unique_key && !joins;
    shape.filtered |= added.filtered;
    shape.all_selected &= !joins && !added.joins_many;
    if (added.grouped && !from.grouped)
        shape.single_row = false;
    shape.froms_unknown |= joins;
    return shape;
}

/// Of `owner.pets`: the rows of the other class that belong to one object, in the order of the mapping.
QueryShape QueryFlowBuilder::shape_of(const RelationshipInfo& relationship) const {
    QueryShape shape;
    shape.rows = QueryShape::Rows::entity;
    shape.entity = relationship.target;
    shape.has_entity = shape.criteria = shape.filtered = shape.ordered = shape.other_state = true;
    shape.all_selected = !relationship.secondary;
    shape.joins_many = relationship.secondary; // an association table may hold a pair twice
    shape.loads_many = reader_.may_load_collections(relationship.target);
    QueryFrom from;
    from.entity = relationship.target;
    from.text = symbols_.class_(relationship.target).name;
    shape.froms.push_back(from);
    return shape;
}

const RelationshipInfo* QueryFlowBuilder::enter_dynamic(Place at) {
    module_ = &program_.module(at.module);
    return dynamic_relationship(module_->tree.node(at.node));
}

void QueryFlowBuilder::find_shapes() {
    std::deque<ValueId> queue;
    std::vector<bool> queued(values_.size(), false);
    const auto enqueue = [&](ValueId id) {
        if (!queued[id]) {
            queued[id] = true;
            queue.push_back(id);
        }
    };
    for (ValueId id = 0; id < values_.size(); ++id) {
        if (!values_[id].producer)
            continue;
        const Place at = values_[id].place;
        reader_.enter(at.module);
        const Node call = program_.module(at.module).tree.node(at.node);
        if (const RelationshipInfo* relationship = enter_dynamic(at))
            values_[id].shape = shape_of(*relationship);
        else
            query_method("query")->effect(values_[id].shape, reader_, call);
        values_[id].reached = true;
        enqueue(id);
    }
    // Each value changes a bounded number of times: flags only turn one way, lists only get shorter.
    std::size_t budget = values_.size() * 200 + 1000;
    std::map<FunctionId, std::vector<std::uint32_t>> through;
    for (std::uint32_t id = 0; id < moves_.size(); ++id)
        if (moves_[id].kind == MoveKind::through)
            through[moves_[id].function].push_back(id);
    while (!queue.empty() && budget-- > 0) {
        const ValueId at = queue.front();
        queue.pop_front();
        queued[at] = false;
        const auto deliver = [&](const Move& move) {
            // Past a function that suits both goes the argument, not what all of its callers give together.
            if (move.kind == MoveKind::result && llvm::any_of(values_[move.to].in, [&](std::uint32_t in) {
                    return moves_[in].kind == MoveKind::through && moves_[in].function == move.function;
                }))
                return;
            if (!values_[move.from].reached || move.kind == MoveKind::together)
                return;
            QueryValue& to = values_[move.to];
            const QueryShape given = moved(move);
            const QueryShape now = to.reached ? joined(to.shape, given) : given;
            if (to.reached && now == to.shape)
                return;
            to.shape = now;
            to.reached = true;
            enqueue(move.to);
        };
        for (const std::uint32_t id :
             llvm::SmallVector<std::uint32_t, 8>(values_[at].out.begin(), values_[at].out.end()))
            deliver(moves_[id]);
        if (values_[at].returned_by)
            for (const std::uint32_t id : through[values_[at].returned_by])
                deliver(moves_[id]);
    }
}

} // namespace sqlawait
