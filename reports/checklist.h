// The checklist of a migration: per file and operation and layer what is synchronous, what the tool will do
// and what a person has to, in an order in which it can be done (what is imported comes first).
#pragma once

#include "reports/reported.h"

#include <map>
#include <string>
#include <vector>

namespace sqlawait {

struct ChecklistCounts {
    unsigned sites = 0;     // synchronous operations that count
    unsigned automatic = 0; // of these the tool changes
    unsigned person = 0;    // of these a person has to look at
    unsigned kept = 0;      // kept synchronous or suppressed
    void add(const ReportedFinding& finding);
};

struct ChecklistFile {
    std::string path;
    std::string layer;
    unsigned batch = 0; // from 1; files of a batch depend on earlier batches alone, import cycles aside
    ChecklistCounts counts;
    std::vector<ReportedFinding> findings; // edits that only accompany others are left out
    unsigned other_changes = 0;            // these: annotations, imports, `async def`
};

struct Checklist {
    std::vector<ChecklistFile> files; // by (batch, path); files with something to report only
    ChecklistCounts total;
    std::map<std::string, ChecklistCounts> by_operation;
    std::map<std::string, ChecklistCounts> by_layer;
    unsigned functions = 0;  // of the program, lambdas aside
    unsigned turn_async = 0; // functions that become `async def`
    unsigned twins = 0;      // functions of which both forms are needed
    std::size_t program_files = 0;
    std::vector<ProjectProblem> problems;
};

[[nodiscard]] Checklist make_checklist(const Facts& facts, std::vector<ReportedFinding> findings);

[[nodiscard]] std::string checklist_markdown(const Checklist& checklist);
[[nodiscard]] std::string checklist_text(const Checklist& checklist);
/// Stable, with a version.
[[nodiscard]] std::string checklist_json(const Checklist& checklist);

} // namespace sqlawait
