/* base: memory, text, hashing, source places. */
#include "base/hash.h"
#include "base/intern.h"
#include "base/source.h"
#include "base/text.h"
#include "base/utf8.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

Test(base, arena_gives_zeroed_aligned_memory) {
    Arena *arena = arena_create();
    for (size_t size = 0; size < 300000; size = size * 3 + 1) {
        unsigned char *p = arena_alloc(arena, size);
        cr_assert_eq((uintptr_t)p % (size >= 64 ? 64 : 16), 0u, "size %zu", size);
        for (size_t i = 0; i < size; i++) cr_assert_eq(p[i], 0, "size %zu byte %zu", size, i);
        memset(p, 0xff, size);
    }
    arena_reset(arena);
    cr_assert_eq(arena_used(arena), 0u);
    arena_destroy(arena);
}

Test(base, hash_is_fnv1a) {
    /* The golden value of language.md 2.7. */
    uint64_t state = fnv1a64("c1.conv.weight", 14, FNV1A64_START);
    cr_assert_eq(state, UINT64_C(0xE5525D096DD066D7));
}

Test(base, intern_gives_one_pointer_per_spelling) {
    Arena *arena = arena_create();
    Interner *interner = interner_create(arena);
    const char *seen[2000];
    char name[32];
    for (int i = 0; i < 2000; i++) {
        int n = snprintf(name, sizeof name, "value_%d", i);
        seen[i] = intern(interner, name, (size_t)n);
    }
    for (int i = 0; i < 2000; i++) {
        int n = snprintf(name, sizeof name, "value_%d", i);
        cr_assert_eq(seen[i], intern(interner, name, (size_t)n), "%s", name);
    }
    arena_destroy(arena);
}

Test(base, places_count_code_points_and_utf16_units) {
    Arena *arena = arena_create();
    Sources sources = {.arena = arena};
    const char *text = "a\r\nb\xc3\xa9\xf0\x9f\x98\x80x\rend";
    uint32_t file = sources_add(&sources, "t", text, strlen(text));
    struct {
        uint32_t offset, line, column, utf16;
    } table[] = {{0, 1, 1, 1},  {3, 2, 1, 1},  {4, 2, 2, 2}, {6, 2, 3, 3},
                 {10, 2, 4, 5}, {12, 3, 1, 1}, {15, 3, 4, 4}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        Place place = source_place(&sources, file, table[i].offset);
        cr_assert_eq(place.line, table[i].line, "offset %u", table[i].offset);
        cr_assert_eq(place.column, table[i].column, "offset %u", table[i].offset);
        cr_assert_eq(place.utf16_column, table[i].utf16, "offset %u", table[i].offset);
    }
    arena_destroy(arena);
}

Test(base, text_escapes_what_a_terminal_would_obey) {
    Arena *arena = arena_create();
    struct {
        const char *raw, *shown;
    } table[] = {{"plain", "plain"},
                 {"\x1b[31m", "\\x1B[31m"},
                 {"k\xcc\x82", "k\xcc\x82"},
                 {"\xc2\x9b", "\\xC2\\x9B"},
                 {"\xed\xa0\x80", "\\xED\\xA0\\x80"},
                 {"\xe2\x80\xae", "\\xE2\\x80\\xAE"},
                 {"\xc0\xaf", "\\xC0\\xAF"}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        Text text = text_in(arena);
        text_quote(&text, table[i].raw, strlen(table[i].raw));
        cr_assert_str_eq(text_str(&text), table[i].shown);
    }
    arena_destroy(arena);
}

Test(base, counts_have_commas) {
    Arena *arena = arena_create();
    struct {
        long long n;
        const char *shown;
    } table[] = {
        {0, "0"}, {999, "999"}, {1000, "1,000"}, {61706, "61,706"}, {-1234567, "-1,234,567"}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        Text text = text_in(arena);
        text_count(&text, table[i].n);
        cr_assert_str_eq(text_str(&text), table[i].shown);
    }
    arena_destroy(arena);
}
