/* Factors: values used once, by an FMA, whose register the FMA must not take.
 *
 * A fused multiply-add overwrites one of its operands. LLVM chooses the one that was defined last
 * and is not needed again: not the accumulator, if a pixel was just broadcast for this FMA alone.
 * The accumulators of a tile would then wander from register to register, and be copied or spilled
 * at the end of the loop:
 *
 *     vbroadcastss (x), %ymm13                        vbroadcastss (x), %ymm13
 *     vfmadd213ps %ymm3, %ymm0, %ymm13        ->      vfmadd231ps %ymm13, %ymm0, %ymm3
 *
 * A pixel with a use before the FMA is not chosen. That use is an empty piece of assembly. */
#include "codegen/emit.h"
#include "codegen/target.h"

#include <string.h>

/* Uses of values, counted up to two. */
enum { ONCE_AS_FACTOR = 1, OTHERWISE = 2 };

static void note_use(unsigned char *uses, LoopVal value, bool as_factor) {
    uses[value] = uses[value] == 0 && as_factor ? ONCE_AS_FACTOR : OTHERWISE;
}

static void note_uses(unsigned char *uses, const LoopBlock *block) {
    for (size_t i = 0; i < block->stmts.len; i++) {
        const LoopStmt *s = &block->stmts.at[i];
        for (int k = 0; k < 3; k++) note_use(uses, s->args[k], s->op == LOOP_FMA && k < 2);
        if (s->op != LOOP_FOR) continue;
        note_uses(uses, &s->loop->body);
        for (int k = 0; k < s->loop->n_carried; k++) {
            note_use(uses, s->loop->init[k], false);
            note_use(uses, s->loop->yield[k], false);
        }
    }
}

void find_factors(const LoopFn *fn, bool *factors) {
    unsigned char *uses = ARENA_ARRAY(fn->arena, unsigned char, fn->values.len + 1);
    note_uses(uses, &fn->body);
    for (size_t i = 1; i < fn->values.len; i++) factors[i] = uses[i] == ONCE_AS_FACTOR;
}

/* Only a whole register can be an operand. Where the FMA can read a broadcast from memory, as
 * AVX-512's does, the pixel has no register at all. */
static bool has_register(const CodegenTarget *target, int lanes) {
    enum { SMALLEST = 128, LARGEST = 256, ELEMENT = 32 };
    int bits = ELEMENT * lanes;
    return (bits == SMALLEST || bits == target->vector_bits) && target->vector_bits <= LARGEST;
}

/* AArch64's FMA names its accumulator alone as a destination, so LLVM always overwrites that. */
void keep_factor(Ir *ir, LLVMValueRef value, int lanes) {
    static const char OPERAND[] = "x";
    if (target_arch(ir->target->triple) != TARGET_X86_64) return;
    if (!has_register(ir->target, lanes) || LLVMIsConstant(value)) return;
    LLVMTypeRef param = LLVMTypeOf(value);
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(ir->context), &param, 1, false);
    LLVMValueRef use = LLVMGetInlineAsm(type, "", 0, OPERAND, strlen(OPERAND), true, false,
                                        LLVMInlineAsmDialectATT, false);
    LLVMBuildCall2(ir->builder, type, use, &value, 1, "");
}
