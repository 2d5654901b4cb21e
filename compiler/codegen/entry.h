/* What an object shows to its callers: NAME_run, NAME_run_HASH, NAME_model. */
#ifndef NETC_CODEGEN_ENTRY_H
#define NETC_CODEGEN_ENTRY_H

#include "codegen/emit.h"

/** Everything the entry needs beside the interface. */
typedef struct EntryParts {
    const ModelInterface *interface;
    const CtxLayout *layout;
    LLVMValueRef *phases; /* in order */
    size_t n_phases;
    LLVMValueRef weights; /* pointer to the packed weights in the object, or null */
    uint64_t stamp;       /* the object's constant (contract.md 3) */
} EntryParts;

/** Declares NAME_run_HASH and NAME_run: first of all, so that no layer's local name, `run` or
 *  `model`, takes theirs. */
LLVMValueRef entry_declare_run(Ir *ir, const ModelInterface *interface);
LLVMValueRef entry_declare_model(Ir *ir, const ModelInterface *interface);

/** The functions on the way of a call into the phases. */
typedef struct Entry {
    LLVMValueRef run;   /* NAME_run_HASH */
    LLVMValueRef call;  /* the generic entry of NAME_model */
    LLVMValueRef start; /* what both call: checks, control word, phases */
    LLVMValueRef check; /* what `start` asks for the CPU; NULL without needs */
} Entry;

/** Emits the body of `run`, and the others. */
Entry entry_emit(Ir *ir, const EntryParts *parts, LLVMValueRef run);

/** Emits `i1 cpu()`: true if every need of the target is met. */
LLVMValueRef cpu_check_emit(Ir *ir);

/** The floating-point control word (MXCSR, FPCR) in a function: what it was, what we want. */
typedef struct ControlWord {
    LLVMValueRef saved; /* x86: a slot of the stack; ARM: the value */
    LLVMValueRef ours;  /* x86: a slot of the stack; ARM: NULL */
} ControlWord;

/** In the first block of a function: makes room. */
ControlWord control_word_begin(Ir *ir);

/** Saves the caller's word and sets ours: round to nearest, nothing traps, denormals kept, or
 *  flushed under --math=fast. */
void control_word_set(Ir *ir, ControlWord *word);

/** Sets the caller's again. */
void control_word_restore(Ir *ir, const ControlWord *word);

/** Sets the initializer of NAME_model. */
void model_emit(Ir *ir, const ModelInterface *interface, LLVMValueRef model, LLVMValueRef call);

/** Sets `stack_bytes` in NAME_model's initializer, which is known last of all.
 *  @return its place in the structure, in bytes */
uint64_t model_set_stack(Ir *ir, LLVMValueRef model, int64_t stack_bytes);

#endif
