#include "analysis/binding/binding.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <map>
#include <set>

namespace sqlawait {

namespace {

llvm::StringRef kind_text(DefinitionKind kind) {
    switch (kind) {
    case DefinitionKind::parameter: return "parameter";
    case DefinitionKind::assignment: return "assignment";
    case DefinitionKind::augmented: return "augmented";
    case DefinitionKind::declaration: return "declaration";
    case DefinitionKind::for_target: return "for";
    case DefinitionKind::with_target: return "with";
    case DefinitionKind::except_name: return "except";
    case DefinitionKind::import_module: return "import";
    case DefinitionKind::import_name: return "from-import";
    case DefinitionKind::import_star: return "star-import";
    case DefinitionKind::function: return "function";
    case DefinitionKind::class_: return "class";
    case DefinitionKind::walrus: return "walrus";
    case DefinitionKind::match_capture: return "capture";
    case DefinitionKind::type_alias: return "type";
    case DefinitionKind::type_parameter: return "type-parameter";
    case DefinitionKind::deletion: return "deletion";
    }
    return "?";
}

class Printer {
  public:
    Printer(const SyntaxTree& tree, const ModuleBindings& bindings) : tree_(tree), bindings_(bindings), os_(out_) {}

    std::string print() {
        collect_reads();
        for (std::uint32_t i = 0; i < bindings_.scopes().size(); ++i)
            print_scope(ScopeId{i});
        if (const auto* all = bindings_.dunder_all())
            os_ << "__all__: " << llvm::join(*all, " ") << '\n';
        return std::move(out_);
    }

  private:
    void place(NodeId node) {
        const LineColumn at = tree_.source().lines.at(tree_.node(node).begin());
        os_ << at.line << ':' << at.column;
    }

    /// `module`, or as `class A@3/function f@4`: what opens each scope, and on which line.
    void path(ScopeId id) {
        const Scope& scope = bindings_.scope(id);
        if (!scope.parent) {
            os_ << "module";
            return;
        }
        if (bindings_.scope(scope.parent).parent) {
            path(scope.parent);
            os_ << '/';
        }
        const Node node = tree_.node(scope.node);
        switch (scope.kind) {
        case ScopeKind::module: break;
        case ScopeKind::class_: os_ << "class " << node.child(Field::name).text(); break;
        case ScopeKind::function: os_ << "function " << node.child(Field::name).text(); break;
        case ScopeKind::lambda: os_ << "lambda"; break;
        case ScopeKind::comprehension: os_ << kind_name(node.kind()); break;
        case ScopeKind::type_parameters: os_ << "type parameters"; break;
        }
        os_ << '@' << tree_.source().lines.at(node.begin()).line;
    }

    void collect_reads() {
        for (NodeId id = 0; id < tree_.size(); ++id) {
            if (!bindings_.is_read(id))
                continue;
            const SymbolId symbol = bindings_.symbol_at(id);
            const ScopeId scope = bindings_.scope_of(id);
            const ScopeId owner = symbol ? bindings_.symbol(symbol).scope : ScopeId();
            if (owner != scope)
                outer_reads_[scope].insert({owner, tree_.node(id).text()});
        }
    }

    void print_scope(ScopeId id) {
        path(id);
        const Scope& scope = bindings_.scope(id);
        if (scope.has_yield)
            os_ << " yields";
        if (scope.has_await)
            os_ << " awaits";
        os_ << '\n';
        ScopeId owner;
        bool first = true;
        for (const auto& [from, name] : outer_reads_[id]) {
            if (first || owner != from) {
                os_ << (first ? "" : "\n") << "  from ";
                if (from)
                    path(from);
                else
                    os_ << "nowhere";
                os_ << ':';
            }
            os_ << ' ' << name;
            owner = from;
            first = false;
        }
        if (!first)
            os_ << '\n';
        for (const SymbolId symbol : scope.symbols)
            print_symbol(symbol);
    }

    void print_symbol(SymbolId id) {
        const Symbol& symbol = bindings_.symbol(id);
        os_ << "  " << symbol.name << ':';
        for (const DefinitionId definition : symbol.definitions) {
            os_ << ' ' << kind_text(bindings_.definition(definition).kind) << ' ';
            place(bindings_.definition(definition).name);
        }
        if (symbol.definitions.empty())
            os_ << " never bound";
        llvm::ListSeparator comma(", ");
        if (!symbol.references.empty())
            os_ << "; read ";
        for (const NodeId read : symbol.references) {
            os_ << comma;
            place(read);
            os_ << " <-";
            for (const DefinitionId definition : bindings_.reaching(read)) {
                os_ << ' ';
                place(bindings_.definition(definition).name);
            }
            if (bindings_.reaching(read).empty())
                os_ << " nothing";
        }
        os_ << '\n';
    }

    const SyntaxTree& tree_;
    const ModuleBindings& bindings_;
    std::string out_;
    llvm::raw_string_ostream os_;
    std::map<ScopeId, std::set<std::pair<ScopeId, llvm::StringRef>>> outer_reads_;
};

} // namespace

std::string print_bindings(const SyntaxTree& tree, const ModuleBindings& bindings) {
    return Printer(tree, bindings).print();
}

} // namespace sqlawait
