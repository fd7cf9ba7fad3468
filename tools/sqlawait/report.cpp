#include "reports/checklist.h"
#include "tools/sqlawait/commands.h"

namespace sqlawait {

int run_report(const Options& options) {
    const CommandRun run = run_for(options, pipeline_options(options));
    if (!run.analysis)
        return run.status;
    const Analysis& analysis = *run.analysis;
    print_problems(options, analysis.program.problems);
    const Checklist checklist =
        make_checklist(analysis.facts, reported_findings(analysis.facts, analysis.findings, &analysis.plan));
    const std::string text = options.format == "json"   ? checklist_json(checklist)
                             : options.format == "text" ? checklist_text(checklist)
                                                        : checklist_markdown(checklist);
    return write_output(options.output, text);
}

} // namespace sqlawait
