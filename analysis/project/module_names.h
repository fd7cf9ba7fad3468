// Under which dotted names a file may be imported. Nobody says which folders are on `sys.path`, so there
// are candidates: seen from the root, from the folder above the file's outermost package, from `src`, from
// the sub-folder that a service lives in. What the program's own imports say decides the order.
#pragma once

#include "analysis/project/program.h"

#include <string>
#include <vector>

namespace sqlawait {

class FolderFacts {
  public:
    /// `paths`: every file of the program; `project_folders`: that hold a pyproject.toml and the like.
    FolderFacts(llvm::ArrayRef<std::string> paths, llvm::ArrayRef<std::string> project_folders);

    /// Whether the folder has an __init__.py of its own.
    [[nodiscard]] bool is_package(llvm::StringRef folder) const;
    /// Whether imports are likely to start at the folder.
    [[nodiscard]] bool is_source_root(llvm::StringRef folder) const;

  private:
    std::vector<std::string> packages_;     // sorted
    std::vector<std::string> source_roots_; // sorted
};

/// The names of a file by its place alone, the most likely first; never empty.
[[nodiscard]] std::vector<std::string> names_by_place(const FolderFacts& folders, llvm::StringRef root,
                                                      llvm::StringRef path);

/// Orders every module's names by how the program's imports spell them, and adds spellings that only the
/// imports tell of. Needs the trees.
void refine_names(Program& program);

/// Whether the name is a top-level module of Python's standard library (3.10 to 3.14).
[[nodiscard]] bool is_standard_module(llvm::StringRef name);

} // namespace sqlawait
