// From reads to the plan: what each origin has to load, what is loaded anew, and what stays to be reported.
// Private to this folder: plan.cpp asks for the reads, losses.cpp says what of a variable is gone behind a commit and
// its like, call_options.cpp has calls that serve several models, planned_refreshes.cpp writes down what is loaded
// anew, dynamic_reads.cpp has attributes that only the run names,
// class_options.cpp options that a class holds, few_readers.cpp paths that few entries of the program read.
#pragma once

#include "analysis/loading/identity.h"
#include "analysis/loading/paths.h"
#include "analysis/loading/provenance.h"
#include "analysis/loading/recorded.h"
#include "analysis/loading/refresh_sites.h"
#include "analysis/loading/writes.h"

#include "llvm/ADT/STLExtras.h"

#include <optional>

namespace sqlawait {

class LoadPlanner {
  public:
    LoadPlanner(const Program& program, const SymbolTable& symbols, const ModelTable& models,
                const Knowledge& knowledge, const TypeTable& types, const CallGraph& calls, const QueryFlow& queries,
                const ColourTable& colours, const ProvenanceFlow& flow, LoadScope scope)
        : program_(program), symbols_(symbols), models_(models), knowledge_(knowledge), types_(types), calls_(calls),
          colours_(colours), flow_(flow), scope_(scope), writes_(program, symbols, models, types, queries),
          sites_(program, symbols, types), async_reach_(symbols, calls, colours) {}
    LoadPlan run(ProvenanceFlow& paths, llvm::ArrayRef<RecordedLoad> recorded);

  private:
    struct Answer {
        bool planned = false;
        std::string status;
        bool asked = false; // it is being answered further up: a value that comes round in a loop or a recursion
    };
    [[nodiscard]] std::string where(Place place) const;
    [[nodiscard]] Node node(Place place) const { return program_.module(place.module).tree.node(place.node); }
    [[nodiscard]] const LoadOrigin& origin(std::uint32_t id) const { return flow_.origins()[id]; }
    /// Lazy loading works as ever where the session stays synchronous.
    [[nodiscard]] bool runs_async(Place place) const;
    /// Code that is not to be touched. What it calls stays synchronous with it, but may load eagerly all the same.
    [[nodiscard]] bool stays_as_it_is(Place place) const;
    [[nodiscard]] const RelationshipInfo* relationship(const PathStep& step) const;
    /// Rows of several columns have no single entity, but the class that a path starts at may be one of them.
    [[nodiscard]] bool names_its_owner(const LoadOrigin& origin, const LoadPath& path) const;
    /// The mapping loads it already, with whatever statement.
    [[nodiscard]] bool eager_by_mapping(const PathStep& step) const;

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
    [[nodiscard]] bool is_filled(const Provenance& object, const PathStep& step) const;

    void plan_read(const ReadEvent& event, ProvenanceFlow& paths);
    void explain_by_reads(const RecordedLoad& load, RecordedRead& read) const;
    /// Whether the read can be waited for where it stands.
    [[nodiscard]] bool can_wait(const ReadEvent& event) const;
    /// What a run has seen is wanted as what the flow has found.
    void plan_recorded(const RecordedLoad& load);
    Answer want(std::uint32_t id, const LoadPath& path);

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
    [[nodiscard]] bool is_lost(const Provenance& object, const LoadPath& path, std::uint8_t kinds, Place site) const;
    /// The constructors and merges that an object may come from.
    [[nodiscard]] std::set<Provenance> made_of(const Provenance& object, unsigned depth = 0) const;
    /// Whether the code of the function reads the relationship of the object in front of a place.
    [[nodiscard]] bool read_before(Place site, const Provenance& object, const PathStep& step) const;
    Answer want_behind(std::uint32_t id, const LoadPath& path);
    Answer want_of_call(std::uint32_t id, const LoadPath& path);
    /// The function that a call hands options to: one of the program, called by name from everywhere, whose own
    /// queries, or calls of such a function, are all that gives the objects. None when it can't take any.
    FunctionId taker(std::uint32_t id, unsigned layer);
    void take(std::uint32_t id, unsigned layer);
    void publish(std::uint32_t id, const std::set<LoadPath>& wanted);
    /// Columns of the variable that have to be read again behind the site, because the database makes their value
    /// anew; "*" all of them, after a rollback.
    [[nodiscard]] std::set<std::string> lost_columns(std::uint32_t id, const ProvenanceFlow::Behind& behind) const;
    /// The statement that gives the result of a call its name, or returns it.
    [[nodiscard]] Place result_site(std::uint32_t id) const;
    void publish_refresh(std::uint32_t id, const std::set<LoadPath>& wanted);
    [[nodiscard]] Node loop_before_reads(std::uint32_t id, const PlannedRefresh& refresh) const;
    [[nodiscard]] bool ends_with_load(Node loop, ModuleId module) const;
    void merge_refreshes();
    void leave_to_columns(PlannedRefresh& refresh, const ProvenanceFlow::Behind& behind) const;
    /// Without what the statements behind the site load already.
    void publish_part(std::uint32_t id, PlannedRefresh refresh);
    /// Whether the head of the path leads to a class that the object may have been loaded through.
    [[nodiscard]] bool leads_back(std::uint32_t id, const PlannedRefresh& refresh, const LoadPath& path) const;
    /// requeries.cpp: what a variable still holds is loaded anew behind a commit, when a query asks for it again.
    void load_for_requeries();
    void load_for_requery(std::uint32_t query, SymbolId symbol, const Expired& happened, FunctionId function);
    /// The queries that load something, inside of what a call calls.
    [[nodiscard]] std::vector<std::uint32_t> queries_behind(const CallInfo& call);
    /// A variable that certainly holds objects of one class there; nothing otherwise. `objects`: which.
    [[nodiscard]] std::optional<PlannedRefresh> held_at(ModuleId module, SymbolId symbol, NodeId site,
                                                        std::set<Provenance>& objects) const;
    [[nodiscard]] bool is_bound_at(const Definition& made, Node site) const;
    /// How the plan has gone from one of these objects, by relationships to one, to one whose relationship it has
    /// loaded.
    [[nodiscard]] std::optional<LoadPath> way_to_loaded(const std::set<Provenance>& objects, const PathStep& step,
                                                        Place site) const;
    /// `x` becomes `x.author`, which may be None, or each of `x.books`.
    void lead_along(PlannedRefresh& refresh, llvm::ArrayRef<PathStep> way) const;
    /// The options of a select() leave alone what is loaded further down. What is stale there is loaded anew by a
    /// refresh of its own, of `x.author`.
    [[nodiscard]] std::vector<PlannedRefresh> apart(PlannedRefresh refresh, std::uint8_t kinds,
                                                    FunctionId function) const;
    /// What of the paths is there already and stale: their first steps, or something behind those.
    void note_reloads(PlannedRefresh& refresh, const std::set<LoadPath>& wanted,
                      const ProvenanceFlow::Behind& behind) const;

