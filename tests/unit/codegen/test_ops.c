/* Every operation on every pair of special values, as scalars and vectors of several widths. */
#include "codegen/compare.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdio.h>

static const float SPECIAL[] = {
    0.0f,       -0.0f,
    1.0f,       -1.0f,
    INFINITY,   -INFINITY,
    NAN,        0x1p-149f,
    -0x1p-149f, FLT_MIN,
    -FLT_MIN,   FLT_MAX,
    -FLT_MAX,   0.5f,
    1.5f,       -3.0f,
    1.0f / 3,   1e-30f,
    -1e30f,     16777216,
    -2.5f,      0x1.fffffep-127f,
    100.25f,
};
enum {
    N_SPECIAL = sizeof SPECIAL / sizeof SPECIAL[0],
    N = 576, /* at least N_SPECIAL^2; a multiple of all widths */
    INPUTS = 4
};

/* a, b, c: pairs of special values, and a third; d: numbers that fit into an i32. */
static const float *special_inputs(void) {
    static float x[INPUTS * N];
    for (int i = 0; i < N; i++) {
        x[i] = SPECIAL[i % N_SPECIAL];
        x[N + i] = SPECIAL[i / N_SPECIAL % N_SPECIAL];
        x[2 * N + i] = SPECIAL[(i * 7 + i / 5) % N_SPECIAL];
        x[3 * N + i] = (float)(i - N / 2) * 1234.375f;
    }
    return x;
}

/** A program of operations: stores result after result, each over all N inputs. */
typedef struct Ops {
    LoopBuilder *b;
    LoopVar i;
    int lanes;
    uint32_t x, y;
    int stored;
} Ops;

static LoopVal input(Ops *o, int which) {
    LoopAffine at = loop_offset(loop_var(o->b, o->i, o->lanes), (int64_t)which * N);
    return loop_load(o->b, o->lanes, o->lanes, o->x, at);
}

static LoopVal input_i32(Ops *o, int which) {
    return loop_unary(o->b, LOOP_AS_I32, input(o, which));
}

static void store(Ops *o, LoopVal value) {
    LoopAffine at = loop_offset(loop_var(o->b, o->i, o->lanes), (int64_t)o->stored++ * N);
    loop_store(o->b, value, o->lanes, o->y, at);
}

static Ops ops_begin(Job *job, int lanes) {
    Ops o = {.b = loop_builder(job->arena, "case"), .lanes = lanes};
    o.x = loop_buffer(o.b, job_input(job));
    o.y = loop_buffer(o.b, job_output(job));
    o.i = loop_begin(o.b, LOOP_PARALLEL, "i", loop_const(0), loop_const(N / lanes), NULL, 0);
    return o;
}

static LoopFn *ops_end(Ops *o) {
    loop_end(o->b, NULL, 0);
    return loop_finish(o->b);
}

enum { FLOAT_RESULTS = 9, BIT_RESULTS = 33 };

/* Operations that make NaNs. */
static LoopFn *build_float(Job *job, const void *lanes) {
    static const LoopOp BINARY[] = {LOOP_ADD, LOOP_SUB, LOOP_MUL, LOOP_DIV, LOOP_MIN, LOOP_MAX};
    Ops o = ops_begin(job, *(const int *)lanes);
    for (int k = 0; k < 6; k++) {
        store(&o, loop_binary(o.b, BINARY[k], input(&o, 0), input(&o, 1)));
    }
    store(&o, loop_unary(o.b, LOOP_SQRT, input(&o, 0)));
    store(&o, loop_fma(o.b, input(&o, 0), input(&o, 1), input(&o, 2)));
    LoopVal half = loop_f32(o.b, o.lanes, 0x1.000002p-1f);
    store(&o, loop_fma(o.b, input(&o, 3), half, input(&o, 2)));
    cr_assert_eq(o.stored, FLOAT_RESULTS);
    return ops_end(&o);
}

static void store_selected(Ops *o, LoopPredicate predicate, LoopVal a, LoopVal c) {
    LoopVal is = loop_compare(o->b, predicate, a, c);
    store(o, loop_select(o->b, is, input(o, 2), input(o, 3)));
}

/* MIN, MAX and the relu of contract.md 4 against constants, which LLVM likes to move about: NaN and
 * the sign of 0 must pass where they are said to. */
static void store_against_constants(Ops *o) {
    static const float CONSTANTS[] = {0.0f, -0.0f};
    static const LoopOp OPS[] = {LOOP_MIN, LOOP_MAX};
    LoopBuilder *b = o->b;
    for (int i = 0; i < 2; i++) {
        LoopVal c = loop_f32(b, o->lanes, CONSTANTS[i]);
        for (int k = 0; k < 2; k++) {
            store(o, loop_binary(b, OPS[k], c, input(o, 0)));
            store(o, loop_binary(b, OPS[k], input(o, 0), c));
        }
        LoopVal x = input(o, 0);
        store(o, loop_select(b, loop_compare(b, LOOP_LT, x, c), c, x));
        store(o, loop_select(b, loop_compare(b, LOOP_LE, c, x), x, c));
    }
}

