/* Many messages, and messages about long lines: what is kept, counted and shown of them. */
#include "base/diag.h"

#include "base/utf8.h"

#include <criterion/criterion.h>
#include <stdio.h>

static Arena *arena;

static void setup(void) { arena = arena_create(); }

static void teardown(void) { arena_destroy(arena); }

TestSuite(diag_many, .init = setup, .fini = teardown);

Test(diag_many, all_are_counted_and_the_first_of_each_code_are_kept) {
    enum { N = 5000 };
    Sources sources = {.arena = arena};
    sources_add(&sources, "a.net", "x\n", 2);
    Diags diags = diags_in(arena, &sources);
    for (uint32_t i = 0; i < N; i++) {
        Diag *diag = diag_add(&diags, N0101, (Span){0, i % 2, i % 2 + 1}, "number %u", i);
        diag_here(diag, "here %u", i);
        diag_note(diag, "note %u", i);
        diag_note_more(diag, " and more");
        DiagHelp *help = diag_help(diag, FIX_MAYBE, "help %u", i);
        diag_edit(help, (Span){0, 0, 1}, "%u", i);
        cr_assert_str_eq(diag->message, arena_printf(arena, "number %u", i));
        cr_assert_str_eq(diag->notes.at[0], arena_printf(arena, "note %u and more", i));
        diag_add(&diags, W0705, (Span){0, 0, 1}, "warning %u", i);
        if (i % 2) diag_only_with_wall(&diags);
    }
    cr_assert_eq(diags.n_errors, N);
    cr_assert_eq(diags.list.len, 2 * MAX_FULL);
    cr_assert_eq(diags.briefs.len, 2 * (N - MAX_FULL));
    for (size_t i = 0; i < diags.list.len; i++) {
        const Diag *diag = diags.list.at[i];
        cr_assert_str_eq(diag->message,
                         arena_printf(arena, "%s %zu", i % 2 ? "warning" : "number", i / 2));
        cr_assert_eq(diag->wall_only, i % 4 == 3);
    }
    for (uint32_t i = 0; i < diags.briefs.len; i++) {
        const DiagBrief *brief = &diags.briefs.at[i];
        uint32_t number = MAX_FULL + i / 2;
        Diag same = {.arena = arena, .code = i % 2 ? W0705 : N0101};
        same.message = arena_printf(arena, "%s %u", i % 2 ? "warning" : "number", number);
        cr_assert_eq(brief->code, same.code);
        cr_assert_eq(brief->is_error, i % 2 == 0);
        cr_assert_eq(brief->wall_only, i % 2 && number % 2);
        cr_assert_eq(brief->span.begin, i % 2 ? 0 : number % 2);
        cr_assert_eq(diag_brief_hash(brief), diag_hash(arena, &same), "brief %u", i);
    }
}

Test(diag_many, allowed_warnings_leave_room_for_the_others) {
    Sources sources = {.arena = arena};
    const char *text = "x # netc: allow W0701\ny\n";
    sources_add(&sources, "a.net", text, strlen(text));
    Diags diags = diags_in(arena, &sources);
    for (int i = 0; i < 2 * MAX_FULL; i++) diag_add(&diags, W0701, (Span){0, 0, 1}, "allowed");
    cr_assert_eq(diags.list.len, MAX_FULL / 2);
    Diag *other = diag_add(&diags, W0701, (Span){0, 22, 23}, "not allowed");
    cr_assert_eq(diags.list.at[diags.list.len - 1], other);
}

