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
    if (depth > 4)
        return true;
    return types_.store().some(type, [&](const Atom& atom) {
        switch (atom.kind) {
        case Atom::Kind::unknown:
        case Atom::Kind::instance:
        case Atom::Kind::type_variable: return true;
        case Atom::Kind::external_instance: {
            if (!holds_objects(types_.store().text(atom.id)))
                return false;
            return atom.args.empty() || llvm::any_of(atom.args, [&](TypeId arg) {
                       return arg == TypeStore::nothing || may_hold_objects(arg, depth + 1);
                   });
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
    case Kind::comparison_operator:
    case Kind::not_operator: (void)evaluate_parts(node); return 0;
    case Kind::list_comprehension:
    case Kind::set_comprehension:
    case Kind::dictionary_comprehension:
    case Kind::generator_expression:
        for (const Node clause : node.named_children()) {
            if (clause.is(Kind::for_in_clause)) {
                ProvenanceId iterable = 0;
                for (const Node right : clause.children(Field::right))
                    if (right.named())
                        iterable = join(iterable, evaluate(right));
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
        run_special_methods(value, {"__format__", "__str__", "__repr__"});
        return 0;
    }
    case Kind::string:
    case Kind::concatenated_string: (void)evaluate_parts(node); return 0;
    case Kind::subscript: {
        const ProvenanceId container = evaluate(node.child(Field::value));
        for (const Node key : node.children(Field::subscript))
            (void)evaluate(key);
        return container;
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
    const SymbolId symbol = bindings_->symbol_at(name.id());
    ProvenanceId out = 0;
    for (const Expired& one : happened) {
        if (one.site == no_node) {
            out = join(out, before);
            continue;
        }
        const Place site{module_->id, one.site};
        const auto [at, fresh] =
            refreshed_index_.try_emplace({site, symbol}, static_cast<std::uint32_t>(origins_.size()));
        if (fresh) {
            LoadOrigin origin;
            origin.kind = LoadOrigin::Kind::refreshed;
            origin.place = site;
            origin.entity = types_.mapped_instance(element);
            origin.variable = bindings_->symbol(symbol).name;
            origin.each = many;
            origin.optional = optional;
            origins_.push_back(origin);
            single_.push_back(intern({Provenance{at->second, 0}}));
        }
        Behind& behind = behind_[at->second];
        behind.kinds |= one.kinds;
        for (const Provenance& object : get(before))
            if (object.origin != at->second)
                behind.before.insert(object);
        out = join(out, single_[at->second]);
    }
    return out;
}

void ProvenanceFlow::note_column(ProvenanceId object) {
    for (const Provenance& one : get(object))
        if (one.path == 0 && origins_[one.origin].kind == LoadOrigin::Kind::refreshed)
            behind_[one.origin].columns_read = true;
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

void ProvenanceFlow::note_read(Place place, const PathStep& step, ProvenanceId on, llvm::StringRef through) {
    ReadEvent& event = reads_[{place, step.relationship + " " + std::to_string(step.owner.value)}];
    event.place = place;
    event.step = step;
    if (!through.empty())
        event.through = through.str();
    event.on.insert(get(on).begin(), get(on).end());
}

ProvenanceId ProvenanceFlow::read_relationship(Place place, const RelationshipInfo& relationship, ClassId seen_on,
                                               ProvenanceId object, llvm::StringRef through) {
    PathStep step{relationship.owner, relationship.name, relationship.to_many.value_or(true)};
    if (const ModelInfo* owner = models_.find(relationship.owner); owner == nullptr || owner->abstract)
        step.owner = seen_on; // from a mixin: the option names the mapped class itself
    std::set<Provenance> on, out;
    for (const Provenance& one : get(object)) {
        const LoadPath& path = paths_[one.path];
        if (const ClassId own = class_at(one); own && !related(own, seen_on))
            continue; // another class that came the same way
        on.insert(one);
        // A tree walked without end is one step that repeats; other paths without end are reported instead.
        PathStep again = step;
        again.repeated = true;
        if (!path.empty() && (path.back() == step || path.back() == again))
            out.insert({one.origin, repeat(one.path)});
        else if (path.size() < max_path && llvm::count(path, step) < 1)
            out.insert({one.origin, extend(one.path, step)});
    }
    note_read(place, step, intern(std::move(on)), through);
    return intern(std::move(out));
}

/// A name read on a mapped object: a relationship, a proxy to one, or a property whose body reads.
ProvenanceId ProvenanceFlow::read_member(Place place, ClassId model, llvm::StringRef name, ProvenanceId object,
                                         llvm::StringRef through) {
    const ModelInfo* info = models_.find(model);
    if (info == nullptr)
        return 0;
    if (const RelationshipInfo* relationship = info->relationship(name)) {
        if (relationship->loading == Loading::dynamic || relationship->loading == Loading::write_only)
            return 0;
        return read_relationship(place, *relationship, model, object, through);
    }
    if (info->column(name) != nullptr)
        note_column(object);
    if (const PropertyInfo* property = info->property(name)) {
        if (property->function) {
            write(parameter_base_[property->function.value], object);
            return slots_.read(return_base_ + property->function.value);
        }
        if (const RelationshipInfo* relationship = info->relationship(property->proxy_relationship)) {
            const ProvenanceId target = read_relationship(place, *relationship, model, object, through);
            return relationship->target
                       ? read_member(place, relationship->target, property->proxy_attribute, target, through)
                       : target;
        }
    }
    return 0;
}

ProvenanceId ProvenanceFlow::read_of_objects(Place place, llvm::StringRef name, ProvenanceId objects) {
    const std::set<Provenance> each = get(objects); // a copy: reading makes new sets
    ProvenanceId out = 0;
    for (const Provenance& one : each)
        if (const ClassId model = class_at(one))
            out = join(out, read_member(place, model, name, intern({one}), ""));
    return out;
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

void ProvenanceFlow::run_special_methods(Node value, llvm::ArrayRef<llvm::StringRef> methods) {
    const TypeId type = types_.type_of({module_->id, value.id()});
    for (const Atom& atom : types_.store().atoms(type)) {
        if (atom.kind != Atom::Kind::instance)
            continue;
        for (const llvm::StringRef name : methods) {
            if (const FunctionId method = types_.method(ClassId{atom.id}, name)) {
                write(parameter_base_[method.value], held(value));
                break;
            }
        }
    }
}

} // namespace sqlawait
