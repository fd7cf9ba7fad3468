// Edits as templates with holes. An edit replaces a range by pieces: new text, and holes, which
// are ranges of the source whose own edits are rendered into them. Where the holes stand in source
// order nothing but the text between them is touched, so that comments and nested edits survive.
//
//     wrap(call, "await ", "")             ->  await get(db)
//     Edit{chain, {"select(", hole(args), ")", hole(rest)}}
//
// Edits nest (an edit inside a hole of another, or of the same range on a deeper `layer`); any other
// overlap is a conflict, which `flatten` reports and planning forbids.
#pragma once

#include "grammars/syntax_tree.h"

#include "llvm/ADT/ArrayRef.h"

#include <string>
#include <variant>
#include <vector>

namespace sqlawait {

struct Hole {
    ByteRange range;
};
using Piece = std::variant<std::string, Hole>;

/// Which edit is outside when two have the same range; the smaller number is the outer one.
enum class Layer : std::uint8_t { statement, await_, expression, token };

struct Edit {
    ByteRange range; // empty: an insertion
    std::vector<Piece> pieces;
    Layer layer = Layer::expression;
};

[[nodiscard]] inline Hole hole(Node node) { return {node.range()}; }
[[nodiscard]] Edit replace(ByteRange range, std::string text, Layer layer = Layer::token);
[[nodiscard]] Edit wrap(Node node, std::string before, std::string after, Layer layer = Layer::await_);
[[nodiscard]] Edit insert(Offset at, std::string text);

struct TextEdit {
    ByteRange range;
    std::string text;
};

struct Flattened {
    std::vector<TextEdit> edits; // sorted, disjoint, one at most per offset
    std::string conflict;        // "" fine; else names the two ranges
};

/// Sorted, disjoint text edits that do the same.
[[nodiscard]] Flattened flatten(const SourceText& source, std::vector<Edit> edits);

/// A range as it reads after the edits inside it: for text that moves (twins, hoisted parts).
[[nodiscard]] std::string render(const SourceText& source, ByteRange range, llvm::ArrayRef<Edit> edits);

/// Whether `await X` needs brackets where `node` stands (before `.`, `[`, `(`, or as an operand of `**`).
[[nodiscard]] bool await_needs_brackets(Node node);
/// wrap() with "await " or "(await " and ")" as the place demands.
[[nodiscard]] Edit await_edit(Node node);

} // namespace sqlawait
