// Indentation as CPython's tokenizer sees it (Parser/lexer/lexer.c, tok_get_normal_mode).
#include "analysis/project/python_syntax.h"

#include "llvm/ADT/SmallVector.h"

namespace sqlawait {

namespace {

/// Measured twice, with tabs as 8 columns and as 1; the two must agree on what is deeper.
struct Indentation {
    unsigned column = 0;
    unsigned alternative = 0;
};

/// The white space before a node, when nothing else stands before it on its logical line.
/// `comment_end` is where the last comment before the node ends: a backslash in it continues nothing.
std::optional<llvm::StringRef> indentation_before(llvm::StringRef text, Offset offset, Offset comment_end) {
    std::size_t begin = offset;
    while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t' || text[begin - 1] == '\f'))
        --begin;
    if (begin > 0 && text[begin - 1] != '\n' && text[begin - 1] != '\r')
        return std::nullopt;
    llvm::StringRef before = text.take_front(begin);
    if (!before.consume_back("\r\n") && !before.consume_back("\n"))
        before.consume_back("\r");
    if (before.ends_with("\\") && before.size() > comment_end)
        return std::nullopt; // continues the line above
    return text.slice(begin, offset);
}

Indentation measure(llvm::StringRef white) {
    Indentation result;
    for (const char c : white) {
        if (c == '\f') {
            result = {};
        } else if (c == '\t') {
            result.column = (result.column / 8 + 1) * 8;
            ++result.alternative;
        } else {
            ++result.column;
            ++result.alternative;
        }
    }
    return result;
}

/// Nodes that begin a logical line when they come first on it.
bool begins_line(Node node) {
    switch (node.kind()) {
    case Kind::elif_clause:
    case Kind::else_clause:
    case Kind::except_clause:
    case Kind::finally_clause:
    case Kind::case_clause: return true;
    case Kind::decorator: return node.begin() != node.parent().begin(); // the first stands for the whole
    case Kind::none:
    case Kind::token:
    case Kind::comment:
    case Kind::error:
    case Kind::line_continuation: return false;
    default: break;
    }
    const Kind parent = node.parent().kind();
    return parent == Kind::block || parent == Kind::module ||
           (parent == Kind::decorated_definition && node.field() == Field::definition);
}

/// Whether a line may go deeper here: it is the first of a block.
bool opens_block(Node node) { return node.parent().is(Kind::block) && node == node.parent().named_child(0); }

class IndentationStack {
  public:
    const char* step(Indentation line, bool may_open) {
        static constexpr const char* tabs = "inconsistent use of tabs and spaces in indentation";
        if (line.column > levels_.back().column) {
            if (line.alternative <= levels_.back().alternative)
                return tabs;
            levels_.push_back(line);
            return may_open ? nullptr : "unexpected indent";
        }
        if (may_open)
            return "expected an indented block";
        while (levels_.size() > 1 && line.column < levels_.back().column)
            levels_.pop_back();
        if (line.column != levels_.back().column)
            return "indentation that matches no outer level";
        return line.alternative == levels_.back().alternative ? nullptr : tabs;
    }

  private:
    llvm::SmallVector<Indentation, 32> levels_{Indentation{}};
};

} // namespace

std::optional<SyntaxProblem> indentation_problem(const SyntaxTree& tree) {
    const llvm::StringRef text = tree.source().text;
    IndentationStack levels;
    Offset comment_end = 0;
    for (NodeId id = 0; id < tree.size(); ++id) {
        const Node node = tree.node(id);
        if (node.is(Kind::block) && !node.named_child(0) && !node.parent().is(Kind::match_statement))
            return SyntaxProblem{node.range(), "expected an indented block"};
        if (node.is(Kind::comment))
            comment_end = node.end();
        if (!begins_line(node))
            continue;
        const std::optional<llvm::StringRef> white = indentation_before(text, node.begin(), comment_end);
        if (!white)
            continue;
        if (const char* message = levels.step(measure(*white), opens_block(node)))
            return SyntaxProblem{node.range(), message};
    }
    return std::nullopt;
}

} // namespace sqlawait
