/* The verifier of LoopFns: what it lets pass, codegen translates and the machine runs unchecked.
 *
 * One walk in program order keeps the values and variables that are in scope. Each access is
 * proved in bounds from the bounds of the loops around it (see `maximum`); what cannot be proved is
 * refused. Inside a loop that provably has no iteration every access is in bounds. */
#include "loop/loop.h"

#include "base/checked.h"
#include "loop/stmt.h"

#include <inttypes.h>
#include <stdarg.h>

enum {
    MAX_DEPTH = 32,      /* loops around a statement */
    MAX_CHOICES = 10000, /* bounds tried for one extreme */
    STAMP_BYTES = 16     /* of the workspace, before the first buffer */
};

/* constant + sum of coef[l] * the variable of the open loop l. */
typedef struct Linear {
    int64_t constant;
    int64_t coef[MAX_DEPTH];
} Linear;

typedef struct Verifier {
    Arena *arena;
    const LoopFn *fn;
    bool *seen;     /* by value: has a definition */
    bool *in_scope; /* by value: may be used here */
    bool *var_seen; /* by variable: has a loop */
    int *level;     /* by variable: index of its loop in `open`, or -1 */
    const LoopFor *open[MAX_DEPTH];
    int depth;
    int dead;             /* loops around that provably have no iteration */
    int choices;          /* left for the extreme being sought */
    const LoopStmt *stmt; /* being checked, for the message */
    const char *error;    /* the first one */
} Verifier;

/* Keeps the first error and gives false. */
__attribute__((format(printf, 2, 3))) static bool fail(Verifier *v, const char *format, ...) {
    if (v->error) return false;
    va_list args;
    va_start(args, format);
    const char *what = arena_vprintf(v->arena, format, args);
    va_end(args);
    Text where = text_in(v->arena);
    if (v->stmt) loop_print_stmt(&where, v->fn, v->stmt);
    v->error = arena_printf(v->arena, "%s%s%s: %s", v->fn->name, v->stmt ? ": " : "",
                            text_str(&where), what);
    return false;
}

/* Numbers: that a statement names only what exists, so that it can be read and printed. */

static bool affine_exists(const LoopFn *fn, const LoopAffine *affines, int n) {
    for (int i = 0; i < n; i++)
        for (int t = 0; t < affines[i].n_terms; t++)
            if (affines[i].terms[t].var >= fn->vars.len) return false;
    return true;
}

static bool values_exist(const LoopFn *fn, const LoopVal *values, int n) {
    for (int i = 0; i < n; i++)
        if (values[i] >= fn->values.len) return false;
    return true;
}

static bool stmt_exists(const LoopFn *fn, const LoopStmt *stmt) {
    if (stmt->op >= LOOP_OPS || !values_exist(fn, &stmt->result, 1)) return false;
    if (!values_exist(fn, stmt->args, loop_op_operands(stmt->op))) return false;
    if (stmt->op == LOOP_SHUFFLE) return stmt->shuffle != NULL;
    if (stmt->op <= LOOP_PREFETCH)
        return stmt->addr.buffer < fn->buffers.len && affine_exists(fn, &stmt->addr.offset, 1) &&
               affine_exists(fn, &stmt->addr.ring_index, 1);
    const LoopFor *loop = stmt->loop;
    if (stmt->op != LOOP_FOR) return true;
    return loop && loop->var < fn->vars.len && affine_exists(fn, loop->lo, loop->n_lo) &&
           affine_exists(fn, loop->hi, loop->n_hi) &&
           values_exist(fn, loop->init, loop->n_carried) &&
           values_exist(fn, loop->carry, loop->n_carried) &&
           values_exist(fn, loop->yield, loop->n_carried) &&
           values_exist(fn, loop->out, loop->n_carried);
}

/* Extremes. */

/* sum += factor * (a + offset). */
static bool add_scaled(const Verifier *v, Linear *sum, const LoopAffine *a, int64_t offset,
                       int64_t factor) {
    int64_t part;
    if (!checked_add(a->constant, offset, &part) || !checked_mul(part, factor, &part) ||
        !checked_add(sum->constant, part, &sum->constant))
        return false;
    for (int t = 0; t < a->n_terms; t++) {
        int64_t *coef = &sum->coef[v->level[a->terms[t].var]];
        if (!checked_mul(a->terms[t].coef, factor, &part) || !checked_add(*coef, part, coef))
            return false;
    }
    return true;
}

