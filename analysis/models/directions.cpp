// One or many? As SQLAlchemy's JoinCondition decides it (sqlalchemy.orm.relationships, 2.0): from the
// foreign keys between the two tables, from what foreign_keys, remote_side and primaryjoin name, and,
// for what can't be told alone, from the other side of a pair.
#include "analysis/models/relationships.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

Direction opposite(Direction direction) {
    switch (direction) {
    case Direction::many_to_one: return Direction::one_to_many;
    case Direction::one_to_many: return Direction::many_to_one;
    default: return direction;
    }
}

} // namespace

std::vector<std::string> RelationshipLinker::tables(ClassId id) const {
    std::vector<std::string> out;
    for (const ClassId base : classes_.facts[id.value].linear) {
        const ModelInfo* model = models_[base.value];
        if (model != nullptr && !model->table.empty() && (!model->abstract || base == id) &&
            !llvm::is_contained(out, model->table))
            out.push_back(model->table);
    }
    return out;
}

bool RelationshipLinker::related(ClassId a, ClassId b) const {
    return llvm::any_of(classes_.facts[a.value].linear, [&](ClassId base) {
        return models_[base.value] != nullptr && !models_[base.value]->abstract &&
               llvm::is_contained(classes_.facts[b.value].linear, base);
    });
}

bool RelationshipLinker::refers_to(const ColumnInfo& column, ClassId to) const {
    if (column.foreign_key.empty())
        return false;
    const llvm::StringRef table = llvm::StringRef(column.foreign_key).rsplit('.').first;
    return llvm::any_of(tables(to), [&](llvm::StringRef name) { return same_table(name, table); });
}

/// Columns of one class that refer to another's tables; the keys that join a table to its parent's are none.
std::vector<const ColumnInfo*> RelationshipLinker::foreign_keys(ClassId from, ClassId to) const {
    std::vector<const ColumnInfo*> out;
    for (const ColumnInfo& column : models_[from.value]->columns) {
        if (!refers_to(column, to))
            continue;
        const bool inherits = column.primary_key && llvm::any_of(classes_.facts[from.value].linear, [&](ClassId base) {
                                  const ModelInfo* model = models_[base.value];
                                  return base != from && model != nullptr && !model->abstract &&
                                         refers_to(column, base) &&
                                         !llvm::is_contained(classes_.facts[base.value].linear, column.owner);
                              });
        if (!inherits)
            out.push_back(&column);
    }
    return out;
}

RelationshipLinker::Side RelationshipLinker::side_of(const ColumnMention& mention,
                                                     const PendingRelationship& pending) const {
    const ClassId owner = pending.info.owner;
    const ClassId target = pending.info.target;
    const auto has_column = [&](ClassId id) { return models_[id.value]->column(mention.name) != nullptr; };
    if (mention.qualifier.empty() || mention.qualifier == "cls" || mention.qualifier == "self")
        return {has_column(owner), false};
    llvm::StringRef qualifier = mention.qualifier;
    if (qualifier.consume_back(".c") || qualifier.consume_back(".columns"))
        qualifier.consume_back(".__table__");
    if (const ClassId id = class_of_text(qualifier, pending)) {
        const auto inherits = [&](ClassId from) { return llvm::is_contained(classes_.facts[from.value].linear, id); };
        return {inherits(owner), inherits(target)};
    }
    std::string table = qualifier.str();
    for (const Target& variable : vocabulary_.resolve_text(pending.module, pending.scope, qualifier))
        for (const Place value : vocabulary_.assigned_values(variable))
            if (const auto declared = read_table(vocabulary_, value, owner))
                table = declared->name;
    const auto has_table = [&](ClassId id) {
        return llvm::any_of(tables(id), [&](llvm::StringRef name) { return same_table(name, table); });
    };
    return {has_table(owner), has_table(target)};
}

/// From whose columns the foreign ones are.
Direction RelationshipLinker::direction_by_sides(llvm::ArrayRef<ColumnMention> foreign,
                                                 const PendingRelationship& pending) const {
    bool owner = false;
    bool target = false;
    for (const ColumnMention& mention : foreign) {
        const Side side = side_of(mention, pending);
        if (side.owner == side.target)
            return Direction::unknown;
        owner |= side.owner;
        target |= side.target;
    }
    if (owner == target)
        return Direction::unknown;
    return owner ? Direction::many_to_one : Direction::one_to_many;
}

/// An adjacency list: one-to-many, unless remote_side names something else than the foreign key.
Direction RelationshipLinker::self_referential_direction(const PendingRelationship& pending) const {
    std::vector<ColumnMention> remote = pending.remote_side;
    std::vector<ColumnMention> foreign = pending.foreign_keys;
    for (const ColumnMention& mention : pending.primary_join) {
        if (mention.remote)
            remote.push_back(mention);
        if (mention.foreign)
            foreign.push_back(mention);
    }
    if (remote.empty())
        return Direction::one_to_many;
    const auto is_foreign = [&](const ColumnMention& mention) {
        if (!foreign.empty())
            return llvm::any_of(foreign, [&](const ColumnMention& other) { return other.name == mention.name; });
        const ColumnInfo* column = models_[pending.info.owner.value]->column(mention.name);
        if (column == nullptr)
            for (const ColumnInfo& other : models_[pending.info.owner.value]->columns)
                if (other.database_name == mention.name)
                    column = &other;
        return column != nullptr && refers_to(*column, pending.info.target);
    };
    return llvm::all_of(remote, is_foreign) ? Direction::one_to_many : Direction::many_to_one;
}

