#include "rewriters/queries/web.h"

#include "rewriters/engine/async_edits.h"

namespace sqlawait {

std::optional<WebStay> stays(const Facts& facts, const QueryWeb& web) {
    for (const std::uint32_t index : web.chains) {
        const Place place = facts.queries.chains()[index].place;
        const FunctionId around = facts.symbols.enclosing_function(place);
        if (!around)
            continue;
        const ColouredFunction& function = facts.colours.function(around);
        if (function.kept)
            return WebStay{function.reasons.empty() ? "the code around it stays synchronous" : function.reasons.back(),
                           place, true};
    }
    if (web.refusal)
        return WebStay{*web.refusal, web.refusal_place, false};
    return std::nullopt;
}

std::string web_group(const MatchContext& context, const QueryWeb& web, Node node) {
    if (context.is_async(node))
        return change_group(context, node);
    const Facts& facts = context.facts;
    for (const std::uint32_t index : web.chains) {
        const FunctionId around = facts.symbols.enclosing_function(facts.queries.chains()[index].place);
        if (around && facts.colours.form_at(around).async)
            return facts.colours.group(around);
    }
    return "query web " + std::to_string(web.id.value);
}

} // namespace sqlawait
