#include "analysis/models/vocabulary.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

// Renamings of renamings, helpers that call helpers: longer chains are not worth following.
constexpr unsigned max_depth = 8;

/// The name that a template `the(X)` gives, or of a plain `a.b.C[...]` the name; "" for anything else.
std::string template_thing(llvm::StringRef type) {
    if (type.consume_front("the(") && type.consume_back(")"))
        return type.str();
    return "";
}

std::string template_class(llvm::StringRef type) {
    const llvm::StringRef name = type.take_until([](char c) { return c == '['; });
    const bool dotted =
        name.contains('.') && llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '.' || c == '_'; });
    return dotted ? name.str() : "";
}

} // namespace

Node without_brackets(Node expression) {
    while (expression.is(Kind::parenthesized_expression) && expression.named_child(0))
        expression = expression.named_child(0);
    return expression;
}

llvm::SmallVector<Node, 4> decorators_of(Node definition) {
    llvm::SmallVector<Node, 4> out;
    const Node around = definition.parent();
    if (around.is(Kind::decorated_definition))
        for (const Node child : around.named_children())
            if (child.is(Kind::decorator) && child.named_child(0))
                out.push_back(child.named_child(0));
    return out;
}

std::optional<Place> Declaration::keyword(llvm::StringRef wanted) const {
    for (const Argument& argument : arguments)
        if (argument.keyword == wanted)
            return argument.value;
    return std::nullopt;
}

std::optional<Place> Declaration::positional(std::size_t index) const {
    for (const Argument& argument : arguments)
        if (argument.keyword.empty() && index-- == 0)
            return argument.value;
    return std::nullopt;
}

llvm::SmallVector<Place, 2> Vocabulary::assigned_values(const Target& variable) const {
    llvm::SmallVector<Place, 2> values;
    if (variable.kind != Target::Kind::variable)
        return values;
    const ModuleBindings& bindings = symbols_.bindings(variable.module);
    for (const DefinitionId id : bindings.symbol(variable.symbol).definitions) {
        const Definition& definition = bindings.definition(id);
        if (definition.kind != DefinitionKind::assignment)
            continue;
        const Node assignment = node({variable.module, definition.node});
        if (!assignment.is(Kind::assignment) || assignment.child(Field::left).id() != definition.name)
            continue; // a part of something unpacked
        Node value = assignment.child(Field::right);
        while (value.is(Kind::assignment)) // a = b = value
            value = value.child(Field::right);
        if (value)
            values.push_back({variable.module, without_brackets(value).id()});
    }
    return values;
}

Place Vocabulary::value_of(Place expression) const {
    for (unsigned depth = 0; depth < max_depth; ++depth) {
        const Node plain = without_brackets(node(expression));
        expression.node = plain.id();
        if (!plain.is_any(Kind::identifier, Kind::attribute))
            return expression;
        const auto targets = symbols_.resolve_expression(expression.module, plain);
        if (targets.size() != 1)
            return expression;
        const auto values = assigned_values(targets[0]);
        if (values.size() != 1)
            return expression;
        expression = values[0];
    }
    return expression;
}

llvm::SmallVector<Place, 2> Vocabulary::returned_values(FunctionId function) const {
    llvm::SmallVector<Place, 2> values;
    const FunctionInfo& info = symbols_.function(function);
    const auto add = [&](Node value) {
        value = without_brackets(value);
        if (value.is(Kind::conditional_expression)) { // x if condition else y
            values.push_back({info.module, value.named_child(0).id()});
            value = value.named_child(2);
        }
        if (value)
            values.push_back({info.module, value.id()});
    };
    if (info.is_lambda) {
        add(node({info.module, info.node}).child(Field::body));
        return values;
    }
    for (const NodeId id : symbols_.bindings(info.module).scope(info.scope).returns)
        add(node({info.module, id}).named_child(0));
    return values;
}

std::string Vocabulary::member_name(llvm::StringRef class_name, llvm::StringRef member) const {
    const MemberKnowledge* known = knowledge_.member(class_name, member);
    if (known == nullptr)
        return "";
    if (const std::string thing = template_thing(known->returns); !thing.empty())
        return known->is_attribute ? knowledge_.canonical(thing) : (class_name + "." + member).str();
    return known->is_attribute ? "" : (class_name + "." + member).str();
}

