#include "rewriters/engine/suppression.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

struct Suppression {
    NodeId comment = no_node;
    unsigned line = 0;
    std::string code;
    std::string reason;
    ByteRange range; // of the code in the comment
    bool used = false;
};

constexpr llvm::StringLiteral mark = "sqlawait:";

/// The codes of one comment, each with its place; false when a mark in it says something else.
bool read_comment(Node comment, std::vector<Suppression>& out) {
    const llvm::StringRef text = comment.text();
    const unsigned line = comment.tree().source().lines.at(comment.begin()).line;
    bool known = true;
    for (std::size_t at = text.find(mark); at != llvm::StringRef::npos; at = text.find(mark, at + 1)) {
        const llvm::StringRef said = text.substr(at).drop_front(mark.size()).ltrim();
        llvm::StringRef rest = said.take_front(said.find(mark));
        if (rest.starts_with("keep-sync"))
            continue;
        if (!rest.consume_front("ignore[") || !rest.contains(']')) {
            known = false;
            continue;
        }
        const auto [list, behind] = rest.split(']');
        llvm::SmallVector<llvm::StringRef, 4> codes;
        list.split(codes, ',');
        for (const llvm::StringRef padded : codes) {
            const llvm::StringRef code = padded.trim();
            const auto begin = static_cast<Offset>(comment.begin() + (code.data() - text.data()));
            out.push_back({comment.id(),
                           line,
                           code.str(),
                           behind.trim(" \t:#-").str(),
                           {begin, begin + static_cast<Offset>(code.size())},
                           false});
        }
    }
    return known;
}

/// A mark that is no directive is work that somebody left behind.
Finding leftover(const Module& module, Node comment) {
    Finding finding;
    finding.code = leftover_marker_code.str();
    finding.place = {module.id, comment.id()};
    finding.range = comment.range();
    finding.message = "a note to the tool that is neither `ignore[CODE]` nor `keep-sync`: settle it and remove it";
    finding.kind = "marker";
    return finding;
}

} // namespace

void apply_suppressions(const Module& module, std::vector<Finding>& findings) {
    std::vector<Suppression> suppressions;
    if (!llvm::StringRef(module.source.text).contains("sqlawait:"))
        return;
    for (NodeId id = 0; id < module.tree.size(); ++id)
        if (module.tree.record(id).kind == Kind::comment && !read_comment(module.tree.node(id), suppressions))
            findings.push_back(leftover(module, module.tree.node(id)));

    for (Finding& finding : findings) {
        const unsigned first = module.source.lines.at(finding.range.begin).line;
        const unsigned last = module.source.lines.at(finding.range.end).line;
        for (Suppression& suppression : suppressions) {
            const bool here = suppression.line == first || suppression.line == last;
            if (!here || !llvm::StringRef(suppression.code).equals_insensitive(finding.code))
                continue;
            suppression.used = true;
            finding.status = FindingStatus::suppressed;
            finding.reason =
                suppression.reason.empty() ? "suppressed by a comment" : "suppressed: " + suppression.reason;
        }
    }
    for (const Suppression& suppression : suppressions) {
        if (suppression.used)
            continue;
        Finding finding;
        finding.code = unused_suppression_code.str();
        finding.place = {module.id, suppression.comment};
        finding.range = suppression.range;
        finding.message = "this comment suppresses nothing: there is no finding " +
                          (suppression.code.empty() ? std::string("without a code") : suppression.code) +
                          " on its line";
        finding.status = FindingStatus::information;
        finding.kind = "suppression";
        finding.counts = false;
        findings.push_back(std::move(finding));
    }
}

} // namespace sqlawait
