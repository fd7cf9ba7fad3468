// The plan as a whole, and what a read asks of the origin of its objects.
#include "analysis/loading/identity.h"
#include "analysis/loading/planner.h"

namespace sqlawait {

LoadPlan LoadPlanner::run(ProvenanceFlow& paths, llvm::ArrayRef<RecordedLoad> recorded) {
    std::size_t mixed = 0;
    do { // calls that turn out to be mixed change what is wanted
        mixed = mixed_.size();
        wanted_.clear();
        anew_.clear();
        read_later_.clear();
        plan_.reads_.clear();
        plan_.awaited_.clear();
        plan_.recorded_.clear();
        by_class_.clear();
        askers_.clear();
        for (const auto& [key, event] : flow_.reads())
            plan_read(event, paths);
        for (const RecordedLoad& load : recorded)
            plan_recorded(load);
    } while (mixed != mixed_.size());
    load_for_few();
    for (auto& [origin, wanted] : wanted_)
        publish(origin, wanted);
    publish_by_class();
    for (const std::uint32_t id : passed_to_)
        if (!wanted_.contains(id))
            publish(id, {});
    llvm::sort(plan_.loads_,
               [](const PlannedLoad& a, const PlannedLoad& b) { return a.origin.place < b.origin.place; });
    for (std::uint32_t i = 0; i < plan_.loads_.size(); ++i)
        plan_.at_[plan_.loads_[i].origin.place] = i;
    for (const auto& [id, behind] : flow_.behind())
        if (!lost_columns(id, behind).empty())
            anew_[id];
    for (const auto& [id, wanted] : anew_)
        publish_refresh(id, wanted);
    load_for_requeries();
    merge_refreshes();
    plan_unforeseen();
    const auto note_names = [&](llvm::ArrayRef<LoadPath> every) {
        for (const LoadPath& path : every)
            for (const PathStep& step : path)
                plan_.named_.emplace(step.owner, step.relationship);
    };
    for (const PlannedLoad& load : plan_.loads_)
        note_names(load.paths);
    for (const auto& [place, options] : plan_.class_options_)
        note_names(options.paths);
    for (const auto& [site, refreshes] : plan_.refreshes_)
        for (const PlannedRefresh& refresh : refreshes)
            note_names(refresh.paths);
    return std::move(plan_);
}

std::string LoadPlanner::where(Place place) const {
    const Module& module = program_.module(place.module);
    return module.source.path + ":" + std::to_string(module.source.lines.at(module.tree.node(place.node).begin()).line);
}

bool LoadPlanner::runs_async(Place place) const {
    const FunctionId function =
        node(place).is(Kind::function_definition) ? symbols_.function_at(place) : symbols_.enclosing_function(place);
    return function && colours_.form_at(function).async;
}

bool LoadPlanner::stays_as_it_is(Place place) const {
    if (!program_.module(place.module).editable())
        return true;
    const FunctionId around = symbols_.enclosing_function(place);
    if (!around || !colours_.function(around).kept)
        return false;
    // A chain of one reason is its own: a comment, the configuration, who calls it. A longer one names a caller.
    return scope_ == LoadScope::async_code || colours_.function(around).reasons.size() <= 1;
}

const RelationshipInfo* LoadPlanner::relationship(const PathStep& step) const {
    const ModelInfo* owner = models_.find(step.owner);
    return owner == nullptr ? nullptr : owner->relationship(step.relationship);
}

bool LoadPlanner::names_its_owner(const LoadOrigin& origin, const LoadPath& path) const {
    if (origin.kind == LoadOrigin::Kind::get)
        return false;
    return llvm::any_of(node(origin.place).child(Field::arguments).named_children(), [&](Node column) {
        const llvm::ArrayRef<Atom> atoms = types_.store().atoms(types_.type_of({origin.place.module, column.id()}));
        return atoms.size() == 1 && atoms[0].kind == Atom::Kind::class_ &&
               related(ClassId{atoms[0].id}, path.front().owner);
    });
}

bool LoadPlanner::eager_by_mapping(const PathStep& step) const {
    const RelationshipInfo* info = relationship(step);
    return info != nullptr && (info->loading == Loading::joined || info->loading == Loading::selectin ||
                               info->loading == Loading::subquery || info->loading == Loading::immediate);
}

bool LoadPlanner::is_filled(const Provenance& object, const PathStep& step) const {
    const auto filled = flow_.filled().find(object.origin);
    return object.path == 0 && filled != flow_.filled().end() && filled->second.contains(step.relationship);
}

void LoadPlanner::plan_read(const ReadEvent& event, ProvenanceFlow& paths) {
    RelationshipRead read;
    read.place = event.place;
    read.path = {event.step};
    for (const Provenance& one : event.circular) {
        RelationshipRead each = read;
        each.path = flow_.path(paths.extend(one.path, event.step));
        each.status = "not loaded: a client may ask on in circles from here";
        plan_.reads_.push_back(std::move(each));
    }
    if (event.on.empty()) {
        if (event.circular.empty()) {
            const bool hidden = !event.seen && runs_async(event.place) && scope_ == LoadScope::async_code;
            read.planned = hidden && can_wait(event);
            read.status = read.planned ? "awaited where it is read: the object comes from outside of the program"
                          : hidden     ? "not loaded: where the object comes from is not seen"
                                       : "no origin known";
            if (read.planned)
                plan_.awaited_.insert(event.place);
            plan_.reads_.push_back(std::move(read));
        }
        return;
    }
    read.certainty = Certainty::proved;
    for (const Provenance& one : event.on) {
        if (!may_start_at(read.path, one))
            continue; // a function that serves several models hands everyone's objects on
        RelationshipRead each = read;
        each.path = flow_.path(paths.extend(one.path, event.step));
        if (scope_ == LoadScope::async_code && !runs_async(origin(one.origin).place) && !runs_async(event.place)) {
            each.status = "read on a synchronous session";
        } else {
            asked_.clear();
            asker_ = Asker{symbols_.enclosing_function(event.place), plan_.reads_.size()};
            Answer answer = want(one.origin, each.path);
            asker_.reset();
            each.planned = answer.planned;
            each.status = std::move(answer.status);
            if (each.planned && !event.through.empty())
                each.status += ", for the " + event.through;
        }
        plan_.reads_.push_back(std::move(each));
    }
}

/// No query is known that made the object: what the flow says of the reads at that place holds for it, too.
void LoadPlanner::explain_by_reads(const RecordedLoad& load, RecordedRead& read) const {
    read.status = load.origin.line == 0 ? "not loaded: no query made the object, it was new in that session"
                                        : "not loaded: the query that loaded the object is not known";
    for (const RelationshipRead& known : plan_.reads_) {
        if (known.place != read.place || known.path.back().relationship != load.steps.back().relationship)
            continue;
        const bool eager = known.status == "loaded by the mapping" || known.status == "read on a synchronous session";
        if (!known.planned && !eager)
            continue;
        read.planned = true;
        read.status = known.status;
        return;
    }
}

bool LoadPlanner::can_wait(const ReadEvent& event) const {
    const Node read = node(event.place);
    const RelationshipInfo* step = relationship(event.step);
    const ModelInfo* model = models_.find(event.step.owner);
    if (scope_ != LoadScope::async_code || step == nullptr || !read.is(Kind::attribute) || !runs_async(event.place) ||
        stays_as_it_is(event.place) || model == nullptr || model->is_sqlmodel || eager_by_mapping(event.step))
        return false;
    if (models_.bases().size() != 1 || !program_.module(models_.bases()[0].module).editable())
        return false;
    const Node parent = read.parent();
    const bool written = (parent.is_any(Kind::assignment, Kind::augmented_assignment, Kind::for_statement) &&
                          parent.child(Field::left) == read) ||
                         parent.is_any(Kind::delete_statement, Kind::pattern_list, Kind::tuple_pattern);
    if (written)
        return false;
    Node root = read.child(Field::object);
    while (root.is(Kind::attribute))
        root = root.child(Field::object);
    const FunctionId function = symbols_.enclosing_function(event.place);
    const ModuleBindings& bindings = symbols_.bindings(event.place.module);
    const bool given = root.is(Kind::identifier) && !bindings.reaching(root.id()).empty() &&
                       llvm::all_of(bindings.reaching(root.id()), [&](DefinitionId id) {
                           return bindings.definition(id).kind == DefinitionKind::parameter;
                       });
    if (!given || !calls_.callers(function).empty()) // what a caller gives has an origin, though it was not followed
        return false;
    for (Node around = parent; around && !around.is(Kind::function_definition); around = around.parent()) {
        if (around.is_any(Kind::lambda, Kind::decorator, Kind::class_definition))
            return false;
        if (!around.is(Kind::generator_expression))
            continue;
        // What it runs over first is evaluated around it.
        const auto parts = around.named_children();
        const Node clause = parts.size() > 1 ? parts[1] : Node();
        if (!clause.is(Kind::for_in_clause) || !read.inside(clause.child(Field::right)))
            return false;
    }
    return true;
}

void LoadPlanner::plan_recorded(const RecordedLoad& load) {
    const std::optional<LocatedLoad> located = RecordedLoads(program_, symbols_, models_, types_, flow_).locate(load);
    if (!located)
        return;
    RecordedRead read{.place = located->read, .path = load.text(), .status = {}, .planned = false, .count = load.count};
    if (located->path.empty()) {
        read.status = "not loaded: no such relationship in the program";
    } else if (!located->origin) {
        explain_by_reads(load, read);
    } else if (scope_ == LoadScope::async_code && !runs_async(origin(*located->origin).place)) {
        read.status = "read on a synchronous session";
        read.planned = true;
    } else {
        asked_.clear();
        Answer answer = want(*located->origin, located->path);
        read.planned = answer.planned || answer.status == "loaded by the mapping";
        read.status = std::move(answer.status);
    }
    plan_.recorded_.push_back(std::move(read));
}

LoadPlanner::Answer LoadPlanner::want(std::uint32_t id, const LoadPath& path) {
    const LoadOrigin& from = origin(id);
    if (stays_as_it_is(from.place))
        return {false, "left alone with the code around it at " + where(from.place)};
    if (scope_ == LoadScope::async_code && !async_reach_.contains(symbols_.enclosing_function(from.place)))
        return {false, "read on a synchronous session"};
    if (path.size() > max_path)
        return {false, "not loaded: a path without end"};
    if (!asked_.insert({id, path}).second)
        return {false, "no origin known", true};
    switch (from.kind) {
    case LoadOrigin::Kind::refreshed: return want_behind(id, path);
    case LoadOrigin::Kind::call: return want_of_call(id, path);
    case LoadOrigin::Kind::constructor:
        if (is_filled({id, 0}, path.front()))
            return {false, "given to the constructor at " + where(from.place)};
        return {false, "new at " + where(from.place) + ": there is nothing to load"};
    default: break;
    }
    if (!from.entity && !names_its_owner(from, path))
        return {false, "not loaded: the origin at " + where(from.place) + " serves several models"};
    if (eager_by_mapping(path.back()))
        return {false, "loaded by the mapping"};
    wanted_[id].insert(path);
    askers_[id][path].push_back(asker_.value_or(Asker{}));
    return {true, "loaded by the origin at " + where(from.place)};
}

void LoadPlanner::publish(std::uint32_t id, const std::set<LoadPath>& wanted) {
    PlannedLoad load;
    load.origin = origin(id);
    load.paths = longest(wanted);
    if (load.origin.kind == LoadOrigin::Kind::call) {
        load.through = taker(id, 0);
        if (!wanted.empty())
            take(id, 0);
    }
    if ((load.origin.kind == LoadOrigin::Kind::get || load.origin.kind == LoadOrigin::Kind::query) &&
        !load.paths.empty())
        load.by_select = may_be_there(symbols_, types_, models_, calls_, flow_, id);
    plan_.loads_.push_back(std::move(load));
}

LoadPlan plan_loads(const Program& program, const SymbolTable& symbols, const ModelTable& models,
                    const Knowledge& knowledge, const TypeTable& types, const CallGraph& calls,
                    const QueryFlow& queries, const ColourTable& colours, LoadScope scope,
                    llvm::ArrayRef<RecordedLoad> recorded) {
    ProvenanceFlow flow(program, symbols, models, knowledge, types, calls, queries, colours);
    flow.run();
    return LoadPlanner(program, symbols, models, knowledge, types, calls, queries, colours, flow, scope)
        .run(flow, recorded);
}

} // namespace sqlawait
