// What code does with an expression that holds a query: moves it on, applies a method, iterates it,
// tests its truth, hands it to something that is not known.
#include "analysis/queries/builder.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// Outside callables that iterate an argument, once and at once or as they are iterated themselves.
struct Iterating {
    llvm::StringLiteral name;
    int from; // first positional argument that is iterated
};
constexpr Iterating iterating[] = {
    {"builtins.list", 0},
    {"builtins.tuple", 0},
    {"builtins.set", 0},
    {"builtins.frozenset", 0},
    {"builtins.dict", 0},
    {"builtins.sorted", 0},
    {"builtins.enumerate", 0},
    {"builtins.sum", 0},
    {"builtins.min", 0},
    {"builtins.max", 0},
    {"builtins.any", 0},
    {"builtins.all", 0},
    {"builtins.zip", 0},
    {"builtins.iter", 0},
    {"builtins.map", 1},
    {"builtins.filter", 1},
    {"builtins.list.extend", 0},
    {"builtins.set.update", 0},
    {"builtins.dict.update", 0},
    {"builtins.str.join", 0},
    {"builtins.set.union", 0},
    {"builtins.set.intersection", 0},
    {"builtins.set.difference", 0},
    {"builtins.set.issubset", 0},
    {"builtins.set.issuperset", 0},
    {"builtins.set.isdisjoint", 0},
    {"builtins.set.intersection_update", 0},
    {"builtins.set.difference_update", 0},
    {"collections.deque", 0},
    {"collections.Counter", 0},
    {"collections.OrderedDict", 0},
    {"collections.defaultdict", 1},
    {"collections.Counter.update", 0},
    {"collections.deque.extend", 0},
    {"statistics.mean", 0},
    {"functools.reduce", 1},
};

/// Methods of containers that keep what they are given.
bool stores(llvm::StringRef method) {
    return llvm::is_contained({"append", "add", "insert", "setdefault", "appendleft"}, method);
}

bool is_logging(llvm::StringRef callee) {
    return callee.starts_with("logging.") || callee.starts_with("loguru.") || callee.starts_with("structlog.") ||
           callee == "builtins.print";
}

} // namespace

void QueryFlowBuilder::use(ValueId value, QueryUse::Kind kind, Node at, std::string reason) {
    QueryUse made;
    made.kind = kind;
    made.at = place(at);
    made.reason = std::move(reason);
    values_[value].uses.push_back(std::move(made));
}

/// The canonical names of what a call may reach outside of the program, read from its place.
static llvm::SmallVector<std::string, 2> external_callees(const TypeTable& types, const Knowledge& knowledge,
                                                          Place call) {
    llvm::SmallVector<std::string, 2> out;
    if (const CallInfo* info = types.call(call); info != nullptr)
        for (const CallTarget& target : info->targets)
            if (!target.external.empty())
                out.push_back(knowledge.canonical(target.external));
    return out;
}

/// The call or statement that iterates this expression at once, or no node.
Node QueryFlowBuilder::iterated_position(Node node) const {
    const Node parent = node.parent();
    if (parent.is_any(Kind::for_statement, Kind::for_in_clause))
        return parent.child(Field::right) == node ? parent : Node();
    if (parent.is(Kind::list_splat))
        return parent;
    if (parent.is(Kind::yield))
        return parent.child_token("from") ? parent : Node();
    if (parent.is(Kind::comparison_operator)) {
        // a in query, a not in query
        const auto operators = parent.children(Field::operators);
        const bool membership = operators.size() == 1 && operators[0].text().ends_with("in");
        return membership && parent.named_child(1) == node ? parent : Node();
    }
    if (parent.is(Kind::augmented_assignment))
        return parent.child(Field::right) == node ? parent : Node();
    if (parent.is(Kind::assignment))
        return parent.child(Field::right) == node &&
                       parent.child(Field::left).is_any(Kind::pattern_list, Kind::tuple_pattern, Kind::list_pattern)
                   ? parent
                   : Node();
    Node list = parent;
    if (parent.is(Kind::keyword_argument))
        list = parent.parent();
    if (!list.is(Kind::argument_list))
        return {};
    const Node call = list.parent();
    const auto callees = external_callees(types_, knowledge_, place(call));
    if (callees.empty())
        return {};
    int index = 0;
    if (parent.is(Kind::argument_list))
        for (const Node argument : list.named_children()) {
            if (argument == node)
                break;
            ++index;
        }
    const bool all = llvm::all_of(callees, [&](const std::string& callee) {
        if (llvm::StringRef(callee).starts_with("itertools."))
            return callee != "itertools.repeat";
        return llvm::any_of(iterating, [&](const Iterating& row) {
            return row.name == callee && index >= row.from && (callee != "functools.reduce" || index == 1);
        });
    });
    return all ? call : Node();
}

