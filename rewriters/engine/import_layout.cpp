// How a list of imported names is laid out, and edits that keep it so.
#include "rewriters/engine/import_statements.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>

namespace sqlawait {

namespace {

/// Lines of black and ruff end here.
constexpr std::size_t usual_line_length = 88;

using Before = bool (*)(llvm::StringRef, llvm::StringRef);

bool before_in_any_case(llvm::StringRef a, llvm::StringRef b) {
    const int order = a.compare_insensitive(b);
    return order != 0 ? order < 0 : a < b;
}
bool before_in_bytes(llvm::StringRef a, llvm::StringRef b) { return a < b; }

/// The order that the names of a statement follow, or null.
Before order_of(llvm::ArrayRef<ImportedName> names) {
    for (const Before before : {Before(imported_before), Before(before_in_any_case), Before(before_in_bytes)}) {
        bool sorted = true;
        for (std::size_t i = 1; i < names.size(); ++i)
            sorted &= !before(names[i].name, names[i - 1].name);
        if (sorted)
            return before;
    }
    return nullptr;
}

class NameList {
  public:
    NameList(const SourceText& source, const ImportStatement& statement)
        : source_(source), names_(statement.names), statement_(statement.node),
          bracketed_(static_cast<bool>(statement.node.child_token("("))) {
        one_a_line_ = bracketed_;
        for (const ImportedName& name : names_)
            one_a_line_ &= llvm::StringRef(source.text).slice(line_of(name), name.node.begin()).trim().empty();
    }

    std::vector<Edit> change(llvm::ArrayRef<std::size_t> removed, llvm::ArrayRef<std::string> added) {
        std::vector<std::size_t> kept;
        for (std::size_t i = 0; i < names_.size(); ++i)
            if (!llvm::is_contained(removed, i))
                kept.push_back(i);
        if (kept.empty()) {
            const ByteRange all{names_.front().node.begin(), names_.back().node.end()};
            return {replace(all, llvm::join(added, separator(names_.front())))};
        }
        for (const std::size_t index : removed)
            remove(index, kept);
        if (removed.empty() && !fits(added))
            return {wrapped(added)};
        const Before before = order_of(names_);
        for (const std::string& name : added) {
            const auto after = llvm::find_if(
                kept, [&](std::size_t i) { return before != nullptr && before(name_part(name), names_[i].name); });
            if (after != kept.end())
                edits_.push_back(insert(names_[*after].node.begin(), name + separator(names_[*after])));
            else
                append(names_[kept.back()], kept.back() + 1 == names_.size(), name);
        }
        return std::move(edits_);
    }

  private:
    [[nodiscard]] static llvm::StringRef name_part(llvm::StringRef name) { return name.split(' ').first; }
    [[nodiscard]] Offset line_of(const ImportedName& name) const {
        return source_.lines.line_begin(source_.lines.at(name.node.begin()).line);
    }
    [[nodiscard]] llvm::StringRef indent_of(const ImportedName& name) const {
        return llvm::StringRef(source_.text).slice(line_of(name), name.node.begin());
    }
    [[nodiscard]] std::string separator(const ImportedName& beside) const {
        return one_a_line_ ? ("," + source_.newline_text() + indent_of(beside)).str() : ", ";
    }
    /// The comma behind a name, or no node.
    [[nodiscard]] static Node comma_after(const ImportedName& name) {
        for (Node next = name.node.next_sibling(); next; next = next.next_sibling()) {
            if (next.is_token(","))
                return next;
            if (!next.is(Kind::comment))
                break;
        }
        return {};
    }

    void remove(std::size_t index, llvm::ArrayRef<std::size_t> kept) {
        const ImportedName& name = names_[index];
        if (one_a_line_) {
            const unsigned line = source_.lines.at(name.node.end()).line;
            // The closing bracket may stand behind the last name.
            const Offset next = source_.lines.line_begin(line + 1);
            const llvm::StringRef rest = llvm::StringRef(source_.text).slice(name.node.end(), next);
            if (!rest.split('#').first.contains(')')) {
                edits_.push_back(replace({line_of(name), next}, ""));
                return;
            }
        }
        if (index < kept.back()) {
            edits_.push_back(replace({name.node.begin(), names_[index + 1].node.begin()}, ""));
            return;
        }
        const Offset begin = names_[index - 1].node.end();
        edits_.push_back(replace({begin, name.node.end()}, ""));
    }

