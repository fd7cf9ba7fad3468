// Assignments, loops, `with`, `match`, definitions: what binds names.
#include "analysis/inference/evaluator.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

void Inference::visit_body(Node scope_node) {
    if (scope_node.is(Kind::lambda)) {
        write(return_slot(function_), evaluate(scope_node.child(Field::body)));
        return;
    }
    if (scope_node.is(Kind::module))
        visit_children(scope_node);
    else
        visit_children(scope_node.child(Field::body));
}

void Inference::visit_children(Node node) {
    for (Node child = node.first_child(); child; child = child.next_sibling())
        if (child.named())
            visit(child);
}

/// `client: httpx.Client`, which a fixture may well give a TestClient for: what the fixture gives is believed then, and
/// the annotation where that is not known.
bool Inference::has_narrower_client(TypeId annotated) const {
    return annotated != TypeStore::nothing && types_.all(annotated, [&](const Atom& atom) {
        const ClassKnowledge* known = knowledge_.class_(types_.external_class(atom));
        return known != nullptr && !known->async_class.empty() && known->role == Role::none;
    });
}

/// Annotation and default of each parameter; the receiver of methods; fixtures of tests.
void Inference::visit_parameters() {
    const FunctionInfo& info = symbols_.function(function_);
    const FunctionTraits& traits = traits_[function_.value];
    const ParameterSlots& own = parameters_[function_.value];
    for (std::size_t i = 0; i < own.parameters.size(); ++i) {
        const ParameterInfo& parameter = own.parameters[i];
        const SlotId slot = parameter_slot(function_, i);
        if (i == 0 && takes_receiver(function_)) {
            std::vector<TypeId> args;
            for (const std::string& name : class_traits_[info.owner.value].variables)
                args.push_back(types_.type_variable(name, false));
            const bool on_class = traits.is_class_method || info.name == "__new__";
            write(slot, on_class ? types_.class_object(info.owner, args) : types_.instance(info.owner, args));
            continue;
        }
        TypeId type = TypeStore::nothing;
        if (parameter.annotation != no_node) {
            const TypeId annotated = annotation(info.module, module_->tree.node(parameter.annotation));
            if (own.locked[i] && !own.client[i])
                type = annotated;
        }
        if (parameter.kind == ParameterInfo::Kind::var_positional)
            type = types_.external_instance("builtins.tuple", {type});
        else if (parameter.kind == ParameterInfo::Kind::var_keyword)
            type = types_.external_instance("builtins.dict", {types_.external_instance("builtins.str"), type});
        write(slot, type);
        if (type != TypeStore::nothing)
            continue;
        if (const FunctionId source = table_.fixture(function_, i))
            write(slot, injected(types_.function(source)));
        else if (traits.is_fixture || llvm::StringRef(info.name).starts_with("test"))
            if (const FunctionKnowledge* known = knowledge_.function("pytest.fixtures." + parameter.name))
                write(slot, types_.external_instance(known->returns));
    }
}

void Inference::visit_function_header(Node function) {
    const FunctionId id = symbols_.function_at({module_->id, function.id()});
    if (!id)
        return;
    const ParameterSlots& own = parameters_[id.value];
    const SyntaxTree& tree = module_->tree;
    for (std::size_t i = 0; i < own.parameters.size(); ++i) {
        // `db: Annotated[Session, Depends(get_db)]`: what annotations carry along is evaluated like a default.
        if (const NodeId annotation = own.parameters[i].annotation; annotation != no_node)
            for (NodeId at = annotation; at < tree.record(annotation).subtree_end;) {
                const Node node = tree.node(at);
                if (node.is(Kind::call))
                    (void)evaluate(node);
                at = node.is(Kind::call) ? tree.record(at).subtree_end : at + 1;
            }
        if (own.parameters[i].default_value == no_node)
            continue;
        const TypeId given = evaluate(module_->tree.node(own.parameters[i].default_value));
        if (!own.locked[i] || given == types_.none())
            write_parameter(id, i, given);
    }
}

