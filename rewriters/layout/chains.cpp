#include "rewriters/layout/chains.h"

#include "grammars/syntax_tree.h"
#include "rewriters/layout/new_text.h"

#include "llvm/ADT/STLExtras.h"

#include <map>
#include <optional>

namespace sqlawait {

namespace {

/// Where text of the new file was in the old one.
class OldPlaces {
  public:
    OldPlaces(const SourceText& source, llvm::ArrayRef<TextEdit> edits) : source_(source) {
        std::int64_t shift = 0;
        for (const TextEdit& edit : edits) {
            const std::int64_t begin = edit.range.begin + shift;
            shift += static_cast<std::int64_t>(edit.text.size()) - edit.range.size();
            edits_.push_back({begin, begin + static_cast<std::int64_t>(edit.text.size()), shift, edit.range});
        }
    }
    [[nodiscard]] bool is_edited(Offset at) const {
        return llvm::any_of(edits_, [&](const Stretch& edit) { return edit.begin <= at && at < edit.end; });
    }
    /// Of a stretch; of one that an edit carried elsewhere: where its edit found the same text. None: an edit made it.
    [[nodiscard]] std::optional<Offset> find(ByteRange range, llvm::StringRef text) const {
        std::int64_t shift = 0;
        for (const Stretch& edit : edits_) {
            if (range.begin < edit.begin)
                break;
            if (range.begin < edit.end) {
                const std::size_t at = source_.slice(edit.old).find(text);
                return at == llvm::StringRef::npos ? std::nullopt : std::optional<Offset>(edit.old.begin + at);
            }
            shift = edit.shift;
        }
        return static_cast<Offset>(range.begin - shift);
    }

  private:
    struct Stretch {
        std::int64_t begin, end, shift;
        ByteRange old;
    };
    const SourceText& source_;
    std::vector<Stretch> edits_;
};

class ChainLayout {
  public:
    ChainLayout(const SourceText& source, const SourceText& text, const SyntaxTree& tree,
                llvm::ArrayRef<TextEdit> edits)
        : source_(source), text_(text), tree_(tree), old_(source, edits) {}

    std::vector<TextEdit> run(llvm::ArrayRef<Region> regions) {
        for (NodeId id = 0; id < tree_.size(); ++id) {
            const Node node = tree_.node(id);
            if (!node.is_any(Kind::argument_list, Kind::parameters) || line_of(node.begin()) == line_of(node.end()) ||
                llvm::none_of(regions, [&](const Region& region) {
                    return region.range.begin <= node.begin() && node.begin() < region.range.end;
                }))
                continue;
            if (node.is(Kind::parameters))
                realign_header(node);
            else if (!open_chain(node))
                realign(node);
        }
        std::vector<TextEdit> out;
        for (const auto& [line, by] : moved_) {
            const Offset begin = text_.lines.line_begin(line);
            const std::size_t blanks = text_.slice({begin, line_end(text_, line)}).take_while(is_blank).size();
            if (by > 0)
                breaks_[begin].push_back({{begin, begin}, std::string(static_cast<std::size_t>(by), ' ')});
            else if (blanks >= static_cast<std::size_t>(-by))
                breaks_[begin].push_back({{begin, begin + static_cast<Offset>(-by)}, ""});
        }
        for (auto& [begin, edits] : breaks_)
            llvm::append_range(out, edits);
        return out;
    }

  private:
    static bool is_blank(char c) { return c == ' ' || c == '\t'; }
    [[nodiscard]] unsigned line_of(Offset at) const { return text_.lines.at(at).line; }
    [[nodiscard]] llvm::StringRef indent_of(unsigned line) const {
        return text_.slice({text_.lines.line_begin(line), line_end(text_, line)}).take_while(is_blank);
    }
    /// Bytes in front of an offset on its line, moved lines as they will be.
    [[nodiscard]] std::int64_t column(Offset at) const {
        const unsigned line = line_of(at);
        const auto by = moved_.find(line);
        return static_cast<std::int64_t>(at) - text_.lines.line_begin(line) + (by == moved_.end() ? 0 : by->second);
    }
    /// Whether lines may be moved: no string goes on in them, no tab is in front.
    [[nodiscard]] bool may_move(unsigned from, unsigned to) const {
        for (unsigned line = from; line <= to; ++line)
            if (indent_of(line).contains('\t') || moved_.contains(line))
                return false;
        const Offset begin = text_.lines.line_begin(from), end = line_end(text_, to);
        for (NodeId id = 0; id < tree_.size() && tree_.record(id).begin < end; ++id)
            if (const Node node = tree_.node(id); node.is(Kind::string) && node.end() > begin &&
                                                  line_of(node.begin()) != line_of(node.end()) &&
                                                  line_of(node.end()) >= from)
                return false;
        return true;
    }
    void move(unsigned from, unsigned to, std::int64_t by) {
        for (unsigned line = from; line <= to; ++line)
            if (!text_.slice({text_.lines.line_begin(line), line_end(text_, line)}).trim().empty())
                moved_[line] = by;
    }

