// What an annotation says: types from the syntax of annotations, strings included.
#include "analysis/inference/evaluator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace sqlawait {

namespace {

constexpr unsigned max_alias_depth = 12;

enum class Form { none, optional, union_, class_object, annotated, generator, any, literal, callable, self_type };

Form form_of(llvm::StringRef dotted) {
    llvm::StringRef name = dotted;
    if (!name.consume_front("typing.") && !name.consume_front("typing_extensions.") &&
        !name.consume_front("collections.abc.") && name != "builtins.type")
        return Form::none;
    return llvm::StringSwitch<Form>(name)
        .Case("Optional", Form::optional)
        .Case("Union", Form::union_)
        .Cases("Type", "builtins.type", Form::class_object)
        .Cases("Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly", Form::annotated)
        .Case("Any", Form::any)
        .Cases("Literal", "LiteralString", Form::literal)
        .Case("Callable", Form::callable)
        .Case("Self", Form::self_type)
        .Default(Form::none);
}

/// typing.List -> builtins.list and so on: one name for one thing.
std::string runtime_name(llvm::StringRef dotted) {
    llvm::StringRef name = dotted;
    if (!name.consume_front("typing.") && !name.consume_front("typing_extensions.") &&
        !name.consume_front("collections.abc."))
        return dotted.str();
    return llvm::StringSwitch<std::string>(name)
        .Cases("List", "Sequence", "MutableSequence", "Collection", "builtins.list")
        .Cases("Dict", "Mapping", "MutableMapping", "DefaultDict", "OrderedDict", "builtins.dict")
        .Cases("Set", "AbstractSet", "MutableSet", "builtins.set")
        .Case("FrozenSet", "builtins.frozenset")
        .Case("Tuple", "builtins.tuple")
        .Cases("Iterable", "Iterator", "Generator", "typing.Generator")
        .Cases("AsyncIterable", "AsyncIterator", "AsyncGenerator", "typing.AsyncGenerator")
        .Cases("Awaitable", "Coroutine", "typing.Coroutine")
        .Case("Text", "builtins.str")
        .Default("typing." + name.str());
}

/// What `TypeVar("T", bound=X)` says, or no node.
Node bound_of(Node made) {
    for (const Node argument : made.child(Field::arguments).named_children())
        if (argument.is(Kind::keyword_argument) && argument.child(Field::name).text() == "bound")
            return argument.child(Field::value);
    return {};
}

} // namespace

bool Inference::is_informative(TypeId type) const {
    return types_.all(type, [&](const Atom& atom) {
        if (atom.kind == Atom::Kind::unknown)
            return false;
        const llvm::StringRef name = types_.external_class(atom);
        return name != "builtins.object" && name != "typing.Callable" && name != "builtins.dict" &&
               name != "builtins.list" && name != "builtins.tuple" && name != "builtins.type";
    });
}

/// `list[User]`: containers of what is known.
bool Inference::is_informative_container(TypeId type) const {
    return types_.all(type, [&](const Atom& atom) {
        const llvm::StringRef name = types_.external_class(atom);
        return llvm::is_contained({"builtins.dict", "builtins.list", "builtins.tuple", "builtins.set"}, name) &&
               !atom.args.empty() && llvm::all_of(atom.args, [&](TypeId part) { return is_informative(part); });
    });
}

/// Whether a generic class's own arguments are not known: `Repository(model)` of a Repository[ModelT].
bool Inference::is_open(TypeId type) const {
    return types_.some(type, [&](const Atom& atom) {
        return atom.kind == Atom::Kind::instance && llvm::any_of(atom.args, [&](TypeId argument) {
                   return types_.some(argument, [](const Atom& one) { return one.kind == Atom::Kind::type_variable; });
               });
    });
}

/// Whether a value is of the annotation's class without its arguments: `current: ContextVar[Session] =
/// ContextVar("x")`.
bool Inference::is_plainer(TypeId value, TypeId annotated) const {
    return types_.all(value, [&](const Atom& atom) {
        return atom.kind == Atom::Kind::external_instance && atom.args.empty() &&
               types_.some(annotated, [&](const Atom& said) {
                   return said.kind == Atom::Kind::external_instance && said.id == atom.id && !said.args.empty();
               });
    });
}

