// The checklist of a migration: what is synchronous, file by file and layer by layer; what the tool does about it,
// what a person has to, and why; in an order in which it can be done.
//
// Plain data: it is made from the facts, or read back from the JSON that it was written as (and several of them
// merged), and it is all that the formats see.
#pragma once

#include "reports/batches.h"
#include "reports/certainty.h"
#include "reports/inventory.h"
#include "reports/layers.h"
#include "reports/model_audit.h"
#include "reports/prerequisites.h"
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
    ChecklistCounts& operator+=(const ChecklistCounts& other);
};

/// A range of working time. See `effort_formula`.
struct Effort {
    double low = 0, high = 0; // minutes
    Effort& operator+=(const Effort& other);
};
[[nodiscard]] llvm::StringRef effort_formula();

enum class FileStatus : std::uint8_t {
    pending,     // synchronous work, nothing moved yet
    in_progress, // some of it runs on an asynchronous session
    done,        // all of it does
    kept,        // all that is there stays synchronous on purpose
    nothing,     // no session, nothing to change
};
[[nodiscard]] llvm::StringRef file_status_name(FileStatus status);

/// A function that does session I/O: what it is now, what becomes of it, and who demands that.
struct ChecklistFunction {
    std::string name; // without the module's
    unsigned line = 0;
    bool is_async = false;  // now
    std::string becomes;    // "async", "sync", "both"
    std::string sync_name;  // of "both": the name of the sync form
    std::string async_name; // ... of the async form
    std::vector<std::string> demanded_by; // the chain, from the root down
    std::string refusal;                  // why there is no async form
    bool kept = false;                    // stays synchronous on purpose
};

struct ChecklistLoad {
    unsigned line = 0;
    std::string origin;             // "query", "get", "constructor", ...
    std::vector<std::string> paths; // "Event.sessions.speakers"
};

struct ChecklistFile {
    std::string path;
    std::string layer, layer_reason;
    FileStatus status = FileStatus::nothing;
    FileInventory inventory;
    ChecklistCounts counts;
    FileCertainty certainty;
    std::vector<ReportedFinding> findings; // edits that only accompany others are left out
    unsigned other_changes = 0;            // these: annotations, imports, `async def`
    unsigned turn_async = 0;               // functions that become `async def`
    std::vector<ChecklistFunction> functions;
    std::vector<ChecklistLoad> loads;
    FileOrder order;
    std::string priority; // "high", "middle", "low", "" without work
    Effort effort;
    [[nodiscard]] bool has_work() const { return order.batch > 0; }
};

struct Checklist {
    std::string project;
    std::vector<ChecklistFile> files; // all of the program, by (batch, layer, callers, path); those without work last
    std::vector<AuditedRelationship> relationships;
    std::vector<Prerequisite> prerequisites;
    std::vector<ProjectProblem> problems;
    std::vector<ProjectProblem> notes; // what a person has to do about files that are not Python
    std::vector<std::string> declaration_files; // requirements.txt and its kin

    // Sums over `files`.
    ChecklistCounts total;      // migrations aside, as in the next two
    ChecklistCounts migrations; // Alembic's own: they stay
    std::map<std::string, ChecklistCounts> by_operation;
    std::map<std::string, ChecklistCounts> by_layer;
    FileCertainty certainty;
    Effort effort;
    unsigned functions = 0;  // of the program, lambdas aside
    unsigned turn_async = 0; // functions that become `async def`
    unsigned twins = 0;      // functions of which both forms are needed
    void sum();
};

[[nodiscard]] Checklist make_checklist(const Facts& facts, std::vector<ReportedFinding> findings,
                                       const Declarations& declared);

/// Whether a finding waits for a person.
[[nodiscard]] bool needs_person(const ReportedFinding& finding);
/// Whether a finding is about nothing that is synchronous, and not settled by an edit: a person should look at it.
[[nodiscard]] bool is_hazard(const ReportedFinding& finding);
/// The last link of a chain of reasons: "calls a: calls b: X" -> "X".
[[nodiscard]] std::string last_link(llvm::StringRef reasons);
/// That of a finding's reason: what many sites have in common.
[[nodiscard]] std::string root_reason(const ReportedFinding& finding);

[[nodiscard]] std::string checklist_markdown(const Checklist& checklist);
[[nodiscard]] std::string checklist_text(const Checklist& checklist);
/// Stable, with a version: docs/schemas/report.schema.json.
[[nodiscard]] std::string checklist_json(const Checklist& checklist);

struct ChecklistResult {
    Checklist checklist;
    std::string error; // "a.json: not a report: ..."; empty: fine
};
/// What `checklist_json` wrote.
[[nodiscard]] ChecklistResult read_checklist(llvm::StringRef file_name, llvm::StringRef json);
/// Of several projects: paths get the project's name in front, or a number when two have the same.
[[nodiscard]] Checklist merge_checklists(std::vector<Checklist> checklists);

} // namespace sqlawait
