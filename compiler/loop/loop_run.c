/* The interpreter of LoopFns: what a LoopFn means, one statement at a time.
 *
 * All values lie in one flat array of cells, a cell a lane, each value at its own place (SSA: no
 * two definitions meet), so a statement allocates nothing. Memory outside a buffer is never
 * touched, LOCAL buffers begin as NaN, and the first fault ends the run with a message. */
#include "loop/loop.h"

#include "base/checked.h"
#include "loop/stmt.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>

/* One lane; a bool is 0 or 1 in i. */
typedef union Cell {
    float f;
    int32_t i;
} Cell;

typedef struct Machine {
    Arena *arena;
    const LoopFn *fn;
    void **memory; /* by buffer */
    Cell **value;  /* by value: its first lane */
    Cell *scratch; /* as many cells as a reduction or the values of one loop need */
    int64_t *var;  /* by variable */
    bool fma;
    int part, parts;
    LoopCounts counts;
    const char *error;
} Machine;

__attribute__((format(printf, 3, 4))) static bool fault(Machine *m, const LoopStmt *stmt,
                                                        const char *format, ...) {
    va_list args;
    va_start(args, format);
    const char *what = arena_vprintf(m->arena, format, args);
    va_end(args);
    Text text = text_in(m->arena);
    text_printf(&text, "%s: ", m->fn->name);
    loop_print_stmt(&text, m->fn, stmt);
    text_printf(&text, ": %s", what);
    m->error = text_str(&text);
    return false;
}

/* Memory. */

/* Wraps on overflow: such an address is far outside any buffer that exists. */
static int64_t affine(const Machine *m, const LoopAffine *a) {
    uint64_t sum = (uint64_t)a->constant;
    for (int t = 0; t < a->n_terms; t++)
        sum += (uint64_t)a->terms[t].coef * (uint64_t)m->var[a->terms[t].var];
    return (int64_t)sum;
}

/* The address of a load or store, or NULL after a fault. */
static void *address(Machine *m, const LoopStmt *stmt) {
    const LoopAddr *addr = &stmt->addr;
    const LoopBuffer *buffer = &m->fn->buffers.at[addr->buffer];
    int64_t element = affine(m, &addr->offset);
    if (addr->ring) {
        int64_t index = affine(m, &addr->ring_index);
        if (index < 0) {
            fault(m, stmt, "ring index %" PRId64, index);
            return NULL;
        }
        uint64_t slot = (uint64_t)(index % addr->ring);
        element = (int64_t)((uint64_t)element + slot * (uint64_t)addr->ring_stride);
    }
    if (element >= 0 && element <= buffer->elems - stmt->active)
        return (char *)m->memory[addr->buffer] + element * loop_element_size(buffer);
    fault(m, stmt, "%d elements at %" PRId64 " of %s, which has %" PRId64, stmt->active, element,
          buffer->name, buffer->elems);
    return NULL;
}

static bool load(Machine *m, const LoopStmt *stmt, Cell *r, int lanes) {
    const void *from = address(m, stmt);
    if (!from) return false;
    size_t active = (size_t)stmt->active;
    if (m->fn->buffers.at[stmt->addr.buffer].element == LOOP_BYTE)
        for (size_t i = 0; i < active; i++) r[i].f = ((const unsigned char *)from)[i];
    else
        memcpy(r, from, active * sizeof *r);
    memset(r + active, 0, ((size_t)lanes - active) * sizeof *r);
    m->counts.loads += stmt->active;
    return true;
}

static bool store(Machine *m, const LoopStmt *stmt, const Cell *a) {
    void *to = address(m, stmt);
    if (!to) return false;
    memcpy(to, a, (size_t)stmt->active * sizeof *a);
    m->counts.stores += stmt->active;
    return true;
}

/* Arithmetic: r[j] of one statement, for each of n lanes. LANES gives them all and returns. */

#define LANES(member, expression)                                                                  \
    for (int j = 0; j < n; j++) r[j].member = (expression);                                        \
    return true

static bool convert(Machine *m, const LoopStmt *stmt, Cell *r, const Cell *a, int n) {
    for (int j = 0; j < n; j++) {
        if (!(a[j].f > -2147483904.0f && a[j].f < 2147483648.0f))
            return fault(m, stmt, "%.9g does not fit", (double)a[j].f);
        r[j].i = (int32_t)a[j].f;
    }
    return true;
}

static bool shift(Machine *m, const LoopStmt *stmt, Cell *r, const Cell *a, const Cell *b, int n) {
    for (int j = 0; j < n; j++) {
        if (b[j].i < 0 || b[j].i > 31) return fault(m, stmt, "count %" PRId32, b[j].i);
        uint32_t bits = (uint32_t)a[j].i;
        r[j].i = stmt->op == LOOP_SHL   ? (int32_t)(bits << b[j].i)
                 : stmt->op == LOOP_SHR ? (int32_t)(bits >> b[j].i)
                                        : a[j].i >> b[j].i;
    }
    return true;
}

