// `migrate --series DIR`: the migration in numbered patches, a stage each. Every patch stands on those before it and
// leaves a working program; a stage with nothing to do has no patch.
#include "tools/sqlawait/commands.h"
#include "tools/sqlawait/summary.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral stages[] = {"select", "loads", "async", "clean"};

/// Makes the folder of the patches. Gives an error or "": patches of another series must not mix with these.
std::string prepare(const std::string& folder) {
    if (const std::error_code error = llvm::sys::fs::create_directories(folder))
        return folder + ": cannot be made: " + error.message();
    std::error_code error;
    for (llvm::sys::fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        if (llvm::StringRef(at->path()).ends_with(".patch"))
            return folder + ": holds patches already; name an empty folder";
    return error ? folder + ": cannot be read: " + error.message() : "";
}

} // namespace

int run_series(const Options& options) {
    if (options.write || !options.output.empty())
        return fail("--series writes patches alone; it excludes --write and --output");
    if (options.stage != "all")
        return fail("--series has a patch for each stage; it excludes --stage");
    if (const std::string error = prepare(options.series); !error.empty())
        return fail(error);
    std::map<std::string, std::string> texts; // of files that an earlier patch changes, by path
    unsigned number = 0;
    for (const llvm::StringRef stage : stages) {
        Options step = options;
        step.stage = stage.str();
        PipelineOptions pipeline = pipeline_options(step);
        pipeline.load.overrides.assign(texts.begin(), texts.end());
        const CommandRun run = run_for(step, pipeline);
        if (!run.analysis)
            return run.status;
        if (number == 0)
            print_problems(options, run.analysis->program.problems);
        print_problems(options, run.analysis->notes);
        if (run.analysis->patches.empty())
            continue;
        for (const FilePatch& patch : run.analysis->patches)
            texts[patch.path] = patch.after;
        llvm::SmallString<128> file(options.series);
        llvm::sys::path::append(file, llvm::formatv("{0,0+4}-{1}.patch", ++number, stage).str());
        if (const int status = write_output(file.str().str(), patch_of(options, *run.analysis)); status != exit_fine)
            return status;
        llvm::outs() << file << '\n';
        if (!options.quiet)
            llvm::errs() << migration_summary(*run.analysis, options.verbose);
    }
    return exit_fine;
}

} // namespace sqlawait
