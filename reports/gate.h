// The gate: how much synchronous code is left, and whether that is within the allowance: a number, or a
// baseline that lists what was there. A finding is known by its path, function, code and tokens, so that lines may
// move and layout may change. What is left over on both sides is paired again: an old finding that was edited (same
// path, function and code) or whose file was renamed is not a new one. It only ever goes down.
#pragma once

#include "reports/reported.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <map>
#include <string>
#include <vector>

namespace sqlawait {

struct GateCounts {
    unsigned remaining = 0;
    unsigned kept = 0;
    unsigned suppressed = 0;
    std::map<std::string, unsigned> by_kind; // of what counts against the allowance
    std::map<std::string, unsigned> by_code; // likewise
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
    unsigned changed = 0;               // edited or in a file that was renamed
    unsigned gone = 0;                  // listed there and no longer found
};
/// Sets `in_baseline` of the findings that it allows. `exists`: whether the program has a file of that path.
[[nodiscard]] BaselineComparison compare(const Baseline& baseline, std::vector<ReportedFinding>& findings,
                                         GateOptions options, llvm::function_ref<bool(llvm::StringRef)> exists);

/// The part of a baseline that is about some files, and the rest.
[[nodiscard]] std::pair<Baseline, Baseline> split_baseline(const Baseline& baseline,
                                                           llvm::function_ref<bool(llvm::StringRef)> wanted);
[[nodiscard]] Baseline join_baselines(Baseline a, const Baseline& b);

} // namespace sqlawait
