// The import statements of a module as values, and edits of their lists of names that keep each
// statement's own layout: one line, brackets, one name a line, sorted or not.
#pragma once

#include "analysis/facts.h"
#include "rewriters/engine/edit.h"

#include "llvm/ADT/SmallVector.h"

#include <string>
#include <vector>

namespace sqlawait {

struct ImportedName {
    Node node;         // dotted_name or aliased_import
    std::string name;  // as the other module has it
    std::string local; // what it binds here; the first part of `import a.b`
    bool aliased = false;
};

struct ImportStatement {
    Node node;
    bool from = false;      // `from module import names`; else `import names`
    bool star = false;
    std::string module;     // of `from`: as written, dots of relative imports included
    ModuleId target;        // of `from`: when it is a module of the program
    bool top_level = false; // directly in the module: not in a function, `try` or `if`
    std::vector<ImportedName> names;
};

/// In source order, `from __future__` left out.
[[nodiscard]] std::vector<ImportStatement> read_import_statements(const Facts& facts, ModuleId module);

/// What a definition made by an import stands for, as one comparable text; "" when it is not one known thing.
[[nodiscard]] std::string import_identity(const Facts& facts, ModuleId module, DefinitionId definition);
/// The same for a name that an import is needed for.
[[nodiscard]] std::string import_identity(const Facts& facts, ModuleId module, llvm::StringRef from,
                                          llvm::StringRef name);

/// isort's and Ruff's order of names: CONSTANTS, Classes, functions.
[[nodiscard]] bool imported_before(llvm::StringRef a, llvm::StringRef b);

/// Takes names out of a statement (indices into `names`) and adds others ("select", "select as sa_select").
/// A statement that keeps no name and gets none goes with its line, or becomes `instead` when that isn't empty.
[[nodiscard]] std::vector<Edit> change_names(const SourceText& source, const ImportStatement& statement,
                                             llvm::ArrayRef<std::size_t> removed, std::vector<std::string> added,
                                             llvm::StringRef instead);

/// `from module import names` in one line, or bracketed, a name a line, where that would be too long.
[[nodiscard]] std::string import_statement_text(const SourceText& source, llvm::StringRef module,
                                                std::vector<std::string> names);

/// The begin of the line after a statement and what follows it on its last line; the end of the text for the last.
[[nodiscard]] Offset line_after(Node statement);

} // namespace sqlawait
