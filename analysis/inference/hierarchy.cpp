// Bases, linearisation, methods, and what decorators make of functions.
#include "analysis/inference/evaluator.h"
#include "analysis/linearisation.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"

#include <algorithm>

namespace sqlawait {

namespace {

/// The decorator expressions of a def or class, outermost first.
llvm::SmallVector<Node, 4> decorators_of(Node definition) {
    llvm::SmallVector<Node, 4> out;
    const Node around = definition.parent();
    if (around.is(Kind::decorated_definition))
        for (const Node child : around.named_children())
            if (child.is(Kind::decorator))
                out.push_back(child.named_child(0));
    return out;
}

bool annotated(const ModuleBindings& bindings, const SyntaxTree& tree, const Definition& definition) {
    (void)bindings;
    const Node node = tree.node(definition.node);
    return (definition.kind == DefinitionKind::declaration || definition.kind == DefinitionKind::assignment) &&
           node.is(Kind::assignment) && node.child(Field::type);
}

} // namespace

std::string Inference::dotted_name(ModuleId module, Node expression) const {
    std::string name = symbols_.external_name(module, expression);
    if (name.empty() && expression.is(Kind::identifier) && !symbols_.bindings(module).symbol_at(expression.id()))
        name = "builtins." + expression.text().str();
    return name.empty() ? name : knowledge_.canonical(name);
}

void Inference::read_traits() {
    for (const FunctionInfo& info : symbols_.functions()) {
        const Module& module = program_.module(info.module);
        const Node node = module.tree.node(info.node);
        FunctionTraits traits;
        for (const Node decorator : decorators_of(node)) {
            const Node callee = decorator.is(Kind::call) ? decorator.child(Field::function) : decorator;
            if (callee.is(Kind::attribute)) {
                const llvm::StringRef last = callee.child(Field::attribute).text();
                if (last == "setter" || last == "deleter" || last == "expression" || last == "inplace" ||
                    last == "comparator" || last == "update_expression")
                    traits.is_setter = true;
                traits.takes_value |= last == "setter";
            }
            const std::string name = dotted_name(info.module, callee);
            if (name.empty())
                continue;
            const FunctionKnowledge* known = knowledge_.function(name);
            const std::string context = known != nullptr ? known->context : "";
            traits.is_static |= name == "builtins.staticmethod";
            traits.is_class_method |= name == "builtins.classmethod";
            traits.is_overload |= name == "typing.overload";
            traits.is_property |= context == "property" || context == "cached_property";
            traits.is_context_manager |= context == "contextmanager";
            traits.is_async_context_manager |= context == "asynccontextmanager";
            traits.is_fixture |= context == "fixture";
        }
        // These are class methods whatever their decorators say.
        if (info.owner && llvm::is_contained({"__new__", "__init_subclass__", "__class_getitem__"}, info.name))
            (info.name == "__new__" ? traits.is_static : traits.is_class_method) = info.name != "__new__";
        traits_.push_back(traits);

        ParameterSlots slots;
        slots.parameters = parameters_of(node);
        slots.locked.assign(slots.parameters.size(), false);
        slots.plain.assign(slots.parameters.size(), false);
        slots.client.assign(slots.parameters.size(), false);
        parameters_.push_back(std::move(slots));
    }
    setters_.resize(symbols_.classes().size());
    table_.methods_.resize(symbols_.classes().size());
    for (const ClassInfo& info : symbols_.classes())
        for (const FunctionId method : info.methods)
            if (!traits_[method.value].is_setter && !traits_[method.value].is_overload)
                table_.methods_[info.id.value][symbols_.function(method).name] = method;
            else if (traits_[method.value].takes_value)
                setters_[info.id.value][symbols_.function(method).name] = method;
}

/// `@describe.register` and `@describe.register(Book)` below a `singledispatch` function: implementations of it.
/// The class that is named there is what the first argument is.
void Inference::read_implementations() {
    const auto dispatches = [&](FunctionId id) {
        const FunctionInfo& info = symbols_.function(id);
        return llvm::any_of(decorators_of(program_.module(info.module).tree.node(info.node)), [&](Node decorator) {
            return llvm::StringRef(dotted_name(info.module, decorator)).starts_with("functools.singledispatch");
        });
    };
    for (const FunctionInfo& info : symbols_.functions()) {
        const Module& module = program_.module(info.module);
        for (const Node decorator : decorators_of(module.tree.node(info.node))) {
            const Node callee = decorator.is(Kind::call) ? decorator.child(Field::function) : decorator;
            if (!callee.is(Kind::attribute) || callee.child(Field::attribute).text() != "register")
                continue;
            for (const Target& target : symbols_.resolve_expression(info.module, callee.child(Field::object))) {
                if (target.kind != Target::Kind::function || !dispatches(target.function))
                    continue;
                table_.implementations_[target.function].push_back(info.id);
                const std::size_t first = info.owner ? 1 : 0;
                ParameterSlots& own = parameters_[info.id.value];
                const Node named = decorator.is(Kind::call) ? decorator.child(Field::arguments).named_child(0) : Node();
                if (named && first < own.parameters.size() && own.parameters[first].annotation == no_node)
                    own.parameters[first].annotation = named.id();
            }
        }
    }
}

void Inference::read_class_bases(ClassId id, std::vector<ClassId>& bases) {
    const ClassInfo& info = symbols_.class_(id);
    const Module& module = program_.module(info.module);
    const Node node = module.tree.node(info.node);
    ClassTraits& traits = class_traits_[id.value];
    auto& external = table_.external_bases_[id.value];

    if (const Node parameters = node.child(Field::type_parameters))
        for (const Node parameter : parameters.named_children())
            traits.variables.push_back(
                parameter.text().take_until([](char c) { return c == ':' || c == '='; }).trim().str());

    const Node superclasses = node.child(Field::superclasses);
    std::vector<std::pair<ClassId, std::vector<TypeId>>> generic_bases;
    const auto note_variables = [&](llvm::ArrayRef<TypeId> args) {
        for (const TypeId arg : args)
            for (const Atom& atom : types_.atoms(arg))
                if (atom.kind == Atom::Kind::type_variable &&
                    !llvm::is_contained(traits.variables, types_.text(atom.id)))
                    traits.variables.push_back(types_.text(atom.id).str());
    };
    for (const Node base : superclasses.named_children()) {
        if (base.is(Kind::keyword_argument)) {
            if (base.child(Field::name).text() == "metaclass")
                for (const Target& target : symbols_.resolve_expression(info.module, base.child(Field::value)))
                    if (target.kind == Target::Kind::class_ && target.class_ != id)
                        table_.metaclasses_[id.value] = target.class_;
            continue;
        }
        Node plain = base;
        std::vector<TypeId> args;
        if (base.is(Kind::subscript)) {
            plain = base.child(Field::value);
            const auto nodes = base.children(Field::subscript);
            args = annotation_arguments(info.module, nodes, 0);
        }
        bool known = false;
        for (const Target& target : symbols_.resolve_expression(info.module, plain)) {
            if (target.kind == Target::Kind::class_ && target.class_ != id) {
                bases.push_back(target.class_);
                generic_bases.emplace_back(target.class_, args);
                note_variables(args);
                known = true;
            } else if (target.kind == Target::Kind::external) {
                const std::string name = knowledge_.canonical(target.external);
                external.push_back(name);
                if (name == "typing.Generic" || name == "typing.Protocol")
                    note_variables(args);
                known = true;
            }
        }
        if (known)
            continue;
        if (const std::string name = dotted_name(info.module, plain); !name.empty())
            external.push_back(name);
        else if (plain.is(Kind::call) && !dotted_name(info.module, plain.child(Field::function)).empty())
            external.push_back(dotted_name(info.module, plain.child(Field::function)) + "()");
        else if (llvm::any_of(symbols_.resolve_expression(info.module, plain),
                              [&](const Target& target) { return target.kind == Target::Kind::variable; }))
            external.push_back("sqlalchemy.orm.DeclarativeBase"); // only such variables are known bases
        else
            traits.unknown_base = true;
    }
    for (const auto& [base, args] : generic_bases) {
        const auto& variables = class_traits_[base.value].variables;
        if (variables.empty())
            continue;
        TypeMap& map = traits.arguments[base];
        for (std::size_t i = 0; i < variables.size(); ++i)
            map[variables[i]] = i < args.size() ? args[i] : types_.type_variable(variables[i], false);
    }
}

std::vector<ClassId> Inference::linearise(ClassId id, std::vector<unsigned>& state) {
    auto& done = table_.mro_[id.value];
    if (state[id.value] == 2)
        return done;
    if (state[id.value] == 1)
        return {id}; // a cycle of bases: Python would not load it
    state[id.value] = 1;
    std::vector<ClassId> bases;
    // Bases first: their type variables must be known before ours are mapped onto them.
    for (const Node base : program_.module(symbols_.class_(id).module)
                               .tree.node(symbols_.class_(id).node)
                               .child(Field::superclasses)
                               .named_children()) {
        const Node plain = base.is(Kind::subscript) ? base.child(Field::value) : base;
        if (!plain.is(Kind::keyword_argument))
            for (const Target& target : symbols_.resolve_expression(symbols_.class_(id).module, plain))
                if (target.kind == Target::Kind::class_ && target.class_ != id)
                    (void)linearise(target.class_, state);
    }
    read_class_bases(id, bases);
    std::vector<std::vector<ClassId>> sequences;
    sequences.reserve(bases.size() + 1);
    for (const ClassId base : bases)
        sequences.push_back(linearise(base, state));
    sequences.push_back(bases);
    std::vector<ClassId> out = merged_linearisation(id, std::move(sequences));
    ClassTraits& traits = class_traits_[id.value];
    auto& external = table_.external_bases_[id.value];
    for (const ClassId base : bases) {
        if (!table_.metaclasses_[id.value])
            table_.metaclasses_[id.value] = table_.metaclasses_[base.value];
        table_.subclasses_[base.value].push_back(id);
        traits.several_bases |= bases.size() > 1;
        for (const auto& [further, map] : class_traits_[base.value].arguments) {
            TypeMap composed;
            for (const auto& [name, type] : map)
                composed[name] = types_.substitute(type, traits.arguments[base]);
            traits.arguments.try_emplace(further, std::move(composed));
        }
        for (const std::string& name : table_.external_bases_[base.value])
            if (!llvm::is_contained(external, name))
                external.push_back(name);
        traits.unknown_base |= class_traits_[base.value].unknown_base;
    }
    done = out;
    state[id.value] = 2;
    return out;
}

void Inference::read_hierarchy() {
    const std::size_t count = symbols_.classes().size();
    class_traits_.resize(count);
    table_.mro_.resize(count);
    table_.external_bases_.resize(count);
    table_.subclasses_.resize(count);
    table_.metaclasses_.resize(count);
    std::vector<unsigned> state(count, 0);
    for (const ClassInfo& info : symbols_.classes())
        (void)linearise(info.id, state);
    for (const ClassInfo& info : symbols_.classes())
        if (class_traits_[info.id.value].several_bases)
            for (const ClassId base : table_.linearised(info.id))
                class_traits_[base.value].other_lines.push_back(info.id);
    for (const ClassInfo& info : symbols_.classes())
        if (const ClassId meta = table_.metaclasses_[info.id.value])
            for (const ClassId base : table_.linearised(meta))
                class_traits_[base.value].made.push_back(info.id);
    for (const ClassInfo& info : symbols_.classes()) {
        llvm::sort(table_.subclasses_[info.id.value]);
        const ModuleBindings& bindings = symbols_.bindings(info.module);
        const SyntaxTree& tree = program_.module(info.module).tree;
        for (const SymbolId symbol : bindings.scope(info.scope).symbols) {
            for (const DefinitionId id : bindings.symbol(symbol).definitions) {
                const Definition& definition = bindings.definition(id);
                if (!annotated(bindings, tree, definition))
                    continue;
                ParameterInfo field;
                field.name = bindings.symbol(symbol).name;
                field.node = definition.node;
                field.name_node = definition.name;
                field.annotation = tree.node(definition.node).child(Field::type).id();
                class_traits_[info.id.value].fields.push_back(std::move(field));
            }
        }
        llvm::sort(class_traits_[info.id.value].fields,
                   [](const ParameterInfo& a, const ParameterInfo& b) { return a.node < b.node; });
    }
    return_annotations_.assign(symbols_.functions().size(), TypeStore::nothing);
    // What a source leaves open its stub may tell.
    llvm::StringMap<FunctionId> stubs;
    for (const FunctionInfo& info : symbols_.functions())
        if (program_.module(info.module).is_stub)
            stubs.try_emplace(info.qualified_name, info.id);
    for (const FunctionInfo& info : symbols_.functions()) {
        const SyntaxTree& tree = program_.module(info.module).tree;
        const Node node = tree.node(info.node);
        if (const Node type = node.child(Field::return_type))
            return_annotations_[info.id.value] = annotation(info.module, type);
        else if (const auto stub = stubs.find(info.qualified_name); stub != stubs.end()) {
            const FunctionInfo& told = symbols_.function(stub->second);
            if (const Node in_stub = program_.module(told.module).tree.node(told.node).child(Field::return_type))
                return_annotations_[info.id.value] = annotation(told.module, in_stub);
        }
        ParameterSlots& slots = parameters_[info.id.value];
        for (std::size_t i = 0; i < slots.parameters.size(); ++i) {
            if (slots.parameters[i].annotation == no_node)
                continue;
            const TypeId said = annotation(info.module, tree.node(slots.parameters[i].annotation));
            slots.locked[i] = is_informative(said);
            slots.client[i] = has_narrower_client(said);
            slots.plain[i] = types_.all(said, [&](const Atom& atom) {
                return llvm::is_contained({"builtins.dict", "builtins.list", "builtins.tuple", "builtins.set"},
                                          types_.external_class(atom));
            });
            if (i == 0)
                slots.of_other_kind = types_.all(said, [&](const Atom& atom) {
                    return is_of_database(atom) || is_object_of_other(atom, info.owner);
                });
        }
    }
}

void Inference::for_each_subclass(ClassId id, const std::function<void(ClassId)>& visit) const {
    std::vector<ClassId> todo(table_.subclasses_[id.value].begin(), table_.subclasses_[id.value].end());
    llvm::DenseSet<std::uint32_t> seen;
    while (!todo.empty()) {
        const ClassId next = todo.back();
        todo.pop_back();
        if (!seen.insert(next.value).second)
            continue;
        visit(next);
        for (const ClassId further : table_.subclasses_[next.value])
            todo.push_back(further);
    }
}

/// The type variables of a base as an instance of a (generic) class fixes them.
TypeMap Inference::variables_of(const Atom& instance, ClassId seen_as) const {
    const ClassId own{instance.id};
    TypeMap given;
    const auto& variables = class_traits_[own.value].variables;
    for (std::size_t i = 0; i < variables.size() && i < instance.args.size(); ++i)
        given[variables[i]] = instance.args[i];
    if (own == seen_as)
        return given;
    const auto found = class_traits_[own.value].arguments.find(seen_as);
    if (found == class_traits_[own.value].arguments.end())
        return {};
    TypeMap out;
    for (const auto& [name, type] : found->second)
        out[name] = types_.substitute(type, given);
    return out;
}

} // namespace sqlawait
