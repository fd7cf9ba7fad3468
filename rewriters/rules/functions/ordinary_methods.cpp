#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

bool is_primary(Node node) {
    return node.is_any(Kind::identifier, Kind::attribute, Kind::call, Kind::subscript, Kind::parenthesized_expression,
                       Kind::string, Kind::list, Kind::dictionary, Kind::set, Kind::list_comprehension);
}

/// An expression in front of a dot.
void add_object(Edit& edit, Node node) {
    const bool brackets = !is_primary(node);
    if (brackets)
        edit.pieces.emplace_back(std::string("("));
    edit.pieces.emplace_back(hole(node));
    if (brackets)
        edit.pieces.emplace_back(std::string(")"));
}

/// An expression as an argument.
void add_argument_piece(Edit& edit, Node node) {
    const bool brackets = node.is_any(Kind::expression_list, Kind::yield);
    if (brackets)
        edit.pieces.emplace_back(std::string("("));
    edit.pieces.emplace_back(hole(node));
    if (brackets)
        edit.pieces.emplace_back(std::string(")"));
}

/// len(x) -> await x.length(), x[key] = value -> await x.set_item(key, value), ...
Edit call_edit(Node node, llvm::StringRef name) {
    Edit edit{node.range(), {}, Layer::await_};
    const auto add = [&](llvm::StringRef text) { edit.pieces.emplace_back(text.str()); };
    const bool brackets = node.is_any(Kind::call, Kind::subscript) && await_needs_brackets(node);
    add(brackets ? "(await " : "await ");
    Node target = node; // what is written
    if (node.is_any(Kind::assignment, Kind::augmented_assignment))
        target = node.child(Field::left);
    else if (node.is(Kind::delete_statement))
        target = node.named_child(0);
    if (node.is(Kind::comparison_operator)) {
        if (node.child_token("not in")) {
            edit.pieces.clear();
            add("not await ");
        }
        add_object(edit, node.named_child(1));
        add(("." + name + "(").str());
        edit.pieces.emplace_back(hole(node.named_child(0)));
    } else if (node.is(Kind::call)) {
        add_object(edit, node.child(Field::arguments).named_child(0));
        add(("." + name + "(").str());
    } else if (target.is(Kind::subscript)) {
        add_object(edit, target.child(Field::value));
        add(("." + name + "(").str());
        edit.pieces.emplace_back(hole(target.child(Field::subscript)));
        if (node.is(Kind::assignment)) {
            add(", ");
            add_argument_piece(edit, node.child(Field::right));
        }
    } else {
        add_object(edit, target.child(Field::object));
        add(("." + name + "(").str());
        if (node.is(Kind::assignment)) {
            add_argument_piece(edit, node.child(Field::right));
        } else if (node.is(Kind::augmented_assignment)) {
            const Node right = node.child(Field::right);
            edit.pieces.emplace_back(hole(target));
            add((" " + node.child(Field::operator_).text().drop_back() + " ").str());
            const bool plain = is_primary(right) || right.is_any(Kind::integer, Kind::float_, Kind::await);
            add(plain ? "" : "(");
            edit.pieces.emplace_back(hole(right));
            add(plain ? "" : ")");
        }
    }
    add(brackets ? "))" : ")");
    return edit;
}

/// How `self` and the class are spelled where a constructor stands.
struct Constructor {
    Node definition;
    std::string self;
    std::string class_name;
};

Constructor constructor_at(const MatchContext& context, const FunctionInfo& function, Node definition) {
    return {definition, parameters_of(definition).front().name, context.facts.symbols.class_(function.owner).name};
}

/// super().__init__(db) -> self = await super().create(db)
void take_over(const MatchContext& context, Node call, const std::string& name, Fix& fix) {
    const FunctionId around = context.function(call);
    const FunctionInfo& function = context.facts.symbols.function(around);
    const Node definition = context.module.tree.node(function.node);
    fix.edits.push_back(wrap(call, parameters_of(definition).front().name + " = await ", ""));
    (void)name; // the name of the method is changed where it stands, as that of any other function
}

