// Functions that are handed over, stored or returned, and the dependencies that a framework calls.
#include "analysis/calls/builder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

// `Annotated[Session, Depends(get_db)]` may be named, and the name named again.
constexpr unsigned max_alias_depth = 8;

/// Of several ways in which a value may be received the one that asks for most care.
Entry worse(Entry a, Entry b) {
    const auto rank = [](Entry entry) {
        switch (entry) {
        case Entry::none: return 0;
        case Entry::transparent: return 1;
        case Entry::awaits: return 2;
        case Entry::sync: return 3;
        case Entry::unknown: break;
        }
        return 4;
    };
    return rank(a) < rank(b) ? b : a;
}

} // namespace

Node value_position(Node expression) {
    Node at = expression;
    while (const Node up = at.parent()) {
        const bool passes = up.is_any(Kind::parenthesized_expression, Kind::boolean_operator) ||
                            (up.is(Kind::conditional_expression) && !(up.named_child(1) == at)) ||
                            (up.is(Kind::named_expression) && at.field() == Field::value);
        if (!passes)
            break;
        at = up;
    }
    return at;
}

Entry CallGraphBuilder::entry_of_argument(Node call, Node argument) const {
    const CallInfo* info = types_.call(place(call));
    if (info == nullptr)
        return Entry::unknown;
    llvm::StringRef keyword;
    std::string position;
    if (argument.is(Kind::keyword_argument)) {
        keyword = argument.child(Field::name).text();
    } else {
        unsigned index = 0;
        for (const Node other : call.child(Field::arguments).named_children()) {
            if (other == argument)
                break;
            ++index;
        }
        position = std::to_string(index);
    }
    Entry result = info->complete ? Entry::none : Entry::unknown;
    for (const CallTarget& target : info->targets) {
        if (target.function || target.constructed) {
            result = worse(result, Entry::transparent);
            continue;
        }
        const KnownCallable known = known_callable(knowledge_, target.external);
        if (knowledge_.role(target.external) == Role::partial) {
            result = worse(result, Entry::transparent);
            continue;
        }
        Entry own = Entry::unknown;
        for (const Callback& callback : known.callbacks())
            if (callback.argument == "*" ||
                (keyword.empty() ? callback.argument == position : callback.argument == keyword))
                own = callback.entry;
        // The tables list what a callable calls. The rest it holds or looks at, as containers do; inference sees
        // it come out again.
        if (own == Entry::unknown && known)
            own = Entry::transparent;
        result = worse(result, own);
    }
    return result == Entry::none ? Entry::unknown : result;
}

/// The functions that an expression may be, those inside of partial objects included.
void CallGraphBuilder::gather_functions(TypeId type, unsigned depth, std::vector<FunctionId>& out) const {
    for (const Atom& atom : types_.store().atoms(type)) {
        if (atom.kind == Atom::Kind::function) {
            if (!llvm::is_contained(out, FunctionId{atom.id}))
                out.push_back(FunctionId{atom.id});
            continue;
        }
        const llvm::StringRef class_name = types_.store().external_class(atom);
        if (depth < TypeStore::max_depth && !class_name.empty() && knowledge_.role(class_name) == Role::partial)
            for (const TypeId inner : atom.args)
                gather_functions(inner, depth + 1, out);
    }
}

/// How the values of a table that is an attribute of something outside are called: `app.dependency_overrides`.
Entry CallGraphBuilder::entry_of_table(Node table) const {
    Entry entry = Entry::none;
    if (table.is(Kind::attribute))
        for (const Atom& atom : types_.store().atoms(types_.type_of(place(table.child(Field::object)))))
            if (const auto* member =
                    knowledge_.member(types_.store().external_class(atom), table.child(Field::attribute).text()))
                for (const Callback& callback : member->callbacks)
                    entry = callback.entry;
    return entry;
}

