/* Sums of products stay in their registers.
 *
 * On x86-64 an FMA overwrites one of its operands, an addition one of its two. Where none of them
 * is needed again, LLVM chooses the one that was defined last: not the accumulator, if a pixel was
 * just broadcast for this FMA, or a product just made for this addition. The accumulators of a tile
 * would then wander from register to register, and be copied or spilled at the end of the loop:
 *
 *     vbroadcastss (x), %ymm13                        vbroadcastss (x), %ymm13
 *     vfmadd213ps %ymm3, %ymm0, %ymm13        ->      vfmadd231ps %ymm13, %ymm0, %ymm3
 *
 * So the accumulator is defined once more just before, by an empty piece of assembly that gives it
 * back in the same register. Before an addition it also keeps its place among the loads: without
 * that, LLVM loads the pixels of several products ahead, more than there are registers for. An FMA
 * may read its pixel from memory, so there it does not. */
#include "codegen/emit.h"
#include "codegen/target.h"

#include <string.h>

/* A constant has no register yet, and tiles are made of whole ones. */
static bool has_register(const Ir *ir, LLVMValueRef value, int lanes) {
    enum { SMALLEST = 128, ELEMENT = 32 };
    int bits = ELEMENT * lanes;
    return (bits == SMALLEST || bits == ir->target->vector_bits) && !LLVMIsConstant(value);
}

/* AArch64's FMA names its accumulator alone as a destination. */
LLVMValueRef keep_sum(Ir *ir, LLVMValueRef sum, LLVMValueRef product, int lanes) {
    if (target_arch(ir->target->triple) != TARGET_X86_64 || !has_register(ir, sum, lanes))
        return sum;
    const char *operands = product ? "=v,0,v" : "=v,0"; /* result; sum, in its register; product */
    LLVMTypeRef same = LLVMTypeOf(sum), types[] = {same, same};
    LLVMValueRef args[] = {sum, product};
    unsigned n = product ? 2 : 1;
    LLVMTypeRef type = LLVMFunctionType(same, types, n, false);
    LLVMValueRef pass = LLVMGetInlineAsm(type, "", 0, operands, strlen(operands), product != NULL,
                                         false, LLVMInlineAsmDialectATT, false);
    return LLVMBuildCall2(ir->builder, type, pass, args, n, "");
}
