#include "rewriters/writing/writing.h"

#include "rewriters/writing/journal.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

namespace sqlawait {

namespace {

constexpr const char* how_to_go_on =
    "; .sqlawait-journal holds the old contents: put the file as it was before that run, or remove the folder";

bool leaves_root(llvm::StringRef path) {
    llvm::SmallVector<llvm::StringRef, 8> parts;
    path.split(parts, '/');
    return llvm::any_of(parts, [](llvm::StringRef part) { return part.empty() || part == "." || part == ".."; });
}

/// Whether each file still is what was read.
FileError verify_unchanged(const std::string& root, llvm::ArrayRef<FileWrite> files) {
    llvm::StringSet<> seen;
    for (const FileWrite& file : files) {
        if (leaves_root(file.path) || !seen.insert(file.path).second)
            return file.path + ": not a path in the program, or given twice";
        const FileContent content = read_whole_file(root + "/" + file.path);
        if (!content.error.empty())
            return content.error;
        if (content.exists != file.before.has_value())
            return file.path + (content.exists ? ": is there already" : ": is not there any more");
        if (file.before && *file.before != content.bytes)
            return file.path + ": was changed after it was read; run again";
    }
    return "";
}

/// Before the commit point: nothing but our own files has been touched.
WriteResult give_up(Journal& journal, FileError error) {
    if (const FileError left = journal.clean(); !left.empty())
        error += "; nothing was changed, but what was prepared could not be removed: " + left;
    return {std::move(error)};
}

WriteResult take_back(Journal& journal, FileError error) {
    if (const FileError left = journal.undo(); !left.empty())
        return {error + "; and not everything could be undone, the next run tries again: " + left};
    if (const FileError left = journal.clean(); !left.empty())
        error += "; everything was undone, but the journal could not be removed: " + left;
    return {std::move(error)};
}

std::vector<std::string> paths_of(const Journal& journal) {
    std::vector<std::string> paths;
    for (const Journal::Entry& entry : journal.entries())
        paths.push_back(entry.path);
    return paths;
}

RecoverResult finish_undo(Journal& journal) {
    FileError error = journal.undo();
    if (error.empty())
        error = journal.clean();
    if (!error.empty())
        return {Recovery::none, {}, "an earlier run was interrupted and cannot be undone: " + error + how_to_go_on};
    return {Recovery::undone, paths_of(journal), ""};
}

} // namespace

WriteResult write_files(llvm::StringRef root, llvm::ArrayRef<FileWrite> files, const OnWriteStep& on_step) {
    if (files.empty())
        return {};
    Journal journal(root.rtrim('/').str(), on_step);
    if (journal.exists())
        return {".sqlawait-journal: an earlier run was interrupted, or another one is writing"};
    if (FileError error = verify_unchanged(root.rtrim('/').str(), files); !error.empty())
        return {std::move(error)};
    if (FileError error = journal.make(); !error.empty())
        return {std::move(error)};
    if (FileError error = journal.plan(files); !error.empty())
        return give_up(journal, std::move(error));
    if (FileError error = journal.prepare(files); !error.empty())
        return give_up(journal, std::move(error));
    if (FileError error = journal.commit(); !error.empty())
        return give_up(journal, std::move(error));
    if (FileError error = journal.complete(); !error.empty())
        return take_back(journal, std::move(error));
    if (const FileError error = journal.clean(); !error.empty())
        return {"everything was written, but the journal could not be removed: " + error};
    return {};
}

RecoverResult recover_writes(llvm::StringRef root, const OnWriteStep& on_step) {
    Journal journal(root.rtrim('/').str(), on_step);
    if (!journal.exists())
        return {};
    if (FileError error = journal.lock(); !error.empty())
        return {Recovery::none, {}, std::move(error)};
    if (!journal.read_plan() || (!journal.committed() && !journal.undoing())) {
        if (FileError error = journal.clean(); !error.empty())
            return {Recovery::none, {}, std::move(error)};
        return {journal.entries().empty() ? Recovery::none : Recovery::undone, paths_of(journal), ""};
    }
    if (journal.undoing())
        return finish_undo(journal);

    bool ready = true;
    for (const Journal::Entry& entry : journal.entries()) {
        const Journal::State state = journal.state(entry);
        // Not to be guessed: somebody may have worked on the old text or on the new one.
        if (state == Journal::State::foreign)
            return {Recovery::none,
                    {},
                    "an earlier run was interrupted, and " + entry.path + " was changed since" + how_to_go_on};
        ready &= state == Journal::State::fresh || journal.ready(entry);
    }
    if (!ready)
        return finish_undo(journal);
    FileError error = journal.complete();
    if (error.empty())
        error = journal.clean();
    if (!error.empty())
        return {Recovery::none, {}, "an earlier run was interrupted and cannot be completed: " + error + how_to_go_on};
    return {Recovery::completed, paths_of(journal), ""};
}

} // namespace sqlawait
