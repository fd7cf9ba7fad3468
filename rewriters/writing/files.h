// The few file operations that journalled writing stands on; each says in words what failed. POSIX.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <sys/types.h>

namespace sqlawait {

/// What failed and on what, or "".
using FileError = std::string;

/// Makes a new file with this content, on disk when this returns. `like`: whose mode and owner it takes over.
[[nodiscard]] FileError write_new_file(const std::string& path, llvm::StringRef content, const std::string& like = "");
[[nodiscard]] FileError sync_folder(const std::string& path);
[[nodiscard]] FileError rename_file(const std::string& from, const std::string& to);
/// Not an error when it is not there.
[[nodiscard]] FileError remove_file(const std::string& path);

struct FileContent {
    bool exists = false;
    std::string bytes;
    FileError error; // it is there and can't be read, or is no regular file
};
[[nodiscard]] FileContent read_whole_file(const std::string& path);

[[nodiscard]] std::string folder_of_file(llvm::StringRef path);

/// Holds an exclusive lock on a file for its own life; the system drops it when the program dies.
class FileLock {
  public:
    /// None when another program holds it or the file can't be opened.
    [[nodiscard]] static std::optional<FileLock> take(const std::string& path);
    FileLock(FileLock&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    FileLock& operator=(FileLock&&) = delete;
    ~FileLock();

  private:
    explicit FileLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

} // namespace sqlawait
