/* import/table, import/names, import/words: names of models, found and made into identifiers. */
#include "import/names.h"
#include "import/words.h"

#include <criterion/criterion.h>
#include <math.h>

/* Names of which many begin with others, and differ in one bit. */
Test(table, finds_what_was_set) {
    enum { N = 2000 };
    Arena *arena = arena_create();
    NameTable *table = table_create(arena);
    const char *names[N];
    cr_assert_null(table_get(table, ""));
    for (size_t i = 0; i < N; i++) {
        names[i] = i % 2 ? arena_printf(arena, "%zu", i * 7919)
                         : arena_printf(arena, "%.*s", (int)(i / 2), "aaaaaaaaaabbbbbbbbbb");
        table_set(table, names[i], (void *)(uintptr_t)names[i]);
    }
    for (size_t i = 1; i < N; i += 2) {
        cr_assert_eq(table_get(table, names[i]), names[i], "%s", names[i]);
        cr_assert_null(table_get(table, arena_printf(arena, "%s ", names[i])));
    }
    table_set(table, "aaa", arena);
    cr_assert_eq(table_get(table, "aaa"), arena);
    cr_assert_neq(table_get(table, "aaaa"), arena);
    cr_assert_not_null(table_get(table, ""));
    arena_destroy(arena);
}

static bool is_int(const char *name) { return strcmp(name, "int") == 0; }

Test(names, become_identifiers_each_once) {
    static const struct {
        const char *wanted, *name;
    } rows[] = {
        {"conv1", "conv1"},      {"conv1", "conv1_2"}, {"a/b", "a_b"},      {"a_b", "a_b_2"},
        {"a.b", "a_b_3"},        {"a_b_2", "a_b_2_2"}, {"Conv", "conv"},    {"", "v"},
        {"///", "v_2"},          {"7", "v7"},          {"\xc3\xa4", "v_3"}, {"net", "net_"},
        {"net", "net__2"},       {"int", "int_"},      {"x  y", "x_y"},     {"\x1b[2J", "v2J"},
        {"layer1.0", "layer1_0"}};
    Arena *arena = arena_create();
    ImportOptions options = {.is_reserved = is_int};
    Import im = {.arena = arena, .options = &options};
    NameScope scope = name_scope(&im);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *name = name_take(&scope, rows[i].wanted);
        cr_expect_str_eq(name, rows[i].name, "%s became %s", rows[i].wanted, name);
        cr_expect(name_is_plain(name));
    }
    arena_destroy(arena);
}

Test(names, long_ones_end) {
    Arena *arena = arena_create();
    ImportOptions options = {.is_reserved = is_int};
    Import im = {.arena = arena, .options = &options};
    NameScope scope = name_scope(&im);
    char wanted[5001] = {0};
    memset(wanted, 'y', 5000);
    const char *first = name_take(&scope, wanted), *second = name_take(&scope, wanted);
    cr_expect(name_is_plain(first) && name_is_plain(second) && strcmp(first, second) != 0);
    arena_destroy(arena);
}

Test(names, plain_and_quoted) {
    Arena *arena = arena_create();
    static const char *const not_plain[] = {"A", "9", "a.b", "a b", "", "return", "\xc3\xa4"};
    for (size_t i = 0; i < sizeof not_plain / sizeof *not_plain; i++)
        cr_expect(!name_is_plain(not_plain[i]), "%s", not_plain[i]);
    cr_expect_str_eq(name_string(arena, "a\"b\\c\n"), "\"a\\\"b\\\\c\\n\"");
    cr_expect_str_eq(quoted(arena, "\x1b[2J"), "`\\x1B[2J`");
    arena_destroy(arena);
}

Test(words, numbers_are_the_shortest_that_come_back) {
    static const struct {
        float number;
        const char *text;
    } rows[] = {{0, "0"},        {1, "1"},        {-2.5f, "-2.5"},          {0.1f, "0.1"},
                {1e-5f, "1e-5"}, {1e20f, "1e20"}, {1.0f / 3, "0.33333334"}, {16777216, "16777216"}};
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = number_text(arena, rows[i].number);
        cr_expect(strtof(text, NULL) == rows[i].number);
        cr_expect_str_eq(text, rows[i].text);
    }
    arena_destroy(arena);
}

Test(words, sizes_and_paddings) {
    Arena *arena = arena_create();
    static const char *const names[] = {"H", "W"};
    const int64_t sizes[] = {1, -1, 3}, same[] = {2, 2}, lo[] = {1, 0}, hi[] = {1, 2},
                  none[] = {0, 0};
    cr_expect_str_eq(sizes_text(arena, 3, sizes), "1x?x3");
    cr_expect_str_eq(axes_text(arena, 2, same, 2), "");
    cr_expect_str_eq(axes_text(arena, 2, same, 1), "2");
    cr_expect_str_eq(axes_text(arena, 2, lo, 1), "1x0");
    cr_expect_str_eq(pads_text(arena, 2, names, none, none), "");
    cr_expect_str_eq(pads_text(arena, 2, names, same, same), "2");
    cr_expect_str_eq(pads_text(arena, 2, names, lo, hi), "{H: 1, W: (0, 2)}");
    arena_destroy(arena);
}
