// Pass "load": finds, reads and decodes the program's files.
#include "analysis/parallel.h"
#include "analysis/project/decoding.h"
#include "analysis/project/find_files.h"
#include "analysis/project/glob.h"
#include "analysis/project/module_names.h"
#include "analysis/project/program.h"

#include "llvm/Support/MemoryBuffer.h"

#include <algorithm>
#include <filesystem>

namespace sqlawait {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t largest_file = std::uint64_t{20} * 1024 * 1024;

struct Scope {
    std::vector<std::string> paths; // relative to the root; "" is the root itself
    std::vector<std::string> named; // those of them that are files
    std::string error;
};

Scope resolve_paths(const std::string& root, llvm::ArrayRef<std::string> paths, std::vector<ProjectProblem>& problems) {
    Scope scope;
    for (const std::string& path : paths) {
        std::error_code error;
        const fs::path real = fs::canonical(path, error);
        if (error) {
            scope.error = path + ": no such file or folder";
            return scope;
        }
        llvm::StringRef inside = real.native();
        const bool under_root = inside.consume_front(root) && (inside.empty() || inside.front() == '/' || root == "/");
        if (!under_root) {
            scope.error = path;
            scope.error.append(": lies outside of the program's root ").append(root);
            return scope;
        }
        const std::string relative = inside.ltrim('/').str();
        if (!fs::is_directory(real, error)) {
            if (!is_python_file(real.native())) {
                problems.push_back({relative, 0, 0, "not a Python file (.py or .pyi)"});
                continue;
            }
            if (!fs::is_regular_file(real, error)) {
                problems.push_back({relative, 0, 0, "not a regular file"});
                continue;
            }
            scope.named.push_back(relative);
        }
        scope.paths.push_back(relative);
    }
    return scope;
}

bool in_scope(llvm::StringRef path, const LoadOptions& options, const Scope& scope) {
    const auto holds = [&](llvm::StringRef folder) {
        llvm::StringRef rest = path;
        return folder.empty() || (rest.consume_front(folder) && (rest.empty() || rest.front() == '/'));
    };
    return (options.paths.empty() || llvm::any_of(scope.paths, holds)) &&
           (options.only.empty() || matches_any_glob(options.only, path)) && !matches_any_glob(options.exclude, path);
}

SourceText unreadable(std::string path, std::string reason) {
    SourceText source = make_source(std::move(path), "");
    source.read_only_reason = std::move(reason);
    return source;
}

SourceText read_source(const std::string& root, const std::string& path) {
    const std::string absolute = root + "/" + path;
    std::error_code error;
    const std::uint64_t size = fs::file_size(absolute, error);
    if (!error && size > largest_file)
        return unreadable(path, "is larger than 20 MB");
    // Read rather than mapped: a file that is cut short by somebody else must not kill the program.
    const auto buffer = llvm::MemoryBuffer::getFile(absolute, /*IsText=*/false, /*RequiresNullTerminator=*/false,
                                                    /*IsVolatile=*/true);
    if (!buffer)
        return unreadable(path, "cannot be read: " + buffer.getError().message());
    return decode_source(path, (*buffer)->getBuffer().str());
}

const std::string* override_of(const LoadOptions& options, llvm::StringRef path) {
    const auto found = llvm::find_if(options.overrides, [&](const auto& entry) { return entry.first == path; });
    return found == options.overrides.end() ? nullptr : &found->second;
}

/// Files that exist only as an override: an unsaved file of an editor, a file that a plan adds.
void add_overrides(const LoadOptions& options, std::vector<FoundFile>& files) {
    for (const auto& [path, text] : options.overrides) {
        const auto place = llvm::lower_bound(
            files, path, [](const FoundFile& file, const std::string& wanted) { return file.path < wanted; });
        if (!is_manifest_file(path) && (place == files.end() || place->path != path))
            files.insert(place, FoundFile{path, {}, false});
    }
}

std::vector<std::string> all_names(const FolderFacts& folders, llvm::StringRef root, const FoundFile& file) {
    std::vector<std::string> names = names_by_place(folders, root, file.path);
    for (const std::string& alias : file.aliases) {
        for (std::string& name : names_by_place(folders, root, alias)) {
            if (!llvm::is_contained(names, name))
                names.push_back(std::move(name));
        }
    }
    return names;
}

} // namespace

LoadResult load_program(const LoadOptions& options) {
    LoadResult result;
    Program& program = result.program;
    std::error_code error;
    program.root = fs::canonical(options.root, error).native();
    if (error) {
        result.error = options.root + ": cannot be read: " + error.message();
        return result;
    }
    const Scope scope = resolve_paths(program.root, options.paths, program.problems);
    if (!scope.error.empty()) {
        result.error = scope.error;
        return result;
    }
    FoundFiles found = find_files(program.root, scope.named);
    if (!found.error.empty()) {
        result.error = std::move(found.error);
        return result;
    }
    add_overrides(options, found.files);
    llvm::append_range(program.problems, found.problems);

    std::vector<std::string> paths;
    for (const FoundFile& file : found.files) {
        paths.push_back(file.path);
        llvm::append_range(paths, file.aliases);
    }
    const FolderFacts folders(paths, found.project_folders);
    program.modules.resize(found.files.size());
    for_each_index(found.files.size(), options.jobs, [&](std::size_t index) {
        const FoundFile& file = found.files[index];
        auto module = std::make_unique<Module>();
        module->id = ModuleId(static_cast<std::uint32_t>(index));
        const std::string* text = override_of(options, file.path);
        module->source = text ? decode_source(file.path, *text) : read_source(program.root, file.path);
        if (file.foreign && !module->source.read_only_reason)
            module->source.read_only_reason = "belongs to another git repository (a submodule)";
        module->names = all_names(folders, program.root, file);
        const llvm::StringRef base = llvm::StringRef(file.path).substr(file.path.rfind('/') + 1);
        module->is_package = base == "__init__.py" || base == "__init__.pyi";
        module->is_stub = base.ends_with(".pyi");
        module->selected = in_scope(file.path, options, scope);
        program.modules[index] = std::move(module);
    });
    for (const FoundFile& file : found.manifests) {
        const std::string* text = override_of(options, file.path);
        Manifest manifest{text ? decode_source(file.path, *text) : read_source(program.root, file.path),
                          in_scope(file.path, options, scope)};
        if (file.foreign && !manifest.source.read_only_reason)
            manifest.source.read_only_reason = "belongs to another git repository (a submodule)";
        program.manifests.push_back(std::move(manifest));
    }
    for (const FoundFile& file : found.templates) {
        const SourceText source = read_source(program.root, file.path);
        if (!source.read_only_reason &&
            (source.text.find("{{") != std::string::npos || source.text.find("{%") != std::string::npos))
            program.templates.push_back({file.path, source.text});
    }
    for (const std::unique_ptr<Module>& module : program.modules) {
        if (module->source.read_only_reason)
            program.problems.push_back({module->source.path, 0, 0, *module->source.read_only_reason});
    }
    llvm::stable_sort(program.problems, [](const ProjectProblem& a, const ProjectProblem& b) {
        return std::tie(a.path, a.line, a.column) < std::tie(b.path, b.line, b.column);
    });
    return result;
}

} // namespace sqlawait
