/* The verifier: a padded convolution with each number moved by one, planted mistakes, rings, empty
 * loops, overflow; and on random nests, that nothing it accepts touches memory outside. */
#include "helpers.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* A 3x3 convolution of a 56x56 image with padding 1, its numbers open to change. */
enum { OH_LO, OH_HI, OW_LO, OW_HI, KH_LO, KH_PAD, KH_HI, KH_END, KW_LO, KW_PAD, KW_HI, KW_END };
enum { X_AT = KW_END + 1, X_ELEMS, W_ELEMS, Y_ELEMS, NUMBERS };

static const int64_t right[NUMBERS] = {0, 56, 0, 56, 0, 1, 3, 57, 0, 1, 3, 57, -57, 3136, 9, 3136};

static LoopFn *convolution(Arena *arena, const int64_t *n) {
    LoopBuilder *b = loop_builder(arena, "conv");
    uint32_t x = add_buffer(b, "x", LOOP_INPUT, n[X_ELEMS]);
    uint32_t w = add_buffer(b, "w", LOOP_WEIGHTS, n[W_ELEMS]);
    uint32_t y = add_buffer(b, "y", LOOP_OUTPUT, n[Y_ELEMS]);
    LoopAffine lo[2], hi[2];
    LoopVar oh =
        loop_begin(b, LOOP_PARALLEL, "oh", loop_const(n[OH_LO]), loop_const(n[OH_HI]), NULL, 0);
    LoopVar ow =
        loop_begin(b, LOOP_SERIAL, "ow", loop_const(n[OW_LO]), loop_const(n[OW_HI]), NULL, 0);
    LoopVal sum = loop_f32(b, 1, 0);
    lo[0] = loop_const(n[KH_LO]), lo[1] = loop_offset(loop_var(b, oh, -1), n[KH_PAD]);
    hi[0] = loop_const(n[KH_HI]), hi[1] = loop_offset(loop_var(b, oh, -1), n[KH_END]);
    LoopVar kh = loop_begin_clipped(b, "kh", lo, 2, hi, 2, &sum, 1);
    lo[0] = loop_const(n[KW_LO]), lo[1] = loop_offset(loop_var(b, ow, -1), n[KW_PAD]);
    hi[0] = loop_const(n[KW_HI]), hi[1] = loop_offset(loop_var(b, ow, -1), n[KW_END]);
    LoopVar kw = loop_begin_clipped(b, "kw", lo, 2, hi, 2, &sum, 1);
    LoopAffine at = loop_plus(b, linear(b, oh, 56, ow, 1, n[X_AT]), linear(b, kh, 56, kw, 1, 0));
    sum = loop_fma(b, loop_load(b, 1, 1, x, at), loop_load(b, 1, 1, w, linear(b, kh, 3, kw, 1, 0)),
                   sum);
    loop_end(b, &sum, 1);
    loop_end(b, &sum, 1);
    loop_store(b, sum, 1, y, linear(b, oh, 56, ow, 1, 0));
    loop_end(b, NULL, 0);
    loop_end(b, NULL, 0);
    return loop_finish(b);
}

static const char *run_convolution(Arena *arena, const LoopFn *fn) {
    void *buffers[3];
    for (int i = 0; i < 3; i++)
        buffers[i] = ARENA_ARRAY(arena, float, (size_t)fn->buffers.at[i].elems);
    return loop_run(arena, fn, buffers, true, 0, 1, NULL);
}

/* What is right passes; a number off by one passes exactly if the run touches nothing outside. */
Test(verify, a_convolution_off_by_one) {
    Arena *arena = arena_create();
    const char *error = loop_verify(arena, convolution(arena, right));
    cr_assert_null(error, "%s", error);
    int refused = 0;
    for (int i = 0; i < NUMBERS; i++)
        for (int off = -1; off <= 1; off += 2) {
            int64_t n[NUMBERS];
            memcpy(n, right, sizeof n);
            n[i] += off;
            LoopFn *fn = convolution(arena, n);
            error = loop_verify(arena, fn);
            const char *fault = run_convolution(arena, fn);
            cr_assert_eq(error != NULL, fault != NULL, "number %d %+d: %s / %s", i, off, error,
                         fault);
            refused += error != NULL;
            arena_reset(arena);
        }
    cr_assert_eq(refused, 2 * NUMBERS / 2 + 1); /* one direction of each, both of X_AT */
    arena_destroy(arena);
}

