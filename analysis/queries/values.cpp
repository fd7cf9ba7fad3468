// The graph: expressions that may hold a query, the slots that keep them, and what moves where.
#include "analysis/queries/builder.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral query_class = "sqlalchemy.orm.Query";

} // namespace

bool QueryFlowBuilder::is_query(TypeId type) const {
    const TypeStore& store = types_.store();
    return store.some(type, [&](const Atom& atom) {
        if (atom.kind == Atom::Kind::instance)
            return llvm::any_of(types_.external_bases(ClassId{atom.id}),
                                [&](const std::string& base) { return knowledge_.role(base) == Role::query; });
        const llvm::StringRef name = store.external_class(atom);
        return !name.empty() && (knowledge_.role(name) == Role::query || knowledge_.is_subclass(name, query_class));
    });
}

bool QueryFlowBuilder::is_query(Node node) const { return node && is_query(types_.type_of(place(node))); }

bool QueryFlowBuilder::only_query(Node node) const {
    const TypeStore& store = types_.store();
    const TypeId type = types_.type_of(place(node));
    return store.all(type, [&](const Atom& atom) {
        const llvm::StringRef name = store.external_class(atom);
        return !name.empty() && (knowledge_.role(name) == Role::query || knowledge_.is_subclass(name, query_class));
    });
}

bool QueryFlowBuilder::carries(TypeId type, unsigned depth) const {
    if (is_query(type))
        return true;
    if (depth > TypeStore::max_depth)
        return false;
    const TypeStore& store = types_.store();
    return store.some(type, [&](const Atom& atom) {
        return (atom.kind == Atom::Kind::external_instance || atom.kind == Atom::Kind::instance) &&
               llvm::any_of(atom.args, [&](TypeId arg) { return carries(arg, depth + 1); });
    });
}

bool QueryFlowBuilder::carries(Node node) const { return node && carries(types_.type_of(place(node))); }

ValueId QueryFlowBuilder::new_slot(Place place) {
    QueryValue value;
    value.place = place;
    values_.push_back(std::move(value));
    return static_cast<ValueId>(values_.size() - 1);
}

ValueId QueryFlowBuilder::expression(Node node) {
    const auto [found, added] = expressions_.try_emplace(place(node), 0);
    if (added) {
        found->second = new_slot(place(node));
        values_.back().expression = true;
        values_.back().direct = is_query(node);
    }
    return found->second;
}

ValueId QueryFlowBuilder::definition(ModuleId module, DefinitionId id) {
    const auto [found, added] = definitions_.try_emplace({module, id}, 0);
    if (added) {
        found->second = new_slot({module, symbols_.bindings(module).definition(id).name});
        if (const auto parameter = parameter_slots_.find({module, id}); parameter != parameter_slots_.end())
            values_.back().parameter_of = parameter->second.first;
    }
    return found->second;
}

ValueId QueryFlowBuilder::returned(FunctionId id) {
    const auto [found, added] = returned_.try_emplace(id, 0);
    if (added) {
        const FunctionInfo& info = symbols_.function(id);
        found->second = new_slot({info.module, info.node});
        values_.back().returned_by = id;
    }
    return found->second;
}

ValueId QueryFlowBuilder::attribute(ClassId owner, llvm::StringRef name) {
    const auto [found, added] = attributes_.try_emplace({owner, name.str()}, 0);
    if (added) {
        const ClassInfo& info = symbols_.class_(owner);
        found->second = new_slot({info.module, info.node});
    }
    return found->second;
}

void QueryFlowBuilder::move(ValueId from, ValueId to, MoveKind kind, const QueryMethod* method, FunctionId function) {
    const auto id = static_cast<std::uint32_t>(moves_.size());
    moves_.push_back({from, to, kind, method, function});
    values_[from].out.push_back(id);
    values_[to].in.push_back(id);
}

/// Of `owner.pets` the relationship, when its mapping says that it is a query of its own: lazy="dynamic".
const RelationshipInfo* QueryFlowBuilder::dynamic_relationship(Node node) const {
    if (!node.is(Kind::attribute) || !only_query(node))
        return nullptr;
    const RelationshipInfo* found = nullptr;
    for (const Atom& atom : types_.store().atoms(types_.type_of(place(node.child(Field::object))))) {
        if (atom.kind == Atom::Kind::none) // which has no such attribute
            continue;
        const ModelInfo* model = atom.kind == Atom::Kind::instance ? reader_.models().find(ClassId{atom.id}) : nullptr;
        const RelationshipInfo* one =
            model == nullptr ? nullptr : model->relationship(node.child(Field::attribute).text());
        if (one == nullptr || one->loading != Loading::dynamic || !one->target ||
            (found != nullptr && found->target != one->target))
            return nullptr;
        found = one;
    }
    return found;
}

