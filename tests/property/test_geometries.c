/* Random window layers of every kind, rank and geometry through the whole compiler, on small whole
 * numbers: every order of summation is exact, so that the results must equal the definition bit
 * for bit; averages and norms, which round, must keep their bound.
 *
 *     interpreted    for one of the vector widths, in one part or several
 *     compiled       for this machine, every buffer between guard pages
 *
 * NETC_GEOMETRIES sets how many, NETC_SEED the first seed. */
#include "property/compiled_net.h"
#include "support/effort.h"
#include "support/layer_generator.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { IN_THE_SUITE = 500 };

/* The results that were compared. */
static int64_t check_on(Arena *arena, const char *text, uint64_t seed, const char *cpu, bool object,
                        bool exact) {
    CompiledNet net =
        net_compile(arena, text, seed, NUMBERS_INTEGER, cpu_model_find(arena, cpu), object);
    NetMemory memory = net_memory(&net, seed % 2);
    net_fill_inputs(&net, &memory, seed, NUMBERS_INTEGER);
    const char *wrong = NULL;
    if (object)
        cr_assert_eq(net_run(&net, &memory), 0);
    else
        wrong = net_interpret(&net, &memory, 1 + (int)(seed % 3));
    if (!wrong) wrong = net_check(&net, &memory, exact);
    cr_assert_null(wrong, "seed %llu, %s: %s\n%s", (unsigned long long)seed, cpu, wrong, text);
    int64_t elems = net.compiled.interface.outputs[0].elems;
    net_memory_free(&memory);
    return elems;
}

Test(geometries, equal_their_definition) {
    static const char *const cpus[] = {"x86-64", "x86-64-v3", "x86-64-v4"};
    uint64_t first = effort_setting("NETC_SEED", 1),
             n = effort_setting("NETC_GEOMETRIES", effort_cases(IN_THE_SUITE));
    Arena *arena = arena_create();
    LayerCensus census = {0};
    int64_t exact_elems = 0, bounded_elems = 0;
    for (uint64_t seed = first; seed < first + n; seed++) {
        bool exact;
        const char *text = layer_generate(arena, seed, &census, &exact);
        int64_t elems = check_on(arena, text, seed, cpus[seed % 3], false, exact);
        elems += check_on(arena, text, seed, "native", true, exact);
        *(exact ? &exact_elems : &bounded_elems) += elems;
        arena_reset(arena);
    }
    arena_destroy(arena);
    fprintf(stderr,
            "geometries: %llu compared, %lld elements bit for bit, %lld of averages and "
            "norms within their bound\n",
            (unsigned long long)n, (long long)exact_elems, (long long)bounded_elems);
    for (int f = 0; f < LAYER_FEATURE_COUNT; f++) {
        fprintf(stderr, "%s %lld%s", layer_feature_name((LayerFeature)f),
                (long long)census.count[f], f + 1 < LAYER_FEATURE_COUNT ? ", " : "\n");
        if (n >= IN_THE_SUITE)
            cr_expect_geq(census.count[f], 5, "%s: %lld", layer_feature_name((LayerFeature)f),
                          (long long)census.count[f]);
    }
}
