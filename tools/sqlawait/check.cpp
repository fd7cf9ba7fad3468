#include "analysis/project/configuration.h"
#include "reports/check_formats.h"
#include "reports/patch.h"
#include "tools/sqlawait/changed_lines.h"
#include "tools/sqlawait/commands.h"
#include "tools/sqlawait/named_paths.h"
#include "tools/sqlawait/terminal.h"

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

/// What is looked at, of all that the program holds.
struct LookedAt {
    const Program& program;
    const NamedPaths& paths;
    const ChangedLines* changed = nullptr; // of --since
    std::string only_path;                 // of --stdin-filename

    [[nodiscard]] bool file(llvm::StringRef path) const {
        if (!only_path.empty())
            return path == only_path;
        return paths.hold(path);
    }
    [[nodiscard]] bool line(const ReportedFinding& finding) const {
        return changed == nullptr || changed->touches(finding.path, finding.line, finding.end_line);
    }
    [[nodiscard]] bool exists(llvm::StringRef path) const {
        return llvm::any_of(program.modules, [&](const auto& module) { return module->source.path == path; });
    }
};

struct Verdict {
    int status = exit_fine;
    std::string talk; // for stderr
    std::optional<Baseline> update;
};

Verdict against_baseline(const Options& options, const LookedAt& scope, std::vector<ReportedFinding>& findings,
                         GateOptions gate, const std::optional<Baseline>& baseline) {
    const auto [own, others] =
        split_baseline(baseline.value_or(Baseline{}), [&](llvm::StringRef path) { return scope.file(path); });
    BaselineComparison compared =
        compare(own, findings, gate, [&](llvm::StringRef path) { return scope.exists(path); });
    llvm::erase_if(compared.added, [&](const ReportedFinding& finding) { return !scope.line(finding); });
    Verdict out;
    llvm::raw_string_ostream talk(out.talk);
    if (baseline && !compared.added.empty()) {
        // The text on stdout names them.
        const bool named = options.format.empty() || options.format == "text";
        talk << compared.added.size() << " more than the baseline " << options.baseline << " allows"
             << (named ? "\n" : ":\n");
        for (const ReportedFinding& finding : named ? std::vector<ReportedFinding>{} : compared.added)
            talk << "  " << finding.path << ':' << finding.line << ':' << finding.column << ": " << finding.code << ' '
                 << finding.message << '\n';
        out.status = exit_over_allowance;
    } else if (options.update_baseline) {
        const Baseline now = make_baseline(findings, gate);
        talk << options.baseline << ": " << now.total() << " findings, " << own.total() << " before\n";
        out.update = join_baselines(now, others);
        for (ReportedFinding& finding : findings)
            finding.in_baseline |= is_counted(finding, gate);
    } else if (compared.gone > 0 && scope.changed == nullptr) {
        talk << compared.gone << " fewer than in the baseline; run with --update-baseline to keep it so\n";
        out.status = exit_better_than_baseline;
    } else if (compared.changed > 0 && options.verbose) {
        talk << compared.changed << " of the baseline were edited or moved; --update-baseline refreshes it\n";
    }
    return out;
}

Verdict against_number(const Options& options, const std::vector<ReportedFinding>& findings, GateOptions gate) {
    const auto counted =
        static_cast<unsigned>(llvm::count_if(findings, [&](const auto& finding) { return is_counted(finding, gate); }));
    const unsigned allowed = options.max.value_or(0);
    const GateCounts counts = count_findings(findings, gate);
    const std::string talk = std::to_string(counted) + " synchronous sites, " + std::to_string(allowed) + " allowed\n";
    std::string more;
    for (const auto& [code, count] : counts.by_code)
        more += (more.empty() ? "" : ", ") + std::to_string(count) + " " + code;
    if (const unsigned hidden = (gate.include_kept ? 0 : counts.kept) + counts.suppressed; hidden > 0)
        more += (more.empty() ? "" : "; ") + std::to_string(hidden) + " kept or suppressed" +
                (options.verbose ? "" : ", --verbose lists them");
    return {counted > allowed ? exit_over_allowance : exit_fine, talk + (more.empty() ? "" : "  " + more + "\n"),
            std::nullopt};
}

/// The baseline that --baseline names; none when the file is not there and is to be made.
struct OldBaseline {
    std::optional<Baseline> baseline;
    std::string error;
};
OldBaseline read_old_baseline(const Options& options) {
    const auto buffer = llvm::MemoryBuffer::getFile(options.baseline);
    if (!buffer) {
        if (options.update_baseline && buffer.getError() == std::errc::no_such_file_or_directory)
            return {};
        return {std::nullopt, options.baseline + ": cannot be read: " + buffer.getError().message() +
                                  (options.update_baseline ? "" : "; --update-baseline makes one")};
    }
    BaselineResult read = read_baseline(options.baseline, (*buffer)->getBuffer());
    if (!read.error.empty())
        return {std::nullopt, read.error};
    return {std::move(read.baseline), ""};
}

} // namespace

int run_check(const Options& options) {
    NamedPaths paths;
    if (const std::string error = paths.read(options); !error.empty())
        return fail(error);
    PipelineOptions pipeline = pipeline_options(options);
    named_beside_the_rest(pipeline.load, options);
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
    OldBaseline old;
    if (!options.baseline.empty())
        old = read_old_baseline(options);
    if (!old.error.empty())
        return fail(old.error);
    const CommandRun run = run_for(options, pipeline);
    if (!run.analysis)
        return run.status;
    print_problems(options, run.analysis->program.problems);

    const LookedAt scope{run.analysis->program, paths, options.since.empty() ? nullptr : &changed, only_path};
    std::vector<ReportedFinding> findings = reported_findings(run.analysis->facts, run.analysis->findings, nullptr);
    llvm::erase_if(findings, [&](const ReportedFinding& finding) {
        const bool shown = finding.counts || finding.kind == "suppression" || finding.kind == "other session" ||
                           finding.kind == "removed spelling";
        return !shown || !scope.file(finding.path);
    });
    const GateOptions gate{options.include_kept};
    Verdict verdict;
    if (!options.baseline.empty())
        verdict = against_baseline(options, scope, findings, gate, old.baseline);
    llvm::erase_if(findings, [&](const ReportedFinding& finding) { return !scope.line(finding); });
    if (options.baseline.empty())
        verdict = against_number(options, findings, gate);

    const CheckOutput output{findings,
                             count_findings(findings, gate),
                             !options.baseline.empty(),
                             colours_on_stdout(options),
                             options.verbose || options.include_kept,
                             patch_prefix(options.root)};
    if (const int status = write_output("", check_in_format(options.format, output)); status != exit_fine)
        return status;
    if (verdict.update)
        if (const int status = write_output(options.baseline, write_baseline(*verdict.update)); status != exit_fine)
            return status;
    if (!options.quiet)
        llvm::errs() << verdict.talk;
    return verdict.status;
}

} // namespace sqlawait
