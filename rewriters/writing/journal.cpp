#include "rewriters/writing/journal.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace sqlawait {

namespace {

namespace fs = std::filesystem;

constexpr llvm::StringLiteral header = "sqlawait journal 1";
constexpr llvm::StringLiteral trailer = "end";

Journal::Hash hash_of(llvm::StringRef bytes) { return llvm::SHA256::hash(llvm::arrayRefFromStringRef(bytes)); }

std::string to_hex(const Journal::Hash& hash) { return llvm::toHex(hash); }

bool from_hex(llvm::StringRef hex, Journal::Hash& hash) {
    std::string bytes;
    if (!llvm::tryGetFromHex(hex, bytes) || bytes.size() != hash.size())
        return false;
    std::copy(bytes.begin(), bytes.end(), hash.begin());
    return true;
}

FileError write_marker(const std::string& path) {
    if (FileError error = write_new_file(path, ""); !error.empty())
        return error;
    return sync_folder(folder_of_file(path));
}

bool is_there(const std::string& path) {
    std::error_code error;
    return fs::exists(fs::symlink_status(path, error));
}

} // namespace

Journal::Journal(std::string root, const OnWriteStep& on_step)
    : root_(std::move(root)), folder_(root_ + "/.sqlawait-journal"), on_step_(on_step) {}

bool Journal::exists() const { return is_there(folder_); }
bool Journal::committed() const { return is_there(own("commit")); }
bool Journal::undoing() const { return is_there(own("undo")); }

FileError Journal::make() {
    std::error_code error;
    if (!fs::create_directory(folder_, error))
        return folder_ + ": cannot be made: " + (error ? error.message() : "it is there already");
    return lock();
}

FileError Journal::lock() {
    std::optional<FileLock> taken = FileLock::take(own("lock"));
    if (taken)
        lock_.emplace(std::move(*taken));
    return lock_ ? "" : folder_ + ": another run is writing, or the folder cannot be written";
}

std::string Journal::prepared(const Entry& entry) const {
    const std::string path = target(entry);
    return folder_of_file(path) + "/." + path.substr(path.rfind('/') + 1) + ".sqlawait-new";
}

FileError Journal::plan(llvm::ArrayRef<FileWrite> files) {
    // Fields end in NUL, the one byte that no path holds.
    std::string text = header.str() + '\0';
    for (const FileWrite& file : files) {
        Entry entry{file.path, std::nullopt, hash_of(file.after)};
        if (file.before)
            entry.before = hash_of(*file.before);
        text += entry.path + '\0' + (entry.before ? to_hex(*entry.before) : "") + '\0' + to_hex(entry.after) + '\0';
        entries_.push_back(std::move(entry));
    }
    text += trailer;
    if (FileError error = write_new_file(own("plan"), text); !error.empty())
        return error;
    if (FileError error = sync_folder(folder_); !error.empty())
        return error;
    if (FileError error = sync_folder(root_); !error.empty())
        return error;
    done(WriteStep::planned);
    return "";
}

bool Journal::read_plan() {
    const FileContent content = read_whole_file(own("plan"));
    llvm::SmallVector<llvm::StringRef, 64> fields;
    llvm::StringRef(content.bytes).split(fields, '\0');
    if (!content.exists || fields.size() % 3 != 2 || fields.front() != header || fields.back() != trailer)
        return false;
    for (std::size_t at = 1; at + 1 < fields.size(); at += 3) {
        Entry entry{fields[at].str(), std::nullopt, {}};
        if (!fields[at + 1].empty() && !from_hex(fields[at + 1], entry.before.emplace()))
            return false;
        if (!from_hex(fields[at + 2], entry.after))
            return false;
        entries_.push_back(std::move(entry));
    }
    return true;
}

