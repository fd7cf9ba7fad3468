// What a query selects: entities, columns, aggregates.
#include "analysis/queries/arguments.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// Functions that fold all rows into one, in the spelling of `func.name`.
bool is_aggregate_function(llvm::StringRef name) {
    static constexpr llvm::StringLiteral names[] = {"count",
                                                    "sum",
                                                    "avg",
                                                    "min",
                                                    "max",
                                                    "array_agg",
                                                    "string_agg",
                                                    "group_concat",
                                                    "json_agg",
                                                    "jsonb_agg",
                                                    "bool_and",
                                                    "bool_or",
                                                    "every",
                                                    "bit_and",
                                                    "bit_or",
                                                    "stddev",
                                                    "stddev_pop",
                                                    "stddev_samp",
                                                    "variance",
                                                    "var_pop",
                                                    "var_samp",
                                                    "total",
                                                    "aggregate_strings",
                                                    "json_object_agg",
                                                    "jsonb_object_agg",
                                                    "percentile_cont",
                                                    "percentile_disc",
                                                    "mode"};
    const std::string lower = name.lower();
    return llvm::is_contained(names, llvm::StringRef(lower));
}

/// Methods of a column expression that keep an aggregate an aggregate.
bool keeps_aggregate(llvm::StringRef method) {
    return llvm::is_contained(
        {"label", "cast", "filter", "within_group", "op", "desc", "asc", "is_", "is_not", "isnot"}, method);
}

/// `totals.c.price`, `totals.columns["price"]`: what the collection of columns gives is no class.
bool is_column_of_selectable(Node expression) {
    if (!expression.is_any(Kind::attribute, Kind::subscript))
        return false;
    const Node columns = unwrap(expression.child(expression.is(Kind::attribute) ? Field::object : Field::value));
    return columns.is(Kind::attribute) &&
           llvm::is_contained({"c", "columns"}, columns.child(Field::attribute).text()) &&
           !llvm::is_contained({"c", "columns"}, expression.child(Field::attribute).text());
}

/// What a column is called in the rows: `Author.name`, `func.max(Book.price).label("top")`; "" not seen.
llvm::StringRef column_name(Node column) {
    if (column.is(Kind::attribute))
        return column.child(Field::attribute).text();
    if (!column.is(Kind::call) || !column.child(Field::function).is(Kind::attribute) ||
        column.child(Field::function).child(Field::attribute).text() != "label")
        return "";
    const Arguments arguments = arguments_of(column);
    return arguments.positional.size() == 1 ? arguments.positional[0].text().trim("'\"") : "";
}

} // namespace

Node ArgumentReader::value_of(Node expression) const {
    Node at = unwrap(expression);
    for (unsigned step = 0; step < 4 && at.is(Kind::identifier); ++step) {
        const ModuleBindings& bindings = symbols_.bindings(module_);
        const auto reaching = bindings.reaching(at.id());
        if (reaching.size() != 1)
            return at;
        const Definition& definition = bindings.definition(reaching[0]);
        const Node node = at.tree().node(definition.node);
        if (definition.kind != DefinitionKind::assignment || node.child(Field::left).id() != definition.name ||
            !node.child(Field::right))
            return at;
        at = unwrap(node.child(Field::right));
    }
    return at;
}

llvm::SmallVector<ClassId, 2> ArgumentReader::classes(Node expression) const {
    llvm::SmallVector<ClassId, 2> out;
    for (const Atom& atom : types_.store().atoms(types_.type_of(place(unwrap(expression)))))
        if (atom.kind == Atom::Kind::class_)
            out.push_back(ClassId{atom.id});
    return out;
}

ClassId ArgumentReader::only_class(Node expression) const {
    const auto found = classes(expression);
    const auto& store = types_.store();
    const TypeId type = types_.type_of(place(unwrap(expression)));
    return found.size() == 1 && store.atoms(type).size() == 1 ? found[0] : ClassId{};
}