    void append(const ImportedName& last, bool is_last_of_all, const std::string& name) {
        const Node comma = comma_after(last);
        const Offset end_of_line = line_end(last.node.end());
        if (!one_a_line_ || !comma || comma.end() > end_of_line || !is_last_of_all) {
            // A comment behind the last name stays on that name's line.
            if (one_a_line_ && has_comment(last.node.end(), end_of_line)) {
                if (!comma)
                    edits_.push_back(insert(last.node.end(), ","));
                edits_.push_back(insert(end_of_line, (source_.newline_text() + indent_of(last) + name).str()));
                return;
            }
            edits_.push_back(insert(last.node.end(), separator(last) + name));
            return;
        }
        edits_.push_back(insert(end_of_line, (source_.newline_text() + indent_of(last) + name + ",").str()));
    }

    [[nodiscard]] Offset line_end(Offset at) const {
        const std::size_t end = source_.text.find_first_of("\r\n", at);
        return static_cast<Offset>(end == std::string::npos ? source_.text.size() : end);
    }
    [[nodiscard]] bool has_comment(Offset begin, Offset end) const {
        return llvm::StringRef(source_.text).slice(begin, end).contains('#');
    }

    /// Whether a statement of one line stays within the usual length, or within its own where that is longer.
    [[nodiscard]] bool fits(llvm::ArrayRef<std::string> added) const {
        const unsigned first = source_.lines.at(statement_.begin()).line;
        if (one_a_line_ || first != source_.lines.at(statement_.end()).line)
            return true;
        std::size_t length = statement_.end() - source_.lines.line_begin(first);
        for (const std::string& name : added)
            length += name.size() + 2;
        return length <= usual_line_length;
    }

    /// The names in brackets, one a line, as black and ruff break a line that is too long.
    [[nodiscard]] Edit wrapped(llvm::ArrayRef<std::string> added) const {
        std::vector<std::string> all;
        for (const ImportedName& name : names_)
            all.push_back(name.node.text().str());
        const Before before = order_of(names_);
        for (const std::string& name : added) {
            const auto place = before == nullptr ? all.end() : llvm::find_if(all, [&](const std::string& other) {
                return before(name_part(name), name_part(other));
            });
            all.insert(place, name);
        }
        const Node open = statement_.child_token("(");
        const Node close = statement_.child_token(")");
        const ByteRange range{open ? open.begin() : names_.front().node.begin(),
                              close ? close.end() : names_.back().node.end()};
        const LineColumn place = source_.lines.at(statement_.begin());
        const std::string indent(place.column - 1, ' ');
        std::string text = "(" + source_.newline_text().str();
        for (const std::string& name : all)
            text += indent + "    " + name + "," + source_.newline_text().str();
        return replace(range, text + indent + ")");
    }

    const SourceText& source_;
    const std::vector<ImportedName>& names_;
    Node statement_;
    bool bracketed_ = false;
    bool one_a_line_ = false;
    std::vector<Edit> edits_;
};

Edit without_statement(const SourceText& source, Node statement) {
    const llvm::StringRef text = source.text;
    const unsigned first = source.lines.at(statement.begin()).line;
    Offset begin = source.lines.line_begin(first);
    Offset end = line_after(statement);
    const auto blank = [&](unsigned line) {
        return text.slice(source.lines.line_begin(line), source.lines.line_begin(line + 1)).trim().empty();
    };
    // Of the blank lines above and below one is enough.
    const unsigned next = source.lines.at(end).line;
    if (first > 1 && end < text.size() && blank(first - 1) && blank(next))
        end = source.lines.line_begin(next + 1);
    return replace({begin, end}, "");
}

} // namespace

std::vector<Edit> change_names(const SourceText& source, const ImportStatement& statement,
                               llvm::ArrayRef<std::size_t> removed, std::vector<std::string> added,
                               llvm::StringRef instead) {
    llvm::sort(added, imported_before);
    if (removed.size() == statement.names.size() && added.empty()) {
        if (!instead.empty())
            return {replace(statement.node.range(), instead.str())};
        return {without_statement(source, statement.node)};
    }
    return NameList(source, statement).change(removed, added);
}

std::string import_statement_text(const SourceText& source, llvm::StringRef module, std::vector<std::string> names) {
    llvm::sort(names, imported_before);
    std::string text = ("from " + module + " import " + llvm::join(names, ", ")).str();
    if (text.size() <= usual_line_length || names.size() == 1)
        return text;
    const std::string newline = source.newline_text().str();
    text = ("from " + module + " import (").str() + newline;
    for (const std::string& name : names)
        text += "    " + name + "," + newline;
    return text + ")";
}

} // namespace sqlawait
