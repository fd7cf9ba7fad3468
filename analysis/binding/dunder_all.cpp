// `__all__`: what `from module import *` brings, as far as it is written out.
#include "analysis/binding/binder.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace sqlawait {

namespace {

/// The text of a plain string literal, or nothing for bytes and formatted ones.
std::optional<std::string> plain_string(Node node) {
    if (!node.is(Kind::string))
        return std::nullopt;
    std::string out;
    for (const Node part : node.named_children()) {
        if (part.is(Kind::string_start) && part.text().find_first_of("bBfFtT") != llvm::StringRef::npos)
            return std::nullopt;
        if (part.is(Kind::string_content))
            out += part.text();
    }
    return out;
}

/// Appends the strings of a list, a tuple or a sum of such; gives false for anything else.
bool append_strings(Node node, std::vector<std::string>& out) {
    switch (node.kind()) {
    case Kind::list:
    case Kind::tuple:
    case Kind::expression_list:
        for (const Node part : node.named_children()) {
            auto text = plain_string(part);
            if (!text)
                return false;
            out.push_back(std::move(*text));
        }
        return true;
    case Kind::parenthesized_expression: return append_strings(node.named_child(0), out);
    case Kind::binary_operator:
        return node.child(Field::operator_).is_token("+") && append_strings(node.child(Field::left), out) &&
               append_strings(node.child(Field::right), out);
    default: return false;
    }
}

/// `__all__.extend([...])`, `.append("x")`, `.remove("x")`; other uses of the name change nothing.
bool apply_method(Node name, std::vector<std::string>& out) {
    const Node attribute = name.parent();
    const Node call = attribute.parent();
    if (!attribute.is(Kind::attribute) || !call.is(Kind::call) || call.child(Field::function) != attribute)
        return true;
    const llvm::StringRef method = attribute.child(Field::attribute).text();
    const Node argument = call.child(Field::arguments).named_child(0);
    if (method == "extend")
        return append_strings(argument, out);
    if (method != "append" && method != "remove")
        return !llvm::is_contained({"insert", "pop", "clear"}, method);
    auto text = plain_string(argument);
    if (!text)
        return false;
    if (method == "append")
        out.push_back(std::move(*text));
    else
        std::erase(out, *text);
    return true;
}

} // namespace

std::optional<std::vector<std::string>> read_dunder_all(const SyntaxTree& tree, const ModuleBindings& bindings) {
    const auto& names = bindings.scope(ScopeId{0}).by_name;
    const auto found = names.find("__all__");
    if (found == names.end())
        return std::nullopt;
    const Symbol& symbol = bindings.symbol(found->second);
    // Assignments and method calls in the order in which they stand.
    std::vector<NodeId> places(symbol.references);
    for (const DefinitionId id : symbol.definitions)
        places.push_back(bindings.definition(id).name);
    llvm::sort(places);
    places.erase(std::unique(places.begin(), places.end()), places.end());
    std::vector<std::string> out;
    for (const NodeId place : places) {
        if (bindings.scope_of(place) != ScopeId{0})
            return std::nullopt;
        const DefinitionId id = bindings.definition_at(place);
        if (!id) {
            if (!apply_method(tree.node(place), out))
                return std::nullopt;
            continue;
        }
        const Definition& definition = bindings.definition(id);
        const Node node = tree.node(definition.node);
        if (definition.kind == DefinitionKind::assignment && node.child(Field::left).id() == place)
            out.clear();
        else if (definition.kind != DefinitionKind::augmented || !node.child_token("+="))
            return std::nullopt;
        if (!append_strings(node.child(Field::right), out))
            return std::nullopt;
    }
    return out;
}

} // namespace sqlawait
