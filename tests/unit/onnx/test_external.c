/* onnx/external: numbers beside the model are found there, and nowhere else. */
#include "onnx/external.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/netc_onnx_XXXXXX";

static const char *in_folder(Arena *arena, const char *name) {
    return arena_printf(arena, "%s/%s", folder, name);
}

static void put_file(Arena *arena, const char *name, const char *bytes) {
    FILE *file = fopen(in_folder(arena, name), "w");
    cr_assert(file && fputs(bytes, file) >= 0 && fclose(file) == 0);
}

/* folder/out.bin  folder/nets/{w.bin, sub/w.bin, link -> w.bin, away -> .., pipe} */
static void make_files(Arena *arena) {
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(mkdir(in_folder(arena, "nets"), 0700), 0);
    cr_assert_eq(mkdir(in_folder(arena, "nets/sub"), 0700), 0);
    put_file(arena, "out.bin", "12345678");
    put_file(arena, "nets/w.bin", "abcdefgh");
    put_file(arena, "nets/sub/w.bin", "ABCDEFGH");
    cr_assert_eq(symlink("w.bin", in_folder(arena, "nets/link")), 0);
    cr_assert_eq(symlink("..", in_folder(arena, "nets/away")), 0);
    cr_assert_eq(mkfifo(in_folder(arena, "nets/pipe"), 0600), 0);
}

static void remove_files(Arena *arena) {
    static const char *const all[] = {"nets/pipe",      "nets/away",  "nets/link",
                                      "nets/sub/w.bin", "nets/w.bin", "out.bin"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) unlink(in_folder(arena, all[i]));
    rmdir(in_folder(arena, "nets/sub"));
    rmdir(in_folder(arena, "nets"));
    rmdir(folder);
}

Test(external, only_in_the_folder_of_the_model) {
    static const struct {
        const char *location;
        int64_t offset;
        const char *first; /* bytes at the offset; NULL: refused */
        const char *why;
    } table[] = {
        {"w.bin", 0, "abcd", NULL},
        {"w.bin", 4, "efgh", NULL},
        {"./w.bin", 0, "abcd", NULL},
        {"sub//w.bin", 0, "ABCD", NULL},
        {"w.bin", 5, NULL, "has 8 bytes, and the tensor's begin at byte 5"},
        {"w.bin", INT64_MAX, NULL, "go beyond its end"},
        {"../out.bin", 0, NULL, "`../out.bin` is not in the folder of the model"},
        {"sub/../w.bin", 0, NULL, "is not in the folder of the model"},
        {"..", 0, NULL, "is not in the folder of the model"},
        {"/etc/passwd", 0, NULL, "is not in the folder of the model"},
        {"link", 0, NULL, "is a symbolic link"},
        {"away/out.bin", 0, NULL, "Not a directory"},
        {"pipe", 0, NULL, "is not a regular file"},
        {"sub", 0, NULL, "is not a regular file"},
        {"sub/", 0, NULL, "No such file"},
        {".", 0, NULL, "is not a regular file"},
        {"w.bin/w.bin", 0, NULL, "Not a directory"},
        {"none\033", 0, NULL, "`none\\x1B` No such file"},
    };
    Arena *arena = arena_create();
    make_files(arena);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        OnnxTensor tensor = {.type = ONNX_FLOAT,
                             .rank = 1,
                             .extent = {1},
                             .elems = 1,
                             .location = table[i].location,
                             .offset = table[i].offset};
        FileReader reader;
        const char *why =
            onnx_external_open(arena, in_folder(arena, "nets/m.onnx"), &tensor, &reader);
        if (table[i].first) {
            char bytes[4];
            cr_assert(!why, "%s: %s", table[i].location, why);
            cr_expect_null(file_reader_get(&reader, tensor.offset, 4, bytes));
            cr_expect(memcmp(bytes, table[i].first, 4) == 0, "%s", table[i].location);
            file_reader_close(&reader);
        } else {
            cr_expect(why && strstr(why, table[i].why), "%s: %s", table[i].location,
                      why ? why : "was opened");
        }
    }
    remove_files(arena);
    arena_destroy(arena);
}

Test(external, standard_input_has_no_folder) {
    Arena *arena = arena_create();
    OnnxTensor tensor = {.type = ONNX_FLOAT, .elems = 1, .location = "w.bin"};
    FileReader reader;
    const char *why = onnx_external_open(arena, "-", &tensor, &reader);
    cr_assert(why && strstr(why, "standard input"), "%s", why ? why : "was opened");
    arena_destroy(arena);
}
