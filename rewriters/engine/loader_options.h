// Loader options as text: "selectinload(Author.books).joinedload(Book.publisher), joinedload(...)".
// Collections load by selectinload, single objects by joinedload; classes are spelled as the module
// knows them, and imported where it does not.
#pragma once

#include "rewriters/engine/rule.h"

#include <map>
#include <string>
#include <vector>

namespace sqlawait {

/// How code in the context's module names a class of the program: a name or `models.Name` that is there, else
/// its plain name or an alias with an import of it (added to the fix). "" when that import would close a circle.
[[nodiscard]] std::string spell_class(const MatchContext& context, Fix& fix, ClassId id);

/// The attribute that alone is the primary key, or "".
[[nodiscard]] std::string single_key_name(const MatchContext& context, ClassId entity);

/// Loader options that a query has already.
struct PresentOptions {
    std::vector<std::string> names; // of attributes, and of classes in lists: selectin_polymorphic(Base, [Sub])
    std::map<std::string, std::string, std::less<>> loaders; // by relationship: "joinedload", "raiseload", ...
    std::vector<std::string> undeferred; // by undefer(), or by a defer() that is turned into one
    bool polymorphic = false; // with_polymorphic(...) is among them
    /// Nothing may be joined: beside a GROUP BY columns of another table cannot stand, and FOR UPDATE would lock its
    /// rows, too, which PostgreSQL refuses for an outer join.
    bool unjoined = false;
};

/// Adds what these options name, also of those that names in them stand for.
void read_options(const MatchContext& context, Node options, PresentOptions& present);
/// The same of options that stand in another module.
void read_options(const Facts& facts, ModuleId module, Node options, PresentOptions& present);

/// Whether a method of the statement with this name lets nothing be joined.
[[nodiscard]] bool forbids_joins(llvm::StringRef method);

/// What is added to a query where it is kept, or by functions that it is passed to: a relationship may not be loaded
/// in another way, or SQLAlchemy raises.
void read_later_options(const Facts& facts, const QueryChain& chain, PresentOptions& present);

/// `select(with_polymorphic(Base, [Sub]))`, also through a name: adds the subclasses.
void read_polymorphic(const MatchContext& context, Node arguments, PresentOptions& present);

/// Leaves out of the paths what the options load already.
void erase_present(const MatchContext& context, std::vector<LoadPath>& paths, const PresentOptions& present);

/// One option for each path, separated by ", ". Sets `spelled` to false when a class cannot be named here: then
/// nothing may be emitted. A relationship that has a loader already is named with the same one.
[[nodiscard]] std::string loader_options(const MatchContext& context, Fix& fix, llvm::ArrayRef<LoadPath> paths,
                                         bool& spelled, const PresentOptions& present = {});

} // namespace sqlawait