/// The first outside class among a class's bases that the tables know.
std::string Vocabulary::outside_base(ClassId id, unsigned depth) const {
    if (depth > max_depth)
        return "";
    const ClassInfo& info = symbols_.class_(id);
    const Node superclasses = node({info.module, info.node}).child(Field::superclasses);
    if (!superclasses)
        return "";
    for (const Node base : superclasses.named_children()) {
        if (base.is(Kind::keyword_argument))
            continue;
        const Node plain = base.is(Kind::subscript) ? base.child(Field::value) : base;
        const Place place{info.module, plain.id()};
        if (const std::string name = outside_name(place, depth + 1); knowledge_.class_(name) != nullptr)
            return name;
        if (const ClassId inner = class_named(place); inner && inner != id)
            if (const std::string name = outside_base(inner, depth + 1); !name.empty())
                return name;
    }
    return "";
}

/// Of a name that several star imports from outside may bring: whatever one of them is known to have, the last
/// first. A name that nothing binds is a builtin.
std::string Vocabulary::unbound_name(ModuleId module, ScopeId scope, llvm::StringRef name) const {
    const ModuleBindings& bindings = symbols_.bindings(module);
    SymbolId symbol = bindings.lookup(scope, name);
    const bool bound = static_cast<bool>(symbol);
    if (!bound) // named in a quoted annotation alone, a star import has no definition for it
        symbol = bindings.lookup(ScopeId{0}, "*");
    if (!symbol)
        return knowledge_.canonical("builtins." + name.str());
    for (const DefinitionId id : llvm::reverse(bindings.symbol(symbol).definitions)) {
        const Definition& definition = bindings.definition(id);
        if (definition.kind != DefinitionKind::import_star)
            return "";
        const llvm::StringRef from = node({module, definition.node}).child(Field::module_name).text();
        const std::string known = knowledge_.canonical((from + "." + name).str());
        if (knowledge_.class_(known) != nullptr || knowledge_.function(known) != nullptr)
            return known;
    }
    return bound ? "" : knowledge_.canonical("builtins." + name.str());
}

/// The outside class that an expression's value is an instance of (`db` of `db = SQLAlchemy()`), or "".
std::string Vocabulary::instance_class(Place expression, unsigned depth) const {
    if (depth > max_depth)
        return "";
    const Node plain = without_brackets(node(expression));
    if (plain.is(Kind::call)) {
        const Place callee{expression.module, plain.child(Field::function).id()};
        const std::string name = outside_name(callee, depth + 1);
        if (knowledge_.class_(name) != nullptr)
            return name;
        if (const FunctionKnowledge* function = knowledge_.function(name))
            return template_class(function->returns);
        for (const Target& target : symbols_.resolve_expression(callee.module, node(callee))) {
            if (target.kind == Target::Kind::class_)
                return outside_base(target.class_, depth + 1);
            if (target.kind == Target::Kind::function)
                for (const Place value : returned_values(target.function))
                    if (const std::string class_name = instance_class(value, depth + 1); !class_name.empty())
                        return class_name;
        }
        return "";
    }
    for (const Target& target : symbols_.resolve_expression(expression.module, plain))
        for (const Place value : assigned_values(target))
            if (value != expression)
                if (const std::string name = instance_class(value, depth + 1); !name.empty())
                    return name;
    if (plain.is(Kind::attribute)) { // an attribute of an instance, or of a declarative base (Base.registry)
        const Place object{expression.module, plain.child(Field::object).id()};
        std::string owner = instance_class(object, depth + 1);
        if (const ClassId id = class_named(object); owner.empty() && id)
            owner = outside_base(id, depth + 1);
        if (const MemberKnowledge* known = knowledge_.member(owner, plain.child(Field::attribute).text()))
            return known->is_attribute ? template_class(known->returns) : "";
    }
    return "";
}

