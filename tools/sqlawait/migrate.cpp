#include "analysis/project/git.h"
#include "reports/patch.h"
#include "rewriters/writing/writing.h"
#include "tools/sqlawait/commands.h"
#include "tools/sqlawait/summary.h"

#include "llvm/Support/FileSystem.h"

namespace sqlawait {

namespace {

int write_tree(const Options& options, const Analysis& analysis) {
    std::vector<FileWrite> writes;
    std::vector<std::string> paths;
    for (const FilePatch& patch : analysis.patches) {
        writes.push_back({patch.path, patch.before, patch.after});
        paths.push_back(patch.path);
    }
    if (writes.empty())
        return exit_fine;
    if (!options.allow_dirty) {
        const std::vector<std::string> dirty = dirty_files(options.root, paths);
        if (!dirty.empty()) {
            std::string message = "git has no copy of what these files hold now:";
            for (const std::string& path : dirty)
                message += "\n  " + path;
            return fail(message + "\ncommit or stash them, or use --allow-dirty; nothing was changed");
        }
    }
    const WriteResult written = write_files(options.root, writes);
    return written.error.empty() ? exit_fine : fail(written.error);
}

} // namespace

std::string patch_of(const Options& options, const Analysis& analysis) {
    std::vector<FileChange> changes;
    for (const FilePatch& patch : analysis.patches)
        changes.push_back(
            {patch.path, patch.before, patch.after, llvm::sys::fs::can_execute(options.root + "/" + patch.path)});
    return unified_diff(patch_prefix(options.root), changes);
}

int run_migrate(const Options& options) {
    if (!options.series.empty())
        return run_series(options);
    if (options.write && !options.output.empty())
        return fail("--write and --output exclude each other");
    if (const std::optional<int> status = recover(options))
        return *status;
    const CommandRun run = run_for(options, pipeline_options(options));
    if (!run.analysis)
        return run.status;
    const Analysis& analysis = *run.analysis;
    print_problems(options, analysis.program.problems);
    print_problems(options, analysis.notes);
    const int status =
        options.write ? write_tree(options, analysis) : write_output(options.output, patch_of(options, analysis));
    if (status == exit_fine && !options.quiet)
        llvm::errs() << migration_summary(analysis, options.verbose);
    return status;
}

} // namespace sqlawait