/* Planted mistakes. `planted` holds a function with everything in it, and handles to its parts. */

typedef struct Planted {
    LoopFn *fn;
    LoopStmt *load, *store, *sum, *shuffle, *total, *inner, *bits; /* statements */
    LoopFor *outer;
    LoopVal inside; /* a value defined in the inner loop */
} Planted;

static LoopStmt *stmt_at(LoopBlock *block, size_t i) { return &block->stmts.at[i]; }

static Planted planted(Arena *arena) {
    LoopBuilder *b = loop_builder(arena, "f");
    uint32_t x = add_buffer(b, "x", LOOP_INPUT, 32), y = add_buffer(b, "y", LOOP_OUTPUT, 4);
    add_buffer(b, "w", LOOP_WEIGHTS, 32);
    LoopVar i = loop_begin(b, LOOP_PARALLEL, "i", loop_const(0), loop_const(4), NULL, 0);
    LoopVal sum = loop_f32(b, 4, 0);
    LoopVar j = loop_begin(b, LOOP_UNROLLED, "j", loop_const(0), loop_const(2), &sum, 1);
    LoopVal loaded = loop_load(b, 4, 4, x, linear(b, i, 8, j, 4, 0));
    sum = loop_binary(b, LOOP_ADD, sum, loaded);
    loop_end(b, &sum, 1);
    LoopVal bits = loop_unary(b, LOOP_AS_I32, sum);
    LoopVal turned = loop_shuffle(b, sum, sum, (const uint8_t[]){3, 2, 1, 7}, 4);
    loop_store(b, loop_reduce(b, LOOP_REDUCE_ADD, turned), 1, y, loop_var(b, i, 1));
    loop_end(b, NULL, 0);
    (void)bits;
    Planted p = {.fn = loop_finish(b), .inside = loaded};
    p.outer = stmt_at(&p.fn->body, 0)->loop;
    p.inner = stmt_at(&p.outer->body, 1);
    p.load = stmt_at(&p.inner->loop->body, 0);
    p.sum = stmt_at(&p.inner->loop->body, 1);
    p.bits = stmt_at(&p.outer->body, 2);
    p.shuffle = stmt_at(&p.outer->body, 3);
    p.total = stmt_at(&p.outer->body, 4);
    p.store = stmt_at(&p.outer->body, 5);
    return p;
}

