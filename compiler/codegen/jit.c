/* LLJIT: the bytes of the object go in as they are; nothing is compiled here. */
#include "codegen/jit.h"

#include "codegen/target.h"

#include <llvm-c/Core.h>
#include <llvm-c/Error.h>
#include <llvm-c/LLJIT.h>
#include <llvm-c/Orc.h>
#include <stdint.h>

struct Jit {
    LLVMOrcLLJITRef lljit;
};

/* The text of an error, moved into the arena; the error is consumed. */
static const char *take_error(Arena *arena, LLVMErrorRef error) {
    char *message = LLVMGetErrorMessage(error);
    const char *copy = arena_strdup(arena, message);
    LLVMDisposeErrorMessage(message);
    return copy;
}

/* Not LLJIT's own choice of machine: that reads the features of this CPU, of which LLVM may
 * complain on stderr. */
static const char *create_lljit(Arena *arena, LLVMOrcLLJITRef *out) {
    LLVMTargetMachineRef machine;
    const char *why = target_machine_for_loading(arena, &machine);
    if (why) return why;
    LLVMOrcLLJITBuilderRef builder = LLVMOrcCreateLLJITBuilder();
    LLVMOrcLLJITBuilderSetJITTargetMachineBuilder(
        builder, LLVMOrcJITTargetMachineBuilderCreateFromTargetMachine(machine));
    LLVMErrorRef error = LLVMOrcCreateLLJIT(out, builder);
    return error ? take_error(arena, error) : NULL;
}

Jit *jit_load(Arena *arena, const char *object, size_t len, const char **why) {
    Jit *jit = ARENA_NEW(arena, Jit);
    *why = create_lljit(arena, &jit->lljit);
    if (*why) return NULL;
    LLVMMemoryBufferRef copy = LLVMCreateMemoryBufferWithMemoryRangeCopy(object, len, "object");
    LLVMErrorRef error =
        LLVMOrcLLJITAddObjectFile(jit->lljit, LLVMOrcLLJITGetMainJITDylib(jit->lljit), copy);
    if (error) {
        *why = take_error(arena, error);
        jit_destroy(jit);
        return NULL;
    }
    return jit;
}

void *jit_symbol(Jit *jit, const char *name) {
    LLVMOrcExecutorAddress address = 0;
    LLVMErrorRef error = LLVMOrcLLJITLookup(jit->lljit, &address, name);
    if (error) {
        LLVMConsumeError(error);
        return NULL;
    }
    return (void *)(uintptr_t)address;
}

void jit_destroy(Jit *jit) {
    if (jit == NULL) return;
    LLVMConsumeError(LLVMOrcDisposeLLJIT(jit->lljit));
}
