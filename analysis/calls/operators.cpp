// Syntax and builtins that run special methods: loops, subscripts, comparisons, tests for truth, `len()`.
#include "analysis/calls/builder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace sqlawait {

PlaceUse use_of_place(Node expression) {
    Node at = expression;
    while (at.parent().is_any(Kind::pattern_list, Kind::tuple_pattern, Kind::list_pattern, Kind::list_splat_pattern))
        at = at.parent();
    const Node up = at.parent();
    const bool left = at.field() == Field::left;
    if (up.is(Kind::augmented_assignment) && left)
        return {.reads = true, .writes = true, .writer = Accessor::setter};
    const bool annotation_only = up.is(Kind::assignment) && !up.child(Field::right);
    if ((up.is_any(Kind::assignment, Kind::for_statement, Kind::for_in_clause) && left && !annotation_only) ||
        up.is(Kind::as_pattern_target))
        return {.reads = false, .writes = true, .writer = Accessor::setter};
    if (up.is(Kind::delete_statement) || (up.is(Kind::expression_list) && up.parent().is(Kind::delete_statement)))
        return {.reads = false, .writes = true, .writer = Accessor::deleter};
    return {};
}

bool is_tested(Node expression) {
    if (!expression.named())
        return false;
    const Node up = expression.parent();
    switch (up.kind()) {
    case Kind::if_statement:
    case Kind::elif_clause:
    case Kind::while_statement: return expression.field() == Field::condition;
    case Kind::not_operator:
    case Kind::if_clause: return true;
    case Kind::assert_statement: return up.named_child(0) == expression;
    case Kind::conditional_expression: return up.named_child(1) == expression;
    case Kind::boolean_operator: return expression.field() == Field::left || is_tested(up);
    case Kind::parenthesized_expression: return is_tested(up);
    default: return false;
    }
}

/// Whether the method is there, in one class at least that the object may have.
bool CallGraphBuilder::special_method(Node object, llvm::StringRef name, Node at, CallEdge::Kind kind) {
    if (!object)
        return false;
    const TypeStore& store = types_.store();
    std::vector<FunctionId> found;
    for (const Atom& atom : store.atoms(types_.type_of(place(object)))) {
        ClassId class_;
        if (atom.kind == Atom::Kind::instance)
            class_ = ClassId{atom.id};
        else if (atom.kind == Atom::Kind::class_)
            class_ = types_.metaclass(ClassId{atom.id}); // `for one in Everyone`
        if (!class_)
            continue;
        const FunctionId method = types_.method(class_, name);
        if (method && !llvm::is_contained(found, method))
            found.push_back(method);
    }
    for (const FunctionId method : found)
        add({.caller = symbols_.enclosing_function(place(at)), .callee = method, .place = place(at), .kind = kind});
    return !found.empty();
}

/// Without `__iter__` Python asks for the items by number.
void CallGraphBuilder::read_iteration(Node iterable) {
    if (!special_method(iterable, "__iter__", iterable, CallEdge::Kind::iteration))
        special_method(iterable, "__getitem__", iterable, CallEdge::Kind::iteration);
}

void CallGraphBuilder::read_subscript(Node subscript) {
    const Node object = subscript.child(Field::value);
    const PlaceUse use = use_of_place(subscript);
    if (use.reads)
        special_method(object, "__getitem__", subscript, CallEdge::Kind::operator_);
    if (use.writes)
        special_method(object, use.writer == Accessor::setter ? "__setitem__" : "__delitem__", subscript,
                       CallEdge::Kind::operator_);
}

void CallGraphBuilder::read_comparison(Node comparison) {
    const auto operators = comparison.children(Field::operators);
    const auto operands = comparison.named_children();
    for (std::size_t i = 0; i < operators.size() && i + 1 < operands.size(); ++i) {
        if (!operators[i].text().ends_with("in")) // `in`, `not in`
            continue;
        if (!special_method(operands[i + 1], "__contains__", comparison, CallEdge::Kind::operator_))
            read_iteration(operands[i + 1]);
    }
}

void CallGraphBuilder::read_truth(Node tested, Node at) {
    if (tested.is_any(Kind::parenthesized_expression, Kind::boolean_operator, Kind::not_operator))
        return; // what stands inside is asked
    if (!special_method(tested, "__bool__", at, CallEdge::Kind::truth))
        special_method(tested, "__len__", at, CallEdge::Kind::truth);
}

/// Builtins that run special methods of their argument.
void CallGraphBuilder::read_builtin(Node call) {
    const CallInfo* info = types_.call(place(call));
    const Node arguments = call.child(Field::arguments);
    if (info == nullptr || !arguments.is(Kind::argument_list))
        return;
    const Node first = arguments.named_child(0);
    for (const CallTarget& target : info->targets) {
        llvm::StringRef name = target.external;
        if (!name.consume_front("builtins."))
            continue;
        const llvm::StringRef special = llvm::StringSwitch<llvm::StringRef>(name)
                                            .Case("len", "__len__")
                                            .Case("str", "__str__")
                                            .Case("repr", "__repr__")
                                            .Case("hash", "__hash__")
                                            .Case("next", "__next__")
                                            .Cases("list", "tuple", "set", "frozenset", "sorted", "__iter__")
                                            .Cases("sum", "min", "max", "any", "all", "__iter__")
                                            .Cases("iter", "enumerate", "reversed", "dict", "__iter__")
                                            .Default("");
        if (special == "__iter__")
            read_iteration(first);
        else if (name == "bool" && first)
            read_truth(first, call);
        else if (!special.empty())
            special_method(first, special, call, CallEdge::Kind::operator_);
    }
}

} // namespace sqlawait
