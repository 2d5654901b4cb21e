/* The elementary functions through the interpreter: every 1009th float (or 20011th), and the floats
 * around each place where the algorithm or the result changes its nature. All floats:
 * tests/exhaustive/test_elementary.c.
 */
#include "elementary_error.h"
#include "lower/elementary.h"

#include <criterion/criterion.h>
#include <math.h>

enum { CHUNK = 1 << 16, LANES = 1 << 12 };

/* y = f(x), x of CHUNK elements. */
typedef struct Runner {
    Arena *arena; /* of the function */
    const LoopFn *fn;
    bool fma;
    float x[CHUNK], y[CHUNK];
    double exact[CHUNK];
} Runner;

static Runner *runner_create(const Elementary *f, int lanes, bool fma) {
    Arena *arena = arena_create();
    Runner *r = ARENA_NEW(arena, Runner);
    LoopBuffer x = {.name = "x", .space = LOOP_INPUT, .elems = CHUNK, .align = 4};
    LoopBuffer y = {.name = "y", .space = LOOP_OUTPUT, .elems = CHUNK, .align = 4};
    r->arena = arena;
    r->fma = fma;
    r->fn = elementary_fn(arena, f, lanes, x, y);
    const char *error = loop_verify(arena, r->fn);
    cr_assert_null(error, "%s", error);
    return r;
}

static void run(Runner *r) {
    Arena *scratch = arena_create();
    const char *fault = loop_run(scratch, r->fn, (void *[]){r->x, r->y}, r->fma, 0, 1, NULL);
    cr_assert_null(fault, "%s", fault);
    arena_destroy(scratch);
}

static void check_worst(const WorstError *worst, const Elementary *f, bool fma) {
    cr_assert(worst->error <= f->limit[fma], "%s(%a) = %a, wrong by %.3f, fma %d", f->name,
              worst->x, worst->got, worst->error, fma);
    cr_assert(worst->error > 0.49, "%s: no error at all cannot be", f->name);
}

static void sweep(const Elementary *f, bool fma, uint64_t stride) {
    Runner *r = runner_create(f, LANES, fma);
    WorstError worst = {0};
    for (uint64_t bits = 0; bits <= UINT32_MAX;) {
        size_t n = 0;
        for (; n < CHUNK && bits <= UINT32_MAX; bits += stride)
            r->x[n++] = float_of_bits((uint32_t)bits);
        run(r);
        elementary_exact(f, r->x, r->exact, n);
        worst_update(&worst, f, r->x, r->exact, r->y, n);
    }
    check_worst(&worst, f, fma);
    arena_destroy(r->arena);
}

static void sweep_both(int function) {
    for (int fma = 0; fma <= 1; fma++) sweep(&ELEMENTARY[function], fma, 1009);
}

Test(elementary, exp_of_every_1009th_float) { sweep_both(0); }
Test(elementary, tanh_of_every_1009th_float) { sweep_both(1); }
Test(elementary, sigmoid_of_every_1009th_float) { sweep_both(2); }
Test(elementary, silu_of_every_1009th_float) { sweep_both(3); }
Test(elementary, softplus_of_every_1009th_float) { sweep_both(4); }
Test(elementary, gelu_of_every_1009th_float) { sweep_both(5); }
Test(elementary, elu_of_every_1009th_float) { sweep_both(6); }
Test(elementary, elu_of_another_alpha) { sweep_both(7); }
Test(elementary, hard_swish_of_every_1009th_float) { sweep_both(8); }
Test(elementary, log_of_every_1009th_float) { sweep_both(9); }
Test(elementary, sqrt_of_every_1009th_float) { sweep_both(11); }
Test(elementary, reciprocal_of_every_1009th_float) { sweep_both(12); }
Test(elementary, softsign_of_every_1009th_float) { sweep_both(13); }
Test(elementary, selu_of_every_1009th_float) { sweep_both(14); }
Test(elementary, mish_of_every_1009th_float) { sweep_both(15); }
Test(elementary, gelu_tanh_of_every_1009th_float) { sweep_both(16); }
Test(elementary, powers_of_every_20011th_float) {
    for (int f = 17; f <= 25; f++)
        for (int fma = 0; fma <= 1; fma++) sweep(&ELEMENTARY[f], fma, 20011);
}

/* Where rounding to a multiple of 2*ln2 (exp), ln2/2 (tanh) or ln2 (the others) turns, bounds,
 * overflow, underflow, saturation, powers of two. */
