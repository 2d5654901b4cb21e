/* LoopFn: the mid-level IR, in which all knowledge of convolution ends.
 *
 * A LoopFn is one phase of the network: a function part(ctx, i, n) that any number n of threads
 * run with i = 0 .. n-1, and whose end all must reach before the next phase begins. It is loops,
 * loads, stores and vector arithmetic on explicit buffers. Values are in SSA form: each is defined
 * once; what a loop changes is carried by it (the accumulators of a register tile). Codegen
 * translates it one to one; loop_verify proves every access in bounds; loop_run interprets it.
 *
 *     for oc in part(0, 4):
 *       for y in 0, 56:
 *         %1 = load f32x8 bias[8*oc]
 *         %7 = for ic in 0, 64 with %2 = %1:
 *           %3 = load f32x8 w[512*oc + 8*ic]
 *           %4 = load f32 x[56*y + 3136*ic]
 *           %5 = broadcast f32x8 %4
 *           %6 = fma %3 %5 %2
 *           yield %6
 *         store y[448*oc + 8*y] %7
 */
#ifndef NETC_LOOP_LOOP_H
#define NETC_LOOP_LOOP_H

#include "base/arena.h"
#include "base/text.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum LoopOp {
#define LOOP(kind, name, operands, result) LOOP_##kind,
#include "loop/loop.def"
#undef LOOP
    LOOP_OPS
} LoopOp;

typedef enum LoopScalar { LOOP_F32, LOOP_I32, LOOP_BOOL } LoopScalar;

typedef struct LoopType {
    LoopScalar scalar;
    int lanes; /* 1 for a scalar */
} LoopType;

/** Number of a value in its LoopFn; 0 is none. */
typedef uint32_t LoopVal;

/** Number of a loop variable in its LoopFn. */
typedef uint32_t LoopVar;

typedef struct LoopTerm {
    LoopVar var;
    int64_t coef; /* never 0 */
} LoopTerm;

/** constant + sum of coef*var; terms in ascending order of var, each var once. */
typedef struct LoopAffine {
    int64_t constant;
    LoopTerm *terms;
    int n_terms;
} LoopAffine;

/** A place in a buffer, in elements: offset, plus (ring_index mod ring) * ring_stride. */
typedef struct LoopAddr {
    uint32_t buffer; /* index into LoopFn.buffers */
    LoopAffine offset;
    int64_t ring; /* 0 without a ring; else its modulus, and ring_index >= 0 */
    LoopAffine ring_index;
    int64_t ring_stride;
} LoopAddr;

/** Where a buffer lives. */
typedef enum LoopSpace {
    LOOP_INPUT,     /* argument of the model, read only */
    LOOP_OUTPUT,    /* argument of the model */
    LOOP_WORKSPACE, /* bytes of the caller's workspace */
    LOOP_WEIGHTS,   /* bytes of the packed weights, read only */
    LOOP_LOCAL      /* on the stack of the part */
} LoopSpace;

/** What a buffer holds. */
typedef enum LoopElement {
    LOOP_WORD, /* 4 bytes: an f32 or an i32 */
    LOOP_BYTE  /* an unsigned byte, of which a load makes the f32 of the same number; read only */
} LoopElement;

typedef struct LoopBuffer {
    const char *name; /* for printing */
    LoopElement element;
    LoopSpace space;
    uint32_t index; /* INPUT, OUTPUT: which one */
    int64_t offset; /* but LOCAL: bytes from the start of its space; a multiple of align */
    int64_t elems;  /* that may be touched */
    int64_t align;  /* bytes: those of an element for user buffers, 64 else */
} LoopBuffer;

/** COMPARE: ordered comparisons are false on NaN, NE is true on NaN (as C's operators). */
typedef enum LoopPredicate { LOOP_LT, LOOP_LE, LOOP_EQ, LOOP_NE } LoopPredicate;

typedef struct LoopFor LoopFor;

typedef struct LoopStmt {
    LoopOp op;
    LoopVal result; /* 0 if the operation gives none */
    LoopVal args[3];
    LoopAddr addr;           /* LOAD, STORE, PREFETCH */
    int active;              /* LOAD, STORE: lanes accessed, 1 .. lanes of the type */
    float f;                 /* CONST_F32 */
    int32_t i;               /* CONST_I32 */
    LoopPredicate predicate; /* COMPARE */
    const uint8_t *shuffle;  /* SHUFFLE: one index for each lane of the result */
    LoopFor *loop;           /* FOR */
} LoopStmt;