std::string Vocabulary::outside_name(Place expression, unsigned depth) const {
    if (depth > max_depth)
        return "";
    const Node plain = without_brackets(node(expression));
    if (!plain.is_any(Kind::identifier, Kind::attribute))
        return "";
    std::string first;
    const auto targets = symbols_.resolve_expression(expression.module, plain);
    for (const Target& target : targets) { // several for try/except imports: the one that is known counts
        if (target.kind != Target::Kind::external)
            continue;
        const std::string name = knowledge_.canonical(target.external);
        if (first.empty() || (knowledge_.role(first) == Role::none && knowledge_.role(name) != Role::none))
            first = name;
    }
    if (!first.empty())
        return first;
    for (const Target& target : targets)
        for (const Place value : assigned_values(target))
            if (value.node != plain.id() || value.module != expression.module)
                if (const std::string name = outside_name(value, depth + 1); !name.empty())
                    return name;
    if (plain.is(Kind::attribute)) {
        const Place object{expression.module, plain.child(Field::object).id()};
        const llvm::StringRef attribute = plain.child(Field::attribute).text();
        if (const std::string owner = instance_class(object, depth + 1); !owner.empty())
            return member_name(owner, attribute);
        // `db.func.now`: below a thing that is known
        if (const std::string owner = outside_name(object, depth + 1); !owner.empty())
            return knowledge_.canonical(owner + "." + attribute.str());
        return "";
    }
    const ModuleBindings& bindings = symbols_.bindings(expression.module);
    return targets.empty() ? unbound_name(expression.module, bindings.scope_of(plain.id()), plain.text()) : "";
}

std::string Vocabulary::outside_name(Place expression) const { return outside_name(expression, 0); }

Role Vocabulary::role(Place expression) const {
    const std::string name = outside_name(expression);
    return name.empty() ? Role::none : knowledge_.role(name);
}

ClassId Vocabulary::class_named(Place expression) const {
    for (const Target& target : symbols_.resolve_expression(expression.module, without_brackets(node(expression))))
        if (target.kind == Target::Kind::class_)
            return target.class_;
    return {};
}

Declaration Vocabulary::declaration(Place value) const {
    Declaration found = declaration(value, 0);
    found.place = {value.module, without_brackets(node(value)).id()};
    return found;
}

Declaration Vocabulary::declaration(Place value, unsigned depth) const {
    Declaration found;
    const Node call = without_brackets(node(value));
    if (depth > max_depth || !call.is(Kind::call))
        return found;
    const Place callee{value.module, call.child(Field::function).id()};
    const auto add_arguments = [&](Node from, std::size_t skip) {
        const Node list = from.child(Field::arguments);
        if (!list.is(Kind::argument_list)) // f(x for x in y)
            return;
        for (const Node argument : list.named_children()) {
            if (argument.is_any(Kind::dictionary_splat, Kind::list_splat))
                continue;
            if (argument.is(Kind::keyword_argument)) {
                found.arguments.push_back(
                    {{value.module, argument.child(Field::value).id()}, argument.child(Field::name).text().str()});
            } else if (skip > 0) {
                --skip;
            } else {
                found.arguments.push_back({{value.module, argument.id()}, ""});
            }
        }
    };
    found.name = outside_name(callee, depth + 1);
    found.role = found.name.empty() ? Role::none : knowledge_.role(found.name);
    if (found.role != Role::none) {
        add_arguments(call, 0);
        return found;
    }
    for (const Target& target : symbols_.resolve_expression(callee.module, node(callee))) {
        // A helper of the program that returns the declaration.
        if (target.kind == Target::Kind::function) {
            for (const Place returned : returned_values(target.function)) {
                Declaration inner = declaration(returned, depth + 1);
                if (inner.role != Role::none)
                    return inner;
            }
        }
        // partial(Column, nullable=False)
        for (const Place assigned : assigned_values(target)) {
            const Node partial = node(assigned);
            if (!partial.is(Kind::call) ||
                role({assigned.module, partial.child(Field::function).id()}) != Role::partial)
                continue;
            const Node list = partial.child(Field::arguments);
            const Node function = list.named_child(0);
            if (!function || function.is(Kind::keyword_argument))
                continue;
            Declaration fixed = declaration(assigned, depth + 1);
            found.name = outside_name({assigned.module, function.id()}, depth + 1);
            found.role = found.name.empty() ? Role::none : knowledge_.role(found.name);
            add_arguments(call, 0); // what the call itself says goes before the partial's keywords
            std::vector<Argument> positional;
            bool first = true;
            for (const Argument& argument : fixed.arguments) {
                if (!argument.keyword.empty())
                    found.arguments.push_back(argument);
                else if (!first)
                    positional.push_back(argument);
                first &= !argument.keyword.empty();
            }
            found.arguments.insert(found.arguments.begin(), positional.begin(), positional.end());
            if (found.role != Role::none)
                return found;
        }
        // A subclass of an outside class of declarations: class NotNull(Column).
        if (target.kind == Target::Kind::class_) {
            found.name = outside_base(target.class_, depth + 1);
            found.role = found.name.empty() ? Role::none : knowledge_.role(found.name);
            if (found.role != Role::none) {
                add_arguments(call, 0);
                return found;
            }
        }
    }
    add_arguments(call, 0);
    return found;
}

