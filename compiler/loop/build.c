/* Building LoopFns. Every statement goes to the end of the innermost open loop; a value or variable
 * out of scope and an operand of the wrong type are faults of the caller, and asserted here. */
#include "loop/build.h"

#include "base/checked.h"
#include "loop/stmt.h"

#include <assert.h>

struct LoopBuilder {
    LoopFn *fn;
    VEC(LoopFor *) open; /* outermost first */
};

LoopBuilder *loop_builder(Arena *arena, const char *name) {
    LoopBuilder *b = ARENA_NEW(arena, LoopBuilder);
    b->fn = ARENA_NEW(arena, LoopFn);
    b->fn->arena = arena;
    b->fn->name = arena_strdup(arena, name);
    VEC_PUSH(arena, &b->fn->values, (LoopType){0}); /* entry 0 of both is none */
    return b;
}

LoopFn *loop_finish(LoopBuilder *b) {
    assert(b->open.len == 0);
    return b->fn;
}

uint32_t loop_buffer(LoopBuilder *b, LoopBuffer buffer) {
    buffer.name = arena_strdup(b->fn->arena, buffer.name);
    VEC_PUSH(b->fn->arena, &b->fn->buffers, buffer);
    return (uint32_t)b->fn->buffers.len - 1;
}

int loop_lanes(const LoopBuilder *b, LoopVal value) { return b->fn->values.at[value].lanes; }

/* Affine expressions. */

static int64_t sum(int64_t a, int64_t b) {
    int64_t r = 0;
    bool fits = checked_add(a, b, &r);
    assert(fits);
    (void)fits;
    return r;
}

static int64_t product(int64_t a, int64_t b) {
    int64_t r = 0;
    bool fits = checked_mul(a, b, &r);
    assert(fits);
    (void)fits;
    return r;
}

LoopAffine loop_const(int64_t constant) { return (LoopAffine){.constant = constant}; }

LoopAffine loop_var(LoopBuilder *b, LoopVar var, int64_t coef) {
    if (coef == 0) return loop_const(0);
    LoopTerm *term = ARENA_NEW(b->fn->arena, LoopTerm);
    *term = (LoopTerm){var, coef};
    return (LoopAffine){.terms = term, .n_terms = 1};
}

LoopAffine loop_plus(LoopBuilder *b, LoopAffine a, LoopAffine c) {
    LoopAffine r = {.constant = sum(a.constant, c.constant)};
    r.terms = ARENA_ARRAY(b->fn->arena, LoopTerm, (size_t)a.n_terms + (size_t)c.n_terms);
    for (int i = 0, j = 0; i < a.n_terms || j < c.n_terms;) {
        LoopTerm term;
        if (j == c.n_terms || (i < a.n_terms && a.terms[i].var < c.terms[j].var)) {
            term = a.terms[i++];
        } else if (i == a.n_terms || c.terms[j].var < a.terms[i].var) {
            term = c.terms[j++];
        } else {
            term = (LoopTerm){a.terms[i].var, sum(a.terms[i].coef, c.terms[j].coef)};
            i++, j++;
        }
        if (term.coef != 0) r.terms[r.n_terms++] = term;
    }
    return r;
}

LoopAffine loop_offset(LoopAffine a, int64_t constant) {
    a.constant = sum(a.constant, constant);
    return a;
}

LoopAffine loop_scale(LoopBuilder *b, LoopAffine a, int64_t factor) {
    if (factor == 0) return loop_const(0);
    LoopAffine r = {.constant = product(a.constant, factor), .n_terms = a.n_terms};
    r.terms = ARENA_ARRAY(b->fn->arena, LoopTerm, (size_t)a.n_terms);
    for (int i = 0; i < a.n_terms; i++)
        r.terms[i] = (LoopTerm){a.terms[i].var, product(a.terms[i].coef, factor)};
    return r;
}

/* Asserts that each variable belongs to an open loop. */
static void check_scope(const LoopBuilder *b, LoopAffine a) {
    for (int t = 0; t < a.n_terms; t++) {
        bool open = false;
        for (size_t i = 0; i < b->open.len; i++) open |= b->open.at[i]->var == a.terms[t].var;
        assert(open);
    }
}

/* Loops. */

static LoopBlock *block(LoopBuilder *b) {
    return b->open.len ? &b->open.at[b->open.len - 1]->body : &b->fn->body;
}

static LoopVal new_value(LoopBuilder *b, LoopType type) {
    VEC_PUSH(b->fn->arena, &b->fn->values, type);
    return (LoopVal)b->fn->values.len - 1;
}

