// Module-level engines, session factories and named annotations, and who reads them.
#include "analysis/colour/colouring.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

constexpr Role value_roles[] = {Role::engine, Role::session_factory, Role::scoped_session, Role::http_client};

bool is_type_expression(Node node) {
    return node.is_any(Kind::subscript, Kind::identifier, Kind::attribute, Kind::generic_type, Kind::binary_operator);
}

} // namespace

FunctionId Colouring::owner(Place place) const {
    const Module& module = module_of(place);
    // Annotations and defaults belong to the function that they are written at.
    Node below = module.tree.node(place.node);
    for (Node up = below.parent(); up; below = up, up = up.parent()) {
        if (up.is(Kind::function_definition) &&
            (below.field() == Field::parameters || below.field() == Field::return_type))
            return symbols_.function_at({module.id, up.id()});
        if (up.is_any(Kind::block, Kind::module))
            break;
    }
    return symbols_.enclosing_function(place);
}

bool Colouring::is_value_role(TypeId type, unsigned depth) const {
    const bool itself = llvm::any_of(value_roles, [&](Role role) {
        return types_.has_role(type, role) != Certainty::unknown && (uses_database_ || role != Role::http_client);
    });
    return itself || in_container(type, depth, [&](TypeId inner) { return is_value_role(inner, depth + 1); });
}

/// Whether something in a list, tuple or dictionary of such a type is what is asked for.
bool Colouring::in_container(TypeId type, unsigned depth, llvm::function_ref<bool(TypeId)> test) const {
    return depth < TypeStore::max_depth &&
           types_.store().all(
               type,
               [&](const Atom& atom) {
                   const llvm::StringRef name = types_.store().external_class(atom);
                   return (name == "builtins.dict" || name == "builtins.list" || name == "builtins.tuple") &&
                          llvm::any_of(atom.args, test);
               });
}

/// The role of an engine or a factory, or of those in a container; none where it is not proved.
Role Colouring::value_role(TypeId type, unsigned depth) const {
    Role role = Role::none;
    for (const Role candidate : value_roles) // the last: a scoped_session is a factory, too
        if (types_.has_role(type, candidate) == Certainty::proved)
            role = candidate;
    if (role != Role::none)
        return role;
    (void)in_container(type, depth, [&](TypeId inner) {
        const Role found = value_role(inner, depth + 1);
        role = found != Role::none ? found : role;
        return found != Role::none;
    });
    return role;
}

/// `SessionDep = Annotated[Session, Depends(get_db)]`, `Counter = Callable[[Session], int]`, `Db = Session`.
void Colouring::read_session_names(const Module& module) {
    const ModuleBindings& bindings = symbols_.bindings(module.id);
    for (const SymbolId id : bindings.scope(ScopeId{0}).symbols) {
        const Symbol& symbol = bindings.symbol(id);
        if (symbol.definitions.size() != 1 || value_index_.contains({module.id, id}))
            continue;
        const Definition& definition = bindings.definition(symbol.definitions.front());
        if (definition.kind != DefinitionKind::assignment)
            continue;
        const Node assignment = module.tree.node(definition.node);
        const Node right = assignment.child(Field::right);
        if (!right || !is_type_expression(right) || !assignment.child(Field::left).is(Kind::identifier))
            continue;
        bool names_session = false;
        for (NodeId at = right.id(); at < module.tree.record(right.id()).subtree_end && !names_session; ++at) {
            const Node node = module.tree.node(at);
            if (!node.is_any(Kind::identifier, Kind::attribute))
                continue;
            const std::string external = symbols_.external_name(module.id, node);
            const ClassKnowledge* known = external.empty() ? nullptr : knowledge_.class_(external);
            names_session = known != nullptr && !known->async_class.empty() && node.parent().kind() != Kind::call;
        }
        // `CurrentUser = Annotated[User, Depends(current_user)]`
        const auto at = depended_on_.lower_bound({module.id, right.id()});
        const bool depends = at != depended_on_.end() && at->module == module.id &&
                             at->node < module.tree.record(right.id()).subtree_end;
        if (!names_session && !depends)
            continue;
        value_index_[{module.id, id}] = static_cast<std::uint32_t>(values_.size());
        values_.push_back({.module = module.id,
                           .symbol = id,
                           .definitions = {{module.id, right.id()}},
                           .role = Role::none,
                           .form = {},
                           .async_name = symbol.name});
        value_states_.emplace_back();
        value_states_.back().only_depends = !names_session;
    }
}

