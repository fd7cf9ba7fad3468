// From reads to the plan: what each origin has to load, and what stays to be reported.
#include "analysis/loading/provenance.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace sqlawait {

class LoadPlanner {
  public:
    LoadPlanner(const Program& program, const SymbolTable& symbols, const ModelTable& models, const CallGraph& calls,
                const ColourTable& colours, const ProvenanceFlow& flow, LoadScope scope)
        : program_(program), symbols_(symbols), models_(models), calls_(calls), colours_(colours), flow_(flow),
          scope_(scope) {}

    LoadPlan run(ProvenanceFlow& paths) {
        for (const auto& [key, event] : flow_.reads())
            plan_read(event, paths);
        for (auto& [origin, wanted] : wanted_)
            publish(origin, wanted);
        for (const std::uint32_t id : passed_to_)
            if (!wanted_.contains(id))
                publish(id, {});
        llvm::sort(plan_.loads_,
                   [](const PlannedLoad& a, const PlannedLoad& b) { return a.origin.place < b.origin.place; });
        for (std::uint32_t i = 0; i < plan_.loads_.size(); ++i) {
            plan_.at_[plan_.loads_[i].origin.place] = i;
            for (const Place refresh : plan_.loads_[i].refreshes)
                plan_.behind_[refresh] = i;
        }
        return std::move(plan_);
    }

  private:
    [[nodiscard]] std::string where(Place place) const {
        const Module& module = program_.module(place.module);
        return module.source.path + ":" +
               std::to_string(module.source.lines.at(module.tree.node(place.node).begin()).line);
    }

    /// Lazy loading works as ever where the session stays synchronous.
    [[nodiscard]] bool runs_async(Place place) const {
        const Node node = program_.module(place.module).tree.node(place.node);
        const FunctionId function =
            node.is(Kind::function_definition) ? symbols_.function_at(place) : symbols_.enclosing_function(place);
        return function && colours_.form_at(function).async;
    }

    [[nodiscard]] const RelationshipInfo* relationship(const PathStep& step) const {
        const ModelInfo* owner = models_.find(step.owner);
        return owner == nullptr ? nullptr : owner->relationship(step.relationship);
    }

    /// Rows of several columns have no single entity, but each path names the mapped class that it starts at.
    [[nodiscard]] bool names_its_owner(const LoadOrigin& origin) const {
        const Node call = program_.module(origin.place.module).tree.node(origin.place.node);
        return call.child(Field::arguments).named_children().size() > 1;
    }

    /// The mapping loads it already, with whatever statement.
    [[nodiscard]] bool eager_by_mapping(const PathStep& step) const {
        const RelationshipInfo* info = relationship(step);
        return info != nullptr && (info->loading == Loading::joined || info->loading == Loading::selectin ||
                                   info->loading == Loading::subquery || info->loading == Loading::immediate);
    }

    void plan_read(const ReadEvent& event, ProvenanceFlow& paths) {
        RelationshipRead read;
        read.place = event.place;
        read.path = {event.step};
        if (event.on.empty()) {
            read.status = "no origin known";
            plan_.reads_.push_back(std::move(read));
            return;
        }
        read.certainty = Certainty::proved;
        for (const Provenance& one : event.on) {
            const PathId full = paths.extend(one.path, event.step);
            const LoadOrigin& origin = flow_.origins()[one.origin];
            RelationshipRead each = read;
            each.path = flow_.path(full);
            if (scope_ == LoadScope::async_code && !runs_async(origin.place) && !runs_async(event.place)) {
                each.status = "read on a synchronous session";
            } else if (!origin.entity && origin.kind != LoadOrigin::Kind::call && !names_its_owner(origin)) {
                each.status = "not loaded: the origin at " + where(origin.place) + " serves several models";
            } else if (eager_by_mapping(event.step)) {
                each.status = "loaded by the mapping";
            } else if (origin.kind == LoadOrigin::Kind::constructor && flow_.filled().contains(one.origin) &&
                       one.path == 0 && flow_.filled().at(one.origin).contains(event.step.relationship)) {
                each.status = "given to the constructor at " + where(origin.place);
            } else {
                each.planned = true;
                each.status = "loaded by the origin at " + where(origin.place);
                if (!event.through.empty())
                    each.status += ", for the " + event.through;
                wanted_[one.origin].insert(flow_.path(full));
            }
            plan_.reads_.push_back(std::move(each));
        }
    }

    /// Options name a class: what may be of several classes with a relationship each can't be asked for.
    [[nodiscard]] static bool of_one_class(const std::set<LoadPath>& wanted) {
        return llvm::all_of(wanted, [&](const LoadPath& path) { return path[0].owner == (*wanted.begin())[0].owner; });
    }

