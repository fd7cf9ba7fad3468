// The order in which expressions are evaluated, and which identifiers in them are no names at all.
#include "analysis/binding/flow_walker.h"

namespace sqlawait {

bool FlowWalker::visit_expression(Node node) {
    switch (node.kind()) {
    case Kind::identifier: identifier(node); return true;
    case Kind::attribute: visit(node.child(Field::object)); return true;
    case Kind::keyword_argument: visit(node.child(Field::value)); return true;
    case Kind::member_type: visit(node.named_child(0)); return true;
    case Kind::assignment: assignment(node); return true;
    case Kind::augmented_assignment: augmented_assignment(node); return true;
    case Kind::named_expression:
        visit(node.child(Field::value));
        visit(node.child(Field::name));
        return true;
    case Kind::boolean_operator:
        visit(node.child(Field::left));
        flow_.maybe([&] { visit(node.child(Field::right)); });
        return true;
    case Kind::comparison_operator: comparison(node); return true;
    case Kind::conditional_expression: {
        visit(node.named_child(1));
        const Flow::Outcome outcomes[] = {flow_.branch([&] { visit(node.named_child(0)); }),
                                          flow_.branch([&] { visit(node.named_child(2)); })};
        flow_.meet(outcomes);
        return true;
    }
    case Kind::lambda:
        parameters(node.child(Field::parameters));
        units_.push_back(node);
        return true;
    case Kind::list_comprehension:
    case Kind::set_comprehension:
    case Kind::dictionary_comprehension:
    case Kind::generator_expression: comprehension(node); return true;
    default: return false;
    }
}

void FlowWalker::annotation(Node node) {
    const bool was_later = std::exchange(later_, later_ || binder_.future_annotations_);
    const bool was_annotation = std::exchange(in_annotation_, true);
    visit(node);
    later_ = was_later;
    in_annotation_ = was_annotation;
}

void FlowWalker::assignment(Node node) {
    // The annotation comes last at run time, but what it names must be there before:
    // `date: date = today()` means the outer `date`.
    if (const Node type = node.child(Field::type))
        annotation(type);
    if (const Node right = node.child(Field::right)) {
        // `a = b = value`: the value, then `a`, then `b`.
        llvm::SmallVector<Node, 4> targets{node.child(Field::left)};
        Node value = right;
        while (value.is(Kind::assignment) && !value.child(Field::type) && value.child(Field::right)) {
            targets.push_back(value.child(Field::left));
            value = value.child(Field::right);
        }
        visit(value);
        for (const Node target : targets)
            visit(target);
    } else {
        visit(node.child(Field::left));
    }
}

void FlowWalker::augmented_assignment(Node node) {
    const Node left = node.child(Field::left);
    if (!left.is(Kind::identifier)) {
        visit(left);
        visit(node.child(Field::right));
        return;
    }
    read(left);
    visit(node.child(Field::right));
    if (const DefinitionId id = out_.definition_at(left.id()))
        define(id);
}

/// `a < b < c`: what follows the second operand is evaluated only while the comparison holds.
void FlowWalker::comparison(Node node) {
    const llvm::SmallVector<Node, 8> operands = node.named_children();
    for (std::size_t i = 0; i < operands.size(); ++i) {
        if (i < 2)
            visit(operands[i]);
        else
            flow_.maybe([&] { visit(operands[i]); });
    }
}

void FlowWalker::comprehension(Node node) {
    for (Node child = node.first_child(); child; child = child.next_sibling()) {
        if (!child.is(Kind::for_in_clause))
            continue;
        visit_fields(child, Field::right);
        if (node.is(Kind::generator_expression))
            units_.push_back(node);
        else
            comprehension_loop(node, child);
        return;
    }
}

/// All but the first iterable.
void FlowWalker::comprehension_loop(Node node, Node first) {
    loop(
        node, Node(), [] { return true; },
        [&] {
            // The conditions and inner loops may leave the rest of a round undone.
            const Flow::Outcome unfinished = anywhere_in(node.id(), tree_.record(node.id()).subtree_end);
            const Flow::Outcome outcomes[] = {unfinished, flow_.branch([&] {
                                                  for (Node child = first; child; child = child.next_sibling()) {
                                                      if (child.is(Kind::for_in_clause)) {
                                                          if (!(child == first))
                                                              visit_fields(child, Field::right);
                                                          visit_fields(child, Field::left);
                                                      } else {
                                                          visit(child);
                                                      }
                                                  }
                                                  visit_fields(node, Field::body);
                                              })};
            flow_.meet(outcomes);
        });
}

/// In patterns a lone name is bound; a dotted one is read, and a class's is.
void FlowWalker::pattern(Node node) {
    switch (node.kind()) {
    case Kind::identifier:
        if (const DefinitionId id = out_.definition_at(node.id()))
            define(id);
        return;
    case Kind::dotted_name: {
        const Node head = node.named_child(0);
        if (out_.definition_at(head.id()))
            define(out_.definition_at(head.id()));
        else
            read(head);
        return;
    }
    case Kind::union_pattern: {
        llvm::SmallVector<Flow::Outcome, 4> alternatives;
        for (const Node child : node.named_children())
            alternatives.push_back(flow_.branch([&] { pattern(child); }));
        flow_.meet(alternatives);
        return;
    }
    case Kind::keyword_pattern:
        for (Node child = node.named_child(0).next_sibling(); child; child = child.next_sibling())
            pattern(child);
        return;
    case Kind::string:
    case Kind::concatenated_string: visit(node); return;
    default:
        for (Node child = node.first_child(); child; child = child.next_sibling())
            if (child.named())
                pattern(child);
        return;
    }
}

} // namespace sqlawait
