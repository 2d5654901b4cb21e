/* Loops in assembly of x86-64 (AT&T, as LLVM prints it) and AArch64, and what they execute.
 *
 * A loop is a branch back to a label of the same function; it is innermost if no other loop lies
 * between label and branch. Serves the promise that a register tile stays in registers. */
#ifndef NETC_TESTS_ASM_SCAN_H
#define NETC_TESTS_ASM_SCAN_H

#include "base/arena.h"
#include "base/vec.h"

#include <stddef.h>

typedef struct AsmLoop {
    const char *text; /* from the label to the branch */
    size_t len;
    int instructions;
    int fma;            /* vector multiply-adds, packed single; products, where none are fused */
    int folded;         /* of these, with a broadcast operand: memory {1toN}, or a lane v0.s[0] */
    int packed, scalar; /* x86: arithmetic on f32 or f64, on whole vectors, on their first lane */
    int loads;          /* vector loads and broadcasts into a register */
    int stack_vector;   /* instructions with a vector register and an address on the stack */
    int moves;          /* copies from vector register to vector register */
} AsmLoop;

typedef VEC(AsmLoop) AsmLoops;

/** The innermost loops of `function`, in order of their place; none if it is not there. */
AsmLoops asm_innermost_loops(Arena *arena, const char *assembly, const char *function);

#endif
