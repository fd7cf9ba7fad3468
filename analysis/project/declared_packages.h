// Which packages and which Python a project declares, wherever it does: requirements files, pyproject.toml
// (PEP 621, Poetry, dependency groups), setup.cfg, Pipfile, environment.yml; for Python also .python-version,
// runtime.txt and the base image of a Dockerfile. Reads only; a file that cannot be understood declares nothing.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace sqlawait {

struct DeclaredPackage {
    std::string name;    // normalised: lower case, '-' between words
    std::string version; // as written behind the name: ">=2.0,<3", "==1.4.46", "" any
    std::string path;    // relative to the root
    unsigned line = 0;
};

struct Declarations {
    std::vector<std::string> files; // that declare something, sorted
    std::vector<DeclaredPackage> packages;
    std::vector<DeclaredPackage> pythons; // name "python"; in the order of their weight

    [[nodiscard]] const DeclaredPackage* package(llvm::StringRef normalised) const; // the first
};

/// `paths`: the program's files; the folders that they lie in, and those above, are looked at.
[[nodiscard]] Declarations read_declarations(llvm::StringRef root, llvm::ArrayRef<std::string> paths);

/// Of one file's text, by its name.
void add_declarations(llvm::StringRef path, llvm::StringRef text, Declarations& out);

/// The smallest version that a requirement allows as far as it says (">=2.0,<3" -> {2, 0}); of an exact one that.
/// Empty when it says nothing.
[[nodiscard]] std::vector<unsigned> lowest_version(llvm::StringRef requirement);
/// Whether a requirement rules out everything from `version` on (">=1.4,<2" rules out {2, 0}).
[[nodiscard]] bool rules_out_from(llvm::StringRef requirement, llvm::ArrayRef<unsigned> version);

} // namespace sqlawait
