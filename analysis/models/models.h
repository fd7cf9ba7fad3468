// Pass "models": which classes are mapped, and what is known of their columns and relationships.
// Works from syntax and links alone (no inference): base classes, decorators, class bodies,
// imperative mappings, back references from the other side.
#pragma once

#include "analysis/knowledge/knowledge.h"
#include "analysis/linking/linking.h"

#include <optional>
#include <string>
#include <vector>

namespace sqlawait {

enum class Loading : std::uint8_t { select, joined, selectin, subquery, immediate, raise, noload, dynamic, write_only };

/// From the owner to the target, as SQLAlchemy decides it from the foreign keys.
enum class Direction : std::uint8_t { unknown, many_to_one, one_to_many, many_to_many };

struct ColumnInfo {
    std::string name; // of the attribute
    std::string database_name; // when it differs from the attribute's, else ""
    Place place;       // the call, or the annotated assignment without one
    ClassId owner;     // the class in whose body it stands (a mixin perhaps)
    bool primary_key = false;
    bool unique = false;   // alone, not as part of a composite
    bool nullable = true;
    bool server_default = false;
    bool client_default = false; // default=...: set by SQLAlchemy at INSERT
    bool onupdate = false; // changes at UPDATE: onupdate=, server_onupdate=, Computed()
    bool onupdate_is_sql = false; // ... by SQL (func.now()) or by the database: expires at UPDATE
    bool deferred = false;
    bool is_expression = false; // column_property
    /// Last part of the type's name: "JSON", "DateTime", a TypeDecorator of the program; of an annotation
    /// alone what SQLAlchemy makes of it ("String" of Mapped[str]), else the annotation's own; "" unknown.
    std::string type;
    bool naive = false;    // a DateTime or Time that says so: without timezone=True, and not by an annotation alone
    bool hashable = true;  // false for JSON, ARRAY, HSTORE: such rows are not uniqued
    std::string foreign_key; // "authors.id", or ""
};

struct RelationshipInfo {
    std::string name;
    Place place;           // the call, on this side or on the other for a backref
    ClassId owner;         // the mapped class that has it (subclasses inherit it); of a mixin's the mixin's user
    ClassId target;        // none when not found
    std::string target_name; // as written
    Direction direction = Direction::unknown;
    std::optional<bool> to_many; // nullopt: not provable
    bool secondary = false;
    bool own_join = false; // primaryjoin=: not the plain way from foreign key to primary key, perhaps
    bool viewonly = false;
    bool from_backref = false;
    std::string back_populates; // the other side's attribute, or ""
    Loading loading = Loading::select;
    std::string cascade;   // as written, "" for the default
    std::string collection; // of to-many ones: "list", "set", "dict", or the name of another class or factory
    bool passive_deletes = false;
};

struct PropertyInfo { // @property, hybrid_property, association_proxy, synonym
    std::string name;
    Place place;
    FunctionId function;           // none for proxies and synonyms
    std::string proxy_relationship; // association_proxy("tags", "name") -> tags
    std::string proxy_attribute;    // ... -> name; of synonym("x") -> x
    bool hybrid = false;
};

struct ModelInfo {
    ClassId class_;
    bool abstract = false;    // __abstract__, a mixin or the base itself: no table of its own
    bool polymorphic = false; // polymorphic_on here or above
    bool eager_defaults = false; // values that the database makes are fetched at flush
    std::string table;        // __tablename__ with its schema, "" unknown; of single-table inheritance the parent's
    std::vector<ColumnInfo> columns;             // own first, then inherited
    std::vector<RelationshipInfo> relationships; // own first, then inherited; back references included
    std::vector<PropertyInfo> properties;        // own and inherited
    bool is_sqlmodel = false;

    [[nodiscard]] const RelationshipInfo* relationship(llvm::StringRef name) const;
    [[nodiscard]] const ColumnInfo* column(llvm::StringRef name) const;
    [[nodiscard]] const PropertyInfo* property(llvm::StringRef name) const;
};

class ModelTable {
  public:
    [[nodiscard]] const ModelInfo* find(ClassId id) const; // null: not a mapped class
    [[nodiscard]] llvm::ArrayRef<ModelInfo> models() const { return models_; }
    /// The program's declarative bases (`Base = declarative_base()`, `class Base(DeclarativeBase)`):
    /// of variables, the place of the call.
    [[nodiscard]] llvm::ArrayRef<Place> bases() const { return bases_; }

  private:
    friend ModelTable read_models(const Program&, const SymbolTable&, const Knowledge&);
    std::vector<ModelInfo> models_;
    llvm::DenseMap<std::uint32_t, std::uint32_t> by_class_;
    std::vector<Place> bases_;
};

/// Reads only; `program` and `symbols` are not kept. Models are by ClassId.
[[nodiscard]] ModelTable read_models(const Program& program, const SymbolTable& symbols, const Knowledge& knowledge);
/// A line a model, then one for each of its columns, relationships and properties, inherited ones marked.
[[nodiscard]] std::string print_models(const Program& program, const SymbolTable& symbols, const ModelTable& models);

} // namespace sqlawait
