// First step of binding: one walk in source order that opens scopes, says of each node in which scope
// it is evaluated, and notes every definition.
#include "analysis/binding/binder.h"

namespace sqlawait {

namespace {

bool is_async(Node node) { return node.first_child().is_token("async"); }

Node first_for_clause(Node comprehension) {
    for (Node child = comprehension.first_child(); child; child = child.next_sibling())
        if (child.is(Kind::for_in_clause))
            return child;
    return {};
}

} // namespace

Binder::NameId Binder::intern(llvm::StringRef text) {
    const auto [entry, is_new] = names_.try_emplace(text, static_cast<NameId>(name_texts_.size()));
    if (is_new)
        name_texts_.push_back(entry->first());
    return entry->second;
}

void Binder::declare() {
    out_.scope_of_node_.resize(tree_.size());
    out_.name_of_node_.assign(tree_.size(), 0);
    out_.names_.emplace_back();
    open_scope(ScopeKind::module, tree_.root(), {});
    out_.scope_of_node_[0] = ScopeId{0};
    for (NodeId id = 1; id < tree_.size(); ++id) {
        const Node node = tree_.node(id);
        out_.scope_of_node_[id] = scope_around(node);
        if (node.named())
            declare_node(node);
    }
}

/// The scope in which a node is evaluated; its parent's is known.
ScopeId Binder::scope_around(Node node) const {
    const Node parent = node.parent();
    const ScopeId around = out_.scope_of(parent.id());
    const Field field = node.field();
    switch (parent.kind()) {
    case Kind::function_definition:
        if (field == Field::body || field == Field::parameters)
            return out_.opened_by(parent.id());
        if (field == Field::return_type || field == Field::type_parameters)
            return out_.scope(out_.opened_by(parent.id())).parent;
        return around;
    case Kind::class_definition:
        if (field == Field::body)
            return out_.opened_by(parent.id());
        if (field == Field::superclasses || field == Field::type_parameters)
            return out_.scope(out_.opened_by(parent.id())).parent;
        return around;
    case Kind::lambda: return field == Field::none ? around : out_.opened_by(parent.id());
    case Kind::typed_parameter:
    case Kind::typed_default_parameter:
    case Kind::default_parameter:
        // Inside of the function's parameters: what a parameter is set to is evaluated outside.
        if (!function_scope(around) || (field != Field::type && field != Field::value))
            return around;
        return field == Field::type ? out_.scope(around).parent : binding_parent(around);
    case Kind::type_alias_statement: {
        const Node alias = parent.child(Field::left).first_child();
        const ScopeId own = alias.is(Kind::generic_type) ? out_.opened_by(alias.named_child(1).id()) : ScopeId();
        return field == Field::right && own ? own : around;
    }
    case Kind::type_parameter:
        if (const ScopeId own = out_.opened_by(parent.id()))
            return own;
        return around;
    case Kind::list_comprehension:
    case Kind::set_comprehension:
    case Kind::dictionary_comprehension:
    case Kind::generator_expression: return out_.opened_by(parent.id());
    case Kind::for_in_clause:
        // The first iterable is evaluated before the comprehension starts.
        if (field == Field::right && first_for_clause(parent.parent()) == parent)
            return out_.scope_of(parent.parent().id());
        return around;
    default: return around;
    }
}

/// The scope around a function, without its type parameters: default values don't see those.
ScopeId Binder::binding_parent(ScopeId function) const {
    const ScopeId outer = out_.scope(function).parent;
    return out_.scope(outer).kind == ScopeKind::type_parameters ? out_.scope(outer).parent : outer;
}

ScopeId Binder::open_scope(ScopeKind kind, Node node, ScopeId parent) {
    const ScopeId id{static_cast<std::uint32_t>(out_.scopes_.size())};
    Scope& scope = out_.scopes_.emplace_back();
    scope.kind = kind;
    scope.node = node.id();
    scope.parent = parent;
    out_.opened_by_[node.id()] = id;
    return id;
}

/// Where a type parameter list stands, it opens a scope of its own around what it belongs to.
void Binder::open_type_parameters(Node node, ScopeId parent) {
    const ScopeId own = open_scope(ScopeKind::type_parameters, node, parent);
    for (const Node part : node.named_children()) {
        Node name = part.named_child(0);
        if (name.is(Kind::constrained_type))
            name = name.named_child(0).named_child(0);
        if (name.is(Kind::splat_type))
            name = name.named_child(0);
        if (name.is(Kind::identifier))
            define(name, part, DefinitionKind::type_parameter, own);
    }
}

void Binder::define(Node name, Node node, DefinitionKind kind, ScopeId scope) {
    raw_.push_back({name.id(), node.id(), scope, kind});
}

/// Names in an assignment's, a loop's or a `with`'s target; attributes and subscripts bind nothing.
void Binder::define_targets(Node target, Node node, DefinitionKind kind) {
    switch (target.kind()) {
    case Kind::identifier: define(target, node, kind, binding_scope(out_.scope_of(node.id()))); return;
    case Kind::as_pattern_target:
    case Kind::pattern_list:
    case Kind::tuple_pattern:
    case Kind::list_pattern:
    case Kind::list_splat_pattern:
    case Kind::expression_list:
    case Kind::tuple:
    case Kind::list:
    case Kind::list_splat:
    case Kind::parenthesized_expression:
        for (const Node part : target.named_children())
            define_targets(part, node, kind);
        return;
    default: return;
    }
}

void Binder::define_parameters(Node parameters, ScopeId scope) {
    for (const Node parameter : parameters.named_children()) {
        llvm::SmallVector<Node, 2> open{parameter};
        while (!open.empty()) {
            const Node at = open.pop_back_val();
            switch (at.kind()) {
            case Kind::identifier: define(at, parameter, DefinitionKind::parameter, scope); break;
            case Kind::default_parameter:
            case Kind::typed_default_parameter: open.push_back(at.child(Field::name)); break;
            case Kind::typed_parameter: open.push_back(at.named_child(0)); break;
            case Kind::list_splat_pattern:
            case Kind::dictionary_splat_pattern:
            case Kind::tuple_pattern: open.append(at.named_children()); break;
            default: break;
            }
        }
    }
}

/// Comprehensions and type parameter lists bind only what is their own; what a walrus binds goes outside.
ScopeId Binder::binding_scope(ScopeId scope) const {
    while (out_.scope(scope).kind == ScopeKind::comprehension || out_.scope(scope).kind == ScopeKind::type_parameters)
        scope = out_.scope(scope).parent;
    return scope;
}

/// The function whose `yield` or `await` stands in this scope, or none.
ScopeId Binder::function_scope(ScopeId scope) const {
    scope = binding_scope(scope);
    const ScopeKind kind = out_.scope(scope).kind;
    return kind == ScopeKind::function || kind == ScopeKind::lambda ? scope : ScopeId();
}

void Binder::declare_node(Node node) {
    const ScopeId around = out_.scope_of(node.id());
    switch (node.kind()) {
    case Kind::function_definition:
    case Kind::class_definition: {
        const bool is_class = node.is(Kind::class_definition);
        if (const Node name = node.child(Field::name))
            define(name, node, is_class ? DefinitionKind::class_ : DefinitionKind::function, binding_scope(around));
        ScopeId outer = around;
        if (const Node parameters = node.child(Field::type_parameters)) {
            open_type_parameters(parameters, around);
            outer = out_.opened_by(parameters.id());
        }
        const ScopeId own = open_scope(is_class ? ScopeKind::class_ : ScopeKind::function, node, outer);
        define_parameters(node.child(Field::parameters), own);
        return;
    }
    case Kind::lambda: {
        const ScopeId own = open_scope(ScopeKind::lambda, node, around);
        define_parameters(node.child(Field::parameters), own);
        return;
    }
    case Kind::list_comprehension:
    case Kind::set_comprehension:
    case Kind::dictionary_comprehension:
    case Kind::generator_expression: open_scope(ScopeKind::comprehension, node, around); return;
    case Kind::for_in_clause:
        for (const Node child : node.children(Field::left)) {
            // Unlike all other targets these belong to the comprehension itself.
            const std::size_t first = raw_.size();
            define_targets(child, node, DefinitionKind::for_target);
            for (std::size_t i = first; i < raw_.size(); ++i)
                raw_[i].scope = around;
        }
        if (is_async(node))
            declare_function_traits(node);
        return;
    case Kind::type_alias_statement: {
        Node name = node.child(Field::left).named_child(0);
        if (name.is(Kind::generic_type)) {
            open_type_parameters(name.named_child(1), around);
            name = name.named_child(0);
        }
        if (name.is(Kind::identifier))
            define(name, node, DefinitionKind::type_alias, binding_scope(around));
        return;
    }
    case Kind::assignment:
        define_targets(node.child(Field::left), node,
                       node.child(Field::right) ? DefinitionKind::assignment : DefinitionKind::declaration);
        return;
    case Kind::augmented_assignment: define_targets(node.child(Field::left), node, DefinitionKind::augmented); return;
    case Kind::named_expression: define_targets(node.child(Field::name), node, DefinitionKind::walrus); return;
    case Kind::delete_statement:
        for (const Node child : node.named_children())
            define_targets(child, node, DefinitionKind::deletion);
        return;
    case Kind::for_statement:
        define_targets(node.child(Field::left), node, DefinitionKind::for_target);
        if (is_async(node))
            declare_function_traits(node);
        return;
    case Kind::with_statement:
        if (is_async(node))
            declare_function_traits(node);
        return;
    case Kind::as_pattern_target: {
        const Node owner = node.ancestor(Kind::with_item, Kind::except_clause, Kind::block);
        if (owner.is(Kind::with_item))
            define_targets(node, owner, DefinitionKind::with_target);
        else if (owner.is(Kind::except_clause))
            define_targets(node, owner, DefinitionKind::except_name);
        return;
    }
    case Kind::except_clause: define_targets(node.child(Field::alias), node, DefinitionKind::except_name); return;
    case Kind::as_pattern:
        if (node.parent().is(Kind::case_pattern))
            for (const Node child : node.named_children())
                if (child.is(Kind::identifier))
                    declare_capture(child);
        return;
    case Kind::splat_pattern: declare_capture(node.named_child(0)); return;
    case Kind::dotted_name:
        if (node.parent().is_any(Kind::case_pattern, Kind::keyword_pattern, Kind::union_pattern) &&
            node.named_children().size() == 1)
            declare_capture(node.named_child(0));
        return;
    case Kind::import_statement:
    case Kind::import_from_statement:
    case Kind::future_import_statement: declare_import(node); return;
    case Kind::global_statement:
    case Kind::nonlocal_statement: declare_outer_names(node); return;
    case Kind::await:
    case Kind::yield:
    case Kind::return_statement: declare_function_traits(node); return;
    default: return;
    }
}

void Binder::declare_import(Node node) {
    const ScopeId scope = binding_scope(out_.scope_of(node.id()));
    const bool from = !node.is(Kind::import_statement);
    for (const Node part : node.named_children()) {
        if (part.is(Kind::wildcard_import)) {
            define(part, node, DefinitionKind::import_star, scope);
            continue;
        }
        if (part.field() != Field::name)
            continue;
        const Node alias = part.child(Field::alias);
        define(alias  ? alias
               : from ? part.named_child(0)
                      : part,
               part, from ? DefinitionKind::import_name : DefinitionKind::import_module, scope);
        if (node.is(Kind::future_import_statement) && part.text() == "annotations")
            future_annotations_ = true;
    }
}

void Binder::declare_capture(Node name) {
    if (name.is(Kind::identifier) && name.text() != "_")
        define_targets(name, name.ancestor(Kind::case_clause), DefinitionKind::match_capture);
}

void Binder::declare_outer_names(Node node) {
    for (const Node name : node.named_children())
        if (name.is(Kind::identifier))
            outer_names_.push_back(
                {binding_scope(out_.scope_of(node.id())), intern(name.text()), node.is(Kind::global_statement)});
}

void Binder::declare_function_traits(Node node) {
    const ScopeId around = out_.scope_of(node.id());
    const ScopeId function = function_scope(around);
    if (node.is(Kind::return_statement)) {
        if (function)
            out_.scopes_[function.value].returns.push_back(node.id());
    } else if (node.is(Kind::yield)) {
        if (function) {
            out_.scopes_[function.value].yields.push_back(node.id());
            out_.scopes_[function.value].has_yield = true;
        }
    } else {
        out_.scopes_[around.value].has_await = true;
        if (function)
            out_.scopes_[function.value].has_await = true;
    }
}

} // namespace sqlawait
