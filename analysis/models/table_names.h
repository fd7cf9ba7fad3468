// Names of tables that code computes from the name of a class.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"

#include <string>

namespace sqlawait {

/// UserGroup -> user_group, HTTPLog -> http_log: Flask-SQLAlchemy's rule, too.
[[nodiscard]] std::string snake_case(llvm::StringRef class_name);

/// A way in which programs make the name of a table out of a class's.
struct TableNaming {
    std::string (*words)(llvm::StringRef class_name) = snake_case;
    bool plural = false;

    [[nodiscard]] std::string name(llvm::StringRef class_name) const;
};

/// The way that gives the most of `referenced`, tables that foreign keys name and no class is known to have, to
/// `class_names`, whose tables code computes. Without any evidence snake case.
[[nodiscard]] TableNaming table_naming(llvm::ArrayRef<std::string> class_names, const llvm::StringSet<>& referenced);

} // namespace sqlawait
