// Calls: where origins are made, and where objects go through functions of the program and outside.
#include "analysis/loading/provenance.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/Twine.h"

namespace sqlawait {

namespace {

/// The type argument of the first atom that has one: the row of a Query or a Select.
TypeId row_of(const TypeStore& store, TypeId type) {
    for (const Atom& atom : store.atoms(type))
        if (!atom.args.empty())
            return atom.args[0];
    return type;
}

Node argument_value(Node argument) {
    return argument.is(Kind::keyword_argument) ? argument.child(Field::value) : argument;
}

llvm::StringRef name_of_builtin(llvm::StringRef function) {
    return function.consume_front("builtins.") ? function : llvm::StringRef();
}

/// Methods of their argument that builtins call.
llvm::ArrayRef<llvm::StringRef> methods_of_value(llvm::StringRef builtin) {
    static const llvm::StringRef length[] = {"__len__"}, truth[] = {"__bool__", "__len__"}, iterates[] = {"__iter__"},
                                 hashed[] = {"__hash__"};
    return llvm::StringSwitch<llvm::ArrayRef<llvm::StringRef>>(name_of_builtin(builtin))
        .Case("len", length)
        .Case("bool", truth)
        .Case("hash", hashed)
        .Cases("list", "tuple", "set", "frozenset", "sorted", "iter", "sum", iterates)
        .Cases("min", "max", "any", "all", "enumerate", "reversed", "dict", iterates)
        .Default({});
}

/// Methods of what their argument holds.
llvm::ArrayRef<llvm::StringRef> methods_of_elements(llvm::StringRef builtin) {
    static const llvm::StringRef ordered[] = {"__lt__", "__gt__"}, hashed[] = {"__hash__", "__eq__"},
                                 added[] = {"__add__", "__radd__"}, truth[] = {"__bool__", "__len__"};
    return llvm::StringSwitch<llvm::ArrayRef<llvm::StringRef>>(name_of_builtin(builtin))
        .Cases("sorted", "min", "max", ordered)
        .Cases("set", "frozenset", hashed)
        .Case("sum", added)
        .Cases("any", "all", truth)
        .Default({});
}

bool stores_its_argument(llvm::StringRef method) {
    return llvm::is_contained({"append", "add", "extend", "insert", "setdefault", "update", "appendleft"}, method);
}

} // namespace

ProvenanceId ProvenanceFlow::call_function(FunctionId id, bool bound, ProvenanceId receiver, Node call) {
    const auto& parameters = parameters_[id.value];
    const SlotId base = parameter_base_[id.value];
    if (bound && !parameters.empty())
        write(base, receiver);
    std::vector<bool> matched(parameters.size(), false);
    const bool by_position = !is_partial(call.child(Field::function)); // what a partial holds stands in front
    for (const ArgumentMatch& match : match_arguments(call, parameters, bound ? 1 : 0)) {
        if (!by_position && !module_->tree.node(match.argument).parent().is(Kind::keyword_argument))
            continue;
        matched[match.parameter] = true;
        write(base + static_cast<SlotId>(match.parameter), held(module_->tree.node(match.argument)));
    }
    // Unpacked arguments may go to any parameter that has none yet.
    for (const Node argument : call.child(Field::arguments).named_children()) {
        const bool unpacked = argument.is_any(Kind::list_splat, Kind::parenthesized_list_splat, Kind::dictionary_splat);
        if (!unpacked && (by_position || argument.is(Kind::keyword_argument)))
            continue;
        for (std::size_t i = bound ? 1 : 0; i < parameters.size(); ++i)
            if (!matched[i])
                write(base + static_cast<SlotId>(i), fitting(held(argument), types_.parameter(id, i)));
    }
    return slots_.read(return_base_ + id.value);
}

/// Where inference does not know what is called, the objects say it: by their classes.
ProvenanceId ProvenanceFlow::call_methods_of(ProvenanceId objects, llvm::StringRef name, Node call) {
    const std::set<Provenance> each = get(objects); // a copy: calls make new sets
    ProvenanceId out = 0;
    for (const Provenance& one : each)
        if (const ClassId own = class_at(one))
            if (const FunctionId method = types_.method(own, name))
                out = join(out, call_function(method, true, intern({one}), call));
    return out;
}

bool ProvenanceFlow::is_partial(Node callee) const {
    return types_.store().some(types_.type_of({module_->id, callee.id()}), [&](const Atom& atom) {
        return knowledge_.role(types_.store().external_class(atom)) == Role::partial;
    });
}

void ProvenanceFlow::call_with_rest(Node function, llvm::ArrayRef<Node> rest) {
    for (const Atom& atom : types_.store().atoms(types_.type_of({module_->id, function.id()}))) {
        if (atom.kind != Atom::Kind::function)
            continue;
        const auto& parameters = parameters_[atom.id];
        std::size_t position = atom.bound ? 1 : 0;
        for (const Node argument : rest) {
            if (argument.is(Kind::keyword_argument)) {
                for (std::size_t i = 0; i < parameters.size(); ++i)
                    if (parameters[i].name == argument.child(Field::name).text())
                        write(parameter_base_[atom.id] + static_cast<SlotId>(i), held(argument));
            } else if (position < parameters.size()) {
                write(parameter_base_[atom.id] + static_cast<SlotId>(position++), held(argument));
            }
        }
    }
}

/// Sort keys, map(): a function among the arguments sees the elements of what comes along.
void ProvenanceFlow::call_back(Node function, ProvenanceId elements, bool again) {
    for (const Atom& atom : types_.store().atoms(types_.type_of({module_->id, function.id()}))) {
        if (atom.kind != Atom::Kind::function || atom.bound)
            continue;
        if (again) // of what it gives itself
            elements = join(elements, slots_.read(return_base_ + atom.id));
        for (std::size_t i = 0; i < parameters_[atom.id].size(); ++i)
            if (i == 0 || parameters_[atom.id][i].default_value == no_node)
                write(parameter_base_[atom.id] + static_cast<SlotId>(i),
                      fitting(elements, types_.parameter(FunctionId{atom.id}, i)));
    }
}

/// What a call of a program function gives here: objects whose origin serves several models are this
/// call's own, because each caller may need something else of them.
ProvenanceId ProvenanceFlow::returned_here(FunctionId function, ProvenanceId returned, Node call) {
    const Node given = call.parent().is(Kind::await) ? call.parent() : call; // the object, not the coroutine
    const TypeId type = types_.type_of({module_->id, given.id()});
    std::set<Provenance> out;
    for (const Provenance& one : get(returned)) {
        const LoadOrigin& from = origins_[one.origin];
        if (!from.entity && one.path == 0 && from.place != Place{module_->id, call.id()}) {
            const auto& own = get(origin(LoadOrigin::Kind::call, call, type));
            Served& served = served_[own.begin()->origin];
            served.functions.insert(function);
            served.origins.insert(one.origin);
            out.insert(own.begin(), own.end());
        } else {
            out.insert(one);
        }
    }
    return intern(std::move(out));
}

ProvenanceId ProvenanceFlow::evaluate_construction(const CallTarget& target, Node call, ProvenanceId receiver,
                                                   ProvenanceId arguments) {
    const auto given = call.child(Field::arguments).named_children();
    if (const ModelInfo* model = models_.find(target.constructed)) {
        const TypeId type = types_.type_of({module_->id, call.id()});
        const ProvenanceId made = origin(LoadOrigin::Kind::constructor, call, type);
        for (const Node argument : given)
            if (argument.is(Kind::keyword_argument) && model->relationship(argument.child(Field::name).text())) {
                const std::string relationship = argument.child(Field::name).text().str();
                const std::uint32_t own = get(made).begin()->origin;
                filled_[own].insert(relationship);
                write(given_slot(own, relationship), held(argument));
                note_part(held(argument), {own, 0}, call);
            }
        return made;
    }
    if (target.function) {
        (void)call_function(target.function, true, receiver, call);
        return 0;
    }
    const std::vector<SchemaField> fields = fields_of(target.constructed);
    if (is_schema(target.constructed)) { // made by hand: its fields hold objects, or schemas made of them
        for (const Node argument : given)
            for (const SchemaField& field : fields)
                if (argument.is(Kind::keyword_argument) &&
                    llvm::is_contained(field.attributes, argument.child(Field::name).text()))
                    for (const ClassId schema : field.schemas)
                        read_fields({module_->id, argument.id()}, held(argument), schema,
                                    symbols_.class_(target.constructed).name + "()", 0);
        if (!schema_kind(target.constructed).stands_in)
            return arguments;
    }
    // A dataclass: by keyword, or in the order of its fields.
    for (std::size_t i = 0; i < given.size(); ++i) {
        const bool keyword = given[i].is(Kind::keyword_argument);
        if (!keyword && i >= fields.size())
            continue;
        const std::string name = keyword ? given[i].child(Field::name).text().str() : fields[i].name;
        for (const ClassId base : types_.linearised(target.constructed))
            write(attribute_slot(base, name), held(given[i]));
    }
    return 0;
}

ProvenanceId ProvenanceFlow::evaluate_external(const CallTarget& target, Node call, ProvenanceId receiver,
                                               ProvenanceId arguments) {
    const Place place{module_->id, call.id()};
    const TypeStore& store = types_.store();
    const TypeId type = types_.type_of(place);
    const auto given = call.child(Field::arguments).named_children();
    const llvm::StringRef name = target.external;
    const auto [owner, method] = name.rsplit('.');
    const Role role = knowledge_.role(owner);
    const bool on_session = role == Role::session || role == Role::async_session || role == Role::scoped_session;

    if (on_session && method == "query")
        return origin(LoadOrigin::Kind::query, call, row_of(store, type));
    if (on_session && (method == "get" || method == "get_one"))
        return origin(LoadOrigin::Kind::get, call, type);
    if (name == "sqlalchemy.select" || name == "sqlmodel.select")
        return origin(LoadOrigin::Kind::statement, call, row_of(store, type));
    if (name == "builtins.setattr" && given.size() == 3) {
        for (const Provenance& one : get(held(given[0])))
            changes_[one].any = true;
        return 0;
    }
    if (on_session && method == "merge")
        return origin(LoadOrigin::Kind::merge, call, type);
    if (on_session && method == "expunge" && !given.empty())
        expunged_.insert(get(held(given[0])).begin(), get(held(given[0])).end());
    if (on_session && (method == "refresh" || method == "expire" || method == "expunge"))
        return 0;
    if (name == "builtins.str" || name == "builtins.repr" || name == "builtins.print" || name == "builtins.format") {
        for (const Node argument : given)
            (void)run_special_methods(argument_value(argument), {"__str__", "__repr__"});
        return 0;
    }
    if ((name == "builtins.getattr" || name == "builtins.hasattr") && given.size() >= 2) {
        ProvenanceId out = walks_mapper(given[1]) ? read_everything(place, held(given[0])) : 0;
        bool named = given[1].is(Kind::string) || walks_mapper(given[1]) || walks_columns(given[1]);
        for (const Atom& key : store.atoms(types_.type_of({module_->id, given[1].id()}))) {
            if (key.kind != Atom::Kind::literal)
                continue;
            named = true;
            out = join(out, read_of_objects(place, store.text(key.id), held(given[0])));
            for (const Atom& atom : store.atoms(types_.type_of({module_->id, given[0].id()})))
                if (atom.kind == Atom::Kind::instance)
                    out = join(out, read_member(place, ClassId{atom.id}, store.text(key.id), held(given[0]), ""));
        }
        if (!named && name == "builtins.getattr" && !get(held(given[0])).empty())
            unforeseen_[place] = get(held(given[0]));
        return name == "builtins.getattr" ? out : 0;
    }
    if (renders_template(name))
        read_template(call);
    if (!given.empty() && knowledge_.role(name) == Role::partial) {
        call_with_rest(given[0], llvm::ArrayRef(given).drop_front());
        return 0;
    }
    const llvm::ArrayRef<llvm::StringRef> of_value = methods_of_value(name), of_elements = methods_of_elements(name);
    for (const Node argument : given) {
        if (!of_value.empty())
            arguments = join(arguments, run_special_methods(argument_value(argument), of_value));
        if (!of_elements.empty())
            run_on_elements(argument_value(argument), of_elements);
    }
    if (method == "format" && owner == "builtins.str")
        for (const Node argument : given)
            (void)run_special_methods(argument_value(argument), {"__format__", "__str__", "__repr__"});
    if (name == "builtins.list.sort" && call.child(Field::function).is(Kind::attribute))
        run_on_elements(call.child(Field::function).child(Field::object), {"__lt__", "__gt__"});
    // Functions among the arguments (sort keys, map) see the elements of what comes along.
    for (const Node argument : given)
        read_by_getter(argument_value(argument), join(receiver, arguments));
    for (const Node argument : given)
        call_back(argument_value(argument), join(receiver, arguments), name.starts_with("json."));
    if (const Node object = call.child(Field::function).child(Field::object);
        object && stores_its_argument(method) && may_hold_objects(types_.type_of({module_->id, object.id()})))
        grow(object, arguments);
    read_validated(call, name, arguments);
    return join(receiver, arguments);
}

/// A call that leaves the objects which it is given where they are: of a container, or a constructor of models.
bool ProvenanceFlow::is_harmless(const CallInfo* call) const {
    return call != nullptr && !call->targets.empty() && llvm::all_of(call->targets, [&](const CallTarget& target) {
               const llvm::StringRef name = target.external;
               return target.constructed ? models_.find(target.constructed) != nullptr
                                         : name.starts_with("builtins.") || name.starts_with("collections.");
           });
}

ProvenanceId ProvenanceFlow::evaluate_call(Node node) {
    const Node callee = node.child(Field::function);
    const Node receiver_node = callee.child(Field::object);
    (void)evaluate(callee);
    const ProvenanceId receiver = receiver_node ? held(receiver_node) : 0;
    const Node argument_list = node.child(Field::arguments);
    const ProvenanceId arguments =
        argument_list.is(Kind::generator_expression) ? evaluate(argument_list) : evaluate_parts(argument_list);
    const CallInfo* info = types_.call({module_->id, node.id()});
    if (leaves_outside(info, node))
        note_outside(arguments, node);
    else if (!is_harmless(info))
        note_entry(arguments, node);
    ProvenanceId out = 0;
    if (info == nullptr || info->targets.empty()) {
        read_by_getter(callee, arguments);
        if (receiver_node)
            out = call_methods_of(receiver, callee.child(Field::attribute).text(), node);
        if (receiver_node && stores_its_argument(callee.child(Field::attribute).text()))
            grow(receiver_node, arguments);
        out = join(out, join(receiver, arguments));
    } else
        for (const CallTarget& target : info->targets) {
            if (target.constructed)
                out = join(out, evaluate_construction(target, node, receiver, arguments));
            else if (const FunctionId called =
                         colours_.called(target.function, symbols_.enclosing_function({module_->id, node.id()})))
                out = join(out, returned_here(called, call_function(called, target.bound, receiver, node), node));
            else
                out = join(out, evaluate_external(target, node, receiver, arguments));
        }
    if (info != nullptr && !info->targets.empty())
        read_by_getter(callee, arguments);
    return may_hold_objects(types_.type_of({module_->id, node.id()})) ? out : 0;
}

} // namespace sqlawait
