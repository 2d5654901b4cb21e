/* Loads and stores: first lanes only, alignments, rings, local buffers, random affine addresses. */
#include "codegen/compare.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* Each number of active lanes, loaded then stored whole, and loaded whole then stored. */
static LoopFn *build_active(Job *job, const void *how) {
    int lanes = *(const int *)how;
    LoopBuilder *b = serial_begin(job);
    uint32_t x = loop_buffer(b, job_input(job)), y = loop_buffer(b, job_output(job));
    uint32_t t = loop_buffer(b, job_workspace(job, 64, 2 * (int64_t)lanes * lanes));
    for (int active = 1; active <= lanes; active++) {
        int64_t at = 2 * (int64_t)lanes * (active - 1);
        LoopVal first = loop_load(b, lanes, active, x, loop_const(active));
        loop_store(b, first, lanes, y, loop_const(at));
        LoopVal whole = loop_load(b, lanes, lanes, x, loop_const(active));
        loop_store(b, whole, active, y, loop_const(at + lanes));
        loop_store(b, loop_unary(b, LOOP_AS_I32, whole), active, t, loop_const(at));
        LoopVal bits = loop_load_i32(b, lanes, active, x, loop_const(2 * active));
        loop_store(b, bits, lanes, t, loop_const(at + lanes));
    }
    return serial_end(b);
}

Test(memory, only_active_lanes_are_touched) {
    static const int LANES[] = {2, 3, 4, 8, 16};
    for (size_t i = 0; i < sizeof LANES / sizeof LANES[0]; i++) {
        int lanes = LANES[i];
        char name[32];
        snprintf(name, sizeof name, "active of %d lanes", lanes);
        Case c = {.name = name,
                  .x_elems = 3 * lanes,
                  .y_elems = 2 * lanes * lanes,
                  .workspace_bytes = 64 + 8 * lanes * lanes,
                  .build = build_active,
                  .how = &LANES[i]};
        compare_case(&c);
    }
}

/* The input as unsigned bytes, of which loads make numbers: each number of active lanes, from
 * places of every alignment. */
static LoopFn *build_bytes(Job *job, const void *how) {
    int lanes = *(const int *)how;
    LoopBuilder *b = serial_begin(job);
    LoopBuffer bytes = job_input(job);
    bytes.element = LOOP_BYTE;
    bytes.align = 1;
    bytes.elems *= 4;
    uint32_t x = loop_buffer(b, bytes), y = loop_buffer(b, job_output(job));
    for (int active = 1; active <= lanes; active++) {
        LoopVal some = loop_load(b, lanes, active, x, loop_const(active));
        loop_store(b, some, lanes, y, loop_const((int64_t)lanes * (active - 1)));
    }
    LoopVal last = loop_load(b, 1, 1, x, loop_const(bytes.elems - 1));
    loop_store(b, last, 1, y, loop_const((int64_t)lanes * lanes));
    LoopVar i = loop_begin(b, LOOP_SERIAL, "i", loop_const(0), loop_const(2), NULL, 0);
    LoopVal row = loop_load(b, lanes, lanes, x, loop_var(b, i, lanes + 3));
    loop_store(b, row, lanes, y, loop_offset(loop_var(b, i, lanes), (int64_t)lanes * lanes + 1));
    loop_end(b, NULL, 0);
    return serial_end(b);
}

Test(memory, of_bytes_loads_make_numbers) {
    static const int LANES[] = {1, 2, 3, 4, 8, 16};
    static float x[16];
    for (size_t i = 0; i < sizeof x; i++) ((unsigned char *)x)[i] = (unsigned char)(i * 37 + 120);
    for (size_t i = 0; i < sizeof LANES / sizeof LANES[0]; i++) {
        int lanes = LANES[i];
        char name[32];
        snprintf(name, sizeof name, "bytes in %d lanes", lanes);
        Case c = {.name = name,
                  .x_elems = 16,
                  .y_elems = (int64_t)lanes * lanes + 1 + 2 * lanes,
                  .build = build_bytes,
                  .how = &LANES[i],
                  .x = x};
        compare_case(&c);
    }
}

