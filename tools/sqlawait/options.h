// What the command line and the configuration ask for, as values.
#pragma once

#include "analysis/loading/trace.h"
#include "tools/sqlawait/passes.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sqlawait {

enum class Command : std::uint8_t { migrate, check, report, explain, rules };

/// See "Exit status" of `sqlawait -h`.
enum ExitStatus : int { exit_fine = 0, exit_over_allowance = 1, exit_could_not_run = 2, exit_better_than_baseline = 3 };

struct Options {
    Command command = Command::migrate;
    std::vector<std::string> paths;

    // For all commands.
    std::string root;          // absolute
    std::string root_flag;     // as given
    std::string configuration; // --config
    unsigned jobs = 0;         // 0: as many as there are processors
    bool quiet = false;
    bool verbose = false;
    std::string color = "auto";
    bool timings = false;
    std::optional<Pass> print;
    std::optional<Pass> stop_after;

    // What is migrated, and how.
    bool write = false;
    bool allow_dirty = false;
    std::string stage = "all";
    std::string strategy = "replace";
    std::string form = "statement";
    std::string driver;
    std::string safety = "safe";
    bool proof = false;
    std::vector<std::string> only;
    std::vector<std::string> exclude;
    std::string series;
    std::string trace;
    std::vector<RecordedLoad> recorded; // what the file `trace` says
    std::string feature_flag;

    // The gate.
    std::optional<unsigned> max;
    std::string baseline;
    bool update_baseline = false;
    bool include_kept = false;
    std::string since;
    std::string stdin_filename;

    // The report; `format` and `output` are of several commands.
    std::string format;
    std::string output;
    std::vector<std::string> merge;

    std::string subject; // of explain

    std::set<std::string> given; // flags on the command line, without the dashes: they win over the configuration

    // From the configuration alone.
    std::vector<std::string> keep_sync;
    std::vector<std::string> session_names;
    std::vector<std::string> session_types;
    std::vector<std::string> entry_points;
    std::vector<std::string> knowledge;
};

struct CommandLine {
    std::optional<Options> options;
    int status = 0;      // without options: end with this
    std::string message; // to print then: on stdout for status 0 (help, version), else on stderr
};

[[nodiscard]] CommandLine read_command_line(int argc, const char* const* argv);

/// Completes the options: finds the root, reads the configuration (flags win), counts processors. Gives an error
/// or "".
[[nodiscard]] std::string settle(Options& options);

} // namespace sqlawait
