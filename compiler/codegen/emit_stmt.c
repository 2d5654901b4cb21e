/* Statements: loops, and the dispatch to memory and value operations.
 *
 * A loop tests at its end; one that may be empty is guarded by a test before. Each carried value is
 * a phi. What has constant bounds and at most one iteration, or is UNROLLED, becomes copies of the
 * body in which the variable is a constant.
 *
 *     for v in lo, hi with %2 = %1:        before:
 *       ...                                  br (lo < hi), loop, after       only if it may be
 * empty yield %4                     ->    loop: v = phi lo, v1;  %2 = phi %1, %4
 *                                            ...
 *                                            v1 = v + 1;  br (v1 < hi), loop, after
 *                                          after:
 *                                            %5 = %4, or phi %1, %4 if guarded */
#include "codegen/emit.h"

#include <assert.h>
#include <llvm-c/DebugInfo.h>
#include <string.h>

/* What the loop runs over: constant, or known at run time only. */
typedef struct Bounds {
    bool constant;
    int64_t lo, hi; /* if constant */
    LLVMValueRef lo_value, hi_value;
} Bounds;

/* The largest (smallest) of n affine expressions. */
static LLVMValueRef emit_extreme(FnEmit *e, const LoopAffine *list, int n, LLVMIntPredicate keep) {
    LLVMBuilderRef b = e->ir->builder;
    LLVMValueRef best = emit_affine(e, &list[0]);
    for (int i = 1; i < n; i++) {
        LLVMValueRef next = emit_affine(e, &list[i]);
        best = LLVMBuildSelect(b, LLVMBuildICmp(b, keep, best, next, ""), best, next, "");
    }
    return best;
}

static bool constant_bounds(const FnEmit *e, const LoopFor *f, int64_t *lo, int64_t *hi) {
    int64_t value;
    *lo = INT64_MIN;
    *hi = INT64_MAX;
    for (int i = 0; i < f->n_lo; i++) {
        if (!affine_is_constant(e, &f->lo[i], &value)) return false;
        if (value > *lo) *lo = value;
    }
    for (int i = 0; i < f->n_hi; i++) {
        if (!affine_is_constant(e, &f->hi[i], &value)) return false;
        if (value < *hi) *hi = value;
    }
    return true;
}

/* lo + floor(part*(hi - lo)/parts), in 64 bit; 0 iterations are shared as 0. */
static LLVMValueRef emit_share(FnEmit *e, LLVMValueRef lo, LLVMValueRef count, LLVMValueRef part) {
    LLVMBuilderRef b = e->ir->builder;
    LLVMValueRef parts = LLVMBuildZExt(b, LLVMGetParam(e->function, 2), e->ir->i64, "");
    LLVMValueRef done = LLVMBuildUDiv(b, LLVMBuildMul(b, part, count, ""), parts, "");
    return LLVMBuildAdd(b, lo, done, "");
}

static void share_bounds(FnEmit *e, Bounds *bounds) {
    LLVMBuilderRef b = e->ir->builder;
    LLVMValueRef lo = bounds->lo_value, zero = ir_int(e->ir, 0);
    LLVMValueRef part = LLVMBuildZExt(b, LLVMGetParam(e->function, 1), e->ir->i64, "");
    LLVMValueRef count = LLVMBuildSub(b, bounds->hi_value, lo, "");
    LLVMValueRef some = LLVMBuildICmp(b, LLVMIntSGT, count, zero, "");
    count = LLVMBuildSelect(b, some, count, zero, "");
    bounds->lo_value = emit_share(e, lo, count, part);
    part = LLVMBuildAdd(b, part, ir_int(e->ir, 1), "");
    bounds->hi_value = emit_share(e, lo, count, part);
    bounds->constant = false;
}

static Bounds emit_bounds(FnEmit *e, const LoopFor *f) {
    Bounds bounds = {0};
    bounds.constant = constant_bounds(e, f, &bounds.lo, &bounds.hi);
    if (bounds.constant) {
        bounds.lo_value = ir_int(e->ir, bounds.lo);
        bounds.hi_value = ir_int(e->ir, bounds.hi);
    } else {
        bounds.lo_value = emit_extreme(e, f->lo, f->n_lo, LLVMIntSGT);
        bounds.hi_value = emit_extreme(e, f->hi, f->n_hi, LLVMIntSLT);
    }
    if (f->kind == LOOP_PARALLEL) share_bounds(e, &bounds);
    return bounds;
}

/* A copy of the values numbered by `vals`: what they are now. */
static LLVMValueRef *values_now(FnEmit *e, const LoopVal *vals, int n) {
    LLVMValueRef *now = ARENA_ARRAY(e->ir->arena, LLVMValueRef, (size_t)n);
    for (int i = 0; i < n; i++) now[i] = e->values[vals[i]];
    return now;
}

static void set_values(FnEmit *e, const LoopVal *vals, LLVMValueRef *now, int n) {
    for (int i = 0; i < n; i++) e->values[vals[i]] = now[i];
}

