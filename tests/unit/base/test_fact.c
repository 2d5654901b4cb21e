/* The tree of facts: what a format puts in, and what comes twice. */
#include "base/fact.h"
#include "base/text.h"

#include <criterion/criterion.h>

Test(base_fact, a_format_gives_values_of_their_kinds) {
    Arena *arena = arena_create();
    Fact *map = fact_map_in(arena);
    char name[] = "c5";
    fact_put(map, "layer=%s k=%d i=%lld ratio=%g", name, 5, 1LL << 40, 0.5);
    name[0] = 'x'; /* strings are copied */
    static const FactKind kinds[] = {FACT_TEXT, FACT_INT, FACT_INT, FACT_REAL};
    cr_assert_eq(map->parts.len, 4u);
    for (int i = 0; i < 4; i++) cr_assert_eq(map->parts.at[i]->kind, kinds[i], "%d", i);
    cr_assert_str_eq(fact_get(map, "layer")->text, "c5");
    cr_assert_eq(fact_get(map, "k")->integer, 5);
    cr_assert_eq(fact_get(map, "i")->integer, 1LL << 40);
    cr_assert_eq(fact_get(map, "ratio")->real, 0.5);
    cr_assert_null(fact_get(map, "rat"));
    arena_destroy(arena);
}

Test(base_fact, the_first_value_of_a_name_stays) {
    Arena *arena = arena_create();
    Fact *map = fact_map_in(arena);
    fact_put(map, "o=%d", 1);
    fact_put(map, "o=%d k=%d", 2, 3);
    cr_assert_eq(map->parts.len, 2u);
    cr_assert_eq(fact_get(map, "o")->integer, 1);
    cr_assert_eq(fact_get(map, "k")->integer, 3);
    arena_destroy(arena);
}

Test(base_fact, lists_and_maps_nest) {
    Arena *arena = arena_create();
    Fact *map = fact_map_in(arena);
    fact_put(fact_list(fact_list(map, "trace"), NULL), "%s %lld", "image", 28LL);
    fact_put(fact_list(fact_list(map, "trace"), NULL), "%s %lld", "image", 28LL);
    const Fact *trace = fact_get(map, "trace");
    cr_assert_eq(trace->parts.len, 2u);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(trace->parts.at[i]->parts.len, 2u);
        cr_assert_str_eq(trace->parts.at[i]->parts.at[0]->text, "image");
        cr_assert_eq(trace->parts.at[i]->parts.at[1]->integer, 28);
    }
    fact_put(fact_map(fact_map(map, "by_axis"), "H"), "i=%d", 4);
    cr_assert_eq(fact_get(fact_get(fact_get(map, "by_axis"), "H"), "i")->integer, 4);
    arena_destroy(arena);
}

static void name(Fact *map, const char *names, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fact_vname(map, names, format, args);
    va_end(args);
}

/* The members of a list, joined: "(5)" for numbers, "'H'" for texts. */
static const char *shown(Arena *arena, const Fact *list) {
    Text text = text_in(arena);
    cr_assert_eq(list->kind, FACT_LIST);
    for (size_t i = 0; i < list->parts.len; i++) {
        const Fact *part = list->parts.at[i];
        if (part->kind == FACT_INT)
            text_printf(&text, "(%lld)", (long long)part->integer);
        else
            text_printf(&text, "'%s'", part->text);
    }
    return text_str(&text);
}

Test(base_fact, arguments_of_a_message_have_names) {
    Arena *arena = arena_create();
    Fact *map = fact_map_in(arena);
    name(map, "layer - count size far part", "`%s` 100%% %s %d of %zu, %lld, %.1e", "c1", "s", 3,
         (size_t)4, 5LL, 1.5);
    cr_assert_eq(map->parts.len, 5u);
    cr_assert_str_eq(fact_get(map, "layer")->text, "c1");
    cr_assert_eq(fact_get(map, "count")->integer, 3);
    cr_assert_eq(fact_get(map, "size")->integer, 4);
    cr_assert_eq(fact_get(map, "far")->integer, 5);
    cr_assert_eq(fact_get(map, "part")->real, 1.5);
    arena_destroy(arena);
}

Test(base_fact, lists_and_numbers_are_read_from_words) {
    static const struct {
        const char *words, *members;
    } table[] = {{"H and W", "'H''W'"},
                 {"N, C, H and W", "'N''C''H''W'"},
                 {"[1, 16, 4]", "(1)(16)(4)"},
                 {"55×56", "(55)(56)"},
                 {"5", "(5)"},
                 {"{0, 1}", "(0)(1)"},
                 {"`k`, `s`", "'k''s'"},
                 {"[1, ?]", "(1)'?'"},
                 {"", ""},
                 {"[]", ""},
                 {"99999999999999999999", "'99999999999999999999'"}};
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Fact *map = fact_map_in(arena);
        name(map, "list[]", "%s", table[i].words);
        cr_assert_str_eq(shown(arena, fact_get(map, "list")), table[i].members, "%s gives %s",
                         table[i].words, shown(arena, fact_get(map, "list")));
    }
    Fact *map = fact_map_in(arena);
    name(map, "limit# other#", "%s, %s", "2,147,483,647", "many");
    cr_assert_eq(map->parts.len, 1u);
    cr_assert_eq(fact_get(map, "limit")->integer, 2147483647);
    arena_destroy(arena);
}