static size_t turning_points(float *points) {
    static const float others[] = {
        0,        1,           10,     88.7228394f, 89,   87.3365479f, 103.27893, 103.9721,
        104.5f,   9.01091385f, 0.125f, 0.25f,       0.5f, 0x1p-12f,    0x1p-24f,  0x1p-126f,
        0x1p127f, 3,           6,      13,          25,   88,          176,       INFINITY};
    const double ln2 = 0.69314718055994531;
    size_t n = 0;
    for (int i = 0; i < 76; i++) points[n++] = (float)((i + 0.5) * 2 * ln2);
    for (int i = 0; i < 30; i++) points[n++] = (float)((i + 0.5) * ln2 / 2);
    for (int i = 0; i < 20; i++) points[n++] = (float)((i + 0.5) * ln2);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) points[n++] = others[i];
    return n;
}

/* 96 floats on both sides of each point, of both signs, in scalar code and in vectors: within the
 * limit, the same bits at either width; NaNs come among the neighbours of infinity. */
Test(elementary, around_turning_points) {
    enum { NEIGHBOURS = 96 };
    float points[CHUNK / NEIGHBOURS / 4];
    size_t n_points = turning_points(points);
    for (int k = 0; k < 2 * ELEMENTARY_FUNCTIONS; k++) {
        const Elementary *f = &ELEMENTARY[k / 2];
        Runner *scalar = runner_create(f, 1, k % 2), *wide = runner_create(f, 16, k % 2);
        size_t n = 0;
        for (size_t p = 0; p < n_points; p++)
            for (int i = -NEIGHBOURS; i < NEIGHBOURS; i++) {
                uint32_t bits = (bits_of_float(points[p]) + (uint32_t)i) & 0x7fffffffu;
                scalar->x[n++] = float_of_bits(bits);
                scalar->x[n++] = float_of_bits(bits | 0x80000000u);
            }
        cr_assert(n <= CHUNK);
        memcpy(wide->x, scalar->x, sizeof wide->x);
        run(scalar);
        run(wide);
        cr_assert_eq(memcmp(scalar->y, wide->y, sizeof wide->y), 0, "%s by width", f->name);
        WorstError worst = {0};
        elementary_exact(f, scalar->x, scalar->exact, n);
        worst_update(&worst, f, scalar->x, scalar->exact, scalar->y, n);
        check_worst(&worst, f, k % 2);
        arena_destroy(scalar->arena);
        arena_destroy(wide->arena);
    }
}