/// Whether a value comes out of a library of which nothing is known.
bool Inference::is_foreign(TypeId type) const {
    return types_.some(type, [&](const Atom& atom) {
        const bool outside = atom.kind == Atom::Kind::external || atom.kind == Atom::Kind::external_instance;
        if (!outside)
            return false;
        const llvm::StringRef name = types_.text(atom.id);
        return knowledge_.class_(name) == nullptr && knowledge_.function(name) == nullptr &&
               !name.starts_with("builtins.") && !name.starts_with("typing.") && !name.starts_with("sqlalchemy.");
    });
}

TypeId Inference::class_of(TypeId instance) {
    TypeId out = TypeStore::nothing;
    for (Atom atom : types_.atoms(instance).vec()) {
        if (atom.kind == Atom::Kind::instance)
            atom.kind = Atom::Kind::class_;
        else if (atom.kind == Atom::Kind::external_instance)
            atom = Atom{.kind = Atom::Kind::external, .id = atom.id};
        else if (atom.kind == Atom::Kind::type_variable)
            atom.bound = true;
        else if (atom.kind != Atom::Kind::none)
            atom = Atom{};
        out = types_.join(out, types_.make({atom}));
    }
    return out;
}

TypeId Inference::instance_of(TypeId class_type) {
    TypeId out = TypeStore::nothing;
    for (Atom atom : types_.atoms(class_type).vec()) {
        if (atom.kind == Atom::Kind::class_)
            atom.kind = Atom::Kind::instance;
        else if (atom.kind == Atom::Kind::external && !atom.bound)
            atom = types_.atoms(plain_instance(types_.text(atom.id))).front();
        else if (atom.kind == Atom::Kind::type_variable && atom.bound)
            atom.bound = false;
        else if (atom.kind == Atom::Kind::external_instance && knowledge_.role(types_.text(atom.id)) == Role::none &&
                 atom.args.size() == 1 && types_.text(atom.id).ends_with("AliasedClass"))
            return atom.args[0];
        else
            atom = Atom{};
        out = types_.join(out, types_.make({atom}));
    }
    return out;
}

TypeId Inference::special_form(llvm::StringRef dotted, std::vector<TypeId> args) {
    switch (form_of(dotted)) {
    case Form::none: break;
    case Form::optional: return types_.join(args.empty() ? TypeStore::unknown : args[0], types_.none());
    case Form::union_: {
        TypeId out = TypeStore::nothing;
        for (const TypeId arg : args)
            out = types_.join(out, arg);
        return out;
    }
    case Form::class_object: return args.empty() ? types_.external_instance("builtins.type") : class_of(args[0]);
    case Form::annotated: return args.empty() ? TypeStore::unknown : args[0];
    case Form::any: return TypeStore::unknown;
    case Form::literal: return types_.external_instance("builtins.str");
    case Form::callable: // [[...], what it gives]
        return args.size() < 2 || types_.has_unknown(args.back())
                   ? types_.external_instance("typing.Callable")
                   : types_.external_instance("typing.Callable", {args.back()});
    case Form::self_type: return TypeStore::unknown;
    case Form::generator: break;
    }
    const std::string name = knowledge_.canonical(runtime_name(dotted));
    // `Mapped[X]` and the like are X where they are read from an instance.
    if (name == "sqlalchemy.orm.Mapped" || name == "sqlalchemy.orm.DynamicMapped" ||
        knowledge_.role(name) == Role::annotated)
        return args.empty() ? TypeStore::unknown : args[0];
    if (name == "typing.Generator" || name == "typing.AsyncGenerator")
        args.resize(std::min<std::size_t>(args.size(), 1));
    if (name == "typing.Coroutine" && args.size() == 3)
        args = {args[2]};
    if (name == "contextlib.AbstractContextManager" || name == "typing.ContextManager")
        return types_.external_instance("contextlib.GeneratorContextManager", args);
    if (name == "sqlalchemy.orm.Query" || name == "sqlalchemy.Select" || name == "sqlalchemy.engine.Result")
        args.clear(); // what people write there is rarely the row; inference finds it
    return args.empty() ? plain_instance(name) : types_.external_instance(name, std::move(args));
}

/// An instance of an outside class of which nothing more is said. A factory makes what it makes by itself.
TypeId Inference::plain_instance(llvm::StringRef name) {
    const ClassKnowledge* known = knowledge_.class_(name);
    const bool factory =
        known != nullptr && (known->role == Role::session_factory || known->role == Role::async_session_factory);
    return factory && !known->call.empty() ? apply_template(known->call, CallFrame()) : types_.external_instance(name);
}