void QueryFlowBuilder::read_use(Node node, ValueId value) {
    const Node parent = node.parent();
    const bool direct = values_[value].direct;

    if (direct) {
        // A link of a chain, or another name after the dot.
        if (parent.is(Kind::attribute) && parent.child(Field::object) == node) {
            const Node outer = parent.parent();
            const bool called = outer.is(Kind::call) && outer.child(Field::function) == parent;
            Node base;
            if (const QueryMethod* method = link_method(called ? outer : parent, base)) {
                use(value, QueryUse::Kind::link, called ? outer : parent);
                values_[value].uses.back().method = method;
            } else {
                const llvm::StringRef name = parent.child(Field::attribute).text();
                const QueryMethod* known = query_method(name);
                escape(value, parent,
                       known == nullptr ? "Query has no method '" + name.str() + "' that is known: a class of its own?"
                       : known->kind == MethodKind::refused ? known->reason.str()
                       : known->kind == MethodKind::attribute
                           ? "'" + name.str() + "' is no method"
                           : "the method '" + name.str() + "' is handed over, not called");
            }
            return;
        }
        if (parent.is(Kind::subscript) && parent.child(Field::value) == node)
            return use(value, QueryUse::Kind::index, parent);
        if (iterated_position(node))
            return use(value, QueryUse::Kind::iterate, node);
    }

    switch (parent.kind()) {
    case Kind::parenthesized_expression:
    case Kind::named_expression:
    case Kind::pair:
    case Kind::list:
    case Kind::tuple:
    case Kind::set:
    case Kind::expression_list:
    case Kind::await:
    case Kind::dictionary_comprehension:
    case Kind::list_comprehension:
    case Kind::set_comprehension:
    case Kind::generator_expression:
        if (parent.is(Kind::named_expression) && parent.child(Field::value) == node)
            if (const DefinitionId made = bindings_->definition_at(parent.child(Field::name).id()))
                move(value, definition(module_->id, made));
        return;
    case Kind::expression_statement:
    case Kind::delete_statement:
    case Kind::type: return;
    case Kind::conditional_expression:
        if (direct && parent.named_child(1) == node)
            use(value, QueryUse::Kind::truth, node);
        return;
    case Kind::boolean_operator: {
        // `query or other` gives the query; `query and x` in a condition only asks whether it is there.
        Node outer = parent;
        while (outer.parent().is_any(Kind::boolean_operator, Kind::parenthesized_expression))
            outer = outer.parent();
        const Node around = outer.parent();
        const bool condition = around.is_any(Kind::if_statement, Kind::elif_clause, Kind::while_statement,
                                             Kind::not_operator, Kind::assert_statement, Kind::if_clause) ||
                               (around.is(Kind::conditional_expression) && around.named_child(1) == outer);
        if (!direct)
            return;
        if (condition)
            use(value, QueryUse::Kind::truth, node);
        else if (parent.child(Field::left) == node)
            use(value, QueryUse::Kind::choice, parent);
        return;
    }
    case Kind::not_operator:
    case Kind::if_statement:
    case Kind::elif_clause:
    case Kind::while_statement:
    case Kind::assert_statement:
    case Kind::if_clause:
        if (direct)
            use(value, QueryUse::Kind::truth, node);
        return;
    case Kind::comparison_operator: return; // `is None`; a column compared with a query is a subquery in both
    case Kind::assignment:
        if (parent.child(Field::right) == node)
            assign(parent.child(Field::left), node, value);
        return;
    case Kind::for_statement:
    case Kind::for_in_clause:
        if (parent.child(Field::right) == node)
            assign(parent.child(Field::left), Node(), value);
        return;
    case Kind::return_statement:
        if (const FunctionId function = symbols_.enclosing_function(place(node)))
            move(value, returned(function));
        return;
    case Kind::lambda:
        if (const FunctionId function = symbols_.function_at(place(parent)))
            move(value, returned(function));
        return;
    case Kind::yield:
        if (const FunctionId function = symbols_.enclosing_function(place(node)))
            move(value, returned(function));
        return;
    case Kind::default_parameter:
    case Kind::typed_default_parameter:
        if (const DefinitionId made = bindings_->definition_at(parent.child(Field::name).id()))
            move(value, definition(module_->id, made));
        return;
    case Kind::keyword_argument:
        if (parent.child(Field::value) == node)
            read_argument_use(node, value, parent.parent().parent());
        return;
    case Kind::argument_list: return read_argument_use(node, value, parent.parent());
    case Kind::list_splat:
    case Kind::dictionary_splat:
        if (parent.parent().is(Kind::argument_list))
            read_argument_use(parent, value, parent.parent().parent());
        return;
    case Kind::attribute:
    case Kind::subscript: return; // of containers: what comes out is a value of its own
    case Kind::interpolation:
        if (direct && !parent.child(Field::format_specifier))
            return parent.child(Field::type_conversion) && parent.child(Field::type_conversion).text() != "!s"
                       ? void()
                       : use(value, QueryUse::Kind::text, node);
        return escape(value, node, "its text goes into a string, and the text of a select() is another");
    default:
        if (direct)
            escape(value, node, "used in a way that is not known for a query");
    }
}

