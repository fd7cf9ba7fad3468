// The journal of one write, and the moves that it allows; see writing.h for what they add up to.
//
// In `.sqlawait-journal/`: `lock`, held while a program works on it; `plan`, what will be written, with
// hashes; `0.old`, `1.old` ..., the old contents; `commit`, from here on the write is to be completed;
// `undo`, from here on it is to be undone. New contents lie beside their files as `.<name>.sqlawait-new`.
#pragma once

#include "rewriters/writing/files.h"
#include "rewriters/writing/writing.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace sqlawait {

class Journal {
  public:
    using Hash = std::array<std::uint8_t, 32>; // SHA-256

    struct Entry {
        std::string path;
        std::optional<Hash> before; // none: the file is new
        Hash after{};
    };

    Journal(std::string root, const OnWriteStep& on_step);

    [[nodiscard]] bool exists() const;
    [[nodiscard]] FileError make();
    [[nodiscard]] FileError lock();

    /// Writes the plan; nothing outside of the journal has been touched before it is on disk.
    [[nodiscard]] FileError plan(llvm::ArrayRef<FileWrite> files);
    /// Reads an earlier run's plan; false when there is none or it is not whole.
    [[nodiscard]] bool read_plan();
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    [[nodiscard]] bool committed() const;
    [[nodiscard]] bool undoing() const;

    [[nodiscard]] FileError prepare(llvm::ArrayRef<FileWrite> files);
    [[nodiscard]] FileError commit();

    enum class State : std::uint8_t { old, fresh, foreign };
    /// Whether the file holds its old content, the new one, or something else.
    [[nodiscard]] State state(const Entry& entry) const;
    /// Whether the new content still lies ready.
    [[nodiscard]] bool ready(const Entry& entry) const;
    /// Brings the files that hold their old content to the new one.
    [[nodiscard]] FileError complete();
    /// Brings the files that hold their new content back to the old one.
    [[nodiscard]] FileError undo();
    /// Removes what was prepared and the journal itself.
    [[nodiscard]] FileError clean();

  private:
    [[nodiscard]] std::string own(llvm::StringRef name) const { return folder_ + "/" + name.str(); }
    [[nodiscard]] std::string target(const Entry& entry) const { return root_ + "/" + entry.path; }
    [[nodiscard]] std::string prepared(const Entry& entry) const;
    [[nodiscard]] FileError restore(const Entry& entry, std::size_t index) const;
    [[nodiscard]] FileError sync_targets() const;
    void done(WriteStep step) const {
        if (on_step_)
            on_step_(step);
    }

    std::string root_;
    std::string folder_;
    const OnWriteStep& on_step_;
    std::optional<FileLock> lock_;
    std::vector<Entry> entries_;
};

} // namespace sqlawait
