// Decorators of the program's own: what they give stands where the function was, so it is called as that one is.
#include "analysis/inference/evaluator.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

/// A function of a class's body that decorates another there is called with that one, not with an instance.
void Inference::read_class_decorators() {
    for (const FunctionInfo& info : symbols_.functions()) {
        const Node around = program_.module(info.module).tree.node(info.node).parent();
        if (!info.owner || !around.is(Kind::decorated_definition))
            continue;
        for (const Node child : around.named_children()) {
            const Node decorator = child.is(Kind::decorator) ? child.named_child(0) : Node();
            const Node callee = decorator.is(Kind::call) ? decorator.child(Field::function) : decorator;
            if (!callee.is(Kind::identifier))
                continue;
            for (const Target& target : symbols_.resolve_expression(info.module, callee))
                if (target.kind == Target::Kind::function && symbols_.function(target.function).owner == info.owner)
                    traits_[target.function.value].is_static = true;
        }
    }
}

/// Whether the first parameter is the instance, or the class, that the function is a method of. A method that forgot
/// its `self` says by an annotation that it is called through the class.
bool Inference::takes_receiver(FunctionId id) const {
    const FunctionInfo& info = symbols_.function(id);
    const ParameterSlots& own = parameters_[id.value];
    if (!info.owner || info.is_lambda || traits_[id.value].is_static || own.parameters.empty() ||
        own.parameters[0].kind == ParameterInfo::Kind::var_positional)
        return false;
    return !own.of_other_kind;
}

void Inference::visit_decorator(Node decorator, FunctionId id) {
    const TypeId callee = decorator.is(Kind::call) ? evaluate(decorator.child(Field::function)) : TypeStore::nothing;
    const TypeId type = evaluate(decorator);
    if (!id)
        return;
    bind_receiver(decorator, callee, id);
    // A decorator is a call with the definition as its argument.
    for (const Atom& atom : types_.atoms(type).vec()) {
        if (atom.kind != Atom::Kind::function && atom.kind != Atom::Kind::class_)
            continue;
        CallFrame frame;
        frame.positional.push_back(types_.function(id));
        CallInfo info;
        for (const Atom& given : types_.atoms(call_atom(atom, frame, info)).vec())
            if (given.kind == Atom::Kind::function && given.id != id.value && !given.bound)
                pass_parameters(id, FunctionId{given.id});
    }
}

/// `@register("kind")` above a class: what the program's own decorators are called with.
void Inference::visit_class_decorator(Node decorator, ClassId id) {
    for (const Atom& atom : types_.atoms(evaluate(decorator)).vec()) {
        if (atom.kind != Atom::Kind::function)
            continue;
        CallFrame frame;
        frame.positional.push_back(types_.class_object(id));
        CallInfo info;
        (void)call_atom(atom, frame, info);
    }
}

/// `@app.task(bind=True)`: the first parameter is what the library makes of the function.
void Inference::bind_receiver(Node decorator, TypeId callee, FunctionId id) {
    const ParameterSlots& own = parameters_[id.value];
    if (!decorator.is(Kind::call) || own.parameters.empty() || own.locked[0])
        return;
    CallFrame frame;
    bool bound = false;
    for (const Node argument : decorator.child(Field::arguments).named_children()) {
        if (!argument.is(Kind::keyword_argument))
            continue;
        const Node value = argument.child(Field::value);
        bound |= argument.child(Field::name).text() == "bind" && value.is(Kind::true_);
        frame.keywords.emplace_back(argument.child(Field::name).text().str(), evaluate(value));
    }
    if (!bound)
        return;
    for (const Atom& atom : types_.atoms(callee).vec()) {
        if (atom.kind != Atom::Kind::external)
            continue;
        const std::string name = knowledge_.canonical(types_.text(atom.id));
        const auto [class_name, method] = llvm::StringRef(name).rsplit('.');
        const FunctionKnowledge* function = knowledge_.function(name);
        const MemberKnowledge* member = knowledge_.member(class_name, method);
        const std::string& receiver = function != nullptr ? function->receiver
                                      : member != nullptr ? member->receiver
                                                          : name;
        if ((function != nullptr || member != nullptr) && !receiver.empty())
            write_parameter(id, 0, apply_template(receiver, frame));
    }
}

/// What a function is called with is what its wrapper is called with.
void Inference::pass_parameters(FunctionId from, FunctionId to) {
    const ParameterSlots& own = parameters_[from.value];
    const ParameterSlots& wrapper = parameters_[to.value];
    for (std::size_t i = 0; i < wrapper.parameters.size(); ++i) {
        const ParameterInfo& parameter = wrapper.parameters[i];
        if (wrapper.locked[i] || parameter.kind == ParameterInfo::Kind::var_positional ||
            parameter.kind == ParameterInfo::Kind::var_keyword)
            continue;
        std::size_t source = i;
        if (parameter.kind == ParameterInfo::Kind::keyword_only)
            for (source = 0; source < own.parameters.size(); ++source)
                if (own.parameters[source].name == parameter.name)
                    break;
        const bool there = source < own.parameters.size() &&
                           own.parameters[source].kind != ParameterInfo::Kind::var_positional &&
                           own.parameters[source].kind != ParameterInfo::Kind::var_keyword;
        if (there)
            write_parameter(to, i, read(parameter_slot(from, source)));
    }
}

} // namespace sqlawait