void Inference::visit_class(Node node) {
    for (const Node argument : node.child(Field::superclasses).named_children())
        (void)evaluate(argument.is(Kind::keyword_argument) ? argument.child(Field::value) : argument);
    visit_children(node.child(Field::body));
}

void Inference::visit(Node node) {
    switch (node.kind()) {
    case Kind::comment:
    case Kind::line_continuation:
    case Kind::import_statement:
    case Kind::import_from_statement:
    case Kind::future_import_statement:
    case Kind::global_statement:
    case Kind::nonlocal_statement:
    case Kind::pass_statement:
    case Kind::break_statement:
    case Kind::continue_statement:
    case Kind::type_alias_statement: return;
    case Kind::function_definition: visit_function_header(node); return;
    case Kind::class_definition: visit_class(node); return;
    case Kind::decorated_definition: {
        visit(node.child(Field::definition));
        const Node definition = node.child(Field::definition);
        const FunctionId id = symbols_.function_at({module_->id, definition.id()});
        const ClassId class_ = symbols_.class_at({module_->id, definition.id()});
        for (const Node child : node.named_children())
            if (child.is(Kind::decorator) && class_)
                visit_class_decorator(child.named_child(0), class_);
            else if (child.is(Kind::decorator))
                visit_decorator(child.named_child(0), id);
        return;
    }
    case Kind::expression_statement: {
        for (const Node child : node.named_children()) {
            if (child.is_any(Kind::assignment, Kind::augmented_assignment))
                visit_assignment(child);
            else
                (void)evaluate(child);
        }
        return;
    }
    case Kind::assignment:
    case Kind::augmented_assignment: visit_assignment(node); return;
    case Kind::return_statement:
        write(return_slot(function_), node.named_child(0) ? evaluate(node.named_child(0)) : types_.none());
        return;
    case Kind::for_statement: {
        const TypeId iterable = evaluate(node.child(Field::right));
        assign(node.child(Field::left), node.child_token("async") ? async_element_of(iterable) : element_of(iterable));
        visit(node.child(Field::body));
        if (const Node alternative = node.child(Field::alternative))
            visit(alternative);
        return;
    }
    case Kind::with_statement: visit_with(node); return;
    case Kind::match_statement: visit_match(node); return;
    case Kind::except_clause: {
        if (in_fallback(module_->id, node))
            return;
        for (const Node child : node.named_children()) {
            if (child.is(Kind::block)) {
                visit(child);
            } else if (child.is(Kind::as_pattern)) {
                const TypeId type = evaluate(child.named_child(0));
                const Node alias = child.child(Field::alias);
                assign(alias.is(Kind::as_pattern_target) ? alias.named_child(0) : alias, instance_of(type));
            } else if (child.field() == Field::alias) {
                assign(child, types_.external_instance("builtins.Exception"));
            } else {
                (void)evaluate(child);
            }
        }
        return;
    }
    case Kind::delete_statement:
        for (const Node child : node.named_children())
            if (!child.is(Kind::identifier))
                (void)evaluate(child);
        return;
    case Kind::block:
    case Kind::if_statement:
    case Kind::elif_clause:
    case Kind::else_clause:
    case Kind::while_statement:
    case Kind::try_statement:
    case Kind::finally_clause:
    case Kind::with_clause:
    case Kind::assert_statement:
    case Kind::raise_statement:
    case Kind::print_statement:
    case Kind::exec_statement:
    case Kind::error: visit_children(node); return;
    default: (void)evaluate(node); return;
    }
}

