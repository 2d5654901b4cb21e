/* See weights.h. */
#include "codegen/weights.h"

#include "codegen/stand_in.h"

#include <assert.h>

enum { LINE = 64 };

static LLVMValueRef bytes_constant(Ir *ir, const unsigned char *bytes, size_t len) {
    return LLVMConstStringInContext2(ir->context, (const char *)bytes, len, true);
}

/* { [STAND_IN_MARK x i8], [the others x i8] } */
static LLVMValueRef in_two(Ir *ir, LLVMValueRef first, LLVMValueRef rest) {
    return LLVMConstStructInContext(ir->context, (LLVMValueRef[]){first, rest}, 2, true);
}

/* Codegen must not believe what stands in the constant: externally_initialized says so. */
LLVMValueRef weights_stand_in(Ir *ir, size_t len) {
    if (len == 0) return LLVMConstNull(ir->ptr);
    assert(len > STAND_IN_MARK);
    LLVMValueRef zeros = LLVMConstNull(LLVMArrayType2(ir->i8, len - STAND_IN_MARK));
    LLVMValueRef value = in_two(ir, bytes_constant(ir, stand_in_mark, STAND_IN_MARK), zeros);
    const char *name = arena_printf(ir->arena, "%s_weights", ir->prefix);
    LLVMValueRef global = LLVMAddGlobal(ir->module, LLVMTypeOf(value), name);
    LLVMSetInitializer(global, value);
    LLVMSetGlobalConstant(global, true);
    LLVMSetExternallyInitialized(global, true);
    LLVMSetAlignment(global, LINE);
    ir_make_local(ir, global);
    return global;
}

void weights_into_module(Ir *ir, LLVMValueRef stand_in, const unsigned char *weights, size_t len) {
    if (len == 0) return;
    LLVMValueRef first = bytes_constant(ir, weights, STAND_IN_MARK);
    LLVMValueRef rest = bytes_constant(ir, weights + STAND_IN_MARK, len - STAND_IN_MARK);
    LLVMSetInitializer(stand_in, in_two(ir, first, rest));
}
