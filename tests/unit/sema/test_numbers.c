/* sema: checked integer expressions, lets and --set. */
#include "sema/analysed.h"

#include <criterion/criterion.h>
#include <string.h>

Test(sema_numbers, expressions) {
    static const struct {
        const char *expr;
        int64_t value; /* 0: an error */
    } table[] = {
        {"1", 1},
        {"2 + 3 * 4", 14},
        {"(2 + 3) * 4", 20},
        {"10 - 3 - 4", 3},
        {"100 / 5 / 4", 5},
        {"17 % 5", 2},
        {"-7 % 3", 2},
        {"7 % -3 + 9", 7},
        {"-(-5)", 5},
        {"- 2 * -3", 6},
        {"-8 / -2", 4},
        {"eight / 2 + one", 5},
        {"(9223372036854775807 - 9223372036854775806) * 3", 3},
        {"-9223372036854775807 + 9223372036854775807 + 4", 4},
        {"x.H * x.W / x.C", 12},
        {"7 / 2", 0},
        {"1 / 0", 0},
        {"1 % 0", 0},
        {"9223372036854775807 + 1", 0},
        {"(-9223372036854775807 - 1) / -1", 0},
        {"(-9223372036854775807 - 1) % -1 + 6", 6},
        {"4611686018427387904 * 2", 0},
        {"1.5", 0},
        {"x", 0},
        {"\"three\"", 0},
        {"nothing", 0},
        {"later", 0},
        {"x.Q", 0},
        {"bad + 1", 0},
    };
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const char *source = arena_printf(
            arena,
            "net 1\nlet one = 1\nlet eight = 8\nlet bad = 1 / 0\n"
            "input x : f32[N: 1, C: 2, H: 4, W: 6]\ninput y : f32[N: 1, C: %s]\nlet later = 3\n"
            "output a = x |> relu\noutput b = y |> relu\n",
            table[i].expr);
        Analysed *analysed = analyse(source);
        const Value *b = analysed_value(analysed, "b");
        if (table[i].value == 0) {
            cr_assert_null(b, "%s has a value", table[i].expr);
            /* One fault, and that of `bad` itself. */
            size_t faults = strcmp(table[i].expr, "bad + 1") == 0 ? 1 : 2;
            cr_assert_eq(analysed->diags.n_errors, faults, "%s: %s", table[i].expr,
                         analysed_codes(analysed));
        } else {
            cr_assert_not_null(b, "%s: %s", table[i].expr, analysed_codes(analysed));
            cr_assert_eq(b->type.axes[1].extent, table[i].value, "%s", table[i].expr);
        }
        analysed_free(analysed);
    }
    arena_destroy(arena);
}

Test(sema_numbers, settings_replace_top_level_lets) {
    const char *source = "net 1\nlet c = 1 / 0\nlet twice = c * 2\n"
                         "input x : f32[N: 1, C: twice]\noutput y = x |> relu\n";
    SemaSetting settings[] = {{"c", 21}, {"d", 1}, {"x", 2}};
    static const struct {
        size_t n;
        const char *codes;
    } table[] = {{0, "N0106"}, {1, ""}, {2, "N0101"}, {3, "N0101 N0101"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        SemaOptions options = {.settings = settings, .n_settings = table[i].n};
        Analysed *analysed = analyse_bytes("t.net", source, strlen(source), &options);
        cr_assert_str_eq(analysed_codes(analysed), table[i].codes);
        if (table[i].n > 0) cr_assert_eq(analysed_value(analysed, "x")->type.axes[1].extent, 42);
        analysed_free(analysed);
    }
}
