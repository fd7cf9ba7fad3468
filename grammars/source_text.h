// One file as bytes. Offsets everywhere in the program are byte offsets into
// `text`, from 0; lines and columns are 1-based, columns count bytes.
// A byte order mark is not part of `text`; `bom` says that it was there.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sqlawait {

using Offset = std::uint32_t;

/// Half-open: [begin, end).
struct ByteRange {
    Offset begin = 0;
    Offset end = 0;

    [[nodiscard]] Offset size() const { return end - begin; }
    [[nodiscard]] bool empty() const { return begin == end; }
    [[nodiscard]] bool contains(ByteRange inner) const { return begin <= inner.begin && inner.end <= end; }
    friend bool operator==(ByteRange, ByteRange) = default;
    friend auto operator<=>(ByteRange, ByteRange) = default;
};

struct LineColumn {
    unsigned line = 1;
    unsigned column = 1;
};

/// Offsets of line starts; "\n", "\r\n" and a lone "\r" end a line, as in CPython.
class LineIndex {
  public:
    LineIndex() = default;
    explicit LineIndex(llvm::StringRef text);

    [[nodiscard]] LineColumn at(Offset offset) const;
    /// The offset of a line's first byte; the end of the text for a line past the last.
    [[nodiscard]] Offset line_begin(unsigned line) const;
    [[nodiscard]] unsigned line_count() const { return static_cast<unsigned>(starts_.size()); }

  private:
    std::vector<Offset> starts_{0};
    Offset size_ = 0;
};

enum class Newline : std::uint8_t { lf, crlf, cr };

struct SourceText {
    std::string path; // relative to the program's root, '/' between parts
    std::string text; // always UTF-8
    LineIndex lines;
    Newline newline = Newline::lf; // of the first line that ends; what inserted text uses
    bool bom = false;
    /// Why this file must not be edited (not UTF-8, NUL bytes, unreadable ...); it may still be analysed.
    std::optional<std::string> read_only_reason;

    [[nodiscard]] llvm::StringRef slice(ByteRange range) const {
        return llvm::StringRef(text).substr(range.begin, range.size());
    }
    [[nodiscard]] llvm::StringRef newline_text() const {
        return newline == Newline::crlf ? "\r\n" : newline == Newline::cr ? "\r" : "\n";
    }
};

/// Fills in `lines` and `newline` from `text`.
[[nodiscard]] SourceText make_source(std::string path, std::string text);

} // namespace sqlawait
