// The body of a class, statement by statement, and what is added to the class from outside of it.
#include "analysis/models/declarations.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

bool makes_column(Role role) {
    return role == Role::column || role == Role::column_expression || role == Role::deferred_column;
}
bool makes_relationship(Role role) { return role == Role::relationship || role == Role::dynamic_relationship; }
bool is_mapped_annotation(Role role) {
    return role == Role::mapped || role == Role::dynamic_mapped || role == Role::write_only_mapped;
}

class BodyReader {
  public:
    BodyReader(const Vocabulary& vocabulary, const ClassInfo& info, const ClassFacts& facts)
        : vocabulary_(vocabulary), info_(info), facts_(facts) {}

    BodyDeclarations body;

    void read() {
        read_block(node(info_.node).child(Field::body));
        for (const Place arguments : body.table_arguments)
            read_table_arguments(arguments);
        if (body.table) {
            if (auto table = read_table(vocabulary_, *body.table, info_.id)) {
                for (ColumnInfo& column : table->columns)
                    if (llvm::none_of(body.columns, [&](const ColumnInfo& own) { return own.name == column.name; }))
                        body.columns.push_back(std::move(column));
            }
        }
    }

    /// `name: type = right`, wherever it stands.
    void read_assignment(llvm::StringRef name, Node type, Node right, NodeId at) {
        if (right && read_special(name, {info_.module, right.id()}))
            return;
        Annotation annotation = read_annotation(type);
        if (right.is(Kind::call)) {
            Declaration call = unwrapped(vocabulary_.declaration({info_.module, right.id()}));
            if (add_declared(name, annotation, call, {info_.module, at}))
                return;
        }
        const bool column_by_annotation = is_mapped_annotation(annotation.role) ||
                                          (facts_.flag_base && annotation.type && is_field(name, *annotation.type));
        if (column_by_annotation && (annotation.role == Role::none || !right)) {
            Declaration none;
            if (annotation.role == Role::dynamic_mapped || annotation.role == Role::write_only_mapped) {
                add_relationship(name, annotation, none, {info_.module, at});
                return;
            }
            add_column(name, annotation, none, {info_.module, at});
            body.columns.back().client_default |= static_cast<bool>(right);
        } else if (right) {
            body.hidden.push_back(name.str());
        }
    }

  private:
    struct Annotation {
        std::optional<TypeText> type; // what stands inside Mapped[...]
        std::optional<TypeText> whole;
        Role role = Role::none; // mapped, dynamic_mapped, write_only_mapped
    };

    [[nodiscard]] Node node(NodeId id) const { return vocabulary_.node({info_.module, id}); }

    Annotation read_annotation(Node type) const {
        Annotation annotation;
        if (!type)
            return annotation;
        annotation.whole = parse_type_text(type.text());
        annotation.type = annotation.whole;
        const std::string name = vocabulary_.outside_name_of_text(info_.module, info_.scope, annotation.whole->name);
        const Role role = name.empty() ? Role::none : vocabulary_.knowledge().role(name);
        if (is_mapped_annotation(role)) {
            annotation.role = role;
            annotation.type = annotation.whole->arguments.empty() ? TypeText() : annotation.whole->arguments[0];
        }
        return annotation;
    }

    /// Whether an annotated name of a SQLModel class is one of its fields.
    [[nodiscard]] bool is_field(llvm::StringRef name, const TypeText& type) const {
        if (name.starts_with("_") || name == "model_config")
            return false;
        return vocabulary_.outside_name_of_text(info_.module, info_.scope, type.name) != "typing.ClassVar";
    }

