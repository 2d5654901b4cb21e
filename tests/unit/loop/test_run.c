/* The interpreter: each operation against results worked out by hand, loops, parts, rings, faults.
 */
#include "helpers.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

static uint32_t bits_of(float f) {
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    return bits;
}

static float float_of(uint32_t bits) {
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

/* The one lane of `op` applied to constants given by their bits, i32 or f32; or the fault. */
static const char *apply(Arena *arena, LoopOp op, bool f32, bool fma, const uint32_t *args,
                         uint32_t *result) {
    LoopBuilder *b = loop_builder(arena, "f");
    uint32_t out = add_buffer(b, "out", LOOP_OUTPUT, 1);
    LoopVal v[3] = {0};
    for (int i = 0; i < loop_op_operands(op); i++)
        v[i] = f32 ? loop_f32(b, 1, float_of(args[i])) : loop_i32(b, 1, (int32_t)args[i]);
    LoopVal r = op == LOOP_FMA              ? loop_fma(b, v[0], v[1], v[2])
                : loop_op_operands(op) == 1 ? loop_unary(b, op, v[0])
                                            : loop_binary(b, op, v[0], v[1]);
    loop_store(b, r, 1, out, loop_const(0));
    float cell = 0;
    const char *fault = loop_run(arena, loop_finish(b), (void *[]){&cell}, fma, 0, 1, NULL);
    *result = bits_of(cell);
    return fault;
}

#define INF 0x7f800000u
#define QNAN 0x7fc00000u
#define F(x) bits_of(x)

Test(run, scalar_operations) {
    struct {
        LoopOp op;
        bool f32;
        uint32_t args[3], result;
    } table[] = {
        {LOOP_NEG, true, {F(0.0f)}, F(-0.0f)},
        {LOOP_NEG, true, {F(1.5f)}, F(-1.5f)},
        {LOOP_ABS, true, {F(-0.0f)}, F(0.0f)},
        {LOOP_ABS, true, {INF | 0x80000000u}, INF},
        {LOOP_SQRT, true, {F(2.0f)}, 0x3fb504f3u},
        {LOOP_TO_I32, true, {F(-2.75f)}, (uint32_t)-2},
        {LOOP_TO_I32, true, {F(-2147483648.0f)}, 0x80000000u},
        {LOOP_TO_F32, false, {16777217}, F(16777216.0f)},
        {LOOP_TO_F32, false, {16777219}, F(16777220.0f)},
        {LOOP_AS_I32, true, {F(1.0f)}, 0x3f800000u},
        {LOOP_AS_F32, false, {0x40490fdbu}, 0x40490fdbu},
        {LOOP_ADD, true, {F(1.0f), F(0x1p-24f)}, F(1.0f)},
        {LOOP_ADD, true, {F(1.0f), F(0x1.8p-24f)}, F(0x1.000002p0f)},
        {LOOP_ADD, false, {0x7fffffffu, 1}, 0x80000000u},
        {LOOP_SUB, true, {F(3.0f), F(5.0f)}, F(-2.0f)},
        {LOOP_SUB, false, {0x80000000u, 1}, 0x7fffffffu},
        {LOOP_MUL, true, {F(0x1p-100f), F(0x1p-49f)}, 1},
        {LOOP_MUL, false, {0x10001u, 0x10001u}, 0x20001u},
        {LOOP_DIV, true, {F(1.0f), F(3.0f)}, 0x3eaaaaabu},
        {LOOP_DIV, true, {F(-1.0f), F(0.0f)}, INF | 0x80000000u},
        {LOOP_MIN, true, {F(1.0f), F(2.0f)}, F(1.0f)},
        {LOOP_MIN, true, {QNAN, F(2.0f)}, F(2.0f)},
        {LOOP_MIN, true, {F(2.0f), QNAN}, QNAN},
        {LOOP_MIN, true, {F(0.0f), F(-0.0f)}, F(-0.0f)},
        {LOOP_MAX, true, {F(1.0f), F(2.0f)}, F(2.0f)},
        {LOOP_MAX, true, {QNAN, F(2.0f)}, F(2.0f)},
        {LOOP_MAX, true, {F(2.0f), QNAN}, QNAN},
        {LOOP_MAX, true, {F(-0.0f), F(0.0f)}, F(0.0f)},
        {LOOP_AND, false, {0xff00ff00u, 0x0ff00ff0u}, 0x0f000f00u},
        {LOOP_OR, false, {0xff00ff00u, 0x0ff00ff0u}, 0xfff0fff0u},
        {LOOP_XOR, false, {0xff00ff00u, 0x0ff00ff0u}, 0xf0f0f0f0u},
        {LOOP_SHL, false, {0xc0000001u, 1}, 0x80000002u},
        {LOOP_SHR, false, {0x80000000u, 31}, 1},
        {LOOP_SAR, false, {0x80000000u, 31}, 0xffffffffu},
        {LOOP_FMA, true, {F(3.0f), F(4.0f), F(5.0f)}, F(17.0f)},
    };
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        uint32_t got;
        const char *fault = apply(arena, table[i].op, table[i].f32, true, table[i].args, &got);
        cr_assert_null(fault, "case %zu: %s", i, fault);
        cr_assert_eq(got, table[i].result, "case %zu, %s: %08x", i, loop_op_name(table[i].op), got);
    }
    arena_destroy(arena);
}

