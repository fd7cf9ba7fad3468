#include "rewriters/engine/async_edits.h"

namespace sqlawait {

namespace {

/// The class that stands around a session: SQLModel has one of its own.
std::string shell_class(const MatchContext& context, Node session) {
    const TypeStore& store = context.facts.types.store();
    for (const Atom& atom : store.atoms(context.facts.types.type_of(context.place(session)))) {
        const ClassKnowledge* known = context.facts.knowledge.class_(store.external_class(atom));
        if (known != nullptr && known->role == Role::session && !known->async_class.empty())
            return known->async_class;
    }
    return "sqlalchemy.ext.asyncio.AsyncSession";
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const FunctionId dependency = context.facts.colours.lent_for(context.place(node));
    if (!dependency || context.rendering == Rendering::sync_twin)
        return;
    Fix fix;
    fix.group = context.facts.colours.group(dependency);
    const std::string shell = shell_class(context, node);
    const auto [package, name] = llvm::StringRef(shell).rsplit('.');
    const std::string session = context.spell(fix, package, name);
    fix.edits.push_back(wrap(node, session + "(sync_session_class=lambda **_: ", ")", Layer::expression));
    out.push_back(edit_finding(context, node,
                               "the application awaits the session of the test, which stays synchronous: lazy loads of "
                               "the application do not fail here",
                               std::move(fix)));
}

const RegisteredRule rule{{.name = "lent_session",
                           .code = "SA805",
                           .summary = "a synchronous session of a test that the application is given is wrapped",
                           .stage = Stage::async,
                           .kinds = {Kind::identifier, Kind::attribute, Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
