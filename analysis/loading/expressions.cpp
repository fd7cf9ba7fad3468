// What expressions hold: origins, relationship reads, calls.
#include "analysis/loading/provenance.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/Twine.h"

namespace sqlawait {

bool ProvenanceFlow::holds_objects(llvm::StringRef class_name) const {
    static const llvm::StringSet<> plain{"builtins.str",   "builtins.int",           "builtins.bool",
                                         "builtins.float", "sqlalchemy.ColumnValue", "sqlalchemy.ColumnElement",
                                         "builtins.bytes", "datetime.datetime",      "builtins.slice"};
    if (plain.contains(class_name) || knowledge_.class_(class_name) == nullptr)
        return false; // what unknown libraries make of the program's own things has an unknown type, not this one
    switch (knowledge_.role(class_name)) {
    case Role::session:
    case Role::async_session:
    case Role::session_factory:
    case Role::async_session_factory:
    case Role::scoped_session:
    case Role::engine:
    case Role::async_engine:
    case Role::connection:
    case Role::async_connection:
    case Role::transaction:
    case Role::async_transaction: return false;
    default: return true;
    }
}

/// Whether a value of this type can be, hold or lead to a mapped object.
bool ProvenanceFlow::may_hold_objects(TypeId type, unsigned depth) const {
    if (depth > 4 || type == TypeStore::nothing) // nothing: what inference never saw being filled
        return true;
    return types_.store().some(type, [&](const Atom& atom) {
        switch (atom.kind) {
        case Atom::Kind::unknown:
        case Atom::Kind::instance:
        case Atom::Kind::type_variable: return true;
        case Atom::Kind::external_instance: {
            if (!holds_objects(types_.store().text(atom.id)))
                return false;
            return atom.args.empty() ||
                   llvm::any_of(atom.args, [&](TypeId arg) { return may_hold_objects(arg, depth + 1); });
        }
        default: return false;
        }
    });
}

ProvenanceId ProvenanceFlow::origin(LoadOrigin::Kind kind, Node node, TypeId type) {
    const Place place{module_->id, node.id()};
    const auto [at, fresh] = origin_index_.try_emplace(place, static_cast<std::uint32_t>(origins_.size()));
    if (fresh) {
        LoadOrigin origin;
        origin.kind = kind;
        origin.place = place;
        origin.entity = types_.mapped_instance(type);
        if (!origin.entity)
            for (const Atom& atom : types_.store().atoms(type))
                for (const TypeId part : atom.args)
                    if (const ClassId entity = types_.mapped_instance(part))
                        row_entities_[at->second].push_back(entity);
        origins_.push_back(origin);
        single_.push_back(intern({Provenance{at->second, 0}}));
    }
    return single_[at->second];
}

ProvenanceId ProvenanceFlow::evaluate(Node node) {
    if (!node)
        return 0;
    const ProvenanceId value = fitting(evaluate_new(node), types_.type_of({module_->id, node.id()}));
    return values_[module_->id.value][node.id()] = value;
}

ProvenanceId ProvenanceFlow::evaluate_new(Node node) {
    switch (node.kind()) {
    case Kind::none:
    case Kind::comment:
    case Kind::type:
    case Kind::integer:
    case Kind::float_:
    case Kind::true_:
    case Kind::false_:
    case Kind::none_literal: return 0;
    case Kind::identifier: return evaluate_name(node);
    case Kind::attribute: return evaluate_attribute(node);
    case Kind::call: return evaluate_call(node);
    case Kind::lambda: return 0;
    case Kind::yield: {
        const ProvenanceId value = evaluate_parts(node);
        if (function_)
            write(return_base_ + function_.value, value);
        return 0;
    }
    case Kind::named_expression: {
        const ProvenanceId value = evaluate(node.child(Field::value));
        assign(node.child(Field::name), value);
        return value;
    }
    case Kind::comparison_operator: {
        const ProvenanceId compared = evaluate_parts(node);
        for (const Node part : node.named_children())
            (void)run_special_methods(part, {"__contains__", "__iter__"}, 0);
        for (const Node part : node.named_children())
            for (const llvm::StringRef method : {"__eq__", "__ne__", "__lt__", "__gt__", "__le__", "__ge__"})
                (void)run_special_methods(part, {method}, compared);
        return 0;
    }
    case Kind::not_operator:
        (void)evaluate_parts(node);
        (void)run_special_methods(node.child(Field::argument), {"__bool__", "__len__"});
        return 0;
    case Kind::list_comprehension:
    case Kind::set_comprehension:
    case Kind::dictionary_comprehension:
    case Kind::generator_expression:
        for (const Node clause : node.named_children()) {
            if (clause.is(Kind::for_in_clause)) {
                ProvenanceId iterable = 0;
                for (const Node right : clause.children(Field::right))
                    if (right.named())
                        iterable = join(iterable, iterated(right, evaluate(right)));
                assign(clause.child(Field::left), iterable);
            } else if (clause.is(Kind::if_clause)) {
                (void)evaluate_parts(clause);
            }
        }
        return evaluate(node.child(Field::body));
    case Kind::conditional_expression: {
        const auto parts = node.named_children();
        ProvenanceId out = 0;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const ProvenanceId part = evaluate(parts[i]);
            out = i == 1 ? out : join(out, part);
        }
        return out;
    }
    case Kind::interpolation: {
        const Node value = node.child(Field::expression);
        (void)evaluate(value);
        (void)run_special_methods(value, {"__format__", "__str__", "__repr__"});
        return 0;
    }
    case Kind::binary_operator: { // "%s" % x, a + b
        const ProvenanceId parts = evaluate_parts(node);
        const Node left = node.child(Field::left), right = node.child(Field::right);
        if (left.is_any(Kind::string, Kind::concatenated_string)) {
            const llvm::SmallVector<Node, 8> shown =
                right.is(Kind::tuple) ? right.named_children() : llvm::SmallVector<Node, 8>{right};
            for (const Node one : shown)
                (void)run_special_methods(one, {"__str__", "__repr__"});
            return 0;
        }
        for (const llvm::StringRef method : {"__add__", "__sub__", "__mul__", "__or__", "__and__", "__contains__"})
            (void)run_special_methods(left, {method}, parts);
        return parts;
    }
    case Kind::string:
    case Kind::concatenated_string: (void)evaluate_parts(node); return 0;
    case Kind::subscript: {
        const ProvenanceId container = evaluate(node.child(Field::value));
        for (const Node key : node.children(Field::subscript))
            (void)evaluate(key);
        return join(container, run_special_methods(node.child(Field::value), {"__getitem__"}));
    }
    case Kind::keyword_argument: return evaluate(node.child(Field::value));
    default: return evaluate_parts(node);
    }
}

