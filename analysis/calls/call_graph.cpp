// Edges of calls, of attribute reads that run a property, and of syntax that runs special methods.
#include "analysis/calls/builder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <algorithm>

namespace sqlawait {

llvm::ArrayRef<Callback> KnownCallable::callbacks() const {
    if (function != nullptr)
        return function->callbacks;
    if (member != nullptr)
        return member->callbacks;
    return class_ == nullptr ? llvm::ArrayRef<Callback>() : llvm::ArrayRef<Callback>(class_->callbacks);
}

Entry KnownCallable::decorates() const {
    if (function != nullptr)
        return function->decorates;
    return member == nullptr ? Entry::none : member->decorates;
}

llvm::StringRef KnownCallable::context() const {
    if (function != nullptr)
        return function->context;
    return member == nullptr ? llvm::StringRef() : llvm::StringRef(member->context);
}

KnownCallable known_callable(const Knowledge& knowledge, llvm::StringRef dotted) {
    KnownCallable known;
    known.function = knowledge.function(dotted);
    if (known.function != nullptr)
        return known;
    known.class_ = knowledge.class_(dotted);
    if (known.class_ != nullptr || !dotted.contains('.'))
        return known;
    const std::string canonical = knowledge.canonical(dotted);
    const auto [owner, method] = llvm::StringRef(canonical).rsplit('.');
    known.member = knowledge.member(owner, method);
    return known;
}

llvm::ArrayRef<Place> CallGraph::open_calls(llvm::StringRef name) const {
    const auto found = open_calls_.find(name);
    return found == open_calls_.end() ? llvm::ArrayRef<Place>() : llvm::ArrayRef<Place>(found->second);
}

void CallGraphBuilder::add(CallEdge edge) { graph_.edges_.push_back(edge); }

/// Whether an expression spells the function by its own name: `f`, `module.f`, `self.f`, an imported alias.
bool CallGraphBuilder::names_directly(Node expression, FunctionId function) const {
    const FunctionInfo& info = symbols_.function(function);
    if (expression.is(Kind::attribute) && expression.child(Field::attribute).text() == info.name)
        return info.owner || llvm::any_of(symbols_.resolve_expression(module_->id, expression),
                                          [&](const Target& target) { return target.function == function; });
    if (!expression.is(Kind::identifier))
        return false;
    const ModuleBindings& bindings = symbols_.bindings(module_->id);
    // A variable that merely renames the function keeps the name of the form that it was given.
    for (const DefinitionId id : bindings.reaching(expression.id())) {
        const DefinitionKind kind = bindings.definition(id).kind;
        if (kind != DefinitionKind::function && kind != DefinitionKind::import_name)
            return false;
        if (!llvm::any_of(symbols_.resolve(module_->id, id),
                          [&](const Target& target) { return target.function == function; }))
            return false;
    }
    return !bindings.reaching(expression.id()).empty();
}

void CallGraphBuilder::special_method(Node object, llvm::StringRef name, Node at, CallEdge::Kind kind) {
    if (!object)
        return;
    const TypeStore& store = types_.store();
    std::vector<FunctionId> found;
    for (const Atom& atom : store.atoms(types_.type_of(place(object)))) {
        ClassId class_;
        if (atom.kind == Atom::Kind::instance)
            class_ = ClassId{atom.id};
        else if (atom.kind == Atom::Kind::class_)
            class_ = types_.metaclass(ClassId{atom.id}); // `for one in Everyone`
        if (!class_)
            continue;
        const FunctionId method = types_.method(class_, name);
        if (method && !llvm::is_contained(found, method))
            found.push_back(method);
    }
    for (const FunctionId method : found)
        add({.caller = symbols_.enclosing_function(place(at)), .callee = method, .place = place(at), .kind = kind});
}

void CallGraphBuilder::read_iteration(Node iterable) {
    special_method(iterable, "__iter__", iterable, CallEdge::Kind::iteration);
}

void CallGraphBuilder::read_call(Node call) {
    const CallInfo* info = types_.call(place(call));
    if (info == nullptr)
        return;
    const Node callee = call.child(Field::function);
    const FunctionId caller = symbols_.enclosing_function(place(call));
    for (const CallTarget& target : info->targets) {
        if (!target.function)
            continue;
        add({.caller = caller,
             .callee = target.function,
             .place = place(call),
             .kind = CallEdge::Kind::call,
             .direct = !target.constructed && names_directly(callee, target.function)});
    }
    for (const CallTarget& target : info->targets) {
        if (!target.constructed)
            continue;
        for (const llvm::StringRef name : {"__post_init__", "__new__"})
            if (const FunctionId method = types_.method(target.constructed, name))
                add({.caller = caller, .callee = method, .place = place(call), .kind = CallEdge::Kind::call});
    }
    // Builtins that run special methods of their argument.
    const Node arguments = call.child(Field::arguments);
    if (!arguments.is(Kind::argument_list))
        return;
    for (const CallTarget& target : info->targets) {
        llvm::StringRef name = target.external;
        if (!name.consume_front("builtins."))
            continue;
        const llvm::StringRef special = llvm::StringSwitch<llvm::StringRef>(name)
                                            .Case("len", "__len__")
                                            .Case("bool", "__bool__")
                                            .Case("str", "__str__")
                                            .Case("repr", "__repr__")
                                            .Case("hash", "__hash__")
                                            .Case("next", "__next__")
                                            .Cases("list", "tuple", "set", "frozenset", "sorted", "__iter__")
                                            .Cases("sum", "min", "max", "any", "all", "__iter__")
                                            .Cases("iter", "enumerate", "reversed", "dict", "__iter__")
                                            .Default("");
        const Node first = arguments.named_child(0);
        if (special == "__iter__")
            read_iteration(first);
        else if (!special.empty())
            special_method(first, special, call, CallEdge::Kind::operator_);
    }
}

void CallGraphBuilder::read_attribute(Node node) {
    const llvm::StringRef name = node.child(Field::attribute).text();
    const Node object = node.child(Field::object);
    if (!object) // cut off where the nesting is too deep
        return;
    std::vector<FunctionId> found;
    for (const Atom& atom : types_.store().atoms(types_.type_of(place(object)))) {
        if (atom.kind != Atom::Kind::instance)
            continue;
        for (const ClassId owner : types_.linearised(ClassId{atom.id})) {
            const auto& methods = symbols_.class_(owner).methods;
            const auto* method = llvm::find_if(methods, [&](FunctionId id) {
                return graph_.properties_[id.value] && symbols_.function(id).name == name;
            });
            if (method == methods.end())
                continue;
            if (!llvm::is_contained(found, *method))
                found.push_back(*method);
            break;
        }
    }
    for (const FunctionId method : found)
        add({.caller = symbols_.enclosing_function(place(node)),
             .callee = method,
             .place = place(node),
             .kind = CallEdge::Kind::property,
             .direct = true});
}

void CallGraphBuilder::read_module(const Module& module) {
    module_ = &module;
    const SyntaxTree& tree = module.tree;
    for (NodeId id = 0; id < tree.size(); ++id) {
        const Node node = tree.node(id);
        switch (node.kind()) {
        case Kind::call:
            read_call(node);
            read_dynamic_attribute(node);
            read_reference(node);
            break;
        case Kind::attribute:
            read_attribute(node);
            read_reference(node);
            break;
        case Kind::subscript:
            special_method(node.child(Field::value), "__getitem__", node, CallEdge::Kind::operator_);
            read_reference(node);
            break;
        case Kind::assignment:
            if (node.child(Field::left).is_any(Kind::pattern_list, Kind::tuple_pattern, Kind::list_pattern))
                read_iteration(node.child(Field::right));
            break;
        case Kind::identifier:
        case Kind::lambda: read_reference(node); break;
        case Kind::for_statement:
        case Kind::for_in_clause:
            if (!node.child_token("async"))
                read_iteration(node.child(Field::right));
            break;
        case Kind::list_splat: read_iteration(node.named_child(0)); break;
        case Kind::yield:
            if (node.child_token("from"))
                read_iteration(node.named_child(0));
            break;
        case Kind::with_item: {
            Node value = node.child(Field::value);
            if (value.is(Kind::as_pattern))
                value = value.named_child(0);
            const Node statement = node.ancestor(Kind::with_statement);
            if (statement && statement.child_token("async"))
                break;
            special_method(value, "__enter__", value, CallEdge::Kind::context);
            special_method(value, "__exit__", value, CallEdge::Kind::context);
            break;
        }
        case Kind::comparison_operator:
            if (node.child_token("in") || node.child_token("not in"))
                for (const Node operand : node.named_children())
                    special_method(operand, "__contains__", node, CallEdge::Kind::operator_);
            break;
        default: break;
        }
    }
}

void CallGraphBuilder::index() {
    std::stable_sort(graph_.edges_.begin(), graph_.edges_.end(),
                     [](const CallEdge& a, const CallEdge& b) { return a.place < b.place; });
    graph_.callers_.resize(symbols_.functions().size());
    graph_.callees_.resize(symbols_.functions().size());
    for (std::uint32_t at = 0; at < graph_.edges_.size(); ++at) {
        const CallEdge& edge = graph_.edges_[at];
        graph_.callers_[edge.callee.value].push_back(at);
        if (edge.caller)
            graph_.callees_[edge.caller.value].push_back(at);
        else
            graph_.module_level_.push_back(at);
    }
}

CallGraph CallGraphBuilder::build() {
    const std::size_t functions = symbols_.functions().size();
    graph_.entries_.resize(functions);
    graph_.stand_ins_.resize(functions);
    graph_.properties_.resize(functions);
    graph_.caches_.resize(functions);
    graph_.contexts_.resize(functions);
    graph_.registrations_.resize(functions);
    graph_.routes_.resize(functions);
    graph_.escapes_.resize(symbols_.classes().size());
    read_traits();
    find_test_modules();
    for (const auto& module : program_.modules)
        read_module(*module);
    for (const FunctionInfo& function : symbols_.functions()) {
        module_ = &program_.module(function.module);
        read_decorators(function);
        read_dependencies_of(function.id);
    }
    for (const auto& module : program_.modules)
        read_conventions(*module);
    read_external_bases();
    for (const auto& module : program_.modules)
        read_replacements(*module);
    unite_families();
    index();
    find_loop_schedulers();
    read_open_calls();
    return std::move(graph_);
}

CallGraph build_call_graph(const Program& program, const SymbolTable& symbols, const TypeTable& types,
                           const Knowledge& knowledge) {
    return CallGraphBuilder(program, symbols, types, knowledge).build();
}

} // namespace sqlawait
