/* Loops: empty, single, clipped, unrolled, nested with carried values, shared by parts. */
#include "codegen/compare.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* Constant bounds: y counts the iterations; outside it, x[0] is carried through. */
typedef struct Range {
    LoopForKind kind;
    int64_t lo, hi;
} Range;

static LoopFn *build_range(Job *job, const void *how) {
    const Range *range = how;
    LoopBuilder *b = serial_begin(job);
    uint32_t x = loop_buffer(b, job_input(job)), y = loop_buffer(b, job_output(job));
    LoopVal carried[] = {loop_load(b, 1, 1, x, loop_const(0)), loop_f32(b, 1, 0.0f)};
    LoopVar i =
        loop_begin(b, range->kind, "i", loop_const(range->lo), loop_const(range->hi), carried, 2);
    LoopVal old = carried[0];
    carried[0] = loop_binary(b, LOOP_ADD, carried[1],
                             loop_load(b, 1, 1, x, loop_offset(loop_var(b, i, 1), 8)));
    carried[1] = old;
    loop_store(b, carried[0], 1, y, loop_offset(loop_var(b, i, 1), 8));
    loop_end(b, carried, 2);
    loop_store(b, carried[0], 1, y, loop_const(0));
    loop_store(b, carried[1], 1, y, loop_const(1));
    return serial_end(b);
}

Test(loops, run_their_range) {
    static const int64_t BOUNDS[][2] = {{0, 0}, {3, 3},  {5, 2},  {0, 1},
                                        {7, 8}, {-3, 9}, {0, 10}, {2, 4}};
    for (size_t i = 0; i < sizeof BOUNDS / sizeof BOUNDS[0]; i++) {
        for (int kind = LOOP_SERIAL; kind <= LOOP_UNROLLED; kind++) {
            Range range = {(LoopForKind)kind, BOUNDS[i][0], BOUNDS[i][1]};
            char name[64];
            snprintf(name, sizeof name, "kind %d from %d to %d", kind, (int)range.lo,
                     (int)range.hi);
            Case c = {
                .name = name, .x_elems = 32, .y_elems = 32, .build = build_range, .how = &range};
            compare_case(&c);
        }
    }
}

/* A window of 5 taps over 9 elements, clipped at both ends, at the distance given: for some it is
 * outside altogether. Rows carry their sum through a loop that may be empty. */
static LoopFn *build_clipped(Job *job, const void *how) {
    enum { N = 9, K = 5 };
    int64_t stride = ((const int64_t *)how)[0], pad = ((const int64_t *)how)[1];
    LoopBuilder *b = loop_builder(job->arena, "case");
    uint32_t x = loop_buffer(b, job_input(job)), y = loop_buffer(b, job_output(job));
    LoopVar o = loop_begin(b, LOOP_PARALLEL, "o", loop_const(0), loop_const(8), NULL, 0);
    LoopAffine lo[] = {loop_const(0), loop_offset(loop_var(b, o, -stride), pad)};
    LoopAffine hi[] = {loop_const(K), loop_offset(loop_var(b, o, -stride), N + pad)};
    LoopVal sum = loop_f32(b, 1, 1.0f);
    LoopVar k = loop_begin_clipped(b, "k", lo, 2, hi, 2, &sum, 1);
    LoopAffine at = loop_offset(loop_plus(b, loop_var(b, o, stride), loop_var(b, k, 1)), -pad);
    LoopVal weight = loop_load(b, 1, 1, x, loop_offset(loop_var(b, k, 1), N));
    sum = loop_fma(b, loop_load(b, 1, 1, x, at), weight, sum);
    loop_end(b, &sum, 1);
    loop_store(b, sum, 1, y, loop_var(b, o, 1));
    loop_end(b, NULL, 0);
    return loop_finish(b);
}

Test(loops, are_clipped_by_affine_bounds) {
    static const int64_t HOW[][2] = {{1, 2}, {2, 4}, {3, 7}, {1, 0}, {4, 20}, {0, 1}};
    for (size_t i = 0; i < sizeof HOW / sizeof HOW[0]; i++) {
        char name[64];
        snprintf(name, sizeof name, "stride %d pad %d", (int)HOW[i][0], (int)HOW[i][1]);
        Case c = {.name = name, .x_elems = 14, .y_elems = 8, .build = build_clipped, .how = HOW[i]};
        compare_case(&c);
    }
}