ProvenanceId ProvenanceFlow::evaluate_parts(Node node) {
    ProvenanceId out = 0;
    for (Node child = node.first_child(); child; child = child.next_sibling())
        if (child.named())
            out = join(out, evaluate(child));
    return out;
}

ProvenanceId ProvenanceFlow::evaluate_name(Node node) {
    ProvenanceId out = 0;
    for (const DefinitionId id : bindings_->reaching(node.id()))
        out = join(out, evaluate_definition(module_->id, id));
    return refreshed(node, out);
}

ProvenanceId ProvenanceFlow::refreshed(Node name, ProvenanceId before) {
    const llvm::ArrayRef<Expired> happened = expiry_.before({module_->id, name.id()});
    if (happened.empty())
        return before;
    const TypeStore& store = types_.store();
    const TypeId type = types_.type_of({module_->id, name.id()});
    // A mapped object, or a list of them: only those can be named behind the commit.
    bool single = true, many = true, any = false, optional = false;
    TypeId element = type;
    for (const Atom& atom : store.atoms(type)) {
        optional |= atom.kind == Atom::Kind::none;
        if (atom.kind == Atom::Kind::none)
            continue;
        any = true;
        const bool object = (atom.kind == Atom::Kind::instance && models_.find(ClassId{atom.id}) != nullptr) ||
                            atom.kind == Atom::Kind::type_variable;
        const bool list = atom.kind == Atom::Kind::external_instance && atom.args.size() == 1 &&
                          (store.text(atom.id) == "builtins.list" || store.text(atom.id) == "typing.Sequence") &&
                          types_.mapped_instance(atom.args[0]);
        single &= object;
        many &= list;
        if (list)
            element = atom.args[0];
    }
    if (!any || (!single && !many))
        return before;
    LoadOrigin lost;
    lost.kind = LoadOrigin::Kind::refreshed;
    lost.entity = types_.mapped_instance(element);
    lost.each = many;
    lost.optional = optional;
    const SymbolId symbol = bindings_->symbol_at(name.id());
    ProvenanceId out = 0;
    for (const Expired& one : happened) {
        const Node site = one.site == no_node ? Node() : module_->tree.node(one.site);
        lost.variable = bindings_->symbol(symbol).name;
        if (!site) {
            out = join(out, before);
        } else if (one.through) { // each object of the list, where a loop has it
            LoadOrigin each = lost;
            each.place = {module_->id, one.site};
            each.variable = bindings_->symbol(one.through).name;
            each.each = each.optional = false;
            out = join(out, behind(each, one.through, one.kinds, before));
        } else if (!site.is(Kind::call)) {
            lost.place = {module_->id, one.site};
            out = join(out, behind(lost, symbol, one.kinds, before));
        } else { // only the function called can load it anew
            out = join(out, before);
            out = join(out, behind_call(lost, name, site, before));
        }
    }
    return out;
}

