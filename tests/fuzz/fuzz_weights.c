/* Any bytes as a file of weights, under a name of each container and under one that tells none. */
#include "fuzz/fuzz.h"

#include "fuzz/weights_promises.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const paths[] = {"w", "w.safetensors", "w.npz", "w.npy"};
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        bool accepted;
        const char *why;
        const char *broken =
            weights_check(arena, paths[i], (const char *)data, size, &accepted, &why);
        fuzz_require(!broken, broken);
        arena_reset(arena);
    }
    arena_destroy(arena);
    return 0;
}