static void use_before_definition(Planted *p) { p->sum->args[1] = p->sum->result; }
static void use_after_scope(Planted *p) { p->shuffle->args[0] = p->inside; }
static void use_of_carry_after_loop(Planted *p) { p->bits->args[0] = p->inner->loop->carry[0]; }
static void use_of_none(Planted *p) { p->sum->args[1] = 0; }
static void use_beyond(Planted *p) { p->sum->args[1] = 1000; }
static void define_twice(Planted *p) { p->sum->result = p->load->result; }
static void result_beyond(Planted *p) { p->load->result = 1000; }
static void result_of_store(Planted *p) { p->store->result = p->inside; }
static void unknown_operation(Planted *p) { p->sum->op = LOOP_OPS; }
static void wrong_operation(Planted *p) { p->sum->op = LOOP_AND; }
static void wrong_scalar(Planted *p) { p->fn->values.at[p->inside].scalar = LOOP_I32; }
static void wrong_lanes(Planted *p) { p->fn->values.at[p->sum->result].lanes = 8; }
static void no_lanes(Planted *p) { p->fn->values.at[p->load->result].lanes = 0; }
static void bits_to_wrong_type(Planted *p) { p->bits->op = LOOP_ABS; }
static void reduce_to_vector(Planted *p) { p->fn->values.at[p->total->result].lanes = 4; }
static void reduce_of_integers(Planted *p) { p->total->args[0] = p->bits->result; }
static void active_none(Planted *p) { p->load->active = 0; }
static void active_beyond(Planted *p) { p->load->active = 5; }
static void store_active_beyond(Planted *p) { p->store->active = 2; }
static void shuffle_beyond(Planted *p) {
    static const uint8_t lanes[] = {3, 2, 1, 8};
    p->shuffle->shuffle = lanes;
}
static void shuffle_without(Planted *p) { p->shuffle->shuffle = NULL; }
static void write_to_input(Planted *p) { p->store->addr.buffer = p->load->addr.buffer; }
static void write_to_weights(Planted *p) { p->store->addr.buffer = 2; }
static void no_such_buffer(Planted *p) { p->load->addr.buffer = 3; }
static void no_such_variable(Planted *p) { p->load->addr.offset.terms[0].var = 2; }
static void variable_out_of_scope(Planted *p) { p->store->addr.offset.terms[0].var = 1; }
static void term_times_zero(Planted *p) { p->store->addr.offset.terms[0].coef = 0; }
static void terms_out_of_order(Planted *p) {
    p->load->addr.offset.terms[0].var = 1;
    p->load->addr.offset.terms[1].var = 0;
}
static void bound_in_own_variable(Planted *p) { p->outer->hi[0] = p->store->addr.offset; }
static void no_bound(Planted *p) { p->outer->n_hi = 0; }
static void one_variable_for_two(Planted *p) { p->inner->loop->var = p->outer->var; }
static void parallel_inside(Planted *p) { p->inner->loop->kind = LOOP_PARALLEL; }
static void parallel_that_carries(Planted *p) {
    p->outer->n_carried = 1;
    p->outer->init = p->outer->carry = p->outer->yield = p->outer->out = &p->inside;
}
static void unrolled_to_a_variable(Planted *p) { p->inner->loop->hi[0] = p->store->addr.offset; }
static void store_in_every_part(Planted *p) { p->outer->kind = LOOP_SERIAL; }
static void carry_of_other_type(Planted *p) {
    p->fn->values.at[p->inner->loop->carry[0]].lanes = 8;
}
static void yield_from_outside(Planted *p) { p->inner->loop->yield[0] = p->bits->result; }
static void out_of_other_type(Planted *p) {
    p->fn->values.at[p->inner->loop->out[0]].scalar = LOOP_I32;
}
static void carried_more(Planted *p) {
    LoopFor *loop = p->inner->loop;
    LoopVal **lists[] = {&loop->init, &loop->carry, &loop->yield, &loop->out};
    for (int i = 0; i < 4; i++) {
        LoopVal *two = ARENA_ARRAY(p->fn->arena, LoopVal, 2);
        two[0] = (*lists[i])[0];
        *lists[i] = two;
    }
    loop->n_carried = 2;
}
static void init_defined_later(Planted *p) { p->inner->loop->init[0] = p->inner->loop->out[0]; }
static void loop_missing(Planted *p) { p->inner->loop = NULL; }
static void negative_ring(Planted *p) { p->load->addr.ring = -1; }
static void buffer_of_negative_size(Planted *p) { p->fn->buffers.at[0].elems = -1; }
static void buffer_of_odd_alignment(Planted *p) { p->fn->buffers.at[0].align = 12; }
static void bytes_as_integers(Planted *p) {
    p->fn->buffers.at[0].element = LOOP_BYTE;
    p->fn->values.at[p->inside].scalar = LOOP_I32;
}
static void write_to_bytes(Planted *p) { p->fn->buffers.at[1].element = LOOP_BYTE; }
static void buffer_off_its_alignment(Planted *p) { p->fn->buffers.at[2].offset = 2; }

#define MISTAKE(plant) #plant, plant