/// `S = TypeVar("S", bound=Session)`, `class Service[Store: Repository]`. What is bound to a session is one; of other
/// variables the bound answers for their attributes.
TypeId Inference::variable_target(const Target& target, Node bound_by, unsigned depth) {
    const std::string& name = symbols_.bindings(target.module).symbol(target.symbol).name;
    if (!bound_by)
        return types_.type_variable(name, false);
    const TypeId bound = annotation(target.module, bound_by, depth + 1);
    if (types_.all(bound, [&](const Atom& atom) { return is_of_database(atom); }))
        return bound;
    const bool plain = types_.all(bound, [&](const Atom& atom) {
        return atom.kind == Atom::Kind::instance && models_.find(ClassId{atom.id}) == nullptr;
    });
    if (const auto [at, fresh] = bounds_.try_emplace(name, bound); !plain || (!fresh && at->second != bound))
        at->second = TypeStore::unknown;
    return types_.type_variable(name, false);
}

TypeId Inference::annotation_target(const Target& target, std::vector<TypeId> args, unsigned depth) {
    if (target.kind == Target::Kind::class_)
        return types_.instance(target.class_, std::move(args));
    if (target.kind == Target::Kind::external) {
        const std::string name = knowledge_.canonical(target.external);
        if (llvm::is_contained(options_.session_types, target.external))
            return types_.external_instance("sqlalchemy.orm.Session");
        return special_form(name, std::move(args));
    }
    if (target.kind != Target::Kind::variable || depth > max_alias_depth)
        return TypeStore::unknown;
    // An alias (`DbSession = Annotated[Session, Depends(get_db)]`) or a TypeVar.
    const ModuleBindings& bindings = symbols_.bindings(target.module);
    const SyntaxTree& tree = program_.module(target.module).tree;
    TypeId out = TypeStore::nothing;
    for (const DefinitionId id : bindings.symbol(target.symbol).definitions) {
        const Definition& definition = bindings.definition(id);
        const Node node = tree.node(definition.node);
        const Node value = node.child(Field::right);
        if (definition.kind == DefinitionKind::type_parameter) {
            const Node constrained = node.named_child(0);
            return variable_target(target, constrained.is(Kind::constrained_type) ? constrained.named_child(1) : Node(),
                                   depth);
        }
        if (!value || !node.is_any(Kind::assignment, Kind::type_alias_statement))
            return TypeStore::unknown;
        if (value.is(Kind::call)) {
            const std::string name = dotted_name(target.module, value.child(Field::function));
            if (name == "typing.TypeVar" || name == "typing_extensions.TypeVar")
                return variable_target(target, bound_of(value), depth);
            if (name == "typing.NewType")
                if (const Node base = value.child(Field::arguments).named_child(1))
                    return annotation(target.module, base, depth + 1);
            return TypeStore::unknown;
        }
        out = types_.join(out, annotation(target.module, value, depth + 1));
    }
    return out == TypeStore::nothing ? TypeStore::unknown : out;
}

std::vector<TypeId> Inference::annotation_arguments(ModuleId module, llvm::ArrayRef<Node> nodes, unsigned depth) {
    std::vector<TypeId> out;
    for (const Node node : nodes) {
        if (node.is(Kind::tuple)) {
            for (const Node part : node.named_children())
                out.push_back(annotation(module, part, depth + 1));
        } else {
            out.push_back(annotation(module, node, depth + 1));
        }
    }
    return out;
}

