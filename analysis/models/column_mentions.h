// Which columns an argument of relationship() names: foreign_keys, remote_side, primaryjoin, as an
// expression, in a lambda, or in quotes. Works on the text, which is the same for all three.
#pragma once

#include "analysis/models/vocabulary.h"

namespace sqlawait {

struct ColumnMention {
    std::string qualifier; // "User", "models.User", "users.c"; "" for a bare name of the class's own body
    std::string name;
    bool foreign = false;  // inside foreign(...)
    bool remote = false;   // inside remote(...)
};

[[nodiscard]] std::vector<ColumnMention> mentioned_columns(const Vocabulary& vocabulary, Place argument);
[[nodiscard]] std::vector<ColumnMention> mentioned_columns(llvm::StringRef expression);

} // namespace sqlawait
