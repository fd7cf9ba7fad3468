// The packages that a project declares, wherever it does: requirements files, pyproject.toml (PEP 621, dependency
// groups, Poetry, PDM, uv), setup.cfg, setup.py, Pipfile, conda's environment.yml. Each declaration knows how another
// package is written beside it.
#pragma once

#include "analysis/project/program.h"
#include "rewriters/engine/edit.h"

#include <optional>
#include <string>
#include <vector>

namespace sqlawait {

/// A package with the versions that are good enough: "psycopg", "binary", ">=3.1".
struct Requirement {
    std::string package;
    std::string extra; // or ""
    std::string bounds;
    friend bool operator==(const Requirement&, const Requirement&) = default;
};

struct Declaration {
    enum class Form : std::uint8_t { line, array_item, key };
    std::string package;             // lower case, "-" for "_" and "."
    std::vector<std::string> extras; // of "sqlalchemy[asyncio]"
    Form form = Form::line;
    Offset beside = 0;     // where text is put that declares another package
    std::string before;    // of such text: the newline and what the line begins with, "," and the quote
    std::string after;     // the quote, ","
};

struct Declarations {
    std::vector<Declaration> packages;
    std::string compiled_by; // "pip-compile": the file is made from another one; "" it is not
};

/// Of a manifest, by its name.
[[nodiscard]] Declarations read_declarations(const SourceText& source);
/// Of a setup.py: the strings in lists that are given to setup().
[[nodiscard]] Declarations read_setup_py(const SyntaxTree& tree);

/// The edit that declares a package beside another one.
[[nodiscard]] TextEdit declare_beside(const Declaration& declaration, const Requirement& requirement);

/// "SQLAlchemy" and "sql_alchemy" in the spelling by which packages are compared.
[[nodiscard]] std::string normal_package(llvm::StringRef name);

} // namespace sqlawait
