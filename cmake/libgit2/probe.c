// Links what the program uses of libgit2, to find out whether offline.c fits the installed version.
#include <git2.h>

int main(void) {
    git_repository* repository = 0;
    git_status_list* status = 0;
    git_diff* diff = 0;
    git_object* tree = 0;
    git_patch* patch = 0;
    int ignored = 0;
    git_libgit2_init();
    git_repository_open_ext(&repository, ".", 0, 0);
    git_ignore_path_is_ignored(&ignored, repository, "a");
    git_status_list_new(&status, repository, 0);
    git_revparse_single(&tree, repository, "HEAD^{tree}");
    git_diff_tree_to_workdir(&diff, repository, (git_tree*)tree, 0);
    git_patch_from_buffers(&patch, "a", 1, "a", "b", 1, "a", 0);
    return git_libgit2_shutdown();
}
