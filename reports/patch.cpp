#include "reports/patch.h"

#include "analysis/project/git.h"

#include "llvm/Support/ErrorHandling.h"
#include <git2.h>

#include <memory>

namespace sqlawait {

namespace {

struct PatchCloser {
    void operator()(git_patch* patch) const { git_patch_free(patch); }
};

struct Printer {
    std::string& text;
    bool executable;

    /// libgit2 knows the buffers alone: the mode is added, and the tab that ends a name with a space in it.
    void header(llvm::StringRef block) const {
        while (!block.empty()) {
            const std::size_t end = block.find('\n');
            llvm::StringRef line = block.take_front(end);
            block = block.drop_front(end == llvm::StringRef::npos ? block.size() : end + 1);
            const bool has_mode = line.starts_with("index ") || line.starts_with("new file mode ") ||
                                  line.starts_with("deleted file mode ");
            const bool made_executable = executable && has_mode && line.consume_back("100644");
            text += line;
            if (made_executable)
                text += "100755";
            if ((line.starts_with("--- ") || line.starts_with("+++ ")) && line.drop_front(4).contains(' ') &&
                !line.ends_with("\"") && !line.ends_with("\t"))
                text += '\t';
            text += '\n';
        }
    }
};

int print_line(const git_diff_delta* /*delta*/, const git_diff_hunk* /*hunk*/, const git_diff_line* line,
               void* payload) {
    const auto& printer = *static_cast<Printer*>(payload);
    const llvm::StringRef content(line->content, line->content_len);
    switch (line->origin) {
    case GIT_DIFF_LINE_FILE_HDR: printer.header(content); return 0;
    case GIT_DIFF_LINE_CONTEXT:
    case GIT_DIFF_LINE_ADDITION:
    case GIT_DIFF_LINE_DELETION: printer.text += line->origin; break;
    default: break; // hunk headers and "\ No newline at end of file" are whole lines
    }
    printer.text += content;
    return 0;
}

const char* data_of(const std::optional<std::string>& bytes) { return bytes ? bytes->data() : nullptr; }
std::size_t size_of(const std::optional<std::string>& bytes) { return bytes ? bytes->size() : 0; }

} // namespace

std::string patch_prefix(llvm::StringRef root) {
    const std::optional<GitWorkTree> tree = GitWorkTree::find(root);
    const std::string inside = tree ? tree->relative(root) : "";
    return inside.empty() ? "" : inside + "/";
}

std::string unified_diff(llvm::StringRef prefix, llvm::ArrayRef<FileChange> files) {
    start_git_library();
    git_diff_options options = GIT_DIFF_OPTIONS_INIT;
    options.flags = GIT_DIFF_FORCE_TEXT | GIT_DIFF_INDENT_HEURISTIC;
    std::string text;
    for (const FileChange& file : files) {
        if (file.before == file.after)
            continue;
        const std::string path = prefix.str() + file.path;
        git_patch* made = nullptr;
        const int failed = git_patch_from_buffers(&made, data_of(file.before), size_of(file.before), path.c_str(),
                                                  data_of(file.after), size_of(file.after), path.c_str(), &options);
        const std::unique_ptr<git_patch, PatchCloser> patch(made);
        Printer printer{text, file.executable};
        if (failed != 0 || git_patch_print(patch.get(), print_line, &printer) != 0)
            llvm::report_fatal_error("libgit2 could not compare two texts: out of memory");
    }
    return text;
}

} // namespace sqlawait
