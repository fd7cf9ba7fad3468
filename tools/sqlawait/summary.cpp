#include "tools/sqlawait/summary.h"

#include "reports/reported.h"

#include <set>

namespace sqlawait {

namespace {

struct Figures {
    std::size_t queries_rewritten = 0, queries_refused = 0;
    std::size_t loads = 0;
    std::size_t person = 0; // counted, not suppressed, not kept, and the plan does nothing about it
    std::size_t kept = 0;
};

Figures figures_of(const std::vector<ReportedFinding>& findings) {
    Figures out;
    for (const ReportedFinding& finding : findings) {
        const bool open = !finding.fixed && finding.counts && finding.status == FindingStatus::remaining;
        if (finding.kind == "query" && finding.counts)
            ++(finding.fixed ? out.queries_rewritten : out.queries_refused);
        out.loads += finding.kind == "load" && finding.fixed ? 1 : 0;
        out.person += open ? 1 : 0;
        out.kept += finding.counts && finding.status == FindingStatus::kept ? 1 : 0;
    }
    return out;
}

/// Functions that an accepted change turns from `def` to `async def`.
std::size_t turned_async(const Analysis& a) {
    std::set<FunctionId> out;
    for (std::size_t i = 0; i < a.findings.size(); ++i) {
        if (!a.plan.accepted(i))
            continue;
        const FunctionId function = function_of(a.facts, a.findings[i]);
        if (function && a.colours.function(function).turns_async && a.colours.function(function).form.async)
            out.insert(function);
    }
    return out.size();
}

} // namespace

std::string migration_summary(const Analysis& a, bool verbose) {
    const std::vector<ReportedFinding> findings = reported_findings(a.facts, a.findings, &a.plan);
    const Figures figures = figures_of(findings);
    std::string out;
    llvm::raw_string_ostream os(out);
    if (verbose)
        for (const ReportedFinding& finding : findings)
            if (!finding.fixed && finding.counts && finding.status == FindingStatus::remaining)
                os << finding.path << ':' << finding.line << ':' << finding.column << ": " << finding.code << ' '
                   << finding.message << (finding.reason.empty() ? "" : ": " + finding.reason) << '\n';
    os << a.patches.size() << " files changed, " << turned_async(a) << " functions turned async, "
       << a.plan.twins.size() << " sync twins"
       << (a.plan.class_twins.empty() ? "" : ", " + std::to_string(a.plan.class_twins.size()) + " of classes") << "\n"
       << figures.queries_rewritten << " query sites rewritten, " << figures.queries_refused << " left; "
       << figures.loads << " loads added\n";
    if (figures.kept > 0)
        os << figures.kept << " sites are kept synchronous\n";
    if (figures.person > 0)
        os << figures.person << " sites need a person" << (verbose ? "" : "; `sqlawait report` lists them") << '\n';
    constexpr std::size_t shown = 5;
    for (std::size_t i = 0; i < a.withdrawn.size(); ++i) {
        if (i == shown && !verbose) {
            os << "withdrawn: " << a.withdrawn.size() - shown << " more; --verbose lists them\n";
            break;
        }
        os << "withdrawn: " << a.withdrawn[i].what << ": " << a.withdrawn[i].reason << '\n';
    }
    return out;
}

} // namespace sqlawait
