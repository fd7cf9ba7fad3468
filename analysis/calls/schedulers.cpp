// Schedulers that can run on the event loop: of APScheduler, the one for threads has a twin for asyncio, which awaits
// jobs that are coroutines and hands the others to threads as before. It has to be started where a loop runs.
#include "analysis/calls/builder.h"

#include "llvm/ADT/STLExtras.h"

#include <set>

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral background = "apscheduler.BackgroundScheduler";
constexpr llvm::StringLiteral kept_arguments[] = {"timezone", "job_defaults", "jobstores"};

} // namespace

bool CallGraphBuilder::is_background_scheduler(TypeId type) const {
    return llvm::any_of(types_.store().atoms(type), [&](const Atom& atom) {
        return knowledge_.canonical(types_.store().external_class(atom)) == background;
    });
}

/// Whether a function only ever runs on an event loop, on its thread.
bool CallGraphBuilder::runs_on_loop(FunctionId id, std::set<FunctionId>& seen) const {
    if (!id || !seen.insert(id).second)
        return false;
    if (symbols_.function(id).is_async)
        return true;
    const EntryPoint& entry = graph_.entries_[id.value];
    if (llvm::StringRef(entry.reason).ends_with(".on_event"))
        return graph_.callers_[id.value].empty();
    return entry.entry == Entry::none && !graph_.callers_[id.value].empty() &&
           llvm::all_of(graph_.callers_[id.value], [&](std::uint32_t index) {
               const CallEdge& edge = graph_.edges_[index];
               return edge.kind == CallEdge::Kind::call && runs_on_loop(edge.caller, seen);
           });
}

/// All or none: what is handed to one scheduler may be handed to another.
void CallGraphBuilder::find_loop_schedulers() {
    std::vector<Place> made, added;
    bool started = false;
    for (const auto& module : program_.modules)
        for (const CallInfo& call : types_.calls(module->id)) {
            const Node node = module->tree.node(call.node);
            const Node callee = node.child(Field::function);
            const bool makes = llvm::any_of(call.targets, [&](const CallTarget& target) {
                return knowledge_.canonical(target.external) == background;
            });
            if (makes) {
                made.push_back({module->id, call.node});
                for (const Node argument : node.child(Field::arguments).named_children())
                    if (!argument.is(Kind::keyword_argument) ||
                        !llvm::is_contained(kept_arguments, argument.child(Field::name).text()))
                        return; // executors of its own, as a rule
                if (!module->editable())
                    return;
                continue;
            }
            if (!callee.is(Kind::attribute) ||
                !is_background_scheduler(types_.type_of({module->id, callee.child(Field::object).id()})))
                continue;
            const llvm::StringRef method = callee.child(Field::attribute).text();
            if (method == "configure" || method == "add_executor")
                return;
            if (method == "add_job")
                added.push_back({module->id, call.node});
            if (method != "start")
                continue;
            std::set<FunctionId> seen;
            if (!runs_on_loop(symbols_.enclosing_function({module->id, call.node}), seen))
                return;
            started = true;
        }
    const bool extended = llvm::any_of(symbols_.classes(), [&](const ClassInfo& info) {
        return llvm::any_of(types_.external_bases(info.id),
                            [&](const std::string& base) { return knowledge_.canonical(base) == background; });
    });
    if (made.empty() || !started || extended)
        return;
    graph_.loop_schedulers_ = made;
    for (CallEdge& edge : graph_.edges_) {
        const Node argument = program_.module(edge.place.module).tree.node(edge.place.node);
        if (edge.kind == CallEdge::Kind::reference && edge.entry == Entry::sync && llvm::any_of(added, [&](Place call) {
                return call.module == edge.place.module && argument.ancestor(Kind::call).id() == call.node;
            })) {
            edge.entry = Entry::awaits;
            graph_.loop_jobs_.push_back(edge.callee);
        }
    }
    const std::string decorated = "decorated with " + background.str() + ".scheduled_job";
    for (const FunctionInfo& function : symbols_.functions())
        if (graph_.entries_[function.id.value].reason == decorated) {
            graph_.entries_[function.id.value].entry = Entry::awaits;
            graph_.loop_jobs_.push_back(function.id);
        }
}

} // namespace sqlawait
