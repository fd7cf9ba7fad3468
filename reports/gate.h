// The gate: how much synchronous code is left, and whether that is within the allowance: a number, or a
// baseline that lists what was there. A baseline survives line shifts: a finding is known by its path,
// function, code and text. It only ever goes down.
#pragma once

#include "reports/reported.h"

#include <map>
#include <string>
#include <vector>

namespace sqlawait {

struct GateCounts {
    unsigned remaining = 0;
    unsigned kept = 0;
    unsigned suppressed = 0;
    std::map<std::string, unsigned> by_kind; // of what counts against the allowance
    std::map<std::string, unsigned> by_file;
};

struct GateOptions {
    bool include_kept = false;
};

/// Whether a finding counts against the allowance.
[[nodiscard]] bool is_counted(const ReportedFinding& finding, GateOptions options);
[[nodiscard]] GateCounts count_findings(llvm::ArrayRef<ReportedFinding> findings, GateOptions options);

/// The same for a finding whatever lines are added or removed around it.
[[nodiscard]] std::string fingerprint(const ReportedFinding& finding);

struct Baseline {
    struct Entry {
        ReportedFinding finding; // path, function, code and text alone
        unsigned count = 0;
    };
    std::map<std::string, Entry> entries; // by fingerprint
    [[nodiscard]] unsigned total() const;
};

struct BaselineResult {
    Baseline baseline;
    std::string error; // empty: fine
};
[[nodiscard]] Baseline make_baseline(llvm::ArrayRef<ReportedFinding> findings, GateOptions options);
[[nodiscard]] BaselineResult read_baseline(llvm::StringRef file_name, llvm::StringRef json);
[[nodiscard]] std::string write_baseline(const Baseline& baseline);

struct BaselineComparison {
    std::vector<ReportedFinding> added; // more than the baseline allows, in order
    unsigned gone = 0;                  // listed there and no longer found
};
[[nodiscard]] BaselineComparison compare(const Baseline& baseline, llvm::ArrayRef<ReportedFinding> findings,
                                         GateOptions options);

} // namespace sqlawait
