#include "analysis/loading/jinja.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <optional>

namespace sqlawait::jinja {

namespace {

constexpr unsigned max_depth = 60; // of brackets, and of statements inside of one another

bool begins_name(char c) { return llvm::isAlpha(c) || c == '_'; }
bool continues_name(char c) { return llvm::isAlnum(c) || c == '_'; }

/// The tokens of what stands between the marks: names, numbers, strings with their quotes, single characters.
class Tokens {
  public:
    explicit Tokens(llvm::StringRef text) : rest_(text) { next(); }

    [[nodiscard]] llvm::StringRef peek() const { return token_; } // "" at the end
    [[nodiscard]] bool is(llvm::StringRef text) const { return token_ == text; }
    [[nodiscard]] bool is_name() const { return !token_.empty() && begins_name(token_.front()); }
    [[nodiscard]] bool is_string() const {
        return !token_.empty() && (token_.front() == '"' || token_.front() == '\'');
    }
    llvm::StringRef take() {
        const llvm::StringRef taken = token_;
        next();
        return taken;
    }
    bool accept(llvm::StringRef text) {
        if (token_ != text)
            return false;
        next();
        return true;
    }

  private:
    void next() {
        rest_ = rest_.ltrim();
        std::size_t size = rest_.empty() ? 0 : 1;
        if (rest_.empty()) {
            token_ = {};
            return;
        }
        const char first = rest_.front();
        if (first == '"' || first == '\'') {
            while (size < rest_.size() && rest_[size] != first)
                size += rest_[size] == '\\' ? 2 : 1;
            size = std::min(size + 1, rest_.size());
        } else if (continues_name(first)) {
            size = rest_.take_while(continues_name).size();
        }
        token_ = rest_.take_front(size);
        rest_ = rest_.drop_front(size);
    }

    llvm::StringRef rest_, token_;
};

std::string string_of(llvm::StringRef token) { return token.drop_front().drop_back().str(); }

class ExpressionParser {
  public:
    explicit ExpressionParser(Tokens& tokens) : tokens_(tokens) {}

    /// Operands and what stands between them; `conditions`: whether `if` goes on with it.
    Expression parse(bool conditions = true) {
        Expression out = operand();
        std::vector<Expression> parts;
        while (!at_end(conditions)) {
            const llvm::StringRef token = tokens_.peek();
            if (is_word(token)) {
                if (tokens_.take() == "is")
                    skip_test();
                continue;
            }
            if (!tokens_.is_name() && !tokens_.is_string() && !continues_name(token.front()) && token != "(" &&
                token != "[" && token != "{") {
                tokens_.take(); // an operator
                continue;
            }
            parts.push_back(operand());
        }
        if (parts.empty())
            return out;
        Expression joined;
        joined.parts.push_back(std::move(out));
        llvm::append_range(joined.parts, parts);
        return joined;
    }

  private:
    static bool is_word(llvm::StringRef token) {
        return llvm::is_contained({"and", "or", "not", "in", "is", "if", "else"}, token);
    }
    [[nodiscard]] bool at_end(bool conditions) const {
        const llvm::StringRef token = tokens_.peek();
        return token.empty() || llvm::is_contained({",", ")", "]", "}", ":", "="}, token) ||
               (!conditions && token == "if");
    }
    /// `x is defined`, `x is divisibleby 3`: nothing of what the objects hold.
    void skip_test() {
        tokens_.accept("not");
        if (tokens_.is_name())
            tokens_.take();
    }

    Expression operand() {
        if (++depth_ > max_depth) {
            tokens_ = Tokens("");
            return {};
        }
        while (tokens_.is("not") || tokens_.is("-") || tokens_.is("+") || tokens_.is("~"))
            tokens_.take();
        Expression out = primary();
        for (;;) {
            if (tokens_.accept(".")) {
                out = applied(Expression::Kind::attribute, tokens_.take().str(), std::move(out));
            } else if (tokens_.accept("|")) {
                out = applied(Expression::Kind::filter, tokens_.take().str(), std::move(out));
                if (tokens_.accept("("))
                    arguments(out, ")");
            } else if (tokens_.accept("(")) {
                out = applied(Expression::Kind::call, "", std::move(out));
                arguments(out, ")");
            } else if (tokens_.accept("[")) {
                out = applied(Expression::Kind::element, "", std::move(out));
                arguments(out, "]");
                if (out.parts.size() == 2 && out.parts[1].kind == Expression::Kind::text) {
                    out.kind = Expression::Kind::attribute;
                    out.text = out.parts[1].text;
                    out.parts.pop_back();
                }
            } else {
                break;
            }
        }
        --depth_;
        return out;
    }

