// Pass "apply": edits to new text, for one file. The only folder that includes clang: the edits go
// through clang::tooling::Replacements, which checks once more what is checked here.
//
//     const AppliedEdits applied = apply_edits(module.source, edits);
//     if (!applied.error.empty()) ... // a mistake in planning; it names both edits
//
// Every byte outside of the edits stays. Inserted text uses '\n', which becomes the file's own newline.
#pragma once

#include "grammars/source_text.h"
#include "rewriters/engine/edit.h"

#include "llvm/ADT/ArrayRef.h"

#include <string>

namespace sqlawait {

struct AppliedEdits {
    std::string bytes; // what the file holds afterwards, byte order mark included
    std::string error; // empty: fine
};

/// The edits are sorted by `range.begin` and disjoint. Where several meet at one offset (insertions, an
/// insertion beside a replacement), their texts follow one another in the order of the list.
[[nodiscard]] AppliedEdits apply_edits(const SourceText& source, llvm::ArrayRef<TextEdit> edits);

/// A text as the bytes of its file: `SourceText::text` without the edits.
[[nodiscard]] std::string file_bytes(const SourceText& source);

} // namespace sqlawait
