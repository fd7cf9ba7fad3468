#include "analysis/models/column_mentions.h"

#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

bool starts_name(char c) { return llvm::isAlpha(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
bool continues_name(char c) { return starts_name(c) || llvm::isDigit(c); }

} // namespace

std::vector<ColumnMention> mentioned_columns(llvm::StringRef expression) {
    std::vector<ColumnMention> mentions;
    llvm::StringRef rest = expression;
    // For each open bracket whether it is that of foreign(...) or remote(...).
    struct Bracket {
        bool foreign = false;
        bool remote = false;
    };
    llvm::SmallVector<Bracket, 8> open{{}};
    while (!rest.empty()) {
        const char c = rest.front();
        if (c == '"' || c == '\'') { // a value that columns are compared with
            const std::size_t end = rest.find(c, 1);
            rest = end == llvm::StringRef::npos ? "" : rest.drop_front(end + 1);
            continue;
        }
        if (c == '(' || c == '[')
            open.push_back(open.back());
        else if ((c == ')' || c == ']') && open.size() > 1)
            open.pop_back();
        if (!starts_name(c)) {
            rest = rest.drop_front(llvm::isDigit(c) ? rest.take_while(continues_name).size() : 1);
            continue;
        }
        llvm::StringRef name = rest.take_while([](char d) { return continues_name(d) || d == '.'; });
        rest = rest.drop_front(name.size());
        if (rest.ltrim().starts_with("(")) { // a call: of a method of a column, or of a function
            const llvm::StringRef function = name.contains('.') ? name.rsplit('.').second : name;
            Bracket bracket = open.back();
            bracket.foreign |= function == "foreign";
            bracket.remote |= function == "remote";
            open.push_back(bracket);
            rest = rest.ltrim().drop_front();
            if (bracket.foreign != open[open.size() - 2].foreign || bracket.remote != open[open.size() - 2].remote)
                continue;
            name = name.contains('.') ? name.rsplit('.').first : "";
            if (!name.contains('.')) // and_(), func.lower(): of no column
                continue;
        } else if (rest.ltrim().starts_with("=") && !rest.ltrim().starts_with("==")) {
            continue; // the name of a keyword argument
        }
        ColumnMention mention;
        std::tie(mention.qualifier, mention.name) = [&]() -> std::pair<std::string, std::string> {
            if (!name.contains('.'))
                return {"", name.str()};
            const auto [head, last] = name.rsplit('.');
            return {head.str(), last.str()};
        }();
        mention.foreign = open.back().foreign;
        mention.remote = open.back().remote;
        mentions.push_back(std::move(mention));
    }
    return mentions;
}

std::vector<ColumnMention> mentioned_columns(const Vocabulary& vocabulary, Place argument) {
    Node node = without_brackets(vocabulary.node(argument));
    if (node.is(Kind::lambda))
        node = node.child(Field::body);
    if (node.is_any(Kind::string, Kind::concatenated_string))
        return mentioned_columns(vocabulary.string_value(argument).value_or(""));
    std::vector<ColumnMention> mentions;
    if (node.is_any(Kind::list, Kind::tuple, Kind::set)) { // whose elements may be in quotes
        for (const Node element : node.named_children())
            for (ColumnMention& mention : mentioned_columns(vocabulary, {argument.module, element.id()}))
                mentions.push_back(std::move(mention));
        return mentions;
    }
    return mentioned_columns(node.text());
}

} // namespace sqlawait