/* Sums of the last three rows, kept in a ring. */
static LoopFn *build_ring(Job *job, const void *how) {
    (void)how;
    enum { ROWS = 12, RING = 3, WIDTH = 8 };
    LoopBuilder *b = serial_begin(job);
    uint32_t x = loop_buffer(b, job_input(job)), y = loop_buffer(b, job_output(job));
    uint32_t t = loop_buffer(b, job_workspace(job, 64, RING * WIDTH));
    LoopType vector = {LOOP_F32, WIDTH};
    /* Row r goes to slot r mod 3; output row r is the sum of rows r-2 .. r. */
    LoopVar r = loop_begin(b, LOOP_SERIAL, "r", loop_const(0), loop_const(ROWS), NULL, 0);
    LoopAddr slot = {.buffer = t,
                     .offset = loop_const(0),
                     .ring = RING,
                     .ring_index = loop_var(b, r, 1),
                     .ring_stride = WIDTH};
    loop_store_at(b, loop_load(b, WIDTH, WIDTH, x, loop_var(b, r, WIDTH)), WIDTH, slot);
    LoopAffine lo[] = {loop_const(0), loop_offset(loop_var(b, r, -1), 2)};
    LoopAffine hi[] = {loop_const(RING)};
    LoopVal sum = loop_f32(b, WIDTH, 0.0f);
    LoopVar k = loop_begin_clipped(b, "k", lo, 2, hi, 1, &sum, 1);
    LoopAddr old = slot; /* row r - 2 + k */
    old.ring_index = loop_offset(loop_plus(b, loop_var(b, r, 1), loop_var(b, k, 1)), -2);
    sum = loop_binary(b, LOOP_ADD, sum, loop_load_at(b, vector, WIDTH, old));
    loop_end(b, &sum, 1);
    loop_store(b, sum, WIDTH, y, loop_var(b, r, WIDTH));
    loop_end(b, NULL, 0);
    /* A constant place of the ring. */
    LoopAddr fixed = {.buffer = t,
                      .offset = loop_const(4),
                      .ring = RING,
                      .ring_index = loop_const(7),
                      .ring_stride = WIDTH};
    loop_store(b, loop_load_at(b, (LoopType){LOOP_F32, 4}, 4, fixed), 4, y,
               loop_const(ROWS * WIDTH));
    return serial_end(b);
}

Test(memory, rings_wrap) {
    Case c = {.name = "ring",
              .x_elems = 12 * 8,
              .y_elems = 12 * 8 + 4,
              .workspace_bytes = 64 + 3 * 8 * 4,
              .build = build_ring};
    compare_case(&c);
}

/* Through a buffer on the stack, reversed. */
static LoopFn *build_local(Job *job, const void *how) {
    (void)how;
    LoopBuilder *b = serial_begin(job);
    uint32_t x = loop_buffer(b, job_input(job)), y = loop_buffer(b, job_output(job));
    LoopBuffer local = {.name = "s", .space = LOOP_LOCAL, .elems = 64, .align = 64};
    uint32_t s = loop_buffer(b, local);
    LoopVar i = loop_begin(b, LOOP_SERIAL, "i", loop_const(0), loop_const(64), NULL, 0);
    loop_prefetch(b, x, loop_var(b, i, 1));
    LoopVal v = loop_load(b, 1, 1, x, loop_var(b, i, 1));
    loop_store(b, v, 1, s, loop_offset(loop_var(b, i, -1), 63));
    loop_end(b, NULL, 0);
    i = loop_begin(b, LOOP_SERIAL, "i", loop_const(0), loop_const(8), NULL, 0);
    loop_store(b, loop_load(b, 8, 8, s, loop_var(b, i, 8)), 8, y, loop_var(b, i, 8));
    loop_end(b, NULL, 0);
    return serial_end(b);
}

Test(memory, local_buffers_hold_their_values) {
    Case c = {.name = "local", .x_elems = 64, .y_elems = 64, .build = build_local};
    compare_case(&c);
}

