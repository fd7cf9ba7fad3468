// One folded part a file, in the order of batches.
#include "reports/checklist_markdown.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait::markdown {

namespace {

/// "line 12", "lines 12, 14, 20"
std::string lines_of(const std::vector<unsigned>& lines) {
    std::string out;
    for (const unsigned line : lines)
        out += (out.empty() ? "" : ", ") + std::to_string(line);
    return (lines.size() == 1 ? "line " : "lines ") + out;
}

/// What there is to do, in a few words.
std::string work_in_short(const ChecklistFile& file) {
    std::string out;
    const auto add = [&](const std::string& words) { out += (out.empty() ? "" : ", ") + words; };
    if (file.counts.person > 0)
        add("<b>" + count(file.counts.person, "site") + " for a person</b>");
    if (file.counts.automatic > 0)
        add(count(file.counts.automatic, "site") + " by the tool");
    if (out.empty() && file.turn_async > 0)
        add("no site of its own, " + count(file.turn_async, "function") + " to <code>async def</code>");
    if (const auto hazards = static_cast<std::size_t>(llvm::count_if(file.findings, is_hazard)); hazards > 0)
        add(count(hazards, "place") + " to be looked at");
    return out.empty() ? "" : ": " + out;
}

/// Functions that do their I/O through others, and have no asynchronous form.
void write_refused(llvm::raw_ostream& os, const ChecklistFile& file) {
    std::map<std::string, std::vector<const ChecklistFunction*>> groups;
    for (const ChecklistFunction& function : file.functions) {
        const bool named = llvm::any_of(file.findings, [&](const ReportedFinding& finding) {
            return needs_person(finding) && finding.function == function.name;
        });
        if (!function.refusal.empty() && !function.kept && !named)
            groups[last_link(function.refusal)].push_back(&function);
    }
    for (const auto& [reason, functions] : groups) {
        os << "- [ ] stays `def`: ";
        for (const ChecklistFunction* function : functions)
            os << (function == functions.front() ? "" : ", ") << code(function->name) << " (line " << function->line
               << ")";
        os << ": " << text(reason) << '\n';
    }
}

void write_place(llvm::raw_ostream& os, const ReportedFinding& finding) {
    os << "line " << finding.line << ": " << text(finding.message)
       << (finding.function.empty() ? "" : " in " + code(finding.function));
}

void write_for_a_person(llvm::raw_ostream& os, const ChecklistFile& file) {
    std::vector<std::pair<std::string, std::vector<const ReportedFinding*>>> groups;
    for (const ReportedFinding& finding : file.findings) {
        if (!needs_person(finding))
            continue;
        const std::string reason = root_reason(finding);
        const auto group = llvm::find_if(groups, [&](const auto& known) { return known.first == reason; });
        (group == groups.end() ? groups.emplace_back(reason, std::vector<const ReportedFinding*>{}) : *group)
            .second.push_back(&finding);
    }
    for (const auto& [reason, findings] : groups) {
        os << "- [ ] " << text(reason) << '\n';
        for (const ReportedFinding* finding : findings) {
            os << "  - ";
            write_place(os, *finding);
            os << '\n';
        }
    }
    for (const ReportedFinding& finding : file.findings)
        if (is_hazard(finding)) {
            os << "- [ ] ";
            write_place(os, finding);
            os << (finding.reason.empty() ? "" : ": " + text(finding.reason)) << '\n';
        }
}

void write_automatic(llvm::raw_ostream& os, const ChecklistFile& file) {
    std::map<std::string, std::vector<unsigned>> fixed, kept;
    for (const ReportedFinding& finding : file.findings)
        if (finding.counts) {
            if (finding.status != FindingStatus::remaining)
                kept[finding.kind].push_back(finding.line);
            else if (finding.fixed)
                fixed[finding.kind].push_back(finding.line);
        }
    for (const auto& [words, groups] : {std::pair("by the tool", &fixed), std::pair("kept", &kept)})
        for (const auto& [kind, lines] : *groups)
            os << "- " << words << ": " << lines.size() << " \u00d7 " << code(kind) << ", " << lines_of(lines) << '\n';
    if (file.other_changes > 0)
        os << "- by the tool as well: " << count(file.other_changes, "edit")
           << " of annotations, imports, `def` and `await`\n";
}

void write_neighbours(llvm::raw_ostream& os, const ChecklistFile& file) {
    if (file.order.callers > 0)
        os << "- called by " << count(file.order.callers, "function") << " in "
           << count(file.order.calling_files, "other file") << '\n';
    if (!file.order.after.empty()) {
        os << "- after: ";
        constexpr std::size_t shown = 3;
        for (std::size_t i = 0; i < file.order.after.size() && i < shown; ++i)
            os << (i == 0 ? "" : "; ") << text(file.order.after[i]);
        if (file.order.after.size() > shown)
            os << "; and " << count(file.order.after.size() - shown, "more file");
        os << '\n';
    }
    for (const std::string& other : file.order.together)
        os << (&other == &file.order.together.front() ? "- together with " : ", ") << code(other);
    if (!file.order.together.empty())
        os << '\n';
}

void write_file(llvm::raw_ostream& os, const ChecklistFile& file) {
    const bool begun = file.status == FileStatus::in_progress;
    open_details(os, (begun ? "\u25d0" : "\u2610") + (" <code>" + html(file.path)) + "</code> " + file.layer +
                         (begun ? ", <b>in progress</b>" : "") + ", " + file.priority + " priority" +
                         work_in_short(file));
    const FileInventory& has = file.inventory;
    os << "- " << count(has.lines, "line") << ", " << has.sync_functions << " `def`, " << has.async_functions
       << " `async def`; " << count(file.turn_async, "becomes", "become") << " `async def`; effort "
       << range(file.effort) << '\n';
    write_neighbours(os, file);
    write_automatic(os, file);
    for (const ChecklistLoad& load : file.loads) {
        if (load.paths.empty())
            continue;
        os << "- loads, with the " << load.origin << " on line " << load.line << ": ";
        for (std::size_t i = 0; i < load.paths.size(); ++i)
            os << (i == 0 ? "" : ", ") << code(load.paths[i]);
        os << '\n';
    }
    if (!file.inventory.unrecognised.empty())
        os << "- [ ] " << count(file.inventory.unrecognised.size(), "call")
           << " on what looks like a session, see [below](#not-recognised)\n";
    write_for_a_person(os, file);
    write_refused(os, file);
    for (const BlockingCall& call : file.inventory.blocking)
        if (call.on_loop)
            os << "- [ ] line " << call.line << ": " << code(call.name) << " holds up the event loop"
               << (call.function.empty() ? "" : " in " + code(call.function)) << '\n';
    close_details(os);
}

std::string kept_reason(const ChecklistFile& file) {
    for (const ReportedFinding& finding : file.findings)
        if (finding.counts && finding.status == FindingStatus::kept && !finding.reason.empty())
            return ": " + text(finding.reason);
    return "";
}

/// Files of one status, by layer.
void write_others(llvm::raw_ostream& os, const Checklist& checklist, llvm::StringRef title, FileStatus status) {
    std::map<unsigned, std::vector<const ChecklistFile*>> layers;
    std::size_t all = 0;
    for (const ChecklistFile& file : checklist.files)
        if (file.status == status) {
            layers[layer_rank(file.layer)].push_back(&file);
            ++all;
        }
    if (all == 0)
        return;
    os << "### " << title << "\n\n";
    open_details(os, count(all, "file"));
    for (const auto& [rank, files] : layers) {
        os << "**" << files.front()->layer << "**, " << count(files.size(), "file") << "\n\n";
        for (const ChecklistFile* file : files) {
            os << (status == FileStatus::nothing ? "- " : box(true)) << code(file->path) << ", "
               << count(file->inventory.lines, "line");
            if (file->counts.kept > 0)
                os << ", " << count(file->counts.kept, "site") << " kept" << kept_reason(*file);
            if (!file->inventory.blocking.empty() && file->layer != "tests")
                os << ", " << count(file->inventory.blocking.size(), "call") << " that block, outside of coroutines";
            os << '\n';
        }
        os << '\n';
    }
    close_details(os);
}

} // namespace

void write_files(llvm::raw_ostream& os, const Checklist& checklist) {
    os << "## Files\n\n\u2610 pending, \u25d0 in progress; what is done or stays stands at the end.\n\n";
    unsigned batch = 0;
    for (const ChecklistFile& file : checklist.files) {
        if (!file.has_work())
            continue;
        if (file.order.batch != batch) {
            batch = file.order.batch;
            os << "### Batch " << batch << "\n\n";
        }
        write_file(os, file);
    }
    write_others(os, checklist, "Done", FileStatus::done);
    write_others(os, checklist, "Kept synchronous", FileStatus::kept);
    write_others(os, checklist, "Nothing to do", FileStatus::nothing);
}

} // namespace sqlawait::markdown