/// A key or a value of such a table: the framework calls the one, and knows the other by the form that it calls.
bool CallGraphBuilder::names_override(Node node) const {
    Node up = node.parent();
    if (up.is(Kind::subscript) && !(up.child(Field::value) == node))
        return entry_of_table(up.child(Field::value)) == Entry::awaits;
    // `app.dependency_overrides.pop(get_db, None)`
    if (up.is(Kind::argument_list) && up.parent().is(Kind::call)) {
        const Node method = up.parent().child(Field::function);
        return method.is(Kind::attribute) && entry_of_table(method.child(Field::object)) == Entry::awaits;
    }
    if (!up.is(Kind::pair))
        return false;
    // `app.dependency_overrides = {get_db: override}`, `app.dependency_overrides.update({get_db: override})`
    const Node table = up.parent();
    up = table.parent();
    if (up.is(Kind::assignment) && up.child(Field::right) == table)
        return entry_of_table(up.child(Field::left)) == Entry::awaits;
    return up.is(Kind::argument_list) && names_override(table);
}

/// An expression that is a function and is not being called: what happens to it?
void CallGraphBuilder::read_reference(Node node) {
    const Node parent = node.parent();
    if (!node.is(Kind::lambda)) {
        if (node.field() == Field::function && parent.is(Kind::call))
            return;
        if (node.is(Kind::identifier)) {
            const ModuleBindings& bindings = symbols_.bindings(module_->id);
            if (!bindings.symbol_at(node.id()) || bindings.definition_at(node.id()))
                return;
        }
        if (parent.is_any(Kind::attribute, Kind::decorator, Kind::type, Kind::dotted_name, Kind::aliased_import,
                          Kind::comparison_operator, Kind::not_operator, Kind::delete_statement))
            return;
        if (parent.is(Kind::assignment) && node.field() == Field::left)
            return;
        if (parent.is(Kind::call) && parent.parent().is(Kind::decorator) && node.field() == Field::function)
            return;
    }
    std::vector<FunctionId> functions;
    gather_functions(types_.type_of(place(node)), 0, functions);
    if (node.is(Kind::lambda)) {
        if (const FunctionId own = symbols_.function_at(place(node)); own && !llvm::is_contained(functions, own))
            functions.push_back(own);
    }
    if (functions.empty())
        return;

    Entry entry = Entry::transparent;
    Node at = value_position(node);
    Node up = at.parent();
    if (up.is(Kind::if_statement) || up.is(Kind::while_statement) || up.is(Kind::assert_statement))
        return; // only asked whether it is there
    if (up.is(Kind::keyword_argument)) {
        at = up;
        up = up.parent();
    }
    if (up.is_any(Kind::list_splat, Kind::dictionary_splat))
        entry = Entry::unknown;
    const bool argument = up.is(Kind::argument_list) && up.parent().is(Kind::call);
    if (argument)
        entry = entry_of_argument(up.parent(), at);
    if (names_override(node))
        entry = Entry::awaits;
    // `app.dependency_overrides[get_db] = override`: an attribute of something outside whose values are called.
    if (up.is(Kind::assignment) && up.child(Field::left).is(Kind::subscript))
        if (const Entry called = entry_of_table(up.child(Field::left).child(Field::value)); called != Entry::none)
            entry = called;
    const FunctionId caller = symbols_.enclosing_function(place(node));
    for (const FunctionId function : functions)
        add({.caller = caller,
             .callee = function,
             .place = place(node),
             .kind = CallEdge::Kind::reference,
             .entry = entry,
             .direct = names_directly(node, function)});
}

/// `Depends(f)` in a parameter's default, in its annotation or in a decorator: the framework calls f for it.
void CallGraphBuilder::read_dependency(Node argument, FunctionId owner) {
    for (const Atom& atom : types_.store().atoms(types_.type_of(place(argument)))) {
        FunctionId callee;
        if (atom.kind == Atom::Kind::function)
            callee = FunctionId{atom.id};
        else if (atom.kind == Atom::Kind::class_)
            callee = types_.method(ClassId{atom.id}, "__init__");
        else if (atom.kind == Atom::Kind::instance)
            callee = types_.method(ClassId{atom.id}, "__call__");
        if (callee)
            add({.caller = owner,
                 .callee = callee,
                 .place = place(argument),
                 .kind = CallEdge::Kind::dependency,
                 .entry = atom.kind == Atom::Kind::class_ ? Entry::sync : Entry::awaits,
                 .direct = names_directly(argument, callee)});
    }
}

