#include "rewriters/writing/writing.h"
#include "tests/unit/temporary_folder.h"

#include <csignal>
#include <sys/resource.h>

namespace sqlawait {
namespace {

const std::vector<FileWrite>& three_files() {
    static const std::vector<FileWrite> files = {
        {"a.py", "old a\n", "new a\n"},
        {"app/b.py", "old b\r\n", "new b\r\n"},
        {"app/new/c.py", std::nullopt, "new c\n"},
    };
    return files;
}

void make_old(const TemporaryFolder& folder) {
    folder.write("a.py", "old a\n");
    folder.write("app/b.py", "old b\r\n");
}

bool is_old(const TemporaryFolder& folder) {
    return folder.read("a.py") == "old a\n" && folder.read("app/b.py") == "old b\r\n" && !folder.holds("app/new/c.py");
}

bool is_new(const TemporaryFolder& folder) {
    return folder.read("a.py") == "new a\n" && folder.read("app/b.py") == "new b\r\n" &&
           folder.read("app/new/c.py") == "new c\n";
}

/// No journal, nothing prepared.
void expect_tidy(const TemporaryFolder& folder) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path()))
        EXPECT_FALSE(mentions(entry.path().filename().native(), "sqlawait"));
}

/// Runs `work` in a child that is killed after `steps` steps; false when it ended before.
bool killed_after(int steps, const std::function<void(const OnWriteStep&)>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        int left = steps;
        work([&](WriteStep) {
            if (--left == 0)
                ::kill(::getpid(), SIGKILL);
        });
        ::_exit(0);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

TEST(Writing, all_files_and_nothing_else) {
    const TemporaryFolder folder;
    make_old(folder);
    std::filesystem::permissions(folder / "a.py", std::filesystem::perms(0751));
    EXPECT_EQ(write_files(folder.path(), three_files()).error, "");
    EXPECT_TRUE(is_new(folder));
    EXPECT_EQ(std::filesystem::status(folder / "a.py").permissions(), std::filesystem::perms(0751));
    expect_tidy(folder);
    EXPECT_EQ(recover_writes(folder.path()).recovery, Recovery::none);
}

TEST(Writing, killed_anywhere_the_next_run_completes_or_undoes) {
    int completed = 0;
    int undone = 0;
    for (int steps = 1;; ++steps) {
        const TemporaryFolder folder;
        make_old(folder);
        if (!killed_after(steps, [&](const OnWriteStep& step) {
                static_cast<void>(write_files(folder.path(), three_files(), step));
            }))
            break;
        const RecoverResult result = recover_writes(folder.path());
        EXPECT_EQ(result.error, "") << steps;
        const bool is_committed = is_new(folder);
        EXPECT_TRUE(is_committed || is_old(folder)) << steps;
        completed += result.recovery == Recovery::completed ? 1 : 0;
        undone += result.recovery == Recovery::undone ? 1 : 0;
        if (result.recovery != Recovery::none) {
            EXPECT_EQ(is_committed, result.recovery == Recovery::completed) << steps;
        }
        expect_tidy(folder);
    }
    EXPECT_EQ(undone, 4);    // planned, three prepared
    EXPECT_EQ(completed, 4); // committed, three replaced
}

TEST(Writing, a_recovery_may_be_killed_too) {
    for (int first = 1; first <= 8; ++first) {
        for (int second = 1;; ++second) {
            const TemporaryFolder folder;
            make_old(folder);
            ASSERT_TRUE(killed_after(first, [&](const OnWriteStep& step) {
                static_cast<void>(write_files(folder.path(), three_files(), step));
            }));
            const bool killed = killed_after(
                second, [&](const OnWriteStep& step) { static_cast<void>(recover_writes(folder.path(), step)); });
            EXPECT_EQ(recover_writes(folder.path()).error, "");
            EXPECT_TRUE(first <= 4 ? is_old(folder) : is_new(folder)) << first << " " << second;
            expect_tidy(folder);
            if (!killed)
                break;
        }
    }
}

TEST(Writing, what_was_prepared_is_lost) {
    for (int steps = 5; steps <= 7; ++steps) {
        const TemporaryFolder folder;
        make_old(folder);
        ASSERT_TRUE(killed_after(steps, [&](const OnWriteStep& step) {
            static_cast<void>(write_files(folder.path(), three_files(), step));
        }));
        std::filesystem::remove(folder / "app/new/.c.py.sqlawait-new");
        EXPECT_EQ(recover_writes(folder.path()).recovery, Recovery::undone);
        EXPECT_TRUE(is_old(folder));
        expect_tidy(folder);
    }
}

TEST(Writing, a_file_changed_after_the_kill_is_left_to_a_person) {
    const TemporaryFolder folder;
    make_old(folder);
    ASSERT_TRUE(killed_after(
        6, [&](const OnWriteStep& step) { static_cast<void>(write_files(folder.path(), three_files(), step)); }));
    folder.write("app/b.py", "mine\n");
    const RecoverResult result = recover_writes(folder.path());
    EXPECT_PRED2(mentions, result.error, "app/b.py was changed since");
    EXPECT_EQ(folder.read("a.py"), "new a\n");
    EXPECT_EQ(folder.read("app/b.py"), "mine\n");
    EXPECT_NE(write_files(folder.path(), three_files()).error, "");
    folder.write("app/b.py", "old b\r\n");
    EXPECT_EQ(recover_writes(folder.path()).recovery, Recovery::completed);
    EXPECT_TRUE(is_new(folder));
}

TEST(Writing, what_was_changed_since_it_was_read_is_not_overwritten) {
    const TemporaryFolder folder;
    make_old(folder);
    folder.write("app/b.py", "mine\n");
    EXPECT_PRED2(mentions, write_files(folder.path(), three_files()).error, "app/b.py: was changed");
    EXPECT_EQ(folder.read("a.py"), "old a\n");
    EXPECT_EQ(folder.read("app/b.py"), "mine\n");
    expect_tidy(folder);
}

TEST(Writing, a_change_in_between_takes_everything_back) {
    const TemporaryFolder folder;
    make_old(folder);
    const WriteResult result = write_files(folder.path(), three_files(), [&](WriteStep step) {
        if (step == WriteStep::replaced)
            folder.write("app/b.py", "mine\n");
    });
    EXPECT_PRED2(mentions, result.error, "app/b.py: was changed by somebody else");
    EXPECT_EQ(folder.read("a.py"), "old a\n");
    EXPECT_EQ(folder.read("app/b.py"), "mine\n");
    EXPECT_FALSE(folder.holds("app/new/c.py"));
    expect_tidy(folder);
}

TEST(Writing, an_undo_may_be_killed_too) {
    for (int steps = 1;; ++steps) {
        const TemporaryFolder folder;
        make_old(folder);
        const bool killed = killed_after(steps, [&](const OnWriteStep& step) {
            static_cast<void>(write_files(folder.path(), three_files(), [&](WriteStep done) {
                if (done == WriteStep::committed)
                    std::filesystem::remove(folder / "app/new/.c.py.sqlawait-new");
                step(done);
            }));
        });
        EXPECT_EQ(recover_writes(folder.path()).error, "");
        EXPECT_TRUE(is_old(folder)) << steps;
        expect_tidy(folder);
        if (!killed)
            break;
    }
}

TEST(Writing, a_full_disk_changes_nothing) {
    const TemporaryFolder folder;
    make_old(folder);
    std::vector<FileWrite> files = three_files();
    files[1].after = std::string(100000, 'x');
    const pid_t child = ::fork();
    if (child == 0) {
        // The nearest thing to a full disk that needs no privilege: no file may grow beyond the limit.
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{50000, 50000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        const WriteResult result = write_files(folder.path(), files);
        ::_exit(result.error.find("cannot be written") != std::string::npos ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    EXPECT_TRUE(is_old(folder));
    expect_tidy(folder);
}

TEST(Writing, one_run_at_a_time) {
    const TemporaryFolder folder;
    make_old(folder);
    std::string other;
    const WriteResult result = write_files(folder.path(), three_files(), [&](WriteStep step) {
        if (step == WriteStep::committed)
            other = recover_writes(folder.path()).error;
    });
    EXPECT_EQ(result.error, "");
    EXPECT_PRED2(mentions, other, "another run is writing");
    EXPECT_TRUE(is_new(folder));
}

TEST(Writing, links_and_paths_that_leave_are_refused) {
    const TemporaryFolder folder;
    make_old(folder);
    folder.link("a.py", "link.py");
    EXPECT_PRED2(mentions, write_files(folder.path(), {{"link.py", "old a\n", "new\n"}}).error, "symbolic link");
    EXPECT_NE(write_files(folder.path(), {{"../x.py", std::nullopt, "new\n"}}).error, "");
    EXPECT_NE(write_files(folder.path(), {{"a.py", "old a\n", "1"}, {"a.py", "old a\n", "2"}}).error, "");
    EXPECT_TRUE(is_old(folder));
    expect_tidy(folder);
}

} // namespace
} // namespace sqlawait
