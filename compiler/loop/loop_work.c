/* How much a LoopFn does, estimated from its loops: exact where bounds are constant. */
#include "base/checked.h"
#include "loop/loop.h"

static int64_t times(int64_t a, int64_t b) {
    int64_t product;
    return checked_mul(a, b, &product) ? product : INT64_MAX;
}

static int64_t plus(int64_t a, int64_t b) {
    int64_t sum;
    return checked_add(a, b, &sum) ? sum : INT64_MAX;
}

/* Where bounds move with outer variables, those at 0; never none. */
static int64_t trips(const LoopFor *loop) {
    int64_t lo = loop->lo[0].constant, hi = loop->hi[0].constant, n;
    for (int i = 1; i < loop->n_lo; i++)
        if (loop->lo[i].constant > lo) lo = loop->lo[i].constant;
    for (int i = 1; i < loop->n_hi; i++)
        if (loop->hi[i].constant < hi) hi = loop->hi[i].constant;
    return checked_sub(hi, lo, &n) && n > 1 ? n : 1;
}

static int64_t statements(const LoopBlock *block) {
    int64_t sum = 0;
    for (size_t i = 0; i < block->stmts.len; i++) {
        const LoopStmt *s = &block->stmts.at[i];
        int64_t n = s->op == LOOP_FOR ? times(trips(s->loop), statements(&s->loop->body)) : 1;
        sum = plus(sum, n);
    }
    return sum;
}

LoopWork loop_work(const LoopFn *fn) {
    LoopWork work = {.statements = statements(&fn->body), .parts = 1};
    for (size_t i = 0; i < fn->body.stmts.len; i++) {
        const LoopStmt *s = &fn->body.stmts.at[i];
        if (s->op != LOOP_FOR || s->loop->kind != LOOP_PARALLEL) continue;
        int64_t n = trips(s->loop);
        if (n > work.parts) work.parts = n;
    }
    return work;
}
