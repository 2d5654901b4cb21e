/* exp and tanh through the interpreter: every 1009th float, and the floats around each place where
 * the algorithm or the result changes its nature. All floats: tests/exhaustive/test_elementary.c.
 */
#include "elementary_error.h"

#include <criterion/criterion.h>
#include <math.h>

enum { CHUNK = 1 << 16, LANES = 1 << 12 };

/* y = f(x), x of CHUNK elements. */
typedef struct Runner {
    Arena *arena; /* of the function */
    const LoopFn *fn;
    bool fma;
    float x[CHUNK], y[CHUNK];
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
    const char *fault = loop_run(scratch, r->fn, (float *[]){r->x, r->y}, r->fma, 0, 1, NULL);
    cr_assert_null(fault, "%s", fault);
    arena_destroy(scratch);
}

static void check_worst(const WorstError *worst, const Elementary *f, bool fma) {
    cr_assert(worst->ulp <= f->limit[fma], "%s(%a) = %a, wrong by %.3f ulp, fma %d", f->name,
              worst->x, worst->got, worst->ulp, fma);
    cr_assert(worst->ulp > 0.5, "%s: no error at all cannot be", f->name);
}

static void sweep(const Elementary *f, bool fma) {
    Runner *r = runner_create(f, LANES, fma);
    WorstError worst = {0};
    for (uint64_t bits = 0; bits <= UINT32_MAX;) {
        size_t n = 0;
        for (; n < CHUNK && bits <= UINT32_MAX; bits += 1009)
            r->x[n++] = float_of_bits((uint32_t)bits);
        run(r);
        worst_update(&worst, f, r->x, r->y, n);
    }
    check_worst(&worst, f, fma);
    arena_destroy(r->arena);
}

Test(elementary, exp_of_every_1009th_float) {
    for (int fma = 0; fma <= 1; fma++) sweep(&ELEMENTARY[0], fma);
}

Test(elementary, tanh_of_every_1009th_float) {
    for (int fma = 0; fma <= 1; fma++) sweep(&ELEMENTARY[1], fma);
}

/* Where rounding to a multiple of 2*ln2 (exp) or ln2/2 (tanh) turns, bounds, overflow, underflow,
 * saturation, powers of two. */
static size_t turning_points(float *points) {
    static const float others[] = {0,           1,         10,       88.7228394f, 89,
                                   87.3365479f, 103.27893, 103.9721, 104.5f,      9.01091385f,
                                   0.125f,      0.25f,     0.5f,     0x1p-12f,    0x1p-24f,
                                   0x1p-126f,   0x1p127f,  INFINITY};
    const double ln2 = 0.69314718055994531;
    size_t n = 0;
    for (int i = 0; i < 76; i++) points[n++] = (float)((i + 0.5) * 2 * ln2);
    for (int i = 0; i < 30; i++) points[n++] = (float)((i + 0.5) * ln2 / 2);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) points[n++] = others[i];
    return n;
}

/* 128 floats on both sides of each point, of both signs, in scalar code and in vectors: within the
 * limit, the same bits at either width; NaNs come among the neighbours of infinity. */
Test(elementary, around_turning_points) {
    enum { NEIGHBOURS = 128 };
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
        worst_update(&worst, f, scalar->x, scalar->y, n);
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
                 {1, -0x1.8p-130f, -0x1.8p-130f}};
    for (int fma = 0; fma <= 1; fma++)
        for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
            Runner *r = runner_create(&ELEMENTARY[table[i].f], 1, fma);
            r->x[0] = table[i].x;
            run(r);
            cr_assert_eq(bits_of_float(r->y[0]), bits_of_float(table[i].y), "%s(%a) = %a, fma %d",
                         ELEMENTARY[table[i].f].name, table[i].x, r->y[0], fma);
            arena_destroy(r->arena);
        }
}

/* tanh is odd bit by bit and never beyond 1; exp is never negative. */
Test(elementary, symmetry_and_range) {
    for (int k = 0; k < 2 * ELEMENTARY_FUNCTIONS; k++) {
        const Elementary *f = &ELEMENTARY[k / 2];
        Runner *r = runner_create(f, LANES, k % 2);
        for (uint32_t i = 0; i < CHUNK / 2; i++) {
            r->x[2 * i] = float_of_bits(i * (0x7f800000u / (CHUNK / 2)) + i % 97);
            r->x[2 * i + 1] = -r->x[2 * i];
        }
        run(r);
        for (int i = 0; i < CHUNK; i += 2) {
            float plus = r->y[i], minus = r->y[i + 1];
            bool good = k / 2 == 0 ? plus >= 1 && minus >= 0 && minus <= 1
                                   : plus <= 1 && bits_of_float(minus) == bits_of_float(-plus);
            cr_assert(good, "%s(%a) = %a, %a", f->name, r->x[i], plus, minus);
        }
        arena_destroy(r->arena);
    }
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
