// What an engine, a session factory and a session are made with, on the asynchronous side.
//
// Drivers: a database URL names one, or leaves it to the default of its dialect; only some are
// asynchronous. Arguments: some are refused by create_async_engine or by the driver (SQLAlchemy 2.0).
#pragma once

#include "rewriters/engine/rule.h"

namespace sqlawait {

/// The edits inside a call that makes an engine, a factory or a session, or why there are none.
struct FoundationEdits {
    std::vector<Edit> edits;
    std::vector<ImportNeed> imports;
    std::string refusal;
};

/// Whether a call makes one of these things synchronously; the name of what it calls, canonical.
enum class Made : std::uint8_t { nothing, engine, factory, session };
[[nodiscard]] Made made_by(const MatchContext& context, Node call);

/// The edits that make it asynchronous, the callee's name included.
[[nodiscard]] FoundationEdits foundation_edits(const MatchContext& context, Node call);

/// The scheme of an asynchronous URL for that of a synchronous one ("postgresql" -> "postgresql+asyncpg");
/// the same scheme when it is asynchronous already, "" when its dialect has no asynchronous driver.
[[nodiscard]] std::string async_scheme(llvm::StringRef scheme, llvm::StringRef driver);

} // namespace sqlawait
