#include "rewriters/manifests/toml_layout.h"

#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

class Reader {
  public:
    explicit Reader(llvm::StringRef text) : text_(text) {}

    TomlLayout run() {
        std::string table;
        while (skip_blank(), at_ < text_.size()) {
            if (text_[at_] == '[') {
                const std::size_t brackets = text_.substr(at_).starts_with("[[") ? 2 : 1;
                at_ += brackets;
                table = key(']');
                at_ = std::min(text_.find('\n', at_), text_.size());
                const Offset end = static_cast<Offset>(at_ > 0 && text_[at_ - 1] == '\r' ? at_ - 1 : at_);
                layout_.headers.push_back({table, end});
                continue;
            }
            TomlEntry entry;
            entry.table = table;
            const std::size_t begin = at_;
            entry.key = key('=');
            if (at_ >= text_.size() || text_[at_] != '=')
                break;
            ++at_;
            skip_spaces();
            const std::size_t value = at_;
            skip_value(entry, text_.substr(at_).starts_with("["));
            entry.value = {static_cast<Offset>(value), static_cast<Offset>(at_)};
            entry.line = {static_cast<Offset>(begin), static_cast<Offset>(at_)};
            layout_.entries.push_back(std::move(entry));
            at_ = std::min(text_.find('\n', at_), text_.size());
        }
        return std::move(layout_);
    }

  private:
    void skip_spaces() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t'))
            ++at_;
    }

    void skip_blank() {
        while (at_ < text_.size()) {
            if (text_[at_] == '#')
                at_ = std::min(text_.find('\n', at_), text_.size());
            else if (llvm::isSpace(text_[at_]))
                ++at_;
            else
                return;
        }
    }

    /// A dotted key up to a character outside of quotes, which is not passed.
    std::string key(char end) {
        std::string out;
        while (at_ < text_.size() && text_[at_] != end && text_[at_] != '\n') {
            const char c = text_[at_];
            if (c == '"' || c == '\'') {
                const std::size_t from = at_ + 1;
                skip_string();
                out += text_.slice(from, at_ - 1).str();
                continue;
            }
            if (!llvm::isSpace(c))
                out += c;
            ++at_;
        }
        return out;
    }

    void skip_string() {
        const char quote = text_[at_];
        const std::string three(3, quote);
        if (text_.substr(at_).starts_with(three)) {
            const std::size_t end = text_.find(three, at_ + 3);
            at_ = end == llvm::StringRef::npos ? text_.size() : end + 3;
            return;
        }
        for (++at_; at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n'; ++at_)
            if (text_[at_] == '\\' && quote == '"')
                ++at_;
        at_ = std::min(at_ + 1, text_.size());
    }

    void skip_value(TomlEntry& entry, bool array) {
        int depth = 0;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '"' || c == '\'') {
                const auto begin = static_cast<Offset>(at_);
                skip_string();
                if (array && depth == 1)
                    entry.strings.push_back({begin, static_cast<Offset>(at_)});
                if (depth == 0)
                    return;
                continue;
            }
            if (c == '#') {
                if (depth == 0)
                    return;
                at_ = std::min(text_.find('\n', at_), text_.size());
                continue;
            }
            if (depth == 0 && c == '\n')
                return;
            if (c == '[' || c == '{')
                ++depth;
            ++at_;
            if ((c == ']' || c == '}') && --depth == 0)
                return;
        }
    }

    llvm::StringRef text_;
    std::size_t at_ = 0;
    TomlLayout layout_;
};

} // namespace

TomlLayout toml_layout(llvm::StringRef text) { return Reader(text).run(); }

} // namespace sqlawait
