// Names, operators, displays, comprehensions, subscripts.
#include "analysis/inference/evaluator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace sqlawait {

namespace {

/// `row[1]`, `pair[-1]`: the place in a sequence of so many.
bool place_of(Node key, std::size_t size, std::size_t& index) {
    const bool negative = key.is(Kind::unary_operator) && key.first_child().is_token("-");
    const Node number = negative ? key.child(Field::argument) : key;
    if (!number.is(Kind::integer) || number.text().getAsInteger(10, index))
        return false;
    if (negative)
        index = index == 0 || index > size ? size : size - index;
    return index < size;
}

} // namespace

TypeId Inference::evaluate(Node node) {
    if (!node)
        return TypeStore::nothing;
    const TypeId type = evaluate_new(node);
    table_.types_[module_->id.value][node.id()] = type;
    return type;
}

TypeId Inference::evaluate_new(Node node) {
    switch (node.kind()) {
    case Kind::identifier: return evaluate_name(node);
    case Kind::attribute: return evaluate_attribute(node);
    case Kind::call: return evaluate_call(node);
    case Kind::subscript: return evaluate_subscript(node);
    case Kind::parenthesized_expression: {
        TypeId out = TypeStore::nothing;
        for (const Node child : node.named_children())
            out = evaluate(child);
        return out;
    }
    case Kind::await: return awaited(evaluate(node.named_child(0)));
    case Kind::named_expression: {
        const TypeId value = evaluate(node.child(Field::value));
        assign(node.child(Field::name), value);
        return value;
    }
    case Kind::conditional_expression: {
        const auto parts = node.named_children();
        TypeId out = TypeStore::nothing;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const TypeId type = evaluate(parts[i]);
            if (i != 1)
                out = types_.join(out, type);
        }
        return out;
    }
    case Kind::boolean_operator: {
        const TypeId left = evaluate(node.child(Field::left));
        const TypeId right = evaluate(node.child(Field::right));
        const bool is_or = node.child(Field::operator_).is_token("or");
        return types_.join(is_or ? types_.without_none(left) : left, right);
    }
    case Kind::binary_operator: return evaluate_binary(node);
    case Kind::comparison_operator: {
        // Identity and containment are never a column's business.
        const bool plain = node.child_token("is") || node.child_token("is not") || node.child_token("in") ||
                           node.child_token("not in");
        bool column = false;
        for (const Node child : node.named_children())
            column |= types_.some(evaluate(child), [&](const Atom& atom) {
                return types_.external_class(atom).starts_with("sqlalchemy.");
            });
        return types_.external_instance(column && !plain ? "sqlalchemy.ColumnElement" : "builtins.bool");
    }
    case Kind::not_operator:
        (void)evaluate(node.child(Field::argument));
        return types_.external_instance("builtins.bool");
    case Kind::unary_operator: {
        const TypeId type = evaluate(node.child(Field::argument));
        return type;
    }
    case Kind::lambda: {
        visit_function_header(node);
        const FunctionId id = symbols_.function_at({module_->id, node.id()});
        return id ? types_.function(id) : TypeStore::unknown;
    }
    case Kind::list:
    case Kind::set:
    case Kind::tuple:
    case Kind::expression_list:
    case Kind::dictionary: return evaluate_display(node);
    case Kind::list_comprehension:
    case Kind::set_comprehension:
    case Kind::dictionary_comprehension:
    case Kind::generator_expression: return evaluate_comprehension(node);
    case Kind::list_splat:
    case Kind::parenthesized_list_splat: return element_of(evaluate(node.named_child(0)));
    case Kind::yield: {
        const Node value = node.named_child(0);
        const TypeId type = value ? evaluate(value) : types_.none();
        if (function_)
            write(yield_slot(function_), node.child_token("from") ? element_of(type) : type);
        return TypeStore::unknown;
    }
    case Kind::string:
        for (const Node child : node.named_children())
            if (child.is(Kind::interpolation))
                for (const Node part : child.named_children())
                    (void)evaluate(part);
        if (node.named_children().size() == 3 && node.named_child(1).is(Kind::string_content) &&
            node.range().size() < 80 && !node.named_child(1).first_child() && node.text().front() != 'f')
            return types_.literal(node.named_child(1).text());
        return types_.external_instance("builtins.str");
    case Kind::concatenated_string:
        for (const Node child : node.named_children())
            (void)evaluate(child);
        return types_.external_instance("builtins.str");
    case Kind::format_specifier:
    case Kind::format_expression:
        for (const Node child : node.named_children())
            (void)evaluate(child);
        return types_.external_instance("builtins.str");
    case Kind::integer: return types_.external_instance("builtins.int");
    case Kind::float_: return types_.external_instance("builtins.float");
    case Kind::true_:
    case Kind::false_: return types_.external_instance("builtins.bool");
    case Kind::none_literal: return types_.none();
    case Kind::ellipsis: return types_.external_instance("builtins.ellipsis");
    case Kind::slice:
        for (const Node child : node.named_children())
            (void)evaluate(child);
        return types_.external_instance("builtins.slice");
    case Kind::keyword_argument: return evaluate(node.child(Field::value));
    case Kind::as_pattern: return evaluate(node.named_child(0));
    case Kind::type: return annotation(module_->id, node);
    case Kind::string_start:
    case Kind::string_content:
    case Kind::string_end:
    case Kind::type_conversion:
    case Kind::comment: return TypeStore::nothing;
    default:
        // A statement, or something without a value of its own: its parts still count.
        for (Node child = node.first_child(); child; child = child.next_sibling())
            if (child.named())
                (void)evaluate(child);
        return TypeStore::unknown;
    }
}

