#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

std::string group_of(const MatchContext& context, ClassId id) {
    for (const FunctionId method : context.facts.symbols.class_(id).methods)
        return context.facts.colours.group(method);
    return context.facts.colours.group(FunctionId());
}

/// The forms of a class that a text may mean.
struct Meant {
    bool sync = false, async = false;
};

Meant meant_around(const MatchContext& context, Node node) {
    const FunctionId owner = text_owner(context, node);
    if (owner && context.rendering == Rendering::in_place) {
        const ColouredFunction& function = context.facts.colours.function(owner);
        if (function.form.twin() && !function.io && !context.facts.colours.twin_class_of(context.facts.symbols, owner))
            return {.sync = true, .async = true};
    }
    const bool async = writes_async(context, node);
    return {.sync = !async, .async = async};
}

Meant meant(const MatchContext& context, Node node, const ColourTable::NamedClass& named) {
    if (named.sync || named.async || named.either)
        return {.sync = named.sync || named.either, .async = named.async || named.either};
    return meant_around(context, node);
}

/// Whether `Service | ServiceSync`, or a tuple of both, stands there already.
bool names_both(Node node, llvm::StringRef other) {
    Node whole = node;
    while (whole.parent().is_any(Kind::binary_operator, Kind::union_type, Kind::tuple, Kind::type))
        whole = whole.parent();
    const SyntaxTree& tree = whole.tree();
    for (NodeId id = whole.id(); id < tree.record(whole.id()).subtree_end; ++id)
        if (tree.node(id).is(Kind::identifier) && tree.node(id).text() == other)
            return true;
    return false;
}

/// `service: Service`, `isinstance(x, Service)`: what one text says for both forms of a class.
void match_name(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const auto* named = context.facts.colours.named_class(context.place(node));
    if (named == nullptr)
        return;
    const ClassInfo& info = context.facts.symbols.class_(named->class_);
    const ColouredClass& colour = context.facts.colours.class_(named->class_);
    const Meant forms = meant(context, node, *named);
    Fix fix;
    if (forms.sync && forms.async) {
        if (names_both(node, info.name == colour.sync_name ? colour.async_name : colour.sync_name))
            return;
        const std::string both[] = {spell_use(context, node, info.module, colour.async_name, fix),
                                    spell_use(context, node, info.module, colour.sync_name, fix)};
        const Node parent = node.parent();
        const Node callee = parent.is(Kind::argument_list) ? parent.parent().child(Field::function) : Node();
        if (node.ancestor(Kind::type) || parent.is(Kind::subscript))
            fix.edits.push_back(replace(node.range(), both[0] + " | " + both[1]));
        else if (parent.is(Kind::tuple))
            fix.edits.push_back(replace(node.range(), both[0] + ", " + both[1]));
        else if (callee.is(Kind::identifier) && callee.text().starts_with("is"))
            fix.edits.push_back(replace(node.range(), "(" + both[0] + ", " + both[1] + ")"));
        else
            return;
    } else if (const std::string& wanted = forms.async ? colour.async_name : colour.sync_name; wanted != info.name) {
        rename_use(context, node, info.module, wanted, fix);
    } else {
        return;
    }
    out.push_back(edit_finding(context, node,
                               forms.sync && forms.async ? "either form of '" + info.name + "' may come here"
                               : forms.async             ? "the async form of '" + info.name + "' is meant"
                                                         : "the sync form of '" + info.name + "' is meant",
                               std::move(fix)));
}

/// The class with two forms that a word in a quoted annotation means.
ClassId class_meant(const MatchContext& context, llvm::StringRef word) {
    const SymbolTable& symbols = context.facts.symbols;
    const SymbolId symbol = symbols.bindings(context.module.id).lookup(ScopeId{0}, word);
    if (!symbol)
        return {};
    for (const DefinitionId definition : symbols.bindings(context.module.id).symbol(symbol).definitions)
        for (const Target& target : symbols.resolve(context.module.id, definition))
            if (target.kind == Target::Kind::class_)
                if (const ColouredClass& colour = context.facts.colours.class_(target.class_);
                    colour.twin || colour.beside)
                    return target.class_;
    return {};
}

