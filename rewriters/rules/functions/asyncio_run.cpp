#include "rewriters/engine/async_edits.h"

namespace sqlawait {

namespace {

/// Where the function that runs commands goes: in front of the first one of the module.
bool is_first_command(const MatchContext& context, Node definition) {
    for (const FunctionInfo& function : context.facts.symbols.functions())
        if (function.module == context.module.id && function.node < definition.id() &&
            context.facts.colours.has_conversion({function.module, function.node}, Conversion::asyncio_run))
            return false;
    return true;
}

/// The name of that function, which the module does not use yet.
std::string runner_name(const MatchContext& context) {
    std::string name = "run_async";
    const ModuleBindings& bindings = context.facts.symbols.bindings(context.module.id);
    while (bindings.scope(ScopeId{0}).by_name.contains(name))
        name += "_";
    return name;
}

/// A command of click or typer: what click calls runs the coroutine to its end.
void match_command(const MatchContext& context, Node definition, std::vector<Finding>& out) {
    const FunctionId id = context.facts.symbols.function_at(context.place(definition));
    const Node decorated = definition.parent();
    Fix fix;
    fix.group = context.facts.colours.group(id);
    const std::string newline = definition.tree().source().newline_text().str();
    const std::string name = runner_name(context);
    Edit above = insert(definition.begin(), "@" + name + newline + indentation_of(definition));
    above.layer = Layer::statement;
    fix.edits.push_back(std::move(above));
    if (is_first_command(context, definition)) {
        const std::string run = spell_through_module(context, fix, "asyncio", "run");
        const std::string wraps = spell_through_module(context, fix, "functools", "wraps");
        const std::string line = newline + "    ";
        fix.edits.push_back(insert(
            decorated.begin(),
            "def " + name + "(command):" + line + "\"\"\"A command that runs a coroutine to its end.\"\"\"" + newline +
                line + "@" + wraps + "(command)" + line + "def wrapper(*args, **kwargs):" + line + "    return " + run +
                "(command(*args, **kwargs))" + newline + line + "return wrapper" + newline + newline + newline));
    }
    out.push_back(edit_finding(context, definition, "the command runs in an event loop", std::move(fix)));
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const Place place = context.place(node);
    if (context.rendering != Rendering::in_place ||
        !context.facts.colours.has_conversion(place, Conversion::asyncio_run))
        return;
    if (node.is(Kind::function_definition))
        return match_command(context, node, out);
    Fix fix;
    const std::string run = spell_through_module(context, fix, "asyncio", "run");
    fix.edits.push_back(wrap(node, run + "(", ")"));
    if (const CallInfo* info = context.facts.types.call(place))
        for (const CallTarget& target : info->targets)
            if (target.function)
                fix.group = context.facts.colours.group(target.function);
    out.push_back(edit_finding(context, node, "the script runs its main function in an event loop", std::move(fix)));
}

const RegisteredRule rule{{.name = "asyncio_run",
                           .code = "SA305",
                           .summary = "scripts and commands run their coroutines with asyncio.run",
                           .stage = Stage::async,
                           .kinds = {Kind::call, Kind::function_definition},
                           .match = match}};

} // namespace

} // namespace sqlawait
