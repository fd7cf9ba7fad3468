#include "analysis/project/find_files.h"

#include "analysis/project/git.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/Twine.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>

namespace sqlawait {

namespace {

namespace fs = std::filesystem;

std::string path_join(llvm::StringRef folder, llvm::StringRef name) {
    return folder.empty() ? name.str() : (folder + llvm::Twine("/") + name).str();
}

/// Whether `path` is `folder` or lies in it; "" is the root.
bool lies_in(llvm::StringRef path, llvm::StringRef folder) {
    return folder.empty() || (path.consume_front(folder) && (path.empty() || path.front() == '/'));
}

/// Folders that never hold a program's own sources, whatever git thinks of them.
bool never_sources(llvm::StringRef name) {
    return llvm::StringSwitch<bool>(name)
        .Cases(".git", ".hg", ".svn", ".bzr", ".venv", "site-packages", "node_modules", "__pycache__", true)
        .Cases(".tox", ".nox", ".eggs", ".mypy_cache", ".pytest_cache", ".ruff_cache", "__pypackages__", true)
        .Cases(".pixi", ".ipynb_checkpoints", ".sqlawait-journal", true)
        .Default(name.ends_with(".egg-info") || name.ends_with(".dist-info"));
}

bool marks_project(llvm::StringRef name) {
    return llvm::StringSwitch<bool>(name)
               .Cases("pyproject.toml", "sqlawait.toml", "setup.py", "setup.cfg", "Pipfile", "manage.py", true)
               .Cases("alembic.ini", "tox.ini", "pytest.ini", "environment.yml", "Dockerfile", true)
               .Default(false) ||
           (name.starts_with("requirements") && (name.ends_with(".txt") || name.ends_with(".in")));
}

struct Folder {
    std::string path;
    bool only_tracked = false; // ignored, but files in it were added to git all the same
    bool foreign = false;
};

struct Listing {
    std::vector<fs::directory_entry> entries; // by name
    llvm::StringSet<> names;
};

class Finder {
  public:
    explicit Finder(const std::string& root) : root_(root), git_(GitWorkTree::find(root)) {
        if (!git_)
            return;
        prefix_ = git_->relative(root_);
        // Rules of a repository that ignores the root altogether say nothing about what is in it.
        if (!prefix_.empty() && git_->ignored_folder(prefix_) && !git_->holds_tracked(prefix_))
            git_.reset();
    }

    FoundFiles run(llvm::ArrayRef<std::string> named) {
        std::error_code error;
        if (!fs::is_directory(root_, error)) {
            result_.error = root_ + ": not a folder that can be read";
            return std::move(result_);
        }
        std::vector<Folder> open{{}};
        while (!open.empty()) {
            const Folder folder = std::move(open.back());
            open.pop_back();
            visit(folder, open);
        }
        for (const std::string& path : named)
            files_.try_emplace(path);
        follow_links();
        for (auto& [path, file] : files_) {
            file.path = path;
            std::sort(file.aliases.begin(), file.aliases.end());
            result_.files.push_back(std::move(file));
        }
        std::sort(result_.project_folders.begin(), result_.project_folders.end());
        llvm::sort(result_.templates, [](const FoundFile& a, const FoundFile& b) { return a.path < b.path; });
        std::sort(result_.manifests.begin(), result_.manifests.end(),
                  [](const FoundFile& a, const FoundFile& b) { return a.path < b.path; });
        return std::move(result_);
    }

  private:
    struct Link {
        std::string path;
        std::string target; // relative to the root
        bool to_folder = false;
    };

    void problem(std::string path, std::string message) {
        result_.problems.push_back({std::move(path), 0, 0, std::move(message)});
    }

    [[nodiscard]] std::string from_top(llvm::StringRef path) const { return path_join(prefix_, path); }

    std::optional<Listing> list(const Folder& folder) {
        Listing listing;
        std::error_code error;
        fs::directory_iterator entry(fs::path(root_) / folder.path, error);
        for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
            listing.entries.push_back(*entry);
            listing.names.insert(entry->path().filename().native());
        }
        if (error) {
            if (folder.path.empty())
                result_.error = root_ + ": cannot be read: " + error.message();
            else
                problem(folder.path, "folder cannot be read: " + error.message());
            return std::nullopt;
        }
        std::sort(listing.entries.begin(), listing.entries.end());
        return listing;
    }

    /// An environment, or what `setup.py build` left behind.
    static bool is_made(const Folder& folder, const Listing& listing) {
        if (folder.path.empty())
            return false;
        return listing.names.contains("pyvenv.cfg") || listing.names.contains("conda-meta");
    }

    /// Copies of the sources that setuptools makes beside the project file.
    static bool is_build_result(llvm::StringRef name, const Listing& parent, const fs::path& path) {
        if (name != "build" || !(parent.names.contains("setup.py") || parent.names.contains("pyproject.toml")))
            return false;
        std::error_code error;
        return fs::is_directory(path / "lib", error) && !fs::exists(path / "__init__.py", error);
    }