bool ArgumentReader::is_own_scope(Node expression) const {
    const TypeStore& store = types_.store();
    return store.some(types_.type_of(place(expression)), [&](const Atom& atom) {
        const llvm::StringRef name = store.external_class(atom);
        if (name.empty())
            return false;
        const Role role = knowledge_.role(name);
        return role == Role::query || role == Role::select || name == "sqlalchemy.Exists" ||
               name == "sqlalchemy.ScalarSelect" || name == "sqlalchemy.Subquery" || name == "sqlalchemy.CTE";
    });
}

/// `Author.label`: read from the class, a hybrid property is SQL.
bool ArgumentReader::is_hybrid(Node expression) const {
    if (!expression.is(Kind::attribute))
        return false;
    const auto owners = classes(expression.child(Field::object));
    return !owners.empty() && llvm::all_of(owners, [&](ClassId owner) {
        const ModelInfo* model = models_.find(owner);
        const PropertyInfo* property =
            model == nullptr ? nullptr : model->property(expression.child(Field::attribute).text());
        return property != nullptr && property->hybrid;
    });
}

/// The elements of a list that is not seen itself, by its type: `*columns` of a function that is given columns.
bool ArgumentReader::holds_columns(Node list) const {
    const TypeStore& store = types_.store();
    const auto is_column = [&](const Atom& atom) {
        if (atom.kind != Atom::Kind::external_instance)
            return false;
        const llvm::StringRef name = store.external_class(atom);
        return name.starts_with("sqlalchemy.") && name != "sqlalchemy.orm.Bundle" && name != "sqlalchemy.Table" &&
               name != "sqlalchemy.Subquery" && name != "sqlalchemy.CTE";
    };
    const TypeId type = types_.type_of(place(list));
    bool any = false; // an empty list among others gives none
    return store.all(type, [&](const Atom& atom) {
        const llvm::StringRef name = store.external_class(atom);
        return atom.kind == Atom::Kind::external_instance &&
               llvm::is_contained({"builtins.tuple", "builtins.list"}, name) && !atom.args.empty() &&
               llvm::all_of(atom.args, [&](TypeId part) {
                   any |= part != TypeStore::nothing;
                   return part == TypeStore::nothing || (!store.atoms(part).empty() && store.all(part, is_column));
               });
    }) && any;
}

ArgumentReader::Column ArgumentReader::classify(Node argument) const {
    const Node expression = unwrap(argument);
    const TypeStore& store = types_.store();
    const TypeId type = types_.type_of(place(expression));
    const auto atoms = store.atoms(type);
    bool entity = false, column = false, first = true;
    for (const Atom& atom : atoms) {
        if (atom.kind == Atom::Kind::none)
            continue; // `model = None` in a base class: a query of None raises
        if (std::exchange(first, false))
            entity = column = true;
        // `model: type`, `model: DeclarativeMeta`: of instances of a metaclass a query takes the class.
        const llvm::StringRef name = store.external_class(atom);
        const bool is_class = atom.kind == Atom::Kind::class_ ||
                              (atom.kind == Atom::Kind::type_variable && atom.bound) || name == "builtins.type" ||
                              name == "sqlalchemy.orm.DeclarativeMeta" ||
                              (atom.kind == Atom::Kind::external && // Type[DeclarativeMeta]
                               store.text(atom.id) == "sqlalchemy.orm.DeclarativeMeta");
        entity &= is_class;
        column &= !is_class && name != "builtins.object" && knowledge_.role(name) != Role::declarative_root &&
                  (atom.kind == Atom::Kind::external_instance || atom.kind == Atom::Kind::literal);
    }
    if (entity)
        return Column::entity;
    if (is_column_of_selectable(expression) || is_hybrid(expression))
        return Column::column;
    // `func.count(x)`, arithmetic and functions over it: one row whatever the table holds.
    const Node value = value_of(expression);
    if (value.is(Kind::call)) {
        const Node function = value.child(Field::function);
        if (function.is(Kind::attribute)) {
            const llvm::StringRef name = function.child(Field::attribute).text();
            const Node object = unwrap(function.child(Field::object));
            const bool of_func = object.text() == "func" || object.text().ends_with(".func");
            if (name == "over")
                return Column::column;
            if (of_func && is_aggregate_function(name))
                return Column::aggregate;
            if (!of_func && keeps_aggregate(name))
                if (const Column inner = classify(object); inner != Column::unknown || name == "label")
                    return inner == Column::unknown ? Column::column : inner; // what has a label is no class
            if (of_func) {
                for (const Node part : arguments_of(value).positional)
                    if (classify(part) == Column::aggregate)
                        return Column::aggregate;
                return Column::column;
            }
        } else if (function.text() == "getattr" &&
                   only_class(arguments_of(value).positional.empty() ? function : arguments_of(value).positional[0])) {
            return Column::column;
        } else if (llvm::is_contained({"cast", "type_coerce"}, function.text())) {
            const Arguments arguments = arguments_of(value);
            if (!arguments.positional.empty() && classify(arguments.positional[0]) == Column::aggregate)
                return Column::aggregate;
        }
    }
    if (value.is(Kind::binary_operator)) {
        const Column left = classify(value.child(Field::left)), right = classify(value.child(Field::right));
        if (left == Column::aggregate || right == Column::aggregate)
            return Column::aggregate;
        return Column::column;
    }
    if (value.is_any(Kind::comparison_operator, Kind::unary_operator, Kind::boolean_operator, Kind::string,
                     Kind::integer))
        return Column::column;
    // A bundle may be told to count as an entity of its own.
    if (store.some(type, [&](const Atom& atom) { return store.external_class(atom) == "sqlalchemy.orm.Bundle"; }))
        return value.is(Kind::call) && !keyword(arguments_of(value), "single_entity") ? Column::column
                                                                                      : Column::unknown;
    return column ? Column::column : Column::unknown;
}

