#include "reports/checklist.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

#include <algorithm>

namespace sqlawait {

namespace {

// Minutes, low and high. What effort_formula says.
constexpr Effort per_automatic{.low = 0.5, .high = 2};
constexpr Effort per_person{.low = 10, .high = 40};
constexpr Effort per_hazard{.low = 5, .high = 20};
constexpr Effort per_function{.low = 0.5, .high = 2};
constexpr Effort per_file{.low = 5, .high = 15};

Effort times(const Effort& each, unsigned count) { return {each.low * count, each.high * count}; }

Effort effort_of(const ChecklistFile& file) {
    if (!file.has_work())
        return {};
    const auto hazards = static_cast<unsigned>(llvm::count_if(file.findings, is_hazard));
    const auto blocking = static_cast<unsigned>(llvm::count_if(
        file.inventory.blocking, [](const BlockingCall& call) { return call.on_loop && !call.automatic; }));
    Effort out = times(per_automatic, file.counts.automatic);
    out += times(per_person, file.counts.person);
    out += times(per_hazard, hazards + blocking);
    out += times(per_function, file.turn_async);
    out += per_file;
    return out;
}

/// How much waits for a file, not how much there is to do in it.
std::string priority_of(const ChecklistFile& file) {
    if (!file.has_work())
        return "";
    if (file.layer == "foundation" || file.layer == "base CRUD" || file.order.callers >= 10)
        return "high";
    return file.order.callers >= 3 ? "middle" : "low";
}

FileStatus status_of(const ChecklistFile& file) {
    const unsigned open = file.counts.automatic + file.counts.person;
    const bool moved = !file.inventory.awaited.empty();
    if (open > 0)
        return moved ? FileStatus::in_progress : FileStatus::pending;
    const bool waits =
        !file.inventory.unrecognised.empty() ||
        llvm::any_of(file.inventory.blocking, [](const BlockingCall& call) { return call.on_loop; }) ||
        llvm::any_of(file.functions, [](const ChecklistFunction& one) { return !one.refusal.empty() && !one.kept; });
    if (waits && file.layer != "migrations")
        return moved ? FileStatus::in_progress : FileStatus::pending;
    if (file.counts.kept > 0 && !moved)
        return FileStatus::kept;
    if (file.other_changes > 0)
        return FileStatus::pending;
    return moved ? FileStatus::done : FileStatus::nothing;
}

std::string path_in_words(const Facts& facts, const LoadPath& path) {
    std::string out;
    for (const PathStep& step : path)
        out += (out.empty() ? facts.symbols.class_(step.owner).name : "") + "." + step.relationship;
    return out;
}

class ChecklistMaker {
  public:
    ChecklistMaker(const Facts& facts, const Declarations& declared)
        : facts_(facts), declared_(declared), files_(facts.program.modules.size()) {}

    Checklist run(std::vector<ReportedFinding> findings) {
        const std::vector<FileLayer> layers = file_layers(facts_);
        std::vector<FileInventory> inventory = take_inventory(facts_);
        const std::vector<FileCertainty> certainty = count_certainties(facts_);
        std::map<std::string, std::size_t> by_path;
        for (const auto& module : facts_.program.modules) {
            ChecklistFile& file = files_[module->id.value];
            file.path = module->source.path;
            file.layer = layers[module->id.value].name;
            file.layer_reason = layers[module->id.value].why;
            file.inventory = std::move(inventory[module->id.value]);
            file.certainty = certainty[module->id.value];
            by_path[file.path] = module->id.value;
        }
        for (ReportedFinding& finding : findings) {
            const auto found = by_path.find(finding.path);
            if (found == by_path.end())
                continue; // of a file that is not Python
            ChecklistFile& file = files_[found->second];
            file.counts.add(finding);
            if (finding.fixed && finding.kind == "blocking")
                for (BlockingCall& call : file.inventory.blocking)
                    call.automatic |= finding.line <= call.line && call.line <= finding.end_line;
            if (!finding.counts && finding.status != FindingStatus::information)
                file.other_changes += finding.fixed ? 1 : 0;
            else
                file.findings.push_back(std::move(finding));
        }
        for (ChecklistFile& file : files_)
            llvm::erase_if(file.inventory.unrecognised, [&](const UnrecognisedCall& call) {
                return llvm::any_of(file.findings,
                                    [&](const ReportedFinding& finding) { return finding.line == call.line; });
            });
        for (ChecklistFile& file : files_)
            file.certainty.session_io.unknown += static_cast<unsigned>(file.inventory.unrecognised.size());
        functions();
        loads();
        std::vector<bool> has_work(files_.size());
        for (std::size_t i = 0; i < files_.size(); ++i) {
            files_[i].status = status_of(files_[i]);
            has_work[i] = files_[i].status == FileStatus::pending || files_[i].status == FileStatus::in_progress;
        }
        std::vector<FileOrder> order = order_files(facts_, has_work);
        for (std::size_t i = 0; i < files_.size(); ++i) {
            ChecklistFile& file = files_[i];
            file.order = std::move(order[i]);
            file.effort = effort_of(file);
            file.priority = priority_of(file);
        }
        return finish();
    }

