#include "reports/markdown.h"

namespace sqlawait::markdown {

std::string text(llvm::StringRef text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n' || c == '\r') {
            out += ' ';
            continue;
        }
        if (llvm::StringRef("\\`*_{}[]<>|#~").contains(c))
            out += '\\';
        out += c;
    }
    return out;
}

std::string code(llvm::StringRef text) {
    std::size_t longest = 0, run = 0;
    std::string inside;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
        inside += c == '\n' || c == '\r' ? ' ' : c;
    }
    const std::string fence(longest + 1, '`');
    const bool pad = llvm::StringRef(inside).starts_with("`") || llvm::StringRef(inside).ends_with("`");
    return fence + (pad ? " " : "") + inside + (pad ? " " : "") + fence;
}

std::string html(llvm::StringRef text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '&': out += "&amp;"; break;
        case '"': out += "&quot;"; break;
        case '\n': out += ' '; break;
        default: out += c;
        }
    }
    return out;
}

void table(llvm::raw_ostream& os, llvm::ArrayRef<llvm::StringRef> heads,
           const std::vector<std::vector<std::string>>& rows) {
    for (llvm::StringRef head : heads) {
        head.consume_front("#");
        os << "| " << head << ' ';
    }
    os << "|\n";
    for (const llvm::StringRef head : heads)
        os << (head.starts_with("#") ? "|---:" : "|---");
    os << "|\n";
    for (const std::vector<std::string>& row : rows) {
        for (const std::string& cell : row) {
            os << "| ";
            for (std::size_t i = 0; i < cell.size(); ++i)
                os << (cell[i] == '|' && (i == 0 || cell[i - 1] != '\\') ? "\\" : "") << cell[i];
            os << ' ';
        }
        os << "|\n";
    }
    os << '\n';
}

void open_details(llvm::raw_ostream& os, llvm::StringRef summary_html) {
    os << "<details>\n<summary>" << summary_html << "</summary>\n\n";
}

void close_details(llvm::raw_ostream& os) { os << "\n</details>\n\n"; }

std::string count(std::size_t number, llvm::StringRef singular, llvm::StringRef plural) {
    const std::string several = plural.empty() ? (singular + "s").str() : plural.str();
    return std::to_string(number) + " " + (number == 1 ? singular.str() : several);
}

} // namespace sqlawait::markdown
