#include "rewriters/engine/edit.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <numeric>

namespace sqlawait {

namespace {

/// An edit with the edits that lie inside it, by index, in source order.
struct Nested {
    const Edit* edit = nullptr;
    std::size_t index = 0; // in what the caller gave
    std::vector<std::size_t> children;
};

struct Forest {
    std::vector<Nested> nodes;
    std::vector<std::size_t> roots;
    std::optional<EditConflict> conflict;
};

/// Insertions come before what begins at their offset, the longer before what it holds.
bool stands_before(const Edit& a, const Edit& b) {
    if (a.range.begin != b.range.begin)
        return a.range.begin < b.range.begin;
    if (a.range.empty() != b.range.empty())
        return a.range.empty();
    if (a.range.end != b.range.end)
        return a.range.end > b.range.end;
    return a.layer < b.layer;
}

/// Whether an edit inside `outer` lies in one of its holes.
bool held(const Edit& outer, ByteRange inner) {
    return llvm::any_of(outer.pieces, [&](const Piece& piece) {
        const Hole* hole = std::get_if<Hole>(&piece);
        return hole != nullptr && hole->range.contains(inner);
    });
}

std::string describe(const SourceText& source, const Edit& edit) {
    const LineColumn begin = source.lines.at(edit.range.begin);
    const LineColumn end = source.lines.at(edit.range.end);
    return llvm::formatv("{0}:{1}-{2}:{3}", begin.line, begin.column, end.line, end.column);
}

EditConflict conflict_between(const SourceText& source, const Nested& first, const Nested& second) {
    return {first.index, second.index,
            llvm::formatv("{0}: the edits of {1} and {2} overlap", source.path, describe(source, *first.edit),
                          describe(source, *second.edit))};
}

Forest make_forest(const SourceText& source, llvm::ArrayRef<Edit> edits) {
    std::vector<std::size_t> order(edits.size());
    std::iota(order.begin(), order.end(), 0);
    llvm::stable_sort(order, [&](std::size_t a, std::size_t b) { return stands_before(edits[a], edits[b]); });

    Forest forest;
    std::vector<std::size_t> open; // nodes that the next edit may lie in, outermost first
    for (const std::size_t index : order) {
        const Edit& edit = edits[index];
        while (!open.empty() && forest.nodes[open.back()].edit->range.end <= edit.range.begin)
            open.pop_back();
        const Nested node{&edit, index, {}};
        if (!open.empty()) {
            const Nested& outer = forest.nodes[open.back()];
            if (*outer.edit == edit)
                continue;
            const bool same_place = outer.edit->range == edit.range && outer.edit->layer == edit.layer;
            if (same_place || !outer.edit->range.contains(edit.range) || !held(*outer.edit, edit.range)) {
                forest.conflict = conflict_between(source, outer, node);
                return forest;
            }
        }
        const std::size_t id = forest.nodes.size();
        (open.empty() ? forest.roots : forest.nodes[open.back()].children).push_back(id);
        forest.nodes.push_back(node);
        if (!edit.range.empty())
            open.push_back(id);
    }
    return forest;
}

/// Holes one after the other in source order: what they hold can stay where it is.
bool holes_in_order(const Edit& edit) {
    Offset at = edit.range.begin;
    for (const Piece& piece : edit.pieces)
        if (const Hole* hole = std::get_if<Hole>(&piece)) {
            if (hole->range.begin < at || hole->range.end > edit.range.end || hole->silent)
                return false;
            at = hole->range.end;
        }
    return true;
}

class Flattener {
  public:
    Flattener(const SourceText& source, const Forest& forest) : source_(source), forest_(forest) {}

    std::vector<TextEdit> run() {
        for (const std::size_t root : forest_.roots)
            place(root);
        return std::move(out_);
    }

  private:
    void place(std::size_t id) {
        const Nested& node = forest_.nodes[id];
        if (!holes_in_order(*node.edit)) {
            emit(node.edit->range, moved_text(node));
            return;
        }
        Offset at = node.edit->range.begin;
        std::string text;
        std::size_t child = 0;
        for (const Piece& piece : node.edit->pieces) {
            const Hole* hole = std::get_if<Hole>(&piece);
            if (hole == nullptr) {
                text += std::get<std::string>(piece);
                continue;
            }
            emit({at, hole->range.begin}, std::exchange(text, {}));
            for (; child < node.children.size() && hole->range.contains(range_of(node.children[child])); ++child)
                place(node.children[child]);
            at = hole->range.end;
        }
        emit({at, node.edit->range.end}, std::move(text));
    }

