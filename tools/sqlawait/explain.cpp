#include "rewriters/engine/rule_prose.h"
#include "tools/sqlawait/commands.h"
#include "tools/sqlawait/explain_spot.h"

#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

struct Spot {
    std::string file;
    unsigned line = 0;
    unsigned column = 0;
};

/// FILE:LINE:COLUMN, or FILE:LINE for the first thing on the line.
std::optional<Spot> read_spot(llvm::StringRef subject) {
    Spot spot;
    auto [before, last] = subject.rsplit(':');
    auto [file, middle] = before.rsplit(':');
    if (!last.getAsInteger(10, spot.column) && !middle.getAsInteger(10, spot.line)) {
        spot.file = file.str();
    } else if (!last.getAsInteger(10, spot.line)) {
        spot.file = before.str();
        spot.column = 0;
    }
    if (spot.file.empty() || spot.line == 0)
        return std::nullopt;
    return spot;
}

} // namespace

int run_explain(const Options& options) {
    if (const Rule* rule = find_rule(options.subject)) {
        const llvm::StringRef prose = rule_prose(rule->name);
        llvm::outs() << rule->code << ' ' << rule->name << ": " << rule->summary << "\n\n" << prose;
        return exit_fine;
    }
    const std::optional<Spot> spot = read_spot(options.subject);
    if (!spot)
        return fail("explain " + options.subject + ": neither a rule (see `sqlawait rules`) nor FILE:LINE:COLUMN");
    Options asked = options;
    asked.paths = {spot->file};
    if (asked.root_flag.empty())
        asked.root.clear();
    if (const std::string error = settle(asked); !error.empty())
        return fail(error);
    PipelineOptions pipeline = pipeline_options(asked);
    pipeline.load.paths.clear();
    pipeline.last = Pass::plan;
    const CommandRun run = run_for(asked, pipeline);
    if (!run.analysis)
        return run.status;
    const ExplainResult explained = explain_spot(*run.analysis, asked.root, spot->file, spot->line, spot->column);
    if (!explained.error.empty())
        return fail(explained.error);
    llvm::outs() << explained.text;
    return exit_fine;
}

} // namespace sqlawait
