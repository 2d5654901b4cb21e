/* tensor/size_set: runs hold exactly the sizes, each once, and read well. */
#include "tensor/size_set.h"

#include <criterion/criterion.h>
#include <string.h>

Test(size_set, text) {
    static const struct {
        int64_t sizes[10]; /* ends with 0 */
        const char *text;
    } table[] = {
        {{7}, "7"},
        {{7, 8}, "7 .. 8"},
        {{7, 9}, "7, 9"},
        {{16, 32, 48, 64}, "16 .. 64 every 16th"},
        {{1, 2, 3, 8, 12, 16, 17}, "1 .. 3, 8 .. 16 every 4th, 17"},
        {{5, 7, 9, 10, 11}, "5 .. 9 every 2nd, 10 .. 11"},
        {{3, 14, 25}, "3 .. 25 every 11th"},
    };
    Arena *arena = arena_create();
    for (size_t row = 0; row < sizeof table / sizeof *table; row++) {
        SizeSet set = {0};
        for (int i = 0; table[row].sizes[i]; i++) size_set_add(arena, &set, table[row].sizes[i]);
        size_set_close(arena, &set);
        Text text = text_in(arena);
        size_set_print(&text, &set);
        cr_expect_str_eq(text_str(&text), table[row].text);
    }
    arena_destroy(arena);
}

/* Every set of sizes up to 14. */
Test(size_set, runs_hold_the_sizes) {
    Arena *arena = arena_create();
    for (unsigned bits = 0; bits < 1u << 14; bits++) {
        SizeSet set = {0};
        for (int i = 0; i < 14; i++)
            if (bits >> i & 1) size_set_add(arena, &set, i + 1);
        size_set_close(arena, &set);
        unsigned held = 0;
        for (size_t r = 0; r < set.runs.len; r++)
            for (int64_t x = set.runs.at[r].lo; x <= set.runs.at[r].hi; x += set.runs.at[r].step) {
                cr_assert_eq(held >> (x - 1), 0, "%x: %lld is late", bits, (long long)x);
                held |= 1u << (x - 1);
            }
        cr_assert_eq(held, bits);
        arena_reset(arena);
    }
    arena_destroy(arena);
}