Test(verify, planted_mistakes) {
    static const struct {
        const char *name;
        void (*plant)(Planted *);
        const char *message;
    } table[] = {
        {MISTAKE(use_before_definition), "is not defined"},
        {MISTAKE(use_after_scope), "is not in scope"},
        {MISTAKE(use_of_carry_after_loop), "is not in scope"},
        {MISTAKE(use_of_none), "operand missing"},
        {MISTAKE(use_beyond), "names what does not exist"},
        {MISTAKE(define_twice), "is defined twice"},
        {MISTAKE(result_beyond), "names what does not exist"},
        {MISTAKE(result_of_store), "gives no value"},
        {MISTAKE(unknown_operation), "names what does not exist"},
        {MISTAKE(wrong_operation), "does not exist for this type"},
        {MISTAKE(wrong_scalar), "the two operands differ in type"},
        {MISTAKE(wrong_lanes), "result and operands differ in type"},
        {MISTAKE(no_lanes), "at least one lane"},
        {MISTAKE(bits_to_wrong_type), "the operation is f32 to f32"},
        {MISTAKE(reduce_to_vector), "reduce is a vector of f32 to one f32"},
        {MISTAKE(reduce_of_integers), "reduce is a vector of f32 to one f32"},
        {MISTAKE(active_none), "active lanes of a load"},
        {MISTAKE(active_beyond), "active lanes of a load"},
        {MISTAKE(store_active_beyond), "active lanes of a store"},
        {MISTAKE(shuffle_beyond), "picks a lane that does not exist"},
        {MISTAKE(shuffle_without), "names what does not exist"},
        {MISTAKE(write_to_input), "x is read only"},
        {MISTAKE(write_to_weights), "w is read only"},
        {MISTAKE(no_such_buffer), "names what does not exist"},
        {MISTAKE(no_such_variable), "names what does not exist"},
        {MISTAKE(variable_out_of_scope), "j is not in scope"},
        {MISTAKE(term_times_zero), "i times 0"},
        {MISTAKE(terms_out_of_order), "terms out of order"},
        {MISTAKE(bound_in_own_variable), "i is not in scope"},
        {MISTAKE(no_bound), "loop without a bound"},
        {MISTAKE(one_variable_for_two), "two loops have one variable"},
        {MISTAKE(parallel_inside), "parallel inside a loop"},
        {MISTAKE(parallel_that_carries), "a parallel loop carries values"},
        {MISTAKE(unrolled_to_a_variable), "unrolled with moving bounds"},
        {MISTAKE(store_in_every_part), "stores to y outside a parallel loop"},
        {MISTAKE(carry_of_other_type), "differ in type"},
        {MISTAKE(yield_from_outside), "is not defined"},
        {MISTAKE(out_of_other_type), "differ in type"},
        {MISTAKE(carried_more), "operand missing"},
        {MISTAKE(init_defined_later), "is not defined"},
        {MISTAKE(loop_missing), "names what does not exist"},
        {MISTAKE(negative_ring), "modulus of a ring is -1"},
        {MISTAKE(buffer_of_negative_size), "x has -1 elements"},
        {MISTAKE(buffer_of_odd_alignment), "x is aligned to 12"},
        {MISTAKE(bytes_as_integers), "of bytes a load makes f32"},
        {MISTAKE(write_to_bytes), "bytes are read only"},
        {MISTAKE(buffer_off_its_alignment), "w begins at byte 2"},
    };
    Arena *arena = arena_create();
    Planted p = planted(arena);
    const char *error = loop_verify(arena, p.fn);
    cr_assert_null(error, "%s", error);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        p = planted(arena);
        table[i].plant(&p);
        error = loop_verify(arena, p.fn);
        cr_assert_not_null(error, "%s passes", table[i].name);
        cr_assert_not_null(strstr(error, table[i].message), "%s: %s", table[i].name, error);
    }
    arena_destroy(arena);
}

/* for i in lo, hi: load 4 lanes, `active` of them, of x[at + stride*((i + from) mod ring)], with x
 * of 64 elements. */
Test(verify, rings) {
    static const struct {
        int64_t lo, hi, at, ring, from, stride;
        int active;
        const char *message; /* NULL: passes */
    } table[] = {{0, 100, 0, 4, 0, 16, 4, NULL},
                 {0, 100, 12, 4, 0, 16, 4, NULL},
                 {0, 100, 13, 4, 0, 16, 4, "element 64"},
                 {0, 100, 13, 4, 0, 16, 3, NULL},
                 {0, 100, -1, 4, 0, 16, 4, "element -1"},
                 {0, 100, 0, 5, 0, 16, 4, "element 67"},
                 {0, 100, 48, 4, 0, -16, 4, NULL},
                 {0, 100, 47, 4, 0, -16, 4, "element -1"},
                 {-1, 100, 0, 4, 0, 16, 4, "ring index may be -1"},
                 {-1, 100, 0, 4, 1, 16, 4, NULL},
                 {0, 3, 28, 100, 0, 16, 4, NULL}, /* never as far as the modulus */
                 {0, 4, 28, 100, 0, 16, 4, "element 79"},
                 {0, 3, 28, 3, 0, 16, 4, NULL},
                 {0, 2, 0, 4, 0, INT64_MAX, 4, "address overflows"}};
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        LoopBuilder *b = loop_builder(arena, "f");
        uint32_t x = add_buffer(b, "x", LOOP_INPUT, 64);
        LoopVar var = loop_begin(b, LOOP_SERIAL, "i", loop_const(table[i].lo),
                                 loop_const(table[i].hi), NULL, 0);
        LoopAffine index = loop_offset(loop_var(b, var, 1), table[i].from);
        loop_load_at(b, (LoopType){LOOP_F32, 4}, table[i].active,
                     (LoopAddr){x, loop_const(table[i].at), table[i].ring, index, table[i].stride});
        loop_end(b, NULL, 0);
        const char *error = loop_verify(arena, loop_finish(b));
        cr_assert_eq(error != NULL, table[i].message != NULL, "case %zu: %s", i, error);
        if (error) cr_assert(strstr(error, table[i].message), "case %zu: %s", i, error);
    }
    arena_destroy(arena);
}

