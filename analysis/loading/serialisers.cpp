// Serialisers are readers: response models, model_validate, from_orm read what their fields name.
#include "analysis/loading/provenance.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SaveAndRestore.h"

namespace sqlawait {

namespace {

constexpr unsigned max_schema_depth = 6;
constexpr unsigned max_alias_depth = 4;

/// Names that a class body annotates or assigns, with their assignments.
std::vector<std::pair<llvm::StringRef, Node>> assigned_fields(Node class_node) {
    std::vector<std::pair<llvm::StringRef, Node>> out;
    for (const Node statement : class_node.child(Field::body).named_children()) {
        const Node assignment = statement.is(Kind::expression_statement) ? statement.named_child(0) : Node();
        if (assignment.is(Kind::assignment) && assignment.child(Field::left).is(Kind::identifier))
            out.emplace_back(assignment.child(Field::left).text(), assignment);
    }
    return out;
}

/// `Field(alias="books")`, `Field(validation_alias=AliasChoices("books", "works"))`.
std::vector<std::string> aliases_of(Node value) {
    std::vector<std::string> out;
    if (!value.is(Kind::call))
        return out;
    for (const Node argument : value.child(Field::arguments).named_children()) {
        if (!argument.is(Kind::keyword_argument) ||
            !llvm::is_contained({"alias", "validation_alias", "attribute"}, argument.child(Field::name).text()))
            continue;
        const Node given = argument.child(Field::value);
        for (NodeId id = given.id(); id < given.tree().record(given.id()).subtree_end; ++id)
            if (given.tree().node(id).is(Kind::string_content))
                out.push_back(given.tree().node(id).text().str());
    }
    return out;
}

} // namespace

/// The schema classes that an annotation names, inside of List[...], Optional[...] and the like.
void ProvenanceFlow::collect_schemas(ModuleId module, Node annotation, std::vector<ClassId>& out,
                                     unsigned aliases) const {
    const SyntaxTree& tree = annotation.tree();
    const ModuleBindings& bindings = symbols_.bindings(module);
    const auto add = [&](const auto& targets) {
        for (const Target& target : targets) {
            if (target.kind == Target::Kind::class_ && is_schema(target.class_) &&
                !llvm::is_contained(out, target.class_))
                out.push_back(target.class_);
            if (target.kind != Target::Kind::variable || aliases >= max_alias_depth)
                continue;
            const ModuleBindings& there = symbols_.bindings(target.module); // AnyOut = Union[BookOut, AuthorOut]
            for (const DefinitionId made : there.symbol(target.symbol).definitions)
                if (const Node alias = program_.module(target.module).tree.node(there.definition(made).node);
                    alias.is(Kind::assignment) && alias.child(Field::right))
                    collect_schemas(target.module, alias.child(Field::right), out, aliases + 1);
        }
    };
    for (NodeId id = annotation.id(); id < tree.record(annotation.id()).subtree_end; ++id) {
        const Node node = tree.node(id);
        if (node.is_any(Kind::identifier, Kind::attribute, Kind::member_type)) {
            add(symbols_.resolve_expression(module, node));
        } else if (node.is(Kind::string_content)) { // "BookOut", "list[BookOut] | None"
            for (llvm::StringRef rest = node.text(); !rest.empty();) {
                rest = rest.drop_until([](char c) { return llvm::isAlpha(c) || c == '_'; });
                const llvm::StringRef name = rest.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
                rest = rest.drop_front(name.size());
                if (const SymbolId symbol = bindings.lookup(bindings.scope_of(id), name))
                    for (const DefinitionId definition : bindings.symbol(symbol).definitions)
                        add(symbols_.resolve(module, definition));
            }
        }
    }
}

void ProvenanceFlow::collect_schemas(TypeId type, std::vector<ClassId>& out, unsigned depth) const {
    for (const Atom& atom : types_.store().atoms(type)) {
        if ((atom.kind == Atom::Kind::instance || atom.kind == Atom::Kind::class_) && is_schema(ClassId{atom.id}) &&
            !llvm::is_contained(out, ClassId{atom.id}))
            out.push_back(ClassId{atom.id});
        if (depth > 0)
            for (const TypeId argument : atom.args)
                collect_schemas(argument, out, depth - 1);
    }
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

/// The fields of a schema, inherited ones too. A subclass's own come first and hide the others.
const std::vector<ProvenanceFlow::SchemaField>& ProvenanceFlow::fields_of(ClassId schema) {
    const auto [at, fresh] = schema_fields_.try_emplace(schema);
    std::vector<SchemaField>& out = at->second;
    if (!fresh)
        return out;
    for (const ClassId base : types_.linearised(schema)) {
        const ClassInfo& info = symbols_.class_(base);
        const Node class_node = program_.module(info.module).tree.node(info.node);
        const auto hidden = [&](llvm::StringRef name) {
            return llvm::any_of(out, [&](const SchemaField& one) { return one.name == name; });
        };
        for (const auto& [name, assignment] : assigned_fields(class_node)) {
            if (hidden(name))
                continue;
            const Node value = assignment.child(Field::right);
            SchemaField field{name.str(), aliases_of(value), {}, {}};
            collect_resolvers(info.module, schema, value, field.resolvers);
            const bool declared = value.is(Kind::call) && called_knowledge(info.module, value.child(Field::function),
                                                                           Role::serialised_field) != nullptr;
            if (!assignment.child(Field::type) && !declared && field.resolvers.empty())
                continue;
            field.attributes.push_back(field.name);
            if (const Node named = declared ? value : assignment.child(Field::type))
                collect_schemas(info.module, named, field.schemas);
            out.push_back(std::move(field));
        }
        for (const Node statement : class_node.child(Field::body).named_children()) {
            if (statement.is(Kind::class_definition) && statement.child(Field::name).text() == "Meta")
                read_meta(statement, out);
            SchemaField field = method_field(info.module, statement);
            if (!field.name.empty() && !hidden(field.name))
                out.push_back(std::move(field));
        }
    }
    const std::string& prefix = schema_kind(schema).resolver_prefix;
    for (SchemaField& field : out)
        if (const FunctionId method = prefix.empty() ? FunctionId{} : types_.method(schema, prefix + field.name))
            field.resolvers = {resolver_of(method, {"0"})};
    return out;
}

void ProvenanceFlow::read_meta(Node meta, std::vector<SchemaField>& out) {
    bool named = false, relationships = false;
    for (const Node statement : meta.child(Field::body).named_children()) {
        const Node assignment = statement.is(Kind::expression_statement) ? statement.named_child(0) : Node();
        if (!assignment.is(Kind::assignment))
            continue;
        const llvm::StringRef name = assignment.child(Field::left).text();
        relationships |= name == "include_relationships" && assignment.child(Field::right).is(Kind::true_);
        if (name != "fields" && name != "additional")
            continue;
        named |= name == "fields";
        for (const Node one : assignment.child(Field::right).named_children())
            if (const std::string field = one.text().trim("\"'").str();
                one.is(Kind::string) && llvm::none_of(out, [&](const SchemaField& it) { return it.name == field; }))
                out.push_back({field, {field}, {}, {}});
    }
    if (relationships && !named)
        out.push_back({"*", {}, {}, {}});
}

/// A schema of rows: `select(Post, func.count())` has the post in its field `Post`.
void ProvenanceFlow::read_row(Place place, const Provenance& row, llvm::ArrayRef<SchemaField> fields,
                              llvm::StringRef through, unsigned depth) {
    const auto found = row_entities_.find(row.origin);
    if (found == row_entities_.end() || !paths_[row.path].empty())
        return;
    for (const ClassId entity : std::vector<ClassId>(found->second))
        for (const SchemaField& field : fields)
            if (llvm::is_contained(field.attributes, symbols_.class_(entity).name))
                for (const ClassId nested : field.schemas)
                    read_fields(place, intern({row}), nested, through, depth + 1, entity);
}

void ProvenanceFlow::read_fields(Place place, ProvenanceId objects, ClassId schema, llvm::StringRef through,
                                 unsigned depth, ClassId as) {
    if (depth == 0)
        fields_read_.clear();
    // Schemas that name each other meet the same objects again on many ways.
    if (depth > max_schema_depth || objects == 0 ||
        !fields_read_.emplace(objects, schema, as, parent_is_held_, depth).second)
        return;
    run_validators(schema, "", objects);
    const std::set<Provenance>& each = get(objects); // sets lie in a deque: new ones don't move it
    const std::vector<SchemaField>& fields = fields_of(schema);
    const bool stands_in = schema_kind(schema).stands_in;
    for (const Provenance& one : each) {
        const ClassId own = class_at(one);
        const ModelInfo* model = models_.find(own ? own : as);
        if (model == nullptr) {
            read_row(place, one, fields, through, depth);
            continue;
        }
        if (stands_in && leads_back(one)) {
            for (const SchemaField& field : fields)
                if (const RelationshipInfo* step = model->relationship(field.name))
                    note_circle(place, *step, one, through);
            continue;
        }
        for (const SchemaField& field : fields) {
            for (const Resolver& resolver : field.resolvers)
                give_source(resolver, intern({one}));
            if (!field.resolvers.empty())
                continue;
            if (field.name == "*") {
                (void)read_everything(place, intern({one}));
                continue;
            }
            ProvenanceId value = 0;
            bool known = false;
            for (const std::string& name : field.attributes) {
                const auto [head, rest] = llvm::StringRef(name).split('.'); // attribute="author.name"
                known |= model->relationship(head) != nullptr || model->column(head) != nullptr ||
                         model->property(head) != nullptr || types_.method(model->class_, head);
                ProvenanceId at = read_member(place, model->class_, head, intern({one}), through);
                for (llvm::StringRef further = rest; !further.empty() && at != 0;) {
                    const auto [next, behind] = further.split('.');
                    at = read_of_objects(place, next, at);
                    further = behind;
                }
                value = join(value, at);
            }
            if (value != 0)
                run_validators(schema, field.name, value);
            if (!known) // the object stands inside of a page, an envelope
                value = intern({one});
            const llvm::SaveAndRestore<bool> held(parent_is_held_, known && !stands_in);
            for (const ClassId nested : field.schemas)
                if (known || nested != schema)
                    read_fields(place, value, nested, through, depth + 1);
        }
    }
}

const std::vector<ProvenanceFlow::Validator>& ProvenanceFlow::validators_of(ClassId schema) {
    const auto [at, fresh] = validators_.try_emplace(schema);
    std::vector<Validator>& out = at->second;
    if (!fresh)
        return out;
    for (const ClassId base : types_.linearised(schema)) {
        const ClassInfo& info = symbols_.class_(base);
        const Module& module = program_.module(info.module);
        for (const Node statement : module.tree.node(info.node).child(Field::body).named_children()) {
            const Node function =
                statement.is(Kind::decorated_definition) ? statement.child(Field::definition) : Node();
            if (!function.is(Kind::function_definition))
                continue;
            const FunctionId validator = symbols_.function_at({info.module, function.id()});
            if (!validator || parameters_[validator.value].size() < 2)
                continue;
            for (const Node decorator : statement.named_children()) {
                if (!decorator.is(Kind::decorator) ||
                    decorator_knowledge(info.module, decorator, Role::validator) == nullptr)
                    continue;
                bool names_fields = false;
                for (const Node argument : decorator.named_child(0).child(Field::arguments).named_children())
                    if (argument.is(Kind::string)) {
                        names_fields = true;
                        out.push_back({argument.text().trim("\"'").str(), validator});
                    }
                if (!names_fields)
                    out.push_back({"", validator});
            }
        }
    }
    return out;
}

void ProvenanceFlow::run_validators(ClassId schema, llvm::StringRef field, ProvenanceId value) {
    for (const Validator& validator : validators_of(schema))
        if (validator.field == field)
            write(parameter_base_[validator.function.value] + 1, value);
}

/// The schemas that `TypeAdapter(list[Schema])` names, here or where the adapter's name is defined.
void ProvenanceFlow::collect_adapted(Node adapter, std::vector<ClassId>& out) const {
    const auto collect = [&](ModuleId module, Node made) {
        if (made.is(Kind::call))
            collect_schemas(module, made.child(Field::arguments), out);
    };
    collect(module_->id, adapter);
    if (!adapter.is(Kind::identifier))
        return;
    const auto definition = [&](ModuleId module, DefinitionId id) {
        const Node statement = program_.module(module).tree.node(symbols_.bindings(module).definition(id).node);
        if (statement.is(Kind::assignment))
            collect(module, statement.child(Field::right));
    };
    for (const DefinitionId id : bindings_->reaching(adapter.id())) {
        definition(module_->id, id);
        for (const Target& target : symbols_.resolve(module_->id, id))
            if (target.kind == Target::Kind::variable)
                for (const DefinitionId one : symbols_.bindings(target.module).symbol(target.symbol).definitions)
                    definition(target.module, one);
    }
}

void ProvenanceFlow::read_validated(Node call, llvm::StringRef function, ProvenanceId objects) {
    const Node callee = call.child(Field::function);
    std::vector<ClassId> schemas;
    std::string through;
    if (knowledge_.function(function) != nullptr) {
        const Node first = call.child(Field::arguments).named_child(0); // parse_obj_as(list[Schema], xs)
        if (first && knowledge_.role(function) == Role::serialiser)
            collect_schemas(module_->id, first, schemas);
        through = function.str() + "()";
    } else if (callee.is(Kind::attribute)) {
        const llvm::StringRef method = callee.child(Field::attribute).text();
        const auto validates = [&](llvm::StringRef class_name) {
            const MemberKnowledge* member = knowledge_.member(class_name, method);
            return member != nullptr && member->role == Role::serialiser;
        };
        for (const Atom& atom : types_.store().atoms(types_.type_of({module_->id, callee.child(Field::object).id()}))) {
            if ((atom.kind == Atom::Kind::class_ || atom.kind == Atom::Kind::instance) && is_schema(ClassId{atom.id}) &&
                llvm::any_of(types_.external_bases(ClassId{atom.id}), validates)) {
                schemas.push_back(ClassId{atom.id});
                for (const TypeId argument : atom.args) // Page[BookOut].model_validate(x)
                    collect_schemas(argument, schemas, 3);
            }
            if (atom.kind == Atom::Kind::external_instance && validates(types_.store().text(atom.id)))
                collect_adapted(callee.child(Field::object), schemas);
        }
        through = (schemas.empty() ? "" : symbols_.class_(schemas.front()).name + ".") + method.str() + "()";
    }
    for (const ClassId schema : schemas)
        read_fields({module_->id, call.id()}, objects, schema, through, 0);
}

/// `response_model=Schema`, or the return annotation of what a framework awaits: it reads what is returned.
void ProvenanceFlow::read_response(FunctionId route) {
    const FunctionInfo& info = symbols_.function(route);
    const Node node = module_->tree.node(info.node);
    if (const auto resolves = resolved_schemas_.find(route); resolves != resolved_schemas_.end()) {
        for (const ClassId schema : resolves->second)
            read_fields({info.module, info.node}, slots_.read(return_base_ + route.value), schema,
                        "type " + symbols_.class_(schema).name, 0);
        return;
    }
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
    std::vector<ClassId> schemas;
    collect_schemas(info.module, annotation, schemas);
    for (const ClassId schema : schemas)
        read_fields({info.module, info.node}, slots_.read(return_base_ + route.value), schema,
                    "response of " + info.qualified_name, 0);
}

} // namespace sqlawait