void RelationshipLinker::find_direction(PendingRelationship& pending) const {
    RelationshipInfo& info = pending.info;
    if (info.secondary) {
        info.direction = Direction::many_to_many;
        return;
    }
    if (!info.target || models_[info.target.value] == nullptr)
        return;
    std::vector<ColumnMention> foreign = pending.foreign_keys;
    if (foreign.empty())
        llvm::copy_if(pending.primary_join, std::back_inserter(foreign),
                      [](const ColumnMention& mention) { return mention.foreign; });
    if (!foreign.empty())
        info.direction = direction_by_sides(foreign, pending);
    if (info.direction != Direction::unknown)
        return;
    auto local = foreign_keys(info.owner, info.target);
    auto remote = foreign_keys(info.target, info.owner);
    if (related(info.owner, info.target) && ((!local.empty() && !remote.empty()) || info.owner == info.target)) {
        // Nothing is known of the keys of a table that the program does not spell out.
        if (!local.empty() || !pending.remote_side.empty() || !foreign.empty())
            info.direction = self_referential_direction(pending);
        return;
    }
    if (!pending.primary_join.empty()) {
        // Of several keys those that the join speaks of.
        const auto keep = [&](std::vector<const ColumnInfo*>& columns, bool of_owner) {
            std::erase_if(columns, [&](const ColumnInfo* column) {
                return llvm::none_of(pending.primary_join, [&](const ColumnMention& mention) {
                    const Side side = side_of(mention, pending);
                    return (of_owner ? side.owner : side.target) &&
                           (mention.name == column->name || mention.name == column->database_name);
                });
            });
        };
        keep(local, true);
        keep(remote, false);
    }
    if (local.empty() != remote.empty())
        info.direction = local.empty() ? Direction::one_to_many : Direction::many_to_one;
}

void RelationshipLinker::decide_cardinality(PendingRelationship& pending) const {
    RelationshipInfo& info = pending.info;
    if (pending.typed_many)
        info.to_many = pending.typed_many;
    else if (info.loading == Loading::dynamic || info.loading == Loading::write_only)
        info.to_many = true;
    else if (info.direction != Direction::unknown)
        info.to_many = info.direction != Direction::many_to_one;
    // Only a collection can be many: SQLAlchemy joins many-to-one ones to a single row.
    if (info.to_many.value_or(false) && info.collection.empty())
        info.collection = "list";
    if (info.to_many && !*info.to_many)
        info.collection.clear();
}

/// backref="x" and backref("x", ...) make the other side on the target.
void RelationshipLinker::add_back_references() {
    for (std::size_t id = 0; id < own_.size(); ++id) {
        for (std::size_t i = 0; i < own_[id].size(); ++i) {
            PendingRelationship& from = own_[id][i];
            if (!from.backref)
                continue;
            PendingRelationship back;
            std::optional<std::string> name = vocabulary_.string_value(*from.backref);
            Declaration options;
            if (!name) {
                options = vocabulary_.declaration(*from.backref);
                if (options.role == Role::relationship_options && options.positional(0))
                    name = vocabulary_.string_value(*options.positional(0));
            }
            if (!name || name->empty())
                continue;
            from.info.back_populates = *name;
            const ClassId target = from.info.target;
            if (!target || models_[target.value] == nullptr)
                continue;
            auto& others = own_[target.value];
            if (llvm::any_of(others, [&](const PendingRelationship& other) { return other.info.name == *name; }))
                continue;
            back.module = from.module;
            back.scope = from.scope;
            back.info.name = *name;
            back.info.place = from.info.place;
            back.info.owner = target;
            back.info.target = from.info.owner;
            back.info.target_name = vocabulary_.symbols().class_(from.info.owner).name;
            back.info.secondary = from.info.secondary;
            back.info.viewonly = from.info.viewonly;
            back.info.passive_deletes = false;
            back.info.from_backref = true;
            back.info.back_populates = from.info.name;
            read_arguments(options, back);
            if (from.info.direction == Direction::one_to_many && !back.remote_side.empty())
                back.info.direction = Direction::many_to_one;
            else
                back.info.direction = opposite(from.info.direction);
            decide_cardinality(back);
            others.push_back(std::move(back)); // may move `from`, which is not used any more
        }
    }
}

/// What one side of a pair proves, the other side has by it.
void RelationshipLinker::infer_from_other_side() {
    for (auto& list : own_) {
        for (PendingRelationship& pending : list) {
            RelationshipInfo& info = pending.info;
            if (info.direction != Direction::unknown || info.back_populates.empty() || !info.target)
                continue;
            for (const ClassId base : classes_.facts[info.target.value].linear) {
                for (const PendingRelationship& other : own_[base.value]) {
                    if (other.info.name != info.back_populates)
                        continue;
                    // A collection without a secondary table is the one-to-many side, whatever its keys.
                    const bool collection = other.info.to_many.value_or(false) && !other.info.secondary;
                    const Direction direction = collection ? Direction::one_to_many : other.info.direction;
                    info.direction = opposite(direction);
                    decide_cardinality(pending);
                }
            }
        }
    }
}

void RelationshipLinker::link() {
    for (auto& list : own_) {
        for (PendingRelationship& pending : list) {
            find_direction(pending);
            decide_cardinality(pending);
        }
    }
    add_back_references();
    infer_from_other_side();
}

} // namespace sqlawait
