#include "rewriters/engine/async_edits.h"

namespace sqlawait {

namespace {

/// The registry of which a local variable holds the session: `db = db_session()`, and nothing else; or no node.
Node registry_of(const MatchContext& context, Node variable) {
    const ModuleBindings& bindings = context.facts.symbols.bindings(context.module.id);
    const SymbolId id = bindings.symbol_at(variable.id());
    if (!id || bindings.symbol(id).definitions.size() != 1)
        return {};
    const Definition& definition = bindings.definition(bindings.symbol(id).definitions.front());
    if (definition.kind != DefinitionKind::assignment ||
        bindings.scope(bindings.symbol(id).scope).kind != ScopeKind::function)
        return {};
    const Node made = variable.tree().node(definition.node).child(Field::right);
    if (!made.is(Kind::call) || !made.child(Field::arguments).named_children().empty())
        return {};
    const Node registry = made.child(Field::function);
    const ColouredValue* value = value_read(context.facts, context.module.id, registry);
    return value != nullptr && value->role == Role::scoped_session ? registry : Node();
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const Node callee = node.child(Field::function);
    if (!callee.is(Kind::attribute) || callee.child(Field::attribute).text() != "close" ||
        !callee.child(Field::object).is(Kind::identifier) || !context.is_async(node) ||
        !node.child(Field::arguments).named_children().empty())
        return;
    const Node registry = registry_of(context, callee.child(Field::object));
    if (!registry)
        return;
    const ColouredValue* value = value_read(context.facts, context.module.id, registry);
    if (value == nullptr || !value->form.async)
        return;
    Fix fix;
    const std::string plain = registry.text().str();
    const std::string name = !value->form.twin() ? plain
                             : value->module == context.module.id
                                 ? value->async_name
                                 : context.spell(fix, context.facts.module(value->module).name(), value->async_name);
    fix.edits.push_back(replace(callee.range(), name + ".remove"));
    out.push_back(edit_finding(context, node, "the registry of sessions would keep the session of each task for ever",
                               std::move(fix)));
}

const RegisteredRule rule{{.name = "scoped_close",
                           .code = "SA205",
                           .summary = "a session out of a registry is closed by removing it",
                           .stage = Stage::async,
                           .kinds = {Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
