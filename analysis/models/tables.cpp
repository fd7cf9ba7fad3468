// Tables: Table(...) constructs, their constraints, and the names that classes give their tables.
#include "analysis/models/declarations.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

ColumnInfo* column_in_database(std::vector<ColumnInfo>& columns, llvm::StringRef name) {
    for (ColumnInfo& column : columns)
        if (column.database_name == name)
            return &column;
    for (ColumnInfo& column : columns)
        if (column.name == name)
            return &column;
    return nullptr;
}

/// The column that an argument of a constraint means: "email", or the attribute itself.
ColumnInfo* constrained_column(const Vocabulary& vocabulary, Place argument, std::vector<ColumnInfo>& columns) {
    const Node node = vocabulary.node(argument);
    if (node.is(Kind::identifier)) {
        for (ColumnInfo& column : columns)
            if (column.name == node.text())
                return &column;
        return nullptr;
    }
    const auto name = vocabulary.string_value(argument);
    return name ? column_in_database(columns, *name) : nullptr;
}

std::vector<std::string> strings_in(const Vocabulary& vocabulary, Place list) {
    std::vector<std::string> out;
    const Place value = vocabulary.value_of(list);
    for (const Node element : vocabulary.node(value).named_children())
        out.push_back(vocabulary.string_value({value.module, element.id()}).value_or(""));
    return out;
}

/// Pieces of a string expression; nullopt when any of them can't be told.
class NameEvaluator {
  public:
    NameEvaluator(const Vocabulary& vocabulary, llvm::StringRef class_name)
        : vocabulary_(vocabulary), class_name_(class_name) {}

    std::optional<std::string> evaluate(Place expression, unsigned depth) const {
        if (depth > 16)
            return std::nullopt;
        const Node node = without_brackets(vocabulary_.node(expression));
        const auto inner = [&](Node part) { return evaluate({expression.module, part.id()}, depth + 1); };
        if (const auto plain = vocabulary_.string_value(expression))
            return plain;
        if (node.is(Kind::string))
            return evaluate_format(node, expression.module, depth);
        if (const Place value = vocabulary_.value_of(expression); value != expression && node.is(Kind::identifier))
            return evaluate(value, depth + 1); // a variable on the way
        if (node.is(Kind::attribute) && node.child(Field::attribute).text() == "__name__")
            return class_name_.str();
        if (node.is(Kind::binary_operator) && node.child_token("+")) {
            const auto left = inner(node.child(Field::left));
            const auto right = inner(node.child(Field::right));
            return left && right ? std::optional(*left + *right) : std::nullopt;
        }
        if (node.is(Kind::call))
            return evaluate_call(node, expression.module, depth);
        return std::nullopt;
    }

  private:
    std::optional<std::string> evaluate_format(Node string, ModuleId module, unsigned depth) const {
        std::string out;
        for (const Node piece : string.named_children()) {
            if (piece.is(Kind::string_content)) {
                out += piece.text();
            } else if (piece.is(Kind::interpolation)) {
                if (piece.child(Field::format_specifier) || piece.child(Field::type_conversion))
                    return std::nullopt;
                const auto value = evaluate({module, piece.child(Field::expression).id()}, depth + 1);
                if (!value)
                    return std::nullopt;
                out += *value;
            }
        }
        return out;
    }

    std::optional<std::string> evaluate_call(Node call, ModuleId module, unsigned depth) const {
        const Node callee = call.child(Field::function);
        const bool bare = callee.is(Kind::attribute) && call.child(Field::arguments).named_children().empty();
        const auto object = bare ? evaluate({module, callee.child(Field::object).id()}, depth + 1) : std::nullopt;
        if (!object)
            return std::nullopt;
        const llvm::StringRef method = callee.child(Field::attribute).text();
        if (method == "lower" || method == "casefold")
            return llvm::StringRef(*object).lower();
        if (method == "upper")
            return llvm::StringRef(*object).upper();
        return std::nullopt;
    }

    const Vocabulary& vocabulary_;
    llvm::StringRef class_name_;
};

} // namespace

