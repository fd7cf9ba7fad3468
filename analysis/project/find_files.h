// The first step of "load": which Python files lie under the root.
//
// Inside git the ignore rules decide (a tracked file is never ignored); environments, caches and build
// results are left out everywhere. Symbolic links are not walked: what they lead to inside the root is
// found at its own place and remembers the link as another path, what lies outside is not read.
#pragma once

#include "analysis/project/program.h"

#include <string>
#include <vector>

namespace sqlawait {

struct FoundFile {
    std::string path;                 // relative to the root, not through a link
    std::vector<std::string> aliases; // paths through symbolic links, sorted
    bool foreign = false;             // belongs to another git repository inside of this one
};

struct FoundFiles {
    std::vector<FoundFile> files;             // by path
    std::vector<std::string> project_folders; // that hold a pyproject.toml, requirements.txt, ...; sorted
    std::vector<FoundFile> manifests;         // by path; is_manifest_file
    std::vector<FoundFile> templates;         // by path; is_template_file
    std::vector<ProjectProblem> problems;
    std::string error; // the root cannot be read
};

/// `named` are files (relative to the root) that are taken even where they are ignored.
[[nodiscard]] FoundFiles find_files(const std::string& root, llvm::ArrayRef<std::string> named);

[[nodiscard]] bool is_python_file(llvm::StringRef path);
/// Whether the project says in it which packages it needs, or how its tests run.
[[nodiscard]] bool is_manifest_file(llvm::StringRef path);
/// Whether its name is that of a template of Jinja, or of a page that may be one.
[[nodiscard]] bool is_template_file(llvm::StringRef path);

} // namespace sqlawait
