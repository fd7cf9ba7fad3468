// How an outside name is spelled in a module.
#include "rewriters/engine/imports.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

ScopeId module_scope(const ModuleBindings& bindings) { return bindings.opened_by(0); }

/// Whether an import is among the first statements of its block: nothing can use the name before it.
bool opens_its_block(Node name) {
    const Node statement = name.ancestor(Kind::import_statement, Kind::import_from_statement);
    for (const Node before : statement.parent().named_children()) {
        if (before == statement)
            return true;
        if (!before.is_any(Kind::import_statement, Kind::import_from_statement) &&
            !(before.is(Kind::expression_statement) && before.named_child(0).is(Kind::string)))
            return false;
    }
    return false;
}

/// An identifier that is a name of its own, not an attribute's or a keyword's.
bool is_plain_name(Node identifier) {
    const Node parent = identifier.parent();
    if (parent.is(Kind::attribute))
        return identifier.field() != Field::attribute;
    if (parent.is(Kind::keyword_argument))
        return identifier.field() != Field::name;
    return !parent.is(Kind::dotted_name);
}

} // namespace

ImportLedger::ImportLedger(const Facts& facts, ModuleId module)
    : facts_(&facts), module_(module), statements_(read_import_statements(facts, module)) {}

std::string ImportLedger::spell(llvm::StringRef from, llvm::StringRef name) { return spelling(from, name).text; }

bool ImportLedger::needs_import(llvm::StringRef from, llvm::StringRef name) { return spelling(from, name).new_import; }

const ImportLedger::Spelling& ImportLedger::spelling(llvm::StringRef from, llvm::StringRef name) {
    const std::pair<std::string, std::string> key(from.str(), name.str());
    const auto known = spelled_.find(key);
    if (known != spelled_.end())
        return known->second;
    return spelled_.emplace(key, find_spelling(from, name)).first->second;
}

ImportLedger::Spelling ImportLedger::find_spelling(llvm::StringRef from, llvm::StringRef name) const {
    if (!name.empty() && facts_->symbols.find_module(module_, from) == module_)
        return {name.str(), false};
    const std::string identity = import_identity(*facts_, module_, from, name);
    if (std::string local = local_name(identity); !local.empty())
        return {std::move(local), false};
    if (name.empty())
        return {from.str(), true};
    if (const std::string path = through_module(from); !path.empty())
        return {path + "." + name.str(), false};
    if (is_free(name))
        return {name.str(), true};
    const std::string alias =
        (from.rsplit('.').second.empty() ? from : from.rsplit('.').second).str() + "_" + name.str();
    std::string free = alias;
    for (unsigned number = 2; !is_free(free); ++number)
        free = alias + "_" + std::to_string(number);
    return {std::move(free), true};
}

/// The name under which the module imports a thing where all of its code sees it, or "".
std::string ImportLedger::local_name(const std::string& identity) const {
    const ModuleBindings& bindings = facts_->symbols.bindings(module_);
    const SyntaxTree& tree = facts_->module(module_).tree;
    if (identity.empty())
        return "";
    for (const SymbolId id : bindings.scope(module_scope(bindings)).symbols) {
        const Symbol& symbol = bindings.symbol(id);
        bool top_level = false;
        const bool same = !symbol.definitions.empty() && llvm::all_of(symbol.definitions, [&](DefinitionId definition) {
            const Definition& info = bindings.definition(definition);
            if (info.kind != DefinitionKind::import_name && info.kind != DefinitionKind::import_module)
                return false;
            // `import a.b` binds `a`, whatever it was written for.
            const Node node = tree.node(info.node);
            if (info.kind == DefinitionKind::import_module && node.is(Kind::dotted_name) && node.text() != symbol.name)
                return false;
            const Node statement = node.ancestor(Kind::import_statement, Kind::import_from_statement);
            top_level |= statement.parent().is(Kind::module);
            return import_identity(*facts_, module_, definition) == identity;
        });
        if (!same || !top_level)
            continue;
        bool shadowed = false;
        for (const Symbol& other : bindings.symbols()) {
            const ScopeKind scope = bindings.scope(other.scope).kind;
            shadowed |= &other != &symbol && other.name == symbol.name && !other.definitions.empty() &&
                        scope != ScopeKind::class_ && !llvm::all_of(other.definitions, [&](DefinitionId definition) {
                            return import_identity(*facts_, module_, definition) == identity &&
                                   opens_its_block(tree.node(bindings.definition(definition).node));
                        });
        }
        if (!shadowed)
            return symbol.name;
    }
    return "";
}

/// How the module itself is spelled ("sa") when that is how this file uses it, or "".
std::string ImportLedger::through_module(llvm::StringRef from) const {
    for (const ImportStatement& statement : statements_)
        if (statement.top_level && statement.from && statement.module == from)
            return "";
    if (std::string local = local_name(import_identity(*facts_, module_, from, "")); !local.empty())
        return local;
    for (const ImportStatement& statement : statements_)
        for (const ImportedName& name : statement.names)
            if (statement.top_level && !statement.from && !name.aliased && name.name == from &&
                llvm::count_if(facts_->symbols.bindings(module_).symbols(),
                               [&](const Symbol& symbol) { return symbol.name == name.local; }) == 1)
                return name.name;
    return "";
}

/// Whether an import can bind the name at the top of the module without changing what any code means.
bool ImportLedger::is_free(llvm::StringRef name) const {
    for (const auto& [need, spelling] : spelled_)
        if (spelling.text == name)
            return false;
    const ModuleBindings& bindings = facts_->symbols.bindings(module_);
    for (const Symbol& symbol : bindings.symbols()) {
        const Scope& scope = bindings.scope(symbol.scope);
        if (symbol.name == name && scope.kind != ScopeKind::class_)
            return false;
    }
    // A builtin, or a name that a star import may bring.
    const SyntaxTree& tree = facts_->module(module_).tree;
    for (NodeId id = 0; id < tree.size(); ++id)
        if (tree.record(id).kind == Kind::identifier && tree.node(id).text() == name && !bindings.symbol_at(id) &&
            is_plain_name(tree.node(id)))
            return false;
    return true;
}

} // namespace sqlawait
