// Reads that no attribute shows: special methods behind operators and builtins, patterns of a match statement.
#include "analysis/loading/provenance.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

ProvenanceId ProvenanceFlow::run_special_methods(Node value, llvm::ArrayRef<llvm::StringRef> methods,
                                                 ProvenanceId other) {
    const TypeId type = types_.type_of({module_->id, value.id()});
    ProvenanceId out = 0;
    for (const Atom& atom : types_.store().atoms(type)) {
        if (atom.kind != Atom::Kind::instance)
            continue;
        for (const llvm::StringRef name : methods) {
            const FunctionId method = types_.method(ClassId{atom.id}, name);
            if (!method)
                continue;
            write(parameter_base_[method.value], held(value));
            if (other != 0 && parameters_[method.value].size() > 1)
                write(parameter_base_[method.value] + 1, other);
            out = join(out, slots_.read(return_base_ + method.value));
            break;
        }
    }
    return out;
}

void ProvenanceFlow::run_on_elements(Node container, llvm::ArrayRef<llvm::StringRef> methods) {
    const TypeStore& store = types_.store();
    const ProvenanceId objects = held(container);
    if (objects == 0)
        return;
    for (const Atom& atom : store.atoms(types_.type_of({module_->id, container.id()})))
        for (const TypeId argument : atom.args)
            for (const Atom& element : store.atoms(argument)) {
                if (element.kind != Atom::Kind::instance)
                    continue;
                for (const llvm::StringRef name : methods)
                    if (const FunctionId method = types_.method(ClassId{element.id}, name))
                        for (std::size_t i = 0; i < std::min<std::size_t>(2, parameters_[method.value].size()); ++i)
                            write(parameter_base_[method.value] + static_cast<SlotId>(i), objects);
            }
}

ProvenanceId ProvenanceFlow::iterated(Node value, ProvenanceId held_there) {
    return join(held_there, run_special_methods(value, {"__iter__", "__getitem__"}));
}

void ProvenanceFlow::match_pattern(Node pattern, ProvenanceId subject) {
    if (const DefinitionId definition = bindings_->definition_at(pattern.id()))
        write(definition_slot(module_->id, definition), subject);
    if (!pattern.is(Kind::class_pattern)) {
        for (const Node part : pattern.named_children())
            match_pattern(part, subject);
        return;
    }
    const Node name = pattern.named_child(0);
    ClassId model;
    for (const Target& target :
         symbols_.resolve_expression(module_->id, name.named_children().size() == 1 ? name.named_child(0) : name))
        if (target.kind == Target::Kind::class_ && models_.find(target.class_) != nullptr)
            model = target.class_;
    for (const Node part : pattern.named_children()) {
        const Node keyword = part.is(Kind::case_pattern) ? part.named_child(0) : part;
        if (!keyword.is(Kind::keyword_pattern)) {
            if (part != name)
                match_pattern(part, subject);
            continue;
        }
        const auto parts = keyword.named_children();
        const Place place{module_->id, keyword.id()};
        const ProvenanceId value = model ? read_member(place, model, parts[0].text(), subject, "")
                                         : read_of_objects(place, parts[0].text(), subject);
        for (const Node inner : llvm::ArrayRef(parts).drop_front())
            match_pattern(inner, value);
    }
}

} // namespace sqlawait
