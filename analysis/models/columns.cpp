// One column: its arguments, its type, what its annotation says.
#include "analysis/models/declarations.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"

namespace sqlawait {

namespace {

/// What SQLAlchemy makes of Mapped[T] (sqlalchemy.sql.sqltypes._type_map and registry.type_annotation_map).
llvm::StringRef column_type_of(llvm::StringRef python_type) {
    return llvm::StringSwitch<llvm::StringRef>(python_type)
        .Case("int", "Integer")
        .Case("str", "String")
        .Case("float", "Float")
        .Case("bool", "Boolean")
        .Case("bytes", "LargeBinary")
        .Case("datetime", "DateTime")
        .Case("date", "Date")
        .Case("time", "Time")
        .Case("timedelta", "Interval")
        .Case("Decimal", "Numeric")
        .Case("UUID", "Uuid")
        .Case("Literal", "Enum")
        .Default(python_type);
}

llvm::StringRef last_part(llvm::StringRef dotted) {
    const llvm::StringRef last = dotted.rsplit('.').second;
    return last.empty() ? dotted : last;
}

class ColumnReader {
  public:
    ColumnReader(const Vocabulary& vocabulary, ModuleId module, ScopeId scope)
        : vocabulary_(vocabulary), module_(module), scope_(scope) {}

    ColumnInfo column;

    /// `annotation` first, because what the call says outranks it.
    void read_annotation(const TypeText& annotation, unsigned depth = 0) {
        const Unwrapped unwrapped = unwrap_optional(vocabulary_, annotation, module_, scope_);
        column.nullable = unwrapped.optional;
        read_python_type(unwrapped.type, depth);
    }

    void read_call(const Declaration& call) {
        switch (call.role) {
        case Role::deferred_column: column.deferred = true; [[fallthrough]];
        case Role::column_expression: read_wrapper(call); return;
        case Role::field: read_field(call); return;
        default: break;
        }
        bool first = true;
        for (const Argument& argument : call.arguments) {
            if (argument.keyword.empty())
                read_positional(argument.value, first);
            else
                read_keyword(argument);
            first &= !argument.keyword.empty();
        }
        // What one keyword decides for another: a primary key is not NULL unless it says so.
        if (column.primary_key && !call.keyword("nullable"))
            column.nullable = false;
    }

  private:
    /// deferred(Column(...)), column_property(Column(...)) or column_property(<SQL>).
    void read_wrapper(const Declaration& call) {
        const auto inner = call.positional(0);
        const Declaration wrapped = inner ? vocabulary_.declaration(*inner) : Declaration();
        if (wrapped.role == Role::column) {
            if (vocabulary_.knowledge().class_(wrapped.name) != nullptr)
                column.nullable = true; // whatever the annotation says
            read_call(wrapped);
        } else {
            column.is_expression = true;
        }
        if (const auto deferred = call.keyword("deferred"))
            column.deferred = vocabulary_.flag_value(*deferred).value_or(true);
    }

    /// SQLModel's Field(): `sa_column` stands for all of it.
    void read_field(const Declaration& call) {
        if (const auto inner = call.keyword("sa_column")) {
            if (const Declaration wrapped = vocabulary_.declaration(*inner); wrapped.role == Role::column) {
                column.nullable = true;
                column.type.clear();
                column.hashable = true;
                read_call(wrapped);
            }
            return;
        }
        for (const Argument& argument : call.arguments)
            if (argument.keyword == "sa_type")
                read_type(argument.value);
            else if (argument.keyword == "sa_column_args")
                for (const Node inner : vocabulary_.node(argument.value).named_children())
                    read_other_positional({argument.value.module, inner.id()});
            else if (argument.keyword == "sa_column_kwargs")
                read_keyword_dictionary(argument.value);
            else if (!argument.keyword.empty())
                read_keyword(argument);
        if (column.primary_key)
            column.nullable = false;
    }

    void read_keyword_dictionary(Place dictionary) {
        const Place value = vocabulary_.value_of(dictionary);
        const Node node = vocabulary_.node(value);
        if (node.is(Kind::call)) { // dict(onupdate=...)
            for (const Argument& argument : vocabulary_.declaration(value).arguments)
                if (!argument.keyword.empty())
                    read_keyword(argument);
            return;
        }
        for (const Node pair : node.named_children())
            if (pair.is(Kind::pair))
                if (const auto key = vocabulary_.string_value({value.module, pair.child(Field::key).id()}))
                    read_keyword({{value.module, pair.child(Field::value).id()}, *key});
    }

    void read_positional(Place value, bool first) {
        if (first) {
            if (vocabulary_.node(value).is_any(Kind::string, Kind::concatenated_string)) {
                if (const auto name = vocabulary_.string_value(value))
                    column.database_name = *name;
                return;
            }
        }
        read_other_positional(value);
    }