    void visit(const Folder& folder, std::vector<Folder>& open) {
        const std::optional<Listing> listing = list(folder);
        if (!listing || is_made(folder, *listing))
            return;
        const bool foreign = folder.foreign || (git_ && !folder.path.empty() && listing->names.contains(".git"));
        bool project = false;
        for (const fs::directory_entry& entry : listing->entries) {
            const std::string name = entry.path().filename().native();
            const std::string path = path_join(folder.path, name);
            std::error_code error;
            const fs::file_status status = entry.symlink_status(error);
            project |= marks_project(name);
            if (error)
                problem(path, "cannot be read: " + error.message());
            else if (fs::is_directory(status))
                visit_folder({path, folder.only_tracked, foreign}, name, *listing, open);
            else if (fs::is_symlink(status))
                visit_link(path, folder.only_tracked);
            else if (is_python_file(name) && wanted_file(path, folder.only_tracked))
                add_file(path, status, foreign);
            else if (is_manifest_file(path) && fs::is_regular_file(status) && wanted_file(path, folder.only_tracked))
                result_.manifests.push_back({path, {}, foreign});
            else if (is_template_file(path) && fs::is_regular_file(status) && wanted_file(path, folder.only_tracked))
                result_.templates.push_back({path, {}, foreign});
        }
        if (project)
            result_.project_folders.push_back(folder.path);
    }

    void visit_folder(Folder folder, llvm::StringRef name, const Listing& parent, std::vector<Folder>& open) {
        if (never_sources(name) || is_build_result(name, parent, fs::path(root_) / folder.path))
            return;
        if (git_) {
            const std::string path = from_top(folder.path);
            if (folder.only_tracked || git_->ignored_folder(path)) {
                if (!git_->holds_tracked(path))
                    return;
                folder.only_tracked = true;
            }
        }
        open.push_back(std::move(folder));
    }

    [[nodiscard]] bool wanted_file(llvm::StringRef path, bool only_tracked) const {
        if (!git_)
            return true;
        const std::string full = from_top(path);
        return git_->tracked(full) || (!only_tracked && !git_->ignored_file(full));
    }

    void add_file(const std::string& path, const fs::file_status& status, bool foreign) {
        if (!fs::is_regular_file(status)) {
            problem(path, "not a regular file");
            return;
        }
        files_[path].foreign = foreign;
    }

    void visit_link(const std::string& path, bool only_tracked) {
        std::error_code error;
        const fs::path absolute = fs::path(root_) / path;
        const fs::path target = fs::canonical(absolute, error);
        if (error) {
            if (is_python_file(path))
                problem(path, "symbolic link that leads nowhere or round in a circle");
            return;
        }
        const bool to_folder = fs::is_directory(target, error);
        if ((!to_folder && !is_python_file(path)) || never_sources(target.filename().native()) ||
            !wanted_file(path, only_tracked))
            return;
        if (!lies_in(target.native(), root_)) {
            problem(path, "symbolic link that leaves the program's root; not followed");
            return;
        }
        const std::string inside = llvm::StringRef(target.native()).drop_front(root_.size()).ltrim('/').str();
        // A link to a folder that it lies in would go on for ever.
        if (!to_folder || !lies_in(path, inside))
            links_.push_back({path, inside, to_folder});
    }

    /// Each file is read once, at its own place; the way through a link is another name for it.
    void follow_links() {
        for (const Link& link : links_) {
            if (!link.to_folder) {
                if (!is_python_file(link.target) && wanted_file(link.target, false))
                    files_.try_emplace(link.target);
                if (const auto file = files_.find(link.target); file != files_.end())
                    file->second.aliases.push_back(link.path);
                continue;
            }
            const std::string below = link.target + "/";
            for (auto file = files_.lower_bound(below);
                 file != files_.end() && llvm::StringRef(file->first).starts_with(below); ++file)
                file->second.aliases.push_back(link.path + file->first.substr(link.target.size()));
        }
    }

    const std::string& root_;
    std::optional<GitWorkTree> git_;
    std::string prefix_; // the root's path from git's top level
    std::map<std::string, FoundFile> files_;
    std::vector<Link> links_;
    FoundFiles result_;
};

} // namespace

bool is_python_file(llvm::StringRef path) { return path.ends_with(".py") || path.ends_with(".pyi"); }

bool is_manifest_file(llvm::StringRef path) {
    const auto [folder, own] = path.rsplit('/');
    const llvm::StringRef name = own.empty() ? folder : own;
    const llvm::StringRef parent = own.empty() ? "" : folder.substr(folder.rfind('/') + 1);
    const bool list = name.ends_with(".txt") || name.ends_with(".in");
    return llvm::StringSwitch<bool>(name)
               .Cases("pyproject.toml", "setup.cfg", "Pipfile", "pytest.ini", ".pytest.ini", "tox.ini", true)
               .Default(false) ||
           (list && (name.contains("requirements") || parent == "requirements")) ||
           (name.starts_with("environment") && (name.ends_with(".yml") || name.ends_with(".yaml")));
}

bool is_template_file(llvm::StringRef path) {
    return llvm::any_of(std::array<llvm::StringRef, 5>{".html", ".htm", ".jinja", ".jinja2", ".j2"},
                        [&](llvm::StringRef ending) { return path.ends_with(ending); });
}

FoundFiles find_files(const std::string& root, llvm::ArrayRef<std::string> named) { return Finder(root).run(named); }

} // namespace sqlawait
