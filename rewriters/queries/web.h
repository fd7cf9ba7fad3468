// A web as the rules see it: whether it stays a Query, and what its changes are grouped with.
#pragma once

#include "rewriters/engine/rule.h"

#include <optional>
#include <string>

namespace sqlawait {

/// Why a web is not rewritten.
struct WebStay {
    std::string reason;
    Place place;       // what stands in the way
    bool kept = false; // in code that stays synchronous for good: nobody has to do anything about it
};

/// A web is refused by the analysis, or a part of it is in code that is never edited (migrations, `keep-sync`), or the
/// whole of it in code that stays synchronous (Celery tasks); none: it is rewritten.
[[nodiscard]] std::optional<WebStay> stays(const Facts& facts, const QueryWeb& web);

/// The group of a change at a node: that of its function where that turns async, else that of the web.
[[nodiscard]] std::string web_group(const MatchContext& context, const QueryWeb& web, Node node);

} // namespace sqlawait
