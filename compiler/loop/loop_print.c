/* The readable form of a LoopFn: its buffers, then one statement a line, nested by indentation.
 *
 * What is not the common case is shown after the statement: `active 5` when a load or store touches
 * less than its lanes, `(index mod m)` in the address of a ring, `part` and `unrolled` at a loop.
 */
#include "loop/loop.h"

#include "loop/stmt.h"

#include <inttypes.h>

typedef struct Printer {
    Text *out;
    const LoopFn *fn;
} Printer;

static const char *const scalar_names[] = {"f32", "i32", "bool"};
static const char *const predicate_names[] = {"lt", "le", "eq", "ne"};

static void print_type(Text *out, LoopType type) {
    text_puts(out, scalar_names[type.scalar]);
    if (type.lanes > 1) text_printf(out, "x%d", type.lanes);
}

static void print_values(Text *out, const LoopVal *values, int n) {
    for (int i = 0; i < n; i++) text_printf(out, "%s%%%" PRIu32, i ? ", " : "", values[i]);
}

/* 56*y - x + 3, terms in ascending order of variable, so outer loops first. */
static void print_affine(const Printer *p, const LoopAffine *a) {
    for (int i = 0; i < a->n_terms; i++) {
        int64_t coef = a->terms[i].coef;
        uint64_t size = coef < 0 ? -(uint64_t)coef : (uint64_t)coef;
        text_puts(p->out, coef < 0 ? (i ? " - " : "-") : i ? " + " : "");
        if (size != 1) text_printf(p->out, "%" PRIu64 "*", size);
        text_puts(p->out, p->fn->vars.at[a->terms[i].var]);
    }
    uint64_t size = a->constant < 0 ? -(uint64_t)a->constant : (uint64_t)a->constant;
    if (a->n_terms == 0)
        text_printf(p->out, "%" PRId64, a->constant);
    else if (size)
        text_printf(p->out, " %c %" PRIu64, a->constant < 0 ? '-' : '+', size);
}

/* x[56*y], x[64*c + 512*((y + kh) mod 3)] */
static void print_addr(const Printer *p, const LoopAddr *addr) {
    text_printf(p->out, " %s[", p->fn->buffers.at[addr->buffer].name);
    bool zero = addr->offset.n_terms == 0 && addr->offset.constant == 0;
    if (!addr->ring || !zero) print_affine(p, &addr->offset);
    if (addr->ring) {
        text_printf(p->out, "%s%" PRId64 "*((", zero ? "" : " + ", addr->ring_stride);
        print_affine(p, &addr->ring_index);
        text_printf(p->out, ") mod %" PRId64 ")", addr->ring);
    }
    text_puts(p->out, "]");
}

static void print_active(const Printer *p, const LoopStmt *stmt, LoopType type) {
    if (stmt->active != type.lanes) text_printf(p->out, " active %d", stmt->active);
}

static void print_shuffle(const Printer *p, const LoopStmt *stmt, int lanes) {
    text_puts(p->out, " [");
    for (int i = 0; i < lanes; i++) text_printf(p->out, "%s%d", i ? " " : "", stmt->shuffle[i]);
    text_puts(p->out, "]");
}

static void print_stmt(const Printer *p, const LoopStmt *stmt) {
    Text *out = p->out;
    LoopType type = p->fn->values.at[stmt->result];
    if (loop_op_has_result(stmt->op)) text_printf(out, "%%%" PRIu32 " = ", stmt->result);
    switch (stmt->op) {
    case LOOP_LOAD:
        text_puts(out, "load ");
        print_type(out, type);
        print_addr(p, &stmt->addr);
        print_active(p, stmt, type);
        return;
    case LOOP_STORE:
        text_puts(out, "store");
        print_addr(p, &stmt->addr);
        text_printf(out, " %%%" PRIu32, stmt->args[0]);
        print_active(p, stmt, p->fn->values.at[stmt->args[0]]);
        return;
    case LOOP_PREFETCH:
        text_puts(out, "prefetch");
        print_addr(p, &stmt->addr);
        return;
    case LOOP_CONST_F32:
        print_type(out, type);
        text_printf(out, " %.9g", (double)stmt->f);
        return;
    case LOOP_CONST_I32:
        print_type(out, type);
        text_printf(out, " %" PRId32, stmt->i);
        return;
    case LOOP_BROADCAST:
        text_puts(out, "broadcast ");
        print_type(out, type);
        text_printf(out, " %%%" PRIu32, stmt->args[0]);
        return;
    default:
        text_puts(out, loop_op_name(stmt->op));
        if (stmt->op == LOOP_COMPARE) text_printf(out, " %s", predicate_names[stmt->predicate]);
        for (int i = 0; i < loop_op_operands(stmt->op); i++)
            text_printf(out, " %%%" PRIu32, stmt->args[i]);
        if (stmt->op == LOOP_SHUFFLE) print_shuffle(p, stmt, type.lanes);
    }
}

