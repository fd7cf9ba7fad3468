#include "rewriters/engine/import_statements.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

ImportedName read_name(Node node, bool from) {
    ImportedName out;
    out.node = node;
    if (node.is(Kind::aliased_import)) {
        out.name = node.child(Field::name).text().str();
        out.local = node.child(Field::alias).text().str();
        out.aliased = true;
        return out;
    }
    out.name = node.text().str();
    out.local = from ? out.name : llvm::StringRef(out.name).split('.').first.str();
    return out;
}

std::string identity_of(const Facts& facts, llvm::ArrayRef<Target> targets) {
    if (targets.size() != 1)
        return "";
    const Target& target = targets.front();
    const auto number = [](auto id) { return std::to_string(id.value); };
    switch (target.kind) {
    case Target::Kind::module: return "module " + number(target.module);
    case Target::Kind::function: return "function " + number(target.function);
    case Target::Kind::class_: return "class " + number(target.class_);
    case Target::Kind::variable: return "variable " + number(target.module) + " " + number(target.symbol);
    case Target::Kind::external: return target.external.empty() ? "" : facts.knowledge.canonical(target.external);
    }
    return "";
}

} // namespace

std::vector<ImportStatement> read_import_statements(const Facts& facts, ModuleId module) {
    const SyntaxTree& tree = facts.module(module).tree;
    std::vector<ImportStatement> out;
    for (NodeId id = 0; id < tree.size(); ++id) {
        const Node node = tree.node(id);
        if (!node.is_any(Kind::import_statement, Kind::import_from_statement))
            continue;
        ImportStatement statement;
        statement.node = node;
        statement.from = node.is(Kind::import_from_statement);
        statement.top_level = node.parent().is(Kind::module);
        if (const Node from = node.child(Field::module_name); statement.from && from) {
            for (const char c : from.text())
                if (!llvm::isSpace(c))
                    statement.module += c;
            const llvm::StringRef dotted = llvm::StringRef(statement.module).ltrim('.');
            const auto dots = static_cast<unsigned>(statement.module.size() - dotted.size());
            statement.target = facts.symbols.find_module(module, dotted, dots);
        }
        for (const Node child : node.children()) {
            statement.star |= child.is(Kind::wildcard_import);
            if (child.field() == Field::name && child.is_any(Kind::dotted_name, Kind::aliased_import))
                statement.names.push_back(read_name(child, statement.from));
        }
        out.push_back(std::move(statement));
    }
    return out;
}

std::string import_identity(const Facts& facts, ModuleId module, DefinitionId definition) {
    return identity_of(facts, facts.symbols.resolve(module, definition));
}

std::string import_identity(const Facts& facts, ModuleId module, llvm::StringRef from, llvm::StringRef name) {
    const ModuleId target = facts.symbols.find_module(module, from);
    if (!target)
        return name.empty() ? from.str() : facts.knowledge.canonical((from + "." + name).str());
    if (name.empty())
        return "module " + std::to_string(target.value);
    // A name that an edit makes only now is nowhere yet.
    std::string known = identity_of(facts, facts.symbols.member(target, name));
    return known.empty() ? "new " + std::to_string(target.value) + " " + name.str() : known;
}

bool imported_before(llvm::StringRef a, llvm::StringRef b) {
    const auto rank = [](llvm::StringRef name) {
        const bool constant = name.size() > 1 && llvm::none_of(name, [](char c) { return llvm::isLower(c); });
        return constant ? 0 : llvm::isUpper(name.front()) ? 1 : 2;
    };
    if (rank(a) != rank(b))
        return rank(a) < rank(b);
    if (const int order = a.compare_insensitive(b); order != 0)
        return order < 0;
    return a < b;
}

Offset line_after(Node statement) {
    const SourceText& source = statement.tree().source();
    // `import a; x = """` goes on in the next line.
    Node last = statement;
    for (Node next = last.next_sibling(); next; next = next.next_sibling()) {
        if (source.lines.at(next.begin()).line > source.lines.at(last.end()).line)
            break;
        last = next;
    }
    return source.lines.line_begin(source.lines.at(last.end()).line + 1);
}

} // namespace sqlawait
