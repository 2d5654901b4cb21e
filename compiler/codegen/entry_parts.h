/* What the files of the entry share: small pieces of code, and the order of ctx. */
#ifndef NETC_CODEGEN_ENTRY_PARTS_H
#define NETC_CODEGEN_ENTRY_PARTS_H

#include "codegen/entry.h"

enum { NETC_OK = 0, NETC_E_ARGUMENT = 1, NETC_E_CPU = 2, NETC_E_WEIGHTS = 3, NETC_E_THREADS = 4 };

/** What follows the pointers of the phases in ctx, when threads run them: slots of a pointer's
 * size. */
typedef enum CtxExtra {
    CTX_THREADS, /* the caller's struct netc_threads */
    CTX_COUNT,   /* its count, read once */
    CTX_VERSION,
    CTX_TASK, /* number of the phase to run, of all versions */
    CTX_EXTRAS
} CtxExtra;

/** A new local function NAME_role of the baseline; the builder stands in its first block. */
LLVMValueRef entry_function(Ir *ir, const char *role, LLVMTypeRef result, LLVMTypeRef *params,
                            unsigned n);

/** The slots of ctx, and space for all of them in the function's frame. */
LLVMValueRef ctx_alloca(Ir *ir, const CtxLayout *layout);
LLVMValueRef ctx_load(Ir *ir, LLVMValueRef ctx, int64_t index);
void ctx_store(Ir *ir, LLVMValueRef value, LLVMValueRef ctx, int64_t index);

/** The same for what follows the pointers: a number is an i32 in its slot. */
LLVMValueRef ctx_load_number(Ir *ir, const EntryParts *parts, LLVMValueRef ctx, CtxExtra extra);
void ctx_store_number(Ir *ir, const EntryParts *parts, LLVMValueRef value, LLVMValueRef ctx,
                      CtxExtra extra);

/** Calls a function of ours, whose type is its own. */
LLVMValueRef entry_call(Ir *ir, LLVMValueRef function, LLVMValueRef *args, unsigned n);

/** Ends the block: returns `status` where `condition` holds, goes on where it does not. */
void entry_return_if(Ir *ir, LLVMValueRef condition, int status);

LLVMValueRef entry_is_null(Ir *ir, LLVMValueRef pointer);
LLVMValueRef entry_workspace(Ir *ir, const EntryParts *parts, LLVMValueRef ctx);

/** Returns a status unless tensors, workspace and weights are usable.
 *  @param needs_workspace  it may not be NULL */
void entry_check_arguments(Ir *ir, const EntryParts *parts, LLVMValueRef ctx, bool needs_workspace);

/** Returns NETC_E_CPU if this CPU can run no version, else gives the number of one, as i32.
 *  @param has_stamp  the workspace has room for the stamp, which makes this cheap */
LLVMValueRef entry_choose_version(Ir *ir, const EntryParts *parts, LLVMValueRef ctx,
                                  bool has_stamp);

/** Emits one block for each version, called with its number, and joins them. */
typedef void EachVersion(Ir *ir, const EntryParts *parts, int version, void *context);
void entry_switch_version(Ir *ir, const EntryParts *parts, LLVMValueRef version, EachVersion *emit,
                          void *context);

/** True if more than one part of a phase pays. */
bool phase_is_shared(const LoopFn *fn);

/** Emits start_threads and what it calls. */
void entry_emit_threads(Ir *ir, const EntryParts *parts, Entry *entry);

#endif