void Colouring::find_values() {
    for (const CallEdge& edge : calls_.edges())
        if (edge.kind == CallEdge::Kind::dependency ||
            (edge.kind == CallEdge::Kind::reference && edge.entry == Entry::awaits && !edge.caller))
            depended_on_.insert(edge.place);
    for (const auto& module : program_.modules) {
        const ModuleBindings& bindings = symbols_.bindings(module->id);
        for (const SymbolId id : bindings.scope(ScopeId{0}).symbols) {
            const Symbol& symbol = bindings.symbol(id);
            std::vector<Place> definitions;
            Role role = Role::none;
            ValueState state;
            for (const DefinitionId one : symbol.definitions) {
                const Definition& made = bindings.definition(one);
                if (made.kind != DefinitionKind::assignment)
                    continue;
                const Node right = module->tree.node(made.node).child(Field::right);
                if (!right)
                    continue;
                const Place place{module->id, right.id()};
                if (const Role found = value_role(types_.type_of(place), 0); found != Role::none)
                    role = found;
                if (!is_value_role(types_.type_of(place), 0))
                    continue;
                definitions.push_back(place);
                if (const FunctionId maker = symbols_.enclosing_function(place)) {
                    if (!llvm::is_contained(state.makers, maker))
                        state.makers.push_back(maker);
                    state.readers.emplace_back(maker, place);
                }
            }
            if (definitions.empty() || role == Role::none)
                continue;
            for (const Place definition : definitions)
                if (std::optional<Obstacle> obstacle = making_obstacle(definition); obstacle && !state.obstacle)
                    state.obstacle = std::move(obstacle);
            value_index_[{module->id, id}] = static_cast<std::uint32_t>(values_.size());
            values_.push_back({.module = module->id,
                               .symbol = id,
                               .definitions = std::move(definitions),
                               .role = role,
                               .form = {},
                               .async_name = symbol.name});
            value_states_.push_back(std::move(state));
        }
        read_session_names(*module);
    }
    find_readers();
}

/// Why something that is made in an expression cannot be made asynchronously.
std::optional<Obstacle> Colouring::making_obstacle(Place expression) const {
    const FoundationContext context{program_, symbols_, knowledge_, types_, options_.driver};
    const SyntaxTree& tree = module_of(expression).tree;
    for (NodeId id = expression.node; id < tree.record(expression.node).subtree_end; ++id)
        if (tree.record(id).kind == Kind::call)
            if (std::string refusal = foundation_refusal(context, {expression.module, id}); !refusal.empty())
                return Obstacle{std::move(refusal), {expression.module, id}};
    return std::nullopt;
}

std::uint32_t Colouring::value_around(Place place) const {
    for (std::uint32_t i = 0; i < values_.size(); ++i)
        if (values_[i].module == place.module && llvm::any_of(values_[i].definitions, [&](Place definition) {
                return node(place).inside(node(definition));
            }))
            return i;
    return none_index;
}

