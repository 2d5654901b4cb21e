/* base: edits of a source, ways out in order, and what tells faults apart. */
#include "base/edit.h"

#include <criterion/criterion.h>

static Span span(uint32_t begin, uint32_t end) { return (Span){0, begin, end}; }

Test(base_edit, clash_of_edits) {
    static const struct {
        uint32_t a, a_end, b, b_end;
        bool clash;
    } table[] = {{0, 2, 2, 4, false}, {0, 3, 2, 4, true}, {2, 2, 2, 2, true},
                 {2, 2, 2, 4, true},  {1, 4, 2, 2, true}, {4, 4, 2, 4, false},
                 {1, 2, 3, 3, false}, {2, 2, 3, 3, false}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        DiagEdit a = {.span = span(table[i].a, table[i].a_end)};
        DiagEdit b = {.span = span(table[i].b, table[i].b_end)};
        cr_assert_eq(edits_clash(&a, &b), table[i].clash, "row %zu", i);
        cr_assert_eq(edits_clash(&b, &a), table[i].clash, "row %zu, swapped", i);
        b.span.file = 1;
        cr_assert_not(edits_clash(&a, &b), "row %zu, other file", i);
    }
}

Test(base_edit, edits_in_any_order) {
    Arena *arena = arena_create();
    Sources sources = {.arena = arena};
    sources_add(&sources, "x.net", "abc\0def", 7);
    const DiagEdit edits[] = {{span(7, 7), "!"}, {span(1, 3), "--"}, {span(0, 0), ">"}};
    Edited edited = edits_apply(arena, sources.files.at[0], edits, 3);
    cr_assert_eq(edited.text.len, 9u);
    cr_assert_arr_eq(edited.text.data, ">a--\0def!", 9);
    const DiagEdit *sorted = edits_in_order(arena, edits, 3);
    static const uint32_t origin[] = {0, 0, 1, 1, 3, 4, 5, 6, 7};
    for (uint32_t i = 0; i < 9; i++)
        cr_assert_eq(edits_origin(sorted, 3, i), origin[i], "byte %u comes from %u", i,
                     edits_origin(sorted, 3, i));
    cr_assert_eq(edited.begin, 0u);
    cr_assert_eq(edited.end, 9u);
    edited = edits_apply(arena, sources.files.at[0], edits, 0);
    cr_assert_arr_eq(edited.text.data, "abc\0def", 7);
    arena_destroy(arena);
}

Test(base_edit, the_fewest_changes_first) {
    Arena *arena = arena_create();
    Sources sources = {.arena = arena};
    sources_add(&sources, "x.net", "0123456789", 10);
    Diags diags = diags_in(arena, &sources);
    Diag *diag = diag_add(&diags, N0310, span(0, 1), "x");
    diag_help(diag, FIX_HOLE, "h: advice");
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "g: in words");
    help->in_words = true;
    diag_edit(help, span(0, 0), "=");
    help = diag_help(diag, FIX_MAYBE, "f: two edits");
    diag_edit(help, span(0, 0), "a");
    diag_edit(help, span(2, 2), "b");
    diag_edit(diag_help(diag, FIX_MAYBE, "e: leaves out two"), span(0, 2), "%s", "");
    diag_edit(diag_help(diag, FIX_MAYBE, "d: replaces one"), span(0, 1), "4");
    diag_edit(diag_help(diag, FIX_MAYBE, "c: a longer name"), span(3, 3), ", round=ceil");
    diag_edit(diag_help(diag, FIX_MAYBE, "a: one value"), span(3, 3), ", p=(1, 2)");
    diag_edit(diag_help(diag, FIX_MAYBE, "b: another one, shorter"), span(3, 3), ", p=1");
    helps_sort(diag);
    for (size_t i = 0; i < diag->helps.len; i++)
        cr_assert_eq(diag->helps.at[i]->title[0], (char)('a' + i), "place %zu: %s", i,
                     diag->helps.at[i]->title);
    arena_destroy(arena);
}

Test(base_edit, titles_name_what_a_fix_brings) {
    Arena *arena = arena_create();
    Sources sources = {.arena = arena};
    sources_add(&sources, "x.net", "0123456789", 10);
    sources_add(&sources, "y.net", "0123456789", 10);
    Diags diags = diags_in(arena, &sources);
    Diag *diag = diag_add(&diags, N0310, span(0, 1), "x");
    DiagHelp *help = diag_help(diag, FIX_AUTO, "do");
    cr_assert_str_eq(diag_help_title(arena, help, &sources, 0), "do");
    diag_edit(help, span(0, 0), "a");
    cr_assert_str_eq(diag_help_title(arena, help, &sources, 0),
                     "do (safe to apply: `netc check --fix`)");
    VEC_PUSH(arena, &help->brings, ((DiagBrought){W0704, false, 0, 10}));
    VEC_PUSH(arena, &help->brings, ((DiagBrought){W0701, false, 1, 3}));
    cr_assert_str_eq(diag_help_title(arena, help, &sources, 0),
                     "do (safe to apply: `netc check --fix`; brings W0704 at line 10, W0701 at "
                     "line 3 of y.net)");
    help->grade = FIX_MAYBE;
    help->title = "do (W0704)";
    cr_assert_str_eq(diag_help_title(arena, help, &sources, 1),
                     "do (W0704; brings W0701 at line 3)");
    help->title = "do (W0704, W0701)";
    cr_assert_str_eq(diag_help_title(arena, help, &sources, 1), "do (W0704, W0701)");
    for (uint32_t line = 4; line < 8; line++)
        VEC_PUSH(arena, &help->brings, ((DiagBrought){W0708, false, 0, line}));
    cr_assert_str_eq(
        diag_help_title(arena, help, &sources, 0),
        "do (W0704, W0701; brings W0708 at line 4, W0708 at line 5, W0708 at line 6 and 1 more)");
    arena_destroy(arena);
}

Test(base_edit, faults_are_told_apart_wherever_they_stand) {
    Arena *arena = arena_create();
    Sources sources = {.arena = arena};
    sources_add(&sources, "x.net", "0123456789", 10);
    Diags diags = diags_in(arena, &sources);
    const char *a = diag_key(arena, diag_add(&diags, N0102, span(0, 1), "`a` at line 2; 3 rows"));
    const char *b = diag_key(arena, diag_add(&diags, N0102, span(5, 6), "`a` at line 31; 3 rows"));
    const char *c = diag_key(arena, diag_add(&diags, N0102, span(0, 1), "`a` at line 2; 4 rows"));
    const char *d = diag_key(arena, diag_add(&diags, N0103, span(0, 1), "`a` at line 2; 3 rows"));
    cr_assert_str_eq(a, b);
    cr_assert_str_neq(a, c);
    cr_assert_str_neq(a, d);
    arena_destroy(arena);
}
