// From reads to the plan: what each origin has to load, what is loaded anew, and what stays to be reported.
#include "analysis/loading/identity.h"
#include "analysis/loading/paths.h"
#include "analysis/loading/provenance.h"
#include "analysis/loading/recorded.h"
#include "analysis/loading/refresh_sites.h"
#include "analysis/loading/writes.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

class LoadPlanner {
  public:
    LoadPlanner(const Program& program, const SymbolTable& symbols, const ModelTable& models, const TypeTable& types,
                const CallGraph& calls, const QueryFlow& queries, const ColourTable& colours,
                const ProvenanceFlow& flow, LoadScope scope)
        : program_(program), symbols_(symbols), models_(models), types_(types), calls_(calls), colours_(colours),
          flow_(flow), scope_(scope), writes_(program, symbols, models, types, queries),
          sites_(program, symbols, types), async_reach_(symbols, calls, colours) {}

    LoadPlan run(ProvenanceFlow& paths, llvm::ArrayRef<RecordedLoad> recorded) {
        std::size_t mixed = 0;
        do { // calls that turn out to be mixed change what is wanted
            mixed = mixed_.size();
            wanted_.clear();
            anew_.clear();
            read_later_.clear();
            plan_.reads_.clear();
            plan_.recorded_.clear();
            for (const auto& [key, event] : flow_.reads())
                plan_read(event, paths);
            for (const RecordedLoad& load : recorded)
                plan_recorded(load);
        } while (mixed != mixed_.size());
        for (auto& [origin, wanted] : wanted_)
            publish(origin, wanted);
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
        const auto note_names = [&](llvm::ArrayRef<LoadPath> every) {
            for (const LoadPath& path : every)
                for (const PathStep& step : path)
                    plan_.named_.emplace(step.owner, step.relationship);
        };
        for (const PlannedLoad& load : plan_.loads_)
            note_names(load.paths);
        for (const auto& [site, refreshes] : plan_.refreshes_)
            for (const PlannedRefresh& refresh : refreshes)
                note_names(refresh.paths);
        return std::move(plan_);
    }

  private:
    struct Answer {
        bool planned = false;
        std::string status;
        bool asked = false; // it is being answered further up: a value that comes round in a loop or a recursion
    };

    [[nodiscard]] std::string where(Place place) const {
        const Module& module = program_.module(place.module);
        return module.source.path + ":" +
               std::to_string(module.source.lines.at(module.tree.node(place.node).begin()).line);
    }
    [[nodiscard]] Node node(Place place) const { return program_.module(place.module).tree.node(place.node); }
    [[nodiscard]] const LoadOrigin& origin(std::uint32_t id) const { return flow_.origins()[id]; }

    /// Lazy loading works as ever where the session stays synchronous.
    [[nodiscard]] bool runs_async(Place place) const {
        const FunctionId function = node(place).is(Kind::function_definition) ? symbols_.function_at(place)
                                                                              : symbols_.enclosing_function(place);
        return function && colours_.form_at(function).async;
    }

    /// Code that is not to be touched. What it calls stays synchronous with it, but may load eagerly all the same.
    [[nodiscard]] bool stays_as_it_is(Place place) const {
        if (!program_.module(place.module).editable())
            return true;
        const FunctionId around = symbols_.enclosing_function(place);
        if (!around || !colours_.function(around).kept)
            return false;
        // A chain of one reason is its own: a comment, the configuration, who calls it. A longer one names a caller.
        return scope_ == LoadScope::async_code || colours_.function(around).reasons.size() <= 1;
    }

    [[nodiscard]] const RelationshipInfo* relationship(const PathStep& step) const {
        const ModelInfo* owner = models_.find(step.owner);
        return owner == nullptr ? nullptr : owner->relationship(step.relationship);
    }

