// Passes "load" and "parse": which files the program consists of, their text and trees.
//
// The program is every Python file under the root that git does not ignore; PATHs only narrow
// what is changed or reported (`selected`). Nothing here knows what Python means, except for
// how a path becomes a module name. Files that can't be read or decoded stay in the table with
// an empty text and a `read_only_reason`, so that they are reported rather than silently skipped.
#pragma once

#include "analysis/ids.h"
#include "grammars/syntax_tree.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"

#include <memory>
#include <string>
#include <vector>

namespace sqlawait {

struct Configuration; // analysis/project/configuration.h

struct Module {
    ModuleId id;
    SourceText source;
    SyntaxTree tree;
    /// Dotted names under which the module may be imported, the most likely first: a file may be
    /// `src.app.db` for one habit of running and `app.db` for another. Never empty.
    std::vector<std::string> names;
    bool is_package = false; // an __init__.py
    bool is_stub = false;    // a .pyi: read for its types, never edited
    bool selected = true;    // inside PATH, --only and not --exclude: may be changed, is reported

    [[nodiscard]] bool editable() const { return selected && !is_stub && !source.read_only_reason && tree.clean(); }
    [[nodiscard]] const std::string& name() const { return names.front(); }
};

/// requirements.txt, pyproject.toml, pytest.ini ...: what the project needs, and how its tests run.
struct Manifest {
    SourceText source;
    bool selected = true;

    [[nodiscard]] bool editable() const { return selected && !source.read_only_reason; }
};

/// A template that the program renders: text with marks in it.
struct TemplateFile {
    std::string path; // relative to the root
    std::string text;
};

/// A file or a folder that could not be used as it should; part of the report.
struct ProjectProblem {
    std::string path;
    unsigned line = 0; // 0: the whole file
    unsigned column = 0;
    std::string message;
};

struct Program {
    std::string root;                             // absolute, no symbolic link in it
    std::vector<std::unique_ptr<Module>> modules; // by path; stable addresses
    std::vector<Manifest> manifests;              // by path
    std::vector<TemplateFile> templates;          // by path
    std::vector<ProjectProblem> problems;

    [[nodiscard]] const Module& module(ModuleId id) const { return *modules[id.value]; }
};

struct LoadOptions {
    std::string root;
    std::vector<std::string> paths;   // absolute or from the current folder; empty: all of the root
    std::vector<std::string> only;    // globs against the relative path
    std::vector<std::string> exclude; // globs against the relative path
    unsigned jobs = 1;
    /// A file's bytes instead of what is on disk (relative path, bytes): editors and `verify`. The file
    /// need not exist.
    std::vector<std::pair<std::string, std::string>> overrides;
};

/// Finds, reads and decodes the files, without parsing.
/// Fails (string error) only when the root itself cannot be read or one of the PATHs is not in it.
struct LoadResult {
    Program program;
    std::string error; // empty: fine
};
[[nodiscard]] LoadResult load_program(const LoadOptions& options);

/// Modules of programs that were parsed before; each list by path.
using ParsedBefore = std::vector<const std::vector<std::unique_ptr<Module>>*>;

/// Parses every module, `jobs` at a time, and records the syntax problems. A file that the grammar reads and
/// Python 3 does not becomes read only. Orders `names` by what the program's imports say. What has the same text
/// in a list of `parsed` is not parsed again.
void parse_program(Program& program, unsigned jobs, const ParsedBefore& parsed = {});

[[nodiscard]] std::string print_files(const Program& program);

} // namespace sqlawait