/* An upper bound of `e`, whose variables are those of the outermost `level` loops.
 *
 * In an iteration that runs, lo <= var <= hi - 1 for each lo and hi of its loop. So a variable with
 * a positive coefficient may be replaced by any hi - 1 and one with a negative coefficient by any
 * lo: each choice gives an upper bound in outer variables, and the smallest is kept. The innermost
 * variable goes first, because its bounds are in the others: max over kh in 0 .. min(3, 57 - oh) of
 * 56*(oh + kh) is 56*56 by the second bound, for every oh.
 *
 * @return false if each choice overflows, or there are too many */
static bool maximum(Verifier *v, const Linear *e, int level, int64_t *out) {
    while (level > 0 && e->coef[level - 1] == 0) level--;
    if (level == 0) {
        *out = e->constant;
        return true;
    }
    const LoopFor *loop = v->open[--level];
    int64_t coef = e->coef[level];
    const LoopAffine *bounds = coef > 0 ? loop->hi : loop->lo;
    int n = coef > 0 ? loop->n_hi : loop->n_lo;
    bool known = false;
    for (int i = 0; i < n && v->choices > 0; i++, v->choices--) {
        Linear replaced = *e;
        replaced.coef[level] = 0;
        int64_t found;
        if (add_scaled(v, &replaced, &bounds[i], coef > 0 ? -1 : 0, coef) &&
            maximum(v, &replaced, level, &found) && (!known || found < *out)) {
            *out = found;
            known = true;
        }
    }
    return known && v->choices > 0;
}

/* An upper bound of sign * (a - b) over the open loops; b may be NULL. */
static bool upper_bound(Verifier *v, int sign, const LoopAffine *a, const LoopAffine *b,
                        int64_t *out) {
    Linear e = {0};
    v->choices = MAX_CHOICES;
    return add_scaled(v, &e, a, 0, sign) && (!b || add_scaled(v, &e, b, 0, -sign)) &&
           maximum(v, &e, v->depth, out);
}

/* Bounds of a over the open loops. */
static bool range(Verifier *v, const LoopAffine *a, int64_t *lo, int64_t *hi) {
    int64_t negated;
    return upper_bound(v, 1, a, NULL, hi) && upper_bound(v, -1, a, NULL, &negated) &&
           checked_sub(0, negated, lo);
}

static bool no_iteration(Verifier *v, const LoopFor *loop) {
    for (int i = 0; i < loop->n_lo; i++)
        for (int j = 0; j < loop->n_hi; j++) {
            int64_t most;
            if (upper_bound(v, 1, &loop->hi[j], &loop->lo[i], &most) && most <= 0) return true;
        }
    return false;
}

/* Addresses. */

static bool check_affine(Verifier *v, const LoopAffine *a) {
    for (int t = 0; t < a->n_terms; t++) {
        LoopVar var = a->terms[t].var;
        if (var >= v->fn->vars.len) return fail(v, "variable number %" PRIu32 " of none", var);
        if (v->level[var] < 0) return fail(v, "%s is not in scope", v->fn->vars.at[var]);
        if (a->terms[t].coef == 0) return fail(v, "%s times 0", v->fn->vars.at[var]);
        if (t > 0 && a->terms[t - 1].var >= var) return fail(v, "terms out of order");
    }
    return true;
}

/* Adds the range of (ring_index mod ring) * ring_stride to lo .. hi. */
static bool add_ring(Verifier *v, const LoopAddr *addr, int64_t *lo, int64_t *hi) {
    int64_t first, last, reach;
    if (!range(v, &addr->ring_index, &first, &last)) return fail(v, "ring index without bounds");
    if (first < 0) return fail(v, "ring index may be %" PRId64, first);
    if (last >= addr->ring) last = addr->ring - 1, first = 0;
    if (!checked_mul(addr->ring_stride, addr->ring_stride < 0 ? first : last, &reach) ||
        !checked_add(*hi, reach, hi) ||
        !checked_mul(addr->ring_stride, addr->ring_stride < 0 ? last : first, &reach) ||
        !checked_add(*lo, reach, lo))
        return fail(v, "address overflows");
    return true;
}

static bool check_addr(Verifier *v, const LoopAddr *addr) {
    if (addr->ring < 0) return fail(v, "modulus of a ring is %" PRId64, addr->ring);
    return check_affine(v, &addr->offset) && check_affine(v, &addr->ring_index);
}

