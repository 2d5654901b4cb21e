/* Writes the random networks of tests/support/net_generator.h as files: FOLDER/net-SEED.net for
 * `count` seeds from `first` on.
 *
 *     networks FOLDER FIRST COUNT */
#include "support/net_generator.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    uint64_t first = strtoull(argv[2], NULL, 10), count = strtoull(argv[3], NULL, 10);
    for (uint64_t seed = first; seed - first < count; seed++) {
        Arena *arena = arena_create();
        const char *path =
            arena_printf(arena, "%s/net-%llu.net", argv[1], (unsigned long long)seed);
        FILE *file = fopen(path, "w");
        int failed = !file || fputs(net_generate(arena, seed, NULL), file) < 0;
        if (file && fclose(file) != 0) failed = 1;
        if (failed) perror(path);
        arena_destroy(arena);
        if (failed) return 1;
    }
    return 0;
}
