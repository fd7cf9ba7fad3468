// `match`: what the patterns of its cases say of the subject, and what their names are bound to.
#include "analysis/inference/evaluator.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// The pattern itself below the nodes that only wrap it; none for `_`.
Node unwrapped(Node pattern) {
    while (pattern.is(Kind::case_pattern))
        pattern = pattern.named_child(0);
    return pattern;
}

std::vector<Node> patterns_in(Node node) {
    std::vector<Node> out;
    for (const Node child : node.named_children())
        if (child.is_any(Kind::case_pattern, Kind::splat_pattern))
            out.push_back(child);
    return out;
}

bool is_splat(Node pattern) { return unwrapped(pattern).is(Kind::splat_pattern); }

} // namespace

/// `User`, `models.User` in front of the brackets of a class pattern.
TypeId Inference::pattern_class(Node pattern) {
    TypeId out = TypeStore::nothing;
    bool first = true;
    for (const Node part : pattern.named_child(0).named_children()) {
        out = first ? evaluate(part) : attribute_of(out, part.text());
        first = false;
    }
    return out;
}

/// The subject where the pattern matches it. Nothing is bound.
TypeId Inference::after_match(Node pattern, TypeId subject) {
    pattern = unwrapped(pattern);
    switch (pattern.kind()) {
    case Kind::as_pattern: return after_match(pattern.named_child(0), subject);
    case Kind::class_pattern: return after_isinstance(pattern_class(pattern), true, subject);
    case Kind::none_literal: return types_.none();
    case Kind::union_pattern: {
        TypeId out = TypeStore::nothing;
        for (const Node one : pattern.named_children())
            out = types_.join(out, after_match(one, subject));
        return out;
    }
    case Kind::dict_pattern:
    case Kind::list_pattern:
    case Kind::tuple_pattern: return types_.without_none(subject);
    default: return subject;
    }
}

void Inference::match_parts(llvm::ArrayRef<Node> parts, TypeId subject) {
    const bool any = llvm::any_of(parts, is_splat);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        TypeId part = TypeStore::nothing;
        for (const Atom& atom : types_.atoms(subject).vec()) {
            const llvm::StringRef name = types_.external_class(atom);
            const bool fixed = (name == "builtins.tuple" || name == "sqlalchemy.engine.Row") && !any;
            if (fixed && atom.args.size() > 1) {
                if (atom.args.size() == parts.size())
                    part = types_.join(part, atom.args[i]);
            } else if (atom.kind != Atom::Kind::none) {
                part = types_.join(part, element_of(types_.make({atom})));
            }
        }
        if (!is_splat(parts[i]))
            match(parts[i], part);
        else if (const Node name = unwrapped(parts[i]).named_child(0))
            capture(name, types_.external_instance("builtins.list", {part}));
    }
}

void Inference::match_class(Node pattern, TypeId subject) {
    std::size_t position = 0;
    for (const Node part : patterns_in(pattern)) {
        const Node inner = unwrapped(part);
        if (inner.is(Kind::keyword_pattern)) {
            const TypeId value = attribute_of(subject, inner.named_child(0).text());
            if (const Node expected = inner.named_child(1))
                match(expected, value);
            continue;
        }
        // By position: `__match_args__`, which dataclasses and the like make of their fields; `str(text)` is itself.
        TypeId value = TypeStore::nothing;
        for (const Atom& atom : types_.atoms(subject).vec()) {
            const bool own = atom.kind == Atom::Kind::instance;
            if (own && position < class_traits_[atom.id].fields.size())
                value = types_.join(value, instance_attribute(atom, class_traits_[atom.id].fields[position].name));
            else
                value = types_.join(value, own ? TypeStore::unknown : types_.make({atom}));
        }
        ++position;
        match(part, value);
    }
}

void Inference::capture(Node name, TypeId value) {
    if (const DefinitionId id = bindings_->definition_at(name.id()))
        write(definition_slot(module_->id, id), value);
}

/// Binds the names of a pattern that a subject is matched with.
void Inference::match(Node pattern, TypeId subject) {
    const TypeId matched = after_match(pattern, subject);
    pattern = unwrapped(pattern);
    switch (pattern.kind()) {
    case Kind::as_pattern: {
        match(pattern.named_child(0), subject);
        const auto parts = pattern.named_children();
        if (parts.size() > 1)
            capture(parts.back(), matched);
        return;
    }
    case Kind::union_pattern:
        for (const Node one : pattern.named_children())
            match(one, subject);
        return;
    case Kind::class_pattern: match_class(pattern, matched); return;
    case Kind::list_pattern:
    case Kind::tuple_pattern: {
        const std::vector<Node> parts = patterns_in(pattern);
        if (pattern.is(Kind::tuple_pattern) && parts.size() == 1 && !is_splat(parts[0]) && !pattern.child_token(","))
            match(parts[0], subject); // brackets around one pattern
        else
            match_parts(parts, matched);
        return;
    }
    case Kind::dict_pattern: {
        TypeId key = TypeStore::nothing;
        for (const Node part : pattern.named_children()) {
            if (part.field() == Field::key) {
                key = evaluate(part);
            } else if (part.is(Kind::splat_pattern)) {
                capture(part.named_child(0), matched);
            } else if (part.field() == Field::value) {
                TypeId value = TypeStore::nothing;
                for (const Atom& atom : types_.atoms(matched).vec())
                    value = types_.join(value, types_.external_class(atom) == "builtins.dict"
                                                   ? entry_of(atom, llvm::ArrayRef(key))
                                                   : TypeStore::unknown);
                match(part, value);
            }
        }
        return;
    }
    case Kind::dotted_name:
        if (pattern.named_children().size() == 1)
            capture(pattern.named_child(0), matched);
        return;
    case Kind::identifier: capture(pattern, matched); return;
    default: return;
    }
}

void Inference::visit_match(Node node) {
    std::vector<TypeId> subjects;
    for (const Node child : node.children(Field::subject))
        subjects.push_back(evaluate(child));
    TypeId subject = subjects.empty() ? TypeStore::nothing : subjects.front();
    if (subjects.size() > 1)
        subject = types_.external_instance("builtins.tuple", std::move(subjects));
    for (const Node clause : node.child(Field::body).named_children()) {
        if (!clause.is(Kind::case_clause))
            continue;
        const std::vector<Node> patterns = patterns_in(clause);
        if (patterns.size() == 1 && !clause.child_token(","))
            match(patterns[0], subject);
        else
            match_parts(patterns, subject);
        if (const Node guard = clause.child(Field::guard))
            visit_children(guard);
        if (const Node body = clause.child(Field::consequence))
            visit(body);
    }
}

} // namespace sqlawait
