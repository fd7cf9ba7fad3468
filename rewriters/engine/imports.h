// The import ledger of one module: rules ask how to spell an outside name; at the end the ledger
// gives the edits that import what inserted text needs and that remove imports which lost their
// last use through our own edits (never others).
//
// A need without a name is for the module itself: {"asyncio", ""} is `import asyncio`.
// A name that a function binds for itself can't be used there: each place has its own answer, mostly the
// same. Asked without a place, a name that any function binds is taken. Names of class bodies don't count,
// methods don't see them.
#pragma once

#include "analysis/facts.h"
#include "rewriters/engine/edit.h"
#include "rewriters/engine/finding.h"
#include "rewriters/engine/import_statements.h"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sqlawait {

class ImportLedger {
  public:
    ImportLedger() = default;
    ImportLedger(const Facts& facts, ModuleId module);

    /// The text that means `from`.`name` in this module: an existing import's local name, `sa.select` where
    /// the module imports `sqlalchemy as sa` and nothing by name, the plain name when it is free, else an alias.
    /// `at`: the text is written there or inside of it; no node for anywhere in the module.
    [[nodiscard]] std::string spell(llvm::StringRef from, llvm::StringRef name, Node at = {});
    /// Whether the spelling needs a new import.
    [[nodiscard]] bool needs_import(llvm::StringRef from, llvm::StringRef name, Node at = {});

    /// Edits of the import statements, given what the accepted fixes need and the flattened edits of the
    /// module: a name whose every reference lies in replaced text, and which no new text spells, goes.
    [[nodiscard]] std::vector<Edit> edits(const std::vector<ImportNeed>& needs, llvm::ArrayRef<TextEdit> accepted);

  private:
    struct Spelling {
        std::string text;
        bool new_import = false;
    };
    const Spelling& spelling(llvm::StringRef from, llvm::StringRef name, Node at);
    [[nodiscard]] std::optional<std::string> alias_like_others(ModuleId target, llvm::StringRef from,
                                                               llvm::StringRef name) const;
    [[nodiscard]] Spelling find_spelling(llvm::StringRef from, llvm::StringRef name, Node at) const;
    [[nodiscard]] std::string local_name(const std::string& identity, Node at) const;
    [[nodiscard]] std::string through_module(llvm::StringRef from, Node at) const;
    [[nodiscard]] bool is_free(llvm::StringRef name, Node at) const;
    [[nodiscard]] bool is_shadowed(llvm::StringRef name, const std::string& identity, Node at) const;

    const Facts* facts_ = nullptr;
    ModuleId module_;
    std::vector<ImportStatement> statements_;
    /// By what is imported: each spelling that some place got, the first for as many places as it fits.
    std::map<std::pair<std::string, std::string>, std::deque<Spelling>> spelled_;
};

} // namespace sqlawait
