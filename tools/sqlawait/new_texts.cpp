#include "tools/sqlawait/new_texts.h"

#include "analysis/parallel.h"
#include "rewriters/applying/applying.h"
#include "rewriters/layout/chains.h"
#include "rewriters/layout/long_lines.h"
#include "rewriters/manifests/manifests.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

std::string NewTexts::make(Analysis& analysis, const RewriteOptions& options, unsigned jobs) {
    std::vector<PlannedFile>& files = analysis.plan.files;
    made_.resize(analysis.program.modules.size());
    for_each_index(files.size(), jobs, [&](std::size_t index) {
        PlannedFile& file = files[index];
        const Module& module = analysis.program.module(file.module);
        Made& made = made_[file.module.value];
        if (made.planned != file.edits) {
            made.planned = file.edits;
            made.laid_out = lay_out_chains(module.source, std::move(file.edits));
            made.laid_out =
                break_long_lines(module.source, std::move(made.laid_out), line_limit(analysis.program, module.source));
            AppliedEdits applied = apply_edits(module.source, made.laid_out);
            made.bytes = std::move(applied.bytes);
            made.error = std::move(applied.error);
        }
        file.edits = made.laid_out;
    });
    analysis.patches.clear();
    for (const PlannedFile& file : files) {
        const Module& module = analysis.program.module(file.module);
        const Made& made = made_[file.module.value];
        if (!made.error.empty())
            return "internal error: " + made.error;
        analysis.patches.push_back({file.module, module.source.path, file_bytes(module.source), made.bytes});
    }
    ManifestPlan manifests = plan_manifests(analysis.facts, options, analysis.findings, analysis.plan);
    analysis.notes = std::move(manifests.notes);
    for (const PlannedManifest& file : manifests.files) {
        const SourceText empty = make_source(file.path, "");
        AppliedEdits applied = apply_edits(file.source != nullptr ? *file.source : empty, file.edits);
        if (!applied.error.empty())
            return "internal error: " + applied.error;
        std::optional<std::string> before;
        if (file.source != nullptr)
            before = file_bytes(*file.source);
        analysis.patches.push_back({ModuleId(), file.path, std::move(before), std::move(applied.bytes)});
    }
    llvm::stable_sort(analysis.patches, [](const FilePatch& x, const FilePatch& y) { return x.path < y.path; });
    return "";
}

} // namespace sqlawait
