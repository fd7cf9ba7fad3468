#include "tools/sqlawait/verify.h"

namespace sqlawait {

namespace {

bool is_coroutine(const TypeTable& types, TypeId type) {
    const TypeStore& store = types.store();
    return store.all(type, [&](const Atom& atom) { return store.external_class(atom) == "typing.Coroutine"; });
}

/// Whether an expression stands where only its value makes sense, never something to be awaited later.
bool used_as_value(Node node) {
    const Node parent = node.parent();
    switch (parent.kind()) {
    case Kind::expression_statement: // dropped
    case Kind::comparison_operator:
    case Kind::boolean_operator:
    case Kind::not_operator:
    case Kind::binary_operator:
    case Kind::unary_operator:
    case Kind::interpolation:
    case Kind::assert_statement:
    case Kind::if_clause: return true;
    case Kind::augmented_assignment: return node.field() == Field::right;
    case Kind::attribute: // but for those of coroutines themselves
        return node.field() == Field::object && parent.child(Field::attribute).text() != "close";
    case Kind::subscript: return node.field() == Field::value;
    case Kind::call: return node.field() == Field::function;
    case Kind::for_statement:
    case Kind::for_in_clause: return node.field() == Field::right;
    case Kind::if_statement:
    case Kind::elif_clause:
    case Kind::while_statement: return node.field() == Field::condition;
    case Kind::conditional_expression: return parent.named_child(1) == node;
    case Kind::parenthesized_expression: return used_as_value(parent);
    default: return false;
    }
}

} // namespace

std::vector<SyntaxProblem> dropped_coroutines(const Analysis& analysis, ModuleId module) {
    std::vector<SyntaxProblem> out;
    const SyntaxTree& tree = analysis.program.module(module).tree;
    for (NodeId id = 0; id < tree.size(); ++id) {
        const Node node = tree.node(id);
        if ((node.is(Kind::call) || node.is(Kind::identifier)) && used_as_value(node) &&
            is_coroutine(analysis.types, analysis.types.type_of({module, id})))
            out.push_back({node.range(), "a coroutine is used without being awaited"});
    }
    return out;
}

} // namespace sqlawait
