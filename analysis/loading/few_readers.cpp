// What few read of an object that many get: the user that a dependency of every route asks for, whose entries one route
// exports. An option at the query would load them for each request. They are loaded where that route has the object.
#include "analysis/loading/planner.h"

namespace sqlawait {

namespace {

bool is_string_statement(Node statement) {
    return statement.is(Kind::expression_statement) &&
           statement.named_child(0).is_any(Kind::string, Kind::concatenated_string);
}

} // namespace

/// Functions in which a name or a parameter holds the object, or something reached from it.
std::set<FunctionId> LoadPlanner::holders_of(std::uint32_t origin_id) const {
    std::set<FunctionId> out{symbols_.enclosing_function(origin(origin_id).place)};
    for (const std::unique_ptr<Module>& held_module : program_.modules) {
        const Module& module = *held_module;
        const ModuleBindings& bindings = symbols_.bindings(module.id);
        for (std::uint32_t i = 0; i < bindings.definitions().size(); ++i) {
            const auto& held = flow_.of(module.id, DefinitionId{i});
            const auto at = held.lower_bound(Provenance{origin_id, 0});
            if (at == held.end() || at->origin != origin_id)
                continue;
            const NodeId around = bindings.scope(bindings.symbol(bindings.definitions()[i].symbol).scope).node;
            const FunctionId function = symbols_.function_at({module.id, around});
            out.insert(function ? function : symbols_.enclosing_function({module.id, around}));
        }
    }
    return out;
}

/// The functions at the end of all ways up: routes, tasks, commands. Tests are none.
std::set<FunctionId> LoadPlanner::entries_above(FunctionId function, const std::set<FunctionId>* within) const {
    std::set<FunctionId> out, seen{function};
    std::vector<FunctionId> queue{function};
    while (!queue.empty()) {
        const FunctionId at = queue.back();
        queue.pop_back();
        std::vector<FunctionId> all, inside;
        for (const std::uint32_t index : calls_.callers(at)) {
            const CallEdge& edge = calls_.edges()[index];
            if (!edge.caller || edge.caller == at || edge.kind == CallEdge::Kind::override_ ||
                calls_.entry(edge.caller).test)
                continue;
            all.push_back(edge.caller);
            if (within != nullptr && within->contains(edge.caller))
                inside.push_back(edge.caller);
        }
        if (all.empty() && !calls_.entry(at).test)
            out.insert(at);
        for (const FunctionId next : inside.empty() ? all : inside)
            if (seen.insert(next).second)
                queue.push_back(next);
    }
    return out;
}

/// The query names the relationship itself, or something that can't be seen.
bool LoadPlanner::asks_itself(std::uint32_t origin_id, const LoadPath& path) const {
    const Place place = origin(origin_id).place;
    if (origin(origin_id).kind == LoadOrigin::Kind::get)
        return llvm::any_of(node(place).child(Field::arguments).named_children(), [](Node argument) {
            return argument.is_any(Kind::dictionary_splat) ||
                   (argument.is(Kind::keyword_argument) && argument.child(Field::name).text() == "options");
        });
    for (Node link = node(place); link.parent().is(Kind::attribute) && link.parent().parent().is(Kind::call);
         link = link.parent().parent()) {
        if (link.parent().child(Field::attribute).text() != "options")
            continue;
        const Node given = link.parent().parent().child(Field::arguments);
        for (const Node option : given.named_children())
            if (!option.is(Kind::call))
                return true;
        for (NodeId id = given.id(); id < given.tree().record(given.id()).subtree_end; ++id)
            if (const Node one = given.tree().node(id);
                one.is(Kind::attribute) && one.child(Field::attribute).text() == path.front().relationship)
                return true;
    }
    return false;
}

/// The one name that holds the object, and the place behind which it does.
std::optional<PlannedRefresh> LoadPlanner::named_in(FunctionId function, std::uint32_t origin_id) const {
    const FunctionInfo& info = symbols_.function(function);
    const ModuleBindings& bindings = symbols_.bindings(info.module);
    const Node own = node({info.module, info.node});
    const Node body = own.child(Field::body);
    if (info.is_lambda || info.is_generator || !body)
        return std::nullopt;
    const std::set<Provenance> object{{origin_id, 0}};
    const Definition* made = nullptr;
    for (const auto& [name, symbol] : bindings.scope(info.scope).by_name)
        for (const DefinitionId id : bindings.symbol(symbol).definitions) {
            const Definition& one = bindings.definition(id);
            if (!flow_.of(info.module, id).contains(Provenance{origin_id, 0}))
                continue;
            if (made != nullptr || bindings.symbol(symbol).definitions.size() != 1 ||
                flow_.of(info.module, id) != object)
                return std::nullopt; // which of them, nobody can tell
            made = &one;
        }
    if (made == nullptr)
        return std::nullopt;
    // Another call that gives such an object may be the one that is read of.
    unsigned given = 0;
    const SyntaxTree& tree = own.tree();
    for (NodeId id = body.id(); id < tree.record(body.id()).subtree_end; ++id)
        if (const Place call{info.module, id};
            tree.node(id).is(Kind::call) && flow_.at(call).contains(Provenance{origin_id, 0}))
            if (const Node around = tree.node(id).parent();
                const ClassId entity = types_.mapped_instance(
                    types_.type_of(around.is(Kind::await) ? Place{info.module, around.id()} : call)))
                given += related(entity, origin(origin_id).entity) ? 1 : 0;
    PlannedRefresh out;
    out.variable = bindings.symbol(made->symbol).name;
    out.entity = origin(origin_id).entity;
    bool single = false;
    TypeId type = types_.type_of({info.module, made->name});
    const auto parameters = parameters_of(own);
    for (std::size_t i = 0; i < parameters.size(); ++i)
        if (parameters[i].name_node == made->name)
            type = types_.parameter(function, i);
    for (const Atom& atom : types_.store().atoms(type)) {
        out.optional |= atom.kind == Atom::Kind::none;
        if (atom.kind != Atom::Kind::none && atom.kind != Atom::Kind::instance)
            return std::nullopt;
        single |= atom.kind == Atom::Kind::instance;
    }
    Node after;
    if (made->kind == DefinitionKind::parameter && given == 0) {
        const Node first = body.named_child(0);
        out.site = {info.module, is_string_statement(first) ? first.id() : body.id()};
        after = is_string_statement(first) ? first.next_sibling() : first;
    } else if (made->kind == DefinitionKind::assignment && given == 1) {
        Node statement = tree.node(made->node).parent();
        if (!statement.is(Kind::expression_statement) || statement.parent() != body)
            return std::nullopt;
        after = statement.next_sibling();
        // Behind `if x is None: raise ...`, where it certainly is one.
        if (out.optional && after.is(Kind::if_statement) && after.next_sibling() &&
            sites_.is_object({info.module, after.next_sibling().id()}, out.variable)) {
            statement = after;
            after = after.next_sibling();
        }
        out.site = {info.module, statement.id()};
    } else {
        return std::nullopt;
    }
    if (!single || !after || !sites_.has_room(out.site) || stays_as_it_is(out.site))
        return std::nullopt;
    out.optional = out.optional && !sites_.is_object({info.module, after.id()}, out.variable);
    out.session = sites_.session(out.site);
    return out.session.empty() ? std::nullopt : std::optional(std::move(out));
}

/// A route that had nothing to wait for stayed a plain function, and may as well be a coroutine.
bool LoadPlanner::can_turn(FunctionId function) const {
    const FunctionInfo& info = symbols_.function(function);
    return colours_.form_at(function).async && !colours_.form_at(function).sync && !info.is_generator &&
           !info.is_lambda && calls_.callers(function).empty() && calls_.entry(function).entry == Entry::awaits &&
           calls_.family(function).size() <= 1;
}

bool LoadPlanner::places_above(FunctionId reader, std::uint32_t origin_id, const std::set<FunctionId>& within,
                               std::set<FunctionId>& seen, std::map<Place, PlannedRefresh>& places) const {
    if (!seen.insert(reader).second)
        return true;
    if (scope_ == LoadScope::everywhere || can_await(reader) || can_turn(reader))
        if (std::optional<PlannedRefresh> found = named_in(reader, origin_id)) {
            places.emplace(found->site, std::move(*found));
            return true;
        }
    bool any = false;
    for (const std::uint32_t index : calls_.callers(reader)) {
        const CallEdge& edge = calls_.edges()[index];
        if (!edge.caller || edge.caller == reader || !within.contains(edge.caller) || calls_.entry(edge.caller).test)
            continue;
        any = true;
        if (!places_above(edge.caller, origin_id, within, seen, places))
            return false;
    }
    return any;
}

void LoadPlanner::load_for_few() {
    std::map<std::uint32_t, std::map<Place, std::pair<PlannedRefresh, std::set<LoadPath>>>> moved;
    for (auto& [id, wanted] : wanted_) {
        const LoadOrigin& from = origin(id);
        const FunctionId maker = symbols_.enclosing_function(from.place);
        if (!is_query(from) || !from.entity || !maker || wanted.empty() || passed_to_.contains(id))
            continue;
        const std::set<FunctionId> entries = entries_above(maker, nullptr);
        if (entries.size() < entries_for_one_reader)
            continue;
        const std::set<FunctionId> holders = holders_of(id);
        std::erase_if(wanted, [&](const LoadPath& path) {
            std::set<FunctionId> reading, seen;
            std::map<Place, PlannedRefresh> places;
            const std::vector<Asker>& askers = askers_[id][path];
            for (const Asker& asker : askers) {
                if (!asker.reader || asker.reader == maker || calls_.entry(asker.reader).test)
                    return false;
                for (const FunctionId entry : entries_above(asker.reader, &holders))
                    if (entries.contains(entry))
                        reading.insert(entry);
            }
            if (reading.empty() || reading.size() * entries_for_one_reader > entries.size() || asks_itself(id, path))
                return false;
            for (const Asker& asker : askers)
                if (!places_above(asker.reader, id, holders, seen, places))
                    return false;
            for (auto& [site, refresh] : places) {
                for (const Asker& asker : askers)
                    plan_.reads_[asker.read].status =
                        "loaded at " + where(site) + ": few of those that get the object read it";
                moved[id].try_emplace(site, refresh, std::set<LoadPath>{}).first->second.second.insert(path);
            }
            return true;
        });
    }
    for (auto& [id, places] : moved)
        for (auto& [site, load] : places) {
            load.first.paths = longest(load.second);
            publish_part(id, std::move(load.first));
        }
}

} // namespace sqlawait
