#include "rewriters/queries/web.h"

#include "rewriters/engine/async_edits.h"

namespace sqlawait {

std::optional<WebStay> stays(const Facts& facts, const QueryWeb& web) {
    std::optional<WebStay> kept;
    bool all_kept = true;
    for (const std::uint32_t index : web.chains) {
        const Place place = facts.queries.chains()[index].place;
        const FunctionId around = facts.symbols.enclosing_function(place);
        const ColouredFunction* function = around ? &facts.colours.function(around) : nullptr;
        if (function == nullptr || !function->kept) {
            all_kept = false;
            continue;
        }
        const auto stay = [&] {
            return WebStay{function->reasons.empty() ? "the code around it stays synchronous"
                                                     : function->reasons.back(),
                           place, true};
        };
        if (function->untouched)
            return stay();
        if (!kept)
            kept = stay();
    }
    // A task that shares its query with code that changes changes with it: a select() runs on its session, too.
    if (kept && all_kept)
        return kept;
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