/* (1 + 2^-12)^2 - (1 + 2^-11) is 2^-24 exactly; the product rounds that away. */
Test(run, fma_rounds_once_or_twice) {
    Arena *arena = arena_create();
    uint32_t args[] = {F(0x1.001p0f), F(0x1.001p0f), F(-0x1.002p0f)}, got;
    cr_assert_null(apply(arena, LOOP_FMA, true, true, args, &got));
    cr_assert_eq(got, F(0x1p-24f));
    cr_assert_null(apply(arena, LOOP_FMA, true, false, args, &got));
    cr_assert_eq(got, F(0.0f));
    arena_destroy(arena);
}

Test(run, what_has_no_meaning_is_reported) {
    struct {
        LoopOp op;
        bool f32;
        uint32_t args[3];
        const char *message;
    } table[] = {{LOOP_TO_I32, true, {F(2147483648.0f)}, "f: %2 = to_i32 %1: 2.14748365e+09 does"},
                 {LOOP_TO_I32, true, {QNAN}, "does not fit"},
                 {LOOP_SHL, false, {1, 32}, "f: %3 = shl %1 %2: count 32"},
                 {LOOP_SAR, false, {1, (uint32_t)-1}, "count -1"}};
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        uint32_t got;
        const char *fault = apply(arena, table[i].op, table[i].f32, true, table[i].args, &got);
        cr_assert_not_null(fault, "case %zu", i);
        cr_assert_not_null(strstr(fault, table[i].message), "case %zu: %s", i, fault);
    }
    arena_destroy(arena);
}

Test(run, comparisons_and_select) {
    static const struct {
        float a, b;
        bool lt, le, eq, ne;
    } table[] = {{1, 2, true, true, false, true},
                 {2, 1, false, false, false, true},
                 {-0.0f, 0.0f, false, true, true, false},
                 {NAN, 1, false, false, false, true},
                 {NAN, NAN, false, false, false, true}};
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        LoopBuilder *b = loop_builder(arena, "f");
        uint32_t out = add_buffer(b, "out", LOOP_OUTPUT, 4);
        LoopVal x = loop_f32(b, 1, table[i].a), y = loop_f32(b, 1, table[i].b);
        LoopVal one = loop_i32(b, 1, 1), zero = loop_i32(b, 1, 0);
        for (LoopPredicate p = LOOP_LT; p <= LOOP_NE; p++)
            loop_store(b, loop_select(b, loop_compare(b, p, x, y), one, zero), 1, out,
                       loop_const(p));
        int32_t got[4];
        float cells[4];
        cr_assert_null(loop_run(arena, loop_finish(b), (void *[]){cells}, true, 0, 1, NULL));
        memcpy(got, cells, sizeof got);
        bool expected[] = {table[i].lt, table[i].le, table[i].eq, table[i].ne};
        for (int p = 0; p < 4; p++) cr_assert_eq(got[p], expected[p], "case %zu, %d", i, p);
    }
    arena_destroy(arena);
}

/* Lanes: masked load and store, broadcast, shuffle over two operands, and the order of a reduction:
 * (a+c) + (b+d), which differs from left to right for 2^24, 1, -2^24, 1. */