void QueryFlowBuilder::assign(Node target, Node source, ValueId value) {
    switch (target.kind()) {
    case Kind::identifier:
        if (const DefinitionId made = bindings_->definition_at(target.id()))
            move(value, definition(module_->id, made));
        return;
    case Kind::attribute: {
        const Node object = target.child(Field::object);
        bool found = false;
        for (const Atom& atom : types_.store().atoms(types_.type_of(place(object))))
            if (atom.kind == Atom::Kind::instance || atom.kind == Atom::Kind::class_) {
                move(value, attribute(ClassId{atom.id}, target.child(Field::attribute).text()));
                found = true;
            }
        if (!found)
            escape(value, target, "kept in an attribute of something that is not known");
        return;
    }
    case Kind::subscript: return store_in(target.child(Field::value), value);
    case Kind::pattern_list:
    case Kind::tuple_pattern:
    case Kind::list_pattern: {
        const auto targets = target.named_children();
        const Node display = source ? unwrap(source) : Node();
        const auto parts = display.is_any(Kind::tuple, Kind::expression_list, Kind::list)
                               ? display.named_children()
                               : llvm::SmallVector<Node, 8>{};
        const bool each = parts.size() == targets.size() &&
                          llvm::none_of(targets, [](Node one) { return one.is(Kind::list_splat_pattern); }) &&
                          llvm::none_of(parts, [](Node one) { return one.is(Kind::list_splat); });
        for (std::size_t i = 0; i < targets.size(); ++i) {
            if (!each)
                assign(targets[i].is(Kind::list_splat_pattern) ? targets[i].named_child(0) : targets[i], Node(), value);
            else if (carries(parts[i]))
                assign(targets[i], parts[i], expression(parts[i]));
        }
        return;
    }
    default: return;
    }
}