    /// A type, a foreign key, an Identity() ...
    void read_other_positional(Place value) {
        const Declaration call = vocabulary_.declaration(value);
        switch (call.role) {
        case Role::foreign_key: read_foreign_key(call); return;
        case Role::server_value: column.server_default = true; return;
        case Role::computed_value: column.server_default = column.onupdate = column.onupdate_is_sql = true; return;
        case Role::unhashable_type:
        case Role::none: break;
        default: return; // a constraint, an index ...
        }
        if (column.type.empty() || type_from_annotation_)
            read_type(value);
    }

    void read_foreign_key(const Declaration& call) {
        const auto target = call.positional(0) ? call.positional(0) : call.keyword("column");
        if (!target || !column.foreign_key.empty())
            return;
        if (const auto text = vocabulary_.string_value(*target))
            column.foreign_key = *text;
        else
            read_column_reference(*target);
    }

    /// ForeignKey(User.id), ForeignKey(users.c.id).
    void read_column_reference(Place target) {
        const Node attribute = without_brackets(vocabulary_.node(target));
        if (!attribute.is(Kind::attribute))
            return;
        const std::string name = attribute.child(Field::attribute).text().str();
        Place object{target.module, attribute.child(Field::object).id()};
        if (const ClassId owner = vocabulary_.class_named(object)) {
            column.foreign_key = class_reference(owner, name);
            return;
        }
        // `.c` or `.columns` of a table, which may be a class's `.__table__`
        const Node columns = vocabulary_.node(object);
        if (!columns.is(Kind::attribute))
            return;
        object.node = columns.child(Field::object).id();
        const Node owning = vocabulary_.node(object);
        if (owning.is(Kind::attribute) && owning.child(Field::attribute).text() == "__table__")
            if (const ClassId owner = vocabulary_.class_named({object.module, owning.child(Field::object).id()})) {
                column.foreign_key = class_reference(owner, name);
                return;
            }
        const Declaration table = vocabulary_.declaration(vocabulary_.value_of(object));
        if (table.role == Role::table && table.positional(0))
            if (const auto table_name = vocabulary_.string_value(*table.positional(0)))
                column.foreign_key = *table_name + "." + name;
    }

    void read_type(Place value) {
        Place place = value;
        for (unsigned depth = 0; depth < 8; ++depth) {
            const Node plain = without_brackets(vocabulary_.node(place));
            if (plain.is(Kind::call)) {
                const Node callee = plain.child(Field::function);
                // JSON().with_variant(JSONB(), "postgresql"): the receiver; MutableDict.as_mutable(JSON): the argument
                if (callee.is(Kind::attribute) && callee.child(Field::object).is(Kind::call)) {
                    place.node = callee.child(Field::object).id();
                    continue;
                }
                const std::string name = vocabulary_.outside_name({place.module, callee.id()});
                const FunctionKnowledge* known = vocabulary_.knowledge().function(name);
                const bool method = callee.is(Kind::attribute) && callee.child(Field::attribute).text() == "as_mutable";
                if ((known != nullptr && known->returns == "arg0") || method) {
                    const Node argument = plain.child(Field::arguments).named_child(0);
                    if (!argument)
                        return;
                    place.node = argument.id();
                    continue;
                }
                const bool tuples =
                    llvm::any_of(vocabulary_.declaration(place).arguments, [&](const Argument& argument) {
                        return argument.keyword == "as_tuple" && vocabulary_.flag_value(argument.value).value_or(false);
                    });
                const bool zoned =
                    llvm::any_of(vocabulary_.declaration(place).arguments, [&](const Argument& argument) {
                        return (argument.keyword == "timezone" || argument.keyword.empty()) &&
                               vocabulary_.flag_value(argument.value).value_or(true);
                    });
                set_type({place.module, callee.id()}, tuples);
                column.naive &= !zoned;
                return;
            }
            if (!plain.is_any(Kind::identifier, Kind::attribute))
                return;
            const Place meant = vocabulary_.value_of(place);
            if (meant == place || vocabulary_.class_named(place) || !vocabulary_.outside_name(place).empty()) {
                set_type(place, false);
                return;
            }
            place = meant; // a variable that holds the type
        }
    }

    void set_type(Place name, bool hashable_anyway) {
        type_from_annotation_ = false;
        column.hashable = true;
        column.naive = false;
        if (const ClassId own = vocabulary_.class_named(name)) { // a TypeDecorator: hashable whatever it wraps
            column.type = vocabulary_.symbols().class_(own).name;
            return;
        }
        const std::string dotted = vocabulary_.outside_name(name);
        const Node node = vocabulary_.node(name);
        column.type = last_part(!dotted.empty() ? llvm::StringRef(dotted) : node.text()).str();
        column.naive = llvm::StringRef(dotted).starts_with("sqlalchemy.") &&
                       llvm::is_contained({"DateTime", "DATETIME", "TIMESTAMP"}, column.type);
        column.hashable = hashable_anyway || vocabulary_.knowledge().role(dotted) != Role::unhashable_type;
    }

