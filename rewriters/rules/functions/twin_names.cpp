#include "rewriters/engine/async_edits.h"

namespace sqlawait {

namespace {

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const auto* named = context.facts.colours.named_function(context.place(node));
    if (named == nullptr)
        return;
    const FunctionInfo& function = context.facts.symbols.function(named->function);
    const ColouredFunction& colour = context.facts.colours.function(named->function);
    bool async = writes_async(context, node);
    if (named->sync)
        async = false;
    if (named->async)
        async = true;
    const std::string& wanted = async ? colour.async_name : colour.sync_name;
    if (wanted == function.name)
        return;
    Fix fix;
    rename_use(context, node, function.module, wanted, fix);
    out.push_back(edit_finding(context, node,
                               async ? "the async form of '" + function.name + "' is meant"
                                     : "the sync form of '" + function.name + "' is meant",
                               std::move(fix)));
}

const RegisteredRule rule{{.name = "twin_names",
                           .code = "SA304",
                           .summary = "calls name the form of a function that their own form needs",
                           .stage = Stage::async,
                           .kinds = {Kind::identifier, Kind::attribute},
                           .match = match}};

} // namespace

} // namespace sqlawait