static LoopAffine *copied_bounds(LoopBuilder *b, const LoopAffine *bounds, int n) {
    LoopAffine *copy = ARENA_ARRAY(b->fn->arena, LoopAffine, (size_t)n);
    for (int i = 0; i < n; i++) {
        check_scope(b, bounds[i]);
        copy[i] = bounds[i];
    }
    return copy;
}

static LoopVar open_loop(LoopBuilder *b, LoopFor loop, const char *name, LoopVal *carried) {
    Arena *arena = b->fn->arena;
    assert(loop.kind != LOOP_PARALLEL || b->open.len == 0);
    assert(loop.n_lo >= 1 && loop.n_hi >= 1);
    LoopFor *opened = ARENA_NEW(arena, LoopFor);
    *opened = loop;
    size_t n = (size_t)loop.n_carried;
    opened->var = (LoopVar)b->fn->vars.len;
    opened->lo = copied_bounds(b, loop.lo, loop.n_lo);
    opened->hi = copied_bounds(b, loop.hi, loop.n_hi);
    opened->init = ARENA_ARRAY(arena, LoopVal, n);
    opened->carry = ARENA_ARRAY(arena, LoopVal, n);
    opened->yield = ARENA_ARRAY(arena, LoopVal, n);
    opened->out = ARENA_ARRAY(arena, LoopVal, n);
    for (size_t i = 0; i < n; i++) {
        opened->init[i] = carried[i];
        carried[i] = opened->carry[i] = new_value(b, b->fn->values.at[carried[i]]);
    }
    VEC_PUSH(arena, &b->fn->vars, arena_strdup(arena, name));
    VEC_PUSH(arena, &block(b)->stmts, (LoopStmt){.op = LOOP_FOR, .loop = opened});
    VEC_PUSH(arena, &b->open, opened);
    return opened->var;
}

LoopVar loop_begin(LoopBuilder *b, LoopForKind kind, const char *name, LoopAffine lo, LoopAffine hi,
                   LoopVal *carried, int n) {
    LoopFor loop = {.kind = kind, .lo = &lo, .n_lo = 1, .hi = &hi, .n_hi = 1, .n_carried = n};
    return open_loop(b, loop, name, carried);
}

LoopVar loop_begin_clipped(LoopBuilder *b, const char *name, const LoopAffine *lo, int n_lo,
                           const LoopAffine *hi, int n_hi, LoopVal *carried, int n) {
    LoopFor loop = {.kind = LOOP_SERIAL, .n_lo = n_lo, .n_hi = n_hi, .n_carried = n};
    loop.lo = (LoopAffine *)lo; /* only read: open_loop copies */
    loop.hi = (LoopAffine *)hi;
    return open_loop(b, loop, name, carried);
}

void loop_end(LoopBuilder *b, LoopVal *carried, int n) {
    assert(b->open.len > 0);
    LoopFor *loop = b->open.at[--b->open.len];
    assert(n == loop->n_carried);
    for (int i = 0; i < n; i++) {
        LoopType type = b->fn->values.at[carried[i]], of = b->fn->values.at[loop->init[i]];
        assert(type.scalar == of.scalar && type.lanes == of.lanes);
        (void)of;
        loop->yield[i] = carried[i];
        carried[i] = loop->out[i] = new_value(b, type);
    }
}

/* Operations. */

/* Appends the statement and gives its result, of type `type`, if it has one. */
static LoopVal append(LoopBuilder *b, LoopStmt stmt, LoopType type) {
    for (int i = 0; i < loop_op_operands(stmt.op); i++)
        assert(stmt.args[i] > 0 && stmt.args[i] < b->fn->values.len);
    if (loop_op_has_result(stmt.op)) stmt.result = new_value(b, type);
    assert(loop_typing(b->fn, &stmt) == NULL);
    VEC_PUSH(b->fn->arena, &block(b)->stmts, stmt);
    return stmt.result;
}

static LoopType type_of(const LoopBuilder *b, LoopVal value) { return b->fn->values.at[value]; }

static void check_addr(const LoopBuilder *b, const LoopAddr *addr) {
    assert(addr->buffer < b->fn->buffers.len);
    check_scope(b, addr->offset);
    check_scope(b, addr->ring_index);
}

LoopVal loop_load_at(LoopBuilder *b, LoopType type, int active, LoopAddr addr) {
    check_addr(b, &addr);
    return append(b, (LoopStmt){.op = LOOP_LOAD, .active = active, .addr = addr}, type);
}

