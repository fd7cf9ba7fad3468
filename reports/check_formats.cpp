#include "reports/check_formats.h"

#include "rewriters/engine/rule_prose.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

#include <map>

namespace sqlawait {

namespace {

template <typename Write> std::string json_text(Write write) {
    std::string out;
    llvm::raw_string_ostream os(out);
    llvm::json::OStream json(os, 2);
    write(json);
    os << '\n';
    return out;
}

bool is_error(const ReportedFinding& finding) {
    return finding.status == FindingStatus::remaining && finding.counts && !finding.in_baseline;
}

/// As in https://github.com/actions/toolkit: data and properties of workflow commands.
std::string github_escape(llvm::StringRef text, bool property) {
    std::string out;
    for (const char c : text) {
        const bool special = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
        if (!special)
            out += c;
        else
            out += "%" + llvm::utohexstr(static_cast<unsigned char>(c), /*LowerCase=*/false, /*Width=*/2);
    }
    return out;
}

/// A path as a relative URI reference (RFC 3986).
std::string uri_of(llvm::StringRef path) {
    std::string out;
    for (const char c : path)
        if (llvm::isAlnum(c) || llvm::StringRef("/-._~").contains(c))
            out += c;
        else
            out += "%" + llvm::utohexstr(static_cast<unsigned char>(c), /*LowerCase=*/false, /*Width=*/2);
    return out;
}

/// What stays on purpose is no news; SARIF has words for it and gets it all the same.
bool is_shown(const CheckOutput& output, const ReportedFinding& finding) {
    return output.everything || (finding.status != FindingStatus::kept && finding.status != FindingStatus::suppressed);
}

std::string with_reason(const ReportedFinding& finding) {
    return finding.reason.empty() ? finding.message : finding.message + " (" + finding.reason + ")";
}

} // namespace

std::string check_text(const CheckOutput& output) {
    std::string out;
    llvm::raw_string_ostream os(out);
    for (const ReportedFinding& finding : output.findings) {
        if (finding.in_baseline || !is_shown(output, finding))
            continue;
        const auto in = [&](llvm::StringRef sequence, const auto& text) {
            if (output.colours)
                os << "\x1b[" << sequence << 'm' << text << "\x1b[0m";
            else
                os << text;
        };
        in("1", finding.path);
        os << ':' << finding.line << ':' << finding.column << ": ";
        in(is_error(finding) ? "31" : "36", finding.code);
        os << ' ' << finding.message;
        if (!finding.function.empty())
            os << " [" << finding.function << ']';
        if (finding.status != FindingStatus::remaining)
            os << " (" << status_name(finding.status) << ')';
        os << '\n';
        if (!finding.reason.empty())
            os << "    " << finding.reason << '\n';
    }
    return out;
}

std::string check_json(const CheckOutput& output) {
    return json_text([&](llvm::json::OStream& json) {
        json.object([&] {
            json.attribute("version", 1);
            json.attributeObject("counts", [&] {
                json.attribute("remaining", output.counts.remaining);
                json.attribute("kept", output.counts.kept);
                json.attribute("suppressed", output.counts.suppressed);
                json.attributeObject("by_kind", [&] {
                    for (const auto& [kind, count] : output.counts.by_kind)
                        json.attribute(kind, count);
                });
                json.attributeObject("by_code", [&] {
                    for (const auto& [code, count] : output.counts.by_code)
                        json.attribute(code, count);
                });
                json.attributeObject("by_file", [&] {
                    for (const auto& [file, count] : output.counts.by_file)
                        json.attribute(file, count);
                });
            });
            json.attributeArray("findings", [&] {
                for (const ReportedFinding& finding : output.findings)
                    json.object([&] {
                        json.attribute("code", finding.code);
                        json.attribute("path", llvm::json::fixUTF8(finding.path));
                        json.attribute("line", finding.line);
                        json.attribute("column", finding.column);
                        json.attribute("function", llvm::json::fixUTF8(finding.function));
                        json.attribute("message", llvm::json::fixUTF8(finding.message));
                        json.attribute("status", status_name(finding.status));
                        json.attribute("reason", llvm::json::fixUTF8(finding.reason));
                    });
            });
        });
    });
}

std::string check_github(const CheckOutput& output) {
    std::string out;
    llvm::raw_string_ostream os(out);
    for (const ReportedFinding& finding : output.findings)
        if (!finding.in_baseline && is_shown(output, finding))
            os << "::" << (is_error(finding) ? "error" : "notice")
               << " file=" << github_escape(output.path_prefix + finding.path, true) << ",line=" << finding.line
               << ",endLine=" << finding.end_line << ",col=" << finding.character
               << ",title=" << github_escape(finding.code, true) << "::" << github_escape(with_reason(finding), false)
               << '\n';
    return out;
}

std::string check_gitlab(const CheckOutput& output) {
    std::map<std::string, unsigned> seen;
    return json_text([&](llvm::json::OStream& json) {
        json.array([&] {
            for (const ReportedFinding& finding : output.findings) {
                if (!is_shown(output, finding))
                    continue;
                json.object([&] {
                    // GitLab drops all but one issue of a fingerprint.
                    std::string print = fingerprint(finding);
                    if (const unsigned before = seen[print]++; before > 0)
                        print += "-" + std::to_string(before + 1);
                    json.attribute("description", llvm::json::fixUTF8(with_reason(finding)));
                    json.attribute("check_name", finding.code);
                    json.attribute("fingerprint", print);
                    json.attribute("severity", is_error(finding) ? "major" : "info");
                    json.attributeObject("location", [&] {
                        json.attribute("path", llvm::json::fixUTF8(output.path_prefix + finding.path));
                        json.attributeObject("lines", [&] {
                            json.attribute("begin", finding.line);
                            json.attribute("end", finding.end_line);
                        });
                    });
                });
            }
        });
    });
}

std::string check_sarif(const CheckOutput& output) {
    std::map<std::string, unsigned> used; // and its place among the rules
    for (const ReportedFinding& finding : output.findings)
        used.emplace(finding.code, 0);
    unsigned next = 0;
    for (auto& [code, index] : used)
        index = next++;
    const auto write_rules = [&](llvm::json::OStream& json) {
        for (const auto& [code, index] : used)
            json.object([&] {
                const Rule* rule = find_rule(code);
                json.attribute("id", code);
                if (rule == nullptr)
                    return;
                json.attribute("name", rule->name);
                json.attributeObject("shortDescription", [&] { json.attribute("text", rule->summary); });
                json.attributeObject("help", [&] {
                    json.attribute("text", rule->summary);
                    json.attribute("markdown", rule_prose(rule->name));
                });
            });
    };
    const auto write_result = [&](llvm::json::OStream& json, const ReportedFinding& finding) {
        json.attribute("ruleId", finding.code);
        json.attribute("ruleIndex", used.at(finding.code));
        json.attribute("level", is_error(finding) ? "error" : "note");
        json.attributeObject("message", [&] { json.attribute("text", llvm::json::fixUTF8(with_reason(finding))); });
        json.attributeArray("locations", [&] {
            json.object([&] {
                json.attributeObject("physicalLocation", [&] {
                    json.attributeObject("artifactLocation", [&] {
                        json.attribute("uri", uri_of(output.path_prefix + finding.path));
                        json.attribute("uriBaseId", "%SRCROOT%");
                    });
                    json.attributeObject("region", [&] {
                        json.attribute("startLine", finding.line);
                        json.attribute("startColumn", finding.character);
                        json.attribute("endLine", finding.end_line);
                    });
                });
                if (!finding.function.empty())
                    json.attributeArray("logicalLocations", [&] {
                        json.object([&] {
                            json.attribute("fullyQualifiedName", llvm::json::fixUTF8(finding.function));
                            json.attribute("kind", "function");
                        });
                    });
            });
        });
        json.attributeObject("partialFingerprints", [&] { json.attribute("sqlawait/v1", fingerprint(finding)); });
        if (output.with_baseline && finding.status == FindingStatus::remaining)
            json.attribute("baselineState", finding.in_baseline ? "unchanged" : "new");
        if (finding.status == FindingStatus::suppressed)
            json.attributeArray("suppressions", [&] {
                json.object([&] {
                    json.attribute("kind", "inSource");
                    json.attribute("justification", llvm::json::fixUTF8(finding.reason));
                });
            });
    };
    return json_text([&](llvm::json::OStream& json) {
        json.object([&] {
            json.attribute("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
            json.attribute("version", "2.1.0");
            json.attributeArray("runs", [&] {
                json.object([&] {
                    json.attributeObject("tool", [&] {
                        json.attributeObject("driver", [&] {
                            json.attribute("name", "sqlawait");
                            json.attribute("version", SQLAWAIT_VERSION);
                            json.attributeArray("rules", [&] { write_rules(json); });
                        });
                    });
                    json.attributeArray("results", [&] {
                        for (const ReportedFinding& finding : output.findings)
                            json.object([&] { write_result(json, finding); });
                    });
                });
            });
        });
    });
}

std::string check_in_format(llvm::StringRef format, const CheckOutput& output) {
    if (format == "json")
        return check_json(output);
    if (format == "github")
        return check_github(output);
    if (format == "gitlab")
        return check_gitlab(output);
    if (format == "sarif")
        return check_sarif(output);
    return format == "text" || format.empty() ? check_text(output) : "";
}

} // namespace sqlawait
