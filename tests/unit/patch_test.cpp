#include "reports/patch.h"
#include "tests/unit/temporary_folder.h"

namespace sqlawait {
namespace {

std::string lines(int count, const std::string& newline = "\n") {
    std::string text;
    for (int i = 0; i < count; ++i)
        text += "line " + std::to_string(i) + newline;
    return text;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos);
    return text.replace(at, from.size(), to);
}

/// Makes a repository with the old contents under `root`, and lets git judge the patch from `from`.
void round_trip(const std::string& root, const std::string& from, const std::vector<FileChange>& files) {
    const TemporaryFolder folder;
    const std::string below = root.empty() ? "" : root + "/";
    folder.start_git();
    folder.write("unrelated.py", "x\n");
    for (const FileChange& file : files) {
        if (file.before)
            folder.write(below + file.path, *file.before);
        if (file.before && file.executable)
            std::filesystem::permissions(folder / (below + file.path), std::filesystem::perms(0755));
    }
    folder.commit_all();
    const TemporaryFolder elsewhere;
    const std::string prefix = patch_prefix(root.empty() ? folder.path() : folder / root);
    EXPECT_EQ(prefix, below);
    elsewhere.write("all.patch", unified_diff(prefix, files));
    const std::string patch = "'" + (elsewhere / "all.patch") + "'";
    const auto run = [&](const std::string& command) {
        const TemporaryFolder::Run result = folder.run("git apply --whitespace=nowarn " + command + " " + patch, from);
        EXPECT_EQ(result.status, 0) << result.output << elsewhere.read("all.patch");
        EXPECT_EQ(result.output, "");
    };
    run("--check");
    run("");
    for (const FileChange& file : files) {
        EXPECT_EQ(folder.holds(below + file.path), file.after.has_value()) << file.path;
        EXPECT_EQ(folder.read(below + file.path), file.after.value_or("")) << file.path;
    }
    run("-R --check");
    run("-R");
    for (const FileChange& file : files)
        EXPECT_EQ(folder.read(below + file.path), file.before.value_or("")) << file.path;
    EXPECT_EQ(folder.run("git status --porcelain").output, "");
}

std::vector<FileChange> awkward_files() {
    return {
        {"app/plain.py", lines(40), replaced(replaced(lines(40), "line 3\n", "new 3\nmore\n"), "line 30\n", ""), false},
        {"app/with space.py", lines(5), replaced(lines(5), "line 2", "two"), false},
        {"app/ümläut \"q\".py", lines(5), replaced(lines(5), "line 2", "zwei"), false},
        {"app/tab\there.py", lines(5), replaced(lines(5), "line 2", "two"), false},
        {"app/crlf.py", lines(9, "\r\n"), replaced(lines(9, "\r\n"), "line 2", "two"), false},
        {"app/mixed.py", "a\r\nb\nc\r\n", "a\r\nB\nc\r\n", false},
        {"app/cr.py", "a\rb\rc\r", "a\rB\rc\r", false},
        {"app/bom.py",
         "\xEF\xBB\xBF"
         "a\nb\n",
         "\xEF\xBB\xBF"
         "A\nb\n",
         false},
        {"app/no_end.py", "a\nb", "A\nb", false},
        {"app/end_gone.py", "a\nb\n", "a\nb", false},
        {"app/end_new.py", "a\nb", "a\nb\n", false},
        {"app/filled.py", "", "a\n", false},
        {"app/emptied.py", "a\n", "", false},
        {"app/new/file.py", std::nullopt, "x = 1\n", false},
        {"app/new/empty.py", std::nullopt, "", false},
        {"app/removed.py", "x = 1\n", std::nullopt, false},
        {"app/script.py", "#!/usr/bin/env python\nx\n", "#!/usr/bin/env python\ny\n", true},
        {"app/latin.py", "a\xE9\nb\n", "a\xE9\nc\n", false},
    };
}

TEST(Patch, git_applies_and_reverses_it_from_the_top) { round_trip("", "", awkward_files()); }
TEST(Patch, git_applies_and_reverses_it_from_a_sub_folder) { round_trip("", "app", awkward_files()); }
TEST(Patch, root_below_the_top_level) { round_trip("my service", "", awkward_files()); }
TEST(Patch, root_below_the_top_level_from_a_sub_folder) { round_trip("service", "service/app", awkward_files()); }

TEST(Patch, looks_like_git) {
    EXPECT_EQ(unified_diff("", {{"a.py", "x = 1\n", "x = 2\n", false}}), "diff --git a/a.py b/a.py\n"
                                                                         "index 7d4290a..407de30 100644\n"
                                                                         "--- a/a.py\n"
                                                                         "+++ b/a.py\n"
                                                                         "@@ -1 +1 @@\n"
                                                                         "-x = 1\n"
                                                                         "+x = 2\n");
    EXPECT_EQ(unified_diff("", {{"a.py", "x = 1\n", "x = 1\n", false}}), "");
}

TEST(Patch, equals_what_git_prints) {
    const TemporaryFolder folder;
    folder.start_git();
    const std::vector<FileChange> files = {
        {"app/plain.py", "def f():\n" + lines(40), "def f():\n" + replaced(lines(40), "line 20\n", "x\n"), false},
        {"app/run me.py", lines(5), replaced(lines(5), "line 2", "two"), true},
        {"app/ä.py", "a\nb", "a\nc", false},
    };
    for (const FileChange& file : files) {
        folder.write(file.path, *file.before);
        if (file.executable)
            std::filesystem::permissions(folder / file.path, std::filesystem::perms(0755));
    }
    folder.commit_all();
    for (const FileChange& file : files)
        folder.write(file.path, *file.after);
    EXPECT_EQ(unified_diff("", files), folder.run("git diff").output);
}

TEST(Patch, outside_of_git_paths_start_at_the_root) {
    const TemporaryFolder folder;
    EXPECT_EQ(patch_prefix(folder.path()), "");
}

} // namespace
} // namespace sqlawait
