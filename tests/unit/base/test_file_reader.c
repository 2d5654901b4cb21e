/* base/file_reader: pieces of files and of memory. */
#include "base/file_reader.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

Test(file_reader, pieces_of_a_file_and_of_memory) {
    static const char content[] = "0123456789";
    char path[] = "/tmp/netc_reader_XXXXXX";
    int fd = mkstemp(path);
    cr_assert_eq(write(fd, content, 10), 10);
    close(fd);
    Arena *arena = arena_create();
    FileReader readers[2] = {file_reader_of(content, 10)};
    cr_assert_null(file_reader_open(arena, path, 10, &readers[1]));
    cr_expect_eq(readers[1].identity.size, 10);
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(readers[i].size, 10);
        for (int64_t at = 0; at <= 10; at++) {
            char piece[11] = "xxxxxxxxxx";
            size_t len = (size_t)(10 - at) / 2;
            cr_expect_null(file_reader_get(&readers[i], at, len, piece));
            cr_expect_arr_eq(piece, content + at, len, "reader %d at %d", i, (int)at);
            cr_expect_eq(piece[len], 'x', "reader %d writes past its piece", i);
        }
    }
    char rest[10];
    cr_assert_eq(truncate(path, 4), 0);
    cr_expect_str_eq(file_reader_get(&readers[1], 0, 10, rest), "was cut off while it was read");
    for (int i = 0; i < 2; i++) file_reader_close(&readers[i]);
    cr_expect_eq(readers[1].fd, -1);
    FileReader untouched = {.fd = 77};
    cr_expect_str_eq(file_reader_open(arena, path, 3, &untouched), "is larger than 3 bytes");
    cr_expect_str_eq(file_reader_open(arena, "/tmp", 100, &untouched), "Is a directory");
    cr_expect_str_eq(file_reader_open(arena, "/dev/null", 100, &untouched),
                     "is not a regular file");
    cr_expect_eq(untouched.fd, 77);
    unlink(path);
    arena_destroy(arena);
}