static void print_bound(const Printer *p, const char *of, const LoopAffine *bounds, int n) {
    if (n > 1) text_printf(p->out, "%s(", of);
    for (int i = 0; i < n; i++) {
        if (i) text_puts(p->out, ", ");
        print_affine(p, &bounds[i]);
    }
    if (n > 1) text_puts(p->out, ")");
}

/* %6 = for ic in max(0, 1 - oh), 64 with %2 = %1: */
static void print_for(const Printer *p, const LoopFor *loop) {
    static const char *const opening[] = {"", "unrolled(", "part("};
    Text *out = p->out;
    if (loop->n_carried) {
        print_values(out, loop->out, loop->n_carried);
        text_puts(out, " = ");
    }
    text_printf(out, "for %s in %s", p->fn->vars.at[loop->var], opening[loop->kind]);
    print_bound(p, "max", loop->lo, loop->n_lo);
    text_puts(out, ", ");
    print_bound(p, "min", loop->hi, loop->n_hi);
    if (loop->kind != LOOP_SERIAL) text_puts(out, ")");
    if (loop->n_carried) {
        text_puts(out, " with ");
        print_values(out, loop->carry, loop->n_carried);
        text_puts(out, " = ");
        print_values(out, loop->init, loop->n_carried);
    }
    text_puts(out, ":");
}

static void print_line(const Printer *p, const LoopStmt *stmt) {
    if (stmt->op == LOOP_FOR)
        print_for(p, stmt->loop);
    else
        print_stmt(p, stmt);
}

void loop_print_stmt(Text *out, const LoopFn *fn, const LoopStmt *stmt) {
    Printer p = {out, fn};
    print_line(&p, stmt);
}

static void print_block(const Printer *p, const LoopBlock *block, size_t depth) {
    for (size_t i = 0; i < block->stmts.len; i++) {
        const LoopStmt *stmt = &block->stmts.at[i];
        text_fill(p->out, ' ', 2 * depth);
        print_line(p, stmt);
        text_puts(p->out, "\n");
        if (stmt->op != LOOP_FOR) continue;
        print_block(p, &stmt->loop->body, depth + 1);
        if (stmt->loop->n_carried) {
            text_fill(p->out, ' ', 2 * depth + 2);
            text_puts(p->out, "yield ");
            print_values(p->out, stmt->loop->yield, stmt->loop->n_carried);
            text_puts(p->out, "\n");
        }
    }
}

/* buffer x: input 0, 3136 elements, align 4 */
static void print_buffer(Text *out, const LoopBuffer *buffer) {
    static const char *const spaces[] = {"input", "output", "workspace", "weights", "local"};
    text_printf(out, "  buffer %s: %s", buffer->name, spaces[buffer->space]);
    if (buffer->space <= LOOP_OUTPUT) text_printf(out, " %" PRIu32, buffer->index);
    bool in_one = buffer->space == LOOP_WORKSPACE || buffer->space == LOOP_WEIGHTS;
    if (in_one || buffer->offset > 0) text_printf(out, " + %" PRId64, buffer->offset);
    text_printf(out, ", %" PRId64 " %s, align %" PRId64 "\n", buffer->elems,
                buffer->element == LOOP_BYTE ? "bytes" : "elements", buffer->align);
}

void loop_print(Text *out, const LoopFn *fn) {
    Printer p = {out, fn};
    text_printf(out, "fn %s:\n", fn->name);
    for (size_t i = 0; i < fn->buffers.len; i++) print_buffer(out, &fn->buffers.at[i]);
    print_block(&p, &fn->body, 1);
}