/// The same of a word that stands behind the dotted name of a module: `"quetz.dao.Dao"`.
ClassId class_meant_in(const MatchContext& context, llvm::StringRef module, llvm::StringRef word) {
    const SymbolTable& symbols = context.facts.symbols;
    const ModuleId home = symbols.find_module(context.module.id, module);
    if (!home)
        return {};
    for (const Target& target : symbols.member(home, word))
        if (target.kind == Target::Kind::class_ && symbols.class_(target.class_).module == home)
            if (const ColouredClass& colour = context.facts.colours.class_(target.class_); colour.twin || colour.beside)
                return target.class_;
    return {};
}

/// Where a name is bound in a module: its import or its definition.
Node binding_of(const MatchContext& context, llvm::StringRef word) {
    const ModuleBindings& bindings = context.facts.symbols.bindings(context.module.id);
    const SymbolId symbol = bindings.lookup(ScopeId{0}, word);
    return context.module.tree.node(bindings.definition(bindings.symbol(symbol).definitions.front()).node);
}

/// How a quoted annotation spells another name of the module that a word of it comes from. What only annotations name
/// is imported beside it, be it under `if TYPE_CHECKING:`.
std::string spell_quoted(const MatchContext& context, llvm::StringRef word, ModuleId home, const std::string& wanted,
                         Fix& fix) {
    if (home == context.module.id)
        return wanted;
    const Node statement = binding_of(context, word).ancestor(Kind::import_from_statement);
    if (!statement || statement.parent().is(Kind::module))
        return context.spell(fix, context.facts.module(home).name(), wanted);
    fix.imports.push_back({"", wanted, wanted, statement.begin()});
    return wanted;
}

/// `"Service | None"`: words inside of a quoted annotation.
void match_quoted(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (!node.ancestor(Kind::type) || node.child_token("interpolation"))
        return;
    const Meant forms = meant_around(context, node);
    const llvm::StringRef text = node.text();
    const auto is_word = [](char c) { return llvm::isAlnum(c) || c == '_'; };
    Fix fix;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && is_word(text[end]))
            ++end;
        const llvm::StringRef word = text.slice(at, end);
        // `"app.services.Service"`: what stands before the word, up to its dot.
        const llvm::StringRef module = text.slice(text.take_front(at).find_last_of("\"'[, |") + 1, at);
        const ClassId id = word.empty()     ? ClassId()
                           : module.empty() ? class_meant(context, word)
                                            : class_meant_in(context, module.drop_back(), word);
        if (id) {
            const ModuleId home = context.facts.symbols.class_(id).module;
            const ColouredClass& colour = context.facts.colours.class_(id);
            std::string spelled;
            for (const auto& [is_meant, name] :
                 {std::pair(forms.async, colour.async_name), {forms.sync, colour.sync_name}})
                if (is_meant) {
                    const bool plain = name == context.facts.symbols.class_(id).name;
                    spelled += spelled.empty() ? "" : " | " + module.str();
                    spelled += !module.empty() ? name
                               : plain         ? word.str()
                                               : spell_quoted(context, word, home, name, fix);
                }
            const Offset begin = node.begin() + static_cast<Offset>(at);
            if (spelled != word)
                fix.edits.push_back(replace({begin, begin + static_cast<Offset>(end - at)}, spelled));
        }
        at = std::max(end, at + 1);
    }
    if (!fix.edits.empty())
        out.push_back(edit_finding(context, node, "the annotation names the form that is meant", std::move(fix)));
}

/// `__all__ = ["Service"]` lists both forms.
void match_exported(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const Node list = node.parent();
    const Node assignment = list.parent();
    if (!list.is_any(Kind::list, Kind::tuple) || assignment.child(Field::left).text() != "__all__")
        return;
    const llvm::StringRef quoted = node.text();
    if (quoted.size() < 3)
        return;
    const ClassId id = class_meant(context, quoted.drop_front().drop_back());
    if (!id || context.facts.symbols.class_(id).module != context.module.id || !context.facts.colours.class_(id).twin)
        return;
    const ColouredClass& colour = context.facts.colours.class_(id);
    const bool second_is_sync = colour.async_name == context.facts.symbols.class_(id).name;
    const std::string text =
        quoted.take_front().str() + (second_is_sync ? colour.sync_name : colour.async_name) + quoted.take_back().str();
    const Node before = node.previous_sibling();
    const SourceText& source = context.module.source;
    const bool own_line = before && source.lines.at(before.end()).line != source.lines.at(node.begin()).line;
    Fix fix;
    fix.group = group_of(context, id);
    fix.edits.push_back(
        insert(node.end(), own_line ? "," + source.newline_text().str() + indentation_of(node) + text : ", " + text));
    out.push_back(edit_finding(context, node, "both forms are for others", std::move(fix)));
}

