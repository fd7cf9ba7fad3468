#include "rewriters/engine/async_edits.h"

namespace sqlawait {

namespace {

/// `@contextmanager` on a generator that becomes asynchronous.
void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const Node decorated = node.parent();
    const Node definition = decorated.child(Field::definition);
    const FunctionId id = context.facts.symbols.function_at(context.place(definition));
    if (!id || context.rendering != Rendering::in_place)
        return;
    const ColouredFunction& colour = context.facts.colours.function(id);
    if (!colour.form.async || !colour.turns_async)
        return;
    const Node name = node.named_child(0);
    const std::string dotted = outside_name(context, name);
    const FunctionKnowledge* known = context.facts.knowledge.function(dotted);
    if (known == nullptr || known->context != "contextmanager")
        return;
    Fix fix;
    fix.group = context.facts.colours.group(id);
    const std::string async = known->async_name.empty() ? "contextlib.asynccontextmanager" : known->async_name;
    const auto [package, base] = llvm::StringRef(async).rsplit('.');
    fix.edits.push_back(replace(name.range(), context.spell(fix, package, base)));
    out.push_back(edit_finding(context, node, "the context manager is asynchronous", std::move(fix)));
}

const RegisteredRule rule{{.name = "async_context_manager",
                           .code = "SA306",
                           .summary = "contextmanager becomes asynccontextmanager",
                           .stage = Stage::async,
                           .kinds = {Kind::decorator},
                           .match = match}};

} // namespace

} // namespace sqlawait