ProvenanceId ProvenanceFlow::behind_call(LoadOrigin lost, Node name, Node call, ProvenanceId before) {
    const CallInfo* info = types_.call({module_->id, call.id()});
    ProvenanceId out = 0;
    if (info == nullptr)
        return out;
    for (const CallTarget& target : info->targets) {
        if (!target.function)
            continue;
        const FunctionInfo& function = symbols_.function(target.function);
        for (const ArgumentMatch& match :
             match_arguments(call, parameters_[target.function.value], target.bound ? 1 : 0)) {
            if (module_->tree.node(match.argument).text() != name.text())
                continue;
            const ParameterInfo& parameter = parameters_[target.function.value][match.parameter];
            lost.variable = parameter.name;
            const SymbolId symbol = symbols_.bindings(function.module).symbol_at(parameter.name_node);
            for (const Expired& exit : expiry_.at_exit(target.function, parameter.name))
                if (exit.site != no_node) {
                    lost.place = {function.module, exit.site};
                    out = join(out, behind(lost, symbol, exit.kinds, before));
                }
        }
    }
    return out;
}

ProvenanceId ProvenanceFlow::behind(const LoadOrigin& lost, SymbolId symbol, std::uint8_t kinds, ProvenanceId before) {
    const auto [at, fresh] =
        refreshed_index_.try_emplace({lost.place, symbol}, static_cast<std::uint32_t>(origins_.size()));
    if (fresh) {
        origins_.push_back(lost);
        single_.push_back(intern({Provenance{at->second, 0}}));
    }
    Behind& what = behind_[at->second];
    what.kinds |= kinds;
    for (const Provenance& object : get(before))
        if (object.origin != at->second)
            what.before.insert(object);
    return single_[at->second];
}

ProvenanceId ProvenanceFlow::evaluate_definition(ModuleId module, DefinitionId id) {
    const ModuleBindings& bindings = symbols_.bindings(module);
    const Definition& definition = bindings.definition(id);
    switch (definition.kind) {
    case DefinitionKind::parameter: {
        const NodeId scope_node = bindings.scope(bindings.symbol(definition.symbol).scope).node;
        const FunctionId function = symbols_.function_at({module, scope_node});
        if (!function)
            return 0;
        const auto& parameters = parameters_[function.value];
        for (std::size_t i = 0; i < parameters.size(); ++i)
            if (parameters[i].name_node == definition.name)
                return slots_.read(parameter_base_[function.value] + static_cast<SlotId>(i));
        return 0;
    }
    case DefinitionKind::import_module:
    case DefinitionKind::import_name: {
        ProvenanceId out = 0;
        for (const Target& target : symbols_.resolve(module, id))
            if (target.kind == Target::Kind::variable)
                for (const DefinitionId one : symbols_.bindings(target.module).symbol(target.symbol).definitions)
                    out = join(out, slots_.read(definition_slot(target.module, one)));
        return out;
    }
    default: return slots_.read(definition_slot(module, id));
    }
}