static bool check_access(Verifier *v, const LoopStmt *stmt) {
    const LoopAddr *addr = &stmt->addr;
    if (!check_addr(v, addr)) return false;
    if (stmt->op == LOOP_PREFETCH || v->dead) return true;
    const LoopBuffer *buffer = &v->fn->buffers.at[addr->buffer];
    int64_t lo, hi;
    if (!range(v, &addr->offset, &lo, &hi)) return fail(v, "address without bounds");
    if (addr->ring && !add_ring(v, addr, &lo, &hi)) return false;
    if (!checked_add(hi, stmt->active - 1, &hi)) return fail(v, "address overflows");
    if (lo < 0) return fail(v, "may touch element %" PRId64 " of %s", lo, buffer->name);
    if (hi >= buffer->elems)
        return fail(v, "may touch element %" PRId64 " of %s, which has %" PRId64, hi, buffer->name,
                    buffer->elems);
    return true;
}

static bool check_store(Verifier *v, const LoopAddr *addr) {
    const LoopBuffer *buffer = &v->fn->buffers.at[addr->buffer];
    if (buffer->space == LOOP_INPUT || buffer->space == LOOP_WEIGHTS)
        return fail(v, "%s is read only", buffer->name);
    bool parallel = v->depth > 0 && v->open[0]->kind == LOOP_PARALLEL;
    if (!parallel && buffer->space != LOOP_LOCAL)
        return fail(v, "stores to %s outside a parallel loop", buffer->name);
    return true;
}

/* Values. */

static bool check_use(Verifier *v, LoopVal value) {
    if (value == 0) return fail(v, "operand missing");
    if (!v->in_scope[value])
        return fail(v, "%%%" PRIu32 " is not %s", value, v->seen[value] ? "in scope" : "defined");
    return true;
}

static bool define(Verifier *v, LoopVal value) {
    if (value == 0) return fail(v, "result missing");
    if (v->seen[value]) return fail(v, "%%%" PRIu32 " is defined twice", value);
    v->seen[value] = v->in_scope[value] = true;
    return true;
}

static bool check_stmt(Verifier *v, const LoopStmt *stmt) {
    for (int i = 0; i < loop_op_operands(stmt->op); i++)
        if (!check_use(v, stmt->args[i])) return false;
    if (!loop_op_has_result(stmt->op) && stmt->result != 0) return fail(v, "gives no value");
    if (loop_op_has_result(stmt->op) && !define(v, stmt->result)) return false;
    const char *typing = loop_typing(v->fn, stmt);
    if (typing) return fail(v, "%s", typing);
    if (stmt->op > LOOP_PREFETCH) return true;
    return check_access(v, stmt) && (stmt->op != LOOP_STORE || check_store(v, &stmt->addr));
}

/* Loops. */

static bool check_block(Verifier *v, const LoopBlock *block);

static bool check_bounds(Verifier *v, const LoopFor *loop) {
    bool constant = true;
    if (loop->n_lo < 1 || loop->n_hi < 1) return fail(v, "loop without a bound");
    for (int i = 0; i < loop->n_lo + loop->n_hi; i++) {
        const LoopAffine *bound = i < loop->n_lo ? &loop->lo[i] : &loop->hi[i - loop->n_lo];
        if (!check_affine(v, bound)) return false;
        constant = constant && bound->n_terms == 0;
    }
    if (loop->kind == LOOP_UNROLLED && !constant) return fail(v, "unrolled with moving bounds");
    if (loop->kind == LOOP_PARALLEL && v->depth > 0) return fail(v, "parallel inside a loop");
    if (loop->kind == LOOP_PARALLEL && loop->n_carried > 0)
        return fail(v, "a parallel loop carries values");
    if (v->var_seen[loop->var]) return fail(v, "two loops have one variable");
    return true;
}

static bool same_type(Verifier *v, LoopVal a, LoopVal b) {
    LoopType s = v->fn->values.at[a], t = v->fn->values.at[b];
    if (s.scalar != t.scalar || s.lanes != t.lanes)
        return fail(v, "carried %%%" PRIu32 " and %%%" PRIu32 " differ in type", a, b);
    return true;
}

/* What the block defines goes out of scope. */
static void leave(Verifier *v, const LoopFor *loop) {
    for (size_t i = 0; i < loop->body.stmts.len; i++) {
        const LoopStmt *stmt = &loop->body.stmts.at[i];
        v->in_scope[stmt->result] = false;
        for (int c = 0; stmt->op == LOOP_FOR && c < stmt->loop->n_carried; c++)
            v->in_scope[stmt->loop->out[c]] = false;
    }
    for (int c = 0; c < loop->n_carried; c++) v->in_scope[loop->carry[c]] = false;
}

