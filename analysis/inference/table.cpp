// The frozen answers of inference, and their printed form.
#include "analysis/inference/inference.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace sqlawait {

namespace {

/// The marker argument of a type that only a naming convention speaks for.
bool is_likely(const TypeStore& store, const Atom& atom) {
    return llvm::any_of(atom.args, [&](TypeId arg) {
        return store.some(arg, [&](const Atom& inner) {
            return inner.kind == Atom::Kind::external && store.text(inner.id) == "likely";
        });
    });
}

} // namespace

TypeId TypeTable::parameter(FunctionId function, std::size_t index) const {
    const auto& own = parameters_[function.value];
    return index < own.size() ? own[index] : TypeStore::nothing;
}

TypeId TypeTable::returned(FunctionId function) const { return returned_[function.value]; }

TypeId TypeTable::attribute(ClassId class_, llvm::StringRef name) const {
    for (const ClassId base : mro_[class_.value])
        if (const auto found = attributes_[base.value].find(std::string_view(name.data(), name.size()));
            found != attributes_[base.value].end())
            return found->second;
    return TypeStore::nothing;
}

const CallInfo* TypeTable::call(Place place) const {
    const auto& index = call_index_[place.module.value];
    const auto found = index.find(place.node);
    return found == index.end() ? nullptr : &calls_[place.module.value][found->second];
}

llvm::ArrayRef<FunctionId> TypeTable::implementations(FunctionId id) const {
    const auto found = implementations_.find(id);
    return found == implementations_.end() ? llvm::ArrayRef<FunctionId>() : llvm::ArrayRef<FunctionId>(found->second);
}

FunctionId TypeTable::fixture(FunctionId function, std::size_t parameter) const {
    const auto found = fixtures_.find({function, parameter});
    return found == fixtures_.end() ? FunctionId() : found->second;
}

FunctionId TypeTable::method(ClassId id, llvm::StringRef name) const {
    for (const ClassId base : mro_[id.value])
        if (const auto found = methods_[base.value].find(std::string_view(name.data(), name.size()));
            found != methods_[base.value].end())
            return found->second;
    return {};
}

Certainty TypeTable::has_role(TypeId type, Role role) const {
    bool any = false, all = true, likely = false;
    for (const Atom& atom : store_.atoms(type)) {
        // Beside None, a plain value: what is asked of a session would raise on it, before and after.
        if (atom.kind == Atom::Kind::none || atom.kind == Atom::Kind::literal ||
            store_.external_class(atom).starts_with("builtins."))
            continue;
        bool here = false;
        const auto matches = [&](Role own) {
            return own == role ||
                   (own == Role::scoped_session && (role == Role::session || role == Role::session_factory));
        };
        if (atom.kind == Atom::Kind::external_instance) {
            here = matches(knowledge_->role(store_.text(atom.id)));
            likely |= here && is_likely(store_, atom);
        } else if (atom.kind == Atom::Kind::instance) {
            here = llvm::any_of(external_bases_[atom.id],
                                [&](const std::string& base) { return matches(knowledge_->role(base)); });
        } else if (atom.kind == Atom::Kind::class_ && role == Role::session_factory) {
            // `class Scoped(Session)`: calling it gives a session.
            here = llvm::any_of(external_bases_[atom.id],
                                [&](const std::string& base) { return knowledge_->role(base) == Role::session; });
        } else if (atom.kind == Atom::Kind::external && !atom.bound && role == Role::session_factory) {
            here = knowledge_->role(store_.text(atom.id)) == Role::session;
        }
        any |= here;
        all &= here;
    }
    if (!any)
        return Certainty::unknown;
    return all && !likely ? Certainty::proved : Certainty::likely;
}

Certainty TypeTable::has_role(Place place, Role role) const { return has_role(type_of(place), role); }

ClassId TypeTable::mapped_instance(TypeId type) const {
    ClassId found;
    for (const Atom& atom : store_.atoms(type)) {
        if (atom.kind == Atom::Kind::none)
            continue;
        if (atom.kind != Atom::Kind::instance || models_->find(ClassId{atom.id}) == nullptr)
            return {};
        if (found && found.value != atom.id)
            return {};
        found = ClassId{atom.id};
    }
    return found;
}

std::string print_types(const Program& program, const SymbolTable& symbols, const TypeTable& types) {
    std::string out;
    llvm::raw_string_ostream os(out);
    const auto line = [&](const Module& module, Node node, llvm::StringRef what, TypeId type) {
        const LineColumn place = module.source.lines.at(node.begin());
        os << module.source.path << ':' << place.line << ':' << place.column << ' ' << what << ' '
           << node.text().take_until([](char c) { return c == '\n' || c == '\r'; }) << ": "
           << types.store().to_string(type) << '\n';
    };
    for (const auto& module : program.modules) {
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            const Node node = module->tree.node(id);
            if (node.is_any(Kind::function_definition, Kind::lambda)) {
                const FunctionId function = symbols.function_at({module->id, id});
                if (!function)
                    continue;
                const auto parameters = parameters_of(node);
                for (std::size_t i = 0; i < parameters.size(); ++i)
                    line(*module, module->tree.node(parameters[i].name_node), "parameter",
                         types.parameter(function, i));
                if (node.is(Kind::function_definition))
                    line(*module, node.child(Field::name), "returns", types.returned(function));
            } else if (node.is(Kind::assignment) && node.child(Field::right)) {
                line(*module, node.child(Field::left), "assigned",
                     types.type_of({module->id, node.child(Field::right).id()}));
            } else if (node.is(Kind::return_statement) && node.named_child(0)) {
                line(*module, node.named_child(0), "value", types.type_of({module->id, node.named_child(0).id()}));
            } else if (node.is(Kind::expression_statement) &&
                       !node.named_child(0).is_any(Kind::assignment, Kind::augmented_assignment)) {
                line(*module, node.named_child(0), "expression", types.type_of({module->id, node.named_child(0).id()}));
            }
        }
    }
    return out;
}

} // namespace sqlawait