    /// Rows of several columns have no single entity, but the class that a path starts at may be one of them.
    [[nodiscard]] bool names_its_owner(const LoadOrigin& origin, const LoadPath& path) const {
        if (origin.kind == LoadOrigin::Kind::get)
            return false;
        return llvm::any_of(node(origin.place).child(Field::arguments).named_children(), [&](Node column) {
            const llvm::ArrayRef<Atom> atoms = types_.store().atoms(types_.type_of({origin.place.module, column.id()}));
            return atoms.size() == 1 && atoms[0].kind == Atom::Kind::class_ &&
                   related(ClassId{atoms[0].id}, path.front().owner);
        });
    }

    /// The mapping loads it already, with whatever statement.
    [[nodiscard]] bool eager_by_mapping(const PathStep& step) const {
        const RelationshipInfo* info = relationship(step);
        return info != nullptr && (info->loading == Loading::joined || info->loading == Loading::selectin ||
                                   info->loading == Loading::subquery || info->loading == Loading::immediate);
    }

    [[nodiscard]] bool related(ClassId a, ClassId b) const {
        return llvm::is_contained(types_.linearised(a), b) || llvm::is_contained(types_.linearised(b), a);
    }
    [[nodiscard]] bool written(const std::set<ClassId>& classes, ClassId id) const {
        return id && llvm::any_of(classes, [&](ClassId one) { return related(one, id); });
    }
    [[nodiscard]] bool may_start_at(const LoadPath& path, const Provenance& object) const {
        const ClassId own = flow_.class_at(object);
        return !own || related(own, path.front().owner);
    }
    [[nodiscard]] static bool is_query(const LoadOrigin& origin) {
        return origin.kind == LoadOrigin::Kind::query || origin.kind == LoadOrigin::Kind::statement ||
               origin.kind == LoadOrigin::Kind::get;
    }
    [[nodiscard]] bool is_filled(const Provenance& object, const PathStep& step) const {
        const auto filled = flow_.filled().find(object.origin);
        return object.path == 0 && filled != flow_.filled().end() && filled->second.contains(step.relationship);
    }