/// `attrgetter("author.name")`: the names that it reads one after the other.
void ProvenanceFlow::read_by_getter(Node getter, ProvenanceId objects) {
    const CallInfo* info = getter.is(Kind::call) ? types_.call({module_->id, getter.id()}) : nullptr;
    if (info == nullptr ||
        llvm::none_of(info->targets, [](const CallTarget& target) { return target.external == "operator.attrgetter"; }))
        return;
    for (const Node argument : getter.child(Field::arguments).named_children())
        for (const Atom& atom : types_.store().atoms(types_.type_of({module_->id, argument.id()}))) {
            if (atom.kind != Atom::Kind::literal)
                continue;
            ProvenanceId at = objects;
            for (llvm::StringRef rest = types_.store().text(atom.id); !rest.empty() && at != 0;) {
                const auto [name, behind] = rest.split('.');
                at = read_of_objects({module_->id, argument.id()}, name, at);
                rest = behind;
            }
        }
}

ProvenanceId ProvenanceFlow::evaluate_attribute(Node node) {
    const Node object_node = node.child(Field::object);
    const ProvenanceId object = evaluate(object_node);
    const TypeId type = types_.type_of({module_->id, object_node.id()});
    const llvm::StringRef name = node.child(Field::attribute).text();
    const TypeStore& store = types_.store();
    ProvenanceId out = 0;
    for (const Atom& atom : store.atoms(type)) {
        switch (atom.kind) {
        case Atom::Kind::instance: {
            const ClassId id{atom.id};
            if (models_.find(id) != nullptr) {
                out = join(out, read_member({module_->id, node.id()}, id, name, object, ""));
                break;
            }
            // A mixin's method: the objects say which mapped class they are of.
            for (const Provenance& one : std::set<Provenance>(get(object)))
                if (const ClassId own = class_at(one); own && llvm::is_contained(types_.linearised(own), id))
                    out = join(out, read_member({module_->id, node.id()}, own, name, intern({one}), ""));
            if (schema_kind(id).stands_in) // `self` of a resolver is the object
                out = join(out, read_of_objects({module_->id, node.id()}, name, object));
            for (const ClassId base : types_.linearised(id))
                out = join(out, slots_.read(attribute_slot(base, name)));
            if (const FunctionId method = types_.method(id, name)) {
                write(parameter_base_[method.value], object);
                out = join(out, slots_.read(return_base_ + method.value)); // a property; of methods, harmless
            }
            break;
        }
        case Atom::Kind::module:
            for (const Target& target : symbols_.member(ModuleId{atom.id}, name))
                if (target.kind == Target::Kind::variable)
                    for (const DefinitionId id : symbols_.bindings(target.module).symbol(target.symbol).definitions)
                        out = join(out, slots_.read(definition_slot(target.module, id)));
            break;
        case Atom::Kind::external_instance: out = join(out, object); break; // row.User, results, containers
        default: break;
        }
    }
    // Where inference knows nothing the objects themselves say what they are.
    if (store.atoms(type).empty() || store.has_unknown(type)) {
        out = join(out, read_of_objects({module_->id, node.id()}, name, object));
        std::set<Provenance> others; // rows and containers hand on what they hold
        for (const Provenance& one : get(object)) {
            const ClassId own = class_at(one);
            const ModelInfo* model = own ? models_.find(own) : nullptr;
            if (model == nullptr || (model->column(name) == nullptr && model->relationship(name) == nullptr &&
                                     model->property(name) == nullptr))
                others.insert(one);
        }
        out = join(out, intern(std::move(others)));
    }
    return may_hold_objects(types_.type_of({module_->id, node.id()})) ? out : 0;
}

} // namespace sqlawait
