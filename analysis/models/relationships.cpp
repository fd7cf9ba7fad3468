// Reading a relationship: its target, its arguments, its annotation.
#include "analysis/models/relationships.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace sqlawait {

namespace {

std::optional<Loading> loading_of(llvm::StringRef lazy) {
    return llvm::StringSwitch<std::optional<Loading>>(lazy)
        .Cases("select", "True", Loading::select)
        .Cases("joined", "False", Loading::joined)
        .Case("selectin", Loading::selectin)
        .Case("subquery", Loading::subquery)
        .Case("immediate", Loading::immediate)
        .Cases("raise", "raise_on_sql", Loading::raise)
        .Cases("noload", "None", Loading::noload)
        .Case("dynamic", Loading::dynamic)
        .Case("write_only", Loading::write_only)
        .Default(std::nullopt);
}

} // namespace

RelationshipLinker::RelationshipLinker(const Vocabulary& vocabulary, const ClassFactsTable& classes,
                                       const ModelIndex& models)
    : vocabulary_(vocabulary), classes_(classes), models_(models), own_(models.size()) {
    for (const ClassInfo& info : vocabulary.symbols().classes())
        if (const ModelInfo* model = models[info.id.value]; model != nullptr && !model->abstract)
            by_name_[info.name].push_back(info.id);
}

/// As SQLAlchemy's class registry does: by class name among the classes of the same declarative base,
/// by a path whose end is "module.Class" when there are several.
ClassId RelationshipLinker::class_by_name(llvm::StringRef name, ClassId near) const {
    const llvm::StringRef last = name.contains('.') ? name.rsplit('.').second : name;
    const auto found = by_name_.find(last);
    if (found == by_name_.end())
        return {};
    llvm::SmallVector<ClassId, 2> candidates;
    for (const ClassId id : found->second) {
        const llvm::StringRef qualified = vocabulary_.symbols().class_(id).qualified_name;
        if (qualified == name || qualified.ends_with("." + name.str()) || last == name)
            candidates.push_back(id);
    }
    const auto keep = [&](auto matches) {
        llvm::SmallVector<ClassId, 2> kept;
        llvm::copy_if(candidates, std::back_inserter(kept), matches);
        if (!kept.empty())
            candidates = kept;
    };
    const Place root = classes_.facts[near.value].root;
    keep([&](ClassId id) { return classes_.facts[id.value].root == root; });
    if (candidates.size() > 1) { // bases that nobody tells apart: the nearest file
        const ModuleId module = vocabulary_.symbols().class_(near).module;
        keep([&](ClassId id) { return vocabulary_.symbols().class_(id).module == module; });
    }
    return candidates.size() == 1 ? candidates[0] : ClassId{};
}

ClassId RelationshipLinker::class_of_text(llvm::StringRef name, const PendingRelationship& pending) const {
    for (const Target& target : vocabulary_.resolve_text(pending.module, pending.scope, name))
        if (target.kind == Target::Kind::class_)
            return target.class_;
    return class_by_name(name, pending.info.owner);
}

/// A class, a function or lambda that gives it, or an alias of it.
ClassId RelationshipLinker::class_of_expression(Place expression) const {
    for (unsigned depth = 0; depth < 4; ++depth) {
        const Node node = without_brackets(vocabulary_.node(expression));
        if (const ClassId id = vocabulary_.class_named(expression))
            return id;
        if (node.is(Kind::lambda)) {
            expression.node = node.child(Field::body).id();
            continue;
        }
        for (const Target& target : vocabulary_.symbols().resolve_expression(expression.module, node))
            if (target.kind == Target::Kind::function)
                for (const Place value : vocabulary_.returned_values(target.function))
                    if (const ClassId id = vocabulary_.class_named(value))
                        return id;
        const Place value = vocabulary_.value_of(expression);
        if (value == expression)
            return {};
        expression = value;
    }
    return {};
}

void RelationshipLinker::read_target(const RelationshipDeclaration& declaration, PendingRelationship& pending) const {
    auto argument = declaration.call.positional(0);
    if (!argument)
        argument = declaration.call.keyword("argument");
    if (!argument)
        return;
    Place place = *argument;
    const Node node = without_brackets(vocabulary_.node(place));
    if (node.is(Kind::lambda))
        place.node = node.child(Field::body).id();
    if (const auto name = vocabulary_.string_value(place)) {
        pending.info.target_name = *name;
        pending.info.target = class_by_name(*name, pending.info.owner);
    } else {
        pending.info.target_name = vocabulary_.node(place).text().str();
        pending.info.target = class_of_expression(place);
    }
}

