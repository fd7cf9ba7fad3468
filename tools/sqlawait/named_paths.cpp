#include "tools/sqlawait/named_paths.h"

#include "llvm/ADT/STLExtras.h"

#include <filesystem>

namespace sqlawait {

std::string NamedPaths::read(const Options& options) {
    namespace fs = std::filesystem;
    for (const std::string& path : options.paths) {
        std::error_code error;
        const fs::path real = fs::canonical(path, error);
        if (error)
            return path + ": no such file or folder";
        std::string relative = real.lexically_relative(options.root).generic_string();
        if (relative == "..")
            relative = "../";
        if (relative.empty() || llvm::StringRef(relative).starts_with("../"))
            return path + ": lies outside of the program's root " + options.root;
        paths_.push_back(relative == "." ? "" : relative);
    }
    return "";
}

bool NamedPaths::hold(llvm::StringRef path) const {
    return paths_.empty() || llvm::any_of(paths_, [&](llvm::StringRef named) {
               llvm::StringRef rest = path;
               return named.empty() || (rest.consume_front(named) && (rest.empty() || rest.front() == '/'));
           });
}

void named_beside_the_rest(LoadOptions& load, const Options& options) {
    if (!load.paths.empty())
        load.paths.insert(load.paths.begin(), options.root);
}

} // namespace sqlawait