bool same_table(llvm::StringRef a, llvm::StringRef b) {
    if (a == b)
        return true;
    if (a.contains('.') && b.contains('.'))
        return false;
    return (a.contains('.') ? a.rsplit('.').second : a) == (b.contains('.') ? b.rsplit('.').second : b);
}

std::string class_reference(ClassId id, llvm::StringRef column) {
    return "=" + llvm::utostr(id.value) + "." + column.str();
}

std::string evaluate_table_name(const Vocabulary& vocabulary, Place expression, llvm::StringRef class_name) {
    return NameEvaluator(vocabulary, class_name).evaluate(expression, 0).value_or("");
}

void apply_constraint(const Vocabulary& vocabulary, Place argument, std::vector<ColumnInfo>& columns) {
    const Declaration call = vocabulary.declaration(argument);
    llvm::SmallVector<ColumnInfo*, 4> named;
    std::size_t count = 0;
    for (std::size_t i = call.role == Role::index ? 1 : 0; const auto position = call.positional(i); ++i) {
        ++count;
        if (ColumnInfo* column = constrained_column(vocabulary, *position, columns))
            named.push_back(column);
    }
    switch (call.role) {
    case Role::primary_key_constraint:
        for (ColumnInfo* column : named) {
            column->primary_key = true;
            column->nullable = false;
        }
        break;
    case Role::index: {
        const auto unique = call.keyword("unique");
        // A partial index says nothing of the rows outside of it.
        const bool partial = llvm::any_of(
            call.arguments, [](const Argument& one) { return llvm::StringRef(one.keyword).ends_with("_where"); });
        if (!unique || !vocabulary.flag_value(*unique).value_or(false) || partial)
            break;
        [[fallthrough]];
    }
    case Role::unique_constraint:
        if (count == 1 && named.size() == 1)
            named[0]->unique = true;
        break;
    case Role::foreign_key_constraint: {
        const auto local = call.positional(0) ? call.positional(0) : call.keyword("columns");
        const auto remote = call.positional(1) ? call.positional(1) : call.keyword("refcolumns");
        if (!local || !remote)
            break;
        const std::vector<std::string> from = strings_in(vocabulary, *local);
        const std::vector<std::string> to = strings_in(vocabulary, *remote);
        for (std::size_t i = 0; i < std::min(from.size(), to.size()); ++i)
            if (ColumnInfo* column = column_in_database(columns, from[i]); column != nullptr && !to[i].empty())
                column->foreign_key = to[i];
        break;
    }
    default: break;
    }
}

std::optional<TableDeclaration> read_table(const Vocabulary& vocabulary, Place expression, ClassId owner) {
    const Declaration call = vocabulary.declaration(vocabulary.value_of(expression));
    if (call.role != Role::table)
        return std::nullopt;
    TableDeclaration table;
    const auto name = call.positional(0) ? call.positional(0) : call.keyword("name");
    if (name)
        table.name = vocabulary.string_value(*name).value_or("");
    if (const auto schema = call.keyword("schema"); schema && !table.name.empty())
        if (const auto text = vocabulary.string_value(*schema))
            table.name = *text + "." + table.name;
    for (const Argument& argument : call.arguments) {
        const Declaration part = argument.keyword.empty() ? vocabulary.declaration(argument.value) : Declaration();
        if (part.role != Role::column)
            continue;
        ColumnInfo column = read_column(vocabulary, part, std::nullopt, part.place.module, ScopeId{0});
        column.name = column.database_name;
        if (const auto key = part.keyword("key"))
            column.name = vocabulary.string_value(*key).value_or(column.name);
        if (column.name == column.database_name)
            column.database_name.clear();
        column.place = part.place;
        column.owner = owner;
        if (!column.name.empty())
            table.columns.push_back(std::move(column));
    }
    for (const Argument& argument : call.arguments)
        if (argument.keyword.empty())
            apply_constraint(vocabulary, argument.value, table.columns);
    return table;
}

} // namespace sqlawait
