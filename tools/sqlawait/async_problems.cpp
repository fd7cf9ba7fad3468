#include "tools/sqlawait/verify.h"

namespace sqlawait {

namespace {

/// What the code of a node belongs to. A generator expression may await anywhere but in its first iterable,
/// which is evaluated where the expression stands.
struct Surrounding {
    Node scope; // function_definition, lambda or class_definition; none: the module
    bool in_generator = false;
};

Surrounding surrounding(Node node) {
    Surrounding out;
    Node below = node;
    Node further_below;
    for (Node up = node.parent(); up; further_below = below, below = up, up = up.parent()) {
        if (up.is(Kind::generator_expression)) {
            const bool first_iterable = below == up.named_child(1) && further_below.field() == Field::right;
            out.in_generator |= !first_iterable;
        }
        const bool in_body =
            below.field() == Field::body && up.is_any(Kind::lambda, Kind::function_definition, Kind::class_definition);
        if (in_body) {
            out.scope = up;
            return out;
        }
    }
    return out;
}

bool is_async_def(Node scope) { return scope.is(Kind::function_definition) && scope.child_token("async"); }

/// Whether a `yield` stands directly in the function.
bool is_generator(Node function) {
    const SyntaxTree& tree = function.tree();
    for (NodeId id = function.id(); id < tree.record(function.id()).subtree_end; ++id)
        if (tree.record(id).kind == Kind::yield && surrounding(tree.node(id)).scope == function)
            return true;
    return false;
}

} // namespace

std::vector<SyntaxProblem> async_problems(const SyntaxTree& tree) {
    std::vector<SyntaxProblem> out;
    const auto needs_async = [&](Node node, llvm::StringRef what) {
        const Surrounding around = surrounding(node);
        if (!is_async_def(around.scope) && !around.in_generator)
            out.push_back({node.range(), what.str() + " outside of an async function"});
    };
    for (NodeId id = 0; id < tree.size(); ++id) {
        const Node node = tree.node(id);
        switch (node.kind()) {
        case Kind::await: needs_async(node, "`await`"); break;
        case Kind::for_statement:
        case Kind::with_statement:
            if (node.child_token("async"))
                needs_async(node, node.is(Kind::for_statement) ? "`async for`" : "`async with`");
            break;
        case Kind::for_in_clause:
            if (node.child_token("async") && !node.parent().is(Kind::generator_expression))
                needs_async(node, "an asynchronous comprehension");
            break;
        case Kind::yield:
            if (node.child_token("from") && is_async_def(surrounding(node).scope))
                out.push_back({node.range(), "`yield from` inside an async function"});
            break;
        case Kind::return_statement:
            if (const Node scope = surrounding(node).scope;
                is_async_def(scope) && node.named_child(0) && is_generator(scope))
                out.push_back({node.range(), "`return` with a value in an async generator"});
            break;
        default: break;
        }
    }
    return out;
}

} // namespace sqlawait