Test(run, vectors) {
    Arena *arena = arena_create();
    LoopBuilder *b = loop_builder(arena, "f");
    uint32_t in = add_buffer(b, "in", LOOP_INPUT, 3), out = add_buffer(b, "out", LOOP_OUTPUT, 10);
    LoopVal v = loop_load(b, 4, 3, in, loop_const(0));
    LoopVal ones = loop_broadcast(b, loop_f32(b, 1, 1.0f), 4);
    LoopVal mixed = loop_shuffle(b, v, ones, (const uint8_t[]){2, 7, 1, 3, 0, 0}, 6);
    loop_store(b, mixed, 6, out, loop_const(0));
    LoopVal wide = loop_shuffle(b, v, ones, (const uint8_t[]){0, 4, 1, 4}, 4);
    loop_store(b, loop_reduce(b, LOOP_REDUCE_ADD, wide), 1, out, loop_const(6));
    loop_store(b, loop_reduce(b, LOOP_REDUCE_MAX, wide), 1, out, loop_const(7));
    loop_store(b, wide, 2, out, loop_const(8));
    float x[] = {0x1p24f, -0x1p24f, 5}, y[10];
    LoopCounts counts = {.loads = 100};
    cr_assert_null(loop_run(arena, loop_finish(b), (void *[]){x, y}, true, 0, 1, &counts));
    const float expected[] = {5, 1, -0x1p24f, 0, 0x1p24f, 0x1p24f, 2, 0x1p24f, 0x1p24f, 1};
    for (int i = 0; i < 10; i++) cr_assert_eq(y[i], expected[i], "element %d: %g", i, y[i]);
    cr_assert_eq(counts.loads, 103);
    cr_assert_eq(counts.stores, 10);
    arena_destroy(arena);
}

/* y[8*o + lanes] = bias + sum over i of w[i, lanes] * x[i, o] */
Test(run, a_product_with_counts) {
    Arena *arena = arena_create();
    LoopBuilder *b = loop_builder(arena, "product");
    uint32_t x = add_buffer(b, "x", LOOP_INPUT, 15), w = add_buffer(b, "w", LOOP_WEIGHTS, 40);
    uint32_t y = add_buffer(b, "y", LOOP_OUTPUT, 24);
    LoopVar o = loop_begin(b, LOOP_PARALLEL, "o", loop_const(0), loop_const(3), NULL, 0);
    LoopVal sum = loop_f32(b, 8, 0.5f);
    LoopVar i = loop_begin(b, LOOP_UNROLLED, "i", loop_const(0), loop_const(5), &sum, 1);
    LoopVal pixel = loop_broadcast(b, loop_load(b, 1, 1, x, linear(b, i, 3, o, 1, 0)), 8);
    sum = loop_fma(b, loop_load(b, 8, 8, w, loop_var(b, i, 8)), pixel, sum);
    loop_end(b, &sum, 1);
    loop_store(b, sum, 8, y, loop_var(b, o, 8));
    loop_end(b, NULL, 0);
    float xs[15], ws[40], ys[24];
    for (int n = 0; n < 15; n++) xs[n] = (float)(n % 4 - 1);
    for (int n = 0; n < 40; n++) ws[n] = (float)(n % 7);
    LoopFn *fn = loop_finish(b);
    LoopCounts counts = {0};
    cr_assert_null(loop_verify(arena, fn));
    cr_assert_null(loop_run(arena, fn, (void *[]){xs, ws, ys}, false, 0, 1, &counts));
    for (int oo = 0; oo < 3; oo++)
        for (int lane = 0; lane < 8; lane++) {
            float expected = 0.5f;
            for (int n = 0; n < 5; n++) expected += ws[8 * n + lane] * xs[3 * n + oo];
            cr_assert_eq(ys[8 * oo + lane], expected, "output %d, lane %d", oo, lane);
        }
    cr_assert_eq(counts.fma_lanes, 3 * 5 * 8);
    cr_assert_eq(counts.loads, 3 * 5 * 9);
    cr_assert_eq(counts.stores, 24);
    arena_destroy(arena);
}

