// Loader options as text: "selectinload(Author.books).joinedload(Book.publisher), joinedload(...)".
// Collections load by selectinload, single objects by joinedload; classes are spelled as the module
// knows them, and imported where it does not.
#pragma once

#include "rewriters/engine/rule.h"

#include <string>
#include <vector>

namespace sqlawait {

/// How code in the context's module names a class of the program: a name or `models.Name` that is there, else
/// its plain name or an alias with an import of it (added to the fix). "" when that import would close a circle.
[[nodiscard]] std::string spell_class(const MatchContext& context, Fix& fix, ClassId id);

/// The attribute that alone is the primary key, or "".
[[nodiscard]] std::string single_key_name(const MatchContext& context, ClassId entity);

/// Attribute names in loader options, also of those that names in it stand for.
void named_in_options(const MatchContext& context, Node options, std::vector<std::string>& names);

/// One option for each path, separated by ", ". Sets `spelled` to false when a class cannot be named here: then
/// nothing may be emitted.
[[nodiscard]] std::string loader_options(const MatchContext& context, Fix& fix, llvm::ArrayRef<LoadPath> paths,
                                         bool& spelled);

} // namespace sqlawait
