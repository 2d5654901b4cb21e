/* LoopFn -> LLVM function, one to one: the state of one translation and its parts.
 *
 *     define internal void @lenet5_c1_conv(ptr %ctx, i32 %part, i32 %parts)
 *
 * ctx is an array of pointers, made by NAME_run: inputs, outputs, workspace, packed weights. Values
 * stay in SSA form (a carried value is one phi per loop level, never memory), in the order of the
 * LoopFn, which is the order that fits the registers: no pass of LLVM's middle end sees them. */
#ifndef NETC_CODEGEN_EMIT_H
#define NETC_CODEGEN_EMIT_H

#include "base/vec.h"
#include "codegen/ir.h"
#include "loop/loop.h"

/** Where the pointers of a network stand in ctx. */
typedef struct CtxLayout {
    int n_inputs, n_outputs;
} CtxLayout;

/** Index in ctx of an argument, the workspace or the weights, and the number of entries. */
int ctx_index(const CtxLayout *layout, LoopSpace space, uint32_t index);
int ctx_entries(const CtxLayout *layout);

/** A part of an address that was computed before: see emit_addr.c. */
typedef struct AddrStep AddrStep;

/** An open loop of the emitted code (level 0 is the function itself). What depends on this loop's
 *  variable and outer ones only is computed in `block`, which dominates the rest of the level. */
typedef struct Level {
    LLVMBasicBlockRef block;
    LoopVar var;
    LLVMValueRef counter; /* i64; NULL on level 0 */
    VEC(AddrStep) steps;
} Level;

typedef struct FnEmit {
    Ir *ir;
    const LoopFn *fn;
    const CtxLayout *layout;
    bool fma; /* FMA rounds once */
    LLVMValueRef function;
    LLVMValueRef *values;        /* by LoopVal */
    LLVMValueRef *buffers;       /* by buffer: the pointer to its first element */
    int64_t *constants;          /* by LoopVar: its value in the copy of an unrolled body */
    VEC(Level) levels;           /* the function and the loops open at this moment */
    LLVMBasicBlockRef fma_block; /* has an FMA behind which no vector was loaded yet, or NULL */
} FnEmit;

/** Emits a phase.
 *  @return the function, local to the object */
LLVMValueRef emit_fn(Ir *ir, const LoopFn *fn, const CtxLayout *layout, bool fma);

/** Emits the statements of a block at the builder's place. */
void emit_block(FnEmit *e, const LoopBlock *block);

/** `sum` again, of `lanes` lanes, such that the FMA or the addition of `product` to it that comes
 *  next overwrites its register and no other. `product` is NULL for an FMA (emit_sum.c). */
LLVMValueRef keep_sum(Ir *ir, LLVMValueRef sum, LLVMValueRef product, int lanes);

/** LOAD, STORE, PREFETCH. */
void emit_memory(FnEmit *e, const LoopStmt *stmt);

/** Every operation on values. */
LLVMValueRef emit_expr(FnEmit *e, const LoopStmt *stmt);

/** The pointer to the element at `addr`.
 *  @param align  receives the bytes it is a multiple of */
LLVMValueRef emit_address(FnEmit *e, const LoopAddr *addr, unsigned *align);

/** The value of an affine expression, as i64. */
LLVMValueRef emit_affine(FnEmit *e, const LoopAffine *affine);

/** True, and the value, if the expression is constant here. */
bool affine_is_constant(const FnEmit *e, const LoopAffine *affine, int64_t *value);

/** Opens and closes a level whose first block is the builder's. */
void level_push(FnEmit *e, LoopVar var, LLVMValueRef counter);
void level_pop(FnEmit *e);

#endif
