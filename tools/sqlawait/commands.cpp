// What all commands share.
#include "tools/sqlawait/commands.h"

#include "rewriters/engine/rule.h"
#include "rewriters/writing/writing.h"
#include "tools/sqlawait/terminal.h"

#include "llvm/Support/FileSystem.h"

namespace sqlawait {

PipelineOptions pipeline_options(const Options& options) {
    PipelineOptions out;
    out.recorded = options.recorded;
    out.load.root = options.root;
    out.load.paths = options.paths;
    out.load.only = options.only;
    out.load.exclude = options.exclude;
    out.load.jobs = options.jobs;
    out.inference.session_names = options.session_names;
    out.inference.session_types = options.session_types;
    const bool all = options.stage == "all" || options.stage == "async";
    out.rewrite.select = all || options.stage == "select";
    out.rewrite.loads = all || options.stage == "loads";
    out.rewrite.async = all;
    out.rewrite.clean = out.colour.clean = options.stage == "clean";
    out.rewrite.statement_form = options.form == "statement";
    out.rewrite.driver = options.driver;
    out.colour.driver = options.driver;
    out.rewrite.proof = options.proof;
    out.colour.select_only = !all;
    out.colour.twin_strategy = options.strategy == "twin";
    out.rewrite.feature_flag = out.colour.feature_flag = options.feature_flag;
    out.colour.keep_sync = options.keep_sync;
    out.colour.entry_points = options.entry_points;
    out.plan.accept_suggested = options.safety == "suggested";
    out.knowledge = options.knowledge;
    return out;
}

CommandRun run_for(const Options& options, const PipelineOptions& pipeline) {
    PipelineOptions wanted = pipeline;
    // Later rounds may change what colouring and later passes made, so these are printed at the very end.
    if (options.stop_after)
        wanted.last = *options.stop_after;
    else if (options.print)
        wanted.last = *options.print <= Pass::queries ? *options.print : Pass::verify;
    PassTimer timer;
    PipelineResult result;
    {
        ProgressBar bar(options);
        timer.watch = [&](Pass pass) { bar.show(pass); };
        result = run_pipeline(wanted, timer);
    }
    if (options.timings)
        timer.print(llvm::errs());
    if (!result.error.empty())
        return {nullptr, fail(result.error)};
    if (options.print) {
        llvm::outs() << print_pass(*result.analysis, *options.print);
        return {nullptr, exit_fine};
    }
    if (options.stop_after)
        return {nullptr, exit_fine};
    return {std::move(result.analysis), exit_fine};
}

std::optional<int> recover(const Options& options) {
    const RecoverResult result = recover_writes(options.root);
    if (!result.error.empty())
        return fail(result.error);
    if (result.recovery != Recovery::none && !options.quiet) {
        llvm::errs() << "sqlawait: an earlier run was killed while it wrote; its changes were "
                     << (result.recovery == Recovery::completed ? "completed" : "undone") << " in:\n";
        for (const std::string& path : result.paths)
            llvm::errs() << "  " << path << '\n';
    }
    return std::nullopt;
}

int fail(const llvm::Twine& message) {
    llvm::errs() << "sqlawait: " << message << '\n';
    return exit_could_not_run;
}

void print_problems(const Options& options, llvm::ArrayRef<ProjectProblem> problems) {
    if (options.quiet)
        return;
    for (const ProjectProblem& problem : problems) {
        llvm::errs() << "sqlawait: " << problem.path;
        if (problem.line > 0)
            llvm::errs() << ':' << problem.line << ':' << problem.column;
        llvm::errs() << ": " << problem.message << '\n';
    }
}

int write_output(const std::string& file, llvm::StringRef text) {
    if (file.empty()) {
        llvm::outs() << text;
        llvm::outs().flush();
        return exit_fine;
    }
    std::error_code error;
    llvm::raw_fd_ostream os(file, error, llvm::sys::fs::OF_None);
    if (!error) {
        os << text;
        os.close();
        error = os.error();
        os.clear_error();
    }
    return error ? fail(file + ": cannot be written: " + error.message()) : exit_fine;
}

int run_rules() {
    for (const Rule& rule : all_rules())
        llvm::outs() << rule.code << "  " << rule.name << ": " << rule.summary << '\n';
    return exit_fine;
}

} // namespace sqlawait
