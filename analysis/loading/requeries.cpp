// Objects that are asked for again behind a commit, while a variable still holds them.
//
// The session gives the object that it has, and a loader option leaves alone what is loaded already. On the synchronous
// session the commit has let go of that; with `expire_on_commit=False` a collection whose rows were written since would
// stay as it was. So it is loaded anew where the commit is.
#include "analysis/loading/planner.h"

namespace sqlawait {

std::vector<std::uint32_t> LoadPlanner::queries_behind(const CallInfo& call) {
    std::vector<FunctionId> queue;
    std::set<FunctionId> seen;
    const auto visit = [&](FunctionId id) {
        if (id && seen.insert(id).second)
            queue.push_back(id);
    };
    for (const CallTarget& target : call.targets)
        visit(target.function);
    std::vector<std::uint32_t> out;
    while (!queue.empty()) {
        const FunctionId id = queue.back();
        queue.pop_back();
        if (const auto own = queries_in_.find(id); own != queries_in_.end())
            out.insert(out.end(), own->second.begin(), own->second.end());
        for (const std::uint32_t edge : calls_.callees(id))
            visit(calls_.edges()[edge].callee);
    }
    return out;
}

bool LoadPlanner::is_bound_at(const Definition& made, Node site) const {
    if (made.kind == DefinitionKind::parameter)
        return true;
    const Node node = site.tree().node(made.node);
    if (made.kind == DefinitionKind::for_target)
        return node.is(Kind::for_statement) && site.inside(node.child(Field::body));
    if (made.kind != DefinitionKind::assignment || node.begin() >= site.begin())
        return false;
    const Node around = node.parent().parent(); // the block of the statement
    return around.is(Kind::block) && site.inside(around);
}

std::optional<PlannedRefresh> LoadPlanner::held_at(ModuleId module, SymbolId symbol, NodeId site_node,
                                                   std::set<Provenance>& objects) const {
    const ModuleBindings& bindings = symbols_.bindings(module);
    const Node site = node({module, site_node});
    PlannedRefresh out;
    bool bound = false, single = true, many = true;
    for (const DefinitionId id : bindings.symbol(symbol).definitions) {
        const Definition& made = bindings.definition(id);
        const Node name = site.tree().node(made.name);
        if (name.begin() > site.begin())
            continue;
        bound |= is_bound_at(made, site);
        const std::set<Provenance>& from = flow_.of(module, id);
        const TypeId type = types_.type_of({module, made.name});
        if (from.empty())
            return std::nullopt;
        objects.insert(from.begin(), from.end());
        TypeId element = type;
        for (const Atom& atom : types_.store().atoms(type)) {
            if (atom.kind == Atom::Kind::none) {
                out.optional = true;
                continue;
            }
            single &= atom.kind == Atom::Kind::instance;
            many &=
                atom.kind == Atom::Kind::external_instance && atom.args.size() == 1 &&
                (types_.store().text(atom.id) == "builtins.list" || types_.store().text(atom.id) == "typing.Sequence");
            if (atom.args.size() == 1)
                element = atom.args[0];
        }
        const ClassId entity = types_.mapped_instance(element);
        if (!entity || (out.entity && out.entity != entity))
            return std::nullopt;
        out.entity = entity;
    }
    if (!bound || single == many)
        return std::nullopt;
    out.site = {module, site_node};
    out.variable = bindings.symbol(symbol).name;
    out.each = many;
    out.optional = out.optional && !sites_.is_object(out.site, out.variable);
    return out;
}

std::optional<LoadPath> LoadPlanner::way_to_loaded(const std::set<Provenance>& objects, const PathStep& step,
                                                   Place site) const {
    const auto way = [&](const std::set<LoadPath>& paths) -> std::optional<LoadPath> {
        for (const LoadPath& path : paths)
            for (const auto at = llvm::find_if(path, [](const PathStep& one) { return one.to_many; });
                 const PathStep& one : llvm::make_range(path.begin(), at == path.end() ? at : std::next(at)))
                if (same_relationship(one, step))
                    return LoadPath(path.begin(), path.begin() + (&one - path.data()));
        return std::nullopt;
    };
    const Node here = node(site);
    for (const Provenance& object : objects) {
        if (object.path != 0)
            continue;
        if (const auto wanted = wanted_.find(object.origin); wanted != wanted_.end())
            if (std::optional<LoadPath> found = way(wanted->second))
                return found;
        for (const auto& [id, paths] : anew_) {
            const auto behind = flow_.behind().find(id);
            const Node loaded = node(origin(id).place);
            if (behind == flow_.behind().end() || !behind->second.before.contains(object) ||
                origin(id).place.module != site.module || !here.inside(loaded.parent()))
                continue;
            if (std::optional<LoadPath> found = way(paths))
                return found;
        }
    }
    return std::nullopt;
}

void LoadPlanner::lead_along(PlannedRefresh& refresh, llvm::ArrayRef<PathStep> way) const {
    for (const PathStep& step : way) {
        const RelationshipInfo* info = relationship(step);
        refresh.variable += "." + step.relationship;
        refresh.entity = info->target;
        refresh.each = step.to_many;
        refresh.optional = !step.to_many;
    }
}

std::vector<PlannedRefresh> LoadPlanner::apart(PlannedRefresh refresh, std::uint8_t kinds, FunctionId function) const {
    std::vector<PlannedRefresh> out;
    if ((kinds & bits(Expiry::commit)) == 0 || refresh.each || (kinds & bits(Expiry::rollback)) != 0)
        return {std::move(refresh)};
    const auto is_stale = [&](const PathStep& step) {
        const RelationshipInfo* info = relationship(step);
        return info != nullptr && !step.repeated && !eager_by_mapping(step) &&
               (step.to_many ? written(writes_.rows(function), info->target)
                             : written(writes_.keys(function), step.owner));
    };
    const auto may_be_there = [&](const PathStep& step) {
        const auto names = [&](const std::set<LoadPath>& paths) {
            return llvm::any_of(paths, [&](const LoadPath& path) {
                return llvm::any_of(path, [&](const PathStep& one) { return same_relationship(one, step); });
            });
        };
        return llvm::any_of(wanted_, [&](const auto& entry) { return names(entry.second); });
    };
    std::map<std::string, PlannedRefresh> below; // by the first step
    std::set<LoadPath> own;
    for (const LoadPath& path : refresh.paths) {
        const RelationshipInfo* first = relationship(path.front());
        if (path.size() < 2 || path.front().repeated || first == nullptr || !first->target || !first->to_many ||
            !is_stale(path[1]) || !may_be_there(path[1])) {
            own.insert(path);
            continue;
        }
        own.insert({path.front()});
        const auto [at, fresh] = below.try_emplace(path.front().relationship);
        if (fresh) {
            at->second.site = refresh.site;
            at->second.variable = refresh.variable;
            at->second.session = refresh.session;
            lead_along(at->second, path.front());
        }
        at->second.paths.emplace_back(std::next(path.begin()), path.end());
        at->second.reload.insert(path[1].relationship);
    }
    if (refresh.optional && !below.empty()) // nothing can be named through what may be None
        return {std::move(refresh)};
    refresh.paths = longest(own);
    out.push_back(std::move(refresh));
    for (auto& [name, one] : below)
        for (PlannedRefresh& part : apart(std::move(one), kinds, function))
            out.push_back(std::move(part));
    return out;
}

void LoadPlanner::load_for_requeries() {
    if (scope_ != LoadScope::async_code)
        return;
    for (const auto& [id, paths] : wanted_)
        if (is_query(origin(id)) && !paths.empty())
            queries_in_[symbols_.enclosing_function(origin(id).place)].push_back(id);
    for (const auto& [place, held] : flow_.held_at_calls()) {
        const FunctionId function = symbols_.enclosing_function(place);
        const CallInfo* call = types_.call(place);
        if (!runs_async(place) || stays_as_it_is(place) || call == nullptr)
            continue;
        std::vector<std::uint32_t> queries = queries_behind(*call);
        if (const auto own = queries_in_.find(function); own != queries_in_.end())
            for (const std::uint32_t id : own->second)
                if (origin(id).place == place)
                    queries.push_back(id);
        for (const auto& [symbol, happened] : held)
            for (const std::uint32_t id : queries)
                load_for_requery(id, symbol, happened, function);
    }
}

void LoadPlanner::load_for_requery(std::uint32_t query, SymbolId symbol, const Expired& happened, FunctionId function) {
    const ModuleId module = symbols_.function(function).module;
    const Place site{module, happened.site};
    const std::uint8_t gone = bits(Expiry::rollback) | bits(Expiry::expire) | bits(Expiry::refresh);
    if ((happened.kinds & gone) != 0 || !sites_.has_room(site) || happened.through)
        return;
    for (const LoadPath& path : wanted_.at(query)) {
        const RelationshipInfo* step = relationship(path.front());
        if (step == nullptr || eager_by_mapping(path.front()) ||
            !(path.front().to_many ? written(writes_.rows(function), step->target)
                                   : written(writes_.keys(function), path.front().owner)))
            continue;
        std::set<Provenance> objects;
        std::optional<PlannedRefresh> refresh = held_at(module, symbol, happened.site, objects);
        if (!refresh)
            return;
        const std::optional<LoadPath> way = way_to_loaded(objects, path.front(), site);
        const auto is_open = [&](const PathStep& one) { return !relationship(one)->to_many; };
        if (!way || llvm::any_of(*way, is_open) || (refresh->each && !way->empty()) ||
            written(writes_.deleted(function), path.front().owner) ||
            !related(way->empty() ? refresh->entity : path.front().owner, path.front().owner))
            continue;
        const bool outside = way->empty() && llvm::any_of(objects, [&](const Provenance& object) {
                                 return flow_.is_expunged(object) || flow_.is_transient(object, site);
                             });
        lead_along(*refresh, *way);
        refresh->session = sites_.session(site);
        if (outside || refresh->session.empty() ||
            sites_.loaded_there(site, refresh->variable).contains(path.front().relationship))
            continue;
        std::vector<PlannedRefresh>& there = plan_.refreshes_[site];
        const auto same =
            llvm::find_if(there, [&](const PlannedRefresh& one) { return one.variable == refresh->variable; });
        if (same == there.end()) {
            refresh->paths = {{path.front()}};
            refresh->reload.insert(path.front().relationship);
            there.push_back(std::move(*refresh));
        } else if (llvm::none_of(same->paths,
                                 [&](const LoadPath& one) { return same_relationship(one.front(), path.front()); })) {
            same->paths.push_back({path.front()});
            same->reload.insert(path.front().relationship);
        }
    }
}

} // namespace sqlawait