static bool check_for(Verifier *v, const LoopStmt *stmt) {
    const LoopFor *loop = stmt->loop;
    if (!check_bounds(v, loop)) return false;
    if (v->depth == MAX_DEPTH) return fail(v, "more than %d loops around it", MAX_DEPTH);
    for (int i = 0; i < loop->n_carried; i++)
        if (!check_use(v, loop->init[i])) return false;
    bool empty = no_iteration(v, loop);
    v->dead += empty;
    v->var_seen[loop->var] = true;
    v->level[loop->var] = v->depth;
    v->open[v->depth++] = loop;
    for (int i = 0; i < loop->n_carried; i++)
        if (!define(v, loop->carry[i]) || !same_type(v, loop->carry[i], loop->init[i]))
            return false;
    if (!check_block(v, &loop->body)) return false;
    v->stmt = stmt;
    for (int i = 0; i < loop->n_carried; i++)
        if (!check_use(v, loop->yield[i]) || !same_type(v, loop->yield[i], loop->init[i]))
            return false;
    leave(v, loop);
    v->dead -= empty;
    v->level[loop->var] = -1;
    v->depth--;
    for (int i = 0; i < loop->n_carried; i++)
        if (!define(v, loop->out[i]) || !same_type(v, loop->out[i], loop->init[i])) return false;
    return true;
}

static bool check_block(Verifier *v, const LoopBlock *block) {
    for (size_t i = 0; i < block->stmts.len; i++) {
        const LoopStmt *stmt = &block->stmts.at[i];
        v->stmt = NULL;
        if (!stmt_exists(v->fn, stmt)) return fail(v, "a statement names what does not exist");
        v->stmt = stmt;
        if (!(stmt->op == LOOP_FOR ? check_for(v, stmt) : check_stmt(v, stmt))) return false;
    }
    return true;
}

static bool check_buffer(Verifier *v, const LoopBuffer *buffer) {
    int64_t align = buffer->align;
    if (buffer->elems < 0)
        return fail(v, "%s has %" PRId64 " elements", buffer->name, buffer->elems);
    if (align < loop_element_size(buffer) || (align & (align - 1)) != 0)
        return fail(v, "%s is aligned to %" PRId64, buffer->name, align);
    if (buffer->offset < 0 || buffer->offset % align != 0)
        return fail(v, "%s begins at byte %" PRId64, buffer->name, buffer->offset);
    return true;
}

const char *loop_verify(Arena *arena, const LoopFn *fn) {
    Verifier v = {.arena = arena, .fn = fn};
    v.seen = ARENA_ARRAY(arena, bool, fn->values.len);
    v.in_scope = ARENA_ARRAY(arena, bool, fn->values.len);
    v.var_seen = ARENA_ARRAY(arena, bool, fn->vars.len);
    v.level = ARENA_ARRAY(arena, int, fn->vars.len);
    for (size_t i = 0; i < fn->vars.len; i++) v.level[i] = -1;
    for (size_t i = 0; i < fn->buffers.len; i++)
        if (!check_buffer(&v, &fn->buffers.at[i])) return v.error;
    check_block(&v, &fn->body);
    return v.error;
}

const char *loop_verify_program(Arena *arena, const LoopProgram *program) {
    for (size_t f = 0; f < program->fns.len; f++) {
        const LoopFn *fn = program->fns.at[f];
        const char *error = loop_verify(arena, fn);
        if (error) return error;
        for (size_t i = 0; i < fn->buffers.len; i++) {
            const LoopBuffer *buffer = &fn->buffers.at[i];
            bool work = buffer->space == LOOP_WORKSPACE;
            if (!work && buffer->space != LOOP_WEIGHTS) continue;
            int64_t end, size = work ? program->workspace_bytes : (int64_t)program->weights_bytes;
            if ((work && buffer->offset < STAMP_BYTES) ||
                !checked_mul(buffer->elems, loop_element_size(buffer), &end) ||
                !checked_add(buffer->offset, end, &end) || end > size)
                return arena_printf(arena, "%s: %s lies outside the %s", fn->name, buffer->name,
                                    work ? "workspace" : "weights");
        }
    }
    return NULL;
}
