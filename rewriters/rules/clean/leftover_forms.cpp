#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral group = "leftovers"; // what goes and who is named anew belong together

bool is_in_removed(const MatchContext& context, Node node) {
    const Leftovers& leftovers = context.facts.colours.leftovers();
    for (Node up = node.parent(); up; up = up.parent())
        if (leftovers.removed.contains(context.place(up)))
            return true;
    return false;
}

/// `"get_user", ` in a list of strings; a name of an import, and the import with its last one.
Edit remove_listed(const MatchContext& context, Node listed) {
    const Node statement = listed.parent();
    if (!statement.is(Kind::import_from_statement))
        return remove_argument(listed);
    const Leftovers& leftovers = context.facts.colours.leftovers();
    const bool whole = llvm::all_of(statement.children(Field::name),
                                    [&](Node name) { return leftovers.unlisted.contains(context.place(name)); });
    return whole ? remove_statement(statement) : remove_argument(listed);
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const Leftovers& leftovers = context.facts.colours.leftovers();
    const Place place = context.place(node);
    Fix fix;
    fix.group = group.str();
    std::string message;
    if (leftovers.removed.contains(place)) {
        const Node above = node.parent();
        const bool whole = above.is_any(Kind::decorated_definition, Kind::expression_statement);
        fix.edits.push_back(remove_statement(whole ? above : node));
        message = "nothing needs the synchronous form any more";
    } else if (const auto made = leftovers.restored.find(place); made != leftovers.restored.end()) {
        fix.edits.push_back(replace(node.range(), made->second));
        message = "what the class that goes has made";
    } else if (leftovers.unlisted.contains(place)) {
        fix.edits.push_back(remove_listed(context, node));
        message = "it lists what goes";
    } else if (const auto renamed = leftovers.renamed.find(place);
               renamed != leftovers.renamed.end() && !is_in_removed(context, node)) {
        const Leftovers::Renamed& now = renamed->second;
        if (now.token)
            fix.edits.push_back(
                replace((node.is(Kind::attribute) ? node.child(Field::attribute) : node).range(), now.name));
        else
            rename_use(context, node, now.home, now.name, fix);
        message = "the plain name is free again";
    } else {
        return;
    }
    out.push_back(edit_finding(context, node, std::move(message), std::move(fix)));
}

const RegisteredRule rule{{.name = "leftover_forms",
                           .code = "SA309",
                           .summary = "synchronous forms that nothing names any more go, and names lose their mark",
                           .stage = Stage::clean,
                           .kinds = {Kind::function_definition, Kind::class_definition, Kind::assignment,
                                     Kind::identifier, Kind::attribute, Kind::string, Kind::dotted_name},
                           .match = match}};

} // namespace

} // namespace sqlawait
