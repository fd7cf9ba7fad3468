// Which module an import means. Absolute names are looked up among the names that modules may have, the
// candidate whose import root holds the importer first; relative ones by folder, as Python does.
#pragma once

#include "analysis/project/program.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"

namespace sqlawait {

/// `from .models.user import User` -> "models.user" and one dot.
struct ImportedModule {
    std::string dotted;
    unsigned dots = 0;
};
[[nodiscard]] ImportedModule imported_module(Node module_name);
/// The text of a dotted name without the blanks and line breaks that may stand in it.
[[nodiscard]] std::string dotted_text(Node dotted_name);

class ModuleIndex {
  public:
    ModuleIndex() = default;
    explicit ModuleIndex(const Program& program);

    [[nodiscard]] ModuleId find(const Module& importer, llvm::StringRef dotted, unsigned dots = 0) const;
    /// All modules that may be meant, the likeliest first: two services of one repository may both have an `app`.
    [[nodiscard]] llvm::SmallVector<ModuleId, 2> find_all(const Module& importer, llvm::StringRef dotted,
                                                          unsigned dots = 0) const;
    /// The module `name` in a package's folder, or none.
    [[nodiscard]] ModuleId submodule(const Module& package, llvm::StringRef name) const;
    /// Whether modules of the program have names that begin with this one and a dot: a package without
    /// `__init__.py`, or with one.
    [[nodiscard]] bool is_prefix(llvm::StringRef dotted) const { return prefix_roots_.contains(dotted); }
    /// What a relative import means as an absolute name, for imports of what is not there; "" where the dots
    /// lead out of the importer's packages.
    [[nodiscard]] static std::string absolute_name(const Module& importer, llvm::StringRef dotted, unsigned dots);

  private:
    struct Candidate {
        ModuleId module;
        unsigned rank = 0; // of the name among the module's names
        std::string root;  // the folder in which the import starts: "services/billing/"
    };
    [[nodiscard]] ModuleId at_path(llvm::StringRef path) const;

    const Program* program_ = nullptr;
    llvm::StringMap<llvm::SmallVector<Candidate, 1>> by_name_;
    llvm::StringMap<ModuleId> by_path_; // "app/db", of packages their folder
    llvm::StringMap<llvm::SmallVector<std::string, 1>> prefix_roots_; // where folders of this name lie
};

} // namespace sqlawait
