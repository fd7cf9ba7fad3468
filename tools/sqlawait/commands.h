// The commands: each runs the pipeline as far as it needs and turns what it finds into output.
// Data goes to stdout, talk to stderr. Each gives the program's exit status.
#pragma once

#include "reports/reported.h"
#include "tools/sqlawait/options.h"
#include "tools/sqlawait/pipeline.h"

#include "llvm/ADT/Twine.h"

namespace sqlawait {

[[nodiscard]] int run_migrate(const Options& options);
[[nodiscard]] int run_series(const Options& options); // migrate --series
[[nodiscard]] int run_check(const Options& options);
[[nodiscard]] int run_report(const Options& options);
[[nodiscard]] int run_explain(const Options& options);
[[nodiscard]] int run_rules();

/// What the options mean for the passes.
[[nodiscard]] PipelineOptions pipeline_options(const Options& options);

/// Runs the pipeline with --print, --stop-after and --timings. Without an analysis the command is over, and
/// `status` says how.
struct CommandRun {
    std::unique_ptr<Analysis> analysis;
    int status = exit_fine;
};
[[nodiscard]] CommandRun run_for(const Options& options, const PipelineOptions& pipeline);

/// What an analysis changes, as a unified diff that `git apply` takes.
[[nodiscard]] std::string patch_of(const Options& options, const Analysis& analysis);

/// Finishes what a killed run left. Gives an exit status when the command must not go on.
[[nodiscard]] std::optional<int> recover(const Options& options);

/// "sqlawait: " and the message, on stderr; gives `exit_could_not_run`.
int fail(const llvm::Twine& message);
/// Files that could not be read or parsed, on stderr.
void print_problems(const Options& options, llvm::ArrayRef<ProjectProblem> problems);
/// Writes data to a file, or to stdout when the name is "". Gives an exit status.
[[nodiscard]] int write_output(const std::string& file, llvm::StringRef text);

} // namespace sqlawait
