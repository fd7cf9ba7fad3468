#include "rewriters/layout/long_lines.h"

#include "rewriters/layout/new_text.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

#include <map>
#include <optional>

namespace sqlawait {

namespace {

/// A break can make lines that need another one.
constexpr unsigned max_rounds = 12;

bool is_comprehension(Node node) {
    return node.is_any(Kind::list_comprehension, Kind::set_comprehension, Kind::dictionary_comprehension) ||
           (node.is(Kind::generator_expression) && node.text().starts_with("("));
}

bool is_bracketed(Node node) {
    return node.is_any(Kind::argument_list, Kind::parameters, Kind::list, Kind::dictionary, Kind::set) ||
           is_comprehension(node) || (node.is(Kind::tuple) && node.text().starts_with("("));
}

/// The links of a chain of calls, as offsets of their dots: `select(A).where(b).limit(1)` has two.
llvm::SmallVector<Offset, 8> chain_dots(Node chain) {
    llvm::SmallVector<Offset, 8> dots;
    for (Node at = chain; at.is_any(Kind::call, Kind::attribute);) {
        if (at.is(Kind::call)) {
            at = at.child(Field::function);
            continue;
        }
        const Node object = at.child(Field::object);
        if (object.is(Kind::call) && at.parent().is(Kind::call))
            dots.push_back(at.child_token(".").begin());
        at = object;
    }
    std::reverse(dots.begin(), dots.end());
    return dots;
}

class LineBreaker {
  public:
    LineBreaker(const SourceText& text, const SyntaxTree& tree) : text_(text), tree_(tree) {}

    /// The breaks of one line; none when there is no place for them.
    std::vector<TextEdit> run(ByteRange line, unsigned limit) {
        if (const Node tuple = returned_tuple(line))
            return bracketed(tuple, line);
        const Node list = widest_list(line);
        if (!list)
            return {};
        const llvm::StringRef before = text_.slice({line.begin, list.begin()});
        const std::string indent = before.take_front(before.size() - before.ltrim(" \t").size()).str();
        const std::string deeper = indent + (indent.find('\t') == std::string::npos ? "    " : "\t");
        const std::string newline = text_.newline_text().str();
        const auto parts = list.named_children();
        const Offset begin = list.begin() + 1, end = list.end() - 1;
        const bool generator = !text_.text.compare(list.begin(), 1, "(") && parts.size() == 1 &&
                               parts[0].is_any(Kind::generator_expression, Kind::list_splat, Kind::dictionary_splat);
        const bool fits = deeper.size() + (end - begin) <= limit;
        std::vector<TextEdit> out;
        out.push_back({{begin, parts.front().begin()}, newline + deeper});
        if (!fits && parts.size() > 1)
            for (std::size_t i = 1; i < parts.size(); ++i)
                out.push_back({{comma_behind(parts[i - 1]), parts[i].begin()}, newline + deeper});
        else if (!fits)
            break_chain(parts[0], newline + deeper, out);
        // One a line has a comma behind the last, too.
        const bool comma = !fits && parts.size() > 1 && !generator && !is_comprehension(list) &&
                           text_.slice({parts.back().end(), end}).trim().empty() &&
                           !parts.back().is_any(Kind::list_splat, Kind::dictionary_splat, Kind::keyword_separator,
                                                Kind::list_splat_pattern, Kind::dictionary_splat_pattern);
        out.push_back({{parts.back().end(), end}, (comma ? "," : "") + newline + indent});
        if (!text_.slice({parts.back().end(), end}).trim(" ,").empty())
            return {};
        return out;
    }

  private:
    /// `return a, b` of one line: the tuple.
    [[nodiscard]] Node returned_tuple(ByteRange line) const {
        const Offset begin =
            line.begin + static_cast<Offset>(text_.slice(line).size() - text_.slice(line).ltrim(" \t").size());
        for (NodeId id = first_at(begin); id < tree_.size() && tree_.record(id).begin == begin; ++id)
            if (const Node node = tree_.node(id); node.is(Kind::return_statement))
                return node.end() <= line.end && node.named_child(0).is(Kind::expression_list) ? node.named_child(0)
                                                                                               : Node();
        return {};
    }

