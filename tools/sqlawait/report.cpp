#include "analysis/project/declared_packages.h"
#include "reports/checklist.h"
#include "reports/page.h"
#include "tools/sqlawait/commands.h"
#include "tools/sqlawait/named_paths.h"

#include "llvm/Support/MemoryBuffer.h"

namespace sqlawait {

namespace {

using Sources = std::map<std::string, std::string>;

int write_checklist(const Options& options, const Checklist& checklist, const Sources& sources = {}) {
    const std::string text = options.format == "json"   ? checklist_json(checklist)
                             : options.format == "html" ? checklist_page(checklist, sources)
                             : options.format == "text" ? checklist_text(checklist)
                                                        : checklist_markdown(checklist);
    return write_output(options.output, text);
}

int merge(const Options& options) {
    std::vector<Checklist> checklists;
    for (const std::string& file : options.merge) {
        const auto buffer = llvm::MemoryBuffer::getFile(file);
        if (!buffer)
            return fail(file + ": cannot be read: " + buffer.getError().message());
        ChecklistResult read = read_checklist(file, (*buffer)->getBuffer());
        if (!read.error.empty())
            return fail(read.error);
        checklists.push_back(std::move(read.checklist));
    }
    return write_checklist(options, merge_checklists(std::move(checklists)));
}

} // namespace

int run_report(const Options& options) {
    if (!options.merge.empty())
        return merge(options);
    NamedPaths named;
    if (const std::string error = named.read(options); !error.empty())
        return fail(error);
    PipelineOptions pipeline = pipeline_options(options);
    named_beside_the_rest(pipeline.load, options);
    const CommandRun run = run_for(options, pipeline);
    if (!run.analysis)
        return run.status;
    const Analysis& analysis = *run.analysis;
    print_problems(options, analysis.program.problems);
    std::vector<std::string> paths;
    paths.reserve(analysis.program.modules.size());
    for (const auto& module : analysis.program.modules)
        paths.push_back(module->source.path);
    const Declarations declared = read_declarations(analysis.program.root, paths);
    Checklist checklist =
        make_checklist(analysis.facts, reported_findings(analysis.facts, analysis.findings, &analysis.plan), declared);
    checklist.notes = analysis.notes;
    llvm::erase_if(checklist.files, [&](const ChecklistFile& file) { return !named.hold(file.path); });
    checklist.sum();
    Sources sources;
    if (options.format == "html")
        for (const auto& module : analysis.program.modules)
            sources[module->source.path] = module->source.text;
    for (const ChecklistFile& file : checklist.files)
        if (file.findings.empty() && file.functions.empty() && !file.has_work())
            sources.erase(file.path);
    return write_checklist(options, checklist, sources);
}

} // namespace sqlawait
