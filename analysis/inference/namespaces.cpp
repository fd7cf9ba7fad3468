// Objects on which anything may be put: SimpleNamespace, flask.g, request.state, threading.local. What the
// program puts on one of a class under a name may be on any of that class.
#include "analysis/inference/evaluator.h"

namespace sqlawait {

bool Inference::is_namespace(llvm::StringRef class_name) const {
    return knowledge_.role(class_name) == Role::namespace_;
}

/// The names that are assigned to an attribute of anything, or given as a keyword, somewhere in the program.
void Inference::read_stored_names() {
    for (const auto& module : program_.modules)
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            const Node node = module->tree.node(id);
            if (node.is(Kind::keyword_argument))
                stored_names_.insert(node.child(Field::name).text());
            else if (node.is(Kind::attribute) &&
                     node.parent().is_any(Kind::assignment, Kind::augmented_assignment, Kind::pattern_list,
                                          Kind::tuple_pattern, Kind::for_statement, Kind::as_pattern_target))
                stored_names_.insert(node.child(Field::attribute).text());
            else if (node.is(Kind::call) && (node.child(Field::function).text() == "setattr" ||
                                             node.child(Field::function).text().ends_with("__dict__.update")))
                stores_any_name_ = true;
            else if (node.is(Kind::string) && node.parent().is(Kind::argument_list)) // setattr(g, "db", db)
                stored_names_.insert(node.text().trim("'\""));
        }
}

TypeId Inference::namespace_attribute(llvm::StringRef class_name, llvm::StringRef name) {
    if (!stored_names_.contains(name))
        return TypeStore::unknown; // a library's own
    return types_.join(read(external_attribute_slot((class_name + "." + name).str())),
                       read(external_attribute_slot((class_name + ".*").str())));
}

/// What a call of the class is given is on what it makes.
void Inference::fill_namespace(llvm::StringRef class_name, const CallFrame& frame) {
    for (const auto& [name, type] : frame.keywords)
        write(external_attribute_slot((class_name + "." + name).str()), type);
    if (frame.unpacked)
        write(external_attribute_slot((class_name + ".*").str()), TypeStore::unknown);
}

} // namespace sqlawait