/// The annotation names the target when the call does not, and says whether it is one or many.
void RelationshipLinker::read_annotation(const RelationshipDeclaration& declaration,
                                         PendingRelationship& pending) const {
    if (!declaration.annotation)
        return;
    TypeText type = *declaration.annotation;
    const auto role_of = [&](const TypeText& text) {
        const std::string name = vocabulary_.outside_name_of_text(pending.module, pending.scope, text.name);
        return name.empty() ? Role::none : vocabulary_.knowledge().role(name);
    };
    const Role outer = role_of(type);
    const bool mapped = outer == Role::mapped || outer == Role::dynamic_mapped || outer == Role::write_only_mapped;
    if (mapped)
        type = type.arguments.empty() ? TypeText() : TypeText(type.arguments[0]);
    if (outer == Role::dynamic_mapped)
        pending.info.loading = Loading::dynamic;
    if (outer == Role::write_only_mapped)
        pending.info.loading = Loading::write_only;
    std::optional<bool> many;
    if (outer == Role::dynamic_mapped || outer == Role::write_only_mapped)
        many = true;
    type = unwrap_optional(vocabulary_, std::move(type), pending.module, pending.scope).type;
    if (role_of(type) == Role::collection && !type.arguments.empty()) {
        const std::string name = vocabulary_.outside_name_of_text(pending.module, pending.scope, type.name);
        pending.info.collection = llvm::StringRef(name).rsplit('.').second.str();
        TypeText element = type.arguments.back(); // of a dictionary the value
        type = unwrap_optional(vocabulary_, std::move(element), pending.module, pending.scope).type;
        many = true;
    }
    if (type.name.empty() || type.name == "|")
        return;
    const ClassId named = class_of_text(type.name, pending);
    const bool is_model = named && models_[named.value] != nullptr;
    if (is_model && !many)
        many = false;
    // An unmapped annotation is for type checkers: SQLAlchemy reads none but those of Mapped and SQLModel.
    const bool counts = mapped || classes_.facts[pending.info.owner.value].flag_base;
    if (counts)
        pending.typed_many = many;
    if (pending.info.target_name.empty() && counts) {
        pending.info.target_name = type.name;
        pending.info.target = named;
    }
}

void RelationshipLinker::read_argument(const Argument& argument, PendingRelationship& pending) const {
    RelationshipInfo& info = pending.info;
    const llvm::StringRef key = argument.keyword;
    const Place value = argument.value;
    const bool given = !vocabulary_.node(value).is(Kind::none_literal);
    const auto text = [&] { return vocabulary_.string_value(value).value_or(""); };
    if (key == "uselist" && given) {
        pending.typed_many = vocabulary_.flag_value(value);
    } else if (key == "secondary" || key == "link_model") {
        info.secondary = given;
    } else if (key == "viewonly") {
        info.viewonly = vocabulary_.flag_value(value).value_or(true);
    } else if (key == "back_populates") {
        info.back_populates = text();
    } else if (key == "lazy") {
        const std::string lazy =
            vocabulary_.string_value(value).value_or(vocabulary_.node(vocabulary_.value_of(value)).text().str());
        info.loading = loading_of(lazy).value_or(info.loading);
    } else if (key == "cascade") {
        info.cascade = text();
    } else if (key == "passive_deletes") {
        info.passive_deletes = vocabulary_.flag_value(value).value_or(true);
    } else if (key == "collection_class" && given) {
        Node named = without_brackets(vocabulary_.node(value));
        if (named.is(Kind::call))
            named = named.child(Field::function);
        info.collection = named.is(Kind::attribute) ? named.child(Field::attribute).text().str() : named.text().str();
    } else if (key == "foreign_keys") {
        pending.foreign_keys = mentioned_columns(vocabulary_, value);
    } else if (key == "remote_side") {
        pending.remote_side = mentioned_columns(vocabulary_, value);
    } else if (key == "primaryjoin") {
        info.own_join = true;
        pending.primary_join = mentioned_columns(vocabulary_, value);
    } else if (key == "backref" && given) {
        pending.backref = value;
    } else if (key == "sa_relationship") {
        read_arguments(vocabulary_.declaration(value), pending);
    } else if (key == "sa_relationship_kwargs") {
        const Place dictionary = vocabulary_.value_of(value);
        const Node node = vocabulary_.node(dictionary);
        if (node.is(Kind::call)) {
            read_arguments(vocabulary_.declaration(dictionary), pending);
            return;
        }
        for (const Node pair : node.named_children())
            if (pair.is(Kind::pair))
                if (const auto name = vocabulary_.string_value({dictionary.module, pair.child(Field::key).id()}))
                    read_argument({{dictionary.module, pair.child(Field::value).id()}, *name}, pending);
    }
}

void RelationshipLinker::read_arguments(const Declaration& call, PendingRelationship& pending) const {
    // Of two of a name the first counts: see Declaration.
    for (const Argument& argument : llvm::reverse(call.arguments))
        if (!argument.keyword.empty())
            read_argument(argument, pending);
    if (call.role == Role::dynamic_relationship)
        pending.info.loading = Loading::dynamic;
    // relationship(target, secondary)
    if (const auto secondary = call.positional(1); secondary && call.role == Role::relationship)
        read_argument({*secondary, "secondary"}, pending);
}

void RelationshipLinker::add(ClassId owner, const RelationshipDeclaration& declaration) {
    auto& list = own_[owner.value];
    if (llvm::any_of(list, [&](const PendingRelationship& other) { return other.info.name == declaration.name; }))
        return;
    PendingRelationship pending;
    pending.module = declaration.module;
    pending.scope = declaration.scope;
    pending.info.name = declaration.name;
    pending.info.place = declaration.place;
    pending.info.owner = owner;
    read_target(declaration, pending);
    read_annotation(declaration, pending);
    read_arguments(declaration.call, pending);
    if (const auto inner = declaration.call.keyword("sa_relationship")) {
        RelationshipDeclaration of_sqlalchemy = declaration;
        of_sqlalchemy.call = vocabulary_.declaration(*inner);
        read_target(of_sqlalchemy, pending);
    }
    list.push_back(std::move(pending));
}

std::vector<RelationshipInfo> RelationshipLinker::own(ClassId id) const {
    std::vector<RelationshipInfo> out;
    for (const PendingRelationship& pending : own_[id.value])
        out.push_back(pending.info);
    return out;
}

} // namespace sqlawait