    /// dataclasses.field(metadata={"sa": Column(...)}), declared_attr(lambda cls: ...): what is inside.
    [[nodiscard]] Declaration unwrapped(Declaration call) const {
        const auto lambda_body = [&](Place value) {
            const Node inner = vocabulary_.node(value);
            return inner.is(Kind::lambda) ? Place{value.module, inner.child(Field::body).id()} : value;
        };
        if (call.role == Role::declared_attribute) {
            const auto function = call.positional(0);
            return function ? vocabulary_.declaration(lambda_body(*function)) : call;
        }
        const auto metadata = call.role == Role::none ? call.keyword("metadata") : std::nullopt;
        if (!metadata)
            return call;
        for (const Node pair : vocabulary_.node(*metadata).named_children()) {
            if (!pair.is(Kind::pair))
                continue;
            Declaration inner = vocabulary_.declaration(lambda_body({metadata->module, pair.child(Field::value).id()}));
            if (inner.role != Role::none)
                return inner;
        }
        return call;
    }

    bool add_declared(llvm::StringRef name, const Annotation& annotation, const Declaration& call, Place at) {
        if (makes_relationship(call.role)) {
            add_relationship(name, annotation, call, call.place);
            return true;
        }
        if (makes_column(call.role) || (call.role == Role::field && facts_.flag_base)) {
            add_column(name, annotation, call, call.place);
            return true;
        }
        PropertyInfo property;
        property.name = name.str();
        property.place = at;
        const auto text = [&](std::size_t index, llvm::StringRef keyword) {
            const auto value = call.positional(index) ? call.positional(index) : call.keyword(keyword);
            return value ? vocabulary_.string_value(*value).value_or("") : "";
        };
        if (call.role == Role::association_proxy) {
            property.proxy_relationship = text(0, "target_collection");
            property.proxy_attribute = text(1, "attr");
        } else if (call.role == Role::synonym) {
            property.proxy_attribute = text(0, "name");
        } else if (call.role == Role::hybrid || call.role == Role::computed_property) {
            property.hybrid = call.role == Role::hybrid;
            const auto getter = call.positional(0) ? call.positional(0) : call.keyword("fget");
            if (getter)
                for (const Target& target :
                     vocabulary_.symbols().resolve_expression(getter->module, vocabulary_.node(*getter)))
                    if (target.kind == Target::Kind::function)
                        property.function = target.function;
        } else {
            return false;
        }
        body.properties.push_back(std::move(property));
        return true;
    }

    void add_column(llvm::StringRef name, const Annotation& annotation, const Declaration& call, Place at) {
        const bool typed = annotation.role != Role::none || facts_.flag_base;
        ColumnInfo column =
            read_column(vocabulary_, call, typed ? annotation.type : std::nullopt, info_.module, info_.scope);
        column.name = name.str();
        column.place = at;
        column.owner = info_.id;
        if (column.database_name == column.name)
            column.database_name.clear();
        std::erase_if(body.columns, [&](const ColumnInfo& other) { return other.name == column.name; });
        body.columns.push_back(std::move(column));
    }

    void add_relationship(llvm::StringRef name, const Annotation& annotation, const Declaration& call, Place at) {
        RelationshipDeclaration relationship;
        relationship.name = name.str();
        relationship.module = info_.module;
        relationship.scope = info_.scope;
        relationship.annotation = annotation.whole;
        relationship.call = call;
        relationship.place = at;
        std::erase_if(body.relationships, [&](const auto& other) { return other.name == relationship.name; });
        body.relationships.push_back(std::move(relationship));
    }

    /// Names with a meaning of their own; true when this is one.
    bool read_special(llvm::StringRef name, Place value) {
        if (name == "__tablename__")
            body.table_name = value;
        else if (name == "__table__")
            body.table = value;
        else if (name == "__table_args__")
            body.table_arguments.push_back(vocabulary_.value_of(value));
        else if (name == "__mapper_args__")
            read_mapper_arguments(value);
        else
            return name == "__abstract__";
        return true;
    }

