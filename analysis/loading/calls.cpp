// Calls: where origins are made, and where objects go through functions of the program and outside.
#include "analysis/loading/provenance.h"

#include "llvm/ADT/STLExtras.h"
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

bool stores_its_argument(llvm::StringRef method) {
    return llvm::is_contained({"append", "add", "extend", "insert", "setdefault", "update", "appendleft"}, method);
}

} // namespace

ProvenanceId ProvenanceFlow::call_function(FunctionId id, bool bound, ProvenanceId receiver, Node call) {
    const auto& parameters = parameters_[id.value];
    const SlotId base = parameter_base_[id.value];
    if (bound && !parameters.empty())
        write(base, receiver);
    for (const ArgumentMatch& match : match_arguments(call, parameters, bound ? 1 : 0))
        write(base + static_cast<SlotId>(match.parameter), held(module_->tree.node(match.argument)));
    return slots_.read(return_base_ + id.value);
}

/// What a call of a program function gives here: objects whose origin serves several models are this
/// call's own, because each caller may need something else of them.
ProvenanceId ProvenanceFlow::returned_here(FunctionId function, ProvenanceId returned, Node call) {
    const TypeId type = types_.type_of({module_->id, call.id()});
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
            if (argument.is(Kind::keyword_argument) && model->relationship(argument.child(Field::name).text()))
                filled_[get(made).begin()->origin].insert(argument.child(Field::name).text().str());
        return made;
    }
    if (target.function) {
        (void)call_function(target.function, true, receiver, call);
        return 0;
    }
    if (is_schema(target.constructed))
        return arguments; // a response made by hand: what its fields hold
    // A dataclass: by keyword, or in the order of its fields.
    const std::vector<std::pair<std::string, ClassId>>& fields = fields_of(target.constructed);
    for (std::size_t i = 0; i < given.size(); ++i) {
        const bool keyword = given[i].is(Kind::keyword_argument);
        if (!keyword && i >= fields.size())
            continue;
        const std::string name = keyword ? given[i].child(Field::name).text().str() : fields[i].first;
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
    if (on_session && (method == "refresh" || method == "expire"))
        return 0;
    if (name == "builtins.str" || name == "builtins.repr" || name == "builtins.print" || name == "builtins.format") {
        for (const Node argument : given)
            run_special_methods(argument_value(argument), {"__str__", "__repr__"});
        return 0;
    }
    if ((name == "builtins.getattr" || name == "builtins.hasattr") && given.size() >= 2) {
        ProvenanceId out = 0;
        for (const Atom& key : store.atoms(types_.type_of({module_->id, given[1].id()}))) {
            if (key.kind != Atom::Kind::literal)
                continue;
            out = join(out, read_of_objects(place, store.text(key.id), held(given[0])));
            for (const Atom& atom : store.atoms(types_.type_of({module_->id, given[0].id()})))
                if (atom.kind == Atom::Kind::instance)
                    out = join(out, read_member(place, ClassId{atom.id}, store.text(key.id), held(given[0]), ""));
        }
        return name == "builtins.getattr" ? out : 0;
    }
    // Functions among the arguments (sort keys, map) see the elements of what comes along.
    for (const Node argument : given)
        read_by_getter(argument_value(argument), join(receiver, arguments));
    for (const Node argument : given)
        for (const Atom& atom : store.atoms(types_.type_of({module_->id, argument_value(argument).id()})))
            if (atom.kind == Atom::Kind::function && !atom.bound && !parameters_[atom.id].empty())
                write(parameter_base_[atom.id],
                      name.starts_with("json.") ? join(arguments, slots_.read(return_base_ + atom.id)) // again, of that
                                                : join(receiver, arguments));
    if (const Node object = call.child(Field::function).child(Field::object);
        object && stores_its_argument(method) && may_hold_objects(types_.type_of({module_->id, object.id()})))
        grow(object, arguments);
    read_validated(call, arguments);
    return join(receiver, arguments);
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
    ProvenanceId out = 0;
    if (info == nullptr || info->targets.empty()) {
        read_by_getter(callee, arguments);
        if (receiver_node && stores_its_argument(callee.child(Field::attribute).text()))
            grow(receiver_node, arguments);
        out = join(receiver, arguments);
    } else
        for (const CallTarget& target : info->targets) {
            if (target.constructed)
                out = join(out, evaluate_construction(target, node, receiver, arguments));
            else if (target.function)
                out = join(out, returned_here(target.function,
                                              call_function(target.function, target.bound, receiver, node), node));
            else
                out = join(out, evaluate_external(target, node, receiver, arguments));
        }
    if (info != nullptr && !info->targets.empty())
        read_by_getter(callee, arguments);
    return may_hold_objects(types_.type_of({module_->id, node.id()})) ? out : 0;
}

} // namespace sqlawait
