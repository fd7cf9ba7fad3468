// Edges of calls, and of attributes that run a property.
#include "analysis/calls/builder.h"

#include "llvm/ADT/STLExtras.h"

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
    read_builtin(call);
}

void CallGraphBuilder::read_attribute(Node node) {
    const llvm::StringRef name = node.child(Field::attribute).text();
    const Node object = node.child(Field::object);
    if (!object) // cut off where the nesting is too deep
        return;
    const PlaceUse use = use_of_place(node);
    std::vector<FunctionId> found;
    std::vector<llvm::ArrayRef<ClassId>> lines;
    for (const Atom& atom : types_.store().atoms(types_.type_of(place(object)))) {
        if (atom.kind == Atom::Kind::instance)
            lines.push_back(types_.linearised(ClassId{atom.id}));
        else if (types_.store().external_class(atom) == "builtins.super" && !atom.args.empty())
            for (const Atom& own : types_.store().atoms(atom.args[0]))
                if (own.kind == Atom::Kind::instance)
                    lines.push_back(types_.linearised(ClassId{own.id}).drop_front());
    }
    for (const llvm::ArrayRef<ClassId> line : lines) {
        for (const ClassId owner : line) {
            const auto& methods = symbols_.class_(owner).methods;
            const auto find = [&](Accessor wanted) {
                const auto* method = llvm::find_if(methods, [&](FunctionId id) {
                    return symbols_.function(id).name == name &&
                           (wanted == Accessor::none ? bool(graph_.properties_[id.value])
                                                     : graph_.accessors_[id.value] == wanted);
                });
                return method == methods.end() ? FunctionId() : *method;
            };
            const FunctionId getter = find(Accessor::none);
            if (!getter)
                continue;
            const FunctionId writer = use.writes ? find(use.writer) : FunctionId();
            for (const FunctionId method : {use.reads || !writer ? getter : FunctionId(), writer})
                if (method && !llvm::is_contained(found, method))
                    found.push_back(method);
            break;
        }
    }
    for (const FunctionId method : found)
        add({.caller = symbols_.enclosing_function(place(node)),
             .callee = method,
             .place = place(node),
             .kind = CallEdge::Kind::property,
             .direct = true});
    // What a class does not have its `__getattr__` answers for.
    for (const Atom& atom : types_.store().atoms(types_.type_of(place(object)))) {
        if (atom.kind != Atom::Kind::instance || !found.empty())
            continue;
        const ClassId id{atom.id};
        const FunctionId getter = types_.method(id, "__getattr__");
        if (getter && !use.writes && !types_.method(id, name) && types_.attribute(id, name) == TypeStore::nothing)
            add({.caller = symbols_.enclosing_function(place(node)),
                 .callee = getter,
                 .place = place(node),
                 .kind = CallEdge::Kind::operator_});
    }
}

/// `stack.enter_context(manager)` enters what it is handed as a `with` statement does.
void CallGraphBuilder::read_entered(Node call) {
    const CallInfo* info = types_.call(place(call));
    const Node arguments = call.child(Field::arguments);
    if (info == nullptr || !arguments.is(Kind::argument_list) || arguments.named_children().size() != 1 ||
        llvm::none_of(info->targets, [](const CallTarget& target) {
            return target.external == "contextlib.ExitStack.enter_context" ||
                   target.external == "contextlib.AsyncExitStack.enter_context";
        }))
        return;
    const Node manager = arguments.named_child(0);
    special_method(manager, "__enter__", manager, CallEdge::Kind::context);
    special_method(manager, "__exit__", manager, CallEdge::Kind::context);
}

void CallGraphBuilder::read_module(const Module& module) {
    module_ = &module;
    const SyntaxTree& tree = module.tree;
    for (NodeId id = 0; id < tree.size(); ++id) {
        const Node node = tree.node(id);
        if (is_tested(node))
            read_truth(node, node);
        switch (node.kind()) {
        case Kind::call:
            read_call(node);
            read_entered(node);
            read_dynamic_attribute(node);
            read_reference(node);
            break;
        case Kind::attribute:
            read_attribute(node);
            read_reference(node);
            break;
        case Kind::subscript:
            read_subscript(node);
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
        case Kind::comparison_operator: read_comparison(node); break;
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
    graph_.accessors_.resize(functions);
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