typedef struct LoopBlock {
    VEC(LoopStmt) stmts;
} LoopBlock;

typedef enum LoopForKind {
    LOOP_SERIAL,
    LOOP_UNROLLED, /* constant bounds; the back end repeats the body */
    LOOP_PARALLEL  /* outermost only: part i of n does iterations lo + floor(i*(hi-lo)/n) .. */
} LoopForKind;

/** for var from max(lo) to min(hi) - 1: no iteration if that is empty. */
struct LoopFor {
    LoopForKind kind;
    LoopVar var;
    LoopAffine *lo; /* the largest of n_lo, in outer variables */
    int n_lo;
    LoopAffine *hi; /* the smallest of n_hi, exclusive */
    int n_hi;
    int n_carried;
    LoopVal *init;  /* values before the first iteration, defined outside */
    LoopVal *carry; /* inside: the value of this iteration */
    LoopVal *yield; /* inside: the value for the next */
    LoopVal *out;   /* outside, after: the last yield, or init */
    LoopBlock body;
};

typedef struct LoopFn {
    Arena *arena;
    const char *name; /* of the layer, an identifier: "c1_conv" */
    int most_parts;   /* a larger number of parts does not pay; 0: any does */
    VEC(LoopBuffer) buffers;
    VEC(LoopType) values;   /* by LoopVal; entry 0 is unused */
    VEC(const char *) vars; /* by LoopVar: names for printing */
    LoopBlock body;
} LoopFn;

/** A whole network: its phases in order, the bytes they read, the memory they need. */
typedef struct LoopProgram {
    VEC(LoopFn *) fns;
    bool fma;                     /* FMA rounds once */
    const unsigned char *weights; /* packed, 64-byte aligned */
    size_t weights_bytes;
    int64_t constants;       /* bytes from there to the plan's constants */
    int64_t workspace_bytes; /* its first 16 bytes are the stamp's (contract.md 3) */
} LoopProgram;

/** Bytes of an element of the buffer. */
int64_t loop_element_size(const LoopBuffer *buffer);

/** Printed name, number of value operands, and whether the operation gives a value. */
const char *loop_op_name(LoopOp op);
int loop_op_operands(LoopOp op);
bool loop_op_has_result(LoopOp op);

/** Appends the function in the notation of this file's head (`--emit=loop`). */
void loop_print(Text *out, const LoopFn *fn);

/** Proves that every access is inside its buffer, every value is defined once, before use and typed
 *  as its operation demands, no read-only buffer is written, every bound uses outer variables only,
 *  and nothing but LOCAL buffers is stored to outside a parallel loop (each part would do it).
 *
 *  The extremes of an affine expression over a nest come from eliminating variables, innermost
 *  first: a variable with a positive coefficient is replaced by each of its upper bounds and the
 *  smallest result counts, and so on. Exact for the bounds that lowering makes.
 *  @return NULL, or what is wrong (a programmer's error), in `arena` */
const char *loop_verify(Arena *arena, const LoopFn *fn);

/** loop_verify of each function, and that their WORKSPACE and WEIGHTS buffers lie inside the
 *  program's, behind the stamp. */
const char *loop_verify_program(Arena *arena, const LoopProgram *program);

/** An estimate of what a function does. */
typedef struct LoopWork {
    int64_t statements; /* executed by all parts together, loops apart */
    int64_t parts;      /* that get something to do: the most iterations of a parallel loop */
} LoopWork;

LoopWork loop_work(const LoopFn *fn);

/** What an interpreted run counted. */
typedef struct LoopCounts {
    int64_t fma_lanes;     /* FMAs times lanes of their type */
    int64_t loads, stores; /* elements */
} LoopCounts;

/** Interprets part `part` of `parts`. What has no meaning is reported, not done: an access outside
 *  a buffer, a conversion that does not fit, a shift count beyond 31.
 *
 *  @param buffers  one pointer per LoopFn.buffers; NULL for LOCAL ones
 *  @param fma      LoopProgram.fma
 *  @param counts   NULL, or is added to
 *  @return NULL, or what was reported, in `arena` */
const char *loop_run(Arena *arena, const LoopFn *fn, void *const *buffers, bool fma, int part,
                     int parts, LoopCounts *counts);

#endif