/* Vectors at every alignment of the workspace that a buffer may claim. */
static LoopFn *build_aligned(Job *job, const void *how) {
    (void)how;
    LoopBuilder *b = serial_begin(job);
    uint32_t x = loop_buffer(b, job_input(job)), y = loop_buffer(b, job_output(job));
    int64_t at = 0;
    for (int64_t offset = 16; offset <= 256; offset *= 2) {
        uint32_t t = loop_buffer(b, job_workspace(job, offset, offset / 4));
        for (int64_t step = 1; step <= 4; step++) {
            LoopVar i = loop_begin(b, LOOP_SERIAL, "i", loop_const(0), loop_const(2), NULL, 0);
            LoopVal v = loop_load(b, 4, 4, x, loop_var(b, i, step));
            if (offset >= 32) loop_store(b, v, 4, t, loop_var(b, i, step));
            loop_store(b, v, 4, y, loop_offset(loop_var(b, i, 4), at));
            loop_end(b, NULL, 0);
            at += 8;
        }
    }
    return serial_end(b);
}

Test(memory, alignment_is_never_overstated) {
    Case c = {.name = "alignment",
              .x_elems = 16,
              .y_elems = 5 * 4 * 8,
              .workspace_bytes = 512,
              .build = build_aligned};
    compare_case(&c);
}

/* Random nests of three loops, one of them unrolled or of one iteration, with loads at random
 * affine addresses: what is hoisted, cached and folded must not change what is read. */
typedef struct Random {
    uint32_t state;
} Random;

static int draw(Random *r, int below) {
    r->state = r->state * 1664525u + 1013904223u;
    return (int)((r->state >> 8) % (uint32_t)below);
}

enum { X_ELEMS = 4096, LOADS = 6, WIDTH = 4 };

/* An address within 0 .. X_ELEMS - WIDTH for every value of the variables below `extent`. */
static LoopAffine random_address(LoopBuilder *b, Random *r, const LoopVar *vars,
                                 const int64_t *extent) {
    LoopAffine at = loop_const(0);
    int64_t low = 0, high = 0;
    for (int i = 0; i < 3; i++) {
        int64_t coef = draw(r, 3) == 0 ? 0 : draw(r, 201) - 100;
        at = loop_plus(b, at, loop_var(b, vars[i], coef));
        if (coef < 0)
            low += coef * (extent[i] - 1);
        else
            high += coef * (extent[i] - 1);
    }
    return loop_offset(at, -low + draw(r, (int)(X_ELEMS - WIDTH - (high - low))));
}

static LoopFn *build_random(Job *job, const void *how) {
    Random r = {*(const uint32_t *)how};
    LoopBuilder *b = serial_begin(job);
    uint32_t x = loop_buffer(b, job_input(job)), y = loop_buffer(b, job_output(job));
    int64_t extent[3], flat = 0;
    LoopVar vars[3];
    LoopVal sum = loop_f32(b, WIDTH, 0.0f);
    for (int i = 0; i < 3; i++) {
        LoopForKind kind = draw(&r, 3) == 0 ? LOOP_UNROLLED : LOOP_SERIAL;
        extent[i] = 1 + draw(&r, 5);
        vars[i] = loop_begin(b, kind, "v", loop_const(0), loop_const(extent[i]), &sum, 1);
    }
    for (int i = 0; i < LOADS; i++) {
        LoopAffine at = random_address(b, &r, vars, extent);
        sum = loop_binary(b, LOOP_ADD, sum, loop_load(b, WIDTH, 1 + draw(&r, WIDTH), x, at));
    }
    LoopAffine place = loop_const(flat);
    for (int i = 0; i < 3; i++) {
        place = loop_plus(b, loop_scale(b, place, extent[i]), loop_var(b, vars[i], 1));
    }
    loop_store(b, sum, WIDTH, y, loop_scale(b, place, WIDTH));
    for (int i = 0; i < 3; i++) loop_end(b, &sum, 1);
    loop_store(b, sum, WIDTH, y, loop_const(125 * WIDTH));
    return serial_end(b);
}

Test(memory, random_nests_read_what_the_interpreter_reads) {
    for (uint32_t seed = 1; seed <= 24; seed++) {
        char name[32];
        snprintf(name, sizeof name, "seed %u", (unsigned)seed);
        Case c = {.name = name,
                  .x_elems = X_ELEMS,
                  .y_elems = 126 * WIDTH,
                  .build = build_random,
                  .how = &seed};
        compare_case(&c);
    }
}
