#include "rewriters/engine/suppression.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

struct Suppression {
    NodeId comment = no_node;
    unsigned line = 0;
    std::string code;
    ByteRange range; // of the code in the comment
    bool used = false;
};

/// The codes of one comment, each with its place.
void read_comment(Node comment, std::vector<Suppression>& out) {
    const llvm::StringRef text = comment.text();
    const unsigned line = comment.tree().source().lines.at(comment.begin()).line;
    for (std::size_t at = text.find("sqlawait:"); at != llvm::StringRef::npos; at = text.find("sqlawait:", at + 1)) {
        const llvm::StringRef rest = text.substr(at).drop_front(9).ltrim();
        if (!rest.starts_with("ignore["))
            continue;
        const llvm::StringRef list = rest.drop_front(7).take_until([](char c) { return c == ']'; });
        llvm::SmallVector<llvm::StringRef, 4> codes;
        list.split(codes, ',');
        for (const llvm::StringRef padded : codes) {
            const llvm::StringRef code = padded.trim();
            const auto begin = static_cast<Offset>(comment.begin() + (code.data() - text.data()));
            out.push_back({comment.id(), line, code.str(), {begin, begin + static_cast<Offset>(code.size())}, false});
        }
    }
}

} // namespace

void apply_suppressions(const Module& module, std::vector<Finding>& findings) {
    std::vector<Suppression> suppressions;
    if (!llvm::StringRef(module.source.text).contains("sqlawait:"))
        return;
    for (NodeId id = 0; id < module.tree.size(); ++id)
        if (module.tree.record(id).kind == Kind::comment)
            read_comment(module.tree.node(id), suppressions);

    for (Finding& finding : findings) {
        const unsigned first = module.source.lines.at(finding.range.begin).line;
        const unsigned last = module.source.lines.at(finding.range.end).line;
        for (Suppression& suppression : suppressions) {
            const bool here = suppression.line == first || suppression.line == last;
            if (!here || !llvm::StringRef(suppression.code).equals_insensitive(finding.code))
                continue;
            suppression.used = true;
            finding.status = FindingStatus::suppressed;
            finding.reason = "suppressed by a comment";
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