    void plan_read(const ReadEvent& event, ProvenanceFlow& paths) {
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
                read.status = "no origin known";
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
                Answer answer = want(one.origin, each.path);
                each.planned = answer.planned;
                each.status = std::move(answer.status);
                if (each.planned && !event.through.empty())
                    each.status += ", for the " + event.through;
            }
            plan_.reads_.push_back(std::move(each));
        }
    }

    /// What a run has seen is wanted as what the flow has found.
    void plan_recorded(const RecordedLoad& load) {
        const std::optional<LocatedLoad> located =
            RecordedLoads(program_, symbols_, models_, types_, flow_).locate(load);
        if (!located)
            return;
        RecordedRead read{
            .place = located->read, .path = load.text(), .status = {}, .planned = false, .count = load.count};
        if (located->path.empty()) {
            read.status = "not loaded: no such relationship in the program";
        } else if (!located->origin) {
            read.status = "not loaded: the query that loaded the object is not known";
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

    Answer want(std::uint32_t id, const LoadPath& path) {
        const LoadOrigin& from = origin(id);
        if (stays_as_it_is(from.place))
            return {false, "left alone with the code around it at " + where(from.place)};
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
        return {true, "loaded by the origin at " + where(from.place)};
    }

    /// Asks each of several objects; the first that has to load answers.
    template <typename Objects> Answer want_each(const Objects& objects, const LoadPath& path) {
        Answer out{false, "no origin known", true};
        for (const Provenance& object : objects) {
            if (!may_start_at(path, object))
                continue;
            LoadPath full = flow_.path(object.path);
            full.insert(full.end(), path.begin(), path.end());
            Answer one = want(object.origin, full);
            if (!out.planned && !one.asked)
                out = std::move(one);
        }
        return out;
    }

    /// Whether what was loaded of an object before is no longer what the synchronous program reads.
    [[nodiscard]] bool is_lost(const Provenance& object, const LoadPath& path, std::uint8_t kinds, Place site,
                               const std::string& variable) const {
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
        for (const PathStep& at : path) {
            const RelationshipInfo* step = relationship(at);
            if (step == nullptr)
                continue;
            std::set<Provenance> next;
            for (const Provenance& one : made) {
                if (has(Expiry::flush) && !is_filled(one, at))
                    return true;
                for (const Provenance& child : flow_.given(one.origin, at.relationship))
                    next.merge(made_of(child));
            }
            made = std::move(next);
            const bool stale =
                at.to_many ? written(writes_.rows(function), step->target) : written(writes_.keys(function), at.owner);
            if (has(Expiry::flush) && !at.to_many && stale)
                return true;
            // Lazily it would be loaded only now; what was loaded before stays as it was.
            const bool linked = !at.to_many || !step->secondary; // making the other object links nothing
            const bool written_to = has(Expiry::flush) || has(Expiry::write);
            if (written_to && stale && linked && !is_filled(object, at) && !read_before(site, variable, at))
                return true;
            if (has(Expiry::commit) &&
                (scope_ == LoadScope::everywhere || (at.to_many && written(writes_.rows(function), step->target))))
                return true;
        }
        return false;
    }

    /// The constructors and merges that an object may come from.
    [[nodiscard]] std::set<Provenance> made_of(const Provenance& object, unsigned depth = 0) const {
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

    /// Whether the code of the function reads the relationship of the variable in front of a place.
    [[nodiscard]] bool read_before(Place site, const std::string& variable, const PathStep& step) const {
        const FunctionId function = symbols_.enclosing_function(site);
        return llvm::any_of(flow_.reads(), [&](const auto& entry) {
            const ReadEvent& event = entry.second;
            if (event.place.module != site.module || event.step.relationship != step.relationship ||
                event.place.node >= site.node || symbols_.enclosing_function(event.place) != function)
                return false;
            const Node read = node(event.place);
            return read.is(Kind::attribute) && read.child(Field::object).text() == variable;
        });
    }

    Answer want_behind(std::uint32_t id, const LoadPath& path) {
        const LoadOrigin& from = origin(id);
        const ProvenanceFlow::Behind& behind = flow_.behind().at(id);
        if (scope_ == LoadScope::async_code && !async_reach_.contains(symbols_.enclosing_function(from.place)))
            return {false, "read on a synchronous session"};
        read_later_[id].insert(path);
        const auto lost = [&](const Provenance& one) {
            return may_start_at(path, one) && !flow_.is_expunged(one) && !flow_.is_transient(one, from.place) &&
                   is_lost(one, path, behind.kinds, from.place, from.variable);
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

    Answer want_of_call(std::uint32_t id, const LoadPath& path) {
        const ProvenanceFlow::Served& served = flow_.served().at(id);
        if (names_every_step(node(origin(id).place), path))
            return {false, "asked for by the call at " + where(origin(id).place)};
        bool asks = false, lost = false;
        Answer out{false, "no origin known"};
        for (const std::uint32_t inner : served.origins) {
            const LoadOrigin& from = origin(inner);
            if (from.kind == LoadOrigin::Kind::refreshed) {
                const ProvenanceFlow::Behind& behind = flow_.behind().at(inner);
                const bool here = llvm::any_of(behind.before, [&](const Provenance& object) {
                    return may_start_at(path, object) && is_lost(object, path, behind.kinds, from.place, from.variable);
                });
                if (here) {
                    lost = true;
                } else {
                    out = want_each(behind.before, path);
                    lost |= !out.planned;
                }
            } else if (is_query(from) && (from.entity || names_its_owner(from, path))) {
                out = want(inner, path); // it serves one model after all
            } else if (from.kind != LoadOrigin::Kind::constructor) {
                asks = true;
            }
        }
        if (!asks && !lost)
            return out;
        // What one call gives may be of another class each time, in methods that subclasses share.
        const auto other = wanted_.find(id);
        if (other != wanted_.end() && !other->second.empty() &&
            !related(other->second.begin()->front().owner, path.front().owner))
            mixed_.insert(id);
        if (mixed_.contains(id))
            return {false, "not loaded: the call at " + where(origin(id).place) + " gives objects of several models"};
        if (!lost && taker(id, 0)) {
            wanted_[id].insert(path);
            return {true, "loaded through the options of the call at " + where(origin(id).place)};
        }
        const ClassId own = types_.mapped_instance(types_.type_of(origin(id).place));
        if (const Place site = result_site(id);
            own && related(own, path.front().owner) && site.node != no_node && !sites_.session(site).empty()) {
            anew_[id].insert(path);
            return {true, "loaded behind the call at " + where(origin(id).place)};
        }
        return {false, "not loaded: the origin of the call at " + where(origin(id).place) + " serves several models"};
    }

    /// The function that a call hands options to: one of the program, called by name from everywhere, whose own
    /// queries, or calls of such a function, are all that gives the objects. None when it can't take any.
    FunctionId taker(std::uint32_t id, unsigned layer) {
        const auto found = flow_.served().find(id);
        if (layer >= max_layers || found == flow_.served().end() || found->second.functions.size() != 1)
            return {};
        const FunctionId function = *found->second.functions.begin();
        const FunctionInfo& info = symbols_.function(function);
        const Node own = node({info.module, info.node});
        if (info.is_lambda || calls_.family(function).size() > 1 || calls_.entry(function).entry != Entry::none ||
            own.parent().is(Kind::decorated_definition))
            return {};
        for (const ParameterInfo& parameter : parameters_of(own))
            if (parameter.name == "options" || parameter.kind == ParameterInfo::Kind::var_positional)
                return {};
        if (symbols_.bindings(info.module).scope(info.scope).by_name.contains("options"))
            return {};
        for (const std::uint32_t inner : found->second.origins) {
            const LoadOrigin& from = origin(inner);
            if (symbols_.enclosing_function(from.place) != function)
                return {};
            if (!is_query(from) && (from.kind != LoadOrigin::Kind::call || !taker(inner, layer + 1)))
                return {};
        }
        return function;
    }

    void take(std::uint32_t id, unsigned layer) {
        const ProvenanceFlow::Served& served = flow_.served().at(id);
        plan_.takers_.insert(*served.functions.begin());
        for (const std::uint32_t inner : served.origins) {
            plan_.users_.insert(origin(inner).place);
            passed_to_.insert(inner);
            if (origin(inner).kind == LoadOrigin::Kind::call && layer < max_layers)
                take(inner, layer + 1);
        }
    }

    void publish(std::uint32_t id, const std::set<LoadPath>& wanted) {
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

    /// Columns of the variable that have to be read again behind the site, because the database makes their value
    /// anew; "*" all of them, after a rollback.
    [[nodiscard]] std::set<std::string> lost_columns(std::uint32_t id, const ProvenanceFlow::Behind& behind) const {
        const std::uint8_t expired = bits(Expiry::rollback) | bits(Expiry::expire);
        const LoadOrigin& from = origin(id);
        if (scope_ != LoadScope::async_code || behind.columns_read.empty() || behind.before.empty() ||
            !runs_async(from.place) || !sites_.has_room(from.place) || sites_.session(from.place).empty())
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

    /// The statement that gives the result of a call its name, or returns it.
    [[nodiscard]] Place result_site(std::uint32_t id) const {
        const Place call = origin(id).place;
        Node up = node(call).parent();
        while (up.is_any(Kind::parenthesized_expression, Kind::await))
            up = up.parent();
        if (up.is(Kind::assignment) && up.child(Field::left).is(Kind::identifier))
            up = up.parent();
        else if (!up.is(Kind::return_statement))
            return {};
        const Place site{call.module, up.id()};
        return sites_.has_room(site) ? site : Place{};
    }

    void publish_refresh(std::uint32_t id, const std::set<LoadPath>& wanted) {
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
            refresh.optional =
                types_.store().some(type, [](const Atom& atom) { return atom.kind == Atom::Kind::none; });
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
        const std::set<std::string> there = sites_.loaded_there(refresh.site, refresh.variable);
        llvm::erase_if(refresh.column_names, [&](const std::string& name) { return there.contains(name); });
        const bool nested = llvm::any_of(refresh.paths, [](const LoadPath& path) { return path.size() > 1; });
        const auto is_there = [&](const LoadPath& path) {
            return llvm::all_of(path, [&](const PathStep& step) { return there.contains(step.relationship); });
        };
        if (!nested)
            llvm::erase_if(refresh.paths, is_there);
        else if (llvm::all_of(refresh.paths, is_there))
            refresh.paths.clear();
        refresh.by_select =
            llvm::any_of(refresh.paths, [&](const LoadPath& path) { return leads_back(id, refresh, path); });
        if (!refresh.paths.empty() || refresh.columns || !refresh.column_names.empty())
            plan_.refreshes_[refresh.site].push_back(std::move(refresh));
    }

    /// Whether the head of the path leads to a class that the object may have been loaded through.
    [[nodiscard]] bool leads_back(std::uint32_t id, const PlannedRefresh& refresh, const LoadPath& path) const {
        const RelationshipInfo* step = relationship(path.front());
        if (step == nullptr || path.front().to_many || !step->target || related(step->target, refresh.entity))
            return step != nullptr && !path.front().to_many && step->target;
        const auto behind = flow_.behind().find(id);
        const bool made_here =
            behind != flow_.behind().end() && llvm::all_of(behind->second.before, [&](const auto& one) {
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

    /// What of the paths is there already and stale: their first steps, or something behind those.
    void note_reloads(PlannedRefresh& refresh, const std::set<LoadPath>& wanted,
                      const ProvenanceFlow::Behind& behind) const {
        const auto has = [&](Expiry kind) { return (behind.kinds & bits(kind)) != 0; };
        for (const LoadPath& path : wanted) {
            const bool unloaded = llvm::all_of(behind.before, [&](const Provenance& object) {
                return !made_of(object).empty() && !is_filled(object, path.front());
            });
            if (!unloaded && !has(Expiry::rollback) && !has(Expiry::expire))
                refresh.reload.insert(path.front().relationship);
        }
    }

    static constexpr std::size_t max_path = 6;
    static constexpr unsigned max_layers = 2;

    const Program& program_;
    const SymbolTable& symbols_;
    const ModelTable& models_;
    const TypeTable& types_;
    const CallGraph& calls_;
    const ColourTable& colours_;
    const ProvenanceFlow& flow_;
    LoadScope scope_;
    Writes writes_;
    RefreshSites sites_;
    AsyncReach async_reach_;
    std::map<std::uint32_t, std::set<LoadPath>> wanted_; // by options at the origin
    std::map<std::uint32_t, std::set<LoadPath>> anew_; // by a refresh
    std::map<std::uint32_t, std::set<LoadPath>> read_later_; // of variables behind a commit and its like
    std::set<std::uint32_t> mixed_; // calls whose objects are read as several models
    std::set<std::uint32_t> passed_to_; // origins that load what the callers of their function ask for
    std::set<std::pair<std::uint32_t, LoadPath>> asked_; // by the read that is looked at
    LoadPlan plan_;
};

LoadPlan plan_loads(const Program& program, const SymbolTable& symbols, const ModelTable& models,
                    const Knowledge& knowledge, const TypeTable& types, const CallGraph& calls,
                    const QueryFlow& queries, const ColourTable& colours, LoadScope scope,
                    llvm::ArrayRef<RecordedLoad> recorded) {
    ProvenanceFlow flow(program, symbols, models, knowledge, types, calls, queries, colours);
    flow.run();
    return LoadPlanner(program, symbols, models, types, calls, queries, colours, flow, scope).run(flow, recorded);
}

} // namespace sqlawait
