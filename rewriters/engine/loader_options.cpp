#include "rewriters/engine/loader_options.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// Whether a module imports another one, be it through others: an import the other way round would be a circle.
bool imports_module(const SymbolTable& symbols, ModuleId from, ModuleId wanted) {
    std::vector<ModuleId> open{from};
    llvm::DenseSet<std::uint32_t> seen{from.value};
    while (!open.empty()) {
        const ModuleId at = open.back();
        open.pop_back();
        if (at == wanted)
            return true;
        for (const ModuleId next : symbols.imports(at))
            if (seen.insert(next.value).second)
                open.push_back(next);
    }
    return false;
}

} // namespace

std::string spell_class(const MatchContext& context, Fix& fix, ClassId id) {
    const SymbolTable& symbols = context.facts.symbols;
    const ClassInfo& info = symbols.class_(id);
    const ModuleBindings& bindings = symbols.bindings(context.module.id);
    const auto is_class = [&](const Target& target) {
        return target.kind == Target::Kind::class_ && target.class_ == id;
    };
    // A name that the code at this place sees, and that is bound when it runs: not by a branch, as what only type
    // checkers import.
    const ScopeId here = bindings.scope_of(context.current.id());
    const auto is_bound = [&](DefinitionId definition, ScopeId scope) {
        const Definition& made = bindings.definition(definition);
        Node statement = context.module.tree.node(made.node);
        while (statement.parent() && !statement.parent().is_any(Kind::module, Kind::block))
            statement = statement.parent();
        const SyntaxTree& tree = context.module.tree;
        const NodeId block = statement.parent().id(), at = context.current.id();
        return scope == ScopeId{0} ? statement.parent().is(Kind::module)
                                   : made.node < at && block < at && at < tree.record(block).subtree_end;
    };
    std::string through_module;
    for (ScopeId scope = here;; scope = bindings.scope(scope).parent) {
        for (const SymbolId symbol : bindings.scope(scope).symbols) {
            const Symbol& one = bindings.symbol(symbol);
            if (bindings.lookup(here, one.name) != symbol)
                continue;
            for (const DefinitionId definition : one.definitions) {
                if (!is_bound(definition, scope))
                    continue;
                for (const Target& target : symbols.resolve(context.module.id, definition)) {
                    if (is_class(target))
                        return one.name;
                    if (target.kind == Target::Kind::module && through_module.empty() &&
                        one.name.find('.') == std::string::npos &&
                        llvm::any_of(symbols.member(target.module, info.name), is_class))
                        through_module = one.name + "." + info.name;
                }
            }
        }
        if (scope == ScopeId{0})
            break;
    }
    if (!through_module.empty())
        return through_module;
    if (imports_module(symbols, info.module, context.module.id))
        return "";
    return context.spell(fix, context.facts.module(info.module).name(), info.name);
}

std::string single_key_name(const MatchContext& context, ClassId entity) {
    std::string out;
    if (const ModelInfo* model = context.facts.models.find(entity))
        for (const ColumnInfo& column : model->columns)
            if (column.primary_key && column.name != out) {
                if (!out.empty())
                    return "";
                out = column.name;
            }
    return out;
}

void named_in_options(const MatchContext& context, Node options, std::vector<std::string>& names) {
    const SyntaxTree& tree = options.tree();
    const ModuleBindings& bindings = context.facts.symbols.bindings(context.module.id);
    for (NodeId id = options.id(); id < tree.record(options.id()).subtree_end; ++id) {
        const Node node = tree.node(id);
        if (node.is(Kind::attribute))
            names.push_back(node.child(Field::attribute).text().str());
        if (!node.is(Kind::identifier) || !bindings.is_read(id))
            continue;
        for (const DefinitionId made : bindings.reaching(id)) {
            const Node assignment = tree.node(bindings.definition(made).node);
            if (bindings.definition(made).kind != DefinitionKind::assignment || !assignment.is(Kind::assignment))
                continue;
            const Node value = assignment.child(Field::right);
            for (NodeId part = value.id(); value && part < tree.record(value.id()).subtree_end; ++part)
                if (tree.node(part).is(Kind::attribute))
                    names.push_back(tree.node(part).child(Field::attribute).text().str());
        }
    }
}

std::string loader_options(const MatchContext& context, Fix& fix, llvm::ArrayRef<LoadPath> paths, bool& spelled) {
    std::string out;
    for (const LoadPath& path : paths) {
        std::string option;
        for (const PathStep& step : path) {
            const std::string owner = spell_class(context, fix, step.owner);
            if (owner.empty()) {
                spelled = false;
                return "";
            }
            const std::string loader = step.to_many || step.repeated ? "selectinload" : "joinedload";
            option += (option.empty() ? context.spell(fix, "sqlalchemy.orm", loader) : "." + loader) + "(" + owner +
                      "." + step.relationship + (step.repeated ? ", recursion_depth=-1)" : ")");
        }
        out += (out.empty() ? "" : ", ") + option;
    }
    return out;
}

} // namespace sqlawait
