// A relationship of an object that comes from outside of the program is waited for where it is read.
#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral mixin = "AsyncAttrs";

Finding finding_at(const MatchContext& context, Node node, std::string message, Fix fix) {
    Finding finding = edit_finding(context, node, std::move(message), std::move(fix));
    finding.code = "SA507";
    finding.kind = "load";
    return finding;
}

/// `class Base(DeclarativeBase)` becomes `class Base(AsyncAttrs, DeclarativeBase)`, `declarative_base()` gets `cls=`.
void match_base(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (!context.facts.loads.waits() || !llvm::is_contained(context.facts.models.bases(), context.place(node)))
        return;
    const Node bases = node.is(Kind::class_definition) ? node.child(Field::superclasses) : node.child(Field::arguments);
    if (bases && bases.text().contains(mixin))
        return;
    Fix fix;
    const std::string name = context.spell(fix, "sqlalchemy.ext.asyncio", mixin);
    if (node.is(Kind::class_definition)) {
        if (!bases || bases.named_children().empty())
            return;
        fix.edits.push_back(insert(bases.named_child(0).begin(), name + ", "));
    } else {
        const bool has_class = llvm::any_of(bases.named_children(), [](Node argument) {
            return argument.is(Kind::keyword_argument) && argument.child(Field::name).text() == "cls";
        });
        if (has_class)
            return;
        fix.edits.push_back(add_argument(node, "cls=" + name));
    }
    out.push_back(finding_at(context, node, "objects of the program can be waited for", std::move(fix)));
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (!context.options.async || context.rendering == Rendering::sync_twin)
        return;
    if (!node.is(Kind::attribute)) {
        match_base(context, node, out);
        return;
    }
    if (!context.facts.loads.waits_for(context.place(node)) || !context.is_async(node))
        return;
    Fix fix;
    fix.edits.push_back(insert(node.child(Field::object).end(), ".awaitable_attrs"));
    fix.edits.push_back(await_edit(node));
    out.push_back(finding_at(context, node,
                             "'" + node.child(Field::attribute).text().str() +
                                 "' is loaded where it is read: the object comes from outside of the program",
                             std::move(fix)));
}

const RegisteredRule rule{{.name = "awaitable_attribute",
                           .code = "SA507",
                           .summary = "a relationship of an object from outside is awaited where it is read",
                           .stage = Stage::async,
                           .kinds = {Kind::attribute, Kind::class_definition, Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