    /// The dots of a chain's own links that begin a line.
    [[nodiscard]] llvm::SmallVector<Offset, 8> leading_dots(Node chain) const {
        llvm::SmallVector<Offset, 8> out;
        for (Node at = chain; at.is_any(Kind::call, Kind::attribute);) {
            if (at.is(Kind::call)) {
                at = at.child(Field::function);
                continue;
            }
            const Offset dot = at.child_token(".").begin();
            const Offset begin = text_.lines.line_begin(line_of(dot));
            if (text_.slice({begin, dot}).trim().empty())
                out.push_back(dot);
            at = at.child(Field::object);
        }
        return out;
    }

    /// Whether a link follows a bracket that closes on its line: `.filter(`, its arguments, `).first()`.
    [[nodiscard]] bool is_hugged(Node chain) const {
        for (Node at = chain; at.is_any(Kind::call, Kind::attribute);) {
            if (at.is(Kind::call)) {
                at = at.child(Field::function);
                continue;
            }
            const Offset dot = at.child_token(".").begin();
            if (text_.slice({text_.lines.line_begin(line_of(dot)), dot}).ltrim(" \t").starts_with(")"))
                return true;
            at = at.child(Field::object);
        }
        return false;
    }

    bool open_chain(Node list) {
        const auto parts = list.named_children();
        // Calls that an edit made.
        if (parts.size() != 1 || !parts[0].is(Kind::call) || line_of(parts[0].begin()) != line_of(list.begin()) ||
            old_.find(list.range(), text_.slice(list.range())))
            return false;
        const Node chain = parts[0];
        const auto dots = leading_dots(chain);
        if (dots.empty() || is_hugged(chain) || text_.slice(list.range()).contains('#'))
            return false;
        const unsigned first = line_of(list.begin()), last = line_of(chain.end());
        const llvm::StringRef indent = indent_of(first);
        if (indent.contains('\t') || !may_move(first + 1, last) || moved_.contains(first))
            return false;
        // The first of them says how far the lines are to go.
        const Offset dot = dots.back();
        const std::int64_t by = static_cast<std::int64_t>(indent.size()) + 4 -
                                static_cast<std::int64_t>(dot - text_.lines.line_begin(line_of(dot)));
        const bool room = [&] {
            for (unsigned line = first + 1; line <= last; ++line)
                if (static_cast<std::int64_t>(indent_of(line).size()) + by < 0)
                    return false;
            return true;
        }();
        if (!room)
            return false;
        const std::string newline = text_.newline_text().str();
        breaks_[list.begin() + 1].push_back({{list.begin() + 1, chain.begin()}, newline + indent.str() + "    "});
        breaks_[chain.end()].push_back({{chain.end(), list.end() - 1}, newline + indent.str()});
        // Inside of brackets lines go on by themselves.
        for (unsigned line = first; line < last; ++line) {
            const llvm::StringRef all = text_.slice({text_.lines.line_begin(line), line_end(text_, line)});
            const llvm::StringRef rest = all.rtrim().ends_with("\\") ? all.rtrim().drop_back().rtrim() : all;
            const Offset end = text_.lines.line_begin(line) + static_cast<Offset>(rest.size());
            if (rest.size() < all.size() && end > chain.begin())
                breaks_[end].push_back({{end, line_end(text_, line)}, ""});
        }
        move(first + 1, last, by);
        return true;
    }