void loop_store_at(LoopBuilder *b, LoopVal value, int active, LoopAddr addr) {
    check_addr(b, &addr);
    LoopStmt stmt = {.op = LOOP_STORE, .args = {value}, .active = active, .addr = addr};
    append(b, stmt, (LoopType){0});
}

LoopVal loop_load(LoopBuilder *b, int lanes, int active, uint32_t buffer, LoopAffine offset) {
    return loop_load_at(b, (LoopType){LOOP_F32, lanes}, active,
                        (LoopAddr){.buffer = buffer, .offset = offset});
}

LoopVal loop_load_i32(LoopBuilder *b, int lanes, int active, uint32_t buffer, LoopAffine offset) {
    return loop_load_at(b, (LoopType){LOOP_I32, lanes}, active,
                        (LoopAddr){.buffer = buffer, .offset = offset});
}

void loop_store(LoopBuilder *b, LoopVal value, int active, uint32_t buffer, LoopAffine offset) {
    loop_store_at(b, value, active, (LoopAddr){.buffer = buffer, .offset = offset});
}

void loop_prefetch(LoopBuilder *b, uint32_t buffer, LoopAffine offset) {
    LoopAddr addr = {.buffer = buffer, .offset = offset};
    check_addr(b, &addr);
    append(b, (LoopStmt){.op = LOOP_PREFETCH, .addr = addr}, (LoopType){0});
}

LoopVal loop_f32(LoopBuilder *b, int lanes, float value) {
    return append(b, (LoopStmt){.op = LOOP_CONST_F32, .f = value}, (LoopType){LOOP_F32, lanes});
}

LoopVal loop_i32(LoopBuilder *b, int lanes, int32_t value) {
    return append(b, (LoopStmt){.op = LOOP_CONST_I32, .i = value}, (LoopType){LOOP_I32, lanes});
}

LoopVal loop_broadcast(LoopBuilder *b, LoopVal scalar, int lanes) {
    return append(b, (LoopStmt){.op = LOOP_BROADCAST, .args = {scalar}},
                  (LoopType){type_of(b, scalar).scalar, lanes});
}

LoopVal loop_unary(LoopBuilder *b, LoopOp op, LoopVal a) {
    assert(op >= LOOP_NEG && op <= LOOP_AS_F32);
    bool i32 = op == LOOP_TO_I32 || op == LOOP_AS_I32;
    return append(b, (LoopStmt){.op = op, .args = {a}},
                  (LoopType){i32 ? LOOP_I32 : LOOP_F32, loop_lanes(b, a)});
}

LoopVal loop_binary(LoopBuilder *b, LoopOp op, LoopVal a, LoopVal c) {
    assert(op >= LOOP_ADD && op <= LOOP_SAR);
    return append(b, (LoopStmt){.op = op, .args = {a, c}}, type_of(b, a));
}

LoopVal loop_compare(LoopBuilder *b, LoopPredicate predicate, LoopVal a, LoopVal c) {
    return append(b, (LoopStmt){.op = LOOP_COMPARE, .args = {a, c}, .predicate = predicate},
                  (LoopType){LOOP_BOOL, loop_lanes(b, a)});
}

LoopVal loop_fma(LoopBuilder *b, LoopVal a, LoopVal c, LoopVal addend) {
    return append(b, (LoopStmt){.op = LOOP_FMA, .args = {a, c, addend}}, type_of(b, a));
}

LoopVal loop_select(LoopBuilder *b, LoopVal condition, LoopVal yes, LoopVal no) {
    return append(b, (LoopStmt){.op = LOOP_SELECT, .args = {condition, yes, no}}, type_of(b, yes));
}

LoopVal loop_shuffle(LoopBuilder *b, LoopVal a, LoopVal c, const uint8_t *lanes, int n) {
    uint8_t *copy = arena_alloc(b->fn->arena, (size_t)n);
    memcpy(copy, lanes, (size_t)n);
    return append(b, (LoopStmt){.op = LOOP_SHUFFLE, .args = {a, c}, .shuffle = copy},
                  (LoopType){type_of(b, a).scalar, n});
}

LoopVal loop_reduce(LoopBuilder *b, LoopOp op, LoopVal vector) {
    assert(op == LOOP_REDUCE_ADD || op == LOOP_REDUCE_MAX);
    return append(b, (LoopStmt){.op = op, .args = {vector}}, (LoopType){LOOP_F32, 1});
}
