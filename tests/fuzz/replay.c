/* replay [--whole] FOLDER: runs the harness on every file of a corpus, whole, cut short at two
 * places, and with either of two bytes changed; with --whole, only whole. What the suite does with
 * the corpus, where there is no fuzzer. */
#define _XOPEN_SOURCE 700 /* scandir */
#include "fuzz/fuzz.h"

#include "base/file.h"

#include <dirent.h>
#include <string.h>

enum { VARIANTS = 2, MAX_BYTES = 1 << 20 };

static void run_variants(Arena *arena, const Bytes *bytes) {
    static const char letters[] = "(){}[]=|>-+*/.,:@\"#?x1N\n ";
    uint8_t *copy = arena_alloc(arena, bytes->len + 1);
    for (size_t i = 1; i <= VARIANTS; i++) {
        size_t at = bytes->len * i / (VARIANTS + 1);
        memcpy(copy, bytes->data, bytes->len);
        LLVMFuzzerTestOneInput(copy, at);
        if (bytes->len == 0) continue;
        copy[at] = (uint8_t)letters[i % (sizeof letters - 1)];
        LLVMFuzzerTestOneInput(copy, bytes->len);
    }
}

static bool replay(const char *path, bool whole) {
    Arena *arena = arena_create();
    Bytes bytes;
    const char *why = file_read(arena, path, MAX_BYTES, &bytes);
    if (why) {
        fprintf(stderr, "%s: %s\n", path, why);
    } else {
        LLVMFuzzerTestOneInput((const uint8_t *)bytes.data, bytes.len);
        if (!whole) run_variants(arena, &bytes);
    }
    arena_destroy(arena);
    return why == NULL;
}

static int is_visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

int main(int argc, char **argv) {
    bool whole = argc > 2 && strcmp(argv[1], "--whole") == 0, good = true;
    const char *folder = argv[argc - 1];
    struct dirent **entries;
    int n = argc > 1 ? scandir(folder, &entries, is_visible, alphasort) : 0;
    for (int i = 0; i < n; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        good &= replay(path, whole);
        free(entries[i]);
    }
    if (n > 0) free(entries);
    printf("%d files\n", n);
    return good && n > 0 ? 0 : 1;
}