/// Another `super()` in what is now a class method.
void match_super(const MatchContext& context, Node call, std::vector<Finding>& out) {
    const Node arguments = call.child(Field::arguments);
    if (call.child(Field::function).text() != "super" || !arguments.is(Kind::argument_list) ||
        !arguments.named_children().empty() || context.rendering == Rendering::sync_twin)
        return;
    const FunctionId id = context.function(call);
    if (!id)
        return;
    const FunctionInfo& function = context.facts.symbols.function(id);
    const ColouredFunction& colour = context.facts.colours.function(id);
    if (function.name != "__init__" || colour.ordinary.empty() || !colour.form.async)
        return;
    const Node made = call.parent().parent(); // super().__init__(...)
    if (made.is(Kind::call) && context.facts.colours.has_conversion(context.place(made), Conversion::take_over))
        return;
    const Constructor own = constructor_at(context, function, context.module.tree.node(function.node));
    Fix fix;
    fix.edits.push_back(replace(arguments.range(), "(" + own.class_name + ", " + own.self + ")"));
    fix.group = context.facts.colours.group(id);
    out.push_back(edit_finding(context, call, "super() in a class method says of which object", std::move(fix)));
}

void match_use(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const auto conversions = context.facts.colours.conversions(context.place(node));
    if (conversions.empty() || !context.is_async(node))
        return;
    const FunctionId method = context.facts.colours.ordinary_at(context.place(node));
    if (!method)
        return;
    const ColouredFunction& colour = context.facts.colours.function(method);
    const llvm::StringRef special = context.facts.symbols.function(method).name;
    Fix fix;
    for (const Conversion conversion : conversions) {
        if (conversion == Conversion::call_method) {
            fix.edits.push_back(call_edit(node, colour.ordinary));
        } else if (conversion == Conversion::truth_method) {
            const Node call = node.parent().is(Kind::argument_list) ? node.parent().parent() : Node();
            const bool whole = call.is(Kind::call) && special == "__bool__"; // bool(x)
            Edit edit{whole ? call.range() : node.range(), {}, Layer::await_};
            edit.pieces.emplace_back(std::string("await "));
            add_object(edit, node);
            edit.pieces.emplace_back("." + colour.ordinary + "()");
            fix.edits.push_back(std::move(edit));
        } else if (conversion == Conversion::make) {
            const std::string& name = special == "__post_init__" ? colour.factory : colour.ordinary;
            fix.edits.push_back(insert(node.child(Field::function).end(), "." + name));
        } else if (conversion == Conversion::take_over) {
            take_over(context, node, colour.ordinary, fix);
        }
    }
    if (fix.edits.empty())
        return;
    fix.group = change_group(context, node);
    out.push_back(edit_finding(context, node, "what Python ran is called and awaited", std::move(fix)));
}

/// Whether the first thing that a constructor does with the object is to let the constructor of its base make it.
bool takes_over(const MatchContext& context, const FunctionInfo& function) {
    const Node body = context.module.tree.node(function.node).child(Field::body);
    for (const Node statement : body.named_children())
        if (statement.is(Kind::expression_statement) && statement.named_child(0).is(Kind::call) &&
            context.facts.colours.has_conversion(context.place(statement.named_child(0)), Conversion::take_over))
            return true;
    return false;
}

/// def __init__(self, db): ... -> a class method that makes the object, does the same, and gives it
void match_constructor(const MatchContext& context, const FunctionInfo& function, Node node, Fix& fix) {
    const Constructor own = constructor_at(context, function, node);
    const SourceText& source = node.tree().source();
    const std::string newline = source.newline_text().str();
    const Node body = node.child(Field::body);
    const std::string indentation = indentation_of(body);
    Edit above = insert(node.begin(), "@classmethod" + newline + indentation_of(node));
    above.layer = Layer::statement;
    fix.edits.push_back(std::move(above));
    const ParameterInfo first = parameters_of(node).front();
    fix.edits.push_back(replace(node.tree().node(first.name_node).range(), "cls"));
    if (const Node result = node.child(Field::return_type))
        fix.edits.push_back(replace(result.range(), "\"" + own.class_name + "\""));
    if (!takes_over(context, function)) {
        Node before = body.named_child(0);
        while (before.is(Kind::comment))
            before = before.next_sibling();
        const bool docstring =
            before.is(Kind::expression_statement) && before.named_child(0).is(Kind::string) && before.next_sibling();
        const std::string made = own.self + " = cls.__new__(cls)";
        if (docstring)
            fix.edits.push_back(insert(before.end(), newline + indentation + made));
        else
            fix.edits.push_back(insert(before.begin(), made + newline + indentation));
    }
    const Scope& scope = context.facts.symbols.bindings(function.module).scope(function.scope);
    for (const NodeId id : scope.returns) {
        const Node statement = node.tree().node(id);
        if (const Node value = statement.named_child(0))
            fix.edits.push_back(replace(value.range(), own.self));
        else
            fix.edits.push_back(insert(statement.end(), " " + own.self));
    }
    const auto statements = body.named_children();
    if (!statements.back().is_any(Kind::return_statement, Kind::raise_statement))
        fix.edits.push_back(insert(body.end(), newline + indentation + "return " + own.self));
}

