// Star imports made explicit: the names that `from module import *` brings become symbols of the importing
// module, with a definition of kind `import_star`, and the reads of them are attached. Private to this folder.
#pragma once

#include "analysis/binding/binding.h"
#include "analysis/linking/module_index.h"

#include <vector>

namespace sqlawait {

class StarImports {
  public:
    StarImports(const Program& program, const ModuleIndex& index, std::vector<ModuleBindings>& bindings)
        : program_(program), index_(index), bindings_(bindings) {}
    void expand();

  private:
    struct Star {
        ModuleId importer;
        DefinitionId definition; // of the symbol "*"
        ModuleId source;         // none: outside of the program
        bool conditional = false;
    };

    void collect(const Module& module);
    bool bring(const Star& star);
    void bring_from_outside(ModuleId module);
    bool bind(const Star& star, llvm::StringRef name);
    void attach_reads(ModuleId module);
    void set_ends(ModuleId module);
    [[nodiscard]] std::vector<std::string> exported(ModuleId module) const;
    [[nodiscard]] bool hides(const Star& star, const Symbol& symbol) const;

    const Program& program_;
    const ModuleIndex& index_;
    std::vector<ModuleBindings>& bindings_;
    std::vector<Star> stars_;
};

/// Whether Python has a builtin of this name (3.10 to 3.14).
[[nodiscard]] bool is_builtin_name(llvm::StringRef name);

} // namespace sqlawait
