// What the program asks of git, through libgit2: where the work tree begins, what is ignored, tracked or
// dirty. Reads only. The library is started by the first question, so that runs that need no git don't
// pay for it. Paths are relative to the top level, '/' between parts, unless said otherwise.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

struct git_repository;
struct git_index;

namespace sqlawait {

/// Starts libgit2 once; for those who use it directly.
void start_git_library();

class GitWorkTree {
  public:
    /// The work tree that a folder (absolute) lies in; none when there is no git or the repository is bare.
    [[nodiscard]] static std::optional<GitWorkTree> find(llvm::StringRef folder);

    /// Absolute, no symbolic link in it, no '/' at the end.
    [[nodiscard]] const std::string& top() const { return top_; }
    /// A folder's or file's path (absolute) from the top level: "" for the top level itself.
    [[nodiscard]] std::string relative(llvm::StringRef absolute) const;

    /// By the ignore rules, whether tracked or not.
    [[nodiscard]] bool ignored_file(llvm::StringRef path) const;
    [[nodiscard]] bool ignored_folder(llvm::StringRef path) const;
    [[nodiscard]] bool tracked(llvm::StringRef path) const;
    [[nodiscard]] bool holds_tracked(llvm::StringRef folder) const;
    /// Those of the paths whose content git could not give back: modified, staged, untracked or ignored.
    /// A path where there is no file is not dirty. Sorted.
    [[nodiscard]] std::vector<std::string> dirty(llvm::ArrayRef<std::string> paths) const;

  private:
    struct Closer {
        void operator()(git_repository* repository) const;
        void operator()(git_index* index) const;
    };
    std::string top_;
    std::unique_ptr<git_repository, Closer> repository_;
    std::unique_ptr<git_index, Closer> index_; // null when it cannot be read
};

/// The same for paths relative to a root (absolute); empty outside of git and where git ignores the root.
[[nodiscard]] std::vector<std::string> dirty_files(llvm::StringRef root, llvm::ArrayRef<std::string> paths);

} // namespace sqlawait
