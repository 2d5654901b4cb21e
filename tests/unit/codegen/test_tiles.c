/* The hot loop of a direct convolution stays in registers: no spill, no copy, broadcasts folded.
 *
 * The loop nest is that of performance.md 4: NV vectors of output channels by M pixels, carried
 * through input channel blocks, kernel rows and columns, with U input channels unrolled. */
#include "codegen/harness.h"
#include "support/asm_scan.h"

#include <criterion/criterion.h>

typedef struct Tile {
    const char *level;
    int lanes, nv, m, u; /* vector width, vectors, pixels, input channels per step */
} Tile;

enum { SIZE = 58, IC = 64, K = 3 };

/* Loads the tile's weights and pixels for `u` input channels and multiplies. */
static void emit_steps(LoopBuilder *b, const Tile *t, uint32_t w, LoopAffine w_at, uint32_t x,
                       LoopAffine x_at, LoopVal *acc) {
    for (int c = 0; c < t->u; c++) {
        LoopVal weight[4];
        for (int r = 0; r < t->nv; r++) {
            int64_t at = (int64_t)(c * t->nv + r) * t->lanes;
            weight[r] = loop_load(b, t->lanes, t->lanes, w, loop_offset(w_at, at));
        }
        for (int p = 0; p < t->m; p++) {
            LoopAffine at = loop_offset(x_at, (int64_t)p * t->lanes + c);
            LoopVal pixel = loop_broadcast(b, loop_load(b, 1, 1, x, at), t->lanes);
            for (int r = 0; r < t->nv; r++) {
                LoopVal *a = &acc[r * t->m + p];
                *a = loop_fma(b, weight[r], pixel, *a);
            }
        }
    }
}

/* The nest over one row of tiles; layout nC{v}c. */
static LoopFn *tile_fn(Job *job, const Tile *t) {
    LoopBuilder *b = loop_builder(job->arena, "tile");
    uint32_t x = loop_buffer(b, job_input(job)), y = loop_buffer(b, job_output(job));
    uint32_t w = loop_buffer(b, job_weights(0, (int64_t)IC * K * K * t->nv * t->lanes));
    int64_t v = t->lanes, column = v, row = SIZE * v, block = SIZE * row;
    int64_t w_step = (int64_t)t->nv * v, tiles = (SIZE - K + 1) / t->m, n = (int64_t)t->nv * t->m;
    LoopVal acc[32];

    LoopVar oy = loop_begin(b, LOOP_PARALLEL, "y", loop_const(0), loop_const(56), NULL, 0);
    LoopVar ox = loop_begin(b, LOOP_SERIAL, "x", loop_const(0), loop_const(tiles), NULL, 0);
    LoopAffine pixel = loop_plus(b, loop_var(b, oy, row), loop_var(b, ox, t->m * column));
    for (int64_t i = 0; i < n; i++) acc[i] = loop_f32(b, t->lanes, 0.0f);
    LoopVar ib = loop_begin(b, LOOP_SERIAL, "ib", loop_const(0), loop_const(IC / v), acc, (int)n);
    LoopVar kh = loop_begin(b, LOOP_SERIAL, "kh", loop_const(0), loop_const(K), acc, (int)n);
    LoopVar kw = loop_begin(b, LOOP_SERIAL, "kw", loop_const(0), loop_const(K), acc, (int)n);
    LoopVar ic = loop_begin(b, LOOP_SERIAL, "ic", loop_const(0), loop_const(v / t->u), acc, (int)n);
    LoopAffine w_at = loop_plus(
        b, loop_var(b, ib, K * K * v * w_step),
        loop_plus(b, loop_var(b, kh, K * v * w_step),
                  loop_plus(b, loop_var(b, kw, v * w_step), loop_var(b, ic, t->u * w_step))));
    LoopAffine x_at = loop_plus(
        b, pixel,
        loop_plus(b, loop_var(b, ib, block),
                  loop_plus(b, loop_var(b, kh, row),
                            loop_plus(b, loop_var(b, kw, column), loop_var(b, ic, t->u)))));
    emit_steps(b, t, w, w_at, x, x_at, acc);
    for (int i = 0; i < 4; i++) loop_end(b, acc, (int)n);
    for (int r = 0; r < t->nv; r++) {
        for (int p = 0; p < t->m; p++) {
            LoopVal zero = loop_f32(b, t->lanes, 0.0f);
            LoopVal relu = loop_binary(b, LOOP_MAX, zero, acc[r * t->m + p]);
            loop_store(b, relu, t->lanes, y, loop_offset(pixel, r * block + p * column));
        }
    }
    loop_end(b, NULL, 0);
    loop_end(b, NULL, 0);
    return loop_finish(b);
}

