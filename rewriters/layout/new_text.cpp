#include "rewriters/layout/new_text.h"

#include <algorithm>

namespace sqlawait {

Offset line_end(const SourceText& text, unsigned line) {
    Offset end = text.lines.line_begin(line + 1);
    while (end > text.lines.line_begin(line) && (text.text[end - 1] == '\n' || text.text[end - 1] == '\r'))
        --end;
    return end;
}

std::vector<Region> touched_lines(const SourceText& before, const SourceText& after, llvm::ArrayRef<TextEdit> edits,
                                  unsigned limit) {
    std::vector<Region> out;
    std::int64_t shift = 0;
    for (const TextEdit& edit : edits) {
        const auto begin = static_cast<Offset>(edit.range.begin + shift);
        const auto end = static_cast<Offset>(begin + edit.text.size());
        shift += static_cast<std::int64_t>(edit.text.size()) - edit.range.size();
        unsigned allowed = limit;
        for (unsigned line = before.lines.at(edit.range.begin).line; line <= before.lines.at(edit.range.end).line;
             ++line)
            allowed = std::max(allowed, line_end(before, line) - before.lines.line_begin(line));
        const Region region{
            {after.lines.line_begin(after.lines.at(begin).line), line_end(after, after.lines.at(end).line)}, allowed};
        if (!out.empty() && out.back().range.end >= region.range.begin) {
            out.back().range.end = std::max(out.back().range.end, region.range.end);
            out.back().limit = std::max(out.back().limit, region.limit);
        } else {
            out.push_back(region);
        }
    }
    return out;
}

std::vector<TextEdit> composed(const SourceText& after, llvm::ArrayRef<TextEdit> edits,
                               llvm::ArrayRef<TextEdit> later) {
    std::vector<TextEdit> out;
    std::int64_t shift = 0; // from the old text to the new one
    std::size_t next = 0;
    const auto add = [&](TextEdit edit) {
        if (!out.empty() && out.back().range.end == edit.range.begin) {
            out.back().range.end = edit.range.end;
            out.back().text += edit.text;
        } else {
            out.push_back(std::move(edit));
        }
    };
    const auto of_untouched_text = [&](Offset until) {
        for (; next < later.size() && later[next].range.end < until; ++next)
            add({{static_cast<Offset>(later[next].range.begin - shift),
                  static_cast<Offset>(later[next].range.end - shift)},
                 later[next].text});
    };
    for (const TextEdit& edit : edits) {
        auto begin = static_cast<Offset>(edit.range.begin + shift);
        auto end = static_cast<Offset>(begin + edit.text.size());
        of_untouched_text(begin);
        TextEdit merged = edit;
        std::int64_t grown = 0;
        for (; next < later.size() && later[next].range.begin <= end; ++next) {
            const TextEdit& change = later[next];
            if (change.range.begin < begin) { // text that stayed is changed along with what was put in
                merged.text.insert(0, after.slice({change.range.begin, begin}));
                merged.range.begin -= begin - change.range.begin;
                begin = change.range.begin;
            }
            if (change.range.end > end) {
                merged.text += after.slice({end, change.range.end});
                merged.range.end += change.range.end - end;
                end = change.range.end;
            }
            merged.text.replace(static_cast<std::size_t>(change.range.begin - begin + grown), change.range.size(),
                                change.text);
            grown += static_cast<std::int64_t>(change.text.size()) - change.range.size();
        }
        add(std::move(merged));
        shift += static_cast<std::int64_t>(edit.text.size()) - edit.range.size();
    }
    of_untouched_text(~Offset{0});
    return out;
}

} // namespace sqlawait
