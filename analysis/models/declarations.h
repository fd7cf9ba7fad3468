// What stands in the bodies of classes: columns, relationships, properties, table names, read from
// one class alone. Inheritance, targets and directions come later.
#pragma once

#include "analysis/models/classes.h"
#include "analysis/models/models.h"

namespace sqlawait {

/// A relationship as it is declared: what it is depends on the class that gets it.
struct RelationshipDeclaration {
    std::string name;
    ModuleId module;      // names in the annotation are looked up from `scope` there
    ScopeId scope;
    std::optional<TypeText> annotation; // of the attribute
    Declaration call;     // without a place when there is only an annotation
    Place place;
};

struct BodyDeclarations {
    std::vector<ColumnInfo> columns;
    std::vector<RelationshipDeclaration> relationships;
    std::vector<PropertyInfo> properties;
    std::vector<std::string> hidden; // other names of the body: they hide what a base declares
    std::optional<Place> table_name; // the value of __tablename__, or of what its declared_attr returns
    std::optional<Place> table;      // the value of __table__
    std::vector<Place> table_arguments; // of __table_args__
    std::string schema;
    bool polymorphic = false;
    bool eager_defaults = false;
};

/// Constraints of __table_args__ and of a Table(...) are already applied to the columns.
[[nodiscard]] BodyDeclarations read_body(const Vocabulary& vocabulary, const ClassInfo& info, const ClassFacts& facts);

/// `User.posts = relationship(Post)` after the class. `bodies` are by ClassId.
void read_additions(const Vocabulary& vocabulary, const ClassFactsTable& classes,
                    std::vector<BodyDeclarations>& bodies);

/// The table and the properties of map_imperatively(...).
void read_imperative(const Vocabulary& vocabulary, const ImperativeMapping& mapping, const ClassFacts& facts,
                     BodyDeclarations& body);

/// A Table(...): its name, columns under their attribute names.
struct TableDeclaration {
    std::string name;
    std::vector<ColumnInfo> columns;
};
[[nodiscard]] std::optional<TableDeclaration> read_table(const Vocabulary& vocabulary, Place expression, ClassId owner);

/// Whether two names are of one table: "public.users" is "users" when one of the two has no schema.
[[nodiscard]] bool same_table(llvm::StringRef a, llvm::StringRef b);

/// How a foreign key to a class's column is written until the class's table is known: "=12.id".
[[nodiscard]] std::string class_reference(ClassId id, llvm::StringRef column);

/// What a column's declaration says, its name excepted.
/// `annotation` is what stands inside Mapped[...], or the annotation of a SQLModel field.
[[nodiscard]] ColumnInfo read_column(const Vocabulary& vocabulary, const Declaration& call,
                                     const std::optional<TypeText>& annotation, ModuleId module, ScopeId scope);

/// Unique, primary key and foreign key constraints among the arguments of a table.
void apply_constraint(const Vocabulary& vocabulary, Place argument, std::vector<ColumnInfo>& columns);

/// The name of a table as a class makes it, `cls.__name__` being known; "" when it can't be told.
[[nodiscard]] std::string evaluate_table_name(const Vocabulary& vocabulary, Place expression,
                                              llvm::StringRef class_name);

/// The type inside Optional[...] or `T | None`, and whether there was such a thing.
struct Unwrapped {
    TypeText type;
    bool optional = false;
};
[[nodiscard]] Unwrapped unwrap_optional(const Vocabulary& vocabulary, TypeText type, ModuleId module, ScopeId scope);

} // namespace sqlawait
