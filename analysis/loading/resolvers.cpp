// Serialisers whose fields functions give: the types of Strawberry and Graphene stand before objects that they never
// hold, and read them field by field; marshmallow's Function and Method fields do the same.
#include "analysis/loading/provenance.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

/// SQLModel's base maps tables and is one of pydantic's, too.
bool ProvenanceFlow::serialises(llvm::StringRef external) const {
    const ClassKnowledge* known = knowledge_.class_(external);
    return knowledge_.role(external) == Role::serialiser ||
           (known != nullptr && llvm::any_of(known->bases, [&](const std::string& base) { return serialises(base); }));
}

const ProvenanceFlow::SchemaKind& ProvenanceFlow::schema_kind(ClassId id) const {
    const auto [at, fresh] = schema_kinds_.try_emplace(id);
    SchemaKind& kind = at->second;
    if (!fresh || models_.find(id) != nullptr)
        return kind;
    for (const std::string& base : types_.external_bases(id)) {
        kind.schema |= serialises(base);
        if (const ClassKnowledge* known = knowledge_.class_(base); known != nullptr && !known->resolver_prefix.empty())
            kind.resolver_prefix = known->resolver_prefix;
    }
    kind.stands_in = !kind.resolver_prefix.empty();
    for (const ClassId base : types_.linearised(id)) { // @strawberry.type
        const ClassInfo& info = symbols_.class_(base);
        const Node decorated = program_.module(info.module).tree.node(info.node).parent();
        if (!decorated.is(Kind::decorated_definition))
            continue;
        for (const Node decorator : decorated.named_children())
            if (decorator.is(Kind::decorator) &&
                decorator_knowledge(info.module, decorator, Role::serialiser_decorator) != nullptr)
                kind.schema = kind.stands_in = true;
    }
    return kind;
}

bool ProvenanceFlow::is_schema(ClassId id) const { return schema_kind(id).schema; }

const FunctionKnowledge* ProvenanceFlow::decorator_knowledge(ModuleId module, Node decorator, Role role) const {
    const Node named = decorator.named_child(0);
    return called_knowledge(module, named.is(Kind::call) ? named.child(Field::function) : named, role);
}

const FunctionKnowledge* ProvenanceFlow::called_knowledge(ModuleId module, Node function, Role role) const {
    for (const Target& target : symbols_.resolve_expression(module, function))
        if (knowledge_.role(target.external) == role)
            return knowledge_.function(target.external);
    return nullptr;
}

ProvenanceFlow::Resolver ProvenanceFlow::resolver_of(FunctionId function, llvm::ArrayRef<std::string> source) const {
    Resolver out{function, {}};
    const FunctionInfo& info = symbols_.function(function);
    const SyntaxTree& tree = program_.module(info.module).tree;
    const auto& parameters = parameters_[function.value];
    for (std::uint32_t i = 0; i < parameters.size(); ++i) {
        bool gets = llvm::is_contained(source, parameters[i].name) || llvm::is_contained(source, std::to_string(i));
        const Node annotation = parameters[i].annotation == no_node ? Node() : tree.node(parameters[i].annotation);
        for (NodeId id = annotation ? annotation.id() : 0;
             annotation && !gets && id < tree.record(annotation.id()).subtree_end; ++id)
            if (tree.node(id).is_any(Kind::identifier, Kind::attribute, Kind::member_type))
                for (const Target& target : symbols_.resolve_expression(info.module, tree.node(id)))
                    gets |= llvm::is_contained(source, knowledge_.canonical(target.external));
        if (gets)
            out.sources.push_back(i);
    }
    return out;
}

void ProvenanceFlow::collect_resolvers(ModuleId module, ClassId owner, Node value, std::vector<Resolver>& out) const {
    if (!value.is(Kind::call))
        return;
    const Node callee = value.child(Field::function);
    const FunctionKnowledge* known = called_knowledge(module, callee, Role::field_resolver);
    const bool by_position = known != nullptr;
    if (!by_position) // graphene.Field(lambda: AuthorNode, resolver=f)
        known = called_knowledge(module, callee, Role::serialised_field);
    if (known == nullptr || known->source.empty())
        return;
    for (const Node argument : value.child(Field::arguments).named_children()) {
        const bool keyword = argument.is(Kind::keyword_argument);
        if (keyword
                ? argument.child(Field::name).text() != "resolver" && argument.child(Field::name).text() != "serialize"
                : !by_position)
            continue;
        const Node given = keyword ? argument.child(Field::value) : argument;
        for (const Atom& atom : types_.store().atoms(types_.type_of({module, given.id()}))) {
            FunctionId function;
            if (atom.kind == Atom::Kind::function)
                function = FunctionId{atom.id};
            else if (atom.kind == Atom::Kind::literal) // fields.Method("name")
                function = types_.method(owner, types_.store().text(atom.id));
            if (function)
                out.push_back(resolver_of(function, known->source));
        }
    }
}

ProvenanceFlow::SchemaField ProvenanceFlow::method_field(ModuleId module, Node statement) const {
    SchemaField out;
    const Node function = statement.is(Kind::decorated_definition) ? statement.child(Field::definition) : Node();
    const FunctionId id =
        function.is(Kind::function_definition) ? symbols_.function_at({module, function.id()}) : FunctionId{};
    if (!id)
        return out;
    for (const Node decorator : statement.named_children()) {
        const FunctionKnowledge* known =
            decorator.is(Kind::decorator) ? decorator_knowledge(module, decorator, Role::field_resolver) : nullptr;
        if (known == nullptr)
            continue;
        out.name = function.child(Field::name).text().str();
        out.resolvers.push_back(resolver_of(id, known->source));
        if (const Node annotation = function.child(Field::return_type))
            collect_schemas(module, annotation, out.schemas);
        return out;
    }
    return out;
}

/// Which schemas read what resolvers give, before the flow begins.
void ProvenanceFlow::note_resolvers() {
    for (std::uint32_t i = 0; i < symbols_.classes().size(); ++i) {
        if (!schema_kind(ClassId{i}).stands_in)
            continue;
        const std::vector<SchemaField> fields = fields_of(ClassId{i});
        for (const SchemaField& field : fields)
            for (const Resolver& resolver : field.resolvers) {
                std::vector<ClassId>& schemas = resolved_schemas_[resolver.function];
                for (const ClassId schema : field.schemas)
                    if (!llvm::is_contained(schemas, schema))
                        schemas.push_back(schema);
            }
    }
}

void ProvenanceFlow::give_source(const Resolver& resolver, ProvenanceId object) {
    for (const std::uint32_t parameter : resolver.sources)
        write(parameter_base_[resolver.function.value] + parameter,
              fitting(object, types_.parameter(resolver.function, parameter)));
}

bool ProvenanceFlow::leads_back(const Provenance& object) const {
    const LoadPath& path = paths_[object.path];
    const ClassId own = class_at(object);
    for (std::size_t i = 0; i + 1 < path.size(); ++i)
        if (path[i].owner == own)
            return true;
    return false;
}

void ProvenanceFlow::note_circle(Place place, const RelationshipInfo& relationship, const Provenance& object,
                                 llvm::StringRef through) {
    PathStep step;
    step.owner = relationship.owner;
    step.relationship = relationship.name;
    step.to_many = relationship.to_many.value_or(true);
    note_read(place, step, 0, through);
    reads_[{place, read_key(step)}].circular.insert(object);
}

} // namespace sqlawait