bool Inference::is_builtin(Node identifier) const {
    return identifier.is(Kind::identifier) && !bindings_->symbol_at(identifier.id());
}

TypeId Inference::evaluate_name(Node node) {
    const SymbolId symbol = bindings_->symbol_at(node.id());
    if (!symbol)
        return types_.external("builtins." + node.text().str());
    TypeId out = TypeStore::nothing;
    for (const DefinitionId id : bindings_->reaching(node.id()))
        out = types_.join(out, narrowed(node, symbol, id, evaluate_definition(module_->id, id)));
    if (out == TypeStore::nothing && bindings_->reaching(node.id()).empty() && bindings_->definition_at(node.id()))
        out = evaluate_definition(module_->id, bindings_->definition_at(node.id()));
    return out;
}

TypeId Inference::evaluate_definition(ModuleId module, DefinitionId id) {
    const ModuleBindings& bindings = symbols_.bindings(module);
    const Definition& definition = bindings.definition(id);
    if (in_fallback(module, program_.module(module).tree.node(definition.name)))
        return TypeStore::nothing;
    switch (definition.kind) {
    case DefinitionKind::parameter: {
        const ScopeId scope = bindings.symbol(definition.symbol).scope;
        const FunctionId function = symbols_.function_at({module, bindings.scope(scope).node});
        if (!function)
            return TypeStore::unknown;
        const auto& parameters = parameters_[function.value].parameters;
        for (std::size_t i = 0; i < parameters.size(); ++i)
            if (parameters[i].name_node == definition.name)
                return read(parameter_slot(function, i));
        return TypeStore::unknown;
    }
    case DefinitionKind::import_module:
    case DefinitionKind::import_name:
    case DefinitionKind::import_star:
    case DefinitionKind::function:
    case DefinitionKind::class_: {
        TypeId out = TypeStore::nothing;
        for (const Target& target : symbols_.resolve(module, id))
            out = types_.join(out, evaluate_target(target));
        if (definition.kind == DefinitionKind::import_name && out == TypeStore::nothing)
            out = given_by_module(module, program_.module(module).tree.node(definition.node));
        return out == TypeStore::nothing ? TypeStore::unknown : out;
    }
    case DefinitionKind::type_parameter: return types_.type_variable(bindings.symbol(definition.symbol).name, true);
    case DefinitionKind::type_alias:
    case DefinitionKind::deletion: return TypeStore::nothing;
    default: return read(definition_slot(module, id));
    }
}

