#include "grammars/syntax_tree.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace sqlawait {

Kind Node::kind() const { return tree_ == nullptr ? Kind::none : tree_->record(id_).kind; }
Field Node::field() const { return tree_ == nullptr ? Field::none : tree_->record(id_).field; }

ByteRange Node::range() const {
    if (tree_ == nullptr)
        return {};
    const auto& record = tree_->record(id_);
    return {record.begin, record.end};
}

llvm::StringRef Node::text() const { return tree_ == nullptr ? llvm::StringRef() : tree_->source().slice(range()); }

Node Node::parent() const {
    if (tree_ == nullptr || tree_->record(id_).parent == no_node)
        return {};
    return {tree_, tree_->record(id_).parent};
}

bool Node::inside(Node outer) const {
    return tree_ != nullptr && tree_ == outer.tree_ && id_ >= outer.id_ && id_ < tree_->record(outer.id_).subtree_end;
}

Node Node::first_child() const {
    if (tree_ == nullptr || tree_->record(id_).subtree_end == id_ + 1)
        return {};
    return {tree_, id_ + 1};
}

Node Node::next_sibling() const {
    const Node up = parent();
    if (!up)
        return {};
    const NodeId next = tree_->record(id_).subtree_end;
    return next < tree_->record(up.id()).subtree_end ? Node(tree_, next) : Node();
}

Node Node::previous_sibling() const {
    Node before;
    for (Node child = parent().first_child(); child && child != *this; child = child.next_sibling())
        before = child;
    return before;
}

Node Node::child(Field field) const {
    for (Node child = first_child(); child; child = child.next_sibling())
        if (child.field() == field)
            return child;
    return {};
}

Node Node::named_child(unsigned index) const {
    for (Node child = first_child(); child; child = child.next_sibling())
        if (child.named() && !child.is_any(Kind::comment, Kind::line_continuation) && index-- == 0)
            return child;
    return {};
}

Node Node::child_token(llvm::StringRef text) const {
    for (Node child = first_child(); child; child = child.next_sibling())
        if (child.is_token(text))
            return child;
    return {};
}

llvm::SmallVector<Node, 8> Node::children() const {
    llvm::SmallVector<Node, 8> out;
    for (Node child = first_child(); child; child = child.next_sibling())
        out.push_back(child);
    return out;
}

llvm::SmallVector<Node, 8> Node::children(Field field) const {
    llvm::SmallVector<Node, 8> out;
    for (Node child = first_child(); child; child = child.next_sibling())
        if (child.field() == field)
            out.push_back(child);
    return out;
}

llvm::SmallVector<Node, 8> Node::named_children() const {
    llvm::SmallVector<Node, 8> out;
    for (Node child = first_child(); child; child = child.next_sibling())
        if (child.named() && !child.is_any(Kind::comment, Kind::line_continuation))
            out.push_back(child);
    return out;
}

SyntaxTree SyntaxTree::copy_over(const SourceText& source) const {
    SyntaxTree out;
    out.source_ = &source;
    out.records_ = records_;
    out.problems_ = problems_;
    return out;
}

Node SyntaxTree::at(Offset offset) const {
    Node found;
    for (Node here = root(); here;) {
        found = here;
        Node next;
        for (Node child = here.first_child(); child && !next; child = child.next_sibling())
            if (child.named() && child.begin() <= offset && offset < child.end())
                next = child;
        here = next;
    }
    return found;
}

/// Whether a token says what a node is, as the `+` of a sum and the `async` of a function do.
static bool tells_apart(Node node, Node token) {
    if (token.named())
        return false;
    if (token.field() == Field::operator_ ||
        node.is_any(Kind::comparison_operator, Kind::binary_operator, Kind::unary_operator, Kind::boolean_operator,
                    Kind::augmented_assignment))
        return true;
    return token.is_token("async") || token.is_token("-") || (node.is(Kind::yield) && token.is_token("from"));
}

std::string print_tree(const SyntaxTree& tree) {
    std::string out;
    llvm::raw_string_ostream os(out);
    llvm::SmallVector<NodeId, 32> open; // subtree ends of the ancestors
    for (NodeId id = 0; id < tree.size(); ++id) {
        while (!open.empty() && open.back() <= id)
            open.pop_back();
        const Node node = tree.node(id);
        if (node.named()) {
            const LineColumn place = tree.source().lines.at(node.begin());
            os.indent(static_cast<unsigned>(open.size()) * 2) << kind_name(node.kind());
            if (node.field() != Field::none)
                os << ' ' << field_name(node.field());
            for (Node token = node.first_child(); token; token = token.next_sibling())
                if (tells_apart(node, token))
                    os << " '" << token.text() << '\'';
            os << " [" << place.line << ':' << place.column << ']';
            if (tree.record(id).missing)
                os << " missing";
            if (!node.first_child()) {
                os << ' ';
                llvm::printEscapedString(node.text(), os);
            }
            os << '\n';
        }
        open.push_back(tree.record(id).subtree_end);
    }
    for (const SyntaxProblem& problem : tree.problems()) {
        const LineColumn place = tree.source().lines.at(problem.range.begin);
        os << "problem [" << place.line << ':' << place.column << "] " << problem.message << '\n';
    }
    return out;
}

} // namespace sqlawait