void Inference::visit_assignment(Node node) {
    const Node left = node.child(Field::left);
    Node right = node.child(Field::right);
    if (node.is(Kind::augmented_assignment)) {
        const TypeId added = evaluate(right);
        const TypeId before = evaluate(left);
        assign(left, types_.join(before, added));
        return;
    }
    TypeId value = TypeStore::nothing;
    if (right.is_any(Kind::assignment, Kind::augmented_assignment)) { // a = b = value
        visit_assignment(right);
        while (right.is_any(Kind::assignment, Kind::augmented_assignment))
            right = right.child(Field::right);
        value = module_->tree.size() > right.id() ? table_.types_[module_->id.value][right.id()] : TypeStore::nothing;
    } else if (right) {
        value = evaluate(right);
    }
    if (const Node type = node.child(Field::type)) {
        const TypeId annotated = annotation(module_->id, type);
        // An annotation decides, unless it says less than the value: `x: list = []`, `q: Any = db.query(A)`.
        // `members: list[User] = field(default_factory=list)`
        const bool vague = is_foreign(value) || types_.has_unknown(value) || right.is_any(Kind::list, Kind::dictionary);
        const bool described = vague && is_informative_container(annotated);
        if ((described || is_informative(annotated)) &&
            (!right || types_.has_unknown(value) || value == TypeStore::nothing || value == types_.none() ||
             is_foreign(value) || is_open(value) || is_plainer(value, annotated) ||
             right.is_any(Kind::list, Kind::dictionary)))
            value = types_.join(annotated, value == types_.none() ? value : TypeStore::nothing);
        else if (!right && annotated != TypeStore::nothing)
            value = annotated;
    }
    assign(left, value);
}

void Inference::assign(Node target, TypeId value) {
    switch (target.kind()) {
    case Kind::identifier: {
        const DefinitionId id = bindings_->definition_at(target.id());
        if (id)
            write(definition_slot(module_->id, id), value);
        table_.types_[module_->id.value][target.id()] = value;
        return;
    }
    case Kind::attribute: {
        const TypeId object = evaluate(target.child(Field::object));
        write_attribute(object, target.child(Field::attribute).text(), value);
        table_.types_[module_->id.value][target.id()] = value;
        return;
    }
    case Kind::subscript: {
        TypeId key = TypeStore::nothing;
        for (const Node part : target.children(Field::subscript))
            key = types_.join(key, evaluate(part));
        (void)evaluate(target.child(Field::value));
        const TypeId container = table_.types_[module_->id.value][target.child(Field::value).id()];
        const bool list =
            types_.some(container, [&](const Atom& atom) { return types_.external_class(atom) == "builtins.list"; });
        if (list)
            grow(target.child(Field::value), "builtins.list", {value});
        else
            grow(target.child(Field::value), "builtins.dict", {key, value});
        return;
    }
    case Kind::tuple_pattern:
    case Kind::list_pattern:
    case Kind::pattern_list:
    case Kind::tuple:
    case Kind::list:
    case Kind::expression_list: unpack(target.named_children(), value); return;
    case Kind::list_splat_pattern:
    case Kind::list_splat:
        assign(target.named_child(0), types_.external_instance("builtins.list", {element_of(value)}));
        return;
    case Kind::parenthesized_expression:
    case Kind::as_pattern_target: assign(target.named_child(0), value); return;
    default: return;
    }
}

void Inference::unpack(llvm::ArrayRef<Node> targets, TypeId value) {
    for (std::size_t i = 0; i < targets.size(); ++i) {
        TypeId part = TypeStore::nothing;
        for (const Atom& atom : types_.atoms(value).vec()) {
            const llvm::StringRef name = types_.external_class(atom);
            const bool fixed =
                (name == "builtins.tuple" || name == "sqlalchemy.engine.Row") && atom.args.size() == targets.size();
            const bool named = atom.kind == Atom::Kind::instance &&
                               llvm::is_contained(table_.external_bases(ClassId{atom.id}), "typing.NamedTuple") &&
                               class_traits_[atom.id].fields.size() == targets.size();
            if (fixed)
                part = types_.join(part, atom.args[i]);
            else if (named)
                part = types_.join(part, instance_attribute(atom, class_traits_[atom.id].fields[i].name));
            else if (atom.kind != Atom::Kind::none)
                part = types_.join(part, element_of(types_.make({atom})));
        }
        if (targets[i].is_any(Kind::list_splat_pattern, Kind::list_splat))
            assign(targets[i].named_child(0), types_.external_instance("builtins.list", {part}));
        else
            assign(targets[i], part);
    }
}

