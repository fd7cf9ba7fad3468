#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// The class in whose body, outside of its methods, a node stands.
ClassId class_around(const MatchContext& context, Node node) {
    for (Node up = node.parent(); up; up = up.parent()) {
        if (up.is_any(Kind::function_definition, Kind::lambda))
            return {};
        if (up.is(Kind::class_definition))
            return context.facts.symbols.class_at(context.place(up));
    }
    return {};
}

/// The attribute that a class body assigns or declares there, if it is one with a form of its own.
const ColourTable::ClassAttribute* class_attribute_around(const MatchContext& context, Node node) {
    for (Node up = node; up && !up.is_any(Kind::class_definition, Kind::function_definition); up = up.parent())
        if (up.is(Kind::assignment))
            if (const auto* found = context.facts.colours.class_attribute(context.place(up)))
                return found;
    return nullptr;
}

} // namespace

FunctionId text_owner(const MatchContext& context, Node node) {
    const SymbolTable& symbols = context.facts.symbols;
    Node below = node;
    for (Node up = node.parent(); up; below = up, up = up.parent()) {
        if (up.is(Kind::function_definition) && below.field() != Field::body)
            return symbols.function_at(context.place(up));
        if (up.is(Kind::decorated_definition) && below.is(Kind::decorator))
            return symbols.function_at(context.place(up.child(Field::definition)));
        if (up.is_any(Kind::block, Kind::lambda, Kind::module))
            break;
    }
    return context.function(node);
}

const ColouredValue* value_defined_at(const Facts& facts, ModuleId module, Node node) {
    for (const ColouredValue& value : facts.colours.values()) {
        if (value.module != module)
            continue;
        // The whole assignment: `engine: Engine = create_engine(...)`.
        for (const Place place : value.definitions) {
            const Node definition = facts.node(place);
            const Node assignment = definition.parent().is(Kind::assignment) ? definition.parent() : definition;
            if (node.inside(assignment))
                return &value;
        }
    }
    // `engine: Engine | None = None` of one that a function fills.
    for (Node up = node; up; up = up.parent())
        if (up.is(Kind::assignment) && up.child(Field::type) && up.child(Field::left).is(Kind::identifier))
            if (const SymbolId symbol = facts.symbols.bindings(module).symbol_at(up.child(Field::left).id()))
                return facts.colours.value(module, symbol);
    return nullptr;
}

const ColouredValue* value_read(const Facts& facts, ModuleId module, Node expression) {
    for (const Target& target : facts.symbols.resolve_expression(module, expression))
        if (target.kind == Target::Kind::variable)
            if (const ColouredValue* value = facts.colours.value(target.module, target.symbol))
                return value;
    if (!expression.is(Kind::identifier))
        return nullptr;
    const SymbolId symbol = facts.symbols.bindings(module).symbol_at(expression.id());
    return symbol ? facts.colours.value(module, symbol) : nullptr;
}

bool writes_async(const MatchContext& context, Node node) {
    if (context.rendering != Rendering::in_place)
        return false;
    const ColourTable& colours = context.facts.colours;
    if (const FunctionId owner = text_owner(context, node)) {
        const ColouredFunction& function = colours.function(owner);
        // Functions without a twin of their own have one text for both forms.
        return function.form.async &&
               (!function.form.sync || function.io || colours.twin_class_of(context.facts.symbols, owner));
    }
    if (const ClassId around = class_around(context, node)) {
        if (colours.class_(around).twin)
            return true;
        if (const ColourTable::ClassAttribute* held = class_attribute_around(context, node))
            return held->form.async && !held->form.sync;
        const Form form = colours.class_form(around);
        return form.async && !form.sync;
    }
    if (const ColouredValue* value = value_defined_at(context.facts, context.module.id, node))
        return value->form.async && !value->form.sync;
    return false;
}

std::string change_group(const MatchContext& context, Node node) {
    const ColourTable& colours = context.facts.colours;
    if (const FunctionId owner = text_owner(context, node))
        return colours.group(owner);
    if (const ColouredValue* value = value_defined_at(context.facts, context.module.id, node))
        return colours.group(*value);
    if (const ColourTable::ClassAttribute* held = class_attribute_around(context, node))
        return colours.group(held->reader);
    if (const ClassId around = class_around(context, node))
        for (const FunctionId method : context.facts.symbols.class_(around).methods)
            return colours.group(method);
    return colours.group(FunctionId());
}

