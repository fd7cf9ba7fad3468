// The checklist for a terminal: sums by layer, then what a person has to do, then file by file.
#include "reports/checklist_markdown.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

namespace sqlawait {

namespace {

void write_counts(llvm::raw_ostream& os, const ChecklistCounts& of) {
    os << markdown::count(of.sites, "site") << ", " << of.automatic << " by the tool, "
       << (of.person == 1 ? "1 needs" : std::to_string(of.person) + " need") << " a person, " << of.kept << " kept\n";
}

void write_layers(llvm::raw_ostream& os, const Checklist& c) {
    std::map<std::string, std::array<unsigned, 3>> files; // all, with work, done
    for (const ChecklistFile& file : c.files) {
        auto& [all, work, done] = files[file.layer];
        ++all;
        work += file.has_work() ? 1 : 0;
        done += file.status == FileStatus::done ? 1 : 0;
    }
    const auto row = [&](llvm::StringRef name, const auto&... cells) {
        os << llvm::left_justify(name, 18);
        ((os << llvm::right_justify(cells, 9)), ...);
        os << '\n';
    };
    row("layer", "files", "to move", "done", "sites", "tool", "person", "kept");
    for (const llvm::StringLiteral layer : layer_order())
        if (const auto found = files.find(layer.str()); found != files.end()) {
            const auto sum = c.by_layer.find(layer.str());
            const ChecklistCounts of = layer == "migrations"     ? c.migrations
                                       : sum == c.by_layer.end() ? ChecklistCounts{}
                                                                 : sum->second;
            row(layer, std::to_string(found->second[0]), std::to_string(found->second[1]),
                std::to_string(found->second[2]), std::to_string(of.sites), std::to_string(of.automatic),
                std::to_string(of.person), std::to_string(of.kept));
        }
    os << '\n';
}

void write_file(llvm::raw_ostream& os, const ChecklistFile& file) {
    os << "\nbatch " << file.order.batch << ' ' << file.path << " (" << file.layer << ", "
       << file_status_name(file.status) << ", " << file.priority << " priority, " << markdown::range(file.effort)
       << "): ";
    write_counts(os, file.counts);
    for (const ReportedFinding& finding : file.findings) {
        if (finding.status == FindingStatus::information && !is_hazard(finding))
            continue;
        os << "  " << finding.line << ':' << finding.column << ' ' << finding.code << ' ' << finding.message;
        if (needs_person(finding))
            os << " (needs a person)";
        else if (is_hazard(finding))
            os << " (to be looked at)";
        else if (finding.status != FindingStatus::remaining)
            os << " (" << status_name(finding.status) << ')';
        os << '\n';
        if (!finding.reason.empty())
            os << "      " << finding.reason << '\n';
    }
    for (const BlockingCall& call : file.inventory.blocking)
        if (call.on_loop && !call.automatic)
            os << "  " << call.line << ':' << call.column << ' ' << call.name
               << " holds up the event loop (needs a person)\n";
}

} // namespace

std::string checklist_text(const Checklist& c) {
    std::string out;
    llvm::raw_string_ostream os(out);
    const auto has = [&](auto what) { return static_cast<std::size_t>(llvm::count_if(c.files, what)); };
    const std::size_t done = has([](const ChecklistFile& file) { return file.status == FileStatus::done; });
    const std::size_t work = has([](const ChecklistFile& file) { return file.has_work(); });
    os << c.project << ": " << done << " of " << markdown::count(done + work, "file") << " done, "
       << markdown::range(c.effort) << " to go\n";
    write_counts(os, c.total);
    os << '\n';
    write_layers(os, c);
    for (const Prerequisite& one : c.prerequisites)
        os << state_name(one.state) << ": " << one.what << ": " << one.found << (one.advice.empty() ? "" : ". ")
           << one.advice << '\n';
    for (const ProjectProblem& note : c.notes)
        os << "to do: "
           << (note.path == "." ? "" : note.path + (note.line > 0 ? ":" + std::to_string(note.line) : "") + ": ")
           << note.message << '\n';
    for (const ChecklistFile& file : c.files)
        if (file.has_work())
            write_file(os, file);
    for (const ProjectProblem& problem : c.problems)
        os << '\n' << problem.path << ':' << problem.line << ": " << problem.message;
    if (!c.problems.empty())
        os << '\n';
    return out;
}

} // namespace sqlawait