bool ArgumentReader::may_load_collections(ClassId entity) const {
    // Collections that a mapping joins by itself, also through single objects that it joins.
    llvm::SmallVector<ClassId, 4> open{entity};
    std::set<std::uint32_t> seen{entity.value};
    while (!open.empty()) {
        const ModelInfo* model = models_.find(open.pop_back_val());
        if (model == nullptr)
            return false;
        for (const RelationshipInfo& relationship : model->relationships) {
            if (relationship.loading != Loading::joined)
                continue;
            if (relationship.to_many.value_or(true))
                return true;
            if (relationship.target && seen.insert(relationship.target.value).second)
                open.push_back(relationship.target);
        }
    }
    return false;
}

bool ArgumentReader::may_load_collections(Node entity) const {
    const auto found = classes(entity);
    if (!found.empty())
        return llvm::any_of(found, [&](ClassId id) { return may_load_collections(id); });
    return llvm::any_of(models_.models(), [&](const ModelInfo& model) { return may_load_collections(model.class_); });
}

QueryFrom ArgumentReader::from_of(Node expression) const {
    const Node at = unwrap(expression);
    QueryFrom from{only_class(at), at.text().str(), false};
    const Node value = value_of(at);
    if (value.is(Kind::call)) {
        const std::string callee = knowledge_.canonical(symbols_.external_name(module_, value.child(Field::function)));
        from.alias = callee == "sqlalchemy.orm.aliased" || callee == "sqlalchemy.orm.with_polymorphic";
    }
    return from;
}

Arguments ArgumentReader::seen_columns(Node call) const {
    Arguments out = arguments_of(call);
    if (!out.unpacked)
        return out;
    const auto are_columns = [&](llvm::ArrayRef<Node> parts) {
        return llvm::all_of(
            parts, [&](Node part) { return llvm::is_contained({Column::column, Column::aggregate}, classify(part)); });
    };
    out.unpacked = false;
    for (const Node argument : call.child(Field::arguments).named_children()) {
        if (argument.is_any(Kind::dictionary_splat, Kind::parenthesized_list_splat))
            out.unpacked = true;
        if (!argument.is(Kind::list_splat))
            continue;
        const Node list = unwrap(argument.named_child(0));
        llvm::SmallVector<Node, 8> parts;
        if (list.is_any(Kind::list, Kind::tuple)) {
            parts = list.named_children();
            out.unpacked |= llvm::any_of(parts, [](Node part) { return part.is(Kind::list_splat); });
        } else if (list.is_any(Kind::list_comprehension, Kind::generator_expression)) {
            // How many there are does not matter to columns: one is a row, too.
            parts = {list.child(Field::body), list.child(Field::body)};
            out.unpacked |= !are_columns(parts);
        } else if (const auto found = collected(list); found && are_columns(*found) && !found->empty()) {
            parts = *found;
            parts.push_back(found->front());
        } else if (const Node value = value_of(list); value.is(Kind::list_comprehension)) {
            parts = {value.child(Field::body), value.child(Field::body)};
            out.unpacked |= !are_columns(parts);
        } else if (holds_columns(list)) {
            parts = {list, list};
        } else {
            out.unpacked = true;
        }
        if (!out.unpacked)
            out.positional.append(parts.begin(), parts.end());
    }
    return out;
}

