// `--print calls`: one line an edge, then entries and families.
#include "analysis/calls/calls.h"

#include "llvm/Support/raw_ostream.h"

namespace sqlawait {

namespace {

llvm::StringRef kind_of(CallEdge::Kind kind) {
    switch (kind) {
    case CallEdge::Kind::call: return "call";
    case CallEdge::Kind::dependency: return "dependency";
    case CallEdge::Kind::reference: return "reference";
    case CallEdge::Kind::property: return "property";
    case CallEdge::Kind::decorator: return "decorator";
    case CallEdge::Kind::override_: return "override";
    case CallEdge::Kind::context: return "context";
    case CallEdge::Kind::iteration: return "iteration";
    case CallEdge::Kind::operator_: return "operator";
    case CallEdge::Kind::truth: return "truth";
    }
    return "";
}

} // namespace

std::string print_calls(const Program& program, const SymbolTable& symbols, const CallGraph& calls) {
    std::string text;
    llvm::raw_string_ostream out(text);
    for (const CallEdge& edge : calls.edges()) {
        const Module& module = program.module(edge.place.module);
        const LineColumn at = module.source.lines.at(module.tree.node(edge.place.node).begin());
        out << module.source.path << ":" << at.line << ":" << at.column << ": "
            << (edge.caller ? symbols.function(edge.caller).qualified_name : "<module>") << " -> "
            << symbols.function(edge.callee).qualified_name << " " << kind_of(edge.kind);
        if (edge.kind == CallEdge::Kind::reference)
            out << " " << entry_name(edge.entry);
        out << (edge.direct ? "" : " indirect") << "\n";
    }
    for (const FunctionInfo& function : symbols.functions())
        if (const EntryPoint& entry = calls.entry(function.id); entry.entry != Entry::none)
            out << "entry " << function.qualified_name << " " << entry_name(entry.entry) << ": " << entry.reason
                << "\n";
    for (const FunctionInfo& function : symbols.functions()) {
        const auto family = calls.family(function.id);
        if (family.size() < 2 || family.front() != function.id)
            continue;
        out << "family";
        for (const FunctionId id : family)
            out << " " << symbols.function(id).qualified_name;
        out << "\n";
    }
    return text;
}

} // namespace sqlawait
