#include "reports/checklist.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace sqlawait {

namespace {

bool needs_person(const ReportedFinding& finding) {
    return finding.counts && !finding.fixed && finding.status == FindingStatus::remaining;
}

/// For a cell of a Markdown table.
std::string cell(llvm::StringRef text) {
    std::string out;
    for (const char c : text) {
        if (c == '|' || c == '\\')
            out += '\\';
        out += c == '\n' ? ' ' : c;
    }
    return out;
}

void table(llvm::raw_ostream& os, llvm::StringRef what, const std::map<std::string, ChecklistCounts>& rows) {
    os << "| " << what << " | sites | done by the tool | need a person | kept |\n|---|---:|---:|---:|---:|\n";
    for (const auto& [name, counts] : rows)
        os << "| " << cell(name) << " | " << counts.sites << " | " << counts.automatic << " | " << counts.person
           << " | " << counts.kept << " |\n";
    os << '\n';
}

void item(llvm::raw_ostream& os, const ReportedFinding& finding) {
    const bool done = finding.status == FindingStatus::kept || finding.status == FindingStatus::suppressed;
    os << "- [" << (done ? 'x' : ' ') << "] `" << finding.path << ':' << finding.line << "` " << finding.code << ' '
       << finding.message;
    if (!finding.function.empty())
        os << " in `" << finding.function << '`';
    if (!finding.reason.empty())
        os << ": " << finding.reason;
    os << '\n';
}

} // namespace

std::string checklist_markdown(const Checklist& c) {
    std::string out;
    llvm::raw_string_ostream os(out);
    os << "# Migration to AsyncSession\n\n"
       << c.total.sites << " synchronous operations in " << c.files.size() << " of " << c.program_files
       << " files: " << c.total.automatic << " are rewritten, " << c.total.person << " need a person, " << c.total.kept
       << " stay synchronous on purpose.\n"
       << c.turn_async << " of " << c.functions << " functions become `async def`; " << c.twins
       << " are needed in both forms.\n\n";
    os << "## By layer\n\n";
    table(os, "layer", c.by_layer);
    os << "## By operation\n\n";
    table(os, "operation", c.by_operation);

    os << "## Files, in an order in which they can be done\n\n"
       << "| batch | file | layer | sites | done by the tool | need a person | kept | other edits |\n"
       << "|---:|---|---|---:|---:|---:|---:|---:|\n";
    for (const ChecklistFile& file : c.files)
        os << "| " << file.batch << " | `" << cell(file.path) << "` | " << file.layer << " | " << file.counts.sites
           << " | " << file.counts.automatic << " | " << file.counts.person << " | " << file.counts.kept << " | "
           << file.other_changes << " |\n";

    os << "\n## Needs a person\n\n";
    bool any = false;
    for (const ChecklistFile& file : c.files)
        for (const ReportedFinding& finding : file.findings)
            if (needs_person(finding)) {
                item(os, finding);
                any = true;
            }
    if (!any)
        os << "Nothing.\n";
    os << "\n## To be looked at\n\n";
    any = false;
    for (const ChecklistFile& file : c.files)
        for (const ReportedFinding& finding : file.findings)
            if (finding.status == FindingStatus::information) {
                item(os, finding);
                any = true;
            }
    if (!any)
        os << "Nothing.\n";
    os << "\n## Details\n";
    for (const ChecklistFile& file : c.files) {
        os << "\n### `" << file.path << "`\n\n";
        for (const ReportedFinding& finding : file.findings)
            item(os, finding);
    }
    if (!c.problems.empty()) {
        os << "\n## Files that could not be used\n\n";
        for (const ProjectProblem& problem : c.problems) {
            os << "- `" << problem.path;
            if (problem.line > 0)
                os << ':' << problem.line;
            os << "` " << problem.message << '\n';
        }
    }
    return out;
}

std::string checklist_text(const Checklist& c) {
    std::string out;
    llvm::raw_string_ostream os(out);
    const auto counts = [&](const ChecklistCounts& of) {
        os << of.sites << " sites, " << of.automatic << " by the tool, " << of.person << " need a person, " << of.kept
           << " kept\n";
    };
    os << "all: ";
    counts(c.total);
    for (const auto& [layer, of] : c.by_layer) {
        os << layer << ": ";
        counts(of);
    }
    for (const ChecklistFile& file : c.files) {
        os << "\nbatch " << file.batch << ' ' << file.path << " (" << file.layer << "): ";
        counts(file.counts);
        for (const ReportedFinding& finding : file.findings) {
            os << "  " << finding.line << ':' << finding.column << ' ' << finding.code << ' ' << finding.message;
            if (needs_person(finding))
                os << " (needs a person)";
            else if (finding.status != FindingStatus::remaining)
                os << " (" << status_name(finding.status) << ')';
            os << '\n';
            if (!finding.reason.empty())
                os << "      " << finding.reason << '\n';
        }
    }
    for (const ProjectProblem& problem : c.problems)
        os << '\n' << problem.path << ':' << problem.line << ": " << problem.message;
    if (!c.problems.empty())
        os << '\n';
    return out;
}

std::string checklist_json(const Checklist& c) {
    std::string out;
    llvm::raw_string_ostream os(out);
    llvm::json::OStream json(os, 2);
    const auto counts = [&](const ChecklistCounts& of) {
        json.attribute("sites", of.sites);
        json.attribute("automatic", of.automatic);
        json.attribute("person", of.person);
        json.attribute("kept", of.kept);
    };
    const auto rows = [&](const std::map<std::string, ChecklistCounts>& of) {
        for (const auto& [name, count] : of)
            json.attributeObject(name, [&, &count = count] { counts(count); });
    };
    const auto finding_object = [&](const ReportedFinding& finding) {
        json.attribute("code", finding.code);
        json.attribute("line", finding.line);
        json.attribute("column", finding.column);
        json.attribute("function", llvm::json::fixUTF8(finding.function));
        json.attribute("message", llvm::json::fixUTF8(finding.message));
        json.attribute("kind", finding.kind);
        json.attribute("status", status_name(finding.status));
        json.attribute("automatic", finding.fixed);
        json.attribute("reason", llvm::json::fixUTF8(finding.reason));
    };
    json.object([&] {
        json.attribute("version", 1);
        json.attributeObject("counts", [&] { counts(c.total); });
        json.attributeObject("by_layer", [&] { rows(c.by_layer); });
        json.attributeObject("by_operation", [&] { rows(c.by_operation); });
        json.attributeObject("functions", [&] {
            json.attribute("total", c.functions);
            json.attribute("turn_async", c.turn_async);
            json.attribute("twins", c.twins);
        });
        json.attributeArray("files", [&] {
            for (const ChecklistFile& file : c.files)
                json.object([&] {
                    json.attribute("path", llvm::json::fixUTF8(file.path));
                    json.attribute("layer", file.layer);
                    json.attribute("batch", file.batch);
                    json.attributeObject("counts", [&] { counts(file.counts); });
                    json.attribute("other_changes", file.other_changes);
                    json.attributeArray("findings", [&] {
                        for (const ReportedFinding& finding : file.findings)
                            json.object([&] { finding_object(finding); });
                    });
                });
        });
        json.attributeArray("problems", [&] {
            for (const ProjectProblem& problem : c.problems)
                json.object([&] {
                    json.attribute("path", llvm::json::fixUTF8(problem.path));
                    json.attribute("line", problem.line);
                    json.attribute("column", problem.column);
                    json.attribute("message", llvm::json::fixUTF8(problem.message));
                });
        });
    });
    os << '\n';
    return out;
}

} // namespace sqlawait