    void read_keyword(const Argument& argument) {
        const llvm::StringRef key = argument.keyword;
        const auto flag = [&](bool otherwise) { return vocabulary_.flag_value(argument.value).value_or(otherwise); };
        const bool given = !vocabulary_.node(argument.value).is(Kind::none_literal);
        if (seen_.contains(key))
            return;
        seen_.insert(key);
        if (key == "primary_key")
            column.primary_key = flag(true);
        else if (key == "unique")
            column.unique = flag(true);
        else if (key == "nullable")
            column.nullable = flag(true);
        else if (key == "deferred")
            column.deferred = flag(true);
        else if (key == "deferred_group")
            column.deferred |= given;
        else if (key == "server_default")
            column.server_default = given && flag(true);
        else if (key == "default" || key == "insert_default" || key == "default_factory")
            column.client_default = given;
        else if (key == "onupdate" && given)
            read_onupdate(argument.value);
        else if (key == "server_onupdate" && given)
            column.onupdate = column.onupdate_is_sql = true;
        else if (key == "name")
            column.database_name = vocabulary_.string_value(argument.value).value_or("");
        else if (key == "type_")
            read_type(argument.value);
        else if (key == "foreign_key")
            column.foreign_key = vocabulary_.string_value(argument.value).value_or("");
    }

    void read_onupdate(Place value) {
        column.onupdate = true;
        // A function of Python is called at the flush; anything that SQL evaluates leaves the attribute expired.
        const Place meant = vocabulary_.value_of(value);
        Node node = vocabulary_.node(meant);
        while (node.is_any(Kind::call, Kind::attribute)) {
            const Node callee = node.is(Kind::call) ? node.child(Field::function) : node;
            if (vocabulary_.role({meant.module, callee.id()}) == Role::sql_expression) {
                column.onupdate_is_sql = true;
                return;
            }
            node = callee.is(Kind::attribute) ? callee.child(Field::object) : Node();
        }
    }

    void read_python_type(const TypeText& type, unsigned depth) {
        const std::string dotted = vocabulary_.outside_name_of_text(module_, scope_, type.name);
        const Role role = dotted.empty() ? Role::none : vocabulary_.knowledge().role(dotted);
        type_from_annotation_ = true;
        if (role == Role::annotated && !type.arguments.empty()) {
            read_annotation(type.arguments[0], depth + 1);
            return;
        }
        // `intpk = Annotated[int, mapped_column(primary_key=True)]`
        if (depth < 4)
            for (const Target& target : vocabulary_.resolve_text(module_, scope_, type.name))
                for (const Place value : vocabulary_.assigned_values(target))
                    if (read_annotated_alias(value, depth + 1))
                        return;
        column.type = column_type_of(last_part(dotted.empty() ? type.name : dotted)).str();
        column.hashable = role != Role::collection || dotted == "builtins.tuple" || dotted == "builtins.frozenset";
    }

    bool read_annotated_alias(Place value, unsigned depth) {
        const Node alias = vocabulary_.node(value);
        if (!alias.is(Kind::subscript))
            return false;
        const auto parts = alias.children(Field::subscript);
        const Place generic{value.module, alias.child(Field::value).id()};
        if (vocabulary_.role(generic) != Role::annotated || parts.empty())
            return false;
        const bool nullable = column.nullable;
        read_annotation(parse_type_text(parts[0].text()), depth);
        column.nullable |= nullable;
        for (const Node part : llvm::drop_begin(parts)) {
            const Declaration call = vocabulary_.declaration({value.module, part.id()});
            if (call.role == Role::column || call.role == Role::field)
                read_call(call);
        }
        seen_.clear(); // the class's own call outranks the alias
        return true;
    }

    const Vocabulary& vocabulary_;
    ModuleId module_;
    ScopeId scope_;
    bool type_from_annotation_ = false;
    llvm::StringSet<> seen_;
};

} // namespace

Unwrapped unwrap_optional(const Vocabulary& vocabulary, TypeText type, ModuleId module, ScopeId scope) {
    Unwrapped result;
    // Optional[T], Union[T, None], T | None; what is left of a union of several is its first.
    for (unsigned depth = 0; depth < 8; ++depth) {
        const std::string dotted = type.name == "|" ? "" : vocabulary.outside_name_of_text(module, scope, type.name);
        const Role role = dotted.empty() ? Role::none : vocabulary.knowledge().role(dotted);
        const bool is_union = type.name == "|" || role == Role::union_;
        if (!is_union && role != Role::optional)
            break;
        result.optional |= role == Role::optional;
        TypeText inner;
        for (TypeText& alternative : type.arguments)
            if (alternative.name == "None")
                result.optional = true;
            else if (inner.name.empty())
                inner = std::move(alternative);
        type = std::move(inner);
    }
    result.type = std::move(type);
    return result;
}

ColumnInfo read_column(const Vocabulary& vocabulary, const Declaration& call, const std::optional<TypeText>& annotation,
                       ModuleId module, ScopeId scope) {
    ColumnReader reader(vocabulary, module, scope);
    // Of a Column(...) SQLAlchemy reads no annotation; mapped_column() and the like are functions.
    if (annotation && vocabulary.knowledge().class_(call.name) == nullptr)
        reader.read_annotation(*annotation);
    reader.read_call(call);
    return std::move(reader.column);
}

} // namespace sqlawait
