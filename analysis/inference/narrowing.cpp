// isinstance() in conditions: what a name is in the branch that a test leads to, and behind a test that leaves.
#include "analysis/inference/evaluator.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// The name that a call of isinstance() asks of; none for other expressions.
Node asked_of(Node call) {
    if (!call.is(Kind::call) || call.child(Field::function).text() != "isinstance")
        return {};
    const auto arguments = call.child(Field::arguments).named_children();
    return arguments.size() == 2 && arguments[0].is(Kind::identifier) ? arguments[0] : Node();
}

/// Whether control never goes on behind a block.
bool leaves(Node block) {
    Node last;
    for (const Node statement : block.named_children())
        if (!statement.is(Kind::comment))
            last = statement;
    return last.is_any(Kind::return_statement, Kind::raise_statement, Kind::continue_statement, Kind::break_statement);
}

} // namespace

void Inference::read_tests() {
    tested_.resize(program_.modules.size());
    for (const auto& module : program_.modules) {
        if (!llvm::StringRef(module->source.text).contains("isinstance("))
            continue;
        const ModuleBindings& bindings = symbols_.bindings(module->id);
        for (NodeId id = 0; id < module->tree.size(); ++id)
            if (const Node name = asked_of(module->tree.node(id)))
                if (const SymbolId symbol = bindings.symbol_at(name.id()))
                    tested_[module->id.value].insert(symbol.value);
    }
}

bool Inference::is_tested(SymbolId symbol) const { return tested_[module_->id.value].contains(symbol.value); }

/// Two references to one name that nothing binds anew in between.
bool Inference::is_same_value(Node a, Node b) const {
    return bindings_->symbol_at(a.id()) == bindings_->symbol_at(b.id()) &&
           llvm::equal(bindings_->reaching(a.id()), bindings_->reaching(b.id()));
}

TypeId Inference::narrowed(Node name, TypeId type) {
    Node at = name;
    for (Node up = at.parent(); up; at = up, up = up.parent()) {
        switch (up.kind()) {
        case Kind::if_statement:
        case Kind::elif_clause:
        case Kind::while_statement: {
            const Node condition = up.child(Field::condition);
            if (at == condition)
                break;
            if (at == up.child(Field::consequence) || at == up.child(Field::body)) {
                type = after_test(name, condition, true, type);
            } else if (up.is(Kind::if_statement)) { // an elif or else: no test before it held
                type = after_test(name, condition, false, type);
                for (Node other = up.first_child(); other && other != at; other = other.next_sibling())
                    if (other.is(Kind::elif_clause))
                        type = after_test(name, other.child(Field::condition), false, type);
            }
            break;
        }
        case Kind::conditional_expression: {
            const auto parts = up.named_children();
            if (parts.size() == 3 && at != parts[1])
                type = after_test(name, parts[1], at == parts[0], type);
            break;
        }
        case Kind::boolean_operator:
            if (at == up.child(Field::right))
                type = after_test(name, up.child(Field::left), up.child(Field::operator_).is_token("and"), type);
            break;
        case Kind::block:
            for (Node before = up.first_child(); before && before != at; before = before.next_sibling()) {
                if (before.is(Kind::assert_statement))
                    type = after_test(name, before.named_child(0), true, type);
                else if (before.is(Kind::if_statement) && !before.child(Field::alternative) &&
                         leaves(before.child(Field::consequence)))
                    type = after_test(name, before.child(Field::condition), false, type);
            }
            break;
        case Kind::function_definition:
        case Kind::class_definition:
        case Kind::lambda:
        case Kind::module: return type;
        default: break;
        }
    }
    return type;
}

/// A type once a condition is known to hold, or not to.
TypeId Inference::after_test(Node name, Node condition, bool holds, TypeId type) {
    switch (condition.kind()) {
    case Kind::parenthesized_expression: return after_test(name, condition.named_child(0), holds, type);
    case Kind::not_operator: return after_test(name, condition.child(Field::argument), !holds, type);
    case Kind::boolean_operator:
        if (condition.child(Field::operator_).is_token("and") == holds) {
            type = after_test(name, condition.child(Field::left), holds, type);
            type = after_test(name, condition.child(Field::right), holds, type);
        }
        return type;
    case Kind::call: {
        const Node asked = asked_of(condition);
        if (!asked || !is_same_value(asked, name))
            return type;
        return after_isinstance(evaluate(condition.child(Field::arguments).named_child(1)), holds, type);
    }
    default: return type;
    }
}

bool Inference::is_of_class(const Atom& atom, const Atom& class_) const {
    if (class_.kind == Atom::Kind::class_)
        return atom.kind == Atom::Kind::instance &&
               llvm::is_contained(table_.linearised(ClassId{atom.id}), ClassId{class_.id});
    const llvm::StringRef wanted = types_.text(class_.id);
    if (atom.kind == Atom::Kind::instance)
        return llvm::any_of(table_.external_bases(ClassId{atom.id}), [&](const std::string& base) {
            return base == wanted || knowledge_.is_subclass(base, wanted);
        });
    if (atom.kind == Atom::Kind::literal)
        return wanted == "builtins.str";
    const llvm::StringRef own = types_.external_class(atom);
    return !own.empty() && (own == wanted || knowledge_.is_subclass(own, wanted));
}

TypeId Inference::after_isinstance(TypeId classes, bool holds, TypeId type) {
    std::vector<Atom> wanted;
    for (const Atom& atom : types_.atoms(classes).vec()) {
        // isinstance(x, (A, B))
        const bool several = types_.external_class(atom) == "builtins.tuple";
        for (const TypeId part : several ? atom.args : std::vector<TypeId>{types_.make({atom})})
            for (const Atom& one : types_.atoms(part).vec())
                wanted.push_back(one);
    }
    const bool known = !wanted.empty() && llvm::all_of(wanted, [](const Atom& one) {
        return one.kind == Atom::Kind::class_ || (one.kind == Atom::Kind::external && !one.bound);
    });
    if (!known || type == TypeStore::nothing)
        return type;
    TypeId out = holds && types_.has_unknown(type) ? instance_of(types_.make(wanted)) : TypeStore::nothing;
    for (const Atom& atom : types_.atoms(type).vec()) {
        const bool fits = llvm::any_of(wanted, [&](const Atom& one) { return is_of_class(atom, one); });
        if (fits == holds || (!holds && atom.kind == Atom::Kind::unknown))
            out = types_.join(out, types_.make({atom}));
    }
    if (!holds || out != TypeStore::nothing)
        return out;
    return instance_of(types_.make(std::move(wanted))); // of both: what the test says is nearer
}

} // namespace sqlawait
