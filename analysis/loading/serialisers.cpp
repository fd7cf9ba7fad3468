// Serialisers are readers: response models, model_validate, from_orm read what their fields name.
#include "analysis/loading/provenance.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

constexpr unsigned max_schema_depth = 6;

/// Annotated names of a class body: (name, annotation).
std::vector<std::pair<llvm::StringRef, Node>> annotated_fields(Node class_node) {
    std::vector<std::pair<llvm::StringRef, Node>> out;
    for (const Node statement : class_node.child(Field::body).named_children()) {
        const Node assignment = statement.is(Kind::expression_statement) ? statement.named_child(0) : Node();
        if (assignment.is(Kind::assignment) && assignment.child(Field::type) &&
            assignment.child(Field::left).is(Kind::identifier))
            out.emplace_back(assignment.child(Field::left).text(), assignment.child(Field::type));
    }
    return out;
}

} // namespace

bool ProvenanceFlow::is_schema(ClassId id) const {
    return models_.find(id) == nullptr && llvm::any_of(types_.external_bases(id), [&](const std::string& base) {
               return knowledge_.role(base) == Role::serialiser;
           });
}

/// The schema class that an annotation names, inside of List[...], Optional[...] and the like.
ClassId ProvenanceFlow::schema_of(ModuleId module, Node annotation) const {
    const SyntaxTree& tree = annotation.tree();
    for (NodeId id = annotation.id(); id < tree.record(annotation.id()).subtree_end; ++id) {
        const Node node = tree.node(id);
        if (node.is_any(Kind::identifier, Kind::attribute, Kind::member_type)) {
            for (const Target& target : symbols_.resolve_expression(module, node))
                if (target.kind == Target::Kind::class_ && is_schema(target.class_))
                    return target.class_;
        } else if (node.is(Kind::string_content)) {
            const ModuleBindings& bindings = symbols_.bindings(module);
            const llvm::StringRef name =
                node.text().trim().take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
            if (const SymbolId symbol = bindings.lookup(bindings.scope_of(id), name))
                for (const DefinitionId definition : bindings.symbol(symbol).definitions)
                    for (const Target& target : symbols_.resolve(module, definition))
                        if (target.kind == Target::Kind::class_ && is_schema(target.class_))
                            return target.class_;
        }
    }
    return {};
}

/// The mapped class at the end of a path.
ClassId ProvenanceFlow::class_at(const Provenance& one) const {
    const LoadPath& path = paths_[one.path];
    if (path.empty())
        return origins_[one.origin].entity;
    const ModelInfo* owner = models_.find(path.back().owner);
    const RelationshipInfo* relationship = owner == nullptr ? nullptr : owner->relationship(path.back().relationship);
    return relationship == nullptr ? ClassId{} : relationship->target;
}

/// The fields of a schema, inherited ones too, each with the schema that its annotation names, if any.
const std::vector<std::pair<std::string, ClassId>>& ProvenanceFlow::fields_of(ClassId schema) {
    const auto [at, fresh] = schema_fields_.try_emplace(schema);
    if (fresh)
        for (const ClassId base : types_.linearised(schema)) {
            const ClassInfo& info = symbols_.class_(base);
            for (const auto& [name, annotation] : annotated_fields(program_.module(info.module).tree.node(info.node)))
                at->second.emplace_back(name.str(), schema_of(info.module, annotation));
        }
    return at->second;
}

void ProvenanceFlow::read_fields(Place place, ProvenanceId objects, ClassId schema, llvm::StringRef through,
                                 unsigned depth) {
    if (depth > max_schema_depth || objects == 0)
        return;
    const std::set<Provenance> each = get(objects); // a copy: reading makes new sets
    for (const Provenance& one : each) {
        const ClassId model = class_at(one);
        if (!model)
            continue;
        for (const auto& [name, nested] : fields_of(schema)) {
            const ProvenanceId value = read_member(place, model, name, intern({one}), through);
            if (value != 0 && nested)
                read_fields(place, value, nested, through, depth + 1);
        }
    }
}

void ProvenanceFlow::read_validated(Node call, ProvenanceId objects) {
    const Node callee = call.child(Field::function);
    if (!callee.is(Kind::attribute))
        return;
    const llvm::StringRef method = callee.child(Field::attribute).text();
    for (const Atom& atom : types_.store().atoms(types_.type_of({module_->id, callee.child(Field::object).id()})))
        if (atom.kind == Atom::Kind::class_ && is_schema(ClassId{atom.id}) &&
            llvm::any_of(types_.external_bases(ClassId{atom.id}), [&](const std::string& base) {
                const MemberKnowledge* member = knowledge_.member(base, method);
                return member != nullptr && member->role == Role::serialiser;
            }))
            read_fields({module_->id, call.id()}, objects, ClassId{atom.id},
                        symbols_.class_(ClassId{atom.id}).name + "." + method.str() + "()", 0);
}

/// `response_model=Schema`, or the return annotation of what a framework awaits: it reads what is returned.
void ProvenanceFlow::read_response(FunctionId route) {
    const FunctionInfo& info = symbols_.function(route);
    const Node node = module_->tree.node(info.node);
    if (!node.parent().is(Kind::decorated_definition))
        return;
    Node annotation;
    bool found = false;
    for (const Node decorator : node.parent().named_children()) {
        if (!decorator.is(Kind::decorator) || !decorator.named_child(0).is(Kind::call))
            continue;
        for (const Node argument : decorator.named_child(0).child(Field::arguments).named_children())
            if (argument.is(Kind::keyword_argument) && argument.child(Field::name).text() == "response_model") {
                annotation = argument.child(Field::value);
                found = true;
            }
    }
    if (!found && calls_.entry(route).entry == Entry::awaits)
        annotation = node.child(Field::return_type);
    if (!annotation)
        return;
    if (const ClassId schema = schema_of(info.module, annotation))
        read_fields({info.module, info.node}, slots_.read(return_base_ + route.value), schema,
                    "response of " + info.qualified_name, 0);
}

} // namespace sqlawait