llvm::SmallVector<Target, 2> Vocabulary::resolve_text(ModuleId module, ScopeId scope, llvm::StringRef dotted) const {
    llvm::SmallVector<Target, 2> targets;
    auto [head, rest] = dotted.split('.');
    const ModuleBindings& bindings = symbols_.bindings(module);
    if (const SymbolId symbol = bindings.lookup(scope, head)) {
        for (const DefinitionId definition : bindings.symbol(symbol).definitions)
            for (const Target& target : symbols_.resolve(module, definition))
                if (!llvm::is_contained(targets, target))
                    targets.push_back(target);
    } else {
        targets = symbols_.member(module, head); // a star import may bring it
    }
    while (!rest.empty()) {
        std::tie(head, rest) = rest.split('.');
        llvm::SmallVector<Target, 2> members;
        for (const Target& target : targets) {
            if (target.kind == Target::Kind::external) {
                Target member = target;
                member.external += "." + head.str();
                members.push_back(std::move(member));
            } else if (target.kind == Target::Kind::module) {
                llvm::append_range(members, symbols_.member(target.module, head));
            }
        }
        targets = std::move(members);
    }
    return targets;
}

std::string Vocabulary::outside_name_of_text(ModuleId module, ScopeId scope, llvm::StringRef dotted) const {
    for (const Target& target : resolve_text(module, scope, dotted)) {
        if (target.kind == Target::Kind::external)
            return knowledge_.canonical(target.external);
        for (const Place value : assigned_values(target))
            if (const std::string name = outside_name(value); !name.empty())
                return name;
    }
    const auto [head, rest] = dotted.split('.');
    if (rest.empty())
        return unbound_name(module, scope, dotted);
    // `db.Mapped`
    for (const Target& target : resolve_text(module, scope, head))
        for (const Place value : assigned_values(target))
            if (const std::string owner = instance_class(value, 0); !owner.empty() && !rest.contains('.'))
                return member_name(owner, rest);
    return "";
}

std::optional<std::string> Vocabulary::string_value(Place expression) const {
    const Place value = value_of(expression);
    const Node plain = node(value);
    std::string text;
    llvm::SmallVector<Node, 8> parts;
    if (plain.is(Kind::concatenated_string))
        parts = plain.named_children();
    else
        parts.push_back(plain);
    for (const Node part : parts) {
        if (!part.is(Kind::string))
            return std::nullopt;
        for (const Node piece : part.named_children()) {
            if (piece.is(Kind::interpolation))
                return std::nullopt;
            if (piece.is(Kind::string_content))
                text += piece.text();
        }
    }
    return text;
}

std::optional<bool> Vocabulary::flag_value(Place expression) const {
    const Node plain = node(value_of(expression));
    if (plain.is(Kind::true_))
        return true;
    if (plain.is_any(Kind::false_, Kind::none_literal))
        return false;
    return std::nullopt;
}

} // namespace sqlawait
