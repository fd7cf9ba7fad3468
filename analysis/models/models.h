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

struct ColumnInfo {
    std::string name; // of the attribute
    Place place;
    bool primary_key = false;
    bool unique = false;   // alone, not as part of a composite
    bool nullable = true;
    bool server_default = false;
    bool onupdate = false; // expires at UPDATE when it is SQL (func.now()) or server-side
    bool onupdate_is_sql = false;
    bool deferred = false;
    bool is_expression = false; // column_property
    std::string type;      // last part of the type's name: "JSON", "DateTime"; "" unknown
    bool hashable = true;  // false for JSON, ARRAY, HSTORE: such rows are not uniqued
    std::string foreign_key; // "authors.id", or ""
};

struct RelationshipInfo {
    std::string name;
    Place place;           // the call, on this side or on the other for a backref
    ClassId owner;         // the class that declares it (subclasses inherit it)
    ClassId target;        // none when not found
    std::string target_name; // as written
    std::optional<bool> to_many; // nullopt: not provable
    bool secondary = false;
    bool viewonly = false;
    bool from_backref = false;
    std::string back_populates; // the other side's attribute, or ""
    Loading loading = Loading::select;
    std::string cascade;
};

struct PropertyInfo { // @property, hybrid_property, association_proxy, synonym
    std::string name;
    FunctionId function;           // none for proxies
    std::string proxy_relationship; // association_proxy("tags", "name") -> tags
    std::string proxy_attribute;
    bool hybrid = false;
};

struct ModelInfo {
    ClassId class_;
    bool abstract = false;    // __abstract__, a mixin or the base itself: no table of its own
    bool polymorphic = false; // polymorphic_on here or above
    std::string table;        // __tablename__, "" unknown
    std::vector<ColumnInfo> columns;             // own and inherited
    std::vector<RelationshipInfo> relationships; // own and inherited, back references included
    std::vector<PropertyInfo> properties;
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
    friend class ModelReader;
    std::vector<ModelInfo> models_;
    llvm::DenseMap<std::uint32_t, std::uint32_t> by_class_;
    std::vector<Place> bases_;
};

[[nodiscard]] ModelTable read_models(const Program& program, const SymbolTable& symbols, const Knowledge& knowledge);
[[nodiscard]] std::string print_models(const Program& program, const SymbolTable& symbols, const ModelTable& models);

} // namespace sqlawait
