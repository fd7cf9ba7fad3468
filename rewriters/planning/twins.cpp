#include "rewriters/planning/twins.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

Offset end_of_line(const SourceText& source, Offset at) {
    const std::size_t end = source.text.find_first_of("\r\n", at);
    return static_cast<Offset>(end == std::string::npos ? source.text.size() : end);
}

/// The end of what belongs to a definition: its last line with the comment there, and the comment lines
/// behind it that are indented deeper than the `def`.
Offset end_with_comments(const SourceText& source, Node node) {
    const unsigned column = source.lines.at(node.begin()).column;
    Offset end = end_of_line(source, node.end());
    for (unsigned line = source.lines.at(end).line + 1; line <= source.lines.line_count(); ++line) {
        const Offset begin = source.lines.line_begin(line);
        const llvm::StringRef text = llvm::StringRef(source.text).slice(begin, end_of_line(source, begin));
        const llvm::StringRef code = text.ltrim(" \t");
        if (code.empty())
            continue;
        if (code.front() != '#' || text.size() - code.size() < column)
            break;
        end = end_of_line(source, begin);
    }
    return end;
}

} // namespace

namespace {

/// What tells the two forms apart: their names, and what stands there.
struct Names {
    llvm::StringRef plain, sync, async;
    Node definition;
};

Names names_of(const Facts& facts, const TwinSource& source) {
    const Node definition =
        source.node.is(Kind::decorated_definition) ? source.node.child(Field::definition) : source.node;
    if (source.class_) {
        const ColouredClass& colour = facts.colours.class_(source.class_);
        return {facts.symbols.class_(source.class_).name, colour.sync_name, colour.async_name, definition};
    }
    const ColouredFunction& colour = facts.colours.function(source.function);
    return {facts.symbols.function(source.function).name, colour.sync_name, colour.async_name, definition};
}

} // namespace

Edit twin_insertion(const Facts& facts, const TwinSource& source, llvm::ArrayRef<Edit> edits) {
    const Names names = names_of(facts, source);
    const SourceText& text = source.node.tree().source();

    std::vector<Edit> own(edits.begin(), edits.end());
    if (source.function && !facts.colours.function(source.function).switched)
        for (const Place registration : facts.colours.function(source.function).registrations) {
            const Node decorator = source.node.tree().node(registration.node);
            const ByteRange line{decorator.begin(), decorator.next_sibling().begin()};
            llvm::erase_if(own, [&](const Edit& edit) { return line.contains(edit.range); });
            own.push_back(replace(line, ""));
        }
    if (!names.sync.empty() && names.sync != names.plain)
        own.push_back(replace(names.definition.child(Field::name).range(), names.sync.str()));

    const Offset line = text.lines.line_begin(text.lines.at(source.node.begin()).line);
    const Offset end = end_with_comments(text, source.node);
    const std::string indent = text.slice({line, source.node.begin()}).str();
    const std::string newline = text.newline_text().str();
    const std::string gap = indent.empty() ? newline + newline : newline; // PEP 8
    const std::string copy = indent + render(text, {source.node.begin(), end}, own);
    const bool sync_first = names.sync == names.plain && names.async != names.plain;
    return sync_first ? insert(line, copy + newline + gap) : insert(end, newline + gap + copy);
}

} // namespace sqlawait