/// `owner.pets.append(pet)`, `owner.pets = [...]`: nothing is asked of the database.
bool QueryFlowBuilder::changes_collection(Node node) const {
    if (dynamic_relationship(node) == nullptr)
        return false;
    const Node parent = node.parent();
    if (parent.is(Kind::assignment))
        return parent.child(Field::left) == node;
    if (!parent.is(Kind::attribute) || parent.child(Field::object) != node)
        return false;
    const ClassKnowledge* own = knowledge_.class_("sqlalchemy.orm.AppenderQuery");
    return own != nullptr && own->members.contains(parent.child(Field::attribute).text());
}

/// `session.query(...)`, an alias of the method, `Query(...)`, or a relationship that is a query.
bool QueryFlowBuilder::is_producer(Node node) const {
    if (node.is(Kind::attribute))
        return dynamic_relationship(node) != nullptr;
    if (!node.is(Kind::call))
        return false;
    const CallInfo* call = types_.call(place(node));
    if (call == nullptr)
        return false;
    return llvm::any_of(call->targets, [&](const CallTarget& target) {
        if (target.external.empty())
            return false;
        const std::string name = knowledge_.canonical(target.external);
        const auto [owner, method] = llvm::StringRef(name).rsplit('.');
        const Role role = knowledge_.role(owner);
        return (method == "query" && (role == Role::session || role == Role::scoped_session)) ||
               knowledge_.role(name) == Role::query;
    });
}

/// The method that a call, an attribute or a subscript applies to a query, and the query.
const QueryMethod* QueryFlowBuilder::link_method(Node node, Node& base) const {
    if (node.is(Kind::call)) {
        const Node function = node.child(Field::function);
        if (!function.is(Kind::attribute))
            return nullptr;
        base = function.child(Field::object);
        if (!is_query(base))
            return nullptr;
        const QueryMethod* method = query_method(function.child(Field::attribute).text());
        return method != nullptr && method->kind != MethodKind::attribute && method->kind != MethodKind::producer
                   ? method
                   : nullptr;
    }
    if (node.is(Kind::attribute)) {
        base = node.child(Field::object);
        if (!is_query(base))
            return nullptr;
        const QueryMethod* method = query_method(node.child(Field::attribute).text());
        return method != nullptr && method->kind == MethodKind::attribute ? method : nullptr;
    }
    if (node.is(Kind::subscript)) {
        base = node.child(Field::value);
        return is_query(base) ? query_method("__getitem__") : nullptr;
    }
    return nullptr;
}

void QueryFlowBuilder::read_module(const Module& module) {
    module_ = &module;
    bindings_ = &symbols_.bindings(module.id);
    reader_.enter(module.id);
    for (NodeId id = 0; id < module.tree.size(); ++id) {
        const Node node = module.tree.node(id);
        if (node.is_any(Kind::call, Kind::identifier, Kind::attribute, Kind::subscript, Kind::parenthesized_expression,
                        Kind::conditional_expression, Kind::boolean_operator, Kind::named_expression, Kind::list,
                        Kind::tuple, Kind::set, Kind::dictionary, Kind::expression_list, Kind::list_comprehension,
                        Kind::set_comprehension, Kind::dictionary_comprehension, Kind::generator_expression,
                        Kind::await))
            read_expression(node);
    }
}

void QueryFlowBuilder::read_expression(Node node) {
    if (!carries(node) || bindings_->definition_at(node.id()))
        return;
    // Names of attributes, keywords and parameters are no expressions.
    if (node.is(Kind::identifier) && !bindings_->symbol_at(node.id()))
        return;
    if (changes_collection(node))
        return;
    const ValueId value = expression(node);
    read_sources(node, value);
    read_use(node, value);
}

