// From declared relationships to what they are: targets, directions, back references.
#pragma once

#include "analysis/models/column_mentions.h"
#include "analysis/models/declarations.h"

#include "llvm/ADT/StringMap.h"

namespace sqlawait {

/// What is needed of a declaration until the directions are known.
struct PendingRelationship {
    RelationshipInfo info;
    std::optional<bool> typed_many; // what uselist= or a Mapped annotation says
    std::vector<ColumnMention> foreign_keys;
    std::vector<ColumnMention> remote_side;
    std::vector<ColumnMention> primary_join;
    std::optional<Place> backref; // a name or backref(...)
    ModuleId module;              // where names are looked up
    ScopeId scope;
};

/// By ClassId: the mapped and abstract models with their columns and tables; null for other classes.
using ModelIndex = std::vector<ModelInfo*>;

class RelationshipLinker {
  public:
    RelationshipLinker(const Vocabulary& vocabulary, const ClassFactsTable& classes, const ModelIndex& models);

    /// Adds a declaration to what its owner has.
    void add(ClassId owner, const RelationshipDeclaration& declaration);
    /// Once all are added: directions, back references. Then `own` gives each class's.
    void link();
    [[nodiscard]] std::vector<RelationshipInfo> own(ClassId id) const;

  private:
    struct Side {
        bool owner = false;
        bool target = false;
    };

    void read_target(const RelationshipDeclaration& declaration, PendingRelationship& pending) const;
    void read_annotation(const RelationshipDeclaration& declaration, PendingRelationship& pending) const;
    void read_arguments(const Declaration& call, PendingRelationship& pending) const;
    void read_argument(const Argument& argument, PendingRelationship& pending) const;
    [[nodiscard]] ClassId class_of_expression(Place expression) const;
    [[nodiscard]] ClassId class_by_name(llvm::StringRef name, ClassId near) const;
    [[nodiscard]] ClassId class_of_text(llvm::StringRef name, const PendingRelationship& pending) const;

    void find_direction(PendingRelationship& pending) const;
    [[nodiscard]] Direction self_referential_direction(const PendingRelationship& pending) const;
    [[nodiscard]] std::vector<const ColumnInfo*> foreign_keys(ClassId from, ClassId to) const;
    [[nodiscard]] bool refers_to(const ColumnInfo& column, ClassId to) const;
    [[nodiscard]] std::vector<std::string> tables(ClassId id) const;
    [[nodiscard]] bool related(ClassId a, ClassId b) const;
    [[nodiscard]] Side side_of(const ColumnMention& mention, const PendingRelationship& pending) const;
    [[nodiscard]] Direction direction_by_sides(llvm::ArrayRef<ColumnMention> foreign,
                                               const PendingRelationship& pending) const;
    void decide_cardinality(PendingRelationship& pending) const;
    void add_back_references();
    void infer_from_other_side();

    const Vocabulary& vocabulary_;
    const ClassFactsTable& classes_;
    const ModelIndex& models_;
    llvm::StringMap<llvm::SmallVector<ClassId, 1>> by_name_; // mapped classes
    std::vector<std::vector<PendingRelationship>> own_;      // by ClassId
};

} // namespace sqlawait