Test(diag_many, faults_are_told_apart_without_lines_and_bytes) {
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {{"at line 3", "at line 44", true},
                 {"byte 1 and line 2", "byte 12 and line 3", true},
                 {"lineage 3", "lineage 4", false},
                 {"bbl line 1l", "bbl line 2l", true},
                 {"sizes 3", "sizes 4", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Diag a = {.arena = arena, .code = N0101, .message = cases[i].a};
        Diag b = {.arena = arena, .code = N0101, .message = cases[i].b};
        cr_expect_eq(diag_hash(arena, &a) == diag_hash(arena, &b), cases[i].same, "%s", cases[i].a);
        b.code = N0102;
        cr_expect_neq(diag_hash(arena, &a), diag_hash(arena, &b), "%s", cases[i].a);
    }
}

/* Characters of one to four bytes, some that are none, and a few ends of lines. */
static char *mixed_text(size_t len) {
    static const char *const pieces[] = {"a", "é", "₂", "😀", "\xff", "\xe2\x82", "bcdefgh"};
    char *text = arena_alloc(arena, len + 16);
    unsigned state = 1;
    for (size_t i = 0; i < len;) {
        state = state * 1103515245u + 12345u;
        const char *piece = pieces[(state >> 16) % 7];
        if ((state >> 20) % 2500 == 0) piece = "\r\n";
        memcpy(text + i, piece, strlen(piece));
        i += strlen(piece);
    }
    text[len] = '\0';
    return text;
}

Test(diag_many, places_in_long_lines_are_those_of_counting_from_their_starts) {
    enum { LEN = 60000 };
    char *text = mixed_text(LEN);
    Sources sources = {.arena = arena};
    sources_add(&sources, "a.net", text, LEN);
    uint32_t line = 1, start = 0, longest = 0;
    for (uint32_t at = 0; at < LEN; at++) {
        if (at > start && text[at - 1] == '\n') {
            size_t len;
            cr_assert_eq(source_line(&sources, 0, line, &len), sources.files.at[0]->text + start);
            cr_assert_eq(len, at - start - 2, "line %u", line);
            if (at - start > longest) longest = at - start;
            line++;
            start = at;
        }
        uint32_t column = 1, utf16 = 1;
        if (at % 97 != 0) continue;
        for (uint32_t i = start; i < at;) {
            size_t n = utf8_length(text + i, LEN - i);
            column++;
            utf16 += n == 4 ? 2 : 1;
            i += n ? (uint32_t)n : 1;
        }
        Place place = source_place(&sources, 0, at);
        cr_assert_eq(place.line, line, "byte %u", at);
        cr_assert_eq(place.column, column, "byte %u: %u, not %u", at, place.column, column);
        cr_assert_eq(place.utf16_column, utf16, "byte %u", at);
    }
    cr_assert_gt(longest, 4096);
}

/* The message about the word at `at` of a line, with a fix, as text. */
static const char *rendered(const char *line, uint32_t at) {
    Sources sources = {.arena = arena};
    sources_add(&sources, "a.net", line, strlen(line));
    Diags diags = diags_in(arena, &sources);
    Span word = {0, at, at + 5};
    Diag *diag = diag_add(&diags, N0101, word, "unknown");
    diag_here(diag, "this");
    diag_edit(diag_help(diag, FIX_MAYBE, "another"), word, "OTHER");
    Text out = text_in(arena);
    diag_render(diag, &sources, false, &out);
    return text_str(&out);
}

/* What stands behind the place, which has the column in it. */
static const char *after_place(const char *text) {
    return strchr(strchr(text, '\n') + 1, '\n') + 1;
}

Test(diag_many, a_long_line_is_shown_as_a_shorter_one_around_the_same_word) {
    static const uint32_t sizes[] = {5000, 20000, 1000000};
    char *line = arena_alloc(arena, 2 * 1000000 + 8);
    const char *expected = NULL;
    for (int i = -1; i < 3; i++) {
        uint32_t side = i < 0 ? 1500 : sizes[i];
        memset(line, 0, 2 * 1000000 + 8);
        for (uint32_t n = 0; n < 2 * side + 5; n++) line[n] = "abc "[(n + 2 * 4 - side % 4) % 4];
        memcpy(line + side, "WRONG", 5);
        const char *text = after_place(rendered(line, side));
        if (i < 0) expected = text;
        cr_assert_str_eq(text, expected, "%u bytes on either side:\n%s", side, text);
    }
    cr_assert(strstr(expected, "…") && strstr(expected, "OTHER") && strstr(expected, "^^^^^ this"),
              "%s", expected);
    cr_assert_lt(strlen(expected), 600);
}

Test(diag_many, the_ends_of_a_long_line_are_not_cut) {
    enum { LEN = 9000 };
    char *line = arena_alloc(arena, LEN + 1);
    memset(line, 'x', LEN);
    memcpy(line, "WRONG", 5);
    memcpy(line + LEN - 5, "WRONG", 5);
    const char *first = after_place(rendered(line, 0));
    cr_assert(strstr(first, "1 | WRONGxx"), "%s", first);
    const char *last = after_place(rendered(line, LEN - 5));
    cr_assert(strstr(last, "xxWRONG\n") && strstr(last, "1 | …x"), "%s", last);
    cr_assert(strstr(last, "xxOTHER\n"), "%s", last);
}