/* for i in 0, n: for j in max(i, from) .. to: load x[at + scale*j], with x of one element. */
Test(verify, empty_loops_and_overflow) {
    static const struct {
        int64_t n, from, to, at, scale;
        bool passes;
    } table[] = {{1, 0, 1, 0, 1, true},          {1, 0, 1, 1, 1, false},
                 {0, 0, 1, 1, 1, true},  /* no i */
                 {1, 1, 1, 99, 1, true}, /* no j */
                 {1, 5, -5, -99, 1, true},       {9, 0, 1, 0, 1, true},
                 {9, 0, 1, -1, 1, false},        {9, INT64_MIN, 0, 99, 1, true},
                 {2, 0, INT64_MAX, 0, 4, false}, {2, 0, INT64_MAX, INT64_MAX, 1, false},
                 {2, 0, 2, 0, INT64_MIN, false}, {2, INT64_MIN, 2, 0, INT64_MIN, false}};
    Arena *arena = arena_create();
    for (size_t k = 0; k < sizeof table / sizeof table[0]; k++) {
        LoopBuilder *b = loop_builder(arena, "f");
        uint32_t x = add_buffer(b, "x", LOOP_INPUT, 1);
        LoopVar i = loop_begin(b, LOOP_SERIAL, "i", loop_const(0), loop_const(table[k].n), NULL, 0);
        LoopAffine lo[] = {loop_var(b, i, 1), loop_const(table[k].from)};
        LoopAffine hi[] = {loop_const(table[k].to)};
        LoopVar j = loop_begin_clipped(b, "j", lo, 2, hi, 1, NULL, 0);
        loop_load(b, 1, 1, x, loop_offset(loop_var(b, j, table[k].scale), table[k].at));
        loop_end(b, NULL, 0);
        loop_end(b, NULL, 0);
        const char *error = loop_verify(arena, loop_finish(b));
        cr_assert_eq(error == NULL, table[k].passes, "case %zu: %s", k, error);
    }
    arena_destroy(arena);
}

/* 33 loops around a load are one too many. */
Test(verify, depth_is_limited) {
    Arena *arena = arena_create();
    for (int depth = 32; depth <= 33; depth++) {
        LoopBuilder *b = loop_builder(arena, "f");
        uint32_t x = add_buffer(b, "x", LOOP_INPUT, 64);
        LoopAffine at = loop_const(0);
        for (int i = 0; i < depth; i++) {
            LoopVar v = loop_begin(b, LOOP_SERIAL, "i", loop_const(0), loop_const(2), NULL, 0);
            at = loop_plus(b, at, loop_var(b, v, 1));
        }
        loop_load(b, 1, 1, x, at);
        for (int i = 0; i < depth; i++) loop_end(b, NULL, 0);
        const char *error = loop_verify(arena, loop_finish(b));
        cr_assert_eq(error == NULL, depth == 32, "%d: %s", depth, error);
    }
    arena_destroy(arena);
}

/* Random nests of up to four loops with one or two bounds each way in outer variables: whatever is
 * accepted runs without a fault. Both verdicts must be common, or the test shows nothing. */

static uint32_t next_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

static int64_t between(uint32_t *state, int64_t lo, int64_t hi) {
    return lo + (int64_t)(next_random(state) % (uint32_t)(hi - lo + 1));
}

