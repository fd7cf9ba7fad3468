// A folder for one test, gone with it; files in it, and git run in it as a user would.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace sqlawait {

using Strings = std::vector<std::string>;

/// For EXPECT_PRED2, which shows both texts.
inline bool mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "sqlawait-test-XXXXXX").native();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        path_ = std::filesystem::canonical(name).native();
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

    void write(const std::string& name, const std::string& bytes) const {
        const std::filesystem::path file = path_ + "/" + name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << bytes;
    }
    [[nodiscard]] std::string read(const std::string& name) const {
        std::ifstream file(path_ + "/" + name, std::ios::binary);
        std::ostringstream bytes;
        bytes << file.rdbuf();
        return bytes.str();
    }
    [[nodiscard]] bool holds(const std::string& name) const {
        return std::filesystem::exists(std::filesystem::symlink_status(path_ + "/" + name));
    }
    void link(const std::string& target, const std::string& name) const {
        std::filesystem::create_directories(std::filesystem::path(path_ + "/" + name).parent_path());
        std::filesystem::create_symlink(target, path_ + "/" + name);
    }

    struct Run {
        int status = -1;
        std::string output; // both streams
    };
    /// Runs a shell command in a sub-folder, with a git that knows nothing of the user's settings.
    [[nodiscard]] Run run(const std::string& command, const std::string& folder = "") const {
        const std::string line = "cd '" + path_ + "/" + folder +
                                 "' && export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 && { " + command +
                                 "; } 2>&1";
        Run result;
        FILE* pipe = ::popen(line.c_str(), "r");
        if (pipe == nullptr)
            return result;
        std::array<char, 4096> buffer{};
        while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe))
            result.output.append(buffer.data(), count);
        const int status = ::pclose(pipe);
        result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        return result;
    }
    void git(const std::string& arguments, const std::string& folder = "") const {
        const Run result = run("git " + arguments, folder);
        EXPECT_EQ(result.status, 0) << "git " << arguments << "\n" << result.output;
    }
    void start_git() const {
        git("init -q -b main");
        git("config user.email test@example.com");
        git("config user.name Test");
        git("config core.autocrlf false");
    }
    void commit_all() const {
        git("add -A");
        git("commit -q -m all --allow-empty");
    }

  private:
    std::string path_;
};

} // namespace sqlawait
