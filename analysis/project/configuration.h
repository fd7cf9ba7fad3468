// What a project says about itself: `[tool.sqlawait]` in pyproject.toml, or sqlawait.toml. Every key has
// the name of the flag that does the same; a flag on the command line wins. A few keys have no flag.
// A key that is not known, a value of the wrong type or not among the choices is an error that names the
// file and the line: a setting that silently does nothing is worse than none.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace sqlawait {

struct Configuration {
    std::string file; // absolute; "": nothing is configured

    std::optional<std::string> stage;        // select, loads, async, clean, all
    std::optional<std::string> strategy;     // replace, twin
    std::optional<std::string> form;         // statement, expression
    std::optional<std::string> driver;       // asyncpg, psycopg, aiosqlite, aiomysql, asyncmy
    std::optional<std::string> safety;       // safe, suggested
    std::optional<std::string> color;        // auto, always, never
    std::optional<std::string> feature_flag; // the name of the program's own switch
    std::optional<std::string> trace;        // files are absolute: the configuration's folder is where they start
    std::optional<std::string> baseline;
    std::optional<unsigned> max;
    std::optional<unsigned> jobs;
    std::optional<bool> proof;
    std::optional<bool> include_kept;
    std::optional<bool> allow_dirty;
    std::optional<bool> quiet;
    std::optional<bool> verbose;
    std::vector<std::string> only;
    std::vector<std::string> exclude;

    std::vector<std::string> keep_sync;     // globs of paths, or qualified names
    std::vector<std::string> session_names; // names that hold a session wherever they stand unannotated
    std::vector<std::string> session_types; // dotted names of classes that are sessions
    std::vector<std::string> entry_points;  // qualified names that something outside calls
    std::vector<std::string> knowledge;     // files of library knowledge; absolute
};

struct ConfigurationResult {
    Configuration configuration;
    std::string error; // "pyproject.toml:12: ..."; empty: fine
};

/// Reads `file` (the flag --config), or when that is "" the root's sqlawait.toml or pyproject.toml.
[[nodiscard]] ConfigurationResult read_configuration(llvm::StringRef root, llvm::StringRef file = "");

/// The same from a text; `file` is where it stands. In a file named pyproject.toml only `[tool.sqlawait]` counts.
[[nodiscard]] ConfigurationResult parse_configuration(llvm::StringRef file, llvm::StringRef toml);

/// The nearest folder upward from a file or folder with pyproject.toml, sqlawait.toml or .git; else the current folder
/// if the path is inside it, else the folder
/// itself (a file's folder); absolute, without symbolic links. "" when there is nothing at the path.
[[nodiscard]] std::string find_root(llvm::StringRef path);

} // namespace sqlawait
