/* Runs the harness on files, each whole, cut short at 16 places, and with 16 of its bytes changed:
 * what CI does with the corpus where there is no fuzzer. */
#include "fuzz/fuzz_front.h"

#include "base/file.h"

#include <stdio.h>
#include <string.h>

enum { VARIANTS = 16 };

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

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        Arena *arena = arena_create();
        Bytes bytes;
        const char *why = file_read(arena, argv[i], (size_t)1 << 20, &bytes);
        if (why) {
            fprintf(stderr, "%s: %s\n", argv[i], why);
            return 1;
        }
        LLVMFuzzerTestOneInput((const uint8_t *)bytes.data, bytes.len);
        run_variants(arena, &bytes);
        arena_destroy(arena);
    }
    printf("%d files\n", argc - 1);
    return argc > 1 ? 0 : 1;
}
