// The findings of the gate in the formats that people, editors and CI systems read.
#pragma once

#include "reports/gate.h"

namespace sqlawait {

struct CheckOutput {
    std::vector<ReportedFinding> findings; // all that are to be shown
    GateCounts counts;
    bool with_baseline = false;
    bool colours = false; // escape sequences in the text format
    bool everything = false; // also what is kept or suppressed and does not count; JSON and SARIF hold it always
    std::string path_prefix; // from git's top level to the root ("service/"); for formats that CI systems read
};

/// One line a finding: path:line:column: code message [function].
[[nodiscard]] std::string check_text(const CheckOutput& output);
/// Stable: {"version":1,"counts":{...},"findings":[{code,path,line,column,function,message,status,reason}]}.
[[nodiscard]] std::string check_json(const CheckOutput& output);
/// Workflow commands, which GitHub shows beside the lines.
[[nodiscard]] std::string check_github(const CheckOutput& output);
/// GitLab's Code Quality report.
[[nodiscard]] std::string check_gitlab(const CheckOutput& output);
/// SARIF 2.1.0.
[[nodiscard]] std::string check_sarif(const CheckOutput& output);

/// By the name of the format; "" for a name that is none.
[[nodiscard]] std::string check_in_format(llvm::StringRef format, const CheckOutput& output);

} // namespace sqlawait
