#include "analysis/project/configuration.h"
#include "reports/check_formats.h"
#include "reports/patch.h"
#include "tools/sqlawait/changed_lines.h"
#include "tools/sqlawait/commands.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <filesystem>

namespace sqlawait {

namespace {

namespace fs = std::filesystem;

/// The path that --stdin-filename names, relative to the root; "" when it is outside of it.
std::string path_in_root(const Options& options) {
    std::error_code error;
    const fs::path absolute = fs::weakly_canonical(fs::absolute(options.stdin_filename), error);
    const std::string relative = absolute.lexically_relative(options.root).generic_string();
    return error || relative.empty() || llvm::StringRef(relative).starts_with("..") ? "" : relative;
}

int against_baseline(const Options& options, const std::vector<ReportedFinding>& findings, GateOptions gate) {
    Baseline old;
    const auto buffer = llvm::MemoryBuffer::getFile(options.baseline);
    const bool exists = static_cast<bool>(buffer);
    if (exists) {
        BaselineResult read = read_baseline(options.baseline, (*buffer)->getBuffer());
        if (!read.error.empty())
            return fail(read.error);
        old = std::move(read.baseline);
    } else if (!options.update_baseline) {
        return fail(options.baseline + ": cannot be read: " + buffer.getError().message() +
                    "; --update-baseline makes one");
    }
    const BaselineComparison compared = compare(old, findings, gate);
    if (exists && !compared.added.empty()) {
        if (!options.quiet) {
            llvm::errs() << compared.added.size() << " more than the baseline " << options.baseline << " allows:\n";
            for (const ReportedFinding& finding : compared.added)
                llvm::errs() << "  " << finding.path << ':' << finding.line << ':' << finding.column << ": "
                             << finding.code << ' ' << finding.message << '\n';
        }
        return exit_over_allowance;
    }
    if (options.update_baseline) {
        const Baseline now = make_baseline(findings, gate);
        if (const int status = write_output(options.baseline, write_baseline(now)); status != exit_fine)
            return status;
        if (!options.quiet)
            llvm::errs() << options.baseline << ": " << now.total() << " findings, " << old.total() << " before\n";
        return exit_fine;
    }
    if (compared.gone > 0) {
        if (!options.quiet)
            llvm::errs() << compared.gone << " fewer than in the baseline; run with --update-baseline to keep it so\n";
        return exit_better_than_baseline;
    }
    return exit_fine;
}

/// An allowance that --since or a single file leaves no sense in is not compared.
int verdict(const Options& options, const std::vector<ReportedFinding>& findings, GateOptions gate) {
    if (!options.baseline.empty())
        return against_baseline(options, findings, gate);
    const auto counted =
        static_cast<unsigned>(llvm::count_if(findings, [&](const auto& finding) { return is_counted(finding, gate); }));
    const unsigned allowed = options.max.value_or(0);
    if (!options.quiet)
        llvm::errs() << counted << " synchronous sites, " << allowed << " allowed\n";
    return counted > allowed ? exit_over_allowance : exit_fine;
}

} // namespace

int run_check(const Options& options) {
    PipelineOptions pipeline = pipeline_options(options);
    pipeline.last = Pass::plan;
    std::string only_path;
    if (!options.stdin_filename.empty()) {
        only_path = path_in_root(options);
        if (only_path.empty())
            return fail("--stdin-filename " + options.stdin_filename + ": lies outside of the program's root " +
                        options.root);
        auto text = llvm::MemoryBuffer::getSTDIN();
        if (!text)
            return fail("stdin cannot be read: " + text.getError().message());
        pipeline.load.overrides.emplace_back(only_path, (*text)->getBuffer().str());
    }
    ChangedLines changed;
    if (!options.since.empty()) {
        changed = lines_changed_since(options.root, options.since);
        if (!changed.error.empty())
            return fail(changed.error);
    }
    const CommandRun run = run_for(options, pipeline);
    if (!run.analysis)
        return run.status;
    print_problems(options, run.analysis->program.problems);

    std::vector<ReportedFinding> findings = reported_findings(run.analysis->facts, run.analysis->findings, nullptr);
    llvm::erase_if(findings, [&](const ReportedFinding& finding) {
        const bool shown = finding.counts || finding.kind == "suppression" || finding.kind == "other session";
        return !shown || (!only_path.empty() && finding.path != only_path) ||
               (!options.since.empty() && !changed.touches(finding.path, finding.line, finding.end_line));
    });
    const GateOptions gate{options.include_kept};
    CheckOutput output{findings, count_findings(findings, gate), patch_prefix(options.root)};
    if (const int status = write_output("", check_in_format(options.format, output)); status != exit_fine)
        return status;
    return verdict(options, findings, gate);
}

} // namespace sqlawait
