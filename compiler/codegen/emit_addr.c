/* Addresses: each part is computed once, in the outermost loop that knows it.
 *
 * An address buffer[c + a*x + b*y] inside loops x and y becomes
 *
 *     entry:    %p0 = base of the buffer
 *     loop x:   %p1 = %p0 + 4*a*x        shared by all accesses with these terms
 *     loop y:   %p2 = %p1 + 4*b*y
 *     use:      4*c(%p2)                 a displacement
 *
 * so that the inner loop of a register tile has one pointer per stream and constants. A step
 * (kind, base, index, factor) is looked up in its level before it is built, whichever statement
 * wanted it first. A ring adds (index mod m)*stride in the level of the index's innermost variable.
 * A variable of an unrolled or single iteration is a constant and part of c. The pointers on the
 * way may lie outside the buffer (a padded window begins before it), so none is marked inbounds. */
#include "base/checked.h"
#include "codegen/emit.h"

#include <assert.h>

typedef enum StepKind {
    STEP_POINTER, /* base + factor*index, base a pointer */
    STEP_INTEGER, /* base + factor*index, base an i64 */
    STEP_RING     /* base + factor*(index mod modulus), base a pointer */
} StepKind;

struct AddrStep {
    StepKind kind;
    LLVMValueRef base, index; /* index: i64 */
    int64_t factor;
    int64_t modulus; /* STEP_RING; else 0 */
    LLVMValueRef result;
};

void level_push(FnEmit *e, LoopVar var, LLVMValueRef counter) {
    Level level = {.block = LLVMGetInsertBlock(e->ir->builder), .var = var, .counter = counter};
    VEC_PUSH(e->ir->arena, &e->levels, level);
}

void level_pop(FnEmit *e) { e->levels.len--; }

/* Computes the step in `block`: behind what stands there, but before its branch. */
static LLVMValueRef build_step(FnEmit *e, LLVMBasicBlockRef block, const AddrStep *step) {
    LLVMBuilderRef b = e->ir->builder;
    LLVMBasicBlockRef here = LLVMGetInsertBlock(b);
    LLVMValueRef branch = LLVMGetBasicBlockTerminator(block);
    if (branch)
        LLVMPositionBuilderBefore(b, branch);
    else
        ir_at_end(e->ir, block);

    LLVMValueRef index = step->index;
    if (step->kind == STEP_RING) {
        index = LLVMBuildURem(b, index, ir_int(e->ir, step->modulus), "");
    }
    if (step->factor != 1) index = LLVMBuildNSWMul(b, index, ir_int(e->ir, step->factor), "");
    LLVMValueRef result = step->kind == STEP_INTEGER
                              ? LLVMBuildNSWAdd(b, step->base, index, "")
                              : LLVMBuildGEP2(b, e->ir->i8, step->base, &index, 1, "");
    ir_at_end(e->ir, here);
    return result;
}

/* The step's result, built if its level has none yet. */
static LLVMValueRef step_in(FnEmit *e, size_t level, AddrStep step) {
    for (size_t i = 0; i < e->levels.at[level].steps.len; i++) {
        const AddrStep *s = &e->levels.at[level].steps.at[i];
        if (s->kind == step.kind && s->base == step.base && s->index == step.index &&
            s->factor == step.factor && s->modulus == step.modulus) {
            return s->result;
        }
    }
    step.result = build_step(e, e->levels.at[level].block, &step);
    VEC_PUSH(e->ir->arena, &e->levels.at[level].steps, step);
    return step.result;
}

/* The loop that `var` counts now: 0 if it is constant. */
static size_t level_of(const FnEmit *e, LoopVar var) {
    for (size_t level = e->levels.len; level-- > 1;) {
        if (e->levels.at[level].var == var) return level;
    }
    return 0;
}

