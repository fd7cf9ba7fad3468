// Changes many files on disk as one. What is to be done is on disk before the first file is touched, in
// a journal in the root (`.sqlawait-journal/`), so that a run that is killed at any point is completed or
// undone by the next one: before the commit point it is undone, after it completed.
//
// New contents are prepared beside their files and take their places by rename, so a reader sees the old
// file or the new one, and a full disk is noticed before anything has changed. No file is touched that
// does not hold exactly what was read or what was to be written. Knows nothing of git.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sqlawait {

struct FileWrite {
    std::string path;                  // relative to the root
    std::optional<std::string> before; // the bytes that were read; none: the file is new
    std::string after;
};

enum class WriteStep : std::uint8_t {
    planned,   // the journal says what will be done
    prepared,  // one file's new content lies beside it
    committed, // from here on the next run completes
    replaced,  // one file has its new content
    undone,    // one file has its old content again
    cleaned,   // the journal is gone
};
/// Called after each step; for tests that stop the program there.
using OnWriteStep = std::function<void(WriteStep)>;

struct WriteResult {
    std::string error; // empty: all is written; else nothing is, unless the text says so
};
[[nodiscard]] WriteResult write_files(llvm::StringRef root, llvm::ArrayRef<FileWrite> files,
                                      const OnWriteStep& on_step = {});

enum class Recovery : std::uint8_t { none, completed, undone };

struct RecoverResult {
    Recovery recovery = Recovery::none;
    std::vector<std::string> paths; // the files that were completed or undone
    std::string error;              // nothing was done; says what a person has to do
};
/// To be called before a program is read: finishes what an earlier run left.
[[nodiscard]] RecoverResult recover_writes(llvm::StringRef root, const OnWriteStep& on_step = {});

} // namespace sqlawait