void QueryFlowBuilder::read_sources(Node node, ValueId value) {
    const auto take = [&](Node part) {
        if (carries(part))
            move(expression(part), value);
    };
    switch (node.kind()) {
    case Kind::identifier:
        for (const DefinitionId id : bindings_->reaching(node.id())) {
            const Definition& made = bindings_->definition(id);
            if (made.kind == DefinitionKind::import_name) {
                for (const Target& target : symbols_.resolve(module_->id, id))
                    if (target.kind == Target::Kind::variable)
                        for (const DefinitionId other :
                             symbols_.bindings(target.module).symbol(target.symbol).definitions)
                            move(definition(target.module, other), value);
                continue;
            }
            move(definition(module_->id, id), value);
        }
        break;
    case Kind::parenthesized_expression:
    case Kind::await: take(node.named_child(0)); break;
    case Kind::named_expression: take(node.child(Field::value)); break;
    case Kind::conditional_expression: // body if condition else alternative
        take(node.named_child(0));
        take(node.named_child(2));
        break;
    case Kind::boolean_operator:
        take(node.child(Field::left));
        take(node.child(Field::right));
        break;
    case Kind::list:
    case Kind::tuple:
    case Kind::set:
    case Kind::expression_list:
        for (const Node part : node.named_children())
            take(part.is(Kind::list_splat) ? part.named_child(0) : part);
        break;
    case Kind::dictionary:
        for (const Node part : node.named_children())
            take(part.is(Kind::pair) ? part.child(Field::value) : part.named_child(0));
        break;
    case Kind::list_comprehension:
    case Kind::set_comprehension:
    case Kind::generator_expression: take(node.child(Field::body)); break;
    case Kind::dictionary_comprehension: take(node.child(Field::body).child(Field::value)); break;
    case Kind::subscript:
        if (const Node object = node.child(Field::value); carries(object) && !is_query(object))
            move(expression(object), value);
        break;
    case Kind::attribute: read_attribute_sources(node, value); break;
    case Kind::call: read_call_sources(node, value); break;
    default: break;
    }
}

void QueryFlowBuilder::read_attribute_sources(Node node, ValueId value) {
    const Node object = node.child(Field::object);
    const llvm::StringRef name = node.child(Field::attribute).text();
    if (is_producer(node)) {
        values_[value].producer = true;
        return;
    }
    Node base;
    if (const QueryMethod* method = link_method(node, base)) {
        move(expression(base), value, MoveKind::link, method);
        return;
    }
    for (const Atom& atom : types_.store().atoms(types_.type_of(place(object)))) {
        if (atom.kind == Atom::Kind::instance || atom.kind == Atom::Kind::class_) {
            const ClassId owner{atom.id};
            if (const FunctionId property = types_.method(owner, name)) {
                move(returned(property), value, MoveKind::result, nullptr, property);
                continue;
            }
            for (const ClassId base_class : types_.linearised(owner))
                move(attribute(base_class, name), value);
            // A method of a base reads what a subclass sets.
            llvm::SmallVector<ClassId, 4> open(types_.subclasses(owner));
            std::set<std::uint32_t> seen;
            while (!open.empty()) {
                const ClassId sub = open.pop_back_val();
                if (!seen.insert(sub.value).second)
                    continue;
                move(attribute(sub, name), value);
                open.append(types_.subclasses(sub).begin(), types_.subclasses(sub).end());
            }
        } else if (atom.kind == Atom::Kind::module) {
            for (const Target& target : symbols_.member(ModuleId{atom.id}, name))
                if (target.kind == Target::Kind::variable)
                    for (const DefinitionId id : symbols_.bindings(target.module).symbol(target.symbol).definitions)
                        move(definition(target.module, id), value);
        }
    }
}

void QueryFlowBuilder::read_call_sources(Node node, ValueId value) {
    if (is_producer(node)) {
        values_[value].producer = true;
        return;
    }
    Node base;
    if (const QueryMethod* method = link_method(node, base)) {
        move(expression(base), value, MoveKind::link, method);
        return;
    }
    const CallInfo* call = types_.call(place(node));
    bool inside = false;
    if (call != nullptr)
        for (const CallTarget& target : call->targets)
            if (target.function && !target.constructed) {
                inside = true;
                move(returned(target.function), value, MoveKind::result, nullptr, target.function);
            }
    if (inside)
        return;
    // Something outside gives back what it was given: container methods, dict(...), reduce(...).
    const Node function = node.child(Field::function);
    if (function.is(Kind::attribute) && carries(function.child(Field::object)) &&
        !is_query(function.child(Field::object)))
        move(expression(function.child(Field::object)), value);
    if (node.child(Field::arguments).is(Kind::argument_list))
        for (Node argument : node.child(Field::arguments).named_children()) {
            if (argument.is(Kind::keyword_argument))
                argument = argument.child(Field::value);
            if (argument.is(Kind::list_splat))
                argument = argument.named_child(0);
            // A query that is iterated gives rows, not itself.
            if (carries(argument) && (!is_query(argument) || !iterated_position(argument)))
                move(expression(argument), value);
        }
    // What it called: reduce(lambda q, rule: q.filter(rule), ...).
    if (call != nullptr)
        for (const CallTarget& target : call->targets)
            if (!target.external.empty())
                for (const Node argument : arguments_of(node).positional)
                    for (const Atom& atom : types_.store().atoms(types_.type_of(place(argument))))
                        if (atom.kind == Atom::Kind::function && carries(types_.returned(FunctionId{atom.id})))
                            move(returned(FunctionId{atom.id}), value);
}

} // namespace sqlawait
