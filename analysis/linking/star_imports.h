// Star imports made explicit: the names that `from module import *` brings become symbols of the importing
// module, with a definition of kind `import_star`, and the reads of them are attached. Private to this folder.
#pragma once

#include "analysis/binding/binding.h"
#include "analysis/linking/module_index.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace sqlawait {

class StarImports {
  public:
    StarImports(const Program& program, const ModuleIndex& index, std::vector<ModuleBindings>& bindings)
        : program_(program), index_(index), bindings_(bindings) {}
    void expand();
    /// How many names were brought, or found to be there.
    [[nodiscard]] std::size_t steps() const { return steps_; }

  private:
    struct Star {
        ModuleId importer;
        DefinitionId definition; // of the symbol "*"
        ModuleId source;         // none: outside of the program
        bool conditional = false;
        std::size_t brought = 0; // of what the source exports
    };

    void collect(const Module& module);
    bool bring(Star& star);
    void bring_from_outside(llvm::ArrayRef<Star> stars);
    bool bind(const Star& star, llvm::StringRef name);
    void attach_reads(ModuleId module);
    void set_ends(llvm::ArrayRef<Star> stars);
    [[nodiscard]] std::vector<std::string> exported(ModuleId module) const;
    [[nodiscard]] bool hides(const Star& star, const Symbol& symbol) const;

    const Program& program_;
    const ModuleIndex& index_;
    std::vector<ModuleBindings>& bindings_;
    std::vector<Star> stars_; // those of one module side by side
    std::map<std::uint32_t, std::vector<std::string>> exported_; // by module that is a source: what it exports so far
    std::set<std::pair<std::uint32_t, std::string>> exports_;     // of those, what was brought
    std::map<std::uint32_t, std::vector<std::size_t>> importers_; // by module: the stars that import it
    std::size_t steps_ = 0;
};

/// Whether Python has a builtin of this name (3.10 to 3.14).
[[nodiscard]] bool is_builtin_name(llvm::StringRef name);

} // namespace sqlawait
