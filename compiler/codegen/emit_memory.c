/* Loads and stores, whole or of the first lanes only, and prefetches.
 *
 * A power of two of active lanes is an access to a shorter vector: every target has that, and a
 * masked store is slow on some. Any other number is a masked access with a constant mask, which
 * LLVM takes apart where the target has no masks. */
#include "codegen/emit.h"

#include <assert.h>
#include <string.h>

static bool is_power_of_two(int n) { return (n & (n - 1)) == 0; }

/* The first n lanes of a vector, or lane 0 as a scalar. */
static LLVMValueRef first_lanes(Ir *ir, LLVMValueRef vector, int n) {
    if (n == 1) return LLVMBuildExtractElement(ir->builder, vector, ir_int32(ir, 0), "");
    return LLVMBuildShuffleVector(ir->builder, vector, LLVMGetPoison(LLVMTypeOf(vector)),
                                  ir_lanes(ir, 0, n, n - 1), "");
}

/* The opposite: `n` lanes become those of `wide`, the others 0. */
static LLVMValueRef widen(Ir *ir, LLVMValueRef value, int n, LLVMTypeRef wide) {
    if (n == 1) {
        return LLVMBuildInsertElement(ir->builder, LLVMConstNull(wide), value, ir_int32(ir, 0), "");
    }
    return LLVMBuildShuffleVector(ir->builder, value, LLVMConstNull(LLVMTypeOf(value)),
                                  ir_lanes(ir, 0, (int)LLVMGetVectorSize(wide), n), "");
}

static LLVMValueRef first_lanes_mask(Ir *ir, int lanes, int active) {
    LLVMValueRef *mask = ARENA_ARRAY(ir->arena, LLVMValueRef, (size_t)lanes);
    for (int i = 0; i < lanes; i++) mask[i] = LLVMConstInt(ir->i1, i < active, false);
    return LLVMConstVector(mask, (unsigned)lanes);
}

static LLVMValueRef load_whole(Ir *ir, LLVMTypeRef type, LLVMValueRef pointer, unsigned align) {
    LLVMValueRef load = LLVMBuildLoad2(ir->builder, type, pointer, "");
    LLVMSetAlignment(load, align);
    return load;
}

/* Unsigned bytes as f32. They are i32 on the way: that is signed on every target, and exact. */
static LLVMValueRef f32_of_bytes(Ir *ir, LLVMValueRef bytes, LoopType type) {
    LoopType whole = {LOOP_I32, type.lanes};
    LLVMValueRef wide = LLVMBuildZExt(ir->builder, bytes, ir_type(ir, whole), "");
    return LLVMBuildSIToFP(ir->builder, wide, ir_type(ir, type), "");
}

/* Nothing at run time; no load moves across it. Instruction selection clusters up to four vector
 * loads of neighbouring addresses, so the weights of the next steps of a register tile would be
 * loaded before the products of this one, and accumulators spill. The fence stands between the
 * products and the next vector load, where a tile has room. */
static void emit_fence(FnEmit *e) {
    static const char CLOBBERS[] = "~{memory}";
    Ir *ir = e->ir;
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(ir->context), NULL, 0, false);
    LLVMValueRef fence = LLVMGetInlineAsm(type, "", 0, CLOBBERS, strlen(CLOBBERS), true, false,
                                          LLVMInlineAsmDialectATT, false);
    LLVMBuildCall2(ir->builder, type, fence, NULL, 0, "");
}

static LLVMTypeRef bytes_type(Ir *ir, int lanes) {
    return lanes == 1 ? ir->i8 : LLVMVectorType(ir->i8, (unsigned)lanes);
}

/* The first `active` of `lanes` lanes; the others are 0. */
static LLVMValueRef load_lanes(Ir *ir, LLVMTypeRef type, int lanes, int active,
                               LLVMValueRef pointer, unsigned align) {
    if (active == lanes) return load_whole(ir, type, pointer, align);
    if (is_power_of_two(active)) {
        LLVMTypeRef element = LLVMGetElementType(type);
        LLVMTypeRef part = active == 1 ? element : LLVMVectorType(element, (unsigned)active);
        return widen(ir, load_whole(ir, part, pointer, align), active, type);
    }
    LLVMTypeRef types[] = {type, ir->ptr};
    LLVMValueRef args[] = {pointer, ir_int32(ir, (int32_t)align),
                           first_lanes_mask(ir, lanes, active), LLVMConstNull(type)};
    return ir_intrinsic(ir, "llvm.masked.load", types, 2, args, 4);
}

static LLVMValueRef emit_load(FnEmit *e, const LoopStmt *s) {
    Ir *ir = e->ir;
    LoopType type = e->fn->values.at[s->result];
    unsigned align;
    if (type.lanes > 1 && e->fma_block == LLVMGetInsertBlock(ir->builder)) {
        emit_fence(e);
        e->fma_block = NULL;
    }
    LLVMValueRef pointer = emit_address(e, &s->addr, &align);
    bool bytes = e->fn->buffers.at[s->addr.buffer].element == LOOP_BYTE;
    LLVMTypeRef stored = bytes ? bytes_type(ir, type.lanes) : ir_type(ir, type);
    LLVMValueRef value = load_lanes(ir, stored, type.lanes, s->active, pointer, align);
    return bytes ? f32_of_bytes(ir, value, type) : value;
}

static void emit_store(FnEmit *e, const LoopStmt *s) {
    Ir *ir = e->ir;
    LoopType type = e->fn->values.at[s->args[0]];
    LLVMValueRef value = e->values[s->args[0]];
    unsigned align;
    LLVMValueRef pointer = emit_address(e, &s->addr, &align);
    if (s->active != type.lanes && !is_power_of_two(s->active)) {
        LLVMTypeRef types[] = {ir_type(ir, type), ir->ptr};
        LLVMValueRef args[] = {value, pointer, ir_int32(ir, (int32_t)align),
                               first_lanes_mask(ir, type.lanes, s->active)};
        ir_intrinsic(ir, "llvm.masked.store", types, 2, args, 4);
        return;
    }
    if (s->active != type.lanes) value = first_lanes(ir, value, s->active);
    LLVMSetAlignment(LLVMBuildStore(ir->builder, value, pointer), align);
}

static void emit_prefetch(FnEmit *e, const LoopStmt *s) {
    enum { FOR_READING = 0, INTO_L1 = 3, DATA = 1 };
    Ir *ir = e->ir;
    unsigned align;
    LLVMValueRef args[] = {emit_address(e, &s->addr, &align), ir_int32(ir, FOR_READING),
                           ir_int32(ir, INTO_L1), ir_int32(ir, DATA)};
    ir_intrinsic(ir, "llvm.prefetch", &ir->ptr, 1, args, 4);
}

void emit_memory(FnEmit *e, const LoopStmt *s) {
    switch (s->op) {
    case LOOP_LOAD: e->values[s->result] = emit_load(e, s); break;
    case LOOP_STORE: emit_store(e, s); break;
    case LOOP_PREFETCH: emit_prefetch(e, s); break;
    default: assert(!"not a memory operation");
    }
}
