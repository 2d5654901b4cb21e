/* The LLVM module under construction, and two-line helpers that make building it read like code.
 *
 * Everything codegen emits goes through one Ir; it owns context, module and builder, which
 * ir_destroy releases in reverse order. Types and constants are unique in their context, so they
 * are asked for by value and never stored. */
#ifndef NETC_CODEGEN_IR_H
#define NETC_CODEGEN_IR_H

#include "base/arena.h"
#include "codegen/codegen.h"

#include <llvm-c/Core.h>

typedef struct Ir {
    Arena *arena;
    const CodegenTarget *target; /* of the version that is emitted */
    const char *version;         /* what the names of its functions end in: "_x86_64_v3", or "" */
    const char *prefix;          /* of every symbol: "lenet5" */
    bool strip;                  /* no local symbols, no unwind tables */
    LLVMContextRef context;
    LLVMModuleRef module;
    LLVMBuilderRef builder;
    LLVMTypeRef f32, i1, i8, i32, i64, ptr;
} Ir;

/** A new, empty module called `prefix`. Release it with ir_destroy. */
Ir *ir_create(Arena *arena, const CodegenTarget *target, const char *prefix, bool strip);
void ir_destroy(Ir *ir);

LLVMValueRef ir_int(Ir *ir, int64_t value);   /* i64 */
LLVMValueRef ir_int32(Ir *ir, int32_t value); /* i32 */
LLVMValueRef ir_float(Ir *ir, float value);   /* bit for bit */

/** `scalar` itself for one lane, else a vector. */
LLVMTypeRef ir_type(Ir *ir, LoopType type);

/** The same constant in each of `lanes` lanes. */
LLVMValueRef ir_splat_constant(Ir *ir, LLVMValueRef scalar, int lanes);

/** The lane numbers first .. first+n-1, none beyond `last`: what a shuffle picks. */
LLVMValueRef ir_lanes(Ir *ir, int first, int n, int last);

/** `bytes` beyond `base`, inside the same object; `base` itself for 0. */
LLVMValueRef ir_offset(Ir *ir, LLVMValueRef base, int64_t bytes);

/** Calls the intrinsic `name` overloaded on `types`. */
LLVMValueRef ir_intrinsic(Ir *ir, const char *name, LLVMTypeRef *types, size_t n_types,
                          LLVMValueRef *args, unsigned n_args);

/** A string constant of the module, NUL-terminated. */
LLVMValueRef ir_string(Ir *ir, const char *text);

/** Who may call a function, and so what it is compiled for. */
typedef enum IrCode {
    IR_ENTRY, /* runs before the CPU check: the baseline */
    IR_KERNEL /* runs after it: the whole target */
} IrCode;

/** A new function with the attributes all of ours have: no builtins made of its loops, no use of
 *  memory below the stack pointer, its frame reported to the diagnostic handler. */
LLVMValueRef ir_function(Ir *ir, const char *name, LLVMTypeRef type, IrCode code);

/** Makes a definition local to the object; it has no symbol at all when stripped. */
void ir_make_local(Ir *ir, LLVMValueRef global);

LLVMBasicBlockRef ir_block(Ir *ir, LLVMValueRef function, const char *name);
void ir_at_end(Ir *ir, LLVMBasicBlockRef block);

#endif