/* The loop that multiplies most; NULL if none does. */
static const AsmLoop *hottest(const AsmLoops *loops) {
    const AsmLoop *hot = NULL;
    for (size_t i = 0; i < loops->len; i++) {
        const AsmLoop *loop = &loops->at[i];
        if (loop->fma > (hot ? hot->fma : 0)) hot = loop;
    }
    return hot;
}

static void check_tile(const Tile *t, const char *tune) {
    static _Alignas(64) unsigned char weights[(size_t)IC * K * K * 64 * 4];
    Arena *arena = arena_create();
    int64_t elems = (int64_t)4 * SIZE * SIZE * IC;
    Job job = job_create(arena, t->level, elems, elems, 64);
    job.target.tune = tune;
    job.program.weights = weights;
    job.program.weights_bytes = sizeof weights;
    job_add(&job, tile_fn(&job, t));
    Built built = job_build(&job);
    AsmLoops loops = asm_innermost_loops(arena, built.output.assembly, "net_tile");
    const AsmLoop *hot = hottest(&loops);
    const char *name =
        arena_printf(arena, "%s tuned %s, %dx%d, step %d", t->level, tune, t->nv, t->m, t->u);
    cr_assert_not_null(hot, "%s: no loop multiplies", name);
    int len = (int)hot->len;
    cr_assert_eq(hot->fma, t->nv * t->m * t->u, "%s: %d FMA:\n%.*s", name, hot->fma, len,
                 hot->text);
    cr_assert_eq(hot->stack_vector, 0, "%s: spills:\n%.*s", name, len, hot->text);
    cr_assert_eq(hot->moves, 0, "%s: copies:\n%.*s", name, len, hot->text);
    /* One load per weight vector and pixel; with one vector a pixel is an operand of its FMA. */
    int folded = t->nv == 1 && t->lanes == 16 ? t->m * t->u : 0;
    cr_assert_eq(hot->folded, folded, "%s: %d folded:\n%.*s", name, hot->folded, len, hot->text);
    cr_assert_eq(hot->loads, t->u * (t->nv + t->m) - folded, "%s: %d loads:\n%.*s", name,
                 hot->loads, len, hot->text);
    /* Beside them the counter scaled for two streams, its step, and the branch. */
    int overhead = hot->instructions - hot->fma - hot->loads;
    cr_assert_leq(overhead, 7, "%s: %d other instructions:\n%.*s", name, overhead, len, hot->text);
    arena_destroy(arena);
}

Test(tiles, stay_in_registers) {
    static const Tile TILES[] = {
        {"x86-64-v3", 8, 2, 6, 4},   {"x86-64-v3", 8, 2, 6, 1},   {"x86-64-v3", 8, 3, 4, 4},
        {"x86-64-v3", 8, 1, 12, 4},  {"x86-64-v4", 16, 2, 12, 4}, {"x86-64-v4", 16, 2, 14, 4},
        {"x86-64-v4", 16, 4, 6, 4},  {"x86-64-v4", 16, 3, 8, 4},  {"x86-64-v4", 16, 3, 9, 4},
        {"x86-64-v4", 16, 1, 28, 4}, {"x86-64-v4", 16, 2, 13, 2},
    };
    static const char *const TUNES[][3] = {{"x86-64-v3", "haswell", "znver3"},
                                           {"x86-64-v4", "skylake-avx512", "znver5"}};
    for (size_t i = 0; i < sizeof TILES / sizeof TILES[0]; i++) {
        for (int tune = 0; tune < 3; tune++) {
            check_tile(&TILES[i], TUNES[TILES[i].lanes == 16][tune]);
        }
    }
}

/* The scanner tells arithmetic on whole vectors from that on one lane, and both from integers. */
Test(codegen_tiles, scanner_counts_arithmetic) {
    Arena *arena = arena_create();
    AsmLoops loops = asm_innermost_loops(arena,
                                         "f:\n.L1:\n\tvaddss\t%xmm0, %xmm1, %xmm2\n"
                                         "\tvfmadd231ps\t%ymm0, %ymm1, %ymm2\n"
                                         "\tvpaddd\t%xmm0, %xmm1, %xmm2\n"
                                         "\tmulsd\t%xmm0, %xmm1\n\tmaxps\t%xmm0, %xmm1\n"
                                         "\tjne\t.L1\n.Lfunc_end0:\n",
                                         "f");
    cr_assert_eq(loops.len, 1u);
    cr_assert_eq(loops.at[0].packed, 2);
    cr_assert_eq(loops.at[0].scalar, 2);
    arena_destroy(arena);
}
