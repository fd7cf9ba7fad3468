// The text of sync twins: a copy of the source of a function or class with the edits of its `sync_twin` rendering.
#pragma once

#include "rewriters/engine/rule.h"

namespace sqlawait {

/// The insertion that adds the sync form beside its async form: behind it, or before it where
/// the async form is the one with the new name. `edits` are those of the twin's rendering.
[[nodiscard]] Edit twin_insertion(const Facts& facts, const TwinSource& source, llvm::ArrayRef<Edit> edits);

} // namespace sqlawait