/* A matrix product with a 2 x 3 tile of accumulators through two loop levels, unrolled inside, and
 * a triangular loop that reads its result: several levels of carried values and of copies. */
static LoopFn *build_nest(Job *job, const void *how) {
    enum { N = 12, ROWS = 2, COLUMNS = 3 };
    (void)how;
    LoopBuilder *b = serial_begin(job);
    uint32_t x = loop_buffer(b, job_input(job)), y = loop_buffer(b, job_output(job));
    uint32_t t = loop_buffer(b, job_workspace(job, 64, N * N));
    LoopVar i = loop_begin(b, LOOP_SERIAL, "i", loop_const(0), loop_const(N / ROWS), NULL, 0);
    LoopVar j =
        loop_begin(b, LOOP_UNROLLED, "j", loop_const(0), loop_const(N / COLUMNS / 2), NULL, 0);
    LoopVal acc[ROWS * COLUMNS];
    for (int a = 0; a < ROWS * COLUMNS; a++) acc[a] = loop_f32(b, 2, (float)a);
    LoopVar k =
        loop_begin(b, LOOP_SERIAL, "k", loop_const(0), loop_const(N / 4), acc, ROWS * COLUMNS);
    LoopVar u =
        loop_begin(b, LOOP_UNROLLED, "u", loop_const(0), loop_const(4), acc, ROWS * COLUMNS);
    LoopAffine depth = loop_plus(b, loop_var(b, k, 4), loop_var(b, u, 1));
    for (int a = 0; a < ROWS * COLUMNS; a++) {
        LoopAffine left =
            loop_plus(b, loop_var(b, i, ROWS * N), loop_offset(depth, a / COLUMNS * N));
        LoopAffine right = loop_plus(b, loop_scale(b, depth, N), loop_var(b, j, 2 * COLUMNS));
        LoopVal l = loop_broadcast(b, loop_load(b, 1, 1, x, left), 2);
        LoopVal r = loop_load(b, 2, 2, x, loop_offset(right, N * N + a % COLUMNS * 2));
        acc[a] = loop_fma(b, l, r, acc[a]);
    }
    loop_end(b, acc, ROWS * COLUMNS);
    loop_end(b, acc, ROWS * COLUMNS);
    for (int a = 0; a < ROWS * COLUMNS; a++) {
        LoopAffine at = loop_plus(b, loop_var(b, i, ROWS * N), loop_var(b, j, 2 * COLUMNS));
        loop_store(b, acc[a], 2, t, loop_offset(at, a / COLUMNS * N + a % COLUMNS * 2));
    }
    loop_end(b, NULL, 0);
    loop_end(b, NULL, 0);

    i = loop_begin(b, LOOP_SERIAL, "i", loop_const(0), loop_const(N), NULL, 0);
    LoopVal two[] = {loop_f32(b, 1, 0.0f), loop_f32(b, 1, 1.0f)};
    j = loop_begin(b, LOOP_SERIAL, "j", loop_var(b, i, 1), loop_const(N), two, 2);
    LoopVal v = loop_load(b, 1, 1, t, loop_plus(b, loop_var(b, i, N), loop_var(b, j, 1)));
    LoopVal sum = loop_binary(b, LOOP_ADD, two[1], v);
    two[1] = two[0];
    two[0] = sum;
    loop_end(b, two, 2);
    loop_store(b, two[0], 1, y, loop_var(b, i, 2));
    loop_store(b, two[1], 1, y, loop_offset(loop_var(b, i, 2), 1));
    loop_end(b, NULL, 0);
    return serial_end(b);
}

Test(loops, carry_values_through_nests) {
    Case c = {.name = "nest",
              .x_elems = 2 * 12 * 12,
              .y_elems = 24,
              .workspace_bytes = 64 + 4 * 12 * 12,
              .build = build_nest};
    compare_case(&c);
}
