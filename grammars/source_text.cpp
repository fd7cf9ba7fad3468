#include "grammars/source_text.h"

#include <algorithm>

namespace sqlawait {

LineIndex::LineIndex(llvm::StringRef text) : size_(static_cast<Offset>(text.size())) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool lone_cr = text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
        if (text[i] == '\n' || lone_cr)
            starts_.push_back(static_cast<Offset>(i + 1));
    }
}

LineColumn LineIndex::at(Offset offset) const {
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
    const auto line = static_cast<unsigned>(after - starts_.begin());
    return {line, offset - starts_[line - 1] + 1};
}

Offset LineIndex::line_begin(unsigned line) const {
    return line == 0 ? 0 : line <= starts_.size() ? starts_[line - 1] : size_;
}

SourceText make_source(std::string path, std::string text) {
    SourceText source;
    source.path = std::move(path);
    source.text = std::move(text);
    source.lines = LineIndex(source.text);
    const std::size_t end = source.text.find_first_of("\r\n");
    if (end != std::string::npos && source.text[end] == '\r')
        source.newline = end + 1 < source.text.size() && source.text[end + 1] == '\n' ? Newline::crlf : Newline::cr;
    return source;
}

} // namespace sqlawait
