/* Any bytes as a model to import. Either there are reasons that can be printed, or a network that
 * the formatter takes and the checker accepts, with the weights that belong to it. No file is read:
 * a model of standard input has no folder. */
#include "fuzz/fuzz.h"

#include "fuzz/import_promises.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena *arena = arena_create();
    ImportEnd end;
    const char *broken = import_check(arena, data, size, &end);
    fuzz_require(!broken, broken);
    arena_destroy(arena);
    return 0;
}