static bool compare_f32(LoopPredicate predicate, Cell *r, const Cell *a, const Cell *b, int n) {
    switch (predicate) {
    case LOOP_LT: LANES(i, a[j].f < b[j].f);
    case LOOP_LE: LANES(i, a[j].f <= b[j].f);
    case LOOP_EQ: LANES(i, a[j].f == b[j].f);
    case LOOP_NE: LANES(i, a[j].f != b[j].f);
    }
    return true;
}

static bool compare_i32(LoopPredicate predicate, Cell *r, const Cell *a, const Cell *b, int n) {
    switch (predicate) {
    case LOOP_LT: LANES(i, a[j].i < b[j].i);
    case LOOP_LE: LANES(i, a[j].i <= b[j].i);
    case LOOP_EQ: LANES(i, a[j].i == b[j].i);
    case LOOP_NE: LANES(i, a[j].i != b[j].i);
    }
    return true;
}

/* The product is a statement of its own, so that no compiler contracts it with the sum. */
static bool multiply_add(Machine *m, Cell *r, const Cell *a, const Cell *b, const Cell *c, int n) {
    m->counts.fma_lanes += n;
    for (int j = 0; j < n; j++) {
        if (m->fma) {
            r[j].f = fmaf(a[j].f, b[j].f, c[j].f);
        } else {
            float product = a[j].f * b[j].f;
            r[j].f = product + c[j].f;
        }
    }
    return true;
}

static void reduce(Machine *m, LoopOp op, Cell *r, const Cell *a, int n) {
    Cell *s = m->scratch;
    memcpy(s, a, (size_t)n * sizeof *s);
    for (int half = n / 2; half > 0; half /= 2)
        for (int j = 0; j < half; j++)
            s[j].f = op == LOOP_REDUCE_ADD    ? s[j].f + s[j + half].f
                     : s[j].f > s[j + half].f ? s[j].f
                                              : s[j + half].f;
    r[0] = s[0];
}

#define WRAPPING(operator) ((int32_t)((uint32_t)a[j].i operator(uint32_t) b[j].i))

static bool arithmetic_i32(LoopOp op, Cell *r, const Cell *a, const Cell *b, int n) {
    switch (op) {
    case LOOP_ADD: LANES(i, WRAPPING(+));
    case LOOP_SUB: LANES(i, WRAPPING(-));
    default: LANES(i, WRAPPING(*));
    }
}

static bool run_stmt(Machine *m, const LoopStmt *stmt) {
    Cell *r = m->value[stmt->result];
    const Cell *a = m->value[stmt->args[0]], *b = m->value[stmt->args[1]];
    const Cell *c = m->value[stmt->args[2]];
    LoopType type = m->fn->values.at[stmt->result], of = m->fn->values.at[stmt->args[0]];
    int n = type.lanes;
    bool f32 = of.scalar == LOOP_F32;
    switch (stmt->op) {
    case LOOP_LOAD: return load(m, stmt, r, n);
    case LOOP_STORE: return store(m, stmt, a);
    case LOOP_PREFETCH: return true;
    case LOOP_CONST_F32: LANES(f, stmt->f);
    case LOOP_CONST_I32: LANES(i, stmt->i);
    case LOOP_BROADCAST: LANES(i, a[0].i);
    case LOOP_NEG: LANES(f, -a[j].f);
    case LOOP_ABS: LANES(f, fabsf(a[j].f));
    case LOOP_SQRT: LANES(f, sqrtf(a[j].f));
    case LOOP_TO_I32: return convert(m, stmt, r, a, n);
    case LOOP_TO_F32: LANES(f, (float)a[j].i);
    case LOOP_AS_I32:
    case LOOP_AS_F32: LANES(i, a[j].i);
    case LOOP_ADD:
        if (!f32) return arithmetic_i32(stmt->op, r, a, b, n);
        LANES(f, a[j].f + b[j].f);
    case LOOP_SUB:
        if (!f32) return arithmetic_i32(stmt->op, r, a, b, n);
        LANES(f, a[j].f - b[j].f);
    case LOOP_MUL:
        if (!f32) return arithmetic_i32(stmt->op, r, a, b, n);
        LANES(f, a[j].f * b[j].f);
    case LOOP_DIV: LANES(f, a[j].f / b[j].f);
    case LOOP_MIN: LANES(f, a[j].f < b[j].f ? a[j].f : b[j].f);
    case LOOP_MAX: LANES(f, a[j].f > b[j].f ? a[j].f : b[j].f);
    case LOOP_AND: LANES(i, a[j].i & b[j].i);
    case LOOP_OR: LANES(i, a[j].i | b[j].i);
    case LOOP_XOR: LANES(i, a[j].i ^ b[j].i);
    case LOOP_SHL:
    case LOOP_SHR:
    case LOOP_SAR: return shift(m, stmt, r, a, b, n);
    case LOOP_COMPARE:
        return f32 ? compare_f32(stmt->predicate, r, a, b, n)
                   : compare_i32(stmt->predicate, r, a, b, n);
    case LOOP_FMA: return multiply_add(m, r, a, b, c, n);
    case LOOP_SELECT: LANES(i, a[j].i ? b[j].i : c[j].i);
    case LOOP_SHUFFLE:
        LANES(i, stmt->shuffle[j] < of.lanes ? a[stmt->shuffle[j]].i
                                             : b[stmt->shuffle[j] - of.lanes].i);
    case LOOP_REDUCE_ADD:
    case LOOP_REDUCE_MAX: reduce(m, stmt->op, r, a, of.lanes); return true;
    case LOOP_FOR:
    case LOOP_OPS: break;
    }
    return true;
}

