#include "analysis/linking/linking.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace sqlawait {

namespace {

void print_target(llvm::raw_ostream& os, const Program& program, const SymbolTable& symbols, const Target& target) {
    switch (target.kind) {
    case Target::Kind::module: os << "module " << program.module(target.module).source.path; return;
    case Target::Kind::function: os << "function " << symbols.function(target.function).qualified_name; return;
    case Target::Kind::class_: os << "class " << symbols.class_(target.class_).qualified_name; return;
    case Target::Kind::variable:
        os << "variable " << program.module(target.module).name() << '.'
           << symbols.bindings(target.module).symbol(target.symbol).name;
        return;
    case Target::Kind::external: os << "outside " << target.external; return;
    }
}

void print_module(llvm::raw_ostream& os, const Program& program, const SymbolTable& symbols, const Module& module) {
    const ModuleBindings& bindings = symbols.bindings(module.id);
    os << module.source.path << ": " << llvm::join(module.names, " ") << '\n';
    for (const ModuleId imported : symbols.imports(module.id))
        os << "  imports " << program.module(imported).source.path << '\n';
    for (const SymbolId id : bindings.scope(ScopeId{0}).symbols) {
        const Symbol& symbol = bindings.symbol(id);
        if (symbol.name == "*" || bindings.at_end(id).empty())
            continue;
        os << "  " << symbol.name << " =";
        llvm::ListSeparator comma(",");
        const auto targets = symbols.member(module.id, symbol.name);
        for (const Target& target : targets) {
            os << comma << ' ';
            print_target(os, program, symbols, target);
        }
        os << (targets.empty() ? " ?\n" : "\n");
    }
}

void print_place(llvm::raw_ostream& os, const Program& program, ModuleId module_id, NodeId node) {
    const Module& module = program.module(module_id);
    const LineColumn at = module.source.lines.at(module.tree.node(node).begin());
    os << " [" << module.source.path << ':' << at.line << ':' << at.column << ']';
}

} // namespace

std::string print_symbols(const Program& program, const SymbolTable& symbols) {
    std::string out;
    llvm::raw_string_ostream os(out);
    for (const auto& module : program.modules)
        print_module(os, program, symbols, *module);
    for (const FunctionInfo& function : symbols.functions()) {
        os << (function.is_async ? "async function " : "function ") << function.qualified_name;
        if (function.is_generator)
            os << " generator";
        if (function.owner)
            os << " of " << symbols.class_(function.owner).qualified_name;
        print_place(os, program, function.module, function.node);
        os << '\n';
    }
    for (const ClassInfo& info : symbols.classes()) {
        os << "class " << info.qualified_name;
        print_place(os, program, info.module, info.node);
        os << '\n';
    }
    return out;
}

} // namespace sqlawait
