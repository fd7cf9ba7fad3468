// Edits as templates with holes. An edit replaces a range by pieces: new text, and holes, which
// are ranges of the source whose own edits are rendered into them. Where the holes stand in source
// order nothing but the text between them is touched, so that comments and nested edits survive.
//
//     wrap(call, "await ", "")             ->  await get(db)
//     Edit{chain, {"select(", hole(args), ")", hole(rest)}}
//
// A part may be moved out of an edit inside: that one replaces it, holding it in a silent hole, and the edit around
// both names it as a hole of its own.
//
// Edits nest (an edit inside a hole of another, or of the same range on a deeper `layer`); any other
// overlap is a conflict, which `flatten` reports and planning forbids. An insertion at the begin or the
// end of an edit is outside of that edit; at the begin or the end of a hole that is strictly inside its
// edit it is in the hole. A replacement that is given twice counts once, an insertion twice.
#pragma once

#include "grammars/syntax_tree.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sqlawait {

struct Hole {
    ByteRange range;
    bool silent = false; // nothing is written here: what it holds is rendered by a hole of an edit around this one
    friend bool operator==(const Hole&, const Hole&) = default;
};
using Piece = std::variant<std::string, Hole>;

/// Which edit is outside when two have the same range; the smaller number is the outer one.
/// Of insertions at one offset the smaller number comes first.
enum class Layer : std::uint8_t { statement, await_, expression, token };

struct Edit {
    ByteRange range; // empty: an insertion
    std::vector<Piece> pieces;
    Layer layer = Layer::expression;
    friend bool operator==(const Edit&, const Edit&) = default;
};

[[nodiscard]] inline Hole hole(Node node) { return {node.range()}; }
[[nodiscard]] Edit replace(ByteRange range, std::string text, Layer layer = Layer::token);
[[nodiscard]] Edit wrap(Node node, std::string before, std::string after, Layer layer = Layer::await_);
[[nodiscard]] Edit insert(Offset at, std::string text);

struct TextEdit {
    ByteRange range;
    std::string text;
    friend bool operator==(const TextEdit&, const TextEdit&) = default;
};

/// Two edits that can't both be made: indices into what `flatten` was given.
struct EditConflict {
    std::size_t first = 0;
    std::size_t second = 0;
    std::string message; // names the two places
};

struct Flattened {
    std::vector<TextEdit> edits;           // sorted, disjoint, no two that touch
    std::optional<EditConflict> conflict;  // the first in source order; `edits` is empty then
};

/// Sorted, disjoint text edits that do the same.
[[nodiscard]] Flattened flatten(const SourceText& source, llvm::ArrayRef<Edit> edits);

/// A range as it reads after the edits inside it: for text that moves (twins, hoisted parts). Edits that are
/// not inside the range are no part of it; the others must not conflict.
[[nodiscard]] std::string render(const SourceText& source, ByteRange range, llvm::ArrayRef<Edit> edits);

/// The whole text after edits that are sorted and disjoint.
[[nodiscard]] std::string apply_text_edits(llvm::StringRef text, llvm::ArrayRef<TextEdit> edits);

/// Whether `await X` needs brackets where `node` stands: before `.`, `[` or `(`, under another `await`, and
/// on the left of `**` (where Python needs none but tree-sitter reads them the other way round).
[[nodiscard]] bool await_needs_brackets(Node node);
/// wrap() with "await " or "(await " and ")" as the place demands; the operand gets brackets of its own
/// where it is no primary expression (`await (a or b)`).
[[nodiscard]] Edit await_edit(Node node);

} // namespace sqlawait