/* Two carried values that change places: Fibonacci. No iteration gives the initial values. */
Test(run, carried_values) {
    static const struct {
        int64_t lo, hi;
        float first, second;
    } table[] = {{0, 10, 55, 89}, {3, 4, 1, 1}, {0, 0, 0, 1}, {5, -5, 0, 1}};
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        LoopBuilder *b = loop_builder(arena, "fibonacci");
        uint32_t out = add_buffer(b, "out", LOOP_OUTPUT, 2);
        LoopVal pair[] = {loop_f32(b, 1, 0), loop_f32(b, 1, 1)};
        loop_begin(b, LOOP_SERIAL, "n", loop_const(table[i].lo), loop_const(table[i].hi), pair, 2);
        LoopVal sum = loop_binary(b, LOOP_ADD, pair[0], pair[1]);
        pair[0] = pair[1];
        pair[1] = sum;
        loop_end(b, pair, 2);
        loop_store(b, pair[0], 1, out, loop_const(0));
        loop_store(b, pair[1], 1, out, loop_const(1));
        float y[2];
        cr_assert_null(loop_run(arena, loop_finish(b), (void *[]){y}, true, 0, 1, NULL));
        cr_assert_eq(y[0], table[i].first, "case %zu: %g", i, y[0]);
        cr_assert_eq(y[1], table[i].second, "case %zu: %g", i, y[1]);
    }
    arena_destroy(arena);
}

/* Iteration i adds 1 to y[i]. The parts are contiguous, in order, and as equal as can be. */
Test(run, parts_cover_each_iteration_once) {
    enum { N = 23 };
    Arena *arena = arena_create();
    for (int64_t trips = 0; trips <= N; trips++)
        for (int parts = 1; parts <= 7; parts++) {
            LoopBuilder *b = loop_builder(arena, "count");
            uint32_t y = add_buffer(b, "y", LOOP_OUTPUT, N);
            LoopVar i =
                loop_begin(b, LOOP_PARALLEL, "i", loop_const(-2), loop_const(trips - 2), NULL, 0);
            LoopAffine at = loop_offset(loop_var(b, i, 1), 2);
            LoopVal one = loop_f32(b, 1, 1);
            loop_store(b, loop_binary(b, LOOP_ADD, loop_load(b, 1, 1, y, at), one), 1, y, at);
            loop_end(b, NULL, 0);
            LoopFn *fn = loop_finish(b);
            float counts[N] = {0};
            int64_t done = 0;
            for (int part = 0; part < parts; part++) {
                cr_assert_null(loop_run(arena, fn, (void *[]){counts}, true, part, parts, NULL));
                int64_t begin = done;
                while (done < N && counts[done] == 1) done++;
                int64_t share = (part + 1) * trips / parts - part * trips / parts;
                cr_assert_eq(done - begin, share, "%d of %d, %d trips", part, parts, (int)trips);
            }
            for (int64_t n = 0; n < N; n++)
                cr_assert_eq(counts[n], n < trips, "iteration %d of %d in %d parts", (int)n,
                             (int)trips, parts);
        }
    arena_destroy(arena);
}

/* A line buffer of 3 rows of 4: row r of 10 is written to slot r mod 3, and row r - 2 is read. */
Test(run, ring_addresses) {
    Arena *arena = arena_create();
    LoopBuilder *b = loop_builder(arena, "ring");
    uint32_t x = add_buffer(b, "x", LOOP_INPUT, 40), y = add_buffer(b, "y", LOOP_OUTPUT, 32);
    uint32_t lines = add_buffer(b, "lines", LOOP_LOCAL, 12);
    LoopType row = {LOOP_F32, 4};
    loop_begin(b, LOOP_PARALLEL, "once", loop_const(0), loop_const(1), NULL, 0);
    LoopVar r = loop_begin(b, LOOP_SERIAL, "r", loop_const(0), loop_const(10), NULL, 0);
    loop_store_at(b, loop_load(b, 4, 4, x, loop_var(b, r, 4)), 4,
                  (LoopAddr){lines, loop_const(0), 3, loop_var(b, r, 1), 4});
    LoopAffine until[] = {loop_offset(loop_var(b, r, 1), -1)};
    LoopAffine from[] = {loop_offset(loop_var(b, r, 1), -2), loop_const(0)};
    LoopVar old = loop_begin_clipped(b, "old", from, 2, until, 1, NULL, 0);
    LoopVal before =
        loop_load_at(b, row, 4, (LoopAddr){lines, loop_const(0), 3, loop_var(b, old, 1), 4});
    loop_store(b, before, 4, y, loop_var(b, old, 4));
    loop_end(b, NULL, 0);
    loop_end(b, NULL, 0);
    loop_end(b, NULL, 0);
    LoopFn *fn = loop_finish(b);
    float xs[40], ys[32];
    for (int i = 0; i < 40; i++) xs[i] = (float)i;
    cr_assert_null(loop_verify(arena, fn), "%s", loop_verify(arena, fn));
    cr_assert_null(loop_run(arena, fn, (void *[]){xs, ys, NULL}, true, 0, 1, NULL));
    for (int i = 0; i < 32; i++) cr_assert_eq(ys[i], (float)i, "element %d: %g", i, ys[i]);
    arena_destroy(arena);
}