/// `from app import settings`, which `app` does not bind: what its own `__getattr__` gives (PEP 562).
TypeId Inference::given_by_module(ModuleId importer, Node imported) {
    const Node statement = imported.parent();
    if (!statement.is(Kind::import_from_statement))
        return TypeStore::nothing;
    const ImportedModule from = imported_module(statement.child(Field::module_name));
    const ModuleId source = symbols_.find_module(importer, from.dotted, from.dots);
    TypeId out = TypeStore::nothing;
    if (source)
        for (const Target& target : symbols_.member(source, "__getattr__"))
            if (target.kind == Target::Kind::function)
                out = types_.join(out, result_of(target.function));
    return out;
}

TypeId Inference::evaluate_target(const Target& target) {
    switch (target.kind) {
    case Target::Kind::module: return types_.module(target.module);
    case Target::Kind::function: return types_.function(target.function);
    case Target::Kind::class_: return types_.class_object(target.class_);
    case Target::Kind::external: return types_.external(knowledge_.canonical(target.external));
    case Target::Kind::variable: {
        TypeId out = TypeStore::nothing;
        for (const DefinitionId id : symbols_.bindings(target.module).symbol(target.symbol).definitions) {
            const DefinitionKind kind = symbols_.bindings(target.module).definition(id).kind;
            const bool imported = kind == DefinitionKind::import_module || kind == DefinitionKind::import_name ||
                                  kind == DefinitionKind::import_star;
            if (!imported) // those were followed by linking already
                out = types_.join(out, evaluate_definition(target.module, id));
        }
        return out;
    }
    }
    return TypeStore::unknown;
}

/// `left & right` of objects whose class says what that is; nothing where one of them is something else.
TypeId Inference::overloaded(Node node, TypeId left, TypeId right) {
    const llvm::StringRef method = llvm::StringSwitch<llvm::StringRef>(node.child(Field::operator_).text())
                                       .Case("&", "__and__")
                                       .Case("|", "__or__")
                                       .Case("^", "__xor__")
                                       .Case("+", "__add__")
                                       .Case("-", "__sub__")
                                       .Case("*", "__mul__")
                                       .Case("/", "__truediv__")
                                       .Case(">>", "__rshift__")
                                       .Case("<<", "__lshift__")
                                       .Default("");
    TypeId out = TypeStore::nothing;
    for (const Atom& atom : types_.atoms(left).vec()) {
        const FunctionId found = atom.kind == Atom::Kind::instance && !method.empty()
                                     ? table_.method(ClassId{atom.id}, method)
                                     : FunctionId();
        if (!found)
            return TypeStore::nothing;
        CallFrame frame;
        frame.positional = {right};
        CallInfo call;
        out = types_.join(out, call_function(found, /*bound=*/true, types_.make({atom}), frame, call));
    }
    return out;
}

TypeId Inference::evaluate_binary(Node node) {
    const TypeId left = evaluate(node.child(Field::left));
    const TypeId right = evaluate(node.child(Field::right));
    if (const TypeId own = overloaded(node, left, right); own != TypeStore::nothing)
        return own;
    const auto containers = [&](TypeId type) {
        return types_.all(type, [&](const Atom& atom) {
            const llvm::StringRef name = types_.external_class(atom);
            return name == "builtins.list" || name == "builtins.tuple" || name == "builtins.set" ||
                   name == "builtins.dict" || name == "typing.Generator";
        });
    };
    if (containers(left) && containers(right))
        return types_.join(left, right);
    if (containers(left))
        return left;
    const auto sql = [&](const Atom& atom) { return types_.external_class(atom).starts_with("sqlalchemy."); };
    if (types_.some(left, sql) || types_.some(right, sql))
        return types_.external_instance("sqlalchemy.ColumnElement");
    const auto plain = [&](const Atom& atom) {
        return atom.kind == Atom::Kind::literal || atom.kind == Atom::Kind::external_instance;
    };
    if (types_.all(left, plain))
        return types_.some(left, [](const Atom& atom) { return atom.kind == Atom::Kind::literal; })
                   ? types_.external_instance("builtins.str")
                   : left;
    return TypeStore::unknown;
}