/// `queries["live"] = q`, `queries.append(q)`: the container holds it wherever it is read.
void QueryFlowBuilder::store_in(Node container, ValueId value) {
    container = unwrap(container);
    if (container.is(Kind::identifier)) {
        for (const DefinitionId id : bindings_->reaching(container.id()))
            move(value, definition(module_->id, id));
        return;
    }
    if (container.is(Kind::attribute)) {
        bool found = false;
        for (const Atom& atom : types_.store().atoms(types_.type_of(place(container.child(Field::object)))))
            if (atom.kind == Atom::Kind::instance || atom.kind == Atom::Kind::class_) {
                move(value, attribute(ClassId{atom.id}, container.child(Field::attribute).text()));
                found = true;
            }
        if (found)
            return;
    }
    escape(value, container, "kept in a container that is not known");
}

/// The fields of a dataclass in the order of its constructor, each with the class that declares it; none where the
/// constructor is another, or is not seen.
std::optional<std::vector<std::pair<ClassId, std::string>>> QueryFlowBuilder::dataclass_fields(ClassId id) const {
    std::vector<std::pair<ClassId, std::string>> out;
    const auto bases = types_.linearised(id);
    for (auto base = bases.rbegin(); base != bases.rend(); ++base) {
        const ClassInfo& info = symbols_.class_(*base);
        const Node definition = program_.module(info.module).tree.node(info.node);
        const bool marked = llvm::any_of(definition.parent().named_children(), [&](Node decorator) {
            if (!decorator.is(Kind::decorator))
                return false;
            Node callee = decorator.named_child(0);
            if (callee.is(Kind::call) && keyword(arguments_of(callee), "init"))
                return false;
            if (callee.is(Kind::call))
                callee = callee.child(Field::function);
            return knowledge_.canonical(symbols_.external_name(info.module, callee)) == "dataclasses.dataclass";
        });
        if (!marked)
            return std::nullopt;
        for (const Node statement : definition.child(Field::body).named_children()) {
            const Node field = statement.is(Kind::expression_statement) ? statement.named_child(0) : Node();
            if (!field.is(Kind::assignment) || !field.child(Field::type))
                continue;
            const Node value = field.child(Field::right);
            if (field.child(Field::type).text().contains("ClassVar") ||
                field.child(Field::type).text().contains("InitVar") ||
                (value.is(Kind::call) &&
                 (keyword(arguments_of(value), "init") || keyword(arguments_of(value), "kw_only"))))
                return std::nullopt;
            const std::string name = field.child(Field::left).text().str();
            const auto known = llvm::find_if(out, [&](const auto& one) { return one.second == name; });
            if (known == out.end())
                out.emplace_back(*base, name);
            else
                known->first = *base;
        }
    }
    return out;
}

/// Which field of a dataclass an argument of its constructor fills.
std::optional<std::pair<ClassId, std::string>> QueryFlowBuilder::field_of_argument(ClassId id, Node argument,
                                                                                   Node call) const {
    const auto fields = dataclass_fields(id);
    if (!fields || argument.is_any(Kind::list_splat, Kind::dictionary_splat))
        return std::nullopt;
    std::size_t position = 0;
    for (const Node given : call.child(Field::arguments).named_children()) {
        if (given.is(Kind::list_splat))
            return std::nullopt;
        if (given.is(Kind::keyword_argument)) {
            if (given.child(Field::value) == argument)
                for (const auto& field : *fields)
                    if (field.second == given.child(Field::name).text())
                        return field;
            continue;
        }
        if (given == argument)
            return position < fields->size() ? std::optional((*fields)[position]) : std::nullopt;
        position += given.is(Kind::comment) ? 0 : 1;
    }
    return std::nullopt;
}

