/* The floating-point control word: saved and set on entry, restored on exit (contract.md 1.9).
 *
 * x86 loads and stores MXCSR through memory; AArch64 moves FPCR from and to a general register.
 * The code between runs in functions of its own, which nothing moves across the change. */
#include "codegen/entry.h"
#include "codegen/target.h"

/* MXCSR: all exceptions masked, no sticky flag. */
enum { MXCSR_MASKED = 0x1F80, MXCSR_FLUSH_RESULTS = 0x8000, MXCSR_FLUSH_OPERANDS = 0x0040 };

/* FPCR: all zero is round to nearest, no trap; FZ flushes operands and results. */
enum { FPCR_FLUSH = 1 << 24 };

static bool is_x86(const Ir *ir) { return target_arch(ir->target->triple) == TARGET_X86_64; }

static void mxcsr(Ir *ir, const char *intrinsic, LLVMValueRef slot) {
    ir_intrinsic(ir, intrinsic, NULL, 0, &slot, 1);
}

ControlWord control_word_begin(Ir *ir) {
    if (!is_x86(ir)) return (ControlWord){NULL, NULL};
    return (ControlWord){LLVMBuildAlloca(ir->builder, ir->i32, "saved"),
                         LLVMBuildAlloca(ir->builder, ir->i32, "ours")};
}

void control_word_set(Ir *ir, ControlWord *word) {
    bool flush = ir->target->flush_denormals;
    if (!is_x86(ir)) {
        word->saved = ir_intrinsic(ir, "llvm.aarch64.get.fpcr", NULL, 0, NULL, 0);
        LLVMValueRef ours = ir_int(ir, flush ? FPCR_FLUSH : 0);
        ir_intrinsic(ir, "llvm.aarch64.set.fpcr", NULL, 0, &ours, 1);
        return;
    }
    int ours = MXCSR_MASKED | (flush ? MXCSR_FLUSH_RESULTS | MXCSR_FLUSH_OPERANDS : 0);
    mxcsr(ir, "llvm.x86.sse.stmxcsr", word->saved);
    LLVMBuildStore(ir->builder, ir_int32(ir, ours), word->ours);
    mxcsr(ir, "llvm.x86.sse.ldmxcsr", word->ours);
}

void control_word_restore(Ir *ir, const ControlWord *word) {
    LLVMValueRef saved = word->saved;
    if (is_x86(ir))
        mxcsr(ir, "llvm.x86.sse.ldmxcsr", saved);
    else
        ir_intrinsic(ir, "llvm.aarch64.set.fpcr", NULL, 0, &saved, 1);
}