    static Expression applied(Expression::Kind kind, std::string text, Expression to) {
        Expression out;
        out.kind = kind;
        out.text = std::move(text);
        out.parts.push_back(std::move(to));
        return out;
    }

    Expression primary() {
        Expression out;
        if (tokens_.is_string()) {
            out.kind = Expression::Kind::text;
            out.text = string_of(tokens_.take());
        } else if (tokens_.is_name() && !is_word(tokens_.peek())) {
            out.kind = Expression::Kind::name;
            out.text = tokens_.take().str();
        } else if (tokens_.accept("(")) {
            arguments(out, ")");
            if (out.parts.size() == 1 && out.keywords.empty())
                return Expression(out.parts[0]);
        } else if (tokens_.accept("[")) {
            arguments(out, "]");
        } else if (tokens_.accept("{")) {
            arguments(out, "}");
        } else if (!tokens_.peek().empty() && continues_name(tokens_.peek().front()) && !is_word(tokens_.peek())) {
            tokens_.take(); // a number
        }
        return out;
    }

    /// What stands in brackets: with commas, colons of slices and dictionaries, keywords.
    void arguments(Expression& out, llvm::StringRef closing) {
        while (!tokens_.peek().empty() && !tokens_.accept(closing)) {
            if (tokens_.accept(",") || tokens_.accept(":") || tokens_.accept("="))
                continue;
            const llvm::StringRef before = tokens_.peek();
            Expression one = parse();
            if (one.kind == Expression::Kind::name && tokens_.is("=")) {
                tokens_.take();
                out.keywords.push_back({one.text, parse()});
            } else {
                out.parts.push_back(std::move(one));
                if (tokens_.peek().data() == before.data()) // a bracket that closes nothing
                    tokens_.take();
            }
        }
    }

    Tokens& tokens_;
    unsigned depth_ = 0;
};

class TemplateParser {
  public:
    explicit TemplateParser(llvm::StringRef source) : rest_(source) {}

    std::vector<Statement> run() {
        std::vector<Statement> out;
        while (!rest_.empty()) // an end of nothing does not end the template
            llvm::append_range(out, statements(0));
        return out;
    }

  private:
    /// The inside of the next mark that is no comment; "" at the end.
    struct Mark {
        bool statement = false;
        llvm::StringRef inside;
    };
    std::optional<Mark> next_mark() {
        for (;;) {
            const std::size_t begin = rest_.find('{');
            if (begin == llvm::StringRef::npos || begin + 1 >= rest_.size())
                return std::nullopt;
            const char second = rest_[begin + 1];
            rest_ = rest_.drop_front(begin + 1);
            if (second != '{' && second != '%' && second != '#')
                continue;
            const llvm::StringRef closing = second == '{' ? "}}" : second == '%' ? "%}" : "#}";
            const std::size_t end = end_of(rest_.drop_front(1), closing, second != '#');
            if (end == llvm::StringRef::npos)
                return std::nullopt;
            llvm::StringRef inside = rest_.substr(1, end);
            rest_ = rest_.drop_front(1 + end + 2);
            if (second == '#')
                continue;
            inside = inside.trim();
            if (inside.starts_with("-") || inside.starts_with("+"))
                inside = inside.drop_front().ltrim();
            if (inside.ends_with("-") || (second == '%' && inside.ends_with("+")))
                inside = inside.drop_back().rtrim();
            return Mark{second == '%', inside};
        }
    }

    /// Where the mark ends; one inside of a string is none.
    static std::size_t end_of(llvm::StringRef text, llvm::StringRef closing, bool strings) {
        char quote = 0;
        for (std::size_t i = 0; i + 1 < text.size(); ++i) {
            if (quote != 0) {
                if (text[i] == '\\')
                    ++i;
                else if (text[i] == quote)
                    quote = 0;
            } else if (strings && (text[i] == '"' || text[i] == '\'')) {
                quote = text[i];
            } else if (text.substr(i, 2) == closing) {
                return i;
            }
        }
        return llvm::StringRef::npos;
    }

