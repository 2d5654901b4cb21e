/* LLVM's target machine: what it knows, and emission to memory.
 *
 * LLVM ends the process, or writes to stderr and goes on with other code, when it does not know a
 * triple, a CPU or a feature; so all three are checked against our own tables before. */
#ifndef NETC_CODEGEN_TARGET_H
#define NETC_CODEGEN_TARGET_H

#include "codegen/codegen.h"

#include <llvm-c/TargetMachine.h>

/** What a triple says of its instruction set. */
typedef enum TargetArch { TARGET_NONE, TARGET_X86_64, TARGET_AARCH64 } TargetArch;

/** The instruction set, or TARGET_NONE if there is no code generator for it. */
TargetArch target_arch(const char *triple);

/** NULL, or in words what of the target is not known. */
const char *target_check(Arena *arena, const CodegenTarget *target);

/** Makes the machine to compile for. Dispose of it with LLVMDisposeTargetMachine.
 *  @return NULL, or the reason in words */
const char *target_machine(Arena *arena, const CodegenTarget *target, LLVMTargetMachineRef *out);

/** The same for code that is loaded, not compiled: the baseline of this process' architecture. */
const char *target_machine_for_loading(Arena *arena, LLVMTargetMachineRef *out);

/** Compiles the module, which LLVM changes on the way, to an object or assembly in `arena`.
 *  @return NULL, or the reason in words */
const char *target_emit(Arena *arena, LLVMTargetMachineRef machine, LLVMModuleRef module,
                        LLVMCodeGenFileType type, char **bytes, size_t *len);

#endif