    /// The new text of an edit whose holes don't stay in place.
    [[nodiscard]] std::string moved_text(const Nested& node) const {
        std::string text;
        for (const Piece& piece : node.edit->pieces) {
            const Hole* hole = std::get_if<Hole>(&piece);
            if (hole == nullptr) {
                text += std::get<std::string>(piece);
                continue;
            }
            if (hole->silent)
                continue;
            std::vector<TextEdit> inside;
            render_inside(node, hole->range, inside);
            Offset at = hole->range.begin;
            for (const TextEdit& edit : inside) {
                text += source_.slice({at, edit.range.begin});
                text += edit.text;
                at = edit.range.end;
            }
            text += source_.slice({at, hole->range.end});
        }
        return text;
    }

    /// The edits in a hole; those deeper down where the hole is a part that an edit inside gave away.
    void render_inside(const Nested& node, ByteRange hole, std::vector<TextEdit>& inside) const {
        for (const std::size_t child : node.children) {
            if (hole.contains(range_of(child))) {
                Flattener inner(source_, forest_);
                inner.place(child);
                for (TextEdit& edit : inner.out_)
                    inside.push_back(std::move(edit));
            } else if (range_of(child).contains(hole)) {
                render_inside(forest_.nodes[child], hole, inside);
            }
        }
    }

    [[nodiscard]] ByteRange range_of(std::size_t id) const { return forest_.nodes[id].edit->range; }

    /// Edits that touch become one: LLVM takes no two at one offset.
    void emit(ByteRange range, std::string text) {
        if (source_.slice(range) == text)
            return;
        if (!out_.empty() && out_.back().range.end == range.begin) {
            out_.back().range.end = range.end;
            out_.back().text += text;
            return;
        }
        out_.push_back({range, std::move(text)});
    }

    const SourceText& source_;
    const Forest& forest_;
    std::vector<TextEdit> out_;
};

bool is_primary(Node node) {
    return node.is_any(Kind::call, Kind::attribute, Kind::subscript, Kind::identifier, Kind::parenthesized_expression,
                       Kind::list, Kind::tuple, Kind::dictionary, Kind::set, Kind::string, Kind::concatenated_string,
                       Kind::generator_expression, Kind::list_comprehension, Kind::set_comprehension,
                       Kind::dictionary_comprehension) &&
           // `a, b` without brackets is a tuple to the grammar as well.
           (!node.is(Kind::tuple) || node.text().starts_with("("));
}

} // namespace

Edit replace(ByteRange range, std::string text, Layer layer) { return {range, {std::move(text)}, layer}; }

Edit wrap(Node node, std::string before, std::string after, Layer layer) {
    Edit edit{node.range(), {}, layer};
    if (!before.empty())
        edit.pieces.emplace_back(std::move(before));
    edit.pieces.emplace_back(hole(node));
    if (!after.empty())
        edit.pieces.emplace_back(std::move(after));
    return edit;
}

Edit insert(Offset at, std::string text) { return {{at, at}, {std::move(text)}, Layer::expression}; }

Flattened flatten(const SourceText& source, llvm::ArrayRef<Edit> edits) {
    const Forest forest = make_forest(source, edits);
    if (forest.conflict)
        return {{}, forest.conflict};
    return {Flattener(source, forest).run(), std::nullopt};
}

std::string apply_text_edits(llvm::StringRef text, llvm::ArrayRef<TextEdit> edits) {
    std::string out;
    Offset at = 0;
    for (const TextEdit& edit : edits) {
        out += text.slice(at, edit.range.begin);
        out += edit.text;
        at = edit.range.end;
    }
    out += text.substr(at);
    return out;
}

std::string render(const SourceText& source, ByteRange range, llvm::ArrayRef<Edit> edits) {
    std::vector<Edit> inside;
    for (const Edit& edit : edits)
        if (range.contains(edit.range))
            inside.push_back(edit);
    const Flattened flat = flatten(source, inside);
    std::string out;
    Offset at = range.begin;
    for (const TextEdit& edit : flat.edits) {
        out += source.slice({at, edit.range.begin});
        out += edit.text;
        at = edit.range.end;
    }
    out += source.slice({at, range.end});
    return out;
}

bool await_needs_brackets(Node node) {
    const Node parent = node.parent();
    if (parent.is(Kind::attribute))
        return parent.child(Field::object) == node;
    if (parent.is(Kind::subscript))
        return parent.child(Field::value) == node;
    if (parent.is(Kind::call))
        return parent.child(Field::function) == node;
    if (parent.is(Kind::binary_operator))
        return parent.child(Field::left) == node && parent.child_token("**");
    return parent.is(Kind::await);
}

Edit await_edit(Node node) {
    const bool outer = await_needs_brackets(node);
    const bool inner = !is_primary(node);
    std::string before = outer ? "(await " : "await ";
    // `else(f)()`: a keyword that the operand touches would grow together with `await`.
    const llvm::StringRef text = node.tree().source().text;
    if (!outer && node.begin() > 0 && (llvm::isAlnum(text[node.begin() - 1]) || text[node.begin() - 1] == '_'))
        before.insert(0, " ");
    return wrap(node, before + (inner ? "(" : ""), std::string(inner ? ")" : "") + (outer ? ")" : ""));
}

} // namespace sqlawait
