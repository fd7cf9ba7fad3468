// Containers of dependency injection: an object that makes something when it is called, declared with what makes it
// and with the arguments, which may be such objects again. Each parameter gets what they give.
#include "analysis/inference/evaluator.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

bool provides(Role role) {
    return role == Role::provider || role == Role::provider_factory || role == Role::provided_instance;
}

} // namespace

/// What is given in the place of a provider: what that gives. Other things are themselves.
TypeId Inference::product_of(TypeId type) {
    TypeId out = TypeStore::nothing;
    for (const Atom& atom : types_.atoms(type).vec()) {
        const llvm::StringRef name = types_.external_class(atom);
        if (name.empty() || !provides(knowledge_.role(name)))
            out = types_.join(out, types_.make({atom}));
        else
            out = types_.join(out, atom.args.empty() ? TypeStore::unknown : atom.args[0]);
    }
    return out;
}

/// `Factory(Service, repository=repository)`: when it is called it calls Service, and hands over what the others give.
void Inference::pass_to_product(const CallFrame& frame) {
    if (frame.positional.empty())
        return;
    CallFrame handed;
    for (const TypeId given : llvm::ArrayRef(frame.positional).drop_front())
        handed.positional.push_back(product_of(given));
    for (const auto& [name, given] : frame.keywords)
        handed.keywords.emplace_back(name, product_of(given));
    handed.unpacked = frame.unpacked;
    handed.rest = product_of(frame.rest);
    (void)call_with(frame.positional[0], handed);
}

/// `Provide[Container.service]`: a marker for what is inside, by the `subscript` of the marker's class.
std::optional<TypeId> Inference::marked(llvm::StringRef marker, llvm::ArrayRef<TypeId> keys) {
    const ClassKnowledge* known = knowledge_.class_(marker);
    if (known == nullptr || !provides(known->role) || keys.size() != 1)
        return std::nullopt;
    return types_.external_instance(marker, {product_of(keys[0])});
}

/// `provider.provided.settings.url` is known by its class; of a container inside of another its members are providers.
TypeId Inference::provider_attribute(const Atom& provider, llvm::StringRef name) {
    const llvm::StringRef class_name = types_.text(provider.id);
    const Role role = knowledge_.role(class_name);
    if (provider.args.empty() || !provides(role))
        return TypeStore::nothing;
    const TypeId inner = attribute_of(provider.args[0], name);
    return role == Role::provided_instance ? types_.external_instance(class_name, {inner}) : inner;
}

} // namespace sqlawait
