#include "analysis/linking/module_index.h"

#include "analysis/project/module_names.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <tuple>

namespace sqlawait {

namespace {

llvm::StringRef folder_of(llvm::StringRef path) {
    const std::size_t slash = path.rfind('/');
    return slash == llvm::StringRef::npos ? llvm::StringRef() : path.take_front(slash);
}

/// "app/db.py" -> "app/db"; of a package its folder.
llvm::StringRef import_path(const Module& module) {
    llvm::StringRef path = module.source.path;
    if (module.is_package)
        return folder_of(path);
    if (!path.consume_back(".pyi"))
        path.consume_back(".py");
    return path;
}

std::string as_path(llvm::StringRef dotted) {
    std::string path = dotted.str();
    std::replace(path.begin(), path.end(), '.', '/');
    return path;
}

/// The folder from which `name` leads to the module, with a slash at its end; "" too where there is none.
std::string root_of(const Module& module, llvm::StringRef name) {
    llvm::StringRef path = import_path(module);
    return path.consume_back(as_path(name)) ? path.str() : std::string();
}

} // namespace

std::string dotted_text(Node dotted_name) {
    std::string text = dotted_name.text().str();
    llvm::erase_if(text, [](char c) { return llvm::isSpace(c) || c == '\\'; });
    return text;
}

ImportedModule imported_module(Node module_name) {
    std::string text = dotted_text(module_name);
    const std::size_t dots = std::min(text.find_first_not_of('.'), text.size());
    return {text.substr(dots), static_cast<unsigned>(dots)};
}

ModuleIndex::ModuleIndex(const Program& program) : program_(&program) {
    // Where several files are one module, Python takes the package, then the source; stubs come last.
    const auto preference = [&](ModuleId id) {
        const Module& module = program.module(id);
        return std::tuple(module.is_stub, !module.is_package, id);
    };
    for (const auto& module : program.modules) {
        const auto [entry, is_new] = by_path_.try_emplace(import_path(*module), module->id);
        if (!is_new && preference(module->id) < preference(entry->second))
            entry->second = module->id;
    }
    for (const auto& module : program.modules) {
        for (unsigned rank = 0; rank < module->names.size(); ++rank) {
            const llvm::StringRef name = module->names[rank];
            std::string root = root_of(*module, name);
            for (llvm::StringRef prefix = name; prefix.contains('.');) {
                prefix = prefix.rsplit('.').first;
                auto& roots = prefix_roots_[prefix];
                if (!llvm::is_contained(roots, root))
                    roots.push_back(root);
            }
            by_name_[name].push_back({module->id, rank, std::move(root)});
        }
    }
    for (auto& entry : by_name_)
        llvm::sort(entry.second, [&](const Candidate& a, const Candidate& b) {
            return std::pair(a.rank, preference(a.module)) < std::pair(b.rank, preference(b.module));
        });
}

ModuleId ModuleIndex::at_path(llvm::StringRef path) const {
    const auto found = by_path_.find(path);
    return found == by_path_.end() ? ModuleId() : found->second;
}

llvm::SmallVector<ModuleId, 2> ModuleIndex::find_all(const Module& importer, llvm::StringRef dotted,
                                                     unsigned dots) const {
    llvm::SmallVector<ModuleId, 2> out;
    if (dots > 0) {
        llvm::StringRef folder = folder_of(importer.source.path);
        for (unsigned up = 1; up < dots; ++up) {
            if (folder.empty())
                return out;
            folder = folder_of(folder);
        }
        std::string path = folder.str();
        if (!dotted.empty())
            path += (path.empty() ? "" : "/") + as_path(dotted);
        if (const ModuleId id = at_path(path); id && (!dotted.empty() || program_->module(id).is_package))
            out.push_back(id);
        return out;
    }
    const auto found = by_name_.find(dotted);
    if (found == by_name_.end())
        return out;
    const llvm::StringRef path = importer.source.path;
    llvm::SmallVector<const Candidate*, 4> candidates;
    for (const Candidate& candidate : found->second) {
        // `import redis` in a redis.py means the library; a package may well import from itself.
        if (candidate.module == importer.id && !importer.is_package)
            continue;
        // A far-away logging.py does not take the place of the standard library's.
        if (!path.starts_with(candidate.root) && is_standard_module(dotted.split('.').first))
            continue;
        candidates.push_back(&candidate);
    }
    const auto nearness = [&](llvm::StringRef root) { return path.starts_with(root) ? root.size() + 1 : 0; };
    llvm::stable_sort(candidates,
                      [&](const Candidate* a, const Candidate* b) { return nearness(a->root) > nearness(b->root); });
    // A folder without `__init__.py` is a package too, and hides those of roots that are further away.
    if (const auto prefix = prefix_roots_.find(dotted); prefix != prefix_roots_.end()) {
        std::size_t nearest = 0;
        for (const std::string& root : prefix->second)
            nearest = std::max<std::size_t>(nearest, nearness(root));
        llvm::erase_if(candidates, [&](const Candidate* one) { return nearness(one->root) < nearest; });
    }
    for (const Candidate* candidate : candidates)
        if (!llvm::is_contained(out, candidate->module))
            out.push_back(candidate->module);
    return out;
}

ModuleId ModuleIndex::find(const Module& importer, llvm::StringRef dotted, unsigned dots) const {
    const auto all = find_all(importer, dotted, dots);
    return all.empty() ? ModuleId() : all.front();
}

ModuleId ModuleIndex::submodule(const Module& package, llvm::StringRef name) const {
    if (!package.is_package)
        return {};
    const llvm::StringRef folder = folder_of(package.source.path);
    return at_path(folder.empty() ? name.str() : (folder + "/" + name).str());
}

std::string ModuleIndex::absolute_name(const Module& importer, llvm::StringRef dotted, unsigned dots) {
    if (dots == 0)
        return dotted.str();
    llvm::StringRef base = importer.name();
    for (unsigned up = importer.is_package ? 1 : 0; up < dots; ++up) {
        if (!base.contains('.'))
            return {};
        base = base.rsplit('.').first;
    }
    return dotted.empty() ? base.str() : (base + "." + dotted).str();
}

} // namespace sqlawait
