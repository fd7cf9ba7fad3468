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
    const auto behind = flow_.behind().find(id);
    const std::uint8_t kinds = behind == flow_.behind().end() ? 0 : behind->second.kinds;
    if (behind != flow_.behind().end())
        leave_to_columns(refresh, behind->second);
    // What is loaded as a whole drops what was there: all that is read later comes along.
    if (llvm::any_of(refresh.paths, [](const LoadPath& path) { return path.size() > 1 || path[0].repeated; }) &&
        read_later_.contains(id)) {
        std::set<LoadPath> all = read_later_[id];
        all.insert(wanted.begin(), wanted.end());
        refresh.paths = longest(all);
    }
    if (!refresh.columns && refresh.column_names.empty())
        if (const Node loop = loop_before_reads(id, refresh); loop && !ends_with_load(loop, refresh.site.module)) {
            refresh.site.node = loop.id();
            refresh.behind_loop = true;
            refresh.session = sites_.session(refresh.site);
        }
    const FunctionId function = symbols_.enclosing_function(refresh.site);
    for (PlannedRefresh& part : apart(std::move(refresh), kinds, function))
        publish_part(id, std::move(part));
}

/// refresh() of a whole object, behind a rollback, goes by the options of the query that loaded it: what they load is
/// not asked for again.
void LoadPlanner::leave_to_columns(PlannedRefresh& refresh, const ProvenanceFlow::Behind& behind) const {
    const std::uint8_t expired = bits(Expiry::rollback) | bits(Expiry::expire);
    if ((behind.kinds & expired) == 0 || refresh.each)
        return;
    const auto brings = [&](const Provenance& object, const LoadPath& path) {
        const auto wanted = wanted_.find(object.origin);
        return object.path == 0 && is_query(origin(object.origin)) && wanted != wanted_.end() &&
               llvm::any_of(wanted->second,
                            [&](const LoadPath& loaded) { return loaded == path || covers(loaded, path); }) &&
               !may_be_there(symbols_, types_, models_, calls_, flow_, object.origin);
    };
    std::vector<LoadPath> kept;
    for (const LoadPath& path : refresh.paths)
        if (behind.before.empty() ||
            !llvm::all_of(behind.before, [&](const Provenance& object) { return brings(object, path); }))
            kept.push_back(path);
    if (kept.size() == refresh.paths.size())
        return;
    refresh.columns = true; // the same statement as that of the columns, which are gone as well
    refresh.paths = std::move(kept);
}

/// The outermost loop around the site such that all that is read of the variable is read behind it: loaded there, it is
/// loaded once. No node where the site stays.
Node LoadPlanner::loop_before_reads(std::uint32_t id, const PlannedRefresh& refresh) const {
    const Node site = node(refresh.site);
    const Module& module = program_.module(refresh.site.module);
    std::vector<Node> reads;
    for (const auto& [key, event] : flow_.reads()) {
        const auto at = event.on.lower_bound(Provenance{id, 0});
        if (at != event.on.end() && at->origin == id) {
            if (event.place.module != refresh.site.module)
                return {};
            reads.push_back(module.tree.node(event.place.node));
        }
    }
    const ModuleBindings& bindings = symbols_.bindings(refresh.site.module);
    const auto made_before = [&](Node loop) {
        const SymbolId symbol = bindings.lookup(bindings.scope_of(site.id()), refresh.variable);
        return symbol && llvm::all_of(bindings.symbol(symbol).definitions, [&](DefinitionId made) {
                   return module.tree.node(bindings.definition(made).name).begin() < loop.begin();
               });
    };
    Node out;
    for (Node up = site; up && !up.is_any(Kind::function_definition, Kind::lambda); up = up.parent())
        if (up.is_any(Kind::for_statement, Kind::while_statement) && up.parent().is(Kind::block) && made_before(up) &&
            llvm::all_of(reads, [&](Node read) { return read.begin() >= up.end() && read.inside(up.parent()); }))
            out = up;
    return reads.empty() ? Node() : out;
}

/// Whether something is loaded behind the last statement of a loop, in it: what stands behind the loop begins there,
/// too.
bool LoadPlanner::ends_with_load(Node loop, ModuleId module) const {
    return llvm::any_of(anew_, [&](const auto& entry) {
        const LoadOrigin& from = origin(entry.first);
        const Node site = node(from.place);
        if (from.place.module != module || !site.inside(loop) || site == loop || site.end() != loop.end())
            return false;
        PlannedRefresh other;
        other.site = from.place;
        other.variable = from.variable;
        return loop_before_reads(entry.first, other) != loop;
    });
}

/// One statement for what is loaded of one variable at one place, for whatever reason.
void LoadPlanner::merge_refreshes() {
    for (auto& [site, refreshes] : plan_.refreshes_) {
        std::vector<PlannedRefresh> out;
        for (PlannedRefresh& one : refreshes) {
            const auto same = llvm::find_if(out, [&](const PlannedRefresh& other) {
                return other.variable == one.variable && other.each == one.each && other.session == one.session &&
                       other.entity == one.entity && other.behind_loop == one.behind_loop && !one.variable.empty();
            });
            if (same == out.end()) {
                out.push_back(std::move(one));
                continue;
            }
            std::set<LoadPath> paths(same->paths.begin(), same->paths.end());
            paths.insert(one.paths.begin(), one.paths.end());
            same->paths = longest(paths);
            same->reload.insert(one.reload.begin(), one.reload.end());
            same->columns |= one.columns;
            same->optional &= one.optional;
            same->by_select |= one.by_select;
            for (const std::string& name : one.column_names)
                if (!llvm::is_contained(same->column_names, name))
                    same->column_names.push_back(name);
        }
        refreshes = std::move(out);
    }
}

void LoadPlanner::publish_part(std::uint32_t id, PlannedRefresh refresh) {
    const std::set<std::string> there = sites_.loaded_there(refresh.site, refresh.variable, refresh.behind_loop);
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
