// Annotations as text: `Mapped[Optional["Post"]]`, whole annotations in quotes, parts in quotes.
// SQLAlchemy evaluates them itself, so that text is what there is to go by. Names are as written.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace sqlawait {

struct TypeText {
    /// Dotted name; "|" for a union of `arguments`; "" for what is no type (a number, a call ...).
    std::string name;
    std::vector<TypeText> arguments;
};

/// Never fails: what it can't read is a TypeText without a name.
[[nodiscard]] TypeText parse_type_text(llvm::StringRef text);

} // namespace sqlawait
