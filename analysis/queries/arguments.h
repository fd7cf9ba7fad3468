// What the arguments of a query's methods say: entities and columns, joins and their cardinality,
// criteria that pin a row or pull another table in, loader options. Private to this folder.
#pragma once

#include "analysis/queries/queries.h"
#include "analysis/queries/query_methods.h"

#include <set>

namespace sqlawait {

/// The name that an attribute chain starts with: `self` of `self.state.db`; anything else is its own root.
[[nodiscard]] Node root_of(Node expression);
/// `db`, `self.db`, `request.state.db`: names and attributes alone, which may be said twice.
[[nodiscard]] bool is_path(Node expression);

class ArgumentReader {
  public:
    ArgumentReader(const Program& program, const SymbolTable& symbols, const ModelTable& models,
                   const Knowledge& knowledge, const TypeTable& types)
        : program_(program), symbols_(symbols), models_(models), knowledge_(knowledge), types_(types) {}
    /// Nodes of which module the questions are about.
    void enter(ModuleId module) { module_ = module; }
    [[nodiscard]] ModuleId module() const { return module_; }
    [[nodiscard]] const TypeTable& types() const { return types_; }
    [[nodiscard]] const ModelTable& models() const { return models_; }

    // entities.cpp
    enum class Column : std::uint8_t { unknown, entity, column, aggregate };
    [[nodiscard]] Column classify(Node argument) const;
    /// The mapped classes that a class expression may be.
    [[nodiscard]] llvm::SmallVector<ClassId, 2> classes(Node expression) const;
    [[nodiscard]] ClassId only_class(Node expression) const;
    /// Adds columns to a shape: what select(), add_columns() and with_only_columns() are given.
    void add_columns(QueryShape& shape, llvm::ArrayRef<Node> columns, bool unpacked) const;
    /// The columns that a call is given; of `*columns` those that the list holds, where that can be seen.
    [[nodiscard]] Arguments seen_columns(Node call) const;
    [[nodiscard]] QueryFrom from_of(Node expression) const;
    [[nodiscard]] bool may_load_collections(Node entity) const;
    [[nodiscard]] bool may_load_collections(ClassId entity) const;
    /// A query, select, subquery or the like: what is inside adds no FROM to what is around.
    [[nodiscard]] bool is_own_scope(Node expression) const;

    // joins.cpp
    void join(QueryShape& shape, Node call) const;
    void options(QueryShape& shape, Node call) const;
    [[nodiscard]] const RelationshipInfo* relationship(Node expression) const;

    // criteria.cpp
    void filter(QueryShape& shape, Node call) const;
    void filter_by(QueryShape& shape, Node call) const;
    /// Whether equality criteria among these pin a unique key of the FROM.
    [[nodiscard]] bool pins(llvm::ArrayRef<Node> criteria, const QueryFrom& from) const;
    /// Of columns that are compared by equality: whether they make up a key of the class.
    [[nodiscard]] bool is_key(llvm::ArrayRef<ClassId> classes, const std::set<std::string>& columns) const;

    /// What an expression was assigned when it is a name with one assignment that reaches; else itself.
    [[nodiscard]] Node value_of(Node expression) const;
    [[nodiscard]] Place place(Node node) const { return {module_, node.id()}; }

  private:
    friend class ReferenceReader;
    [[nodiscard]] bool is_hybrid(Node expression) const;
    [[nodiscard]] bool holds_columns(Node list) const;
    [[nodiscard]] bool joined_to_one(const QueryShape& shape, Node target, Node onclause) const;
    [[nodiscard]] bool foreign_key_leads(const QueryShape& shape, ClassId target) const;
    void pinned_columns(Node criterion, const QueryFrom& from, std::set<std::string>& columns) const;
    [[nodiscard]] bool same_from(Node object, const QueryFrom& from) const;
    [[nodiscard]] std::optional<llvm::SmallVector<Node, 8>> collected(Node list) const;
    [[nodiscard]] llvm::SmallVector<ClassId, 2> possible_classes(Node expression) const;

    const Program& program_;
    const SymbolTable& symbols_;
    const ModelTable& models_;
    const Knowledge& knowledge_;
    const TypeTable& types_;
    ModuleId module_;
};

} // namespace sqlawait