TypeId Inference::evaluate_display(Node node) {
    if (node.is(Kind::dictionary)) {
        TypeId key = TypeStore::nothing, value = TypeStore::nothing;
        std::map<std::string, TypeId> entries; // by constant key
        bool constant = true;
        for (const Node part : node.named_children()) {
            if (part.is(Kind::pair)) {
                const TypeId own_key = evaluate(part.child(Field::key));
                const TypeId own_value = evaluate(part.child(Field::value));
                key = types_.join(key, own_key);
                value = types_.join(value, own_value);
                const llvm::ArrayRef<Atom> keys = types_.atoms(own_key);
                constant &= keys.size() == 1 && keys[0].kind == Atom::Kind::literal;
                if (constant && entries.size() <= TypeStore::max_literals)
                    entries[types_.text(keys[0].id).str()] = own_value;
            } else if (part.is(Kind::dictionary_splat)) {
                const TypeId other = evaluate(part.named_child(0));
                const llvm::ArrayRef<Atom> spread = types_.atoms(other);
                const auto known = spread.size() == 1 ? types_.entries(spread[0]) : std::map<std::string, TypeId>();
                constant &= !known.empty();
                for (const auto& [name, type] : known)
                    entries[name] = type;
                for (const Atom& atom : types_.atoms(other).vec())
                    if (types_.external_class(atom) == "builtins.dict" && atom.args.size() >= 2) {
                        key = types_.join(key, atom.args[0]);
                        value = types_.join(value, atom.args[1]);
                    } else {
                        value = types_.join(value, TypeStore::unknown);
                    }
            }
        }
        if (constant && !entries.empty() && entries.size() <= TypeStore::max_literals)
            return types_.record(entries);
        return types_.external_instance("builtins.dict", {key, value});
    }
    std::vector<TypeId> parts;
    bool splat = false;
    TypeId all = TypeStore::nothing;
    for (const Node part : node.named_children()) {
        parts.push_back(evaluate(part));
        all = types_.join(all, parts.back());
        splat |= part.is_any(Kind::list_splat, Kind::parenthesized_list_splat);
    }
    if (node.is_any(Kind::tuple, Kind::expression_list) && !splat && parts.size() <= 12)
        return types_.external_instance("builtins.tuple", std::move(parts));
    return types_.external_instance(node.is(Kind::set)    ? "builtins.set"
                                    : node.is(Kind::list) ? "builtins.list"
                                                          : "builtins.tuple",
                                    {all});
}

TypeId Inference::evaluate_comprehension(Node node) {
    for (const Node clause : node.named_children()) {
        if (clause.is(Kind::for_in_clause)) {
            TypeId iterable = TypeStore::nothing;
            for (const Node right : clause.children(Field::right))
                if (right.named())
                    iterable = types_.join(iterable, evaluate(right));
            assign(clause.child(Field::left),
                   clause.child_token("async") ? async_element_of(iterable) : element_of(iterable));
        } else if (clause.is(Kind::if_clause)) {
            for (const Node test : clause.named_children())
                (void)evaluate(test);
        }
    }
    const Node body = node.child(Field::body);
    if (node.is(Kind::dictionary_comprehension)) {
        const TypeId key = evaluate(body.child(Field::key));
        const TypeId value = evaluate(body.child(Field::value));
        return types_.external_instance("builtins.dict", {key, value});
    }
    const TypeId element = evaluate(body);
    if (node.is(Kind::list_comprehension))
        return types_.external_instance("builtins.list", {element});
    if (node.is(Kind::set_comprehension))
        return types_.external_instance("builtins.set", {element});
    return types_.external_instance("typing.Generator", {element});
}

/// What a dictionary holds under a key.
TypeId Inference::entry_of(const Atom& dictionary, llvm::ArrayRef<TypeId> key) {
    const llvm::ArrayRef<Atom> keys = key.size() == 1 ? types_.atoms(key[0]) : llvm::ArrayRef<Atom>();
    const bool constant =
        !keys.empty() && llvm::all_of(keys, [](const Atom& atom) { return atom.kind == Atom::Kind::literal; });
    if (!constant)
        return dictionary.args.size() >= 2 ? dictionary.args[1] : TypeStore::unknown;
    TypeId out = TypeStore::nothing;
    for (const Atom& one : keys.vec())
        out = types_.join(out, types_.entry(dictionary, types_.text(one.id)));
    return out;
}

