#include "tools/sqlawait/changed_lines.h"

#include "analysis/project/git.h"

#include "llvm/ADT/STLExtras.h"
#include <git2.h>

#include <memory>

namespace sqlawait {

namespace {

template <typename Thing, void (*free_thing)(Thing*)> struct Freer {
    void operator()(Thing* thing) const { free_thing(thing); }
};
template <typename Thing, void (*free_thing)(Thing*)> using Owned = std::unique_ptr<Thing, Freer<Thing, free_thing>>;

using Repository = Owned<git_repository, git_repository_free>;
using Object = Owned<git_object, git_object_free>;
using Diff = Owned<git_diff, git_diff_free>;

std::string last_error() {
    const git_error* error = git_error_last();
    return error == nullptr ? "unknown error" : error->message;
}

struct Collector {
    std::string prefix; // of the root below git's top level
    ChangedLines* out = nullptr;
};

int take_hunk(const git_diff_delta* delta, const git_diff_hunk* hunk, void* payload) {
    auto& collector = *static_cast<Collector*>(payload);
    llvm::StringRef path = delta->new_file.path;
    if (!path.consume_front(collector.prefix) || hunk->new_lines == 0)
        return 0;
    const auto first = static_cast<unsigned>(hunk->new_start);
    collector.out->runs[path.str()].emplace_back(first, first + static_cast<unsigned>(hunk->new_lines) - 1);
    return 0;
}

} // namespace

bool ChangedLines::touches(llvm::StringRef path, unsigned first, unsigned last) const {
    const auto found = runs.find(path.str());
    return found != runs.end() &&
           llvm::any_of(found->second, [&](const auto& run) { return run.first <= last && first <= run.second; });
}

ChangedLines lines_changed_since(llvm::StringRef root, const std::string& revision) {
    ChangedLines out;
    const auto fail = [&](const std::string& message) {
        out.error = "--since " + revision + ": " + message;
        return out;
    };
    const std::optional<GitWorkTree> tree = GitWorkTree::find(root);
    if (!tree)
        return fail(root.str() + " is not in a git work tree");
    git_repository* opened = nullptr;
    if (git_repository_open(&opened, tree->top().c_str()) != 0)
        return fail(last_error());
    const Repository repository(opened);
    git_object* found = nullptr;
    if (git_revparse_single(&found, repository.get(), revision.c_str()) != 0)
        return fail("no such revision: " + last_error());
    const Object object(found);
    git_object* peeled = nullptr;
    if (git_object_peel(&peeled, object.get(), GIT_OBJECT_TREE) != 0)
        return fail("not a commit: " + last_error());
    const Object commit_tree(peeled);

    git_diff_options options = GIT_DIFF_OPTIONS_INIT;
    options.context_lines = 0;
    options.flags = GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS | GIT_DIFF_SHOW_UNTRACKED_CONTENT;
    git_diff* made = nullptr;
    if (git_diff_tree_to_workdir_with_index(&made, repository.get(), reinterpret_cast<git_tree*>(commit_tree.get()),
                                            &options) != 0)
        return fail(last_error());
    const Diff diff(made);
    const std::string relative = tree->relative(root);
    Collector collector{relative.empty() ? "" : relative + "/", &out};
    if (git_diff_foreach(diff.get(), nullptr, nullptr, take_hunk, nullptr, &collector) != 0)
        return fail(last_error());
    return out;
}

} // namespace sqlawait
