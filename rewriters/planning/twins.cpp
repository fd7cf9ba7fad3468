#include "rewriters/planning/twins.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

Offset end_of_line(const SourceText& source, Offset at) {
    const std::size_t end = source.text.find_first_of("\r\n", at);
    return static_cast<Offset>(end == std::string::npos ? source.text.size() : end);
}

/// The end of what belongs to a function: its last line with the comment there, and the comment lines
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

Edit twin_insertion(const Facts& facts, const TwinSource& source, llvm::ArrayRef<Edit> edits) {
    const FunctionInfo& function = facts.symbols.function(source.function);
    const ColouredFunction& colour = facts.colours.function(source.function);
    const Module& module = facts.module(function.module);
    const SourceText& text = module.source;

    std::vector<Edit> own(edits.begin(), edits.end());
    for (const Place registration : colour.registrations) {
        const Node decorator = module.tree.node(registration.node);
        const ByteRange line{decorator.begin(), decorator.next_sibling().begin()};
        llvm::erase_if(own, [&](const Edit& edit) { return line.contains(edit.range); });
        own.push_back(replace(line, ""));
    }
    const Node name = module.tree.node(function.node).child(Field::name);
    if (!colour.sync_name.empty() && colour.sync_name != function.name)
        own.push_back(replace(name.range(), colour.sync_name));

    const Offset line = text.lines.line_begin(text.lines.at(source.node.begin()).line);
    const Offset end = end_with_comments(text, source.node);
    const std::string indent = text.slice({line, source.node.begin()}).str();
    const std::string newline = text.newline_text().str();
    const std::string gap = indent.empty() ? newline + newline : newline; // PEP 8
    const std::string copy = indent + render(text, {source.node.begin(), end}, own);
    const bool sync_first = colour.sync_name == function.name && colour.async_name != function.name;
    return sync_first ? insert(line, copy + newline + gap) : insert(end, newline + gap + copy);
}

} // namespace sqlawait