static int64_t coefficient(const LoopAffine *affine, LoopVar var) {
    for (int i = 0; i < affine->n_terms; i++) {
        if (affine->terms[i].var == var) return affine->terms[i].coef;
    }
    return 0;
}

/* constant + the terms whose variable is constant here. */
static int64_t constant_part(const FnEmit *e, const LoopAffine *affine) {
    int64_t sum = affine->constant;
    for (int i = 0; i < affine->n_terms; i++) {
        LoopTerm term = affine->terms[i];
        if (level_of(e, term.var) == 0) sum += term.coef * e->constants[term.var];
    }
    return sum;
}

static size_t innermost_level(const FnEmit *e, const LoopAffine *affine) {
    size_t innermost = 0;
    for (int i = 0; i < affine->n_terms; i++) {
        size_t level = level_of(e, affine->terms[i].var);
        if (level > innermost) innermost = level;
    }
    return innermost;
}

bool affine_is_constant(const FnEmit *e, const LoopAffine *affine, int64_t *value) {
    if (innermost_level(e, affine) != 0) return false;
    *value = constant_part(e, affine);
    return true;
}

LLVMValueRef emit_affine(FnEmit *e, const LoopAffine *affine) {
    LLVMValueRef sum = ir_int(e->ir, constant_part(e, affine));
    for (size_t level = 1; level < e->levels.len; level++) {
        int64_t coef = coefficient(affine, e->levels.at[level].var);
        if (coef == 0) continue;
        sum = step_in(e, level,
                      (AddrStep){.kind = STEP_INTEGER,
                                 .base = sum,
                                 .index = e->levels.at[level].counter,
                                 .factor = coef});
    }
    return sum;
}

/* The largest power of two that divides every part of the address. */
static unsigned alignment(const FnEmit *e, const LoopAddr *addr, int64_t displacement) {
    const LoopBuffer *buffer = &e->fn->buffers.at[addr->buffer];
    uint64_t size = (uint64_t)loop_element_size(buffer);
    uint64_t parts = (uint64_t)buffer->align | (uint64_t)displacement;
    for (int i = 0; i < addr->offset.n_terms; i++) {
        if (level_of(e, addr->offset.terms[i].var)) {
            parts |= size * (uint64_t)addr->offset.terms[i].coef;
        }
    }
    if (addr->ring) parts |= size * (uint64_t)addr->ring_stride;
    return (unsigned)(parts & -parts);
}

LLVMValueRef emit_address(FnEmit *e, const LoopAddr *addr, unsigned *align) {
    int64_t size = loop_element_size(&e->fn->buffers.at[addr->buffer]);
    LLVMValueRef pointer = e->buffers[addr->buffer];
    int64_t constant = constant_part(e, &addr->offset);
    size_t ring_level = addr->ring ? innermost_level(e, &addr->ring_index) : 0;
    if (addr->ring && ring_level == 0) {
        int64_t index = constant_part(e, &addr->ring_index);
        constant += floor_mod(index, addr->ring) * addr->ring_stride;
    }
    for (size_t level = 1; level < e->levels.len; level++) {
        int64_t coef = coefficient(&addr->offset, e->levels.at[level].var);
        if (coef != 0) {
            pointer = step_in(e, level,
                              (AddrStep){.kind = STEP_POINTER,
                                         .base = pointer,
                                         .index = e->levels.at[level].counter,
                                         .factor = size * coef});
        }
        if (level == ring_level) {
            pointer = step_in(e, level,
                              (AddrStep){.kind = STEP_RING,
                                         .base = pointer,
                                         .index = emit_affine(e, &addr->ring_index),
                                         .factor = size * addr->ring_stride,
                                         .modulus = addr->ring});
        }
    }
    *align = alignment(e, addr, size * constant);
    if (constant == 0) return pointer;
    LLVMValueRef displacement = ir_int(e->ir, size * constant);
    return LLVMBuildGEP2(e->ir->builder, e->ir->i8, pointer, &displacement, 1, "");
}
