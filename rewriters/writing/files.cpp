#include "rewriters/writing/files.h"

#include "llvm/ADT/STLExtras.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sqlawait {

namespace {

FileError failure(llvm::StringRef what, const std::string& path) {
    const int code = errno;
    return path + ": " + what.str() + ": " + std::strerror(code);
}

class Descriptor {
  public:
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }
    [[nodiscard]] int get() const { return descriptor_; }
    explicit operator bool() const { return descriptor_ >= 0; }
    /// Some file systems report a full disk only here.
    [[nodiscard]] bool close() { return ::close(std::exchange(descriptor_, -1)) == 0; }

  private:
    int descriptor_;
};

bool write_all(int descriptor, llvm::StringRef content) {
    while (!content.empty()) {
        const ssize_t done = ::write(descriptor, content.data(), content.size());
        if (done < 0 && errno != EINTR)
            return false;
        if (done > 0)
            content = content.drop_front(static_cast<std::size_t>(done));
    }
    return true;
}

bool take_over_mode(int descriptor, const std::string& like) {
    struct stat status = {};
    if (::stat(like.c_str(), &status) != 0)
        return false;
    struct stat own = {};
    if (::fstat(descriptor, &own) == 0 && (own.st_uid != status.st_uid || own.st_gid != status.st_gid)) {
        // Only the superuser can give files away; for others the file becomes theirs, as editors do it.
        const int given = ::fchown(descriptor, status.st_uid, status.st_gid);
        static_cast<void>(given);
    }
    return ::fchmod(descriptor, status.st_mode & 07777U) == 0;
}

} // namespace

FileError write_new_file(const std::string& path, llvm::StringRef content, const std::string& like) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!file)
        return failure("cannot be made", path);
    if (!write_all(file.get(), content))
        return failure("cannot be written", path);
    if (!like.empty() && !take_over_mode(file.get(), like))
        return failure("cannot take over the mode of the file it replaces", path);
    if (::fsync(file.get()) != 0 || !file.close())
        return failure("cannot be brought to disk", path);
    return "";
}

FileError sync_folder(const std::string& path) {
    const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder)
        return failure("cannot be opened", path);
    // Some file systems can't do this for folders and say so; there is nothing more to be had there.
    if (::fsync(folder.get()) != 0 && errno != EINVAL && errno != ENOTSUP)
        return failure("cannot be brought to disk", path);
    return "";
}

FileError rename_file(const std::string& from, const std::string& to) {
    return std::rename(from.c_str(), to.c_str()) == 0 ? "" : failure("cannot be replaced", to);
}

FileError remove_file(const std::string& path) {
    return ::unlink(path.c_str()) == 0 || errno == ENOENT ? "" : failure("cannot be removed", path);
}

FileContent read_whole_file(const std::string& path) {
    FileContent content;
    // Non-blocking so that a named pipe in the file's place is an error and no wait for ever.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file) {
        content.exists = errno != ENOENT && errno != ENOTDIR;
        if (content.exists)
            content.error = errno == ELOOP ? path + ": is a symbolic link" : failure("cannot be read", path);
        return content;
    }
    content.exists = true;
    struct stat status = {};
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        content.error = path + ": is not a regular file";
        return content;
    }
    char buffer[65536];
    for (;;) {
        const ssize_t done = ::read(file.get(), buffer, sizeof buffer);
        if (done == 0)
            return content;
        if (done > 0) {
            content.bytes.append(buffer, static_cast<std::size_t>(done));
        } else if (errno != EINTR) {
            content.error = failure("cannot be read", path);
            return content;
        }
    }
}

std::string folder_of_file(llvm::StringRef path) { return path.take_front(path.rfind('/')).str(); }

std::optional<FileLock> FileLock::take(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return std::nullopt;
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        ::close(descriptor);
        return std::nullopt;
    }
    return FileLock(descriptor);
}

FileLock::~FileLock() {
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

} // namespace sqlawait
