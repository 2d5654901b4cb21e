/* The tree of facts: what a format puts in, and what comes twice. */
#include "base/fact.h"

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