    std::vector<Statement> statements(unsigned depth) {
        std::vector<Statement> out;
        while (const std::optional<Mark> mark = next_mark()) {
            Tokens tokens(mark->inside);
            if (!mark->statement) {
                out.push_back(output(tokens));
                continue;
            }
            const llvm::StringRef word = tokens.take();
            if (word == "raw")
                skip_raw();
            else if (word.starts_with("end"))
                return out;
            else if (depth < max_depth)
                read(word, tokens, depth, out);
        }
        rest_ = {};
        return out;
    }

    void skip_raw() {
        while (const std::optional<Mark> mark = next_mark())
            if (mark->statement && mark->inside == "endraw")
                return;
    }

    static Statement output(Tokens& tokens) {
        Statement out;
        out.value = ExpressionParser(tokens).parse();
        return out;
    }

    static std::vector<std::string> targets_of(Tokens& tokens, llvm::StringRef end) {
        std::vector<std::string> out;
        while (!tokens.peek().empty() && !tokens.is(end)) {
            if (tokens.is_name())
                out.push_back(tokens.peek().str());
            tokens.take();
        }
        tokens.accept(end);
        return out;
    }

    void read(llvm::StringRef word, Tokens& tokens, unsigned depth, std::vector<Statement>& out) {
        Statement made;
        if (word == "for") {
            made.kind = Statement::Kind::loop;
            made.targets = targets_of(tokens, "in");
            made.value = ExpressionParser(tokens).parse(false);
            if (tokens.accept("if"))
                made.body.push_back(output(tokens));
            llvm::append_range(made.body, statements(depth + 1));
        } else if (word == "if" || word == "call" || word == "filter" || word == "autoescape") {
            if (word == "call" && tokens.accept("("))
                (void)targets_of(tokens, ")");
            out.push_back(output(tokens));
            llvm::append_range(out, statements(depth + 1));
            return;
        } else if (word == "elif" || word == "do" || word == "print") {
            made = output(tokens);
        } else if (word == "set") {
            made.kind = Statement::Kind::set;
            made.targets = targets_of(tokens, "=");
            if (tokens.peek().empty())
                made.body = statements(depth + 1);
            else
                made.value = ExpressionParser(tokens).parse();
        } else if (word == "block" || word == "macro") {
            made.kind = word == "block" ? Statement::Kind::block : Statement::Kind::macro;
            made.name = tokens.take().str();
            if (tokens.accept("("))
                while (!tokens.peek().empty() && !tokens.accept(")")) {
                    if (tokens.is_name())
                        made.targets.push_back(tokens.take().str());
                    else
                        tokens.take();
                    if (tokens.accept("="))
                        (void)ExpressionParser(tokens).parse();
                }
            made.body = statements(depth + 1);
        } else if (word == "with" || word == "trans") {
            made.kind = Statement::Kind::scope;
            while (tokens.is_name()) {
                Statement bound;
                bound.kind = Statement::Kind::set;
                bound.targets.push_back(tokens.take().str());
                if (tokens.accept("="))
                    bound.value = ExpressionParser(tokens).parse();
                made.body.push_back(std::move(bound));
                tokens.accept(",");
            }
            llvm::append_range(made.body, statements(depth + 1));
        } else if (word == "include" || word == "extends") {
            made.kind = word == "include" ? Statement::Kind::include : Statement::Kind::extends;
            made.value = ExpressionParser(tokens).parse();
        } else if (word == "import" || word == "from") {
            made.kind = word == "import" ? Statement::Kind::import : Statement::Kind::from;
            if (tokens.is_string()) {
                made.value.kind = Expression::Kind::text;
                made.value.text = string_of(tokens.take());
            }
            while (!tokens.peek().empty()) {
                const std::string name = tokens.take().str();
                if (name == "import" || name == ",")
                    continue;
                if (name == "as") {
                    made.name = tokens.take().str();
                    continue;
                }
                if (name == "with" || name == "without")
                    break;
                made.imported.emplace_back(name, tokens.accept("as") ? tokens.take().str() : name);
            }
        } else {
            return; // else, continue, break
        }
        out.push_back(std::move(made));
    }

    llvm::StringRef rest_;
};

} // namespace

std::vector<Statement> parse(llvm::StringRef source) { return TemplateParser(source).run(); }

} // namespace sqlawait::jinja
