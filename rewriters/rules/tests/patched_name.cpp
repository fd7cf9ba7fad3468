#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// Whether all code of a module that names a function means its synchronous form, which has another name.
bool only_sync_named(const MatchContext& context, const Module& module, FunctionId function) {
    const MatchContext there{context.facts, module, context.options, Rendering::in_place, context.ledger, {}};
    bool any = false;
    for (NodeId id = 0; id < module.tree.size(); ++id) {
        const auto* named = context.facts.colours.named_function({module.id, id});
        if (named == nullptr || named->function != function)
            continue;
        if (named->async || (!named->sync && writes_async(there, module.tree.node(id))))
            return false;
        any = true;
    }
    return any;
}

/// patch("app.tasks.get_session") -> patch("app.tasks.get_session_sync"), where app.tasks stays synchronous
void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const Place place = context.place(node);
    const auto patched = context.facts.calls.patched_names();
    const auto* found = llvm::find_if(patched, [&](const PatchedName& one) { return one.text == place; });
    if (found == patched.end() || found->replaced.size() != 1 || context.rendering == Rendering::sync_twin)
        return;
    const FunctionId id = found->replaced.front();
    const FunctionInfo& function = context.facts.symbols.function(id);
    const ColouredFunction& colour = context.facts.colours.function(id);
    if (!colour.form.twin() || colour.sync_name == function.name || function.owner)
        return;
    const llvm::StringRef text = node.text();
    const std::size_t dot = text.rfind('.');
    const std::size_t begin = text.find_first_of("\"'") + 1;
    if (dot == llvm::StringRef::npos || !text.drop_front(dot + 1).starts_with(function.name))
        return;
    const ModuleId home = context.facts.symbols.find_module(context.module.id, text.slice(begin, dot));
    if (!home || home == function.module || !only_sync_named(context, context.facts.module(home), id))
        return;
    Fix fix;
    fix.group = context.facts.colours.group(id);
    const auto from = static_cast<Offset>(node.begin() + dot + 1);
    fix.edits.push_back(replace({from, from + static_cast<Offset>(function.name.size())}, colour.sync_name));
    out.push_back(
        edit_finding(context, node, "the module uses the synchronous form of '" + function.name + "'", std::move(fix)));
}

const RegisteredRule rule{{.name = "patched_name",
                           .code = "SA807",
                           .summary = "patches name the form of a function that the patched module uses",
                           .stage = Stage::async,
                           .kinds = {Kind::string},
                           .match = match}};

} // namespace

} // namespace sqlawait