/* What a bound in ulp does not say. */
Test(elementary, special_values) {
    static const struct {
        int f; /* index into ELEMENTARY */
        float x, y;
    } table[] = {{0, 0.0f, 1},
                 {0, -0.0f, 1},
                 {0, INFINITY, INFINITY},
                 {0, -INFINITY, 0},
                 {0, 0x1.fffffep127f, INFINITY},
                 {0, -0x1.fffffep127f, 0},
                 {0, 0x1.62e43p6f, INFINITY},    /* the first that overflows */
                 {0, -0x1.9fe368p6f, 0x1p-149f}, /* the last of the smallest denormal */
                 {0, -104.0f, 0},
                 {0, -87.5f, 0x1.b2cafp-127f},
                 {1, 0.0f, 0.0f},
                 {1, -0.0f, -0.0f},
                 {1, INFINITY, 1},
                 {1, -INFINITY, -1},
                 {1, 0x1.fffffep127f, 1},
                 {1, -10.0f, -1},
                 {1, 0x1p-149f, 0x1p-149f},
                 {1, -0x1.8p-130f, -0x1.8p-130f},
                 {2, 0.0f, 0.5f},
                 {2, INFINITY, 1},
                 {2, -INFINITY, 0},
                 {2, 0x1.fffffep127f, 1},
                 {2, -0x1.9fe368p6f, 0x1p-149f},
                 {3, -0.0f, -0.0f},
                 {3, INFINITY, INFINITY},
                 {3, 0x1.fffffep127f, 0x1.fffffep127f},
                 {3, -0x1.fffffep127f, -0.0f},
                 {3, 0x1p-140f, 0x1p-141f},
                 {4, INFINITY, INFINITY},
                 {4, -INFINITY, 0},
                 {4, 0x1.fffffep127f, 0x1.fffffep127f},
                 {4, 0.0f, 0x1.62e43p-1f},
                 {4, -0x1.9fe368p6f, 0x1p-149f},
                 {5, -0.0f, -0.0f},
                 {5, INFINITY, INFINITY},
                 {5, -40.0f, -0.0f},
                 {5, 0x1p-148f, 0x1p-149f},
                 {6, -INFINITY, -1},
                 {6, INFINITY, INFINITY},
                 {6, -0.0f, -0.0f},
                 {6, -0x1p-149f, -0x1p-149f},
                 {8, -3.0f, -0.0f},
                 {8, 3.0f, 3},
                 {8, 0x1.fffffep127f, 0x1.fffffep127f},
                 {8, -0x1.fffffep127f, -0.0f},
                 {9, 0.0f, -INFINITY},
                 {9, -0.0f, -INFINITY},
                 {9, 1.0f, 0.0f},
                 {9, INFINITY, INFINITY},
                 {9, 2.0f, 0x1.62e43p-1f},
                 {9, 0x1p-149f, -0x1.9d1dap6f},
                 {11, -0.0f, -0.0f},
                 {11, 0x1p-148f, 0x1p-74f},
                 {11, 0x1.fffffep127f, 0x1.fffffep63f},
                 {12, -0.0f, -INFINITY},
                 {12, -INFINITY, -0.0f},
                 {12, 0x1p-127f, 0x1p127f},
                 {12, 0x1p127f, 0x1p-127f},
                 {13, -0.0f, -0.0f},
                 {13, 0x1p-149f, 0x1p-149f},
                 {13, -0x1.fffffep127f, -1},
                 {14, -INFINITY, -0x1.c212ccp+0f},
                 {14, INFINITY, INFINITY},
                 {14, -0.0f, -0.0f},
                 {15, -0.0f, -0.0f},
                 {15, INFINITY, INFINITY},
                 {15, 0x1.fffffep127f, 0x1.fffffep127f},
                 {15, -0x1.fffffep127f, -0.0f},
                 {16, -0.0f, -0.0f},
                 {16, INFINITY, INFINITY},
                 {16, -40.0f, -0.0f},
                 {16, 0x1p-140f, 0x1p-141f},
                 {17, -0.0f, -0.0f},
                 {17, -INFINITY, -INFINITY},
                 {18, -INFINITY, INFINITY},
                 {19, -0.0f, INFINITY},
                 {19, 0x1p64f, 0x1p-128f},
                 {19, 0x1p-63f, 0x1p126f},
                 {20, -0.0f, 0.0f},
                 {20, -INFINITY, INFINITY},
                 {21, -0.0f, INFINITY},
                 {21, -INFINITY, 0.0f},
                 {22, -0.0f, -0.0f},
                 {22, -INFINITY, -INFINITY},
                 {22, -2.0f, -128.0f},
                 {22, 1.0f, 1.0f},
                 {23, 0.0f, INFINITY},
                 {23, -0.0f, INFINITY},
                 {23, INFINITY, 0.0f},
                 {23, -INFINITY, 0.0f},
                 {24, -0.0f, 0.0f},
                 {24, -INFINITY, INFINITY},
                 {24, 0x1p-140f, 0x1.ffffdap-43f},
                 {25, 1.0f, 1.0f},
                 {25, 0x1.fffffep-1f, 0x1.ff9f96p-1f}};
    enum { ROWS = sizeof table / sizeof table[0] };
    for (int k = 0; k < 2 * ELEMENTARY_FUNCTIONS; k++) {
        const Elementary *f = &ELEMENTARY[k / 2];
        Runner *r = runner_create(f, 1, k % 2);
        for (size_t i = 0; i < ROWS; i++) r->x[i] = table[i].x;
        run(r);
        for (size_t i = 0; i < ROWS; i++)
            if (table[i].f == k / 2)
                cr_assert_eq(bits_of_float(r->y[i]), bits_of_float(table[i].y),
                             "%s(%a) = %a, fma %d", f->name, table[i].x, r->y[i], k % 2);
        arena_destroy(r->arena);
    }
}

