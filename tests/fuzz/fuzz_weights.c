/* fuzz_weights COUNT [SEED]: so many mutants of weight files of every container, opened, and all
 * that can be read of them read. Ends with 1 and words if one breaks a promise; with a sanitizer,
 * at the first access that is wrong. */
#include "weights/weight_file.h"

#include "unit/weights/archive.h"
#include "unit/weights/mutate.h"

#include <stdio.h>

enum { MAX_ELEMS = 1 << 16, N_SEEDS = 7 };

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

/* Every promise of weight_file.h that a file can break; NULL, or which. */
static const char *check(Arena *arena, const WeightFile *file, size_t len) {
    static const int straight[] = {0, 1, 2, 3, 4, 5, 6, 7};
    for (size_t i = 0; i < file->n_tensors; i++) {
        const WeightTensor *tensor = &file->tensors[i];
        int axes[MAX_WEIGHT_RANK];
        int64_t elems = 1;
        if (tensor->rank < 0 || tensor->rank > MAX_WEIGHT_RANK) return "rank";
        for (int n = 0; n < tensor->rank; n++) {
            elems *= tensor->extent[n];
            axes[n] = tensor->rank - 1 - n;
        }
        if (elems != tensor->elems) return "elems";
        if (i > 0 && strcmp(file->tensors[i - 1].name, tensor->name) >= 0) return "order of names";
        if (weight_file_find(file, tensor->name) != tensor) return "find";
        if (tensor->place.at < 0 || tensor->place.len < 0 ||
            tensor->place.at > (int64_t)len - tensor->place.len)
            return "place";
        if (tensor->dtype < 0 || elems > MAX_ELEMS) continue;
        float *out = malloc((size_t)elems * sizeof *out + 1);
        for (int turn = 0; turn < 2; turn++) {
            double change = -1;
            const char *why = NULL;
            WeightFileStatus status =
                weight_tensor_read(arena, file, tensor, turn ? axes : straight, out, &change, &why);
            if ((status == WEIGHT_FILE_OK) != (why == NULL) || !(change >= 0)) {
                free(out);
                return "status";
            }
        }
        free(out);
    }
    return NULL;
}

static int fuzz_one(Arena *arena, const Seed *seed, uint64_t *state, long *accepted) {
    size_t len;
    char *bytes = mutate(seed->bytes, seed->len, state, &len);
    WeightFile *file = NULL;
    const char *why = NULL, *broken = NULL;
    switch (weight_file_parse(arena, seed->path, bytes, len, &file, &why)) {
    case WEIGHT_FILE_OK:
        broken = check(arena, file, len);
        ++*accepted;
        break;
    case WEIGHT_FILE_DAMAGED:
        if (!why || !*why || file) broken = "reason";
        break;
    default: broken = "status of opening"; break;
    }
    free(bytes);
    arena_reset(arena);
    if (broken) fprintf(stderr, "%s: a mutant breaks the promise of its %s\n", seed->path, broken);
    return broken != NULL;
}

int main(int argc, char **argv) {
    long count = argc > 1 ? strtol(argv[1], NULL, 10) : 0, accepted = 0;
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
    const Seed seeds[] = {{"w.safetensors", SAFETENSORS, sizeof SAFETENSORS - 1},
                          {"w", SAFETENSORS, sizeof SAFETENSORS - 1},
                          {"w.npy", NPY, sizeof NPY - 1},
                          seed_of_archive(&archives[0], small, false),
                          seed_of_archive(&archives[1], small, true),
                          seed_of_archive(&archives[2], late, false),
                          seed_of_archive(&archives[3], late, true)};
    Arena *arena = arena_create();
    for (int i = 0; i < N_SEEDS; i++) {
        WeightFile *file;
        const char *why = "", *broken = NULL;
        if (weight_file_parse(arena, seeds[i].path, seeds[i].bytes, seeds[i].len, &file, &why) ||
            (broken = check(arena, file, seeds[i].len)) != NULL) {
            fprintf(stderr, "seed %d is no good file: %s%s\n", i, why, broken ? broken : "");
            return 1;
        }
    }
    int failed = 0;
    for (long n = 0; n < count && !failed; n++)
        failed = fuzz_one(arena, &seeds[n % N_SEEDS], &state, &accepted);
    arena_destroy(arena);
    printf("%ld mutants, %ld accepted\n", count, accepted);
    return failed || accepted * 100 < count;
}
