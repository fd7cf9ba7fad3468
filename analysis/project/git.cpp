#include "analysis/project/git.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include <git2.h>

#include <algorithm>
#include <mutex>

namespace sqlawait {

void start_git_library() {
    static std::once_flag started;
    std::call_once(started, [] {
        git_libgit2_init();
        // Containers often mount a repository that somebody else owns. The check guards against hooks and
        // configured programs, and libgit2 runs neither.
        git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    });
}

void GitWorkTree::Closer::operator()(git_repository* repository) const { git_repository_free(repository); }
void GitWorkTree::Closer::operator()(git_index* index) const { git_index_free(index); }

std::optional<GitWorkTree> GitWorkTree::find(llvm::StringRef folder) {
    start_git_library();
    git_repository* repository = nullptr;
    if (git_repository_open_ext(&repository, folder.str().c_str(), 0, nullptr) != 0)
        return std::nullopt;
    GitWorkTree tree;
    tree.repository_.reset(repository);
    const char* top = git_repository_workdir(repository);
    llvm::SmallString<256> real;
    if (top == nullptr || llvm::sys::fs::real_path(top, real))
        return std::nullopt;
    tree.top_ = llvm::StringRef(real).rtrim('/').str();
    git_index* index = nullptr;
    if (git_repository_index(&index, repository) == 0)
        tree.index_.reset(index);
    return tree;
}

std::string GitWorkTree::relative(llvm::StringRef absolute) const {
    absolute.consume_front(top_);
    return absolute.trim('/').str();
}

bool GitWorkTree::ignored_file(llvm::StringRef path) const {
    int ignored = 0;
    return git_ignore_path_is_ignored(&ignored, repository_.get(), path.str().c_str()) == 0 && ignored != 0;
}

bool GitWorkTree::ignored_folder(llvm::StringRef path) const {
    // Rules such as `build/` only match what is known to be a folder.
    return ignored_file(path.str() + "/");
}

bool GitWorkTree::tracked(llvm::StringRef path) const {
    return index_ && git_index_get_bypath(index_.get(), path.str().c_str(), 0) != nullptr;
}

bool GitWorkTree::holds_tracked(llvm::StringRef folder) const {
    std::size_t at = 0;
    return index_ && git_index_find_prefix(&at, index_.get(), (folder.str() + "/").c_str()) == 0;
}

std::vector<std::string> GitWorkTree::dirty(llvm::ArrayRef<std::string> paths) const {
    if (paths.empty())
        return {};
    std::vector<char*> names;
    for (const std::string& path : paths)
        names.push_back(const_cast<char*>(path.c_str())); // libgit2's array is not const, and is only read
    git_status_options options = GIT_STATUS_OPTIONS_INIT;
    options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR;
    options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS |
                    GIT_STATUS_OPT_INCLUDE_IGNORED | GIT_STATUS_OPT_RECURSE_IGNORED_DIRS |
                    GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH;
    options.pathspec = {names.data(), names.size()};
    git_status_list* list = nullptr;
    std::vector<std::string> found;
    if (git_status_list_new(&list, repository_.get(), &options) != 0)
        return {paths.begin(), paths.end()}; // what cannot be asked is not known to be clean
    for (std::size_t i = 0; i < git_status_list_entrycount(list); ++i) {
        const git_status_entry* entry = git_status_byindex(list, i);
        const git_diff_delta* delta = entry->index_to_workdir ? entry->index_to_workdir : entry->head_to_index;
        if (entry->status != GIT_STATUS_CURRENT && delta != nullptr)
            found.emplace_back(delta->new_file.path);
    }
    git_status_list_free(list);
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    // A folder in the list stands for what is below; only what was asked for is answered.
    std::erase_if(found,
                  [&](const std::string& path) { return std::find(paths.begin(), paths.end(), path) == paths.end(); });
    return found;
}

std::vector<std::string> dirty_files(llvm::StringRef root, llvm::ArrayRef<std::string> paths) {
    const std::optional<GitWorkTree> tree = GitWorkTree::find(root);
    if (!tree)
        return {};
    const std::string prefix = tree->relative(root);
    if (!prefix.empty() && tree->ignored_folder(prefix) && !tree->holds_tracked(prefix))
        return {};
    const std::size_t skip = prefix.empty() ? 0 : prefix.size() + 1;
    std::vector<std::string> from_top;
    for (const std::string& path : paths)
        from_top.push_back(prefix.empty() ? path : prefix + "/" + path);
    std::vector<std::string> result = tree->dirty(from_top);
    for (std::string& path : result)
        path.erase(0, skip);
    return result;
}

} // namespace sqlawait
