#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/StringSwitch.h"

namespace sqlawait {

namespace {

/// Special methods whose asynchronous counterpart has a name of its own.
llvm::StringRef async_special_name(llvm::StringRef name) {
    return llvm::StringSwitch<llvm::StringRef>(name)
        .Case("__iter__", "__aiter__")
        .Case("__next__", "__anext__")
        .Case("__enter__", "__aenter__")
        .Case("__exit__", "__aexit__")
        .Default("");
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const FunctionId id = context.facts.symbols.function_at(context.place(node));
    if (!id)
        return;
    const ColouredFunction& colour = context.facts.colours.function(id);
    const Node name = node.child(Field::name);
    Fix fix;
    std::string message = "'" + name.text().str() + "' becomes async";
    if (context.rendering == Rendering::sync_twin) {
        if (colour.sync_name != name.text() && colour.form.sync) {
            fix.edits.push_back(replace(name.range(), colour.sync_name));
            message = "the sync form of '" + name.text().str() + "'";
        }
    } else if (colour.form.async) {
        if (colour.turns_async) {
            fix.edits.push_back(insert(node.begin(), "async "));
            const llvm::StringRef special = async_special_name(name.text());
            const llvm::StringRef hook = async_hook_name(context.facts, id);
            if (!special.empty() || !hook.empty())
                fix.edits.push_back(replace(name.range(), (hook.empty() ? special : hook).str()));
        }
        if (colour.async_name != name.text())
            fix.edits.push_back(replace(name.range(), colour.async_name));
    }
    if (fix.edits.empty())
        return;
    fix.group = context.facts.colours.group(id);
    Finding finding = edit_finding(context, node, std::move(message), std::move(fix));
    finding.range = name.range();
    finding.kind = "function";
    out.push_back(std::move(finding));
}

const RegisteredRule rule{{.name = "async_def",
                           .code = "SA301",
                           .summary = "functions that do session I/O become async",
                           .stage = Stage::async,
                           .kinds = {Kind::function_definition},
                           .match = match}};

} // namespace

} // namespace sqlawait
