// What the files beside the Python code have to say about an accepted plan: packages that the asynchronous program
// needs (SA601), and that its test runner awaits coroutines (SA602). The edits of these files are applied, written
// and shown as those of the code are; without an accepted change that needs them there are none.
//
// A package is declared beside SQLAlchemy, in each file that declares that; what only tests need, beside pytest.
// Nothing is taken away: the synchronous driver stays for Alembic and for workers. Files that a tool made from
// others are left to that tool.
#pragma once

#include "rewriters/planning/planning.h"

namespace sqlawait {

struct PlannedManifest {
    std::string path;
    const SourceText* source = nullptr; // null: a new file, `edits` holds its text
    std::vector<TextEdit> edits;        // sorted, disjoint
};

struct ManifestPlan {
    std::vector<PlannedManifest> files; // by path
    std::vector<ProjectProblem> notes;  // what a person has to do
};

[[nodiscard]] ManifestPlan plan_manifests(const Facts& facts, const RewriteOptions& options,
                                          const std::vector<Finding>& findings, const Plan& plan);

} // namespace sqlawait