/* Operations whose every bit is defined, on NaNs too. */
static LoopFn *build_bits(Job *job, const void *lanes) {
    static const LoopOp INT[] = {LOOP_ADD, LOOP_SUB, LOOP_MUL, LOOP_AND, LOOP_OR, LOOP_XOR};
    static const LoopOp SHIFT[] = {LOOP_SHL, LOOP_SHR, LOOP_SAR};
    Ops o = ops_begin(job, *(const int *)lanes);
    LoopBuilder *b = o.b;
    store(&o, loop_unary(b, LOOP_NEG, input(&o, 0)));
    store(&o, loop_unary(b, LOOP_ABS, input(&o, 0)));
    for (int k = 0; k < 6; k++) {
        store(&o, loop_binary(b, INT[k], input_i32(&o, 0), input_i32(&o, 1)));
    }
    for (int k = 0; k < 3; k++) {
        LoopVal count = loop_unary(b, LOOP_TO_I32, input(&o, 3));
        count = loop_binary(b, LOOP_AND, count, loop_i32(b, o.lanes, 31));
        store(&o, loop_binary(b, SHIFT[k], input_i32(&o, 0), count));
    }
    store(&o, loop_unary(b, LOOP_TO_I32, input(&o, 3)));
    store(&o, loop_unary(b, LOOP_TO_F32, input_i32(&o, 0)));
    for (int p = LOOP_LT; p <= LOOP_NE; p++) {
        store_selected(&o, (LoopPredicate)p, input(&o, 0), input(&o, 1));
        store_selected(&o, (LoopPredicate)p, input_i32(&o, 0), input_i32(&o, 1));
    }
    store_against_constants(&o);
    cr_assert_eq(o.stored, BIT_RESULTS);
    return ops_end(&o);
}

Test(ops, give_the_bits_of_the_interpreter) {
    static const int LANES[] = {1, 3, 4, 8, 16};
    for (size_t i = 0; i < sizeof LANES / sizeof LANES[0]; i++) {
        char name[32];
        snprintf(name, sizeof name, "%d lanes", LANES[i]);
        Case floats = {.name = name,
                       .x_elems = INPUTS * N,
                       .y_elems = FLOAT_RESULTS * N,
                       .build = build_float,
                       .how = &LANES[i],
                       .x = special_inputs(),
                       .any_nan = true};
        compare_case(&floats);
        Case bits = floats;
        bits.y_elems = BIT_RESULTS * N;
        bits.build = build_bits;
        bits.any_nan = false;
        compare_case(&bits);
    }
}

/* Constants keep every bit, and scalars reach every lane. */
static LoopFn *build_constants(Job *job, const void *how) {
    (void)how;
    LoopBuilder *b = serial_begin(job);
    uint32_t x = loop_buffer(b, job_input(job)), y = loop_buffer(b, job_output(job));
    for (int i = 0; i < N_SPECIAL; i++) {
        loop_store(b, loop_f32(b, 8, SPECIAL[i]), 8, y, loop_const(16 * i));
        LoopVal scalar = loop_load(b, 1, 1, x, loop_const(i));
        loop_store(b, loop_broadcast(b, scalar, 8), 8, y, loop_const(16 * i + 8));
    }
    for (int i = 0; i < 32; i++) {
        int32_t value = (int32_t)((1u << i) - (uint32_t)(i % 3));
        loop_store(b, loop_i32(b, 4, value), 4, y, loop_const(16 * N_SPECIAL + 4 * i));
    }
    return serial_end(b);
}

Test(ops, constants_and_broadcasts_keep_every_bit) {
    Case c = {.name = "constants",
              .x_elems = N_SPECIAL,
              .y_elems = 16 * N_SPECIAL + 4 * 32,
              .build = build_constants,
              .x = SPECIAL};
    compare_case(&c);
}

/* Shuffles of two operands to more, fewer and single lanes. */
static LoopFn *build_shuffles(Job *job, const void *how) {
    static const int FROM[] = {1, 2, 4, 8, 16, 8, 4, 3}, TO[] = {4, 1, 8, 8, 16, 2, 1, 5};
    (void)how;
    LoopBuilder *b = serial_begin(job);
    uint32_t x = loop_buffer(b, job_input(job)), y = loop_buffer(b, job_output(job));
    int64_t at = 0;
    uint32_t state = 12345;
    for (int round = 0; round < 40; round++) {
        int from = FROM[round % 8], to = TO[round % 8];
        LoopVal a = loop_load(b, from, from, x, loop_const(0));
        LoopVal c = loop_load(b, from, from, x, loop_const(16));
        uint8_t lanes[16];
        for (int i = 0; i < to; i++) {
            state = state * 1664525u + 1013904223u;
            lanes[i] = (uint8_t)((state >> 16) % (uint32_t)(2 * from));
        }
        loop_store(b, loop_shuffle(b, a, c, lanes, to), to, y, loop_const(at));
        at += to;
    }
    return serial_end(b);
}

Test(ops, shuffles_pick_their_lanes) {
    Case c = {.name = "shuffles", .x_elems = 32, .y_elems = 225, .build = build_shuffles};
    compare_case(&c);
}

/* Sums and maxima by halving, in which the order shows. */
static LoopFn *build_reductions(Job *job, const void *how) {
    (void)how;
    LoopBuilder *b = serial_begin(job);
    uint32_t x = loop_buffer(b, job_input(job)), y = loop_buffer(b, job_output(job));
    int64_t at = 0;
    for (int lanes = 1; lanes <= 32; lanes *= 2) {
        for (int i = 0; i < 8; i++) {
            LoopVal v = loop_load(b, lanes, lanes, x, loop_const(i * 3));
            loop_store(b, loop_reduce(b, LOOP_REDUCE_ADD, v), 1, y, loop_const(at++));
            loop_store(b, loop_reduce(b, LOOP_REDUCE_MAX, v), 1, y, loop_const(at++));
        }
    }
    return serial_end(b);
}

Test(ops, reductions_halve) {
    static float x[64];
    for (int i = 0; i < 64; i++) x[i] = ldexpf((float)(i % 7) - 2.9f, i * 11 % 40 - 10);
    x[40] = NAN;
    Case c = {.name = "reductions",
              .x_elems = 64,
              .y_elems = 96,
              .build = build_reductions,
              .x = x,
              .any_nan = true};
    compare_case(&c);
}