    /// The function that a call hands options to: one of the program, called by name from everywhere, whose own
    /// queries are all that gives the objects. None when its callers would not fit afterwards.
    FunctionId taker(std::uint32_t id) {
        const auto found = flow_.served().find(id);
        if (found == flow_.served().end() || found->second.functions.size() != 1)
            return {};
        const FunctionId function = *found->second.functions.begin();
        const FunctionInfo& info = symbols_.function(function);
        const Node node = program_.module(info.module).tree.node(info.node);
        if (info.is_lambda || calls_.family(function).size() > 1 || calls_.entry(function).entry != Entry::none ||
            node.parent().is(Kind::decorated_definition))
            return {};
        for (const ParameterInfo& parameter : parameters_of(node))
            if (parameter.name == "options" || parameter.kind == ParameterInfo::Kind::var_positional)
                return {};
        const Scope& scope = symbols_.bindings(info.module).scope(info.scope);
        if (scope.by_name.contains("options"))
            return {};
        if (!of_one_class(wanted_[id]))
            return {};
        for (const std::uint32_t origin : found->second.origins) {
            const LoadOrigin& from = flow_.origins()[origin];
            if (symbols_.enclosing_function(from.place) != function || from.kind == LoadOrigin::Kind::constructor)
                return {};
        }
        plan_.takers_.insert(function);
        for (const std::uint32_t origin : found->second.origins) {
            plan_.users_.insert(flow_.origins()[origin].place);
            passed_to_.insert(origin);
        }
        return function;
    }

    /// Steps that the mapping loads by itself need no option, unless something behind them does.
    void publish(std::uint32_t id, const std::set<LoadPath>& wanted) {
        PlannedLoad load;
        load.origin = flow_.origins()[id];
        for (const LoadPath& path : wanted) {
            const bool prefix = llvm::any_of(wanted, [&](const LoadPath& other) {
                return other.size() > path.size() && std::equal(path.begin(), path.end(), other.begin());
            });
            if (!prefix)
                load.paths.push_back(path);
        }
        if (load.origin.kind == LoadOrigin::Kind::call)
            load.through = taker(id);
        for (const auto& [place, objects] : flow_.refreshes())
            if (objects.contains(Provenance{id, 0}))
                load.refreshes.push_back(place);
        plan_.loads_.push_back(std::move(load));
    }

    const Program& program_;
    const SymbolTable& symbols_;
    const ModelTable& models_;
    const CallGraph& calls_;
    const ColourTable& colours_;
    const ProvenanceFlow& flow_;
    LoadScope scope_;
    std::map<std::uint32_t, std::set<LoadPath>> wanted_;
    std::set<std::uint32_t> passed_to_; // origins that load what the callers of their function ask for
    LoadPlan plan_;
};

const PlannedLoad* LoadPlan::at(Place origin) const {
    const auto found = at_.find(origin);
    return found == at_.end() ? nullptr : &loads_[found->second];
}

const PlannedLoad* LoadPlan::behind_refresh(Place call) const {
    const auto found = behind_.find(call);
    return found == behind_.end() ? nullptr : &loads_[found->second];
}

LoadPlan plan_loads(const Program& program, const SymbolTable& symbols, const ModelTable& models,
                    const Knowledge& knowledge, const TypeTable& types, const CallGraph& calls,
                    const QueryFlow& queries, const ColourTable& colours, LoadScope scope) {
    ProvenanceFlow flow(program, symbols, models, knowledge, types, calls, queries);
    flow.run();
    return LoadPlanner(program, symbols, models, calls, colours, flow, scope).run(flow);
}

std::string print_loads(const Program& program, const SymbolTable& symbols, const LoadPlan& plan) {
    std::string out;
    llvm::raw_string_ostream os(out);
    const auto text = [&](const LoadPath& path) {
        std::string joined;
        for (const PathStep& step : path)
            joined += (joined.empty() ? symbols.class_(step.owner).name + "." : ".") + step.relationship +
                      (step.to_many ? "[]" : "");
        return joined;
    };
    const auto where = [&](Place place) {
        const Module& module = program.module(place.module);
        const LineColumn at = module.source.lines.at(module.tree.node(place.node).begin());
        return module.source.path + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
    };
    static constexpr llvm::StringLiteral kinds[] = {"query", "statement", "get", "constructor", "call"};
    for (const PlannedLoad& load : plan.loads()) {
        os << where(load.origin.place) << ' ' << kinds[static_cast<std::size_t>(load.origin.kind)] << " loads";
        for (const LoadPath& path : load.paths)
            os << ' ' << text(path);
        if (plan.uses_options(load.origin.place))
            os << " what its callers ask for";
        if (load.through)
            os << " through the options of " << symbols.function(load.through).qualified_name;
        for (const Place refresh : load.refreshes)
            os << " behind the refresh at " << where(refresh);
        os << '\n';
    }
    for (const RelationshipRead& read : plan.reads())
        os << where(read.place) << " read " << text(read.path) << ": " << read.status << '\n';
    return out;
}

} // namespace sqlawait
