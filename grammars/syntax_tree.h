// A parsed file: the grammar's concrete tree, flattened in preorder into one array,
// comments and tokens included. A node is a 32-bit index; its subtree is the run of
// indices up to `subtree_end`. The tree owns no text: it must not outlive its SourceText.
//
//     for (Node child : tree.root().named_children())
//         if (child.is(Kind::function_definition)) use(child.child(Field::name).text());
//
// Parsing never fails: what the grammar cannot read becomes `Kind::error` nodes and
// `problems()`. No function here recurses, whatever the nesting of the input.
#pragma once

#include "grammars/source_text.h"
#include "grammars/syntax_kind.h"

#include "llvm/ADT/SmallVector.h"

#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace sqlawait {

using NodeId = std::uint32_t;
inline constexpr NodeId no_node = 0xFFFFFFFFU;

class SyntaxTree;

/// A place in a tree; two words, passed by value. A default-made node is "no node": false, of Kind::none.
class Node {
  public:
    Node() = default;
    Node(const SyntaxTree* tree, NodeId id) : tree_(tree), id_(id) {}

    explicit operator bool() const { return tree_ != nullptr; }
    [[nodiscard]] NodeId id() const { return id_; }
    [[nodiscard]] const SyntaxTree& tree() const { return *tree_; }
    [[nodiscard]] Kind kind() const;
    [[nodiscard]] bool is(Kind kind) const { return this->kind() == kind; }
    template <typename... Kinds> [[nodiscard]] bool is_any(Kinds... kinds) const {
        const Kind own = kind();
        return ((own == kinds) || ...);
    }
    [[nodiscard]] bool is_token(llvm::StringRef text) const { return is(Kind::token) && this->text() == text; }
    [[nodiscard]] Field field() const;
    [[nodiscard]] ByteRange range() const;
    [[nodiscard]] Offset begin() const { return range().begin; }
    [[nodiscard]] Offset end() const { return range().end; }
    [[nodiscard]] llvm::StringRef text() const;
    [[nodiscard]] bool named() const { return *this && kind() != Kind::token; }

    [[nodiscard]] Node parent() const;
    /// The nearest ancestor of one of the kinds, or no node.
    template <typename... Kinds> [[nodiscard]] Node ancestor(Kinds... kinds) const {
        Node up = parent();
        while (up && !up.is_any(kinds...))
            up = up.parent();
        return up;
    }
    [[nodiscard]] bool inside(Node outer) const;

    [[nodiscard]] Node first_child() const;
    [[nodiscard]] Node next_sibling() const;
    [[nodiscard]] Node previous_sibling() const;
    /// The first child with this field, or no node.
    [[nodiscard]] Node child(Field field) const;
    /// The nth named child that is no comment, from 0, or no node.
    [[nodiscard]] Node named_child(unsigned index) const;
    [[nodiscard]] llvm::SmallVector<Node, 8> children() const;
    [[nodiscard]] llvm::SmallVector<Node, 8> children(Field field) const;
    /// Without tokens and comments.
    [[nodiscard]] llvm::SmallVector<Node, 8> named_children() const;
    /// The first child that is this token, or no node.
    [[nodiscard]] Node child_token(llvm::StringRef text) const;

    friend bool operator==(Node a, Node b) { return a.tree_ == b.tree_ && a.id_ == b.id_; }

  private:
    const SyntaxTree* tree_ = nullptr;
    NodeId id_ = no_node;
};

struct SyntaxProblem {
    ByteRange range;
    std::string message;
};

class SyntaxTree {
  public:
    struct Record {
        Kind kind = Kind::none;
        Field field = Field::none;
        bool missing = false; // the grammar made it up to recover
        Offset begin = 0;
        Offset end = 0;
        NodeId parent = no_node;
        NodeId subtree_end = 0; // one past the last descendant
    };

    SyntaxTree() = default;
    SyntaxTree(const SyntaxTree&) = delete;
    SyntaxTree& operator=(const SyntaxTree&) = delete;
    SyntaxTree(SyntaxTree&&) = default;
    SyntaxTree& operator=(SyntaxTree&&) = default;
    ~SyntaxTree() = default;

    [[nodiscard]] const SourceText& source() const { return *source_; }
    [[nodiscard]] Node root() const { return {this, 0}; }
    [[nodiscard]] Node node(NodeId id) const { return {this, id}; }
    [[nodiscard]] NodeId size() const { return static_cast<NodeId>(records_.size()); }
    [[nodiscard]] const Record& record(NodeId id) const { return records_[id]; }
    [[nodiscard]] const std::vector<SyntaxProblem>& problems() const { return problems_; }
    [[nodiscard]] bool clean() const { return problems_.empty(); }
    /// The same tree over another copy of the same text, which must outlive it.
    [[nodiscard]] SyntaxTree copy_over(const SourceText& source) const;
    /// The smallest named node that holds the offset, or no node.
    [[nodiscard]] Node at(Offset offset) const;

  private:
    friend class TreeBuilder;
    const SourceText* source_ = nullptr;
    std::vector<Record> records_;
    std::vector<SyntaxProblem> problems_;
};

/// Nodes nested deeper than this are a problem, not a tree: CPython itself stops at 200 brackets.
/// Passes may recurse over a tree, because its depth is bounded by this.
inline constexpr unsigned max_nesting = 1000;

/// `source` must outlive the tree. Safe to call from several threads at once.
[[nodiscard]] SyntaxTree parse(const SourceText& source);

/// One line a node, indented: `kind field? 'token'* [line:column] missing? text-of-leaves`, with the tokens that tell
/// apart what is else printed alike (operators, `async`, `from`). Then the problems: `problem [line:column] message`.
[[nodiscard]] std::string print_tree(const SyntaxTree& tree);

} // namespace sqlawait
