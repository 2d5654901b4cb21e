/* Is this CPU good enough? `i1 cpu()` by CPUID and XGETBV, on the baseline.
 *
 * Each leaf is asked for once (CPUID costs microseconds in a virtual machine), and only if the CPU
 * has it; XGETBV only if the system uses XSAVE, else it is an illegal instruction. */
#include "codegen/entry.h"

#include <string.h>

enum { EAX, EBX, ECX, EDX, REGISTERS };

/* CPUID of (leaf, subleaf 0): a struct of the four registers. */
static LLVMValueRef emit_cpuid(Ir *ir, uint32_t leaf) {
    static const char TEXT[] = "cpuid", OPERANDS[] = "={ax},={bx},={cx},={dx},{ax},{cx}";
    LLVMTypeRef words[REGISTERS] = {ir->i32, ir->i32, ir->i32, ir->i32};
    LLVMTypeRef result = LLVMStructTypeInContext(ir->context, words, REGISTERS, false);
    LLVMTypeRef type = LLVMFunctionType(result, words, 2, false);
    LLVMValueRef code = LLVMGetInlineAsm(type, TEXT, strlen(TEXT), OPERANDS, strlen(OPERANDS), true,
                                         false, LLVMInlineAsmDialectATT, false);
    LLVMValueRef args[] = {ir_int32(ir, (int32_t)leaf), ir_int32(ir, 0)};
    return LLVMBuildCall2(ir->builder, type, code, args, 2, "");
}

/* XCR0: the state that the system saves, as a struct of its low and high word. */
static LLVMValueRef emit_xgetbv(Ir *ir) {
    static const char TEXT[] = "xgetbv", OPERANDS[] = "={ax},={dx},{cx}";
    LLVMTypeRef words[] = {ir->i32, ir->i32};
    LLVMTypeRef result = LLVMStructTypeInContext(ir->context, words, 2, false);
    LLVMTypeRef type = LLVMFunctionType(result, words, 1, false);
    LLVMValueRef code = LLVMGetInlineAsm(type, TEXT, strlen(TEXT), OPERANDS, strlen(OPERANDS), true,
                                         false, LLVMInlineAsmDialectATT, false);
    LLVMValueRef xcr0 = ir_int32(ir, 0);
    return LLVMBuildCall2(ir->builder, type, code, &xcr0, 1, "");
}

/* Ends the block: goes on where `condition` holds, to `fail` where it does not. */
static void require(Ir *ir, LLVMValueRef check, LLVMValueRef condition, LLVMBasicBlockRef fail) {
    LLVMBasicBlockRef go_on = ir_block(ir, check, "");
    LLVMBuildCondBr(ir->builder, condition, go_on, fail);
    ir_at_end(ir, go_on);
}

static LLVMValueRef has_bits(Ir *ir, LLVMValueRef words, unsigned index, uint32_t mask) {
    LLVMValueRef bits = ir_int32(ir, (int32_t)mask);
    LLVMValueRef word = LLVMBuildExtractValue(ir->builder, words, index, "");
    return LLVMBuildICmp(ir->builder, LLVMIntEQ, LLVMBuildAnd(ir->builder, word, bits, ""), bits,
                         "");
}

/* Every x86-64 CPU has leaves 0, 1, 80000000 and 80000001. */
static bool leaf_may_lack(uint32_t leaf) { return (leaf & 0x7fffffff) > 1; }

static void require_leaf(Ir *ir, LLVMValueRef check, uint32_t leaf, LLVMBasicBlockRef fail) {
    LLVMValueRef words = emit_cpuid(ir, leaf & 0x80000000);
    LLVMValueRef last = LLVMBuildExtractValue(ir->builder, words, EAX, "");
    LLVMValueRef is_there =
        LLVMBuildICmp(ir->builder, LLVMIntUGE, last, ir_int32(ir, (int32_t)leaf), "");
    require(ir, check, is_there, fail);
}

/* Checks all needs on `leaf`. */
static void check_leaf(Ir *ir, LLVMValueRef check, const CpuidNeed *needs, int n, uint32_t leaf,
                       LLVMBasicBlockRef fail) {
    if (leaf_may_lack(leaf)) require_leaf(ir, check, leaf, fail);
    LLVMValueRef words = emit_cpuid(ir, leaf);
    for (int i = 0; i < n; i++) {
        if (needs[i].leaf != leaf) continue;
        require(ir, check, has_bits(ir, words, (unsigned)needs[i].reg, needs[i].mask), fail);
    }
}

static bool is_first_of_leaf(const CpuidNeed *needs, int i) {
    for (int k = 0; k < i; k++) {
        if (needs[k].leaf == needs[i].leaf) return false;
    }
    return true;
}

/* The target's needs, and OSXSAVE where XCR0 will be read. */
static CpuidNeed *all_needs(Ir *ir, const CodegenTarget *target, int *n) {
    CpuidNeed *needs = ARENA_ARRAY(ir->arena, CpuidNeed, (size_t)target->n_needs + 1);
    *n = 0;
    if (target->xcr0) needs[(*n)++] = (CpuidNeed){.leaf = 1, .reg = ECX, .mask = 1u << 27};
    for (int i = 0; i < target->n_needs; i++) needs[(*n)++] = target->needs[i];
    return needs;
}

LLVMValueRef cpu_check_emit(Ir *ir, const CodegenTarget *target) {
    LLVMTypeRef type = LLVMFunctionType(ir->i1, NULL, 0, false);
    LLVMValueRef check = ir_function(
        ir, arena_printf(ir->arena, "%s_cpu%s", ir->prefix, ir->version), type, IR_ENTRY);
    ir_make_local(ir, check);
    LLVMBasicBlockRef first = ir_block(ir, check, "");
    LLVMBasicBlockRef fail = ir_block(ir, check, "fail");
    ir_at_end(ir, fail);
    LLVMBuildRet(ir->builder, LLVMConstInt(ir->i1, 0, false));

    ir_at_end(ir, first);
    int n;
    CpuidNeed *needs = all_needs(ir, target, &n);
    for (int i = 0; i < n; i++) {
        if (is_first_of_leaf(needs, i)) check_leaf(ir, check, needs, n, needs[i].leaf, fail);
    }
    if (target->xcr0) {
        LLVMValueRef saved = emit_xgetbv(ir);
        uint64_t xcr0 = target->xcr0;
        require(ir, check, has_bits(ir, saved, 0, (uint32_t)xcr0), fail);
        if (xcr0 >> 32) require(ir, check, has_bits(ir, saved, 1, (uint32_t)(xcr0 >> 32)), fail);
    }
    LLVMBuildRet(ir->builder, LLVMConstInt(ir->i1, 1, false));
    return check;
}
