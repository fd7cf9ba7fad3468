// What of a variable is gone behind a commit and its like.
#include "analysis/loading/identity.h"
#include "analysis/loading/planner.h"

namespace sqlawait {

bool LoadPlanner::is_lost(const Provenance& object, const LoadPath& path, std::uint8_t kinds, Place site) const {
    const auto has = [&](Expiry kind) { return (kinds & bits(kind)) != 0; };
    if (has(Expiry::rollback) || has(Expiry::expire))
        return true;
    const FunctionId function = symbols_.enclosing_function(site);
    if (has(Expiry::expire_some) && holds_string(node(site), path.front().relationship))
        return true;
    std::set<Provenance> made = made_of(object); // objects on the path that the program itself makes
    // No query's options load again what a new object was given.
    const bool drops = has(Expiry::refresh) && path.front().to_many && !eager_by_mapping(path.front());
    if (drops && llvm::any_of(made, [&](const Provenance& one) { return is_filled(one, path.front()); }))
        return true;
    // refresh() goes by the options of the query that brought the object into the session, which may be another one.
    if (has(Expiry::refresh) && !eager_by_mapping(path.front()) && object.path == 0 &&
        is_query(origin(object.origin)) && may_be_there(symbols_, types_, models_, calls_, flow_, object.origin))
        return true;
    std::set<Provenance> owners = made; // and those whose collections were added to
    if (object.path == 0)
        owners.insert(object);
    for (const PathStep& at : path) {
        const RelationshipInfo* step = relationship(at);
        if (step == nullptr)
            continue;
        std::set<Provenance> next;
        for (const Provenance& one : made) {
            if (has(Expiry::flush) && !is_filled(one, at))
                return true;
        }
        for (const Provenance& one : owners)
            for (const Provenance& child : flow_.given(one.origin, at.relationship))
                next.merge(made_of(child));
        made = next;
        owners = std::move(next);
        const bool stale =
            at.to_many ? written(writes_.rows(function), step->target) : written(writes_.keys(function), at.owner);
        // Lazily it would be loaded only now; what was loaded before stays as it was.
        const bool linked = !at.to_many || !step->secondary; // making the other object links nothing
        const bool written_to = has(Expiry::flush) || has(Expiry::write);
        if (written_to && stale && linked && !is_filled(object, at) && !read_before(site, object, at))
            return true;
        if (has(Expiry::commit) &&
            (scope_ == LoadScope::everywhere || (at.to_many ? written(writes_.rows(function), step->target) : stale)))
            return true;
    }
    return false;
}

std::set<Provenance> LoadPlanner::made_of(const Provenance& object, unsigned depth) const {
    const LoadOrigin::Kind kind = origin(object.origin).kind;
    if (object.path != 0 || depth > max_path)
        return {};
    if (kind == LoadOrigin::Kind::constructor || kind == LoadOrigin::Kind::merge)
        return {object};
    std::set<Provenance> out;
    if (kind == LoadOrigin::Kind::refreshed)
        for (const Provenance& before : flow_.behind().at(object.origin).before) {
            out.merge(made_of(before, depth + 1));
        }
    return out;
}

bool LoadPlanner::read_before(Place site, const Provenance& object, const PathStep& step) const {
    std::set<Provenance> same{object}; // under the names it had before
    std::vector<Provenance> queue{object};
    while (!queue.empty()) {
        const auto behind = flow_.behind().find(queue.back().origin);
        queue.pop_back();
        if (behind == flow_.behind().end())
            continue;
        for (const Provenance& before : behind->second.before)
            if (same.insert(before).second)
                queue.push_back(before);
    }
    const FunctionId function = symbols_.enclosing_function(site);
    return llvm::any_of(flow_.reads(), [&](const auto& entry) {
        const ReadEvent& event = entry.second;
        return event.place.module == site.module && event.step.relationship == step.relationship &&
               event.place.node < site.node && symbols_.enclosing_function(event.place) == function &&
               llvm::any_of(event.on, [&](const Provenance& one) { return same.contains(one); });
    });
}

LoadPlanner::Answer LoadPlanner::want_behind(std::uint32_t id, const LoadPath& path) {
    const LoadOrigin& from = origin(id);
    const ProvenanceFlow::Behind& behind = flow_.behind().at(id);
    read_later_[id].insert(path);
    const auto lost = [&](const Provenance& one) {
        return may_start_at(path, one) && !flow_.is_expunged(one) && !flow_.is_transient(one, from.place) &&
               is_lost(one, path, behind.kinds, from.place);
    };
    if (llvm::none_of(behind.before, lost))
        return want_each(behind.before, path);
    if (!from.entity)
        return {false, "not loaded: " + from.variable + " at " + where(from.place) + " may be of several models"};
    if (!sites_.has_room(from.place) || sites_.session(from.place).empty())
        return {false, "not loaded: it is lost at " + where(from.place) + ", where nothing can be put behind"};
    anew_[id].insert(path);
    return {true, "loaded behind " + where(from.place)};
}

std::set<std::string> LoadPlanner::lost_columns(std::uint32_t id, const ProvenanceFlow::Behind& behind) const {
    const std::uint8_t expired = bits(Expiry::rollback) | bits(Expiry::expire);
    const LoadOrigin& from = origin(id);
    const auto left_outside = [&](const Provenance& object) {
        return flow_.was_left_outside(object.origin, from.place); // refresh() of one of them would raise
    };
    if (scope_ != LoadScope::async_code || behind.columns_read.empty() || behind.before.empty() ||
        llvm::any_of(behind.before, left_outside) || !runs_async(from.place) || !sites_.has_room(from.place) ||
        sites_.session(from.place).empty())
        return {};
    if ((behind.kinds & expired) != 0) {
        const bool made_here = llvm::any_of(behind.before, [&](const Provenance& object) {
            return origin(object.origin).kind == LoadOrigin::Kind::constructor;
        });
        return made_here ? std::set<std::string>{} : std::set<std::string>{"*"};
    }
    const ModelInfo* model = models_.find(from.entity);
    if (model == nullptr || (behind.kinds & bits(Expiry::refresh)) != 0)
        return {};
    std::set<std::string> out;
    const bool flushed = (behind.kinds & bits(Expiry::flush)) != 0;
    const std::set<std::pair<ClassId, std::string>>& computed =
        writes_.computed(symbols_.enclosing_function(from.place));
    std::set<Provenance> objects = behind.before;
    objects.insert({id, 0});
    for (const std::string& name : behind.columns_read) {
        const ColumnInfo* column = model->column(name);
        if (column == nullptr)
            continue;
        if ((behind.kinds & bits(Expiry::write)) != 0 && computed.contains({from.entity, name}))
            out.insert(name);
        for (const Provenance& object : objects) {
            if (!flushed)
                break;
            const bool made = !made_of(object).empty();
            const auto found = flow_.changes().find(object);
            const bool changed = found != flow_.changes().end();
            if ((changed && found->second.by_sql.contains(name)) ||
                (changed && !made && column->onupdate_is_sql && !model->eager_defaults) ||
                ((changed || made) && column->is_expression))
                out.insert(name);
        }
    }
    return out;
}

} // namespace sqlawait
