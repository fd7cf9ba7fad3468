#include "rewriters/engine/session_doubles.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral module_name = "session_doubles";

llvm::StringRef folder_of(llvm::StringRef path) {
    const std::size_t slash = path.rfind('/');
    return slash == llvm::StringRef::npos ? "" : path.take_front(slash);
}

bool has_file(const Program& program, llvm::StringRef folder, llvm::StringRef name) {
    const std::string path = folder.empty() ? name.str() : (folder + "/" + name).str();
    return llvm::any_of(program.modules, [&](const auto& module) { return module->source.path == path; });
}

bool is_package(const Program& program, llvm::StringRef folder) {
    return !folder.empty() && has_file(program, folder, "__init__.py");
}

} // namespace

bool is_session_doubles_module(llvm::StringRef name) { return name.substr(name.rfind('.') + 1) == module_name; }

AddedModule session_doubles_module(const Program& program, const Module& test) {
    llvm::StringRef folder = folder_of(test.source.path);
    // The folder of a conftest.py can be imported from, and so can that of the test itself.
    for (llvm::StringRef above = folder; !is_package(program, folder) && !above.empty(); above = folder_of(above))
        if (has_file(program, above, "conftest.py")) {
            folder = above;
            break;
        }
    if (!is_package(program, folder))
        return {(folder.empty() ? "" : folder.str() + "/") + module_name.str() + ".py", module_name.str()};
    llvm::StringRef outermost = folder;
    while (is_package(program, folder_of(outermost)))
        outermost = folder_of(outermost);
    return {(outermost + "/" + module_name + ".py").str(),
            (outermost.substr(outermost.rfind('/') + 1) + "." + module_name).str()};
}

} // namespace sqlawait