void ArgumentReader::add_columns(QueryShape& shape, llvm::ArrayRef<Node> columns, bool unpacked) const {
    const bool first = shape.froms.empty() && !shape.has_entity && !shape.columns_unknown;
    bool all_aggregates = !columns.empty() && !unpacked;
    shape.all_selected = first && !columns.empty() && !unpacked;
    std::size_t entities = 0;
    std::set<llvm::StringRef> names;
    shape.names_repeat |= !first;
    const auto is_exists = [&](Node column) {
        return types_.store().some(types_.type_of(place(column)), [&](const Atom& atom) {
            return types_.store().external_class(atom) == "sqlalchemy.Exists";
        });
    };
    shape.columns_unknown |= unpacked;
    for (const Node column : columns) {
        const Column kind = classify(column);
        const Node value = unwrap(column);
        if (const llvm::StringRef name = column_name(value); !name.empty())
            shape.names_repeat |= !names.insert(name).second;
        all_aggregates &= kind == Column::aggregate || (columns.size() == 1 && is_exists(value));
        if (kind == Column::entity) {
            shape.has_entity = true;
            ++entities;
            shape.loads_many |= may_load_collections(value);
            const QueryFrom from = from_of(value);
            shape.joins_many |= !shape.froms.empty() && !llvm::is_contained(shape.froms, from);
            if (!llvm::is_contained(shape.froms, from))
                shape.froms.push_back(from);
            continue;
        }
        if (kind == Column::unknown)
            shape.columns_unknown = true;
        // `Author.name` selects from Author.
        Node object = value;
        while (object.is(Kind::call) && object.child(Field::function).is(Kind::attribute))
            object = object.child(Field::function).child(Field::object);
        if (object.is(Kind::attribute)) {
            const Node owner = unwrap(object.child(Field::object));
            if (const QueryFrom from = from_of(owner); from.entity && !llvm::is_contained(shape.froms, from))
                shape.froms.push_back(from);
            if (const ClassId owner_class = only_class(owner))
                if (const ModelInfo* model = models_.find(owner_class))
                    if (const ColumnInfo* info = model->column(object.child(Field::attribute).text()))
                        shape.unhashable |= !info->hashable;
        } else if (!value.is_any(Kind::call, Kind::string, Kind::integer)) {
            shape.froms_unknown = true;
        }
        if (is_column_of_selectable(value)) // what else it selects from may repeat the entities
            shape.froms_unknown = shape.joins_many = true;
    }
    // A FROM that a column brought is no entity; an entity that is not known may be of any.
    shape.all_selected &= entities > 0 && entities == shape.froms.size() && !shape.froms_unknown &&
                          llvm::all_of(shape.froms, [](const QueryFrom& from) { return bool(from.entity); });
    if (first && columns.size() == 1 && !unpacked) {
        const Column kind = classify(columns[0]);
        shape.rows = kind == Column::entity    ? QueryShape::Rows::entity
                     : kind == Column::unknown ? QueryShape::Rows::unknown
                                               : QueryShape::Rows::row;
        if (kind == Column::entity)
            shape.entity = only_class(columns[0]);
    } else {
        shape.rows = QueryShape::Rows::row;
        shape.entity = {};
    }
    shape.single_row = first && all_aggregates;
    shape.aggregates = all_aggregates && (first || shape.aggregates);
    // EXISTS alone selects from nothing.
    if (shape.froms.empty() && !(columns.size() == 1 && is_exists(unwrap(columns[0]))))
        shape.froms_unknown = true;
}

} // namespace sqlawait
