/* Writing files: all or none, and nothing left behind. */
#include "base/file.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static size_t count_entries(const char *folder) {
    DIR *dir = opendir(folder);
    size_t n = 0;
    for (struct dirent *entry; (entry = readdir(dir));)
        n += entry->d_name[0] != '.' || entry->d_name[1] == 'n';
    closedir(dir);
    return n;
}

static const char *contents(Arena *arena, const char *path) {
    Bytes bytes;
    const char *why = file_read(arena, path, 100, &bytes);
    return why ? why : bytes.data;
}

Test(base_file, writes_all_or_none) {
    Arena *arena = arena_create();
    char *folder = arena_strdup(arena, "/tmp/netc-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    const char *a = arena_printf(arena, "%s/a", folder), *b = arena_printf(arena, "%s/b", folder);
    const char *which;
    OutputFile both[] = {{.path = a, .data = "old a", .len = 5},
                         {.path = b, .data = "old b", .len = 5}};
    cr_assert_null(files_write(arena, both, 2, &which));
    cr_assert_str_eq(contents(arena, a), "old a");
    cr_assert_str_eq(contents(arena, b), "old b");

    const char *bad[] = {arena_printf(arena, "%s/none/x", folder), "/dev/full", folder};
    const char *words[] = {"No such file or directory", "No space left on device",
                           "Is a directory"};
    for (int i = 0; i < 3; i++)
        for (int first = 0; first < 2; first++) {
            OutputFile files[2] = {{.path = a, .data = "new a", .len = 5},
                                   {.path = a, .data = "new a", .len = 5}};
            files[first].path = bad[i];
            const char *why = files_write(arena, files, 2, &which);
            cr_assert(why && strcmp(why, words[i]) == 0, "%s: %s", bad[i], why ? why : "written");
            cr_assert_str_eq(which, bad[i]);
            cr_assert_str_eq(contents(arena, a), "old a", "%s", bad[i]);
            cr_assert_eq(count_entries(folder), 2u, "%s", bad[i]);
        }

    /* What a process of the same number left behind is no obstacle. */
    const char *stale = file_temporary(arena, a, (long)getpid(), 0);
    fclose(fopen(stale, "w"));
    OutputFile again = {.path = a, .data = "third", .len = 5};
    cr_assert_null(files_write(arena, &again, 1, &which));
    cr_assert_str_eq(contents(arena, a), "third");
    cr_assert_eq(count_entries(folder), 2u);

    const Piece pieces[] = {{"-", 1}, {"", 0}, {"rest", 4}};
    again = (OutputFile){.path = a, .data = "first", .len = 5, .pieces = pieces, .n_pieces = 3};
    cr_assert_null(files_write(arena, &again, 1, &which));
    cr_assert_str_eq(contents(arena, a), "first-rest");

    unlink(a);
    unlink(b);
    cr_assert_eq(rmdir(folder), 0);
    arena_destroy(arena);
}

Test(base_file, reads_only_regular_files_within_the_limit) {
    Arena *arena = arena_create();
    Bytes bytes;
    cr_assert_str_eq(file_read(arena, "/dev/null", 10, &bytes), "is not a regular file");
    cr_assert_str_eq(file_read(arena, "/", 10, &bytes), "Is a directory");
    cr_assert_str_eq(file_read(arena, "/none", 10, &bytes), "No such file or directory");
    cr_assert_str_eq(file_read(arena, "/proc/self/exe", 1000, &bytes),
                     "is larger than 1,000 bytes");
    arena_destroy(arena);
}
