#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// Runs of neighbouring items that are all entered asynchronously, or all not.
struct Run {
    bool asynchronous = false;
    llvm::SmallVector<Node, 2> items;
};

llvm::SmallVector<Run, 3> runs_of(const MatchContext& context, Node statement) {
    llvm::SmallVector<Run, 3> runs;
    const Node clause = statement.named_child(0);
    for (const Node item : clause.named_children()) {
        if (!item.is(Kind::with_item))
            continue;
        const bool own = context.facts.colours.has_conversion(context.place(item), Conversion::async_with);
        if (runs.empty() || runs.back().asynchronous != own)
            runs.push_back({own, {}});
        runs.back().items.push_back(item);
    }
    return runs;
}

ByteRange range_of(const Run& run) { return {run.items.front().begin(), run.items.back().end()}; }

/// `with a() as x, b() as y: ...` of which only one is asynchronous: blocks inside of each other.
std::vector<Edit> nest(Node statement, llvm::ArrayRef<Run> runs) {
    const SourceText& source = statement.tree().source();
    const Node body = statement.child(Field::body);
    const Node colon = statement.child_token(":");
    const std::string line_start = source.newline_text().str() + indentation_of(statement);
    const std::string step = indentation_step(statement);
    std::string deeper;
    Edit header{{statement.begin(), colon.end()}, {}, Layer::statement};
    for (const Run& run : runs) {
        if (!(run.items.front() == runs.front().items.front())) {
            deeper += step;
            header.pieces.emplace_back(":" + line_start + deeper);
        }
        header.pieces.emplace_back(std::string(run.asynchronous ? "async with " : "with "));
        header.pieces.emplace_back(Hole{range_of(run)});
    }
    std::vector<Edit> edits;
    if (source.lines.at(body.begin()).line == source.lines.at(colon.end()).line) {
        header.range.end = body.begin();
        header.pieces.emplace_back(":" + line_start + deeper + step);
    } else {
        header.pieces.emplace_back(std::string(":"));
    }
    edits = indent_lines(statement.tree(), {colon.end(), statement.end()}, deeper);
    edits.push_back(std::move(header));
    return edits;
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (!context.is_async(node) || node.child_token("async"))
        return;
    const auto runs = runs_of(context, node);
    if (llvm::none_of(runs, [](const Run& run) { return run.asynchronous; }))
        return;
    Fix fix;
    if (runs.size() == 1)
        fix.edits.push_back(insert(node.begin(), "async "));
    else
        fix.edits = nest(node, runs);
    out.push_back(edit_finding(context, node, "the block is entered and left asynchronously", std::move(fix)));
}

const RegisteredRule rule{{.name = "session_scope",
                           .code = "SA202",
                           .summary = "with statements on sessions, transactions and what turns async",
                           .stage = Stage::async,
                           .kinds = {Kind::with_statement},
                           .match = match}};

} // namespace

} // namespace sqlawait
