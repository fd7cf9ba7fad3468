// The names of roles, entries and functions of templates, as the tables and printed forms spell them.
#include "analysis/knowledge/knowledge.h"

#include <algorithm>
#include <array>

namespace sqlawait {

namespace {

template <typename Value> struct Named {
    Value value;
    llvm::StringRef name;
};

constexpr auto roles = std::to_array<Named<Role>>({
    {Role::none, "none"},
    {Role::session, "session"},
    {Role::async_session, "async_session"},
    {Role::session_factory, "session_factory"},
    {Role::async_session_factory, "async_session_factory"},
    {Role::scoped_session, "scoped_session"},
    {Role::engine, "engine"},
    {Role::async_engine, "async_engine"},
    {Role::connection, "connection"},
    {Role::async_connection, "async_connection"},
    {Role::transaction, "transaction"},
    {Role::async_transaction, "async_transaction"},
    {Role::query, "query"},
    {Role::select, "select"},
    {Role::statement, "statement"},
    {Role::result, "result"},
    {Role::scalar_result, "scalar_result"},
    {Role::row, "row"},
    {Role::declarative_base, "declarative_base"},
    {Role::declarative_factory, "declarative_factory"},
    {Role::relationship, "relationship"},
    {Role::column, "column"},
    {Role::namespace_, "namespace"},
    {Role::route, "route"},
    {Role::test_double, "test_double"},
    {Role::http_client, "http_client"},
    {Role::serialiser, "serialiser"},
    {Role::mapped, "mapped"},
    {Role::dynamic_mapped, "dynamic_mapped"},
    {Role::write_only_mapped, "write_only_mapped"},
    {Role::registry, "registry"},
    {Role::mapped_decorator, "mapped_decorator"},
    {Role::base_decorator, "base_decorator"},
    {Role::imperative_mapping, "imperative_mapping"},
    {Role::declarative_root, "declarative_root"},
    {Role::table_flag_base, "table_flag_base"},
    {Role::field, "field"},
    {Role::relationship_options, "relationship_options"},
    {Role::dynamic_relationship, "dynamic_relationship"},
    {Role::column_expression, "column_expression"},
    {Role::deferred_column, "deferred_column"},
    {Role::association_proxy, "association_proxy"},
    {Role::synonym, "synonym"},
    {Role::hybrid, "hybrid"},
    {Role::declared_attribute, "declared_attribute"},
    {Role::computed_property, "computed_property"},
    {Role::foreign_key, "foreign_key"},
    {Role::foreign_key_constraint, "foreign_key_constraint"},
    {Role::primary_key_constraint, "primary_key_constraint"},
    {Role::unique_constraint, "unique_constraint"},
    {Role::index, "index"},
    {Role::server_value, "server_value"},
    {Role::computed_value, "computed_value"},
    {Role::table, "table"},
    {Role::unhashable_type, "unhashable_type"},
    {Role::sql_expression, "sql_expression"},
    {Role::collection, "collection"},
    {Role::optional, "optional"},
    {Role::union_, "union"},
    {Role::annotated, "annotated"},
    {Role::partial, "partial"},
    {Role::provider, "provider"},
    {Role::provider_factory, "provider_factory"},
    {Role::provided_instance, "provided_instance"},
    {Role::serialiser_decorator, "serialiser_decorator"},
    {Role::serialised_field, "serialised_field"},
    {Role::validator, "validator"},
    {Role::field_resolver, "field_resolver"},
    {Role::renders_template, "renders_template"},
});
static_assert(roles.size() == static_cast<std::size_t>(Role::renders_template) + 1, "every role has a name");

constexpr auto entries = std::to_array<Named<Entry>>({
    {Entry::none, "none"},
    {Entry::awaits, "awaits"},
    {Entry::sync, "sync"},
    {Entry::transparent, "transparent"},
    {Entry::unknown, "unknown"},
});

constexpr auto template_functions = std::to_array<Named<TemplateFunction>>({
    {TemplateFunction::the, "the"},
    {TemplateFunction::default_, "default"},
    {TemplateFunction::instance, "instance"},
    {TemplateFunction::element, "element"},
    {TemplateFunction::awaited, "awaited"},
    {TemplateFunction::entered, "entered"},
    {TemplateFunction::returns, "returns"},
    {TemplateFunction::provided, "provided"},
    {TemplateFunction::row, "row"},
    {TemplateFunction::as_row, "as_row"},
    {TemplateFunction::single, "single"},
    {TemplateFunction::executed, "executed"},
    {TemplateFunction::scalar, "scalar"},
});
static_assert(template_functions.size() == static_cast<std::size_t>(TemplateFunction::scalar) + 1);

template <typename Table, typename Value> llvm::StringRef name_in(const Table& table, Value value) {
    return std::ranges::find(table, value, &Named<Value>::value)->name;
}

} // namespace

llvm::StringRef role_name(Role role) { return name_in(roles, role); }

std::optional<Role> role_of_name(llvm::StringRef name) {
    const auto* found = std::ranges::find(roles, name, &Named<Role>::name);
    return found == roles.end() ? std::nullopt : std::optional(found->value);
}

llvm::StringRef entry_name(Entry entry) { return name_in(entries, entry); }

std::optional<Entry> entry_of_name(llvm::StringRef name) {
    const auto* found = std::ranges::find(entries, name, &Named<Entry>::name);
    return found == entries.end() ? std::nullopt : std::optional(found->value);
}

llvm::StringRef template_function_name(TemplateFunction function) { return name_in(template_functions, function); }

std::optional<TemplateFunction> template_function_of_name(llvm::StringRef name) {
    const auto* found = std::ranges::find(template_functions, name, &Named<TemplateFunction>::name);
    return found == template_functions.end() ? std::nullopt : std::optional(found->value);
}

} // namespace sqlawait