/// def __post_init__(self): ... -> the same as an ordinary method, and a class method that calls it
void match_post_init(const MatchContext& context, const FunctionInfo& function, Node node, Fix& fix) {
    const ColouredFunction& colour = context.facts.colours.function(function.id);
    for (const ClassId base : context.facts.types.linearised(function.owner).drop_front())
        if (context.facts.types.method(base, "__post_init__"))
            return; // the base makes instances
    const std::string newline = node.tree().source().newline_text().str();
    const std::string outer = newline + indentation_of(node);
    const std::string inner = newline + indentation_of(node.child(Field::body));
    Edit above =
        insert(node.begin(), "@classmethod" + outer + "async def " + colour.factory +
                                 "(cls, *args, **kwargs):" + inner + "self = cls(*args, **kwargs)" + inner +
                                 "await self." + colour.ordinary + "()" + inner + "return self" + newline + outer);
    above.layer = Layer::statement;
    fix.edits.push_back(std::move(above));
}

/// @cached_property -> a property that keeps what the method below made
void match_cached(const FunctionInfo& function, const ColouredFunction& colour, Node node, Fix& fix) {
    const std::string newline = node.tree().source().newline_text().str();
    const std::string outer = newline + indentation_of(node);
    const std::string inner = newline + indentation_of(node.child(Field::body));
    Node decorator;
    for (const Node child : node.parent().named_children())
        if (child.is(Kind::decorator))
            decorator = child;
    const std::string self = parameters_of(node).front().name;
    const std::string kept = self + ".__dict__[\"" + function.name + "\"]";
    const Node result = node.child(Field::return_type);
    fix.edits.push_back(replace(decorator.range(), "@property" + outer + "async def " + function.name + "(" + self +
                                                       ")" + (result ? " -> " + result.text().str() : std::string()) +
                                                       ":" + inner + "if \"" + function.name + "\" not in " + self +
                                                       ".__dict__:" + inner + indentation_step(node) + kept +
                                                       " = await " + self + "." + colour.ordinary + "()" + inner +
                                                       "return " + kept + newline));
    fix.edits.push_back(replace(node.child(Field::name).range(), colour.ordinary));
}

void match_definition(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const FunctionId id = context.facts.symbols.function_at(context.place(node));
    if (!id || context.rendering == Rendering::sync_twin)
        return;
    const FunctionInfo& function = context.facts.symbols.function(id);
    const ColouredFunction& colour = context.facts.colours.function(id);
    if (colour.ordinary.empty() || !colour.form.async)
        return;
    Fix fix;
    if (function.name == "__init__")
        match_constructor(context, function, node, fix);
    else if (function.name == "__post_init__")
        match_post_init(context, function, node, fix);
    else if (context.facts.calls.is_property(id))
        match_cached(function, colour, node, fix);
    else if (context.facts.calls.accessor(id) != Accessor::none)
        for (const Node decorator : node.parent().named_children())
            if (decorator.is(Kind::decorator))
                fix.edits.push_back(replace({decorator.begin(), decorator.next_sibling().begin()}, ""));
    if (fix.edits.empty())
        return;
    fix.group = context.facts.colours.group(id);
    Finding finding = edit_finding(context, node, "'" + function.name + "' becomes an ordinary method", std::move(fix));
    finding.range = node.child(Field::name).range();
    out.push_back(std::move(finding));
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (node.is(Kind::function_definition))
        return match_definition(context, node, out);
    match_use(context, node, out);
    if (node.is(Kind::call))
        match_super(context, node, out);
}

const RegisteredRule rule{
    {.name = "ordinary_methods",
     .code = "SA312",
     .summary = "methods that Python runs without awaiting become ordinary ones",
     .stage = Stage::async,
     .kinds = {Kind::function_definition, Kind::call, Kind::subscript, Kind::comparison_operator, Kind::assignment,
               Kind::augmented_assignment, Kind::delete_statement, Kind::attribute, Kind::identifier},
     .match = match}};

} // namespace

} // namespace sqlawait