/* Loops. */

static size_t cells(const LoopFn *fn, LoopVal value) { return (size_t)fn->values.at[value].lanes; }

/* to[i] = from[i] for all i at once: a loop may yield its own carried values in another order. */
static void assign(Machine *m, const LoopVal *to, const LoopVal *from, int count) {
    Cell *s = m->scratch;
    for (int i = 0; i < count; s += cells(m->fn, from[i++]))
        memcpy(s, m->value[from[i]], cells(m->fn, from[i]) * sizeof *s);
    s = m->scratch;
    for (int i = 0; i < count; s += cells(m->fn, to[i++]))
        memcpy(m->value[to[i]], s, cells(m->fn, to[i]) * sizeof *s);
}

/* floor(part * trips / parts) without a large product. */
static int64_t part_begin(int64_t trips, int part, int parts) {
    return trips / parts * part + trips % parts * part / parts;
}

static bool run_block(Machine *m, const LoopBlock *block);

static bool run_for(Machine *m, const LoopFor *loop) {
    int64_t lo = affine(m, &loop->lo[0]), hi = affine(m, &loop->hi[0]);
    for (int i = 1; i < loop->n_lo; i++) {
        int64_t bound = affine(m, &loop->lo[i]);
        if (bound > lo) lo = bound;
    }
    for (int i = 1; i < loop->n_hi; i++) {
        int64_t bound = affine(m, &loop->hi[i]);
        if (bound < hi) hi = bound;
    }
    if (loop->kind == LOOP_PARALLEL && lo < hi) {
        int64_t trips = hi - lo;
        hi = lo + part_begin(trips, m->part + 1, m->parts);
        lo = lo + part_begin(trips, m->part, m->parts);
    }
    assign(m, loop->carry, loop->init, loop->n_carried);
    for (int64_t i = lo; i < hi; i++) {
        m->var[loop->var] = i;
        if (!run_block(m, &loop->body)) return false;
        assign(m, loop->carry, loop->yield, loop->n_carried);
    }
    assign(m, loop->out, loop->carry, loop->n_carried);
    return true;
}

static bool run_block(Machine *m, const LoopBlock *block) {
    for (size_t i = 0; i < block->stmts.len; i++) {
        const LoopStmt *stmt = &block->stmts.at[i];
        if (!(stmt->op == LOOP_FOR ? run_for(m, stmt->loop) : run_stmt(m, stmt))) return false;
    }
    return true;
}

/* The given buffers, and new LOCAL ones that are NaN throughout. */
static void **memory_of(Arena *arena, const LoopFn *fn, void *const *buffers) {
    void **memory = ARENA_ARRAY(arena, void *, fn->buffers.len);
    for (size_t i = 0; i < fn->buffers.len; i++) {
        memory[i] = buffers[i];
        if (fn->buffers.at[i].space != LOOP_LOCAL) continue;
        size_t elems = (size_t)fn->buffers.at[i].elems;
        float *local = memory[i] = ARENA_ARRAY(arena, float, elems);
        for (size_t e = 0; e < elems; e++) local[e] = NAN;
    }
    return memory;
}

const char *loop_run(Arena *arena, const LoopFn *fn, void *const *buffers, bool fma, int part,
                     int parts, LoopCounts *counts) {
    assert(part >= 0 && part < parts);
    Machine m = {.arena = arena, .fn = fn, .fma = fma, .part = part, .parts = parts};
    size_t total = 0;
    for (LoopVal v = 0; v < fn->values.len; v++) total += cells(fn, v);
    m.value = ARENA_ARRAY(arena, Cell *, fn->values.len);
    m.scratch = ARENA_ARRAY(arena, Cell, total);
    m.var = ARENA_ARRAY(arena, int64_t, fn->vars.len);
    m.memory = memory_of(arena, fn, buffers);
    Cell *next = ARENA_ARRAY(arena, Cell, total);
    for (LoopVal v = 0; v < fn->values.len; next += cells(fn, v++)) m.value[v] = next;
    run_block(&m, &fn->body);
    if (counts) {
        counts->fma_lanes += m.counts.fma_lanes;
        counts->loads += m.counts.loads;
        counts->stores += m.counts.stores;
    }
    return m.error;
}