  private:
    void functions() {
        for (const FunctionInfo& function : facts_.symbols.functions()) {
            const ColouredFunction& colour = facts_.colours.function(function.id);
            if (!colour.io || function.is_lambda)
                continue;
            ChecklistFile& file = files_[function.module.value];
            const Module& module = facts_.module(function.module);
            ChecklistFunction out;
            out.name = name_in_module(facts_, function.id);
            out.line = module.source.lines.at(module.tree.node(function.node).begin()).line;
            out.is_async = function.is_async;
            out.becomes = colour.form.twin() ? "both" : colour.form.async ? "async" : "sync";
            if (colour.form.twin()) {
                out.sync_name = colour.sync_name;
                out.async_name = colour.async_name;
                if (const ClassId twin = facts_.colours.twin_class_of(facts_.symbols, function.id)) {
                    out.sync_name = facts_.colours.class_(twin).sync_name + "." + out.sync_name;
                    out.async_name = facts_.colours.class_(twin).async_name + "." + out.async_name;
                }
            }
            out.demanded_by = colour.reasons;
            if (!colour.form.async)
                out.refusal = colour.refusal;
            out.kept = colour.kept;
            file.turn_async += colour.form.async && colour.turns_async && !function.is_async ? 1 : 0;
            file.functions.push_back(std::move(out));
        }
        for (ChecklistFile& file : files_)
            llvm::stable_sort(file.functions, [](const auto& a, const auto& b) { return a.line < b.line; });
    }

    void loads() {
        static constexpr llvm::StringLiteral kinds[] = {"query", "select", "get",      "constructor",
                                                        "merge", "call",   "refreshed"};
        for (const PlannedLoad& load : facts_.loads.loads()) {
            const Module& module = facts_.module(load.origin.place.module);
            ChecklistLoad out;
            out.line = module.source.lines.at(facts_.node(load.origin.place).begin()).line;
            out.origin = kinds[static_cast<std::size_t>(load.origin.kind)].str();
            for (const LoadPath& path : load.paths)
                out.paths.push_back(path_in_words(facts_, path));
            files_[module.id.value].loads.push_back(std::move(out));
        }
        for (ChecklistFile& file : files_)
            llvm::stable_sort(file.loads, [](const auto& a, const auto& b) { return a.line < b.line; });
    }

    Checklist finish() {
        Checklist out;
        out.project = llvm::sys::path::filename(facts_.program.root).str();
        out.problems = facts_.program.problems;
        out.relationships = audit_models(facts_);
        out.prerequisites = check_prerequisites(facts_, declared_);
        out.declaration_files = declared_.files;
        for (const auto& module : facts_.program.modules)
            if (module->selected)
                out.files.push_back(std::move(files_[module->id.value]));
        llvm::stable_sort(out.files, [](const ChecklistFile& a, const ChecklistFile& b) {
            // Where the order leaves a choice, what more waits for comes first.
            return std::tuple(!a.has_work(), a.order.batch, layer_rank(a.layer), b.order.callers) <
                   std::tuple(!b.has_work(), b.order.batch, layer_rank(b.layer), a.order.callers);
        });
        out.sum();
        return out;
    }

    const Facts& facts_;
    const Declarations& declared_;
    std::vector<ChecklistFile> files_; // by ModuleId
};

} // namespace

void ChecklistCounts::add(const ReportedFinding& finding) {
    if (!finding.counts)
        return;
    ++sites;
    if (finding.status != FindingStatus::remaining)
        ++kept;
    else
        ++(finding.fixed ? automatic : person);
}

ChecklistCounts& ChecklistCounts::operator+=(const ChecklistCounts& other) {
    sites += other.sites;
    automatic += other.automatic;
    person += other.person;
    kept += other.kept;
    return *this;
}

Effort& Effort::operator+=(const Effort& other) {
    low += other.low;
    high += other.high;
    return *this;
}

llvm::StringRef effort_formula() {
    return "0.5 to 2 minutes for each site that is rewritten and for each function that becomes `async def` (to "
           "review it), 10 to 40 for each site that needs a person, 5 to 20 for each hazard and each blocking call "
           "that stays in a coroutine, 5 to 15 for each file (its tests)";
}

llvm::StringRef file_status_name(FileStatus status) {
    switch (status) {
    case FileStatus::pending: return "pending";
    case FileStatus::in_progress: return "in progress";
    case FileStatus::done: return "done";
    case FileStatus::kept: return "kept";
    case FileStatus::nothing: return "nothing to do";
    }
    return "";
}

bool needs_person(const ReportedFinding& finding) {
    return finding.counts && !finding.fixed && finding.status == FindingStatus::remaining;
}

bool is_hazard(const ReportedFinding& finding) {
    return finding.status == FindingStatus::information && !finding.fixed;
}

std::string last_link(llvm::StringRef reasons) {
    while (reasons.starts_with("calls ") && reasons.contains(": "))
        reasons = reasons.split(": ").second;
    return reasons.str();
}

std::string root_reason(const ReportedFinding& finding) {
    return finding.reason.empty() ? finding.message : last_link(finding.reason);
}

void Checklist::sum() {
    total = migrations = {};
    by_operation.clear();
    by_layer.clear();
    effort = {};
    certainty = {};
    functions = turn_async = twins = 0;
    for (const ChecklistFile& file : files) {
        effort += file.effort;
        functions += file.inventory.sync_functions + file.inventory.async_functions;
        turn_async += file.turn_async;
        twins += static_cast<unsigned>(
            llvm::count_if(file.functions, [](const ChecklistFunction& one) { return one.becomes == "both"; }));
        if (file.layer == "migrations") {
            migrations += file.counts;
            continue;
        }
        certainty += file.certainty;
        total += file.counts;
        by_layer[file.layer] += file.counts;
        for (const ReportedFinding& finding : file.findings)
            if (finding.counts)
                by_operation[finding.kind].add(finding);
    }
}

Checklist make_checklist(const Facts& facts, std::vector<ReportedFinding> findings, const Declarations& declared) {
    return ChecklistMaker(facts, declared).run(std::move(findings));
}

} // namespace sqlawait