Finding edit_finding(const MatchContext& context, Node node, std::string message, Fix fix) {
    Finding finding;
    finding.place = context.place(node);
    finding.range = node.range();
    finding.message = std::move(message);
    finding.counts = false;
    if (fix.group.empty())
        fix.group = change_group(context, node);
    finding.fix = std::move(fix);
    return finding;
}

llvm::StringRef async_hook_name(const Facts& facts, FunctionId function) {
    const FunctionInfo& info = facts.symbols.function(function);
    if (!info.owner || (info.name != "setUp" && info.name != "tearDown") ||
        !llvm::is_contained(facts.types.external_bases(info.owner), "unittest.TestCase"))
        return "";
    return info.name == "setUp" ? "asyncSetUp" : "asyncTearDown";
}

std::string indentation_of(Node statement) {
    const SourceText& source = statement.tree().source();
    const llvm::StringRef text = source.text;
    const Offset begin = source.lines.line_begin(source.lines.at(statement.begin()).line);
    Offset end = begin;
    while (end < statement.begin() && (text[end] == ' ' || text[end] == '\t'))
        ++end;
    return text.slice(begin, end).str();
}

std::string indentation_step(Node statement) {
    const Node body = statement.child(Field::body);
    const SourceText& source = statement.tree().source();
    const std::string outer = indentation_of(statement);
    if (source.lines.at(body.begin()).line == source.lines.at(statement.begin()).line)
        return "    ";
    const std::string inner = indentation_of(body);
    return inner.size() > outer.size() ? inner.substr(outer.size()) : "    ";
}

std::vector<Edit> indent_lines(const SyntaxTree& tree, ByteRange range, llvm::StringRef step) {
    const SourceText& source = tree.source();
    std::vector<Edit> out;
    for (unsigned line = source.lines.at(range.begin).line + 1; line <= source.lines.line_count(); ++line) {
        const Offset begin = source.lines.line_begin(line);
        if (begin >= range.end)
            break;
        const llvm::StringRef rest = llvm::StringRef(source.text).substr(begin);
        if (rest.take_until([](char c) { return c == '\n' || c == '\r'; }).trim().empty())
            continue;
        // The start of a line inside of a string belongs to the string.
        Node string = tree.at(begin);
        if (string && !string.is(Kind::string))
            string = string.ancestor(Kind::string);
        if (!string || string.begin() >= begin)
            out.push_back(insert(begin, step.str()));
    }
    return out;
}

std::string spell_through_module(const MatchContext& context, Fix& fix, llvm::StringRef module, llvm::StringRef name) {
    if (!context.ledger.needs_import(module, name))
        return context.ledger.spell(module, name);
    return context.spell(fix, module, "") + "." + name.str();
}

Edit remove_statement(Node statement) {
    if (statement.parent().is(Kind::block) && statement.parent().named_children().size() == 1)
        return replace(statement.range(), "pass");
    const SourceText& source = statement.tree().source();
    const auto line = [&](unsigned number) {
        const Offset begin = source.lines.line_begin(number);
        return llvm::StringRef(source.text).substr(begin).take_until([](char c) { return c == '\n'; }).trim();
    };
    unsigned first = source.lines.at(statement.begin()).line;
    while (first > 1 && line(first - 1).starts_with("#"))
        --first;
    // The blank lines above part what is above from what comes next, where nothing else does.
    const unsigned last = source.lines.at(statement.end()).line;
    const bool parted = last + 1 >= source.lines.line_count() || line(last + 1).empty();
    while (parted && first > 1 && line(first - 1).empty())
        --first;
    if (first == 1)
        return replace({0, statement.end()}, "");
    // From the end of the line before.
    Offset begin = source.lines.line_begin(first) - 1;
    if (begin > 0 && source.text[begin - 1] == '\r')
        --begin;
    return replace({begin, statement.end()}, "");
}