    /// Arguments below the first one, as they were before.
    void realign(Node list) {
        const auto parts = list.named_children();
        if (parts.size() < 2 || line_of(parts[0].begin()) != line_of(list.begin()))
            return;
        const std::optional<Offset> before = old_.find(list.range(), text_.slice(list.range()));
        if (!before || source_.slice({*before, *before + list.range().size()}) != text_.slice(list.range()))
            return;
        const auto old_column = [&](Node part) {
            const Offset at = *before + (part.begin() - list.begin());
            return at - source_.lines.line_begin(source_.lines.at(at).line);
        };
        const std::int64_t target = column(parts[0].begin());
        for (const Node part : llvm::ArrayRef(parts).drop_front()) {
            const unsigned line = line_of(part.begin());
            if (!text_.slice({text_.lines.line_begin(line), part.begin()}).trim().empty())
                continue;
            if (old_column(part) != old_column(parts[0]) || column(part.begin()) == target)
                return;
            const unsigned last = line_of(part.end());
            if (!may_move(line, last))
                return;
            move(line, last, target - column(part.begin()));
        }
    }

    /// Parameters below the first one: of a header that was `def f(` before, or of one that was copied.
    void realign_header(Node list) {
        const auto parts = list.named_children();
        if (parts.size() < 2 || parts[0].begin() != list.begin() + 1)
            return;
        const std::int64_t target = column(parts[0].begin());
        const bool copied = old_.is_edited(list.begin());
        const std::optional<Offset> before = copied ? std::nullopt : old_.find({list.begin(), list.begin() + 1}, "(");
        std::int64_t stood = -1; // where they do before they are moved
        std::vector<Node> below;
        for (const Node part : llvm::ArrayRef(parts).drop_front()) {
            const unsigned line = line_of(part.begin());
            if (!text_.slice({text_.lines.line_begin(line), part.begin()}).trim().empty())
                continue;
            if (stood >= 0 && column(part.begin()) != stood)
                return;
            stood = column(part.begin());
            below.push_back(part);
        }
        const bool stood_below = before ? stood == static_cast<std::int64_t>(*before) + 1 -
                                                       source_.lines.line_begin(source_.lines.at(*before).line)
                                        : std::abs(target - stood) <= longest_prefix;
        if (below.empty() || stood == target || !stood_below)
            return;
        for (const Node part : below)
            if (!may_move(line_of(part.begin()), line_of(part.end())))
                return;
        for (const Node part : below)
            move(line_of(part.begin()), line_of(part.end()), target - stood);
    }

    static constexpr std::int64_t longest_prefix =
        12; // what a copy has more in front of its bracket: "async ", "_sync"

    const SourceText& source_;
    const SourceText& text_;
    const SyntaxTree& tree_;
    OldPlaces old_;
    std::map<unsigned, std::int64_t> moved_; // lines, and how many columns they go to the right
    std::map<Offset, std::vector<TextEdit>> breaks_;
};

/// Whether a bracket may open in a stretch that does not close on its line: only such lists are laid out.
bool may_open_lists(const SourceText& text, ByteRange range) {
    const Offset begin = text.lines.line_begin(text.lines.at(range.begin).line);
    const Offset end = line_end(text, text.lines.at(range.end).line);
    llvm::StringRef rest = text.slice({begin, std::max(begin, end)});
    while (!rest.empty()) {
        const auto [line, behind] = rest.split('\n');
        rest = behind;
        unsigned open = 0;
        for (const char c : line)
            open = c == '(' ? open + 1 : c == ')' && open > 0 ? open - 1 : open;
        // Brackets in strings count for nothing.
        if (open > 0 || (line.contains('(') && line.find_first_of("'\"#") != llvm::StringRef::npos))
            return true;
    }
    return false;
}

} // namespace

std::vector<TextEdit> lay_out_chains(const SourceText& source, std::vector<TextEdit> edits) {
    const SourceText text = make_source(source.path, apply_text_edits(source.text, edits));
    const std::vector<Region> regions = touched_lines(source, text, edits, 0);
    if (llvm::none_of(regions, [&](const Region& region) { return may_open_lists(text, region.range); }))
        return edits;
    const SyntaxTree tree = parse(text);
    if (!tree.clean())
        return edits;
    const std::vector<TextEdit> later = ChainLayout(source, text, tree, edits).run(regions);
    return later.empty() ? std::move(edits) : composed(text, edits, later);
}

} // namespace sqlawait