    /// The tuple in brackets, a value a line.
    [[nodiscard]] std::vector<TextEdit> bracketed(Node tuple, ByteRange line) const {
        const llvm::StringRef indent = text_.slice(line).take_while([](char c) { return c == ' ' || c == '\t'; });
        const std::string newline = text_.newline_text().str() + indent.str();
        const std::string deeper = newline + (indent.contains('\t') ? "\t" : "    ");
        std::vector<TextEdit> out;
        const auto parts = tuple.named_children();
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const Offset before = i == 0 ? tuple.begin() : comma_behind(parts[i - 1]);
            out.push_back({{before, parts[i].begin()}, (i == 0 ? "(" : "") + deeper});
        }
        out.push_back({{parts.back().end(), tuple.end()}, "," + newline + ")"});
        return out;
    }

    /// Nodes lie in the order in which they begin: the first that begins there or behind.
    [[nodiscard]] NodeId first_at(Offset begin) const {
        NodeId first = 0, count = tree_.size();
        while (count > 0) {
            const NodeId half = count / 2;
            if (tree_.record(first + half).begin < begin) {
                first += half + 1;
                count -= half + 1;
            } else {
                count = half;
            }
        }
        return first;
    }

    /// The longest bracketed list of the line that lies in no other one.
    [[nodiscard]] Node widest_list(ByteRange line) const {
        Node widest;
        for (NodeId id = first_at(line.begin); id < tree_.size() && tree_.record(id).begin < line.end; ++id) {
            const Node node = tree_.node(id);
            if (node.is_any(Kind::string, Kind::comment)) {
                id = tree_.record(id).subtree_end - 1;
                continue;
            }
            if (node.end() > line.end || !is_bracketed(node) || node.named_children().empty() ||
                node.ancestor(Kind::string) ||
                llvm::any_of(node.children(), [](Node part) { return part.is(Kind::comment); }))
                continue;
            if (!widest || node.range().size() > widest.range().size())
                widest = node;
            id = tree_.record(id).subtree_end - 1;
        }
        return widest;
    }

    [[nodiscard]] Offset comma_behind(Node part) const {
        const Node comma = part.next_sibling();
        return comma.is_token(",") ? comma.end() : part.end();
    }

    static void break_chain(Node chain, const std::string& line, std::vector<TextEdit>& out) {
        if (chain.is(Kind::keyword_argument))
            chain = chain.child(Field::value);
        const auto dots = chain_dots(chain);
        if (dots.size() > 1)
            for (const Offset dot : dots)
                out.push_back({{dot, dot}, line});
    }

    const SourceText& text_;
    const SyntaxTree& tree_;
};

bool is_left_alone(llvm::StringRef line) {
    return line.contains("# noqa") || line.contains("# type:") || line.contains("# pylint") ||
           line.contains("# fmt:") || line.ends_with("\\");
}

} // namespace

std::vector<TextEdit> break_long_lines(const SourceText& source, std::vector<TextEdit> edits, unsigned limit) {
    // Lines of the file: what is copied from it stays as it is. And those that have no place for a break.
    llvm::StringSet<> as_they_are;
    for (unsigned round = 0; round < max_rounds; ++round) {
        const SourceText text = make_source(source.path, apply_text_edits(source.text, edits));
        std::vector<std::pair<ByteRange, unsigned>> lines;
        for (const Region& region : touched_lines(source, text, edits, limit))
            for (unsigned line = text.lines.at(region.range.begin).line;
                 line <= text.lines.line_count() && text.lines.line_begin(line) < region.range.end; ++line) {
                const ByteRange range{text.lines.line_begin(line), line_end(text, line)};
                if (range.size() > region.limit && !is_left_alone(text.slice(range)))
                    lines.emplace_back(range, region.limit);
            }
        if (!lines.empty() && as_they_are.empty())
            for (unsigned line = 1; line <= source.lines.line_count(); ++line)
                as_they_are.insert(source.slice({source.lines.line_begin(line), line_end(source, line)}).trim());
        llvm::erase_if(lines, [&](const auto& line) { return as_they_are.contains(text.slice(line.first).trim()); });
        if (lines.empty())
            return edits;
        const SyntaxTree tree = parse(text);
        if (!tree.clean())
            return edits;
        std::vector<TextEdit> breaks;
        for (const auto& [range, allowed] : lines) {
            std::vector<TextEdit> of_line = LineBreaker(text, tree).run(range, allowed);
            if (of_line.empty())
                as_they_are.insert(text.slice(range).trim());
            llvm::append_range(breaks, std::move(of_line));
        }
        if (breaks.empty())
            return edits;
        edits = composed(text, edits, breaks);
    }
    return edits;
}

} // namespace sqlawait