TypeId Inference::annotation(ModuleId module, Node node, unsigned depth) {
    if (depth > max_alias_depth + 20)
        return TypeStore::unknown;
    switch (node.kind()) {
    case Kind::type:
    case Kind::parenthesized_expression: return annotation(module, node.named_child(0), depth + 1);
    case Kind::none_literal: return types_.none();
    case Kind::ellipsis: return TypeStore::unknown;
    case Kind::binary_operator:
    case Kind::union_type: {
        TypeId out = TypeStore::nothing;
        for (const Node part : node.named_children())
            out = types_.join(out, annotation(module, part, depth + 1));
        return out;
    }
    case Kind::generic_type: { // List[int]: identifier, type_parameter
        const auto parameters = node.named_child(1).named_children();
        const std::vector<TypeId> args = annotation_arguments(module, parameters, depth);
        TypeId out = TypeStore::nothing;
        const Node head = node.named_child(0);
        for (const Target& target : symbols_.resolve_expression(module, head))
            out = types_.join(out, annotation_target(target, args, depth));
        if (out == TypeStore::nothing)
            if (const std::string name = dotted_name(module, head); !name.empty())
                out = special_form(name, args);
        return out == TypeStore::nothing ? TypeStore::unknown : out;
    }
    case Kind::subscript: {
        const auto parameters = node.children(Field::subscript);
        const Node head = node.child(Field::value);
        const std::vector<TypeId> args = annotation_arguments(module, parameters, depth);
        TypeId out = TypeStore::nothing;
        for (const Target& target : symbols_.resolve_expression(module, head))
            out = types_.join(out, annotation_target(target, args, depth));
        if (out == TypeStore::nothing)
            if (const std::string name = dotted_name(module, head); !name.empty())
                out = special_form(name, args);
        return out == TypeStore::nothing ? TypeStore::unknown : out;
    }
    case Kind::string: {
        const Node content = node.named_child(1);
        if (!content.is(Kind::string_content))
            return TypeStore::unknown;
        return annotation_text(module, symbols_.bindings(module).scope_of(node.id()), content.text(), depth + 1);
    }
    case Kind::identifier:
    case Kind::attribute:
    case Kind::member_type: {
        TypeId out = TypeStore::nothing;
        for (const Target& target : symbols_.resolve_expression(module, node))
            out = types_.join(out, annotation_target(target, {}, depth));
        if (out != TypeStore::nothing)
            return out;
        const std::string name = dotted_name(module, node);
        return name.empty() ? TypeStore::unknown : special_form(name, {});
    }
    default: return TypeStore::unknown;
    }
}

/// A quoted annotation: names are looked up from the scope around it, module members after dots.
TypeId Inference::annotation_text(ModuleId module, ScopeId scope, llvm::StringRef text, unsigned depth) {
    text = text.trim();
    if (text.size() > 1 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
        text = text.drop_front().drop_back().trim(); // 'Optional["User"]'
    if (depth > max_alias_depth || text.empty())
        return TypeStore::unknown;
    // Split at the top level of brackets: unions first, then head[args].
    llvm::SmallVector<llvm::StringRef, 4> parts;
    int nesting = 0;
    std::size_t from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        nesting += text[i] == '[' ? 1 : text[i] == ']' ? -1 : 0;
        if (text[i] == '|' && nesting == 0) {
            parts.push_back(text.slice(from, i));
            from = i + 1;
        }
    }
    if (!parts.empty()) {
        parts.push_back(text.substr(from));
        TypeId out = TypeStore::nothing;
        for (const llvm::StringRef part : parts)
            out = types_.join(out, annotation_text(module, scope, part, depth + 1));
        return out;
    }
    if (text == "None")
        return types_.none();
    const auto [head, rest] = text.split('[');
    std::vector<TypeId> args;
    if (rest.ends_with("]")) {
        const llvm::StringRef inside = rest.drop_back();
        from = 0;
        nesting = 0;
        for (std::size_t i = 0; i <= inside.size(); ++i) {
            if (i < inside.size())
                nesting += inside[i] == '[' ? 1 : inside[i] == ']' ? -1 : 0;
            if (i == inside.size() || (inside[i] == ',' && nesting == 0)) {
                args.push_back(annotation_text(module, scope, inside.slice(from, i), depth + 1));
                from = i + 1;
            }
        }
    }
    llvm::SmallVector<llvm::StringRef, 4> names;
    head.trim().split(names, '.');
    const ModuleBindings& bindings = symbols_.bindings(module);
    const SymbolId symbol = bindings.lookup(scope, names[0]);
    if (!symbol)
        return names.size() == 1 ? special_form(knowledge_.canonical("builtins." + names[0].str()), args)
                                 : TypeStore::unknown;
    TypeId out = TypeStore::nothing;
    for (const DefinitionId id : bindings.symbol(symbol).definitions) {
        llvm::SmallVector<Target, 2> targets = symbols_.resolve(module, id);
        for (std::size_t i = 1; i < names.size(); ++i) {
            llvm::SmallVector<Target, 2> members;
            for (Target& target : targets) {
                if (target.kind == Target::Kind::module) {
                    llvm::append_range(members, symbols_.member(target.module, names[i]));
                } else if (target.kind == Target::Kind::external) {
                    target.external += "." + names[i].str();
                    members.push_back(target);
                }
            }
            targets = std::move(members);
        }
        for (const Target& target : targets)
            out = types_.join(out, annotation_target(target, args, depth));
    }
    return out == TypeStore::nothing ? TypeStore::unknown : out;
}

} // namespace sqlawait
