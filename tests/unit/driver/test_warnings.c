/* The filter of warnings: options, comments, -Werror. */
#include "driver/warnings.h"

#include <criterion/criterion.h>
#include <string.h>

/* True if a W0704 on the first `place` of `source` survives the filter. */
static bool survives(Arena *arena, const char *source, const char *place, const Options *options) {
    Sources sources = {.arena = arena};
    uint32_t file = sources_add(&sources, "t.net", source, strlen(source));
    uint32_t begin = (uint32_t)(strstr(source, place) - source);
    Diags diags = diags_in(arena, &sources);
    diag_add(&diags, W0704, (Span){file, begin, begin + (uint32_t)strlen(place)}, "x");
    warnings_filter(&diags, options);
    return diags.list.len == 1;
}

Test(driver_warnings, a_comment_silences_its_line) {
    static const struct {
        const char *source;
        bool survives;
    } table[] = {
        {"u = PLACE\n", true},
        {"u = PLACE # netc: allow W0704\n", false},
        {"u = PLACE #netc:allow W0704", false},
        {"u = PLACE # netc: allow W0701, W0704 , W0702\n", false},
        {"u = PLACE # netc: allow W0701 W0704\n", true},
        {"u = PLACE # netc: allow W07040\n", true},
        {"u = PLACE # netc: allow\n", true},
        {"u = PLACE # nets: allow W0704\n", true},
        {"# netc: allow W0704\nu = PLACE\n", true},
        {"u = PLACE\n# netc: allow W0704\n", true},
        {"u = \"# netc: allow W0704\" PLACE\n", true},
        {"u = \"\\\"#\" PLACE # netc: allow W0704\n", false},
        {"u = \"a\" PLACE\r\n", true},
    };
    Arena *arena = arena_create();
    Options options = {.warns[W0704] = WARN_DEFAULT};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        cr_assert_eq(survives(arena, table[i].source, "PLACE", &options), table[i].survives, "%s",
                     table[i].source);
    const char *two_lines = "u = f(A,\n  B) # netc: allow W0704\n";
    cr_assert(!survives(arena, two_lines, "f(A,\n  B)", &options));
    cr_assert(survives(arena, two_lines, "A", &options));
    Options none = {0};
    cr_assert(!survives(arena, "u = PLACE\n", "PLACE", &none));
    arena_destroy(arena);
}

Test(driver_warnings, some_cases_of_a_warning_are_shown_only_when_asked_for) {
    static const bool wanted[] = {[WARN_OFF] = false, [WARN_DEFAULT] = false, [WARN_ALL] = true};
    Arena *arena = arena_create();
    for (int level = WARN_OFF; level <= WARN_ALL; level++) {
        Sources sources = {.arena = arena};
        Diags diags = diags_in(arena, &sources);
        diag_add_global(&diags, W0705, "x")->wall_only = true;
        Options options = {.warns[W0705] = (WarnLevel)level};
        warnings_filter(&diags, &options);
        cr_assert_eq(diags.list.len, (size_t)wanted[level], "level %d", level);
    }
    arena_destroy(arena);
}

Test(driver_warnings, errors_stay_and_warnings_may_become_errors) {
    Arena *arena = arena_create();
    Sources sources = {.arena = arena};
    Diags diags = diags_in(arena, &sources);
    diag_add_global(&diags, N0401, "x");
    diag_add_global(&diags, W0704, "x");
    diag_add_global(&diags, W0702, "x");
    Options options = {.warns[W0704] = WARN_DEFAULT, .warnings_are_errors = true};
    warnings_filter(&diags, &options);
    cr_assert_eq(diags.list.len, 2u);
    cr_assert_eq(diags.n_errors, 2u);
    cr_assert(diags.list.at[1]->is_error);
    arena_destroy(arena);
}
