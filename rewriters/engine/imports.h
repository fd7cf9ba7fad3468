// The import ledger of one module: rules ask how to spell an outside name; at the end the ledger
// gives the edits that import what inserted text needs and that remove imports which lost their
// last use through our own edits (never others).
//
// A need without a name is for the module itself: {"asyncio", ""} is `import asyncio`.
// Spelling does not look at the place: a name that any function of the module binds for itself is
// taken for all of the module. Names of class bodies don't count, methods don't see them.
#pragma once

#include "analysis/facts.h"
#include "rewriters/engine/edit.h"
#include "rewriters/engine/finding.h"
#include "rewriters/engine/import_statements.h"

#include <map>
#include <string>
#include <vector>

namespace sqlawait {

class ImportLedger {
  public:
    ImportLedger() = default;
    ImportLedger(const Facts& facts, ModuleId module);

    /// The text that means `from`.`name` in this module: an existing import's local name, `sa.select` where
    /// the module imports `sqlalchemy as sa` and nothing by name, the plain name when it is free, else an alias.
    /// The same answer every time for one module.
    [[nodiscard]] std::string spell(llvm::StringRef from, llvm::StringRef name);
    /// Whether the spelling needs a new import.
    [[nodiscard]] bool needs_import(llvm::StringRef from, llvm::StringRef name);

    /// Edits of the import statements, given what the accepted fixes need and the flattened edits of the
    /// module: a name whose every reference lies in replaced text, and which no new text spells, goes.
    [[nodiscard]] std::vector<Edit> edits(const std::vector<ImportNeed>& needs, llvm::ArrayRef<TextEdit> accepted);

  private:
    struct Spelling {
        std::string text;
        bool new_import = false;
    };
    const Spelling& spelling(llvm::StringRef from, llvm::StringRef name);
    [[nodiscard]] Spelling find_spelling(llvm::StringRef from, llvm::StringRef name) const;
    [[nodiscard]] std::string local_name(const std::string& identity) const;
    [[nodiscard]] std::string through_module(llvm::StringRef from) const;
    [[nodiscard]] bool is_free(llvm::StringRef name) const;

    const Facts* facts_ = nullptr;
    ModuleId module_;
    std::vector<ImportStatement> statements_;
    std::map<std::pair<std::string, std::string>, Spelling> spelled_;
};

} // namespace sqlawait