    void read_mapper_arguments(Place value) {
        for_each_entry(value, [&](llvm::StringRef key, Place entry) {
            body.polymorphic |= key == "polymorphic_on";
            if (key == "eager_defaults")
                body.eager_defaults = vocabulary_.flag_value(entry).value_or(false);
            if (key == "properties")
                for_each_entry(entry, [&](llvm::StringRef name, Place property) {
                    const Node right = without_brackets(vocabulary_.node(property));
                    if (right.is(Kind::call) && property.module == info_.module)
                        read_assignment(name, Node(), right, right.id());
                });
        });
    }

    /// The entries of {"key": value} or dict(key=value).
    template <typename Use> void for_each_entry(Place dictionary, Use use) const {
        const Place place = vocabulary_.value_of(dictionary);
        const Node value = vocabulary_.node(place);
        if (value.is(Kind::call)) {
            for (const Argument& argument : vocabulary_.declaration(place).arguments)
                if (!argument.keyword.empty())
                    use(argument.keyword, argument.value);
            return;
        }
        for (const Node pair : value.named_children())
            if (pair.is(Kind::pair))
                if (const auto key = vocabulary_.string_value({place.module, pair.child(Field::key).id()}))
                    use(*key, Place{place.module, pair.child(Field::value).id()});
    }

    void read_table_arguments(Place arguments) {
        const Node value = vocabulary_.node(arguments);
        const auto read_options = [&](Place options) {
            for_each_entry(options, [&](llvm::StringRef key, Place entry) {
                if (key == "schema")
                    body.schema = vocabulary_.string_value(entry).value_or("");
            });
        };
        if (value.is(Kind::dictionary))
            return read_options(arguments);
        for (const Node element : value.named_children()) {
            const Place place{arguments.module, element.id()};
            if (element.is(Kind::dictionary))
                read_options(place);
            else
                apply_constraint(vocabulary_, place, body.columns);
        }
    }

    void read_block(Node block) {
        if (!block)
            return;
        for (const Node statement : block.named_children())
            read_statement(statement);
    }

    void read_statement(Node statement) {
        switch (statement.kind()) {
        case Kind::expression_statement:
            if (Node assignment = statement.named_child(0); assignment.is(Kind::assignment)) {
                const Node type = assignment.child(Field::type);
                Node right = assignment.child(Field::right);
                llvm::SmallVector<Node, 2> names{assignment.child(Field::left)};
                while (right.is(Kind::assignment)) { // a = b = value
                    names.push_back(right.child(Field::left));
                    right = right.child(Field::right);
                }
                for (const Node name : names)
                    if (name.is(Kind::identifier))
                        read_assignment(name.text(), type, without_brackets(right), assignment.id());
            }
            break;
        case Kind::decorated_definition: read_statement(statement.child(Field::definition)); break;
        case Kind::function_definition: read_function(statement); break;
        case Kind::class_definition: body.hidden.push_back(statement.child(Field::name).text().str()); break;
        case Kind::if_statement:
        case Kind::elif_clause:
        case Kind::else_clause:
        case Kind::try_statement:
        case Kind::except_clause:
        case Kind::finally_clause:
        case Kind::with_statement:
            for (const Node child : statement.named_children())
                if (child.is(Kind::block))
                    read_block(child);
                else
                    read_statement(child);
            break;
        default: break;
        }
    }

    void read_function(Node function) {
        const llvm::StringRef name = function.child(Field::name).text();
        const FunctionId id = vocabulary_.symbols().function_at({info_.module, function.id()});
        for (const Node decorator : decorators_of(function)) {
            const Node callee = decorator.is(Kind::call) ? decorator.child(Field::function) : decorator;
            // @name.setter, @name.expression, @name.inplace.getter: parts of what `name` already is
            if (callee.is(Kind::attribute) && callee.text().take_until([](char c) { return c == '.'; }) == name)
                return;
            const Role role = vocabulary_.role({info_.module, callee.id()});
            if (role == Role::declared_attribute) {
                read_declared_attribute(name, function, id);
                return;
            }
            if (role == Role::hybrid || role == Role::computed_property) {
                PropertyInfo property;
                property.name = name.str();
                property.place = {info_.module, function.id()};
                property.function = id;
                property.hybrid = role == Role::hybrid;
                std::erase_if(body.properties, [&](const PropertyInfo& other) { return other.name == property.name; });
                body.properties.push_back(std::move(property));
                return;
            }
        }
        body.hidden.push_back(name.str());
    }

