// What --print shows of each pass.
#include "reports/patch.h"
#include "reports/reported.h"
#include "tools/sqlawait/pipeline.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// One module after the other, each under its path.
std::string of_each_module(const Program& program, llvm::function_ref<std::string(const Module&)> print) {
    std::string out;
    for (const auto& module : program.modules) {
        if (!module->selected)
            continue;
        out += "# " + module->source.path + "\n" + print(*module);
    }
    return out;
}

std::string print_findings(const Analysis& analysis) {
    std::string out;
    llvm::raw_string_ostream os(out);
    for (const Finding& finding : analysis.findings) {
        const SourceText& source = analysis.program.module(finding.place.module).source;
        const LineColumn at = source.lines.at(finding.range.begin);
        os << source.path << ':' << at.line << ':' << at.column << ": " << finding.code << ' '
           << status_name(finding.status) << (finding.counts ? "" : " uncounted")
           << (finding.rendering == Rendering::sync_twin ? " sync-twin" : "") << ": " << finding.message << '\n';
        if (!finding.reason.empty())
            os << "  reason: " << finding.reason << '\n';
        if (!finding.fix)
            continue;
        os << "  fix: " << finding.fix->edits.size() << " edits"
           << (finding.fix->group.empty() ? "" : ", group " + finding.fix->group)
           << (finding.fix->suggested ? ", suggested" : "") << '\n';
        for (const ImportNeed& need : finding.fix->imports)
            os << "  import: " << need.module << (need.name.empty() ? "" : "." + need.name) << '\n';
    }
    return out;
}

std::string print_verify(const Analysis& analysis) {
    std::string out;
    llvm::raw_string_ostream os(out);
    for (std::size_t i = 0; i < analysis.refused.size(); ++i)
        for (const std::string& problem : analysis.refused[i])
            os << "refused " << i + 1 << ": " << problem << '\n';
    for (const Withdrawal& withdrawal : analysis.withdrawn)
        os << "withdrawn: " << withdrawal.what << ": " << withdrawal.reason << '\n';
    for (const FilePatch& patch : analysis.patches)
        os << "verified: " << patch.path << '\n';
    return out;
}

} // namespace

std::string print_pass(const Analysis& a, Pass pass) {
    switch (pass) {
    case Pass::load: return print_files(a.program);
    case Pass::parse: return of_each_module(a.program, [](const Module& module) { return print_tree(module.tree); });
    case Pass::bind:
        return of_each_module(a.program, [&](const Module& module) {
            return print_bindings(module.tree, a.symbols.bindings(module.id));
        });
    case Pass::link: return print_symbols(a.program, a.symbols);
    case Pass::models: return print_models(a.program, a.symbols, a.models);
    case Pass::infer: return print_types(a.program, a.symbols, a.types);
    case Pass::call: return print_calls(a.program, a.symbols, a.calls);
    case Pass::queries: return print_queries(a.program, a.queries);
    case Pass::colour: return print_colours(a.program, a.symbols, a.colours);
    case Pass::load_plan: return print_loads(a.program, a.symbols, a.loads);
    case Pass::match: return print_findings(a);
    case Pass::plan: return print_plan(a.facts, a.findings, a.plan);
    case Pass::apply: {
        std::vector<FileChange> changes;
        changes.reserve(a.patches.size());
        for (const FilePatch& patch : a.patches)
            changes.push_back({patch.path, patch.before, patch.after, false});
        return unified_diff("", changes);
    }
    case Pass::verify: return print_verify(a);
    }
    return "";
}

} // namespace sqlawait
