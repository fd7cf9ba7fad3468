// callee(arguments): targets, what arguments bring to parameters, what comes back.
#include "analysis/inference/evaluator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

namespace sqlawait {

/// `"author.publisher".split(".")`: a list of names that are as constant as the text is.
TypeId Inference::split_literal(Node callee, const CallFrame& frame) {
    if (!callee.is(Kind::attribute) || callee.child(Field::attribute).text() != "split" || frame.unpacked ||
        frame.positional.size() > 1 || !frame.keywords.empty())
        return TypeStore::nothing;
    std::string separator;
    if (!frame.positional.empty()) {
        const llvm::ArrayRef<Atom> given = types_.atoms(frame.positional[0]);
        if (given.size() != 1 || given[0].kind != Atom::Kind::literal || types_.text(given[0].id).empty())
            return TypeStore::nothing;
        separator = types_.text(given[0].id).str();
    }
    TypeId names = TypeStore::nothing;
    for (const Atom& atom : types_.atoms(evaluate(callee.child(Field::object))).vec()) {
        if (atom.kind != Atom::Kind::literal)
            return TypeStore::nothing;
        llvm::SmallVector<llvm::StringRef, 4> parts;
        const std::string text = types_.text(atom.id).str(); // new literals move what is there
        if (separator.empty())
            llvm::SplitString(text, parts);
        else
            llvm::StringRef(text).split(parts, separator);
        for (const llvm::StringRef part : parts)
            names = types_.join(names, types_.literal(part));
    }
    return names == TypeStore::nothing ? names : types_.external_instance("builtins.list", {names});
}

TypeId Inference::evaluate_call(Node node) {
    const Node callee_node = node.child(Field::function);
    const TypeId callee = evaluate(callee_node);
    CallFrame frame;
    frame.call = node;
    const Node arguments = node.child(Field::arguments);
    if (arguments.is(Kind::generator_expression)) {
        frame.positional.push_back(evaluate(arguments));
    } else {
        for (const Node argument : arguments.named_children()) {
            if (argument.is(Kind::keyword_argument)) {
                const TypeId type = evaluate(argument.child(Field::value));
                frame.keywords.emplace_back(argument.child(Field::name).text().str(), type);
            } else if (argument.is_any(Kind::list_splat, Kind::dictionary_splat, Kind::parenthesized_list_splat)) {
                unpack_arguments(argument, frame);
            } else {
                const TypeId type = evaluate(argument);
                if (!frame.unpacked)
                    frame.positional.push_back(type);
            }
        }
    }
    CallInfo info;
    info.node = node.id();
    info.complete = true;
    TypeId out = TypeStore::nothing;
    for (const Atom& atom : types_.atoms(callee).vec())
        if (atom.kind != Atom::Kind::none)
            out = types_.join(out, call_atom(atom, frame, info));
    info.complete &= callee != TypeStore::nothing;
    if (const TypeId parts = split_literal(callee_node, frame); parts != TypeStore::nothing)
        out = parts;

    // `items.append(x)`, `seen.add(x)`: the receiver holds what it is given.
    if (callee_node.is(Kind::attribute) && !frame.positional.empty()) {
        const llvm::StringRef method = callee_node.child(Field::attribute).text();
        const Node receiver = callee_node.child(Field::object);
        if (method == "update" && receiver.is(Kind::attribute) && receiver.child(Field::attribute).text() == "__dict__")
            store_all(evaluate(receiver.child(Field::object)), frame);
        if (method == "append" || method == "appendleft")
            grow(receiver, "builtins.list", {frame.positional[0]});
        else if (method == "extend")
            grow(receiver, "builtins.list", {element_of(frame.positional[0])});
        else if (method == "insert" && frame.positional.size() > 1)
            grow(receiver, "builtins.list", {frame.positional[1]});
        else if (method == "add")
            grow(receiver, "builtins.set", {frame.positional[0]});
        else if (method == "set")
            grow(receiver, "contextvars.ContextVar", {frame.positional[0]});
        else if (method == "setdefault" && frame.positional.size() > 1)
            grow(receiver, "builtins.dict", {frame.positional[0], frame.positional[1]});
    }
    auto& index = table_.call_index_[module_->id.value];
    auto& calls = table_.calls_[module_->id.value];
    const auto [at, fresh] = index.try_emplace(node.id(), static_cast<std::uint32_t>(calls.size()));
    if (fresh)
        calls.push_back(std::move(info));
    else
        calls[at->second] = std::move(info);
    return out;
}

/// `self.__dict__.update(kwargs)`
void Inference::store_all(TypeId object, const CallFrame& frame) {
    for (const auto& [name, type] : frame.keywords)
        write_attribute(object, name, type);
    if (frame.positional.empty())
        return;
    for (const Atom& atom : types_.atoms(frame.positional[0]).vec()) {
        const auto entries = types_.entries(atom);
        for (const auto& [name, type] : entries)
            write_attribute(object, name, type);
        if (entries.empty() && types_.external_class(atom) == "builtins.dict" && atom.args.size() > 1)
            write_attribute(object, "*", atom.args[1]);
        else if (atom.kind == Atom::Kind::unknown)
            write_attribute(object, "*", TypeStore::unknown);
    }
}

TypeId Inference::call_atom(const Atom& atom, CallFrame& frame, CallInfo& info) {
    switch (atom.kind) {
    case Atom::Kind::function: return call_function(FunctionId{atom.id}, atom.bound, atom.receiver, frame, info);
    case Atom::Kind::class_: return call_class(atom, frame, info);
    case Atom::Kind::external: return call_external(atom, frame, info);
    case Atom::Kind::instance: {
        if (const FunctionId method = table_.method(ClassId{atom.id}, "__call__"))
            return call_function(method, true, types_.make({atom}), frame, info);
        break;
    }
    case Atom::Kind::external_instance: {
        const llvm::StringRef name = types_.text(atom.id);
        const ClassKnowledge* known = knowledge_.class_(name);
        if (known != nullptr && known->role == Role::partial && !atom.args.empty()) {
            // What was given when the partial was made has reached its parameters then.
            TypeId out = TypeStore::nothing;
            for (const Atom& inner : types_.atoms(atom.args[0]).vec()) {
                CallFrame rest;
                rest.call = frame.call;
                rest.keywords = frame.keywords;
                rest.unpacked = frame.unpacked;
                rest.rest = frame.rest;
                if (atom.args.size() > 1)
                    rest.positional = tuple_parts(atom.args[1]);
                llvm::append_range(rest.positional, frame.positional);
                out = types_.join(out, call_atom(inner, rest, info));
            }
            return out;
        }
        if (known != nullptr && !known->instance_call.empty()) {
            CallTarget target;
            target.external = (name + ".__call__").str();
            target.bound = true;
            info.targets.push_back(std::move(target));
            frame.receiver = types_.make({atom});
            return apply_template(known->instance_call, frame);
        }
        if (name == "typing.Callable" && atom.args.size() == 1) {
            info.complete = false; // who it is nobody says, but what it gives
            return atom.args[0];
        }
        if (known == nullptr && !name.starts_with("builtins.") && !name.starts_with("typing."))
            return foreign(name, frame);
        break;
    }
    case Atom::Kind::type_variable:
        if (atom.bound)
            return types_.type_variable(types_.text(atom.id), false);
        break;
    default: break;
    }
    info.complete = false;
    return TypeStore::unknown;
}

TypeId Inference::call_function(FunctionId id, bool bound, TypeId receiver, CallFrame& frame, CallInfo& info) {
    TypeId out = call_one_function(id, bound, receiver, frame, info);
    for (const FunctionId other : table_.implementations(id))
        out = types_.join(out, call_one_function(other, bound, receiver, frame, info));
    return out;
}

TypeId Inference::call_one_function(FunctionId id, bool bound, TypeId receiver, CallFrame& frame, CallInfo& info) {
    const FunctionInfo& function = symbols_.function(id);
    CallTarget target;
    target.function = id;
    target.bound = bound;
    if (!llvm::is_contained(llvm::map_range(info.targets, [](const CallTarget& one) { return one.function; }), id))
        info.targets.push_back(std::move(target));
    // Type variables that this call fixes: from the receiver's class and from the arguments.
    TypeMap variables;
    if (bound && function.owner)
        for (const Atom& atom : types_.atoms(receiver).vec())
            if (atom.kind == Atom::Kind::instance || atom.kind == Atom::Kind::class_)
                for (const auto& [name, type] : variables_of(atom, function.owner))
                    if (const auto [at, fresh] = variables.try_emplace(name, type); !fresh)
                        at->second = types_.join(at->second, type);
    pass_arguments(id, bound ? 1 : 0, frame, variables);
    return types_.substitute(result_of(id), variables);
}

TypeId Inference::call_class(const Atom& atom, CallFrame& frame, CallInfo& info) {
    const ClassId id{atom.id};
    const FunctionId init = table_.method(id, "__init__");
    std::vector<TypeId> args = atom.args;
    CallTarget target;
    target.constructed = id;
    target.bound = true;
    target.function = init;
    if (init) {
        CallInfo inner; // the constructor's own target carries the class
        const TypeId made = types_.make({atom});
        (void)call_function(init, true, made, frame, inner);
        // Repository(Tag, db): what the type parameters are, from the arguments.
        const auto& variables = class_traits_[id.value].variables;
        if (args.empty() && !variables.empty()) {
            args.assign(variables.size(), TypeStore::nothing);
            const auto& own = parameters_[init.value];
            const auto learn = [&](std::size_t index, TypeId type) {
                if (index >= own.parameters.size())
                    return;
                // From the annotation itself: the body may not have been looked at yet.
                const FunctionInfo& made_by = symbols_.function(init);
                const NodeId written = own.parameters[index].annotation;
                const TypeId expected =
                    written == no_node ? slots_.peek(parameter_slot(init, index))
                                       : annotation(made_by.module, program_.module(made_by.module).tree.node(written));
                for (const Atom& said : types_.atoms(expected).vec())
                    for (std::size_t v = 0; v < variables.size(); ++v)
                        if (said.kind == Atom::Kind::type_variable && types_.text(said.id) == variables[v])
                            args[v] = types_.join(args[v], said.bound ? instance_of(type) : type);
            };
            for (std::size_t i = 0; i < frame.positional.size(); ++i)
                learn(i + 1, frame.positional[i]);
            for (const auto& [name, type] : frame.keywords)
                for (std::size_t i = 1; i < own.parameters.size(); ++i)
                    if (own.parameters[i].name == name)
                        learn(i, type);
            for (std::size_t v = 0; v < variables.size(); ++v)
                if (args[v] == TypeStore::nothing)
                    args[v] = types_.type_variable(variables[v], false);
        }
    } else if (models_.find(id) == nullptr) {
        // Dataclasses and the like: fields by position in the order of the body, bases first.
        std::vector<std::pair<ClassId, std::string>> fields;
        const auto line = table_.linearised(id);
        for (const ClassId base : llvm::reverse(line))
            for (const ParameterInfo& field : class_traits_[base.value].fields)
                fields.emplace_back(base, field.name);
        for (std::size_t i = 0; i < frame.positional.size() && i < fields.size(); ++i)
            write(attribute_slot(fields[i].first, fields[i].second), frame.positional[i]);
        for (const auto& [name, type] : frame.keywords)
            for (const auto& [owner, field] : fields)
                if (field == name)
                    write(attribute_slot(owner, field), type);
        // A base of a library that sets what it is given: `Backend(parent=self, session_factory=make)`.
        if (has_foreign_base(id))
            for (const auto& [name, type] : frame.keywords)
                for (const ClassId base : line) {
                    const ClassInfo& own = symbols_.class_(base);
                    if (symbols_.bindings(own.module).scope(own.scope).by_name.contains(name) &&
                        llvm::none_of(fields, [&](const auto& field) { return field.second == name; }))
                        write(attribute_slot(base, name), type);
                }
    }
    info.targets.push_back(std::move(target));
    return types_.instance(id, std::move(args));
}

TypeId Inference::foreign(llvm::StringRef name, const CallFrame& frame) {
    // An unknown library given the program's own things may hand them back, or call them.
    for (const TypeId type : frame.positional)
        if (carries_program_value(type))
            return TypeStore::unknown;
    for (const auto& [key, type] : frame.keywords)
        if (carries_program_value(type))
            return TypeStore::unknown;
    const std::string given = name.ends_with("()") ? name.str() : (name + "()").str();
    return types_.external_instance(given.size() > 80 ? "foreign()" : given);
}

bool Inference::carries_program_value(TypeId type) const {
    return types_.some(type, [&](const Atom& atom) {
        switch (atom.kind) {
        case Atom::Kind::function:
        case Atom::Kind::instance:
        case Atom::Kind::class_: return true;
        case Atom::Kind::external_instance: {
            const Role role = knowledge_.role(types_.text(atom.id));
            return role == Role::session || role == Role::query || role == Role::select || role == Role::result ||
                   role == Role::session_factory || role == Role::engine || role == Role::scoped_session ||
                   llvm::any_of(atom.args, [&](TypeId arg) { return carries_program_value(arg); });
        }
        default: return false;
        }
    });
}

TypeId Inference::call_external(const Atom& atom, CallFrame& frame, CallInfo& info) {
    const std::string name = knowledge_.canonical(types_.text(atom.id));
    CallTarget target;
    target.external = name;
    target.bound = atom.bound;
    info.targets.push_back(std::move(target));
    pass_callbacks(frame);
    bool handled = false;
    if (const TypeId special = call_builtin(name, frame, handled); handled)
        return special;
    frame.receiver = atom.bound ? atom.receiver : types_.make({atom});
    const auto wrap = [&](TypeId type, bool awaitable) {
        return awaitable ? types_.external_instance("typing.Coroutine", {type}) : type;
    };
    if (atom.bound) {
        const auto [class_name, method] = llvm::StringRef(name).rsplit('.');
        if ((class_name == "builtins.dict" || class_name == "typing.TypedDict") &&
            (method == "get" || method == "pop") && !frame.positional.empty()) {
            TypeId out = frame.positional.size() > 1 ? frame.positional[1]
                         : method == "get"           ? types_.none()
                                                     : TypeStore::nothing;
            for (const Atom& dictionary : types_.atoms(atom.receiver).vec())
                if (types_.external_class(dictionary) == "builtins.dict")
                    out = types_.join(out, entry_of(dictionary, llvm::ArrayRef(frame.positional[0])));
                else if (dictionary.kind == Atom::Kind::instance) // of a TypedDict
                    for (const Atom& key : types_.atoms(frame.positional[0]).vec())
                        if (key.kind == Atom::Kind::literal)
                            out = types_.join(out, instance_attribute(dictionary, types_.text(key.id)));
            return out;
        }
        if (const MemberKnowledge* member = knowledge_.member(class_name, method)) {
            if (member->hands.empty() || frame.positional.empty())
                return wrap(apply_template(member->returns, frame), member->awaitable);
            CallFrame handed;
            handed.positional = frame.positional;
            handed.positional[0] = apply_template(member->hands, frame);
            handed.keywords = frame.keywords;
            return wrap(call_with(frame.positional[0], handed), member->awaitable);
        }
        return foreign(name, frame);
    }
    if (const ClassKnowledge* known = knowledge_.class_(name)) {
        if (known->role == Role::namespace_)
            fill_namespace(name, frame);
        if (known->role == Role::provider_factory)
            pass_to_product(frame);
        for (const auto& [keyword, attribute] : known->provides)
            for (const auto& [given, type] : frame.keywords)
                if (given == keyword)
                    write(external_attribute_slot(attribute), injected(type));
        if (!known->call.empty())
            return apply_template(known->call, frame);
        return types_.external_instance(name);
    }
    if (const FunctionKnowledge* known = knowledge_.function(name)) {
        if (known->returns.empty())
            return foreign(name, frame);
        return wrap(apply_template(known->returns, frame), known->awaitable);
    }
    // A method looked up on an outside class itself: `Session.query(db, X)`, `MyClass.from_orm(x)`.
    const auto [class_name, method] = llvm::StringRef(name).rsplit('.');
    if (const MemberKnowledge* member = knowledge_.member(class_name, method))
        return wrap(apply_template(member->returns, frame), member->awaitable);
    if (llvm::StringRef(name).starts_with("builtins."))
        return TypeStore::unknown;
    return foreign(name, frame);
}

/// What a call that some library makes gives.
TypeId Inference::call_with(TypeId callee, CallFrame& frame) {
    TypeId out = TypeStore::nothing;
    CallInfo ignored;
    for (const Atom& atom : types_.atoms(callee).vec())
        if (atom.kind != Atom::Kind::none)
            out = types_.join(out, call_atom(atom, frame, ignored));
    return out;
}

/// Builtins whose result depends on more than a template can say.
TypeId Inference::call_builtin(llvm::StringRef name, CallFrame& frame, bool& handled) {
    handled = true;
    if (name == "builtins.super") {
        FunctionId method = function_;
        while (method && !symbols_.function(method).owner)
            method = symbols_.function(method).outer;
        if (!method)
            return TypeStore::unknown;
        const ClassId owner = symbols_.function(method).owner;
        const bool on_class = traits_[method.value].is_class_method || symbols_.function(method).name == "__new__";
        return types_.external_instance("builtins.super",
                                        {on_class ? types_.class_object(owner) : types_.instance(owner)});
    }
    if (name == "builtins.getattr" && frame.positional.size() >= 2) {
        TypeId out = frame.positional.size() > 2 ? frame.positional[2] : TypeStore::nothing;
        for (const Atom& atom : types_.atoms(frame.positional[1]).vec())
            out = types_.join(out, atom.kind == Atom::Kind::literal
                                       ? attribute_of(frame.positional[0], types_.text(atom.id))
                                       : TypeStore::unknown);
        return out;
    }
    if (name == "builtins.dict" && frame.positional.empty() && !frame.unpacked && !frame.keywords.empty()) {
        std::map<std::string, TypeId> entries;
        for (const auto& [key, type] : frame.keywords)
            entries[key] = type;
        return types_.record(entries);
    }
    if (name == "builtins.dict" && frame.positional.size() == 1 && frame.keywords.empty() && !frame.unpacked) {
        TypeId out = TypeStore::nothing; // of another, or of pairs
        for (const Atom& atom : types_.atoms(frame.positional[0]).vec()) {
            const bool same = types_.external_class(atom) == "builtins.dict";
            for (const Atom& pair : types_.atoms(same ? TypeStore::nothing : element_of(types_.make({atom}))).vec())
                if (types_.external_class(pair) == "builtins.tuple" && pair.args.size() > 1)
                    out = types_.join(out, types_.external_instance("builtins.dict", {pair.args[0], pair.args[1]}));
            if (same)
                out = types_.join(out, types_.make({atom}));
        }
        if (out != TypeStore::nothing)
            return out;
    }
    if (name == "builtins.iter" && frame.positional.size() == 2)
        return types_.external_instance("typing.Iterator", {call_result(frame.positional[0])});
    if (name == "importlib.import_module" && frame.positional.size() == 1) {
        TypeId out = TypeStore::nothing;
        for (const Atom& atom : types_.atoms(frame.positional[0]).vec()) {
            const bool constant = atom.kind == Atom::Kind::literal && !types_.text(atom.id).starts_with(".");
            const ModuleId named = constant ? symbols_.find_module(module_->id, types_.text(atom.id)) : ModuleId();
            out = types_.join(out, named      ? types_.module(named)
                                   : constant ? types_.external(types_.text(atom.id))
                                              : TypeStore::unknown);
        }
        return out;
    }
    if (name == "builtins.object.__new__" && !frame.positional.empty())
        return instance_of(frame.positional[0]);
    if (name == "builtins.type" && frame.positional.size() == 1)
        return class_of(frame.positional[0]);
    if (name == "builtins.setattr" && frame.positional.size() == 3) {
        for (const Atom& atom : types_.atoms(frame.positional[1]).vec())
            write_attribute(frame.positional[0], atom.kind == Atom::Kind::literal ? types_.text(atom.id) : "*",
                            frame.positional[2]);
        return types_.none();
    }
    if (knowledge_.role(name) == Role::partial && !frame.positional.empty()) {
        // Its first argument's parameters get the rest now; calling it goes there, with what was given in front.
        CallFrame rest;
        rest.positional.assign(frame.positional.begin() + 1, frame.positional.end());
        rest.keywords = frame.keywords;
        (void)call_with(frame.positional[0], rest);
        std::vector<TypeId> kept{frame.positional[0]};
        if (!rest.positional.empty())
            kept.push_back(types_.external_instance("builtins.tuple", std::move(rest.positional)));
        return types_.external_instance(name, std::move(kept));
    }
    handled = false;
    return TypeStore::nothing;
}

/// sorted(xs, key=f), map(f, xs), filter(f, xs): f is called with elements of what comes along.
void Inference::pass_callbacks(const CallFrame& frame) {
    TypeId elements = TypeStore::nothing;
    const auto is_function = [&](TypeId type) {
        return types_.some(type, [](const Atom& atom) { return atom.kind == Atom::Kind::function; });
    };
    const bool any = llvm::any_of(frame.positional, is_function) ||
                     llvm::any_of(frame.keywords, [&](const auto& one) { return is_function(one.second); });
    if (!any)
        return;
    for (const TypeId type : frame.positional)
        if (!is_function(type))
            for (const Atom& atom : types_.atoms(type).vec())
                if (atom.kind == Atom::Kind::external_instance && types_.text(atom.id) != "builtins.str")
                    if (const TypeId element = element_of(types_.make({atom})); !types_.has_unknown(element))
                        elements = types_.join(elements, element);
    const auto pass = [&](TypeId type) {
        for (const Atom& atom : types_.atoms(type).vec()) {
            if (atom.kind != Atom::Kind::function || !symbols_.function(FunctionId{atom.id}).is_lambda)
                continue;
            const ParameterSlots& own = parameters_[atom.id];
            for (std::size_t i = 0; i < own.parameters.size(); ++i)
                write_parameter(FunctionId{atom.id}, i, elements);
        }
    };
    for (const TypeId type : frame.positional)
        pass(type);
    for (const auto& [name, type] : frame.keywords)
        pass(type);
}

} // namespace sqlawait