void QueryFlowBuilder::read_argument_use(Node node, ValueId value, Node call) {
    if (!call.is(Kind::call))
        return; // bases of a class
    Node base;
    if (const QueryMethod* method = link_method(call, base)) {
        // The argument of another query is a subquery in both worlds, but a union wants all of one kind.
        if (method->form == LinkForm::set_operation)
            move(value, expression(base), MoveKind::together);
        return;
    }
    if (is_producer(call))
        return;
    const CallInfo* info = types_.call(place(call));
    const std::string callee = call.child(Field::function).text().str();
    if (info == nullptr || info->targets.empty() || !info->complete)
        return escape(value, node, "handed to '" + callee + "', which is not known");
    for (const CallTarget& target : info->targets) {
        if (!target.function) {
            const auto field = target.constructed ? field_of_argument(target.constructed, node, call) : std::nullopt;
            if (field)
                move(value, attribute(field->first, field->second));
            else if (target.constructed)
                escape(value, node, "handed to the constructor of '" + callee + "', which the program does not define");
            else
                read_external_argument(node, value, call, knowledge_.canonical(target.external));
            continue;
        }
        const FunctionInfo& function = symbols_.function(target.function);
        const Node definition_node = program_.module(function.module).tree.node(function.node);
        const auto parameters = parameters_of(definition_node);
        const unsigned skip = target.bound || target.constructed ? 1 : 0;
        bool matched = false;
        const auto give = [&](std::size_t index) {
            if (index >= parameters.size())
                return;
            matched = true;
            const DefinitionId made = symbols_.bindings(function.module).definition_at(parameters[index].name_node);
            move(value, definition(function.module, made), MoveKind::argument, nullptr, target.function);
        };
        for (const ArgumentMatch& match : match_arguments(call, parameters, skip))
            if (match.argument == node.id())
                give(match.parameter);
        if (!matched) // behind a star: any parameter may get it
            for (std::size_t i = skip; i < parameters.size(); ++i)
                if (carries(types_.parameter(target.function, i)))
                    give(i);
        if (!matched)
            escape(value, node, "handed to '" + callee + "' in a way that can't be followed");
    }
}

void QueryFlowBuilder::read_external_argument(Node node, ValueId value, Node call, llvm::StringRef callee) {
    const llvm::StringRef method = callee.rsplit('.').second;
    const Node function = call.child(Field::function);
    if (!values_[value].direct) { // a container: len(queries), sorted(queries), queries.append(others)
        if (callee.starts_with("builtins.") || callee.starts_with("itertools.") || callee.starts_with("collections."))
            return;
        return escape(value, node, "handed to '" + callee.str() + "', which is not known to leave queries alone");
    }
    if (function.is(Kind::attribute) && stores(method) && callee.starts_with("builtins."))
        return store_in(function.child(Field::object), value);
    if (callee == "builtins.bool")
        return use(value, QueryUse::Kind::truth, node);
    if (callee.starts_with("sqlalchemy.") || callee == "sqlmodel.Session.exec" || callee == "builtins.len" ||
        callee == "typing.cast" || callee == "builtins.id" || callee == "builtins.type" || is_logging(callee))
        return; // a select() is taken in its place
    if (callee == "functools.reduce") { // the start value: reduce(function, items, query)
        const Node folder = arguments_of(call).positional.empty() ? Node() : arguments_of(call).positional[0];
        for (const Atom& atom : types_.store().atoms(types_.type_of(place(folder))))
            if (atom.kind == Atom::Kind::function) {
                const FunctionInfo& info = symbols_.function(FunctionId{atom.id});
                const auto parameters = parameters_of(program_.module(info.module).tree.node(info.node));
                const std::size_t first = atom.bound ? 1 : 0;
                if (first < parameters.size()) {
                    const DefinitionId made = symbols_.bindings(info.module).definition_at(parameters[first].name_node);
                    move(value, definition(info.module, made), MoveKind::argument, nullptr, info.id);
                    move(returned(info.id), definition(info.module, made));
                    continue;
                }
            } else {
                escape(value, node, "folded by a function that is not known");
            }
        return;
    }
    if (callee == "builtins.isinstance")
        return escape(value, node, "isinstance() asks for the class of the query");
    if (callee == "builtins.str")
        return use(value, QueryUse::Kind::text, node);
    if (callee == "builtins.repr")
        return; // that of any object
    if (callee == "builtins.format")
        return escape(value, node, "its text is asked for, and the text of a select() is another");
    escape(value, node, "handed to '" + callee.str() + "', which is not known to take a select()");
}

} // namespace sqlawait
