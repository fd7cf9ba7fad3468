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

std::string ImportLedger::spell(llvm::StringRef from, llvm::StringRef name, Node at) {
    return spelling(from, name, at).text;
}

bool ImportLedger::needs_import(llvm::StringRef from, llvm::StringRef name, Node at) {
    return spelling(from, name, at).new_import;
}

const ImportLedger::Spelling& ImportLedger::spelling(llvm::StringRef from, llvm::StringRef name, Node at) {
    std::deque<Spelling>& known = spelled_[{from.str(), name.str()}];
    const std::string identity = import_identity(*facts_, module_, from, name);
    for (const Spelling& spelling : known)
        if (!is_shadowed(llvm::StringRef(spelling.text).split('.').first, identity, at))
            return spelling;
    known.push_back(find_spelling(from, name, at));
    return known.back();
}

/// The alias that the module's other imports from there suggest: `Tag as TagORM` beside `Book as BookORM`.
std::optional<std::string> ImportLedger::alias_like_others(ModuleId target, llvm::StringRef from,
                                                           llvm::StringRef name) const {
    std::optional<std::pair<std::string, std::string>> around;
    for (const ImportStatement& statement : statements_) {
        if (!statement.from || (statement.module != from && !(target && statement.target == target)))
            continue;
        for (const ImportedName& other : statement.names) {
            const std::size_t at = llvm::StringRef(other.local).find(other.name);
            if (!other.aliased || other.local == other.name || at == llvm::StringRef::npos)
                continue;
            std::pair<std::string, std::string> found(other.local.substr(0, at),
                                                      other.local.substr(at + other.name.size()));
            if (around && *around != found)
                return std::nullopt;
            around = std::move(found);
        }
    }
    if (!around)
        return std::nullopt;
    return around->first + name.str() + around->second;
}

ImportLedger::Spelling ImportLedger::find_spelling(llvm::StringRef from, llvm::StringRef name, Node at) const {
    const std::string identity = import_identity(*facts_, module_, from, name);
    if (!name.empty() && facts_->symbols.find_module(module_, from) == module_)
        return {name.str(), false};
    if (std::string local = local_name(identity, at); !local.empty())
        return {std::move(local), false};
    if (name.empty())
        return {from.str(), true};
    if (const std::string path = through_module(from, at); !path.empty())
        return {path + "." + name.str(), false};
    if (is_free(name, at))
        return {name.str(), true};
    const llvm::StringRef last = from.substr(from.rfind('.') + 1);
    const std::string alias =
        alias_like_others(facts_->symbols.find_module(module_, from), from, name).value_or((last + "_" + name).str());
    std::string free = alias;
    for (unsigned number = 2; !is_free(free, at); ++number)
        free = alias + "_" + std::to_string(number);
    return {std::move(free), true};
}

/// Whether code at the place, or somewhere inside of it, does not see the module's name but one of its own.
bool ImportLedger::is_shadowed(llvm::StringRef name, const std::string& identity, Node at) const {
    const ModuleBindings& bindings = facts_->symbols.bindings(module_);
    const SyntaxTree& tree = facts_->module(module_).tree;
    return llvm::any_of(bindings.symbols(), [&](const Symbol& symbol) {
        if (symbol.name != name || symbol.definitions.empty())
            return false;
        const Scope& scope = bindings.scope(symbol.scope);
        if (scope.kind == ScopeKind::module || scope.kind == ScopeKind::class_)
            return false;
        const Node opened = tree.node(scope.node);
        if (at && !at.inside(opened) && !opened.inside(at))
            return false;
        // An import of the same thing does no harm where nothing can stand before it.
        return !llvm::all_of(symbol.definitions, [&](DefinitionId definition) {
            return !identity.empty() && import_identity(*facts_, module_, definition) == identity &&
                   opens_its_block(tree.node(bindings.definition(definition).node));
        });
    });
}

/// The name under which the module imports a thing where the code at a place sees it, or "".
std::string ImportLedger::local_name(const std::string& identity, Node at) const {
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
        if (same && top_level && !is_shadowed(symbol.name, identity, at))
            return symbol.name;
    }
    return "";
}

/// How the module itself is spelled ("sa") when that is how this file uses it, or "".
std::string ImportLedger::through_module(llvm::StringRef from, Node at) const {
    for (const ImportStatement& statement : statements_)
        if (statement.top_level && statement.from && statement.module == from)
            return "";
    if (std::string local = local_name(import_identity(*facts_, module_, from, ""), at); !local.empty())
        return local;
    for (const ImportStatement& statement : statements_)
        for (const ImportedName& name : statement.names)
            if (statement.top_level && !statement.from && !name.aliased && name.name == from &&
                !is_shadowed(name.local, "", at))
                return name.name;
    return "";
}

/// Whether an import can bind the name at the top of the module without changing what any code means, and the
/// code at the place sees it.
bool ImportLedger::is_free(llvm::StringRef name, Node at) const {
    for (const auto& [need, spellings] : spelled_)
        for (const Spelling& spelling : spellings)
            if (spelling.text == name)
                return false;
    const ModuleBindings& bindings = facts_->symbols.bindings(module_);
    const Scope& module = bindings.scope(module_scope(bindings));
    if (module.by_name.contains(name) || is_shadowed(name, "", at))
        return false;
    // A builtin, or a name that a star import may bring.
    const SyntaxTree& tree = facts_->module(module_).tree;
    for (NodeId id = 0; id < tree.size(); ++id)
        if (tree.record(id).kind == Kind::identifier && tree.node(id).text() == name && !bindings.symbol_at(id) &&
            is_plain_name(tree.node(id)))
            return false;
    return true;
}

} // namespace sqlawait
