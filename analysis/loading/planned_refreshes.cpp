// What is loaded anew, written down for the rules.
#include "analysis/loading/identity.h"
#include "analysis/loading/planner.h"

namespace sqlawait {

void LoadPlanner::publish_refresh(std::uint32_t id, const std::set<LoadPath>& wanted) {
    LoadOrigin from = origin(id);
    PlannedRefresh refresh;
    refresh.site = from.place;
    if (from.kind == LoadOrigin::Kind::call) {
        refresh.site = result_site(id);
        const Node statement = node(refresh.site);
        if (statement.is(Kind::expression_statement))
            from.variable = statement.named_child(0).child(Field::left).text().str();
        const Node call = node(from.place);
        const TypeId type =
            types_.type_of({from.place.module, call.parent().is(Kind::await) ? call.parent().id() : call.id()});
        refresh.optional = types_.store().some(type, [](const Atom& atom) { return atom.kind == Atom::Kind::none; });
        from.entity = wanted.begin()->front().owner;
    } else {
        const ProvenanceFlow::Behind& behind = flow_.behind().at(id);
        const std::set<std::string> lost = lost_columns(id, behind);
        refresh.columns = lost.contains("*");
        if (!refresh.columns)
            refresh.column_names.assign(lost.begin(), lost.end());
        note_reloads(refresh, wanted, behind);
        refresh.optional = from.optional && !sites_.is_object(refresh.site, from.variable);
    }
    refresh.variable = from.variable;
    refresh.entity = from.entity;
    refresh.each = from.each;
    refresh.session = sites_.session(refresh.site);
    refresh.paths = longest(wanted);
    // What is loaded as a whole drops what was there: all that is read later comes along.
    if (llvm::any_of(refresh.paths, [](const LoadPath& path) { return path.size() > 1 || path[0].repeated; }) &&
        read_later_.contains(id)) {
        std::set<LoadPath> all = read_later_[id];
        all.insert(wanted.begin(), wanted.end());
        refresh.paths = longest(all);
    }
    const auto behind = flow_.behind().find(id);
    const std::uint8_t kinds = behind == flow_.behind().end() ? 0 : behind->second.kinds;
    const FunctionId function = symbols_.enclosing_function(refresh.site);
    for (PlannedRefresh& part : apart(std::move(refresh), kinds, function))
        publish_part(id, std::move(part));
}

void LoadPlanner::publish_part(std::uint32_t id, PlannedRefresh refresh) {
    const std::set<std::string> there = sites_.loaded_there(refresh.site, refresh.variable);
    llvm::erase_if(refresh.column_names, [&](const std::string& name) { return there.contains(name); });
    if (there.contains("*")) {
        refresh.columns = false;
        refresh.column_names.clear();
    }
    const bool nested = llvm::any_of(refresh.paths, [](const LoadPath& path) { return path.size() > 1; });
    const auto is_there = [&](const LoadPath& path) {
        return llvm::all_of(path, [&](const PathStep& step) { return there.contains(step.relationship); });
    };
    if (!nested)
        llvm::erase_if(refresh.paths, is_there);
    else if (llvm::all_of(refresh.paths, is_there))
        refresh.paths.clear();
    refresh.by_select |=
        llvm::any_of(refresh.paths, [&](const LoadPath& path) { return leads_back(id, refresh, path); });
    if (!refresh.paths.empty() || refresh.columns || !refresh.column_names.empty())
        plan_.refreshes_[refresh.site].push_back(std::move(refresh));
}

bool LoadPlanner::leads_back(std::uint32_t id, const PlannedRefresh& refresh, const LoadPath& path) const {
    const RelationshipInfo* step = relationship(path.front());
    if (step == nullptr || path.front().to_many || !step->target || related(step->target, refresh.entity))
        return step != nullptr && !path.front().to_many && step->target;
    const auto behind = flow_.behind().find(id);
    const bool made_here = behind != flow_.behind().end() && llvm::all_of(behind->second.before, [&](const auto& one) {
                               return origin(one.origin).kind == LoadOrigin::Kind::constructor;
                           });
    if (made_here)
        return false;
    const FunctionsAround around(symbols_, calls_, symbols_.enclosing_function(refresh.site));
    const auto passes = [&](const auto& load) {
        return around.contains(symbols_.enclosing_function(origin(load.first).place)) &&
               llvm::any_of(load.second, [&](const LoadPath& loaded) {
                   return leads_through(types_, models_, loaded, step->target, refresh.entity);
               });
    };
    return llvm::any_of(wanted_, passes) || llvm::any_of(anew_, passes);
}

void LoadPlanner::note_reloads(PlannedRefresh& refresh, const std::set<LoadPath>& wanted,
                               const ProvenanceFlow::Behind& behind) const {
    const auto has = [&](Expiry kind) { return (behind.kinds & bits(kind)) != 0; };
    // A flush lets go of nothing: what was loaded before stays as it was, on the synchronous session, too.
    const bool let_go = has(Expiry::commit) || has(Expiry::refresh) || has(Expiry::expire_some);
    for (const LoadPath& path : wanted) {
        const bool unloaded = llvm::all_of(behind.before, [&](const Provenance& object) {
            return !made_of(object).empty() && !is_filled(object, path.front());
        });
        if (unloaded || has(Expiry::rollback) || has(Expiry::expire))
            continue;
        if (let_go)
            refresh.reload.insert(path.front().relationship);
        else
            refresh.by_select |= llvm::any_of(behind.before, [&](const Provenance& object) {
                return is_query(origin(object.origin)) &&
                       (object.path != 0 || may_be_there(symbols_, types_, models_, calls_, flow_, object.origin));
            });
    }
}

} // namespace sqlawait
