// `--print models`.
#include "analysis/models/models.h"

#include "llvm/Support/raw_ostream.h"

namespace sqlawait {

namespace {

llvm::StringRef loading_name(Loading loading) {
    switch (loading) {
    case Loading::select: return "select";
    case Loading::joined: return "joined";
    case Loading::selectin: return "selectin";
    case Loading::subquery: return "subquery";
    case Loading::immediate: return "immediate";
    case Loading::raise: return "raise";
    case Loading::noload: return "noload";
    case Loading::dynamic: return "dynamic";
    case Loading::write_only: return "write_only";
    }
    return "";
}

llvm::StringRef direction_name(Direction direction) {
    switch (direction) {
    case Direction::unknown: return "unknown";
    case Direction::many_to_one: return "many-to-one";
    case Direction::one_to_many: return "one-to-many";
    case Direction::many_to_many: return "many-to-many";
    }
    return "";
}

void print_column(llvm::raw_ostream& out, const ColumnInfo& column, bool inherited) {
    out << "  column " << column.name << ": " << (column.type.empty() ? "?" : column.type);
    const auto flag = [&](bool set, llvm::StringRef name) {
        if (set)
            out << ' ' << name;
    };
    flag(column.primary_key, "primary-key");
    flag(column.unique, "unique");
    flag(column.nullable, "nullable");
    flag(column.client_default, "default");
    flag(column.server_default, "server-default");
    flag(column.onupdate, column.onupdate_is_sql ? "onupdate-sql" : "onupdate");
    flag(column.deferred, "deferred");
    flag(column.is_expression, "expression");
    flag(!column.hashable, "unhashable");
    if (!column.foreign_key.empty())
        out << " -> " << column.foreign_key;
    if (!column.database_name.empty())
        out << " as " << column.database_name;
    flag(inherited, "(inherited)");
    out << '\n';
}

void print_relationship(llvm::raw_ostream& out, const SymbolTable& symbols, const RelationshipInfo& info,
                        bool inherited) {
    out << "  relationship " << info.name << ": ";
    if (!info.to_many)
        out << "one or many ";
    else
        out << (*info.to_many ? info.collection + " of " : "one ");
    if (info.target)
        out << symbols.class_(info.target).qualified_name;
    else
        out << "unknown '" << info.target_name << '\'';
    out << ", " << direction_name(info.direction);
    if (info.loading != Loading::select)
        out << ", lazy " << loading_name(info.loading);
    if (!info.back_populates.empty())
        out << (info.from_backref ? ", backref of " : ", other side ") << info.back_populates;
    if (info.viewonly)
        out << ", viewonly";
    if (!info.cascade.empty())
        out << ", cascade '" << info.cascade << '\'';
    if (info.passive_deletes)
        out << ", passive deletes";
    if (inherited)
        out << " (inherited)";
    out << '\n';
}

void print_property(llvm::raw_ostream& out, const PropertyInfo& property) {
    out << "  property " << property.name;
    if (property.hybrid)
        out << " (hybrid)";
    if (!property.proxy_relationship.empty())
        out << ": proxy of " << property.proxy_relationship << '.' << property.proxy_attribute;
    else if (!property.proxy_attribute.empty())
        out << ": synonym of " << property.proxy_attribute;
    out << '\n';
}

} // namespace

std::string print_models(const Program& program, const SymbolTable& symbols, const ModelTable& models) {
    std::string text;
    llvm::raw_string_ostream out(text);
    for (const Place base : models.bases()) {
        const Node node = program.module(base.module).tree.node(base.node);
        const auto [line, column] = program.module(base.module).source.lines.at(node.begin());
        out << "base " << program.module(base.module).source.path << ':' << line << ':' << column << '\n';
    }
    for (const ModelInfo& model : models.models()) {
        out << (model.abstract ? "abstract " : "model ") << symbols.class_(model.class_).qualified_name;
        if (!model.table.empty())
            out << " (" << model.table << ')';
        if (model.polymorphic)
            out << " polymorphic";
        if (model.eager_defaults)
            out << " eager-defaults";
        if (model.is_sqlmodel)
            out << " sqlmodel";
        out << '\n';
        for (const ColumnInfo& column : model.columns)
            print_column(out, column, column.owner != model.class_);
        for (const RelationshipInfo& relationship : model.relationships)
            print_relationship(out, symbols, relationship, relationship.owner != model.class_);
        for (const PropertyInfo& property : model.properties)
            print_property(out, property);
    }
    return text;
}

} // namespace sqlawait
