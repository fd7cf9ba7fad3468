#include "analysis/models/type_text.h"

#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

// Deeper than any annotation that a person writes; the text may come from quotes, which no parser has bounded.
constexpr unsigned max_depth = 40;

class TypeTextParser {
  public:
    TypeTextParser(llvm::StringRef text, unsigned depth) : text_(text), depth_(depth) {}

    TypeText whole() {
        TypeText type = alternatives();
        skip_space();
        return text_.empty() ? type : TypeText();
    }

  private:
    void skip_space() {
        text_ = text_.ltrim();
        while (text_.consume_front("#"))
            text_ = text_.drop_until([](char c) { return c == '\n'; }).ltrim();
    }
    bool consume(char c) {
        skip_space();
        if (text_.empty() || text_.front() != c)
            return false;
        text_ = text_.drop_front();
        return true;
    }

    TypeText alternatives() {
        if (++depth_ > max_depth)
            return give_up();
        TypeText first = one();
        if (!consume('|')) {
            --depth_;
            return first;
        }
        TypeText type{"|", {std::move(first)}};
        do
            type.arguments.push_back(one());
        while (consume('|'));
        --depth_;
        return type;
    }

    TypeText one() {
        skip_space();
        if (text_.empty())
            return {};
        if (text_.front() == '"' || text_.front() == '\'')
            return quoted();
        if (consume('(')) { // brackets around a long union
            TypeText inner = alternatives();
            consume(')');
            return inner;
        }
        TypeText type;
        if (llvm::isAlpha(text_.front()) || text_.front() == '_' || static_cast<unsigned char>(text_.front()) >= 0x80)
            type.name = dotted_name();
        if (consume('['))
            type.arguments = list(']');
        else if (type.name.empty())
            return give_up();
        return type;
    }

    std::string dotted_name() {
        std::string name;
        do {
            skip_space();
            const llvm::StringRef part = text_.take_while(
                [](char c) { return llvm::isAlnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; });
            text_ = text_.drop_front(part.size());
            name += (name.empty() ? "" : ".") + part.str();
        } while (consume('.'));
        return name;
    }

    /// A list of types up to a bracket; an argument that is no type (`Literal[1]`, a call) is one without a name.
    std::vector<TypeText> list(char close) {
        std::vector<TypeText> items;
        while (!consume(close) && !text_.empty()) {
            items.push_back(alternatives());
            if (skip_to_separator(close))
                items.back() = TypeText();
            consume(',');
        }
        return items;
    }

    /// Skips to the next comma or the closing bracket on this level; whether anything was skipped.
    bool skip_to_separator(char close) {
        bool skipped = false;
        unsigned open = 0;
        for (skip_space(); !text_.empty(); text_ = text_.drop_front()) {
            const char c = text_.front();
            if (open == 0 && (c == ',' || c == close))
                break;
            if (c == '(' || c == '[' || c == '{')
                ++open;
            else if ((c == ')' || c == ']' || c == '}') && open > 0)
                --open;
            skipped |= !llvm::isSpace(c);
        }
        return skipped;
    }

    TypeText quoted() {
        llvm::StringRef quote = text_.take_front(3);
        if (quote != "\"\"\"" && quote != "'''")
            quote = text_.take_front(1);
        const std::size_t end = text_.find(quote, quote.size());
        if (end == llvm::StringRef::npos || depth_ >= max_depth)
            return give_up();
        const llvm::StringRef inner = text_.slice(quote.size(), end);
        text_ = text_.drop_front(end + quote.size());
        return TypeTextParser(inner, depth_ + 1).whole();
    }

    TypeText give_up() {
        // The list around it goes on behind the next separator; outside of a list nothing is left to read.
        return {};
    }

    llvm::StringRef text_;
    unsigned depth_;
};

} // namespace

TypeText parse_type_text(llvm::StringRef text) { return TypeTextParser(text, 0).whole(); }

} // namespace sqlawait
