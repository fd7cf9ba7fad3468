#include "analysis/project/python_syntax.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <optional>

namespace sqlawait {

namespace {

/// CPython measures indentation twice, with tabs as 8 columns and as 1; the two must agree.
struct Indentation {
    unsigned column = 0;
    unsigned alternative = 0;
};

/// The white space before a node, when nothing else stands before it on its logical line.
std::optional<llvm::StringRef> indentation_before(llvm::StringRef text, Offset offset) {
    std::size_t begin = offset;
    while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t' || text[begin - 1] == '\f'))
        --begin;
    if (begin > 0 && text[begin - 1] != '\n' && text[begin - 1] != '\r')
        return std::nullopt;
    llvm::StringRef before = text.take_front(begin);
    if (!before.consume_back("\r\n") && !before.consume_back("\n"))
        before.consume_back("\r");
    if (before.ends_with("\\"))
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
    case Kind::case_clause:
    case Kind::decorator: return true;
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

class IndentationCheck {
  public:
    /// The first problem, if any: what comes after the first is guesswork.
    std::optional<SyntaxProblem> run(const SyntaxTree& tree) {
        const llvm::StringRef text = tree.source().text;
        for (NodeId id = 0; id < tree.size(); ++id) {
            const Node node = tree.node(id);
            if (!begins_line(node))
                continue;
            const std::optional<llvm::StringRef> white = indentation_before(text, node.begin());
            if (!white)
                continue;
            if (const char* message = step(measure(*white)))
                return SyntaxProblem{{node.begin(), node.end()}, message};
        }
        return std::nullopt;
    }

  private:
    /// As in CPython's tokenizer (Parser/lexer/lexer.c, tok_get_normal_mode).
    const char* step(Indentation line) {
        static constexpr const char* tabs = "inconsistent use of tabs and spaces in indentation";
        if (line.column > stack_.back().column) {
            if (line.alternative <= stack_.back().alternative)
                return tabs;
            stack_.push_back(line);
            return nullptr;
        }
        while (stack_.size() > 1 && line.column < stack_.back().column)
            stack_.pop_back();
        if (line.column != stack_.back().column)
            return "indentation that matches no outer level";
        return line.alternative == stack_.back().alternative ? nullptr : tabs;
    }

    llvm::SmallVector<Indentation, 32> stack_{Indentation{}};
};

/// `10L`, `0777`; the grammar takes them for integers.
const char* integer_problem(llvm::StringRef text) {
    if (text.ends_with_insensitive("l"))
        return "Python 2 long integer";
    const bool octal = text.size() > 1 && text[0] == '0' && (llvm::isDigit(text[1]) || text[1] == '_') &&
                       text.find_first_not_of("0_") != llvm::StringRef::npos;
    return octal ? "Python 2 octal number" : nullptr;
}

const char* python2_problem(Node node) {
    switch (node.kind()) {
    case Kind::print_statement: return "Python 2 print statement";
    case Kind::exec_statement: return "Python 2 exec statement";
    case Kind::integer: return integer_problem(node.text());
    case Kind::string_start:
        return node.text().starts_with_insensitive("ur") ? "Python 2 raw unicode string" : nullptr;
    case Kind::raise_statement:
        return node.named_child(0).is(Kind::expression_list) ? "Python 2 raise statement" : nullptr;
    case Kind::token: return node.text() == "<>" ? "Python 2 operator <>" : nullptr;
    default: return nullptr;
    }
}

} // namespace

std::vector<SyntaxProblem> python_problems(const SyntaxTree& tree) {
    std::vector<SyntaxProblem> problems;
    for (NodeId id = 0; id < tree.size(); ++id) {
        const Node node = tree.node(id);
        if (const char* message = python2_problem(node))
            problems.push_back({node.range(), message});
    }
    if (std::optional<SyntaxProblem> indentation = IndentationCheck().run(tree))
        problems.push_back(std::move(*indentation));
    std::stable_sort(problems.begin(), problems.end(),
                     [](const SyntaxProblem& a, const SyntaxProblem& b) { return a.range.begin < b.range.begin; });
    return problems;
}

} // namespace sqlawait
