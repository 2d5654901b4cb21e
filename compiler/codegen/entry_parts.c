/* Small pieces of code that the functions of the entry are made of. */
#include "codegen/entry_parts.h"

enum { SLOT = 8 };

LLVMValueRef entry_function(Ir *ir, const char *role, LLVMTypeRef result, LLVMTypeRef *params,
                            unsigned n) {
    const char *name = arena_printf(ir->arena, "%s_%s", ir->prefix, role);
    LLVMTypeRef type = LLVMFunctionType(result, params, n, false);
    LLVMValueRef function = ir_function(ir, name, type, IR_ENTRY);
    ir_make_local(ir, function);
    ir_at_end(ir, ir_block(ir, function, ""));
    return function;
}

LLVMValueRef ctx_alloca(Ir *ir, const CtxLayout *layout) {
    LLVMTypeRef type = LLVMArrayType2(ir->ptr, (uint64_t)(ctx_entries(layout) + CTX_EXTRAS));
    return LLVMBuildAlloca(ir->builder, type, "ctx");
}

LLVMValueRef ctx_load(Ir *ir, LLVMValueRef ctx, int64_t index) {
    LLVMValueRef load = LLVMBuildLoad2(ir->builder, ir->ptr, ir_offset(ir, ctx, SLOT * index), "");
    LLVMSetAlignment(load, SLOT);
    return load;
}

void ctx_store(Ir *ir, LLVMValueRef value, LLVMValueRef ctx, int64_t index) {
    LLVMSetAlignment(LLVMBuildStore(ir->builder, value, ir_offset(ir, ctx, SLOT * index)), SLOT);
}

static LLVMValueRef extra_slot(Ir *ir, const EntryParts *parts, LLVMValueRef ctx, CtxExtra extra) {
    return ir_offset(ir, ctx, SLOT * (ctx_entries(parts->layout) + (int64_t)extra));
}

LLVMValueRef ctx_load_number(Ir *ir, const EntryParts *parts, LLVMValueRef ctx, CtxExtra extra) {
    return LLVMBuildLoad2(ir->builder, ir->i32, extra_slot(ir, parts, ctx, extra), "");
}

void ctx_store_number(Ir *ir, const EntryParts *parts, LLVMValueRef value, LLVMValueRef ctx,
                      CtxExtra extra) {
    LLVMBuildStore(ir->builder, value, extra_slot(ir, parts, ctx, extra));
}

LLVMValueRef entry_call(Ir *ir, LLVMValueRef function, LLVMValueRef *args, unsigned n) {
    return LLVMBuildCall2(ir->builder, LLVMGlobalGetValueType(function), function, args, n, "");
}

static LLVMValueRef current_function(const Ir *ir) {
    return LLVMGetBasicBlockParent(LLVMGetInsertBlock(ir->builder));
}

void entry_return_if(Ir *ir, LLVMValueRef condition, int status) {
    LLVMValueRef function = current_function(ir);
    LLVMBasicBlockRef leave = ir_block(ir, function, "");
    LLVMBasicBlockRef go_on = ir_block(ir, function, "");
    LLVMBuildCondBr(ir->builder, condition, leave, go_on);
    ir_at_end(ir, leave);
    LLVMBuildRet(ir->builder, ir_int32(ir, status));
    ir_at_end(ir, go_on);
}

LLVMValueRef entry_is_null(Ir *ir, LLVMValueRef pointer) {
    return LLVMBuildIsNull(ir->builder, pointer, "");
}

LLVMValueRef entry_workspace(Ir *ir, const EntryParts *parts, LLVMValueRef ctx) {
    return ctx_load(ir, ctx, ctx_index(parts->layout, LOOP_WORKSPACE, 0));
}

void entry_switch_version(Ir *ir, const EntryParts *parts, LLVMValueRef version, EachVersion *emit,
                          void *context) {
    int n = parts->n_versions;
    if (n == 1) {
        emit(ir, parts, 0, context);
        return;
    }
    LLVMValueRef function = current_function(ir);
    LLVMBasicBlockRef join = ir_block(ir, function, "");
    LLVMBasicBlockRef last = ir_block(ir, function, "");
    LLVMValueRef choice = LLVMBuildSwitch(ir->builder, version, last, (unsigned)n - 1);
    for (int v = 0; v < n; v++) {
        LLVMBasicBlockRef block = v == n - 1 ? last : ir_block(ir, function, "");
        if (v < n - 1) LLVMAddCase(choice, ir_int32(ir, v), block);
        ir_at_end(ir, block);
        emit(ir, parts, v, context);
        LLVMBuildBr(ir->builder, join);
    }
    LLVMMoveBasicBlockAfter(join, LLVMGetInsertBlock(ir->builder));
    ir_at_end(ir, join);
}

bool phase_is_shared(const LoopFn *fn) { return fn->most_parts != 1; }