static void emit_copies(FnEmit *e, const LoopFor *f, int64_t lo, int64_t hi) {
    LLVMValueRef *now = values_now(e, f->init, f->n_carried);
    for (int64_t i = lo; i < hi; i++) {
        e->constants[f->var] = i;
        set_values(e, f->carry, now, f->n_carried);
        emit_block(e, &f->body);
        now = values_now(e, f->yield, f->n_carried);
    }
    set_values(e, f->out, now, f->n_carried);
}

/* The loop's own metadata node: !0 = distinct !{!0, no unrolling, no vectorising}. */
static void forbid_loop_passes(Ir *ir, LLVMValueRef branch) {
    static const char UNROLL[] = "llvm.loop.unroll.disable";
    static const char VECTORIZE[] = "llvm.loop.vectorize.enable";
    LLVMContextRef c = ir->context;
    LLVMMetadataRef unroll = LLVMMDStringInContext2(c, UNROLL, strlen(UNROLL));
    LLVMMetadataRef vectorize[] = {
        LLVMMDStringInContext2(c, VECTORIZE, strlen(VECTORIZE)),
        LLVMValueAsMetadata(LLVMConstInt(ir->i1, 0, false)),
    };
    LLVMMetadataRef itself = LLVMTemporaryMDNode(c, NULL, 0);
    LLVMMetadataRef all[] = {itself, LLVMMDNodeInContext2(c, &unroll, 1),
                             LLVMMDNodeInContext2(c, vectorize, 2)};
    LLVMMetadataRef node = LLVMMDNodeInContext2(c, all, 3);
    LLVMMetadataReplaceAllUsesWith(itself, node);
    LLVMSetMetadata(branch, LLVMGetMDKindIDInContext(c, "llvm.loop", 9),
                    LLVMMetadataAsValue(c, node));
}

/* A phi with its first value. */
static LLVMValueRef phi_from(Ir *ir, LLVMValueRef value, LLVMBasicBlockRef from) {
    LLVMValueRef phi = LLVMBuildPhi(ir->builder, LLVMTypeOf(value), "");
    LLVMAddIncoming(phi, &value, &from, 1);
    return phi;
}

static void emit_loop(FnEmit *e, const LoopFor *f, const Bounds *bounds) {
    Ir *ir = e->ir;
    LLVMBuilderRef b = ir->builder;
    bool guarded = !bounds->constant;
    LLVMBasicBlockRef before = LLVMGetInsertBlock(b);
    LLVMBasicBlockRef head = ir_block(ir, e->function, e->fn->vars.at[f->var]);
    LLVMBasicBlockRef after = ir_block(ir, e->function, "");
    if (guarded) {
        LLVMValueRef some = LLVMBuildICmp(b, LLVMIntSLT, bounds->lo_value, bounds->hi_value, "");
        LLVMBuildCondBr(b, some, head, after);
    } else {
        LLVMBuildBr(b, head);
    }

    LLVMValueRef *init = values_now(e, f->init, f->n_carried);
    ir_at_end(ir, head);
    LLVMValueRef counter = phi_from(ir, bounds->lo_value, before);
    for (int i = 0; i < f->n_carried; i++) e->values[f->carry[i]] = phi_from(ir, init[i], before);
    LLVMValueRef *phis = values_now(e, f->carry, f->n_carried);
    level_push(e, f->var, counter);
    emit_block(e, &f->body);
    level_pop(e);

    LLVMBasicBlockRef latch = LLVMGetInsertBlock(b);
    LLVMValueRef next = LLVMBuildNSWAdd(b, counter, ir_int(ir, 1), "");
    LLVMValueRef more = LLVMBuildICmp(b, LLVMIntSLT, next, bounds->hi_value, "");
    forbid_loop_passes(ir, LLVMBuildCondBr(b, more, head, after));
    LLVMAddIncoming(counter, &next, &latch, 1);
    LLVMValueRef *yield = values_now(e, f->yield, f->n_carried);
    for (int i = 0; i < f->n_carried; i++) LLVMAddIncoming(phis[i], &yield[i], &latch, 1);

    LLVMMoveBasicBlockAfter(after, latch);
    ir_at_end(ir, after);
    for (int i = 0; i < f->n_carried; i++) {
        LLVMValueRef out = yield[i];
        if (guarded) {
            out = phi_from(ir, init[i], before);
            LLVMAddIncoming(out, &yield[i], &latch, 1);
        }
        e->values[f->out[i]] = out;
    }
}

static void emit_for(FnEmit *e, const LoopFor *f) {
    Bounds bounds = emit_bounds(e, f);
    assert(f->kind != LOOP_UNROLLED || bounds.constant);
    if (bounds.constant && (f->kind == LOOP_UNROLLED || bounds.hi - bounds.lo <= 1)) {
        emit_copies(e, f, bounds.lo, bounds.hi);
    } else {
        emit_loop(e, f, &bounds);
    }
}

void emit_block(FnEmit *e, const LoopBlock *block) {
    for (size_t i = 0; i < block->stmts.len; i++) {
        const LoopStmt *s = &block->stmts.at[i];
        switch (s->op) {
        case LOOP_FOR: emit_for(e, s->loop); break;
        case LOOP_LOAD:
        case LOOP_STORE:
        case LOOP_PREFETCH: emit_memory(e, s); break;
        default: e->values[s->result] = emit_expr(e, s);
        }
    }
}