void Colouring::find_readers() {
    values_read_.assign(symbols_.functions().size(), {});
    value_edges_.assign(values_.size(), {});
    for (std::uint32_t index = 0; index < values_.size(); ++index)
        for (const FunctionId maker : value_states_[index].makers)
            values_read_[maker.value].push_back(index);
    for (const std::uint32_t index : calls_.module_level())
        if (const Place place = calls_.edges()[index].place; !owner(place))
            if (const std::uint32_t value = value_around(place); value != none_index)
                value_edges_[value].push_back(index);
    if (values_.empty())
        return;
    std::set<std::string> names; // any name that a value is reached by
    for (const ColouredValue& value : values_)
        names.insert(symbols_.bindings(value.module).symbol(value.symbol).name);
    for (const auto& module : program_.modules) {
        const ModuleBindings& bindings = symbols_.bindings(module->id);
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            const Node at = module->tree.node(id);
            const Place place{module->id, id};
            if (at.is(Kind::identifier)) {
                if (!bindings.symbol_at(id) || bindings.definition_at(id))
                    continue;
            } else if (!at.is(Kind::attribute) || !names.contains(at.child(Field::attribute).text().str())) {
                continue;
            }
            std::uint32_t index = none_index;
            for (const Target& target : symbols_.resolve_expression(module->id, at))
                if (target.kind == Target::Kind::variable)
                    if (const auto found = value_index_.find({target.module, target.symbol});
                        found != value_index_.end())
                        index = found->second;
            if (index == none_index && at.is(Kind::identifier)) {
                // A plain read in the module itself.
                const SymbolId symbol = bindings.symbol_at(id);
                if (const auto found = value_index_.find({module->id, symbol}); found != value_index_.end())
                    index = found->second;
            }
            if (index == none_index)
                continue;
            const FunctionId function = owner(place);
            if (!function)
                if (const std::uint32_t user = value_around(place); user != none_index) {
                    value_states_[index].used_by.push_back(user);
                    continue;
                }
            value_states_[index].readers.emplace_back(function, place);
            if (function)
                values_read_[function.value].push_back(index);
        }
    }
}

/// A function that only fills module-level values: it has their form, whoever calls it.
bool Colouring::follows_value(FunctionId id) const {
    const auto fills = [&](const auto& makers) { return llvm::is_contained(makers, id); };
    return !state(id).io && !state(id).obstacle && !gives_session(id) &&
           (llvm::any_of(values_read_[id.value],
                         [&](std::uint32_t value) { return fills(value_states_[value].makers); }) ||
            llvm::any_of(held_read_[id.value], [&](std::uint32_t held) { return fills(held_[held].makers); }));
}

/// A cache (`@lru_cache`) never awaits, which does not matter to what only makes an engine or a factory.
bool Colouring::is_entered_synchronously(FunctionId id) const {
    return !is_run_by_click(id) && (!calls_.is_cached(id) || state(id).io);
}

/// Functions that fill a value have to be there in each form that is read.
bool Colouring::find_value_conflicts() {
    bool found = false;
    for (std::uint32_t index = 0; index < values_.size(); ++index) {
        ValueState& value = value_states_[index];
        const Form form = values_[index].form;
        const std::string& name = symbols_.bindings(values_[index].module).symbol(values_[index].symbol).name;
        if (form.twin() && !value.obstacle)
            for (const Place definition : values_[index].definitions)
                if (is_in_memory({program_, symbols_, knowledge_, types_, options_.driver}, definition)) {
                    value.obstacle = Obstacle{"'" + name +
                                                  "' is a database in memory, which two engines cannot share, "
                                                  "and synchronous code uses it too",
                                              definition};
                    found = true;
                    break;
                }
        for (const FunctionId maker : value.makers) {
            const Form made = state(maker).want;
            const bool missing = (form.async && !made.async) || (form.sync && !made.sync);
            if (value.obstacle || !form.async || (!missing && !(form.twin() && follows_value(maker))))
                continue;
            value.obstacle = Obstacle{"'" + name + "' is made in " + symbols_.function(maker).qualified_name +
                                          ", for synchronous code too",
                                      values_[index].definitions.front()};
            found = true;
        }
    }
    return found;
}

} // namespace sqlawait
