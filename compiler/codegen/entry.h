/* What an object shows to its callers: NAME_run, NAME_run_threads, both with _HASH, NAME_model. */
#ifndef NETC_CODEGEN_ENTRY_H
#define NETC_CODEGEN_ENTRY_H

#include "codegen/emit.h"

/** The phases for one CPU. */
typedef struct EntryVersion {
    const CodegenTarget *target;
    const char *name; /* Ir.version */
    const LoopProgram *program;
    LLVMValueRef *phases; /* as program->fns */
    LLVMValueRef check;   /* `i1 cpu()`: this CPU can run them; NULL: every CPU can */
} EntryVersion;

/** Everything the entry needs beside the interface. */
typedef struct EntryParts {
    const ModelInterface *interface;
    const CtxLayout *layout;
    EntryVersion *versions; /* the first that this CPU can run is run */
    int n_versions;
    LLVMValueRef weights; /* pointer to the packed weights in the object, or null */
    uint64_t stamp;       /* the object's constant (contract.md 3) */
} EntryParts;

/** The functions on the way of a call into the phases. Those of threads are NULL without them. */
typedef struct Entry {
    LLVMValueRef run;           /* NAME_run_HASH */
    LLVMValueRef run_threads;   /* NAME_run_threads_HASH */
    LLVMValueRef call;          /* the generic entry of NAME_model */
    LLVMValueRef start;         /* what all of them call: checks, control word, phases */
    LLVMValueRef start_threads; /* the same on threads: it has them call a team or a task */
    LLVMValueRef team;          /* all phases, with barriers in between */
    LLVMValueRef task;          /* one phase */
    LLVMValueRef barrier;
} Entry;

/** Declares NAME_run, NAME_run_threads and their hashed names: first of all, so that no layer's
 * local name, `run` or `model`, takes theirs. */
Entry entry_declare(Ir *ir, const ModelInterface *interface);
LLVMValueRef entry_declare_model(Ir *ir, const ModelInterface *interface);

/** Emits the bodies of what was declared, and the other functions. Sets the versions' checks. */
void entry_emit(Ir *ir, const EntryParts *parts, Entry *entry);

/** Emits `i1 cpu()`: true if every need of the target is met. */
LLVMValueRef cpu_check_emit(Ir *ir, const CodegenTarget *target);

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