FileError Journal::prepare(llvm::ArrayRef<FileWrite> files) {
    for (const auto& [index, file] : llvm::enumerate(files)) {
        const Entry& entry = entries_[index];
        const std::string path = target(entry);
        if (file.before) {
            if (FileError error = write_new_file(own(std::to_string(index) + ".old"), *file.before, path);
                !error.empty())
                return error;
        } else {
            std::error_code error;
            fs::create_directories(folder_of_file(path), error);
            if (error)
                return folder_of_file(path) + ": cannot be made: " + error.message();
        }
        // The name is ours; what bears it was left by a run whose journal somebody removed.
        if (FileError error = remove_file(prepared(entry)); !error.empty())
            return error;
        if (FileError error = write_new_file(prepared(entry), file.after, file.before ? path : ""); !error.empty())
            return error;
        done(WriteStep::prepared);
    }
    return "";
}

FileError Journal::sync_targets() const {
    std::set<std::string> folders;
    for (const Entry& entry : entries_)
        folders.insert(folder_of_file(target(entry)));
    for (const std::string& folder : folders) {
        if (FileError error = sync_folder(folder); !error.empty())
            return error;
    }
    return "";
}

FileError Journal::commit() {
    if (FileError error = sync_targets(); !error.empty())
        return error;
    if (FileError error = write_marker(own("commit")); !error.empty())
        return error;
    done(WriteStep::committed);
    return "";
}

Journal::State Journal::state(const Entry& entry) const {
    const FileContent content = read_whole_file(target(entry));
    if (!content.error.empty())
        return State::foreign;
    if (!content.exists)
        return entry.before ? State::foreign : State::old;
    const Hash hash = hash_of(content.bytes);
    if (hash == entry.after)
        return State::fresh;
    return entry.before && hash == *entry.before ? State::old : State::foreign;
}

bool Journal::ready(const Entry& entry) const {
    const FileContent content = read_whole_file(prepared(entry));
    return content.exists && content.error.empty() && hash_of(content.bytes) == entry.after;
}

FileError Journal::complete() {
    for (const Entry& entry : entries_) {
        switch (state(entry)) {
        case State::fresh: continue;
        case State::foreign: return target(entry) + ": was changed by somebody else meanwhile";
        case State::old: break;
        }
        if (FileError error = rename_file(prepared(entry), target(entry)); !error.empty())
            return error;
        done(WriteStep::replaced);
    }
    return sync_targets();
}

FileError Journal::restore(const Entry& entry, std::size_t index) const {
    const std::string path = target(entry);
    if (!entry.before)
        return remove_file(path);
    const std::string old = own(std::to_string(index) + ".old");
    const FileContent content = read_whole_file(old);
    if (!content.exists || !content.error.empty() || hash_of(content.bytes) != *entry.before)
        return old + ": the old content of " + entry.path + " is not there any more";
    if (rename_file(old, path).empty())
        return "";
    // The root spans file systems: copy to the right one first.
    if (FileError error = remove_file(prepared(entry)); !error.empty())
        return error;
    if (FileError error = write_new_file(prepared(entry), content.bytes, old); !error.empty())
        return error;
    return rename_file(prepared(entry), path);
}

FileError Journal::undo() {
    if (!undoing()) {
        if (FileError error = write_marker(own("undo")); !error.empty())
            return error;
    }
    FileError first;
    for (const auto& [index, entry] : llvm::enumerate(entries_)) {
        if (state(entry) != State::fresh)
            continue;
        FileError error = restore(entry, index);
        if (error.empty())
            done(WriteStep::undone);
        else if (first.empty())
            first = std::move(error);
    }
    return first.empty() ? sync_targets() : first;
}

FileError Journal::clean() {
    for (const Entry& entry : entries_) {
        if (FileError error = remove_file(prepared(entry)); !error.empty())
            return error;
    }
    // Without a plan the rest means nothing, so it may go in any order.
    if (FileError error = remove_file(own("plan")); !error.empty())
        return error;
    if (FileError error = sync_folder(folder_); !error.empty())
        return error;
    std::error_code error;
    fs::remove_all(folder_, error);
    if (error)
        return folder_ + ": cannot be removed: " + error.message();
    done(WriteStep::cleaned);
    return "";
}

} // namespace sqlawait
