// Pieces of an edit under construction: new text, and ranges of the source that stay.
#pragma once

#include "rewriters/engine/edit.h"

#include <iterator>
#include <string>
#include <vector>

namespace sqlawait {

class Pieces {
  public:
    Pieces& text(llvm::StringRef added) {
        if (added.empty())
            return *this;
        if (!list_.empty() && std::holds_alternative<std::string>(list_.back()))
            std::get<std::string>(list_.back()) += added.str();
        else
            list_.emplace_back(added.str());
        return *this;
    }
    /// Ranges that touch become one hole.
    Pieces& keep(ByteRange range) {
        if (range.empty())
            return *this;
        if (Hole* last = list_.empty() ? nullptr : std::get_if<Hole>(&list_.back());
            last != nullptr && last->range.end == range.begin)
            last->range.end = range.end;
        else
            list_.emplace_back(Hole{range});
        return *this;
    }
    Pieces& keep(Node node) { return keep(node.range()); }
    Pieces& add(Pieces other) {
        for (Piece& piece : other.list_) {
            if (const Hole* hole = std::get_if<Hole>(&piece))
                keep(hole->range);
            else
                text(std::get<std::string>(piece));
        }
        return *this;
    }
    /// Without the blanks at the end of what stays of the source.
    void trim_end(const SourceText& source) {
        if (Hole* last = list_.empty() ? nullptr : std::get_if<Hole>(&list_.back()))
            last->range.end = last->range.begin + static_cast<Offset>(source.slice(last->range).rtrim().size());
    }
    [[nodiscard]] bool empty() const { return list_.empty(); }
    /// In bytes, as far as what stays keeps its length.
    [[nodiscard]] std::size_t size() const {
        std::size_t sum = 0;
        for (const Piece& piece : list_) {
            const Hole* hole = std::get_if<Hole>(&piece);
            sum += hole != nullptr ? hole->range.size() : std::get<std::string>(piece).size();
        }
        return sum;
    }
    friend bool operator==(const Pieces&, const Pieces&) = default;
    [[nodiscard]] std::vector<Piece> take() { return std::move(list_); }

  private:
    std::vector<Piece> list_;
};

} // namespace sqlawait
