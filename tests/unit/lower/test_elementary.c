/* exp and tanh as LoopFns, interpreted: at most 2 ulp from libm's double functions on every 4,099th
 * float and around every place where something changes, with and without fused multiply-adds. */
#include "lower/elementary.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LANES = 16, BATCH = 1 << 16 };

typedef struct Function {
    const char *name;
    LoopVal (*lower)(LoopBuilder *b, LoopVal x);
    double (*exact)(double x);
} Function;

static const Function FUNCTIONS[] = {{"exp", lower_exp, exp}, {"tanh", lower_tanh, tanh}};

/* y[i] = f(x[i]) for BATCH elements. */
static LoopFn *build(Arena *arena, const Function *function) {
    LoopBuilder *b = loop_builder(arena, function->name);
    uint32_t x =
        loop_buffer(b, (LoopBuffer){.name = "x", .space = LOOP_INPUT, .elems = BATCH, .align = 4});
    uint32_t y =
        loop_buffer(b, (LoopBuffer){.name = "y", .space = LOOP_OUTPUT, .elems = BATCH, .align = 4});
    LoopVar i =
        loop_begin(b, LOOP_PARALLEL, "i", loop_const(0), loop_const(BATCH / LANES), NULL, 0);
    LoopAffine at = loop_var(b, i, LANES);
    loop_store(b, function->lower(b, loop_load(b, LANES, LANES, x, at)), LANES, y, at);
    loop_end(b, NULL, 0);
    LoopFn *fn = loop_finish(b);
    const char *wrong = loop_verify(arena, fn);
    cr_assert_null(wrong, "%s", wrong);
    return fn;
}

/* Distance in units of the last place of the f32 nearest to `want`. */
static double ulps(float got, double want) {
    if (isnan(want)) return isnan(got) ? 0 : INFINITY;
    float nearest = (float)want;
    if (isinf(nearest)) return got == nearest || got == copysignf(FLT_MAX, nearest) ? 0 : INFINITY;
    if (nearest == 0 && signbit(got) != signbit(nearest) && got == 0) return INFINITY;
    int exponent;
    frexp(want, &exponent);
    double ulp = ldexp(1.0, exponent - 24);
    if (ulp < 0x1p-149) ulp = 0x1p-149;
    return fabs((double)got - want) / ulp;
}

typedef struct Sweep {
    Arena *arena;
    const Function *function;
    const LoopFn *fn;
    bool fma;
    float *x, *y;
    int n;
    double worst;
} Sweep;

static void flush(Sweep *s) {
    for (int i = s->n; i < BATCH; i++) s->x[i] = 0;
    float *buffers[] = {s->x, s->y};
    const char *wrong = loop_run(s->arena, s->fn, buffers, s->fma, 0, 1, NULL);
    cr_assert_null(wrong, "%s", wrong);
    for (int i = 0; i < s->n; i++) {
        double error = ulps(s->y[i], s->function->exact(s->x[i]));
        if (error > s->worst) s->worst = error;
        cr_assert_leq(error, 2.0, "%s(%a) = %a, fma %d: %g ulp", s->function->name, s->x[i],
                      s->y[i], s->fma, error);
    }
    s->n = 0;
}

static void add(Sweep *s, uint32_t bits) {
    memcpy(&s->x[s->n++], &bits, sizeof bits);
    if (s->n == BATCH) flush(s);
}

/* The floats around a number, on both sides of zero. */
static void add_around(Sweep *s, float number) {
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    for (uint32_t d = 0; d < 600; d++) {
        add(s, (bits + d - 300) & 0x7FFFFFFF);
        add(s, (bits + d - 300) | 0x80000000);
    }
}

static void sweep(const Function *function, bool fma) {
    static const float places[] = {0.0f,          FLT_MIN,   1.0f,      0x1p-12f,   0.25f,
                                   0.5f,          0.625f,    9.0f,      10.0f,      20.0f,
                                   0x1.62e43p-1f, 87.33654f, 88.72284f, 103.27893f, 103.97208f,
                                   104.0f,        FLT_MAX,   INFINITY};
    enum { STEP = 4099 };
    Arena *arena = arena_create();
    Sweep s = {.arena = arena, .function = function, .fn = build(arena, function), .fma = fma};
    s.x = ARENA_ARRAY(arena, float, BATCH);
    s.y = ARENA_ARRAY(arena, float, BATCH);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) add_around(&s, places[i]);
    for (uint64_t bits = 0; bits <= UINT32_MAX; bits += STEP) add(&s, (uint32_t)bits);
    flush(&s);
    fprintf(stderr, "%s, %s: at most %.3f ulp\n", function->name, fma ? "fused" : "two roundings",
            s.worst);
    arena_destroy(arena);
}

Test(elementary, exp_fused) { sweep(&FUNCTIONS[0], true); }
Test(elementary, exp_unfused) { sweep(&FUNCTIONS[0], false); }
Test(elementary, tanh_fused) { sweep(&FUNCTIONS[1], true); }
Test(elementary, tanh_unfused) { sweep(&FUNCTIONS[1], false); }
