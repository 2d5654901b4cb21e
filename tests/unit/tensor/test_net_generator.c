/* tests/support/net_generator: deterministic, and 400 networks have a bit of everything. */
#include "support/net_generator.h"

#include <criterion/criterion.h>
#include <string.h>

Test(net_generator, same_seed_same_text) {
    Arena *arena = arena_create();
    for (uint64_t seed = 0; seed < 50; seed++) {
        const char *text = net_generate(arena, seed, NULL);
        cr_assert_str_eq(text, net_generate(arena, seed, NULL));
        cr_assert_str_neq(text, net_generate(arena, seed + 1, NULL));
        cr_assert_eq(strncmp(text, "net 1\nmodel net_", 16), 0, "%s", text);
    }
    arena_destroy(arena);
}

Test(net_generator, four_hundred_networks_have_everything) {
    Arena *arena = arena_create();
    NetCensus census = {{0}};
    for (uint64_t seed = 1; seed <= 400; seed++) net_generate(arena, seed, &census);
    for (int feature = 0; feature < NET_FEATURE_COUNT; feature++)
        cr_expect_geq(census.count[feature], 5, "%s: only %lld",
                      net_feature_name((NetFeature)feature), (long long)census.count[feature]);
    arena_destroy(arena);
}