/* tanh is odd bit by bit; nothing leaves its range. */
Test(elementary, symmetry_and_range) {
    for (int k = 0; k < 2 * ELEMENTARY_FUNCTIONS; k++) {
        const Elementary *f = &ELEMENTARY[k / 2];
        Runner *r = runner_create(f, LANES, k % 2);
        for (uint32_t i = 0; i < CHUNK / 2; i++) {
            r->x[2 * i] = float_of_bits(i * (0x7f800000u / (CHUNK / 2)) + i % 97);
            r->x[2 * i + 1] = -r->x[2 * i];
        }
        run(r);
        for (int i = 0; i < CHUNK; i++) {
            bool inside = r->y[i] >= f->range[0] && r->y[i] <= f->range[1];
            cr_assert(inside || isnan(f->exact(r->x[i])), "%s(%a) = %a", f->name, r->x[i], r->y[i]);
        }
        for (int i = 0; i < CHUNK && k / 2 == 1; i += 2)
            cr_assert_eq(bits_of_float(r->y[i + 1]), bits_of_float(-r->y[i]), "tanh(%a)", r->x[i]);
        arena_destroy(r->arena);
    }
}

/* What is infinitely far below has no silu, gelu, mish or hard_swish: 0 times infinity. */
Test(elementary, products_with_infinity) {
    static const int products[] = {3, 5, 8, 15, 16};
    for (int k = 0; k < 10; k++) {
        Runner *r = runner_create(&ELEMENTARY[products[k / 2]], 1, k % 2);
        r->x[0] = -INFINITY;
        run(r);
        cr_assert(isnan(r->y[0]), "%s: %a", ELEMENTARY[products[k / 2]].name, r->y[0]);
        arena_destroy(r->arena);
    }
}

/* elu holds its bound for any alpha. */
Test(elementary, elu_of_many_alphas) {
    enum { ALPHAS = 40 };
    Arena *arena = arena_create();
    float *x = ARENA_ARRAY(arena, float, CHUNK), *y = ARENA_ARRAY(arena, float, CHUNK);
    for (int i = 0; i < CHUNK; i++) x[i] = -0x1p-6f * exp2f((float)i * (11.0f / CHUNK));
    for (int k = 0; k < 2 * ALPHAS; k++) {
        float alpha =
            (k % 4 < 2 ? 1.0f : -1.0f) * (1.0f + (float)(k / 2) * (1.0f / ALPHAS) + 0x1p-20f);
        LoopBuilder *b = loop_builder(arena, "elu");
        uint32_t in = loop_buffer(
            b, (LoopBuffer){.name = "x", .space = LOOP_INPUT, .elems = CHUNK, .align = 4});
        uint32_t out = loop_buffer(
            b, (LoopBuffer){.name = "y", .space = LOOP_OUTPUT, .elems = CHUNK, .align = 4});
        LoopVar i =
            loop_begin(b, LOOP_PARALLEL, "i", loop_const(0), loop_const(CHUNK / LANES), NULL, 0);
        LoopAffine at = loop_var(b, i, LANES);
        loop_store(b, lower_elu(b, loop_load(b, LANES, LANES, in, at), alpha), LANES, out, at);
        loop_end(b, NULL, 0);
        const char *fault = loop_run(arena, loop_finish(b), (void *[]){x, y}, k % 2, 0, 1, NULL);
        cr_assert_null(fault, "%s", fault);
        for (int j = 0; j < CHUNK; j++) {
            double error = error_in_ulp(y[j], alpha * expm1(x[j]));
            cr_assert_leq(error, 2, "alpha %a, x %a, fma %d: %g ulp", alpha, x[j], k % 2, error);
        }
    }
    arena_destroy(arena);
}

/* The measure itself. */
Test(elementary, error_in_ulp_counts) {
    static const struct {
        float got;
        double exact, ulp;
    } table[] = {{1, 1, 0},
                 {1, 1 + 0x1p-24, 0.5},
                 {0x1.fffffep-1f, 1 - 0x1p-25, 0.5},
                 {0x1p-149f, 0x1p-150, 0.5},
                 {0, 0x1p-126, 0x1p23},
                 {INFINITY, 1e300, 0},
                 {0x1.fffffep127f, 1e300, 1},
                 {INFINITY, 0x1.fffffep127, 1},
                 {-0.0f, 0, INFINITY},
                 {NAN, NAN, 0},
                 {NAN, 1, INFINITY},
                 {1, NAN, INFINITY},
                 {-1, 1, INFINITY}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        double ulp = error_in_ulp(table[i].got, table[i].exact);
        cr_assert(ulp == table[i].ulp, "case %zu: %g", i, ulp);
    }
}
