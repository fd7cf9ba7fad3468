#include "analysis/queries/query_methods.h"

#include "analysis/queries/arguments.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

namespace sqlawait {

namespace {

// ---- effects on the shape ---------------------------------------------------------------------

void joins(QueryShape& shape, const ArgumentReader& reader, Node call) { reader.join(shape, call); }
void filters(QueryShape& shape, const ArgumentReader& reader, Node call) { reader.filter(shape, call); }
void filters_by(QueryShape& shape, const ArgumentReader& reader, Node call) { reader.filter_by(shape, call); }
void loads(QueryShape& shape, const ArgumentReader& reader, Node call) { reader.options(shape, call); }
void other(QueryShape& shape, const ArgumentReader&, Node) { shape.other_state = true; }
void orders(QueryShape& shape, const ArgumentReader&, Node) { shape.ordered = true; }
void yields(QueryShape& shape, const ArgumentReader&, Node) { shape.yields = true; }

void selects(QueryShape& shape, const ArgumentReader& reader, Node call) {
    const Arguments arguments = reader.seen_columns(call);
    shape = {};
    reader.add_columns(shape, arguments.positional, arguments.unpacked);
}

/// New columns; what the query joins and filters stays.
void replaces_columns(QueryShape& shape, const ArgumentReader& reader, Node call) {
    const Arguments arguments = reader.seen_columns(call);
    QueryShape columns;
    reader.add_columns(columns, arguments.positional, arguments.unpacked);
    shape.rows = columns.rows;
    shape.entity = columns.entity;
    shape.has_entity = columns.has_entity;
    shape.columns_unknown = columns.columns_unknown;
    shape.names_repeat = columns.names_repeat;
    shape.unhashable = columns.unhashable;
    shape.single_row = columns.single_row && !shape.grouped;
    shape.aggregates = columns.aggregates && !shape.grouped;
    shape.deduplicated = shape.unique_key = false;
    shape.other_state = true;
    shape.joins_many |= shape.froms != columns.froms;
    shape.all_selected = false;
    for (const QueryFrom& from : columns.froms)
        if (!llvm::is_contained(shape.froms, from))
            shape.froms.push_back(from);
}

void adds_columns(QueryShape& shape, const ArgumentReader& reader, Node call) {
    const Arguments arguments = reader.seen_columns(call);
    const bool one = shape.rows == QueryShape::Rows::unknown && shape.froms.empty();
    reader.add_columns(shape, arguments.positional, arguments.unpacked);
    if (!one)
        shape.rows = QueryShape::Rows::row;
    shape.entity = {};
    shape.single_row = shape.deduplicated = shape.unique_key = false;
    shape.other_state = true;
}

void selects_from(QueryShape& shape, const ArgumentReader& reader, Node call) {
    const Arguments arguments = arguments_of(call);
    shape.other_state = true;
    shape.all_selected = false;
    if (arguments.positional.size() != 1 || arguments.unpacked) {
        shape.froms_unknown = true;
        return;
    }
    // What is named first is the root: `query(func.count()).select_from(Author)`.
    const QueryFrom from = reader.from_of(arguments.positional[0]);
    if (shape.froms.empty()) {
        shape.single_row &= shape.froms_unknown; // EXISTS, for each row now
        shape.froms_unknown = !from.entity;
        shape.froms.push_back(from);
    } else if (shape.froms[0] != from) {
        shape.froms.insert(shape.froms.begin(), from);
        shape.joins_many = true;
        shape.unique_key = false;
    }
}

void limits(QueryShape& shape, const ArgumentReader& reader, Node call) {
    shape.limited = true;
    const Arguments arguments = arguments_of(call);
    const Node count = arguments.positional.size() == 1 ? reader.value_of(arguments.positional[0]) : Node();
    if (count && count.text() == "1")
        shape.single_row = true;
}

void shifts(QueryShape& shape, const ArgumentReader&, Node) { shape.limited = true; }

void makes_distinct(QueryShape& shape, const ArgumentReader&, Node call) {
    const Arguments arguments = arguments_of(call);
    shape.distinct = true;
    if (arguments.positional.empty() && !arguments.unpacked && shape.rows == QueryShape::Rows::entity)
        shape.deduplicated = true;
}

void groups(QueryShape& shape, const ArgumentReader& reader, Node call) {
    const Arguments arguments = arguments_of(call);
    shape.grouped = true;
    shape.single_row = shape.aggregates = false;
    if (arguments.positional.size() != 1 || arguments.unpacked || shape.rows != QueryShape::Rows::entity ||
        shape.froms.empty() || !shape.entity)
        return;
    const Node column = unwrap(arguments.positional[0]);
    if (column.is(Kind::attribute) && unwrap(column.child(Field::object)).text() == shape.froms[0].text &&
        reader.is_key({shape.entity}, {column.child(Field::attribute).text().str()}))
        shape.deduplicated = true;
}

void has(QueryShape& shape, const ArgumentReader&, Node) { shape.grouped = true; }

/// A union of entities selects from the class again: `where(Entity.id.in_(union of the keys))`.
void unites(QueryShape& shape, const ArgumentReader& reader, Node) {
    if (shape.rows == QueryShape::Rows::entity && shape.entity) {
        QueryShape united;
        united.rows = shape.rows;
        united.entity = shape.entity;
        united.has_entity = united.criteria = united.filtered = true;
        united.loads_many = reader.may_load_collections(shape.entity);
        united.mixed = shape.mixed;
        if (!shape.froms.empty())
            united.froms.push_back(shape.froms[0]);
        shape = united;
        return;
    }
    shape.set_operation = shape.joins_many = shape.other_state = true;
    shape.distinct = false; // that was of the first part
    shape.all_selected = shape.single_row = shape.aggregates = shape.unique_key = shape.deduplicated = false;
}

void reads_statement(QueryShape& shape, const ArgumentReader&, Node) {
    shape.from_statement = shape.joins_many = shape.other_state = true;
    shape.all_selected = shape.unique_key = false;
}

void resets_joinpoint(QueryShape& shape, const ArgumentReader&, Node) { shape.joinpoint = 0; }

void makes_tuples(QueryShape& shape, const ArgumentReader&, Node) {
    shape.rows = QueryShape::Rows::row;
    shape.entity = {};
}

void transforms(QueryShape& shape, const ArgumentReader&, Node) {
    shape.joins_many = shape.other_state = shape.criteria = shape.froms_unknown = true;
    shape.all_selected = false;
    shape.rows = QueryShape::Rows::unknown;
}

void relates(QueryShape& shape, const ArgumentReader&, Node) { shape.criteria = shape.filtered = true; }

using enum MethodKind;
using Form = LinkForm;

constexpr llvm::StringLiteral internal = "an internal attribute of Query without a counterpart on select()";

// clang-format off
const QueryMethod rows[] = {
    // What starts a query.
    {"query", producer, Form::select, "select", false, selects, ""},

    // Builders.
    {"filter",               builder, Form::where,      "where",             true,  filters,          ""},
    {"where",                builder, Form::same,       "",                  true,  filters,          ""},
    {"filter_by",            builder, Form::filter_by,  "",                  true,  filters_by,       ""},
    {"add_column",           builder, Form::renamed,    "add_columns",       false, adds_columns,     ""},
    {"add_columns",          builder, Form::same,       "",                  true,  adds_columns,     ""},
    {"add_entity",           builder, Form::renamed,    "add_columns",       false, adds_columns,     ""},
    {"with_entities",        builder, Form::renamed,    "with_only_columns", false, replaces_columns, ""},
    {"join",                 builder, Form::same,       "",                  true,  joins,            ""},
    {"outerjoin",            builder, Form::same,       "",                  true,  joins,            ""},
    {"select_from",          builder, Form::same,       "",                  true,  selects_from,     ""},
    {"options",              builder, Form::options,    "",                  true,  loads,            ""},
    {"order_by",             builder, Form::same,       "",                  true,  orders,           ""},
    {"group_by",             builder, Form::same,       "",                  true,  groups,           ""},
    {"having",               builder, Form::same,       "",                  true,  has,              ""},
    {"distinct",             builder, Form::same,       "",                  true,  makes_distinct,   ""},
    {"limit",                builder, Form::same,       "",                  true,  limits,           ""},
    {"offset",               builder, Form::same,       "",                  true,  shifts,           ""},
    {"slice",                builder, Form::same,       "",                  true,  shifts,           ""},
    {"with_for_update",      builder, Form::same,       "",                  true,  other,            ""},
    {"prefix_with",          builder, Form::same,       "",                  true,  other,            ""},
    {"suffix_with",          builder, Form::same,       "",                  true,  other,            ""},
    {"with_hint",            builder, Form::same,       "",                  true,  other,            ""},
    {"with_statement_hint",  builder, Form::same,       "",                  true,  other,            ""},
    {"correlate",            builder, Form::same,       "",                  true,  other,            ""},
    {"execution_options",    builder, Form::same,       "",                  true,  other,            ""},
    {"params",               builder, Form::same,       "",                  true,  other,            ""},
    {"set_label_style",      builder, Form::same,       "",                  true,  nullptr,          ""},
    {"apply_labels",         builder, Form::label_style, "set_label_style",  false, nullptr,          ""},
    {"with_labels",          builder, Form::label_style, "set_label_style",  false, nullptr,          ""},
    {"populate_existing",    builder, Form::execution_option, "populate_existing", false, other,      ""},
    {"autoflush",            builder, Form::execution_option, "autoflush",   false, other,            ""},
    {"yield_per",            builder, Form::dropped,    "",                  false, yields,           ""},
    {"enable_assertions",    builder, Form::dropped,    "",                  false, nullptr,          ""},
    {"reset_joinpoint",      builder, Form::dropped,    "",                  false, resets_joinpoint, ""},
    {"only_return_tuples",   builder, Form::dropped,    "",                  false, makes_tuples,     ""},
    {"tuples",               builder, Form::dropped,    "",                  false, makes_tuples,     ""},
    {"with_session",         builder, Form::dropped,    "",                  false, nullptr,          ""},
    {"with_parent",          builder, Form::with_parent, "",                 false, relates,          ""},
    {"with_transformation",  builder, Form::applied,    "",                  false, transforms,       ""},
    {"from_statement",       builder, Form::same,       "",                  true,  reads_statement,  ""},
    {"union",                builder, Form::set_operation, "",               false, unites,           ""},
    {"union_all",            builder, Form::set_operation, "",               false, unites,           ""},
    {"intersect",            builder, Form::set_operation, "",               false, unites,           ""},
    {"intersect_all",        builder, Form::set_operation, "",               false, unites,           ""},
    {"except_",              builder, Form::set_operation, "",               false, unites,           ""},
    {"except_all",           builder, Form::set_operation, "",               false, unites,           ""},
    {"enable_eagerloads",    refused, Form::same, "", false, nullptr,
     "select() has no enable_eagerloads(): leave the loader options out of this query, or add lazyload(\"*\")"},

    // What is no query any more.
    {"subquery",             value, Form::labelled, "",                      true,  nullptr, ""},
    {"cte",                  value, Form::same,     "",                      true,  nullptr, ""},
    {"scalar_subquery",      value, Form::same,     "",                      true,  nullptr, ""},
    {"as_scalar",            value, Form::renamed,  "scalar_subquery",       true,  nullptr, ""},
    {"label",                value, Form::same,     "",                      true,  nullptr, ""},
    {"exists",               value, Form::exists,   "",                      true,  nullptr, ""},
    {"get_children",         value, Form::same,     "",                      true,  nullptr, ""},
    {"get_execution_options", value, Form::same,    "",                      true,  nullptr, ""},
    {"get_label_style",      value, Form::same,     "",                      true,  nullptr, ""},
    {"column_descriptions",  attribute, Form::same, "",                      true,  nullptr, ""},
    {"whereclause",          attribute, Form::same, "",                      true,  nullptr, ""},
    {"statement",            attribute, Form::itself, "",                    false, nullptr, ""},
    {"selectable",           attribute, Form::itself, "",                    true,  nullptr, ""},
    {"__clause_element__",   value, Form::itself,   "",                      true,  nullptr, ""},

    // What runs it.
    {"all",                  terminal, Form::all,         "", false, nullptr, ""},
    {"first",                terminal, Form::first,       "", false, nullptr, ""},
    {"one",                  terminal, Form::one,         "", false, nullptr, ""},
    {"one_or_none",          terminal, Form::one_or_none, "", false, nullptr, ""},
    {"scalar",               terminal, Form::scalar,      "", false, nullptr, ""},
    {"count",                terminal, Form::count,       "", false, nullptr, ""},
    {"get",                  terminal, Form::get,         "", false, nullptr, ""},
    {"update",               terminal, Form::update,      "", false, nullptr, ""},
    {"delete",               terminal, Form::delete_,     "", false, nullptr, ""},
    {"value",                terminal, Form::value,       "", false, nullptr, ""},
    {"values",               terminal, Form::values,      "", false, nullptr, ""},
    {"__iter__",             terminal, Form::iterate,     "", false, nullptr, ""},
    {"__getitem__",          terminal, Form::index,       "", false, nullptr, ""},
    {"__bool__",             value,    Form::truth,       "", false, nullptr, ""},
    {"__str__",              value,    Form::text,        "", false, nullptr, ""},
    {"__or__",               builder,  Form::choice,      "", false, nullptr, ""},

    // What can't be said with select().
    {"merge_result", refused, Form::same, "", false, nullptr, "merge_result() is deprecated and has no counterpart"},
    {"instances",    refused, Form::same, "", false, nullptr, "instances() is deprecated and has no counterpart"},
    {"session",      refused, Form::same, "", false, nullptr, "a select() has no session: pass the session beside the query"},
    {"from_self",    refused, Form::same, "", false, nullptr, "from_self() was removed in SQLAlchemy 2.0: select from an aliased subquery"},
    {"select_entity_from", refused, Form::same, "", false, nullptr, "select_entity_from() was removed in SQLAlchemy 2.0: use aliased(Entity, selectable)"},
    {"with_polymorphic", refused, Form::same, "", false, nullptr, "Query.with_polymorphic() was removed in SQLAlchemy 2.0: query with_polymorphic(Entity, ...)"},
    {"is_single_entity", refused, Form::same, "", false, nullptr, internal},
    {"lazy_loaded_from", refused, Form::same, "", false, nullptr, internal},
    {"load_options",     refused, Form::same, "", false, nullptr, internal},
    {"dispatch",         refused, Form::same, "", false, nullptr, internal},
    {"logger",           refused, Form::same, "", false, nullptr, internal},
    {"logging_name",     refused, Form::same, "", false, nullptr, internal},
    {"memoized_attribute", refused, Form::same, "", false, nullptr, internal},
    {"memoized_instancemethod", refused, Form::same, "", false, nullptr, internal},
    {"is_select",        refused, Form::same, "", false, nullptr, internal},
    {"is_update",        refused, Form::same, "", false, nullptr, internal},
    {"is_delete",        refused, Form::same, "", false, nullptr, internal},
    {"is_insert",        refused, Form::same, "", false, nullptr, internal},
    {"is_dml",           refused, Form::same, "", false, nullptr, internal},
    {"is_text",          refused, Form::same, "", false, nullptr, internal},
    {"is_from_statement", refused, Form::same, "", false, nullptr, internal},
    {"supports_execution", refused, Form::same, "", false, nullptr, internal},
    {"allows_lambda",    refused, Form::same, "", false, nullptr, internal},
    {"uses_inspection",  refused, Form::same, "", false, nullptr, internal},
    {"ext",              refused, Form::same, "", false, nullptr, "Query.ext() applies extensions of one SQLAlchemy version: apply them to the select()"},
};
// clang-format on

} // namespace

llvm::ArrayRef<QueryMethod> query_methods() { return rows; }

const QueryMethod* query_method(llvm::StringRef name) {
    static const llvm::StringMap<const QueryMethod*> index = [] {
        llvm::StringMap<const QueryMethod*> made;
        for (const QueryMethod& row : rows)
            made[row.name] = &row;
        return made;
    }();
    const auto found = index.find(name);
    return found == index.end() ? nullptr : found->second;
}

const ColumnInfo* single_key(const ModelTable& models, ClassId entity) {
    const ModelInfo* model = entity ? models.find(entity) : nullptr;
    if (model == nullptr)
        return nullptr;
    const ColumnInfo* found = nullptr;
    for (const ColumnInfo& column : model->columns) {
        if (!column.primary_key)
            continue;
        if (found != nullptr && found->name != column.name)
            return nullptr;
        found = &column;
    }
    return found;
}

Node unwrap(Node expression) {
    while (expression.is(Kind::parenthesized_expression) && expression.named_child(0))
        expression = expression.named_child(0);
    return expression;
}

Arguments arguments_of(Node call) {
    Arguments out;
    const Node list = call.child(Field::arguments);
    if (!list.is(Kind::argument_list)) { // `f(x for x in y)`: the generator is the list
        if (list)
            out.positional.push_back(list);
        return out;
    }
    for (const Node argument : list.named_children()) {
        if (argument.is(Kind::keyword_argument))
            out.keywords.push_back(argument);
        else if (argument.is_any(Kind::list_splat, Kind::dictionary_splat, Kind::parenthesized_list_splat))
            out.unpacked = true;
        else
            out.positional.push_back(argument);
    }
    return out;
}

Node keyword(const Arguments& arguments, llvm::StringRef name) {
    for (const Node argument : arguments.keywords)
        if (argument.child(Field::name).text() == name)
            return argument.child(Field::value);
    return {};
}

} // namespace sqlawait