bool is_constant(Node value) {
    if (value.is_any(Kind::tuple, Kind::unary_operator, Kind::binary_operator, Kind::parenthesized_expression))
        return llvm::all_of(value.named_children(), is_constant);
    return !value.is_any(Kind::call, Kind::list, Kind::dictionary, Kind::set, Kind::list_comprehension,
                         Kind::dictionary_comprehension, Kind::set_comprehension, Kind::generator_expression);
}

/// `cache = {}` in the body of a class: the second form has the same one.
void match_shared(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const Node block = node.parent().parent();
    const Node definition = block.parent();
    const Node left = node.child(Field::left), right = node.child(Field::right);
    if (!node.parent().is(Kind::expression_statement) || !definition.is(Kind::class_definition) ||
        !left.is(Kind::identifier) || !right || is_constant(right) ||
        definition.parent().is(Kind::decorated_definition))
        return; // a dataclass makes its fields anew
    const ClassId id = context.facts.symbols.class_at(context.place(definition));
    if (!id || !context.facts.colours.class_(id).twin)
        return;
    const std::string& plain = context.facts.symbols.class_(id).name;
    const ColouredClass& colour = context.facts.colours.class_(id);
    const bool in_second = (context.rendering == Rendering::sync_twin) == (colour.async_name == plain);
    if (!in_second)
        return;
    const bool is_private = left.text().starts_with("__") && !left.text().ends_with("__");
    const std::string name = (is_private ? "_" + llvm::StringRef(plain).ltrim('_').str() : "") + left.text().str();
    Fix fix;
    fix.group = group_of(context, id);
    fix.edits.push_back(replace(right.range(), plain + "." + name));
    out.push_back(edit_finding(context, node, "both forms share it", std::move(fix)));
}

/// A method that a form of its class does not have, with the comments above it.
void leave_out(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (node.is(Kind::function_definition) && node.parent().is(Kind::decorated_definition))
        return;
    const Node definition = node.is(Kind::decorated_definition) ? node.child(Field::definition) : node;
    const FunctionId id = context.facts.symbols.function_at(context.place(definition));
    Fix fix;
    fix.group = context.facts.colours.group(id);
    const auto statements = node.parent().named_children();
    const bool empties = node == statements.back() && llvm::all_of(statements, [&](Node statement) {
                             return is_left_out(context.facts, context.module.id, statement, context.rendering);
                         });
    fix.edits.push_back(empties ? replace(node.range(), "pass") : remove_statement(node));
    out.push_back(edit_finding(context, node,
                               context.rendering == Rendering::sync_twin
                                   ? "the synchronous form of the class is not asked for it"
                                   : "only the synchronous form of the class can have it",
                               std::move(fix)));
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    switch (node.kind()) {
    case Kind::identifier:
    case Kind::attribute: return match_name(context, node, out);
    case Kind::string: match_quoted(context, node, out); return match_exported(context, node, out);
    case Kind::assignment: return match_shared(context, node, out);
    case Kind::function_definition:
    case Kind::decorated_definition:
        if (is_left_out(context.facts, context.module.id, node, context.rendering))
            leave_out(context, node, out);
        return;
    default: break;
    }
    const ClassId id = context.facts.symbols.class_at(context.place(node));
    if (!id || !context.facts.colours.class_(id).twin || context.rendering != Rendering::in_place)
        return;
    const std::string& name = context.facts.colours.class_(id).async_name;
    if (name == context.facts.symbols.class_(id).name)
        return;
    Fix fix;
    fix.group = group_of(context, id);
    fix.edits.push_back(replace(node.child(Field::name).range(), name));
    out.push_back(edit_finding(context, node, "the async form of the class", std::move(fix)));
}

const RegisteredRule rule{{.name = "class_twins",
                           .code = "SA307",
                           .summary = "a class that holds a session and that both sides make gets a form for each",
                           .stage = Stage::async,
                           .kinds = {Kind::identifier, Kind::attribute, Kind::string, Kind::assignment,
                                     Kind::class_definition, Kind::function_definition, Kind::decorated_definition},
                           .match = match,
                           .leaves_out = true}};

} // namespace

} // namespace sqlawait