static LoopAffine random_affine(LoopBuilder *b, uint32_t *state, int n_vars, int64_t lo,
                                int64_t hi) {
    LoopAffine a = loop_const(between(state, lo, hi));
    for (int v = 0; v < n_vars; v++)
        if (between(state, 0, 2) == 0)
            a = loop_plus(b, a, loop_var(b, (LoopVar)v, between(state, -2, 2)));
    return a;
}

static LoopFn *random_nest(Arena *arena, uint32_t *state) {
    LoopBuilder *b = loop_builder(arena, "random");
    uint32_t x = add_buffer(b, "x", LOOP_INPUT, 24);
    int depth = (int)between(state, 1, 4);
    for (int v = 0; v < depth; v++) {
        LoopAffine lo[2], hi[2];
        int n_lo = (int)between(state, 1, 2), n_hi = (int)between(state, 1, 2);
        for (int i = 0; i < n_lo; i++) lo[i] = random_affine(b, state, v, -1, 2);
        for (int i = 0; i < n_hi; i++) hi[i] = random_affine(b, state, v, 2, 5);
        loop_begin_clipped(b, "i", lo, n_lo, hi, n_hi, NULL, 0);
    }
    LoopAddr addr = {.buffer = x, .offset = random_affine(b, state, depth, -2, 24)};
    if (between(state, 0, 1)) {
        addr.ring = between(state, 1, 4);
        addr.ring_index = random_affine(b, state, depth, 0, 4);
        addr.ring_stride = between(state, -4, 4);
    }
    loop_load_at(b, (LoopType){LOOP_F32, 4}, (int)between(state, 1, 4), addr);
    for (int v = 0; v < depth; v++) loop_end(b, NULL, 0);
    return loop_finish(b);
}

Test(verify, what_is_accepted_stays_in_bounds) {
    Arena *arena = arena_create();
    uint32_t state = 1;
    float x[24] = {0};
    int accepted = 0, right_refusals = 0, wrong_refusals = 0;
    for (int i = 0; i < 4000; i++) {
        uint32_t seed = state;
        LoopFn *fn = random_nest(arena, &state);
        const char *error = loop_verify(arena, fn);
        const char *fault = loop_run(arena, fn, (void *[]){x}, true, 0, 1, NULL);
        cr_assert(error || !fault, "state %u is accepted: %s", seed, fault);
        accepted += !error;
        right_refusals += error && fault;
        wrong_refusals += error && !fault;
        arena_reset(arena);
    }
    cr_log_info("%d accepted, %d refused, %d refused without need", accepted, right_refusals,
                wrong_refusals);
    cr_assert(accepted > 500 && right_refusals > 500, "%d, %d", accepted, right_refusals);
    arena_destroy(arena);
}

/* The buffers of a program lie in its workspace, behind the stamp, and in its weights. */
Test(verify, buffers_lie_in_the_program) {
    static const struct {
        LoopSpace space;
        int64_t offset, elems;
        bool passes;
    } table[] = {{LOOP_WORKSPACE, 64, 16, true}, {LOOP_WORKSPACE, 64, 17, false},
                 {LOOP_WORKSPACE, 16, 28, true}, {LOOP_WORKSPACE, 12, 1, false},
                 {LOOP_WEIGHTS, 0, 16, true},    {LOOP_WEIGHTS, 0, 17, false},
                 {LOOP_WEIGHTS, 64, 0, true},    {LOOP_WEIGHTS, 0, INT64_MAX / 2, false},
                 {LOOP_INPUT, 0, 1000, true},    {LOOP_LOCAL, 0, 1000, true}};
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        LoopBuilder *b = loop_builder(arena, "f");
        loop_buffer(b, (LoopBuffer){.name = "m",
                                    .space = table[i].space,
                                    .offset = table[i].offset,
                                    .elems = table[i].elems,
                                    .align = 4});
        LoopProgram program = {.weights_bytes = 64, .workspace_bytes = 128};
        VEC_PUSH(arena, &program.fns, loop_finish(b));
        const char *error = loop_verify_program(arena, &program);
        cr_assert_eq(error == NULL, table[i].passes, "case %zu: %s", i, error);
    }
    arena_destroy(arena);
}
