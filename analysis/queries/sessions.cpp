// An expression that holds the session at the place where a stored query is run: what its makers
// used, else the one session that is in scope.
#include "analysis/queries/builder.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

Node root_of(Node expression) {
    while (expression.is(Kind::attribute))
        expression = expression.child(Field::object);
    return expression;
}

bool is_path(Node expression) { return root_of(expression).is(Kind::identifier); }

bool QueryFlowBuilder::is_session(Node node) const {
    return types_.has_role(place(node), Role::session) == Certainty::proved;
}

std::vector<ValueId> QueryFlowBuilder::producers_of(ValueId value) const {
    std::vector<ValueId> out;
    std::set<ValueId> seen{value};
    std::vector<ValueId> open{value};
    while (!open.empty()) {
        const ValueId at = open.back();
        open.pop_back();
        if (values_[at].producer)
            out.push_back(at);
        for (const std::uint32_t in : values_[at].in)
            if (moves_[in].kind != MoveKind::together && seen.insert(moves_[in].from).second)
                open.push_back(moves_[in].from);
    }
    llvm::sort(out, [&](ValueId a, ValueId b) { return values_[a].place < values_[b].place; });
    return out;
}

/// Whether a path still names the same thing at a later place of the same function.
bool QueryFlowBuilder::still_means(Node path, Node at) const {
    const SymbolId symbol = bindings_->symbol_at(root_of(path).id());
    if (!symbol)
        return false;
    return llvm::none_of(bindings_->symbol(symbol).definitions, [&](DefinitionId id) {
        const Offset made = path.tree().node(bindings_->definition(id).name).begin();
        return made > path.begin() && made < at.end();
    });
}

/// Whether a definition is made on every path to a place: by the shape of the code, not by data flow.
bool QueryFlowBuilder::certainly_bound(const Definition& definition, Node at) const {
    const Node name = at.tree().node(definition.name);
    if (definition.kind == DefinitionKind::parameter)
        return true;
    if (name.begin() >= at.begin())
        return false;
    const Node made = at.tree().node(definition.node);
    if (definition.kind == DefinitionKind::with_target) {
        const Node statement = made.ancestor(Kind::with_statement);
        return statement && at.inside(statement);
    }
    if (definition.kind == DefinitionKind::for_target)
        return at.inside(made);
    const Node block = made.ancestor(Kind::block, Kind::module);
    return block && at.inside(block);
}

std::string QueryFlowBuilder::session_at(Node node, std::optional<ValueId> value) {
    if (std::string made = value ? made_with(PathTo::session, node, *value) : ""; !made.empty())
        return made;
    const FunctionId function = symbols_.enclosing_function(place(node));
    // 1. What the producers in this very function used.
    std::set<std::string> used;
    for (const ValueId id : value ? producers_of(*value) : std::vector<ValueId>{}) {
        const Place at = values_[id].place;
        if (at.module != module_->id || symbols_.enclosing_function(at) != function)
            continue;
        const Node callee = module_->tree.node(at.node).child(Field::function);
        const Node made = callee.is(Kind::identifier) ? reader_.value_of(callee) : callee;
        if (!made.is(Kind::attribute))
            continue;
        const Node receiver = made.child(Field::object);
        if (is_path(receiver) && still_means(receiver, node))
            used.insert(receiver.text().str());
    }
    if (used.size() == 1)
        return *used.begin();
    if (used.size() > 1)
        return "";

    // 2. A parameter or variable, of the nearest scope that has one.
    for (ScopeId scope = bindings_->scope_of(node.id()); scope; scope = bindings_->scope(scope).parent) {
        const Scope& here = bindings_->scope(scope);
        if (here.kind == ScopeKind::module || here.kind == ScopeKind::class_)
            continue;
        std::vector<std::string> found;
        for (const SymbolId id : here.symbols) {
            const Symbol& symbol = bindings_->symbol(id);
            bool all = !symbol.definitions.empty(), bound = false;
            for (const DefinitionId made : symbol.definitions) {
                const Definition& definition = bindings_->definition(made);
                TypeId type = types_.type_of({module_->id, definition.name});
                if (const auto parameter = parameter_slots_.find({module_->id, made});
                    parameter != parameter_slots_.end())
                    type = types_.parameter(parameter->second.first, parameter->second.second);
                all &= types_.has_role(type, Role::session) == Certainty::proved;
                bound |= certainly_bound(definition, node);
            }
            if (all && bound)
                found.push_back(symbol.name);
        }
        if (found.size() == 1)
            return found[0];
        if (found.size() > 1)
            return "";
    }

    // 3. An attribute of `self`, as the class's methods read it.
    for (FunctionId at = function; at; at = symbols_.function(at).outer) {
        const FunctionInfo& info = symbols_.function(at);
        if (!info.owner || info.module != module_->id)
            continue;
        const auto parameters = parameters_of(module_->tree.node(info.node));
        if (parameters.empty())
            break;
        std::set<std::string> found;
        for (const ClassId base : types_.linearised(info.owner)) {
            const ClassInfo& owner = symbols_.class_(base);
            const SyntaxTree& tree = program_.module(owner.module).tree;
            for (const Node statement : tree.node(owner.node).child(Field::body).named_children())
                if (const Node field = statement.is(Kind::expression_statement) ? statement.named_child(0) : Node();
                    field.is(Kind::assignment) && field.child(Field::type) &&
                    types_.has_role(types_.attribute(info.owner, field.child(Field::left).text()), Role::session) ==
                        Certainty::proved)
                    found.insert(field.child(Field::left).text().str());
            const NodeId end = tree.record(owner.node).subtree_end;
            for (NodeId id = owner.node; id < end; ++id) {
                const Node attribute = tree.node(id);
                if (!attribute.is(Kind::attribute) || attribute.child(Field::object).text() != parameters[0].name)
                    continue;
                const llvm::StringRef name = attribute.child(Field::attribute).text();
                if (types_.has_role(types_.attribute(info.owner, name), Role::session) == Certainty::proved)
                    found.insert(name.str());
            }
        }
        if (found.size() == 1)
            return parameters[0].name + "." + *found.begin();
        break;
    }

    // 4. A session of the module.
    std::vector<std::string> found;
    const Scope& top = bindings_->scope(ScopeId{0});
    for (const SymbolId id : top.symbols) {
        const Symbol& symbol = bindings_->symbol(id);
        if (symbol.definitions.size() != 1)
            continue;
        bool session = types_.has_role({module_->id, bindings_->definition(symbol.definitions[0]).name},
                                       Role::session) == Certainty::proved;
        for (const Target& target : symbols_.resolve(module_->id, symbol.definitions[0]))
            if (target.kind == Target::Kind::variable)
                for (const DefinitionId made : symbols_.bindings(target.module).symbol(target.symbol).definitions)
                    session |= types_.has_role({target.module, symbols_.bindings(target.module).definition(made).name},
                                               Role::session) == Certainty::proved;
        if (session)
            found.push_back(symbol.name);
    }
    return found.size() == 1 ? found[0] : "";
}

} // namespace sqlawait
