#include "rewriters/engine/async_edits.h"
#include "rewriters/engine/session_switch.h"

namespace sqlawait {

namespace {

bool is_decorator(const MatchContext& context, Node node, llvm::StringRef name) {
    const Node call = node.named_child(0);
    return call.is(Kind::call) && call.child(Field::arguments).named_children().size() == 1 &&
           is_switch(context.facts.symbols, context.facts.program, context.module.id, call.child(Field::function),
                     name);
}

/// Whether a synchronous form stays that something else names: then there is still a choice.
bool has_choice(const MatchContext& context) {
    const SyntaxTree& tree = context.module.tree;
    for (NodeId id = 0; id < tree.size(); ++id)
        if (const Node node = tree.node(id); node.is(Kind::decorator) && is_decorator(context, node, when_sync)) {
            const Node definition = node.parent().child(Field::definition);
            if (!context.facts.colours.leftovers().removed.contains(context.place(definition)))
                return true;
        }
    return false;
}

/// @when_async(router.get("/users")) -> @router.get("/users")
void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (!is_decorator(context, node, when_async) || has_choice(context))
        return;
    const Node call = node.named_child(0);
    Edit edit{call.range(), {}, Layer::statement};
    edit.pieces.emplace_back(hole(call.child(Field::arguments).named_child(0)));
    Fix fix;
    fix.group = "leftovers"; // with the form that it was registered instead of
    fix.edits.push_back(std::move(edit));
    out.push_back(edit_finding(context, node, "there is one form to register", std::move(fix)));
}

const RegisteredRule rule{{.name = "leftover_switch",
                           .code = "SA311",
                           .summary = "routes of which one form is left are registered whatever the switch says",
                           .stage = Stage::clean,
                           .kinds = {Kind::decorator},
                           .match = match}};

} // namespace

} // namespace sqlawait