void CallGraphBuilder::read_dependencies_in(FunctionId function, const Module& module, Node expression,
                                            unsigned depth) {
    const Module* outer = module_;
    module_ = &module;
    const SyntaxTree& tree = module.tree;
    const ModuleBindings& bindings = symbols_.bindings(module.id);
    for (NodeId id = expression.id(); id < tree.record(expression.id()).subtree_end; ++id) {
        const Node node = tree.node(id);
        if (node.is(Kind::call)) {
            const CallInfo* info = types_.call(place(node));
            const Node arguments = node.child(Field::arguments);
            if (info == nullptr || !arguments.is(Kind::argument_list))
                continue;
            for (const Node argument : arguments.named_children()) {
                const Node value = argument.is(Kind::keyword_argument) ? argument.child(Field::value) : argument;
                if (entry_of_argument(node, argument) == Entry::awaits)
                    read_dependency(value, function);
            }
        } else if (depth < max_alias_depth && (node.is(Kind::attribute) || bindings.symbol_at(node.id()))) {
            for (const Target& target : symbols_.resolve_expression(module.id, node)) {
                if (target.kind != Target::Kind::variable)
                    continue;
                const Module& home = program_.module(target.module);
                const ModuleBindings& there = symbols_.bindings(target.module);
                for (const DefinitionId definition : there.symbol(target.symbol).definitions) {
                    const Node assignment = home.tree.node(there.definition(definition).node);
                    if (const Node right = assignment.child(Field::right))
                        if (right.is_any(Kind::subscript, Kind::generic_type, Kind::call))
                            read_dependencies_in(function, home, right, depth + 1);
                }
            }
        }
    }
    module_ = outer;
}

void CallGraphBuilder::read_dependencies_of(FunctionId function) {
    const FunctionInfo& info = symbols_.function(function);
    const Node node = module_->tree.node(info.node);
    const Module& module = *module_;
    const std::vector<ParameterInfo> parameters = parameters_of(node);
    for (std::size_t i = 0; i < parameters.size(); ++i)
        if (const FunctionId fixture = types_.fixture(function, i))
            add({.caller = function,
                 .callee = fixture,
                 .place = {module.id, parameters[i].name_node},
                 .kind = CallEdge::Kind::dependency,
                 .entry = Entry::awaits});
    for (const ParameterInfo& parameter : parameters)
        for (const NodeId part : {parameter.annotation, parameter.default_value})
            if (part != no_node)
                read_dependencies_in(function, module, module.tree.node(part), 0);
    // `service: Service = Depends()`: what the annotation names is made.
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const Node call =
            parameters[i].default_value == no_node ? Node() : module.tree.node(parameters[i].default_value);
        const CallInfo* made = call.is(Kind::call) ? types_.call(place(call)) : nullptr;
        if (made == nullptr || !call.child(Field::arguments).named_children().empty() ||
            llvm::none_of(made->targets, [&](const CallTarget& target) {
                const auto callbacks = known_callable(knowledge_, target.external).callbacks();
                return llvm::any_of(callbacks, [](const Callback& one) { return one.entry == Entry::awaits; });
            }))
            continue;
        for (const Atom& atom : types_.store().atoms(types_.parameter(function, i)))
            if (atom.kind == Atom::Kind::instance)
                if (const FunctionId callee = types_.method(ClassId{atom.id}, "__init__"))
                    add({.caller = function,
                         .callee = callee,
                         .place = place(call),
                         .kind = CallEdge::Kind::dependency,
                         .entry = Entry::sync});
    }
    // `@router.get("/", dependencies=[Depends(f)])`
    const Node decorated = node.parent();
    if (decorated.is(Kind::decorated_definition))
        for (const Node child : decorated.named_children())
            if (child.is(Kind::decorator) && child.named_child(0).is(Kind::call))
                read_dependencies_in(function, module, child.named_child(0).child(Field::arguments), max_alias_depth);
}

} // namespace sqlawait
