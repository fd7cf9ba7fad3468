// Findings as reports speak of them: with path, line and words instead of ids. What the gate counts, the
// checklist lists and editors show is this one list.
#pragma once

#include "rewriters/planning/planning.h"

#include <string>
#include <vector>

namespace sqlawait {

struct ReportedFinding {
    std::string code;
    std::string path; // relative to the root
    unsigned line = 0;
    unsigned column = 0;    // in bytes
    unsigned character = 0; // the same in characters
    unsigned end_line = 0;
    std::string function; // qualified name without the module's ("CRUDBase.get"), "" at module level
    std::string message;
    FindingStatus status = FindingStatus::remaining;
    std::string reason;
    std::string kind;
    std::string text;    // the source it is about, in one line
    std::string tokens;  // the same whatever the layout: its tokens, without comments and trailing commas
    bool in_baseline = false; // the baseline allows it
    bool counts = true;  // against the gate
    bool fixed = false;  // the plan changes it
    bool declined = false; // there is a fix and the plan does not make it
};

[[nodiscard]] llvm::StringRef status_name(FindingStatus status);

/// By (path, line, column, code). `plan` may be null: then nothing is said about fixes. What was found only for a
/// sync twin's text is left out, for it is not in the program.
[[nodiscard]] std::vector<ReportedFinding> reported_findings(const Facts& facts, const std::vector<Finding>& findings,
                                                             const Plan* plan);

/// Runs of white space as one blank, nothing at the ends.
[[nodiscard]] std::string in_one_line(llvm::StringRef text);

/// A function's qualified name without the module it starts with.
[[nodiscard]] std::string name_in_module(const Facts& facts, FunctionId id);

} // namespace sqlawait
