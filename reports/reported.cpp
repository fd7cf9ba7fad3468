#include "reports/reported.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>

namespace sqlawait {

std::string name_in_module(const Facts& facts, FunctionId id) {
    const FunctionInfo& function = facts.symbols.function(id);
    const llvm::StringRef name = function.qualified_name;
    for (const std::string& module : facts.module(function.module).names) {
        llvm::StringRef rest = name;
        if (rest.consume_front(module) && rest.consume_front("."))
            return rest.str();
    }
    return name.str();
}

llvm::StringRef status_name(FindingStatus status) {
    switch (status) {
    case FindingStatus::remaining: return "remaining";
    case FindingStatus::kept: return "kept";
    case FindingStatus::suppressed: return "suppressed";
    case FindingStatus::information: return "information";
    }
    return "";
}

std::string in_one_line(llvm::StringRef text) {
    std::string out;
    for (const char c : text.trim()) {
        if (!llvm::isSpace(c))
            out += c;
        else if (out.back() != ' ')
            out += ' ';
    }
    return out;
}

namespace {

/// Tokens of a range with a blank between them: line breaks, comments and commas before a closing bracket are a
/// matter of layout.
std::string tokens_of(const Module& module, const Finding& finding) {
    std::string out;
    bool comma = false;
    const SyntaxTree& tree = module.tree;
    const auto add = [&](llvm::StringRef text) {
        if (comma && text != ")" && text != "]" && text != "}")
            out += " ,";
        comma = text == ",";
        if (!comma)
            out += (out.empty() ? "" : " ") + text.str();
    };
    // Preorder: from the outermost node that begins inside of the range.
    Node start = tree.at(finding.range.begin);
    if (!start)
        return out;
    while (start.parent() && start.parent().begin() >= finding.range.begin)
        start = start.parent();
    for (NodeId id = start.id(); id < tree.size() && tree.record(id).begin < finding.range.end; ++id) {
        const SyntaxTree::Record& record = tree.record(id);
        const Node node = tree.node(id);
        if (node.is(Kind::string)) { // as a whole: the blanks in it are its own
            add(node.text());
            id = record.subtree_end - 1;
        } else if (record.subtree_end == id + 1 && !node.is_any(Kind::comment, Kind::line_continuation) &&
                   record.begin >= finding.range.begin && record.end > record.begin) {
            add(node.text());
        }
    }
    return out;
}

/// Of a method that the asynchronous form of its class does without.
bool is_in_twin_alone(const Facts& facts, const Finding& finding) {
    FunctionId function = function_of(facts, finding);
    while (function && !facts.colours.is_left_out(facts.symbols, function, false))
        function = facts.symbols.function(function).outer;
    return bool(function);
}

} // namespace

std::vector<ReportedFinding> reported_findings(const Facts& facts, const std::vector<Finding>& findings,
                                               const Plan* plan) {
    std::vector<ReportedFinding> out;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        const Finding& finding = findings[i];
        if (finding.rendering == Rendering::sync_twin && !is_in_twin_alone(facts, finding))
            continue; // the text in place has it, too
        const SourceText& source = facts.module(finding.place.module).source;
        const LineColumn begin = source.lines.at(finding.range.begin);
        ReportedFinding reported;
        reported.code = finding.code;
        reported.path = source.path;
        reported.line = begin.line;
        reported.column = begin.column;
        reported.character = 1;
        for (const char c : source.slice({source.lines.line_begin(begin.line), finding.range.begin}))
            reported.character += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
        reported.end_line = source.lines.at(finding.range.end).line;
        if (const FunctionId function = function_of(facts, finding); function)
            reported.function = name_in_module(facts, function);
        reported.message = finding.message;
        reported.status = finding.status;
        reported.reason = finding.reason;
        reported.kind = finding.kind;
        reported.text = in_one_line(source.slice(finding.range));
        reported.tokens = tokens_of(facts.module(finding.place.module), finding);
        reported.counts = finding.counts && finding.status != FindingStatus::information;
        if (plan != nullptr) {
            reported.fixed = plan->accepted(i);
            reported.declined = !plan->declined(i).empty();
            if (reported.reason.empty())
                reported.reason = plan->declined(i).str();
        }
        out.push_back(std::move(reported));
    }
    llvm::stable_sort(out, [](const ReportedFinding& a, const ReportedFinding& b) {
        return std::tie(a.path, a.line, a.column, a.code) < std::tie(b.path, b.line, b.column, b.code);
    });
    return out;
}

} // namespace sqlawait