/* 200, 255 and 0 of four bytes; the fourth is not loaded. */
Test(run, of_bytes_loads_make_numbers) {
    Arena *arena = arena_create();
    LoopBuilder *b = loop_builder(arena, "f");
    LoopBuffer bytes = {
        .name = "x", .element = LOOP_BYTE, .space = LOOP_INPUT, .elems = 5, .align = 1};
    uint32_t x = loop_buffer(b, bytes), y = add_buffer(b, "y", LOOP_OUTPUT, 4);
    loop_store(b, loop_load(b, 4, 3, x, loop_const(1)), 4, y, loop_const(0));
    unsigned char xs[] = {7, 200, 255, 0, 9};
    float ys[4];
    LoopCounts counts = {0};
    LoopFn *fn = loop_finish(b);
    cr_assert_null(loop_run(arena, fn, (void *[]){xs, ys}, true, 0, 1, &counts));
    cr_expect(ys[0] == 200.0f && ys[1] == 255.0f && ys[2] == 0.0f && ys[3] == 0.0f);
    cr_expect_eq(counts.loads, 3);
    Text text = text_in(arena);
    loop_print(&text, fn);
    cr_expect(strstr(text_str(&text), "buffer x: input 0, 5 bytes, align 1\n"));
    fn->buffers.at[0].elems = 3;
    cr_expect(strstr(loop_run(arena, fn, (void *[]){xs, ys}, true, 0, 1, NULL), "3 elements at 1"));
    arena_destroy(arena);
}

Test(run, local_buffers_begin_as_nan) {
    Arena *arena = arena_create();
    LoopBuilder *b = loop_builder(arena, "f");
    uint32_t y = add_buffer(b, "y", LOOP_OUTPUT, 4), t = add_buffer(b, "t", LOOP_LOCAL, 4);
    loop_store(b, loop_f32(b, 1, 3), 1, t, loop_const(1));
    loop_store(b, loop_load(b, 4, 4, t, loop_const(0)), 4, y, loop_const(0));
    float ys[4];
    cr_assert_null(loop_run(arena, loop_finish(b), (void *[]){ys, NULL}, true, 0, 1, NULL));
    for (int i = 0; i < 4; i++) cr_assert(i == 1 ? ys[i] == 3 : isnan(ys[i]), "element %d", i);
    arena_destroy(arena);
}

/* Accesses of 4 lanes, some active, to the 8 elements between two others. */
Test(run, accesses_out_of_bounds_are_reported_and_not_done) {
    static const struct {
        int64_t at;
        int active;
        const char *message; /* NULL: in bounds */
    } table[] = {{0, 4, NULL},
                 {4, 4, NULL},
                 {7, 1, NULL},
                 {-1, 4, "4 elements at -1 of y, which has 8"},
                 {5, 4, "4 elements at 5 of y, which has 8"},
                 {8, 1, "1 elements at 8 of y, which has 8"},
                 {INT64_MAX, 4, "of y, which has 8"},
                 {INT64_MIN, 4, "of y, which has 8"}};
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        for (int write = 0; write <= 1; write++) {
            LoopBuilder *b = loop_builder(arena, "f");
            uint32_t y = add_buffer(b, "y", LOOP_OUTPUT, 8);
            if (write)
                loop_store(b, loop_f32(b, 4, 2), table[i].active, y, loop_const(table[i].at));
            else
                loop_load(b, 4, table[i].active, y, loop_const(table[i].at));
            float guarded[10] = {0};
            const char *fault =
                loop_run(arena, loop_finish(b), (void *[]){guarded + 1}, true, 0, 1, NULL);
            float touched = 0;
            for (int e = 0; e < 10; e++) touched += guarded[e];
            cr_assert_eq(guarded[0] + guarded[9], 0, "case %zu", i);
            cr_assert_eq(touched, write && !table[i].message ? 2 * table[i].active : 0);
            cr_assert_eq(fault != NULL, table[i].message != NULL, "case %zu", i);
            if (fault) cr_assert(strstr(fault, table[i].message), "case %zu: %s", i, fault);
        }
    arena_destroy(arena);
}