/// `context["db"]` of a TypedDict, `pair[0]` of a NamedTuple; nothing for other classes.
TypeId Inference::field_of(const Atom& atom, llvm::ArrayRef<Node> keys, llvm::ArrayRef<TypeId> key_types) {
    const auto has_base = [&](llvm::StringRef name) {
        return llvm::is_contained(table_.external_bases(ClassId{atom.id}), name);
    };
    if (keys.size() != 1)
        return TypeStore::nothing;
    TypeId out = TypeStore::nothing;
    if (has_base("typing.TypedDict")) {
        for (const Atom& key : types_.atoms(key_types[0]).vec())
            if (key.kind == Atom::Kind::literal)
                out = types_.join(out, instance_attribute(atom, types_.text(key.id)));
    } else if (unsigned index = 0;
               has_base("typing.NamedTuple") && keys[0].is(Kind::integer) && !keys[0].text().getAsInteger(10, index)) {
        const auto& fields = class_traits_[atom.id].fields;
        if (index < fields.size())
            out = instance_attribute(atom, fields[index].name);
    }
    return out;
}

TypeId Inference::evaluate_subscript(Node node) {
    const TypeId container = evaluate(node.child(Field::value));
    const auto keys = node.children(Field::subscript);
    std::vector<TypeId> key_types;
    for (const Node key : keys)
        key_types.push_back(evaluate(key));
    const bool slice = keys.size() == 1 && keys[0].is(Kind::slice);
    TypeId out = TypeStore::nothing;
    for (const Atom& atom : types_.atoms(container).vec()) {
        switch (atom.kind) {
        case Atom::Kind::none: continue;
        case Atom::Kind::class_: // CRUDBase[User]
            out = types_.join(out, types_.class_object(ClassId{atom.id}, annotation_arguments(module_->id, keys, 0)));
            continue;
        case Atom::Kind::external: // list[int]; Provide[Container.service]
            out = types_.join(out, marked(types_.text(atom.id), key_types).value_or(types_.make({atom})));
            continue;
        case Atom::Kind::instance: {
            if (const TypeId field = field_of(atom, keys, key_types); field != TypeStore::nothing) {
                out = types_.join(out, field);
                continue;
            }
            const FunctionId getter = table_.method(ClassId{atom.id}, "__getitem__");
            out = types_.join(
                out, getter ? types_.substitute(result_of(getter), variables_of(atom, symbols_.function(getter).owner))
                            : TypeStore::unknown);
            continue;
        }
        case Atom::Kind::literal: out = types_.join(out, types_.external_instance("builtins.str")); continue;
        case Atom::Kind::external_instance: break;
        default: out = types_.join(out, TypeStore::unknown); continue;
        }
        const llvm::StringRef name = types_.text(atom.id);
        std::size_t index = 0;
        if (name == "builtins.str" || (slice && knowledge_.role(name) != Role::query)) {
            out = types_.join(out, types_.make({atom})); // of its own kind
        } else if (slice) {
            out = types_.join(out, types_.external_instance("builtins.list", {element_of(types_.make({atom}))}));
        } else if (name == "builtins.dict") {
            out = types_.join(out, entry_of(atom, key_types));
        } else if ((name == "builtins.tuple" || name == "sqlalchemy.engine.Row") && keys.size() == 1 &&
                   place_of(keys[0], atom.args.size(), index)) {
            out = types_.join(out, atom.args[index]);
        } else if (const ClassKnowledge* known = knowledge_.class_(name);
                   known != nullptr && !known->subscript.empty()) {
            CallFrame frame;
            frame.receiver = types_.make({atom});
            frame.positional = key_types;
            out = types_.join(out, apply_template(known->subscript, frame));
        } else {
            out = types_.join(out, element_of(types_.make({atom})));
        }
    }
    return out;
}

} // namespace sqlawait
