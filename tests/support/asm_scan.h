/* Loops in x86-64 assembly (AT&T, as LLVM prints it), and what they execute.
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
    int fma;            /* vector fused multiply-adds, packed single */
    int packed, scalar; /* arithmetic on f32 or f64: on whole vectors, on their first lane */
    int folded;         /* of these, with a broadcast memory operand {1toN} */
    int loads;          /* vector loads and broadcasts into a register */
    int stack_vector;   /* instructions with a vector register and an address on the stack */
    int moves;          /* copies from vector register to vector register */
} AsmLoop;

typedef VEC(AsmLoop) AsmLoops;

/** The innermost loops of `function`, in order of their place; none if it is not there. */
AsmLoops asm_innermost_loops(Arena *arena, const char *assembly, const char *function);

#endif
