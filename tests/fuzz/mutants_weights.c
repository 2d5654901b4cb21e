/* mutants_weights COUNT [SEED]: so many mutants of weight files of every container, opened, and all
 * that can be read of them read. Ends with 1 and words if one breaks a promise; with a sanitizer,
 * at the first access that is wrong. */
#include "fuzz/weights_promises.h"
#include "unit/weights/archive.h"
#include "unit/weights/mutate.h"

#include <stdio.h>

enum { N_SEEDS = 7 };

/* A good file, to be spoilt. */
typedef struct Seed {
    const char *path;
    const char *bytes;
    size_t len;
} Seed;

static const char SAFETENSORS[] =
    "\x71\0\0\0\0\0\0\0"
    "{\"a\":{\"dtype\":\"F64\",\"shape\":[1,2],\"data_offsets\":[0,16]},"
    "\"b\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[16,22]}}"
    "0123456789abcdefghijkl";

static const char NPY[] = "\x93NUMPY\1\0\x3a\0"
                          "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }"
                          "0123456789abcdefghijklmn";

static Seed seed_of_archive(Archive *archive, const ArchiveMember *members, bool wide) {
    archive_make(archive, members, 2, wide);
    return (Seed){"w.npz", (const char *)archive->bytes, archive->len};
}

static int spoil_one(Arena *arena, const Seed *seed, uint64_t *state, long *n_accepted) {
    size_t len;
    bool accepted;
    const char *why;
    char *bytes = mutate(seed->bytes, seed->len, state, &len);
    const char *broken = weights_check(arena, seed->path, bytes, len, &accepted, &why);
    *n_accepted += accepted;
    free(bytes);
    arena_reset(arena);
    if (broken) fprintf(stderr, "%s: a mutant breaks the promise of its %s\n", seed->path, broken);
    return broken != NULL;
}

int main(int argc, char **argv) {
    long count = argc > 1 ? strtol(argv[1], NULL, 10) : 0, n_accepted = 0;
    uint64_t state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    static const ArchiveMember small[] = {{.name = "a.npy", .wide = true, .n_elems = 4},
                                          {.name = "b.npy", .deflated = true, .n_elems = 4}},
                               late[] = {{.name = "a.npy", .sizes_behind = true, .n_elems = 4},
                                         {.name = "b.npy",
                                          .sizes_behind = true,
                                          .deflated = true,
                                          .wide = true,
                                          .n_elems = 4}};
    static Archive archives[4];
    const Seed seeds[N_SEEDS] = {{"w.safetensors", SAFETENSORS, sizeof SAFETENSORS - 1},
                                 {"w", SAFETENSORS, sizeof SAFETENSORS - 1},
                                 {"w.npy", NPY, sizeof NPY - 1},
                                 seed_of_archive(&archives[0], small, false),
                                 seed_of_archive(&archives[1], small, true),
                                 seed_of_archive(&archives[2], late, false),
                                 seed_of_archive(&archives[3], late, true)};
    Arena *arena = arena_create();
    for (int i = 0; i < N_SEEDS; i++) {
        bool accepted;
        const char *why, *broken = weights_check(arena, seeds[i].path, seeds[i].bytes, seeds[i].len,
                                                 &accepted, &why);
        if (broken || !accepted) {
            fprintf(stderr, "seed %d is no good file: %s\n", i, broken ? broken : why);
            return 1;
        }
    }
    int failed = 0;
    for (long n = 0; n < count && !failed; n++)
        failed = spoil_one(arena, &seeds[n % N_SEEDS], &state, &n_accepted);
    arena_destroy(arena);
    printf("%ld mutants, %ld accepted\n", count, n_accepted);
    return failed || n_accepted * 100 < count;
}
