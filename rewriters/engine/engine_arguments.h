// The edits inside a call that makes an engine, a session factory or a session which make it the
// asynchronous one. Whether that is possible was decided by the colour pass (foundation_refusal).
#pragma once

#include "analysis/colour/foundation.h"
#include "rewriters/engine/rule.h"

namespace sqlawait {

struct FoundationEdits {
    std::vector<Edit> edits;
    std::vector<ImportNeed> imports;
    std::vector<HelperFunction> helpers;
    std::string refusal;
};

[[nodiscard]] FoundationContext foundation_context(const MatchContext& context);
[[nodiscard]] inline Made made_by(const MatchContext& context, Node call) {
    return made_by(foundation_context(context), context.place(call));
}
[[nodiscard]] FoundationEdits foundation_edits(const MatchContext& context, Node call);

} // namespace sqlawait