Edit remove_argument(Node argument) {
    // With the comma behind it and the space up to the next argument, else with the comma before it.
    const Node next = argument.next_sibling();
    if (next && next.is_token(",")) {
        const Node after = next.next_sibling();
        if (after && !after.is(Kind::token) && !after.is(Kind::comment))
            return replace({argument.begin(), after.begin()}, "");
        return replace({argument.begin(), next.end()}, "");
    }
    const Node previous = argument.previous_sibling();
    const Offset begin = previous && previous.is_token(",") ? previous.begin() : argument.begin();
    return replace({begin, argument.end()}, "");
}

Edit add_argument(Node call, std::string text) {
    const Node arguments = call.child(Field::arguments);
    const auto given = arguments.named_children();
    const Offset close = arguments.end() - 1;
    if (given.empty())
        return insert(close, std::move(text));
    const Node last = given.back();
    const Node comma = last.next_sibling();
    const bool trailing = comma && comma.is_token(",");
    const SourceText& source = call.tree().source();
    const bool own_line = source.lines.at(last.begin()).line != source.lines.at(arguments.begin()).line &&
                          source.lines.at(close).line != source.lines.at(last.end()).line;
    if (own_line) {
        const std::string start = source.newline_text().str() + indentation_of(last);
        return trailing ? insert(comma.end(), start + text + ",") : insert(last.end(), "," + start + text);
    }
    return trailing ? insert(comma.end(), " " + text) : insert(last.end(), ", " + text);
}

bool rename_local_import(const MatchContext& context, Node name, ModuleId home, llvm::StringRef wanted, Fix& fix) {
    const SymbolTable& symbols = context.facts.symbols;
    const ModuleBindings& bindings = symbols.bindings(context.module.id);
    const SymbolId id = name.is(Kind::identifier) ? bindings.symbol_at(name.id()) : SymbolId();
    if (!id)
        return false;
    const bool local = bindings.scope(bindings.symbol(id).scope).kind == ScopeKind::function;
    std::vector<ImportNeed> needs;
    for (const DefinitionId definition : bindings.symbol(id).definitions) {
        const Node imported = name.tree().node(bindings.definition(definition).node);
        const Node statement = imported.ancestor(Kind::import_from_statement);
        if (bindings.definition(definition).kind != DefinitionKind::import_name || !statement ||
            imported.is(Kind::aliased_import) || imported.parent().is(Kind::aliased_import))
            return false;
        const llvm::StringRef from = statement.child(Field::module_name).text();
        const llvm::StringRef dotted = from.ltrim('.');
        const auto dots = static_cast<unsigned>(from.size() - dotted.size());
        if (symbols.find_module(context.module.id, dotted, dots) != home)
            return false; // it comes through another module, which does not have the new name
        if (!local && !statement.parent().is(Kind::block))
            return false;
        needs.push_back({"", wanted.str(), wanted.str(), statement.begin()});
    }
    fix.imports.insert(fix.imports.end(), needs.begin(), needs.end());
    return true;
}

std::string spell_use(const MatchContext& context, Node expression, ModuleId home, llvm::StringRef wanted, Fix& fix) {
    const SymbolTable& symbols = context.facts.symbols;
    if (expression.is(Kind::attribute)) {
        const Node object = expression.child(Field::object);
        const auto targets = symbols.resolve_expression(context.module.id, object);
        // A package that passes the name on does not have the other one.
        if (targets.size() == 1 && targets.front().kind == Target::Kind::module && targets.front().module != home)
            return context.spell(fix, context.facts.module(home).name(), wanted);
        return (object.text() + "." + wanted).str();
    }
    if (home == context.module.id || rename_local_import(context, expression, home, wanted, fix))
        return wanted.str();
    return context.spell(fix, context.facts.module(home).name(), wanted);
}

void rename_use(const MatchContext& context, Node expression, ModuleId home, llvm::StringRef wanted, Fix& fix) {
    const std::string text = spell_use(context, expression, home, wanted, fix);
    // The object of an attribute is left as it stands.
    if (expression.is(Kind::attribute) && llvm::StringRef(text).starts_with(expression.child(Field::object).text()))
        fix.edits.push_back(replace(expression.child(Field::attribute).range(), wanted.str()));
    else
        fix.edits.push_back(replace(expression.range(), text));
}

std::string outside_name(const MatchContext& context, Node expression) {
    const std::string name = context.facts.symbols.external_name(context.module.id, expression);
    return name.empty() ? name : context.facts.knowledge.canonical(name);
}

} // namespace sqlawait
