/* NAME_model: the descriptor for generic callers, laid out as the runtime's `struct netc_model`. */
#include "codegen/entry.h"

#include <llvm-c/Target.h>

enum { MODEL_ABI = 2, MODEL_FIELDS = 16, MODEL_STACK_BYTES = 13, TENSOR_FIELDS = 6 };

static LLVMTypeRef model_type(Ir *ir) {
    LLVMTypeRef hash = LLVMArrayType2(ir->i8, 16);
    LLVMTypeRef fields[MODEL_FIELDS] = {ir->i32, ir->ptr, ir->ptr, ir->ptr, hash,    ir->i32,
                                        ir->i32, ir->ptr, ir->ptr, ir->i64, ir->i64, ir->i64,
                                        ir->i64, ir->i64, ir->i64, ir->ptr};
    return LLVMStructTypeInContext(ir->context, fields, MODEL_FIELDS, false);
}

/* "N C H W" */
static const char *axis_names(Ir *ir, const TensorType *type) {
    Text text = text_in(ir->arena);
    for (int i = 0; i < type->rank; i++) {
        text_printf(&text, "%s%s", i ? " " : "", type->axes[i].name);
    }
    return text_str(&text);
}

static LLVMValueRef tensor_constant(Ir *ir, const ModelTensor *tensor) {
    LLVMValueRef extent[MAX_RANK];
    for (int i = 0; i < MAX_RANK; i++) {
        extent[i] = ir_int(ir, i < tensor->type.rank ? tensor->type.axes[i].extent : 0);
    }
    LLVMValueRef fields[TENSOR_FIELDS] = {
        ir_string(ir, tensor->name),
        ir_string(ir, axis_names(ir, &tensor->type)),
        ir_int32(ir, tensor->type.rank),
        ir_int32(ir, tensor->type.dtype == DTYPE_U8),
        LLVMConstArray2(ir->i64, extent, MAX_RANK),
        ir_int(ir, tensor->elems),
    };
    return LLVMConstStructInContext(ir->context, fields, TENSOR_FIELDS, false);
}

/* Read-only, but holds addresses: .data.rel.ro when position independent. */
static LLVMValueRef tensor_table(Ir *ir, const char *role, const ModelTensor *tensors, int n) {
    if (n == 0) return LLVMConstNull(ir->ptr);
    LLVMValueRef *all = ARENA_ARRAY(ir->arena, LLVMValueRef, (size_t)n);
    for (int i = 0; i < n; i++) all[i] = tensor_constant(ir, &tensors[i]);
    LLVMValueRef table = LLVMConstArray2(LLVMTypeOf(all[0]), all, (uint64_t)n);
    const char *name = arena_printf(ir->arena, "%s_%s", ir->prefix, role);
    LLVMValueRef global = LLVMAddGlobal(ir->module, LLVMTypeOf(table), name);
    LLVMSetInitializer(global, table);
    LLVMSetGlobalConstant(global, true);
    ir_make_local(ir, global);
    return global;
}

LLVMValueRef entry_declare_model(Ir *ir, const ModelInterface *interface) {
    const char *name = arena_printf(ir->arena, "%s_model", interface->name);
    LLVMValueRef model = LLVMAddGlobal(ir->module, model_type(ir), name);
    LLVMSetGlobalConstant(model, true);
    return model;
}

void model_emit(Ir *ir, const ModelInterface *interface, LLVMValueRef model, LLVMValueRef call) {
    LLVMValueRef fields[MODEL_FIELDS] = {
        ir_int32(ir, MODEL_ABI),
        ir_string(ir, interface->name),
        ir_string(ir, interface->compiler),
        ir_string(ir, interface->cpu),
        LLVMConstStringInContext2(ir->context, (const char *)interface->hash, 16, true),
        ir_int32(ir, interface->n_inputs),
        ir_int32(ir, interface->n_outputs),
        tensor_table(ir, "inputs", interface->inputs, interface->n_inputs),
        tensor_table(ir, "outputs", interface->outputs, interface->n_outputs),
        ir_int(ir, interface->workspace_bytes),
        ir_int(ir, interface->workspace_align),
        ir_int(ir, interface->threads_bytes),
        ir_int(ir, interface->thread_bytes),
        ir_int(ir, interface->stack_bytes),
        ir_int(ir, interface->weights_bytes),
        call,
    };
    LLVMSetInitializer(model, LLVMConstStructInContext(ir->context, fields, MODEL_FIELDS, false));
}

uint64_t model_set_stack(Ir *ir, LLVMValueRef model, int64_t stack_bytes) {
    LLVMValueRef old = LLVMGetInitializer(model), fields[MODEL_FIELDS];
    for (unsigned i = 0; i < MODEL_FIELDS; i++) fields[i] = LLVMGetOperand(old, i);
    fields[MODEL_STACK_BYTES] = ir_int(ir, stack_bytes);
    LLVMSetInitializer(model, LLVMConstStructInContext(ir->context, fields, MODEL_FIELDS, false));
    LLVMTargetDataRef layout = LLVMGetModuleDataLayout(ir->module);
    return LLVMOffsetOfElement(layout, LLVMTypeOf(old), MODEL_STACK_BYTES);
}