    /// dynamic_reads.cpp: reads of attributes that only the run names are reported, or run in the session's greenlet.
    void plan_unforeseen();
    [[nodiscard]] bool runs_anywhere(Place place) const;
    /// A coroutine, before or after.
    [[nodiscard]] bool can_await(FunctionId function) const;
    [[nodiscard]] bool does_io(TypeId type) const;
    [[nodiscard]] Place greenlet_region(Place place) const;
    [[nodiscard]] bool reads_in_greenlet(Place place) const;
    /// Gives whether the read, or the call that leads to one, can be waited for.
    bool bridge(Place place);
    bool bridge_callers(FunctionId reader, std::set<FunctionId>& seen);

    /// class_options.cpp: a call in a base class, whose objects each subclass reads differently, hands on the options
    /// that an attribute of the class holds.
    Answer want_by_class(std::uint32_t id, const LoadPath& path);
    void publish_by_class();
    /// The statement of a class body that gives an attribute its value; no node where there is none.
    [[nodiscard]] Node attribute_statement(ClassId id, llvm::StringRef name) const;
    /// "self.model" of a query of what an attribute of the class says: "model"; "" of others.
    [[nodiscard]] std::string model_attribute(std::uint32_t origin) const;

    /// few_readers.cpp: what few of the program's entries read of an object that many get is loaded where those few
    /// have it.
    void load_for_few();
    [[nodiscard]] bool can_turn(FunctionId function) const;
    struct Asker {
        FunctionId reader;
        std::size_t read = 0; // in plan_.reads_
    };
    [[nodiscard]] std::set<FunctionId> holders_of(std::uint32_t origin) const;
    [[nodiscard]] std::set<FunctionId> entries_above(FunctionId function, const std::set<FunctionId>* within) const;
    /// Where each of the ways up from a reader has the object in a name: false when one of them has not.
    bool places_above(FunctionId reader, std::uint32_t origin, const std::set<FunctionId>& within,
                      std::set<FunctionId>& seen, std::map<Place, PlannedRefresh>& places) const;
    [[nodiscard]] std::optional<PlannedRefresh> named_in(FunctionId function, std::uint32_t origin) const;
    [[nodiscard]] bool asks_itself(std::uint32_t origin, const LoadPath& path) const;

    /// An origin's options cost every entry of the program that gets its objects; a load of their own costs those that
    /// read one statement more. It pays where they are at most one in so many.
    static constexpr std::size_t entries_for_one_reader = 3;
    static constexpr std::size_t max_path = 6;
    static constexpr unsigned max_layers = 2;

    const Program& program_;
    const SymbolTable& symbols_;
    const ModelTable& models_;
    const Knowledge& knowledge_;
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
    std::map<FunctionId, std::vector<std::uint32_t>> queries_in_; // that load something
    std::set<std::uint32_t> mixed_; // calls whose objects are read as several models
    std::set<std::uint32_t> passed_to_; // origins that load what the callers of their function ask for
    std::set<std::pair<std::uint32_t, LoadPath>> asked_; // by the read that is looked at
    struct ByClass {
        FunctionId through;
        std::map<ClassId, std::set<LoadPath>> wanted; // by the class that says which model it is of
        ClassId base; // that says there may be one
        std::string attribute;
    };
    std::map<std::uint32_t, ByClass> by_class_; // by call
    std::map<std::uint32_t, std::map<LoadPath, std::vector<Asker>>> askers_; // by origin
    std::optional<Asker> asker_; // of the read that is looked at
    LoadPlan plan_;
};

} // namespace sqlawait