    void read_declared_attribute(llvm::StringRef name, Node function, FunctionId id) {
        const Annotation annotation = read_annotation(function.child(Field::return_type));
        if (!id)
            return;
        for (const Place value : vocabulary_.returned_values(id)) {
            if (read_special(name, value))
                continue;
            if (add_declared(name, annotation, vocabulary_.declaration(value), {info_.module, function.id()}))
                return;
        }
    }

    const Vocabulary& vocabulary_;
    const ClassInfo& info_;
    const ClassFacts& facts_;
};

/// A reader that looks names up where something outside of the class's body stands.
BodyDeclarations read_elsewhere(const Vocabulary& vocabulary, ClassInfo info, const ClassFacts& facts, Place where,
                                BodyDeclarations body, llvm::StringRef name, Node type, Node right) {
    info.module = where.module;
    info.scope = vocabulary.symbols().bindings(where.module).scope_of(where.node);
    BodyReader reader(vocabulary, info, facts);
    reader.body = std::move(body);
    reader.read_assignment(name, type, right, where.node);
    return std::move(reader.body);
}

} // namespace

void read_imperative(const Vocabulary& vocabulary, const ImperativeMapping& mapping, const ClassFacts& facts,
                     BodyDeclarations& body) {
    if (mapping.table) {
        body.table = mapping.table;
        if (auto table = read_table(vocabulary, *mapping.table, mapping.class_))
            for (ColumnInfo& column : table->columns)
                body.columns.push_back(std::move(column));
    }
    if (!mapping.properties)
        return;
    const Place properties = vocabulary.value_of(*mapping.properties);
    for (const Node pair : vocabulary.node(properties).named_children()) {
        if (!pair.is(Kind::pair))
            continue;
        const auto key = vocabulary.string_value({properties.module, pair.child(Field::key).id()});
        const Node value = without_brackets(pair.child(Field::value));
        if (key && value.is(Kind::call))
            body = read_elsewhere(vocabulary, vocabulary.symbols().class_(mapping.class_), facts,
                                  {properties.module, value.id()}, std::move(body), *key, Node(), value);
    }
}

BodyDeclarations read_body(const Vocabulary& vocabulary, const ClassInfo& info, const ClassFacts& facts) {
    BodyReader reader(vocabulary, info, facts);
    reader.read();
    return std::move(reader.body);
}

void read_additions(const Vocabulary& vocabulary, const ClassFactsTable& classes,
                    std::vector<BodyDeclarations>& bodies) {
    for (const auto& module : vocabulary.program().modules) {
        for (NodeId id = 0; id < module->tree.size(); ++id) {
            if (module->tree.record(id).kind != Kind::assignment)
                continue;
            const Node assignment = module->tree.node(id);
            const Node left = assignment.child(Field::left);
            const Node right = without_brackets(assignment.child(Field::right));
            if (!left.is(Kind::attribute) || !right.is(Kind::call))
                continue;
            const ClassId class_ = vocabulary.class_named({module->id, left.child(Field::object).id()});
            if (!class_)
                continue;
            const Role role = vocabulary.declaration({module->id, right.id()}).role;
            if (!makes_column(role) && !makes_relationship(role) && role != Role::association_proxy &&
                role != Role::synonym)
                continue;
            BodyDeclarations& body = bodies[class_.value];
            body = read_elsewhere(vocabulary, vocabulary.symbols().class_(class_), classes.facts[class_.value],
                                  {module->id, id}, std::move(body), left.child(Field::attribute).text(),
                                  assignment.child(Field::type), right);
        }
    }
}

} // namespace sqlawait
