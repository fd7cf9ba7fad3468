#include "reports/checklist.h"

#include "llvm/Support/raw_ostream.h"

namespace sqlawait {

std::string checklist_text(const Checklist& c) {
    std::string out;
    llvm::raw_string_ostream os(out);
    const auto counts = [&](const ChecklistCounts& of) {
        os << of.sites << " sites, " << of.automatic << " by the tool, " << of.person << " need a person, " << of.kept
           << " kept\n";
    };
    os << "all: ";
    counts(c.total);
    for (const llvm::StringLiteral layer : layer_order())
        if (const auto found = c.by_layer.find(layer.str()); found != c.by_layer.end() && found->second.sites > 0) {
            os << layer << ": ";
            counts(found->second);
        }
    for (const Prerequisite& one : c.prerequisites)
        os << state_name(one.state) << ": " << one.what << ": " << one.found << (one.advice.empty() ? "" : ". ")
           << one.advice << '\n';
    for (const ChecklistFile& file : c.files) {
        if (!file.has_work())
            continue;
        os << "\nbatch " << file.order.batch << ' ' << file.path << " (" << file.layer << ", "
           << file_status_name(file.status) << ", " << file.priority << " priority): ";
        counts(file.counts);
        for (const ReportedFinding& finding : file.findings) {
            os << "  " << finding.line << ':' << finding.column << ' ' << finding.code << ' ' << finding.message;
            if (needs_person(finding))
                os << " (needs a person)";
            else if (finding.status != FindingStatus::remaining)
                os << " (" << status_name(finding.status) << ')';
            os << '\n';
            if (!finding.reason.empty())
                os << "      " << finding.reason << '\n';
        }
    }
    for (const ProjectProblem& note : c.notes)
        os << note.path << (note.line > 0 ? ":" + std::to_string(note.line) : "") << ": " << note.message << '\n';
    for (const ProjectProblem& problem : c.problems)
        os << '\n' << problem.path << ':' << problem.line << ": " << problem.message;
    if (!c.problems.empty())
        os << '\n';
    return out;
}

} // namespace sqlawait