/// `items.append(x)`, `by_id[k] = x`: what is put in becomes part of what the name or attribute holds.
void Inference::grow(Node container, llvm::StringRef class_name, std::vector<TypeId> args) {
    const TypeId now = table_.types_[module_->id.value][container.id()];
    const bool fits = types_.some(now, [&](const Atom& atom) {
        return types_.external_class(atom) == class_name &&
               (atom.args.size() >= args.size() || class_name == "contextvars.ContextVar");
    });
    if (!fits)
        return;
    const llvm::ArrayRef<Atom> key = types_.atoms(args[0]);
    // `by_key.setdefault(key, []).append(x)`, `by_key[key].append(x)`
    const Node outer = container.is(Kind::call)        ? container.child(Field::function).child(Field::object)
                       : container.is(Kind::subscript) ? container.child(Field::value)
                                                       : Node();
    if (outer && (container.is(Kind::subscript) ||
                  container.child(Field::function).child(Field::attribute).text() == "setdefault")) {
        const Node name = container.is(Kind::subscript) ? container.child(Field::subscript)
                                                        : container.child(Field::arguments).named_child(0);
        const TypeId held = types_.external_instance(class_name, std::move(args));
        for (const llvm::StringRef mapping : {"builtins.dict", "collections.defaultdict"})
            grow(outer, mapping, {name ? table_.types_[module_->id.value][name.id()] : TypeStore::unknown, held});
        return;
    }
    const bool constant = args.size() == 2 && key.size() == 1 && key[0].kind == Atom::Kind::literal;
    const TypeId grown = constant ? types_.record({{types_.text(key[0].id).str(), args[1]}})
                                  : types_.external_instance(class_name, std::move(args));
    if (container.is(Kind::identifier)) {
        for (const DefinitionId id : bindings_->reaching(container.id())) {
            const DefinitionKind kind = bindings_->definition(id).kind;
            if (kind == DefinitionKind::assignment || kind == DefinitionKind::declaration ||
                kind == DefinitionKind::with_target || kind == DefinitionKind::walrus)
                write(definition_slot(module_->id, id), grown);
            else if (kind == DefinitionKind::parameter)
                grow_keywords(id, grown);
        }
    } else if (container.is(Kind::attribute)) {
        write_attribute(evaluate(container.child(Field::object)), container.child(Field::attribute).text(), grown);
    }
}

/// `kwargs["db"] = db`: `**kwargs` is a dictionary of the function's own.
void Inference::grow_keywords(DefinitionId parameter, TypeId grown) {
    if (!function_)
        return;
    const ParameterSlots& own = parameters_[function_.value];
    for (std::size_t i = 0; i < own.parameters.size(); ++i)
        if (own.parameters[i].kind == ParameterInfo::Kind::var_keyword && !own.locked[i] &&
            own.parameters[i].name_node == bindings_->definition(parameter).name)
            write_parameter(function_, i, grown);
}

void Inference::visit_with(Node node) {
    const bool asynchronous = bool(node.child_token("async"));
    for (const Node clause : node.named_children()) {
        if (!clause.is(Kind::with_clause))
            continue;
        for (const Node item : clause.named_children()) {
            const Node value = item.child(Field::value);
            if (value.is(Kind::as_pattern)) {
                const TypeId given = entered(evaluate(value.named_child(0)), asynchronous);
                const Node alias = value.child(Field::alias);
                if (alias)
                    assign(alias, given);
            } else if (value) {
                (void)evaluate(value);
            }
        }
    }
    visit(node.child(Field::body));
}

} // namespace sqlawait
