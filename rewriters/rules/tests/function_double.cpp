// What a test puts in the place of a function that became async has to give an awaitable: AsyncMock for MagicMock, and
// around a lambda. Functions of the test itself turn async by family, as overrides do.
#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

bool is_plain_mock(const MatchContext& context, Node call) {
    const TypeStore& store = context.facts.types.store();
    return call.is(Kind::call) && store.all(context.facts.types.type_of(context.place(call)), [&](const Atom& atom) {
        const llvm::StringRef name = store.external_class(atom);
        return name == "unittest.mock.Mock" || name == "unittest.mock.MagicMock";
    });
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const auto replacements = context.facts.calls.replacements();
    const Place place = context.place(node);
    const auto* found = llvm::find_if(replacements, [&](const Replacement& one) { return one.value == place; });
    if (found == replacements.end() || context.rendering == Rendering::sync_twin ||
        !llvm::all_of(found->replaced, [&](FunctionId id) {
            const ColouredFunction& function = context.facts.colours.function(id);
            return function.turns_async && function.form.async &&
                   function.async_name == context.facts.symbols.function(id).name;
        }))
        return;
    Fix fix;
    fix.group = change_group(context, node);
    if (node.is(Kind::lambda)) {
        fix.edits.push_back(
            wrap(node, context.spell(fix, "unittest.mock", "AsyncMock") + "(side_effect=", ")", Layer::expression));
    } else if (is_plain_mock(context, node)) {
        const Node callee = node.child(Field::function);
        fix.edits.push_back(callee.is(Kind::attribute)
                                ? replace(callee.child(Field::attribute).range(), "AsyncMock")
                                : replace(callee.range(), context.spell(fix, "unittest.mock", "AsyncMock")));
    }
    if (!fix.edits.empty())
        out.push_back(edit_finding(context, node, "what stands for a coroutine function is awaited", std::move(fix)));
}

const RegisteredRule rule{{.name = "function_double",
                           .code = "SA804",
                           .summary = "what tests put in the place of functions that became async gives an awaitable",
                           .stage = Stage::async,
                           .kinds = {Kind::call, Kind::lambda},
                           .match = match}};

} // namespace

} // namespace sqlawait
