// What a call's arguments bring to the parameters: by position and keyword, out of `*args` and `**kwargs`, and into
// them. What a function collects in `*args` is kept as one tuple for each number of arguments, in `**kwargs` by name,
// so that handing it on gives every parameter its own.
#include "analysis/inference/evaluator.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

using ParameterKind = ParameterInfo::Kind;

bool takes_position(ParameterKind kind) {
    return kind == ParameterKind::plain || kind == ParameterKind::positional_only;
}

} // namespace

/// What tuples hold by place; of calls with two arguments and with three the first ones of both. Empty for what is not
/// only tuples.
std::vector<TypeId> Inference::tuple_parts(TypeId type) {
    std::vector<TypeId> parts;
    const bool tuples =
        types_.all(type, [&](const Atom& atom) { return types_.external_class(atom) == "builtins.tuple"; });
    for (const Atom& atom : types_.atoms(tuples ? type : TypeStore::nothing).vec()) {
        parts.resize(std::max(parts.size(), atom.args.size()), TypeStore::nothing);
        for (std::size_t i = 0; i < atom.args.size(); ++i)
            parts[i] = types_.join(parts[i], atom.args[i]);
    }
    return parts;
}

/// `*pair`, `**options`: in the place of what they hold, as far as that is known.
void Inference::unpack_arguments(Node argument, CallFrame& frame) {
    const TypeId given = evaluate(argument.named_child(0));
    if (argument.is(Kind::dictionary_splat)) {
        for (const Atom& atom : types_.atoms(given).vec())
            for (const auto& [name, type] : types_.entries(atom)) {
                const auto known = llvm::find_if(frame.keywords, [&](const auto& one) { return one.first == name; });
                if (known == frame.keywords.end())
                    frame.keywords.emplace_back(name, type);
                else
                    known->second = types_.join(known->second, type);
            }
        frame.unpacked = true;
        return;
    }
    if (const std::vector<TypeId> parts = tuple_parts(given); parts.size() > 1 && !frame.unpacked) {
        llvm::append_range(frame.positional, parts);
        return;
    }
    // Of how many there are nothing is known.
    for (const Atom& atom : types_.atoms(given).vec())
        if (atom.kind != Atom::Kind::unknown && atom.kind != Atom::Kind::none)
            frame.rest = types_.join(frame.rest, element_of(types_.make({atom})));
    frame.unpacked = true;
}

void Inference::pass_arguments(FunctionId id, std::size_t skip, const CallFrame& frame, TypeMap& variables) {
    const ParameterSlots& own = parameters_[id.value];
    const auto bring = [&](std::size_t index, TypeId type) {
        if (index == 0 && takes_receiver(id))
            return; // its class says what it is
        if (!own.locked[index]) {
            write_parameter(id, index, type);
            return;
        }
        if (own.client[index] && type != TypeStore::nothing) {
            const bool narrower = types_.all(type, [&](const Atom& atom) {
                return knowledge_.role(types_.external_class(atom)) == Role::http_client;
            });
            const FunctionInfo& info = symbols_.function(id);
            const SyntaxTree& tree = program_.module(info.module).tree;
            write(parameter_slot(id, index),
                  narrower ? type : annotation(info.module, tree.node(own.parameters[index].annotation)));
            return;
        }
        for (const Atom& atom : types_.atoms(slots_.peek(parameter_slot(id, index))).vec())
            if (atom.kind == Atom::Kind::type_variable && !variables.contains(types_.text(atom.id)))
                variables[types_.text(atom.id).str()] = atom.bound ? instance_of(type) : type;
    };
    std::vector<bool> given(own.parameters.size(), false);
    const auto bring_named = [&](llvm::StringRef name, TypeId type) {
        for (std::size_t i = skip; i < own.parameters.size(); ++i)
            if (own.parameters[i].name == name && own.parameters[i].kind != ParameterKind::var_positional &&
                own.parameters[i].kind != ParameterKind::var_keyword) {
                given[i] = true;
                return bring(i, type);
            }
        for (std::size_t i = skip; i < own.parameters.size(); ++i)
            if (own.parameters[i].kind == ParameterKind::var_keyword && !own.locked[i])
                write_parameter(id, i, types_.record({{name.str(), type}}));
    };
    std::size_t position = skip, argument = 0;
    for (; position < own.parameters.size() && takes_position(own.parameters[position].kind) &&
           argument < frame.positional.size();
         ++position, ++argument) {
        given[position] = true;
        bring(position, frame.positional[argument]);
    }
    for (const auto& [name, type] : frame.keywords)
        bring_named(name, type);
    // What an iterable of unknown length must fill; the rest may keep their defaults.
    for (; frame.rest != TypeStore::nothing && position < own.parameters.size() &&
           takes_position(own.parameters[position].kind);
         ++position)
        if (!given[position] && own.parameters[position].default_value == no_node)
            bring(position, frame.rest);
    std::size_t index = 0;
    while (index < own.parameters.size() && own.parameters[index].kind != ParameterKind::var_positional)
        ++index;
    if (index == own.parameters.size() || own.locked[index])
        return;
    std::vector<TypeId> collected(frame.positional.begin() + static_cast<std::ptrdiff_t>(argument),
                                  frame.positional.end());
    if (frame.rest != TypeStore::nothing) {
        TypeId any = frame.rest;
        for (const TypeId one : collected)
            any = types_.join(any, one);
        collected.assign(1, any);
    }
    if (!collected.empty() && collected.size() <= TypeStore::max_literals)
        write_parameter(id, index, types_.external_instance("builtins.tuple", std::move(collected)));
}

} // namespace sqlawait
