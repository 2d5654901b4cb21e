/* One phase: its function, the pointers to its buffers, its body. */
#include "codegen/emit.h"

int ctx_index(const CtxLayout *layout, LoopSpace space, uint32_t index) {
    switch (space) {
    case LOOP_INPUT: return (int)index;
    case LOOP_OUTPUT: return layout->n_inputs + (int)index;
    case LOOP_WORKSPACE: return layout->n_inputs + layout->n_outputs;
    default: return layout->n_inputs + layout->n_outputs + 1;
    }
}

int ctx_entries(const CtxLayout *layout) { return layout->n_inputs + layout->n_outputs + 2; }

static LLVMValueRef emit_local(Ir *ir, const LoopBuffer *buffer) {
    LLVMTypeRef type = LLVMArrayType2(ir->f32, (uint64_t)buffer->elems);
    LLVMValueRef memory = LLVMBuildAlloca(ir->builder, type, buffer->name);
    LLVMSetAlignment(memory, (unsigned)buffer->align);
    return memory;
}

static LLVMValueRef emit_buffer(FnEmit *e, const LoopBuffer *buffer) {
    Ir *ir = e->ir;
    if (buffer->space == LOOP_LOCAL) return emit_local(ir, buffer);
    enum { POINTER = 8 };
    int64_t at = POINTER * (int64_t)ctx_index(e->layout, buffer->space, buffer->index);
    LLVMValueRef slot = ir_offset(ir, LLVMGetParam(e->function, 0), at);
    LLVMValueRef start = LLVMBuildLoad2(ir->builder, ir->ptr, slot, buffer->name);
    LLVMSetAlignment(start, POINTER);
    return buffer->offset ? ir_offset(ir, start, buffer->offset) : start;
}

LLVMValueRef emit_fn(Ir *ir, const LoopFn *fn, const CtxLayout *layout, bool fma) {
    LLVMTypeRef params[] = {ir->ptr, ir->i32, ir->i32};
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(ir->context), params, 3, false);
    const char *name = arena_printf(ir->arena, "%s_%s%s", ir->prefix, fn->name, ir->version);
    FnEmit e = {.ir = ir, .fn = fn, .layout = layout, .fma = fma};
    e.function = ir_function(ir, name, type, IR_KERNEL);
    ir_make_local(ir, e.function);
    e.values = ARENA_ARRAY(ir->arena, LLVMValueRef, fn->values.len + 1);
    e.buffers = ARENA_ARRAY(ir->arena, LLVMValueRef, fn->buffers.len);
    e.constants = ARENA_ARRAY(ir->arena, int64_t, fn->vars.len + 1);

    ir_at_end(ir, ir_block(ir, e.function, ""));
    level_push(&e, 0, NULL);
    for (size_t i = 0; i < fn->buffers.len; i++) e.buffers[i] = emit_buffer(&e, &fn->buffers.at[i]);
    emit_block(&e, &fn->body);
    LLVMBuildRetVoid(ir->builder);
    return e.function;
}
