/* The module under construction: contexts, types, constants, functions and their attributes. */
#include "codegen/ir.h"

#include <assert.h>
#include <string.h>

Ir *ir_create(Arena *arena, const CodegenTarget *target, const char *prefix, bool strip) {
    Ir *ir = ARENA_NEW(arena, Ir);
    *ir = (Ir){.arena = arena, .target = target, .version = "", .prefix = prefix, .strip = strip};
    ir->context = LLVMContextCreate();
    ir->module = LLVMModuleCreateWithNameInContext(prefix, ir->context);
    ir->builder = LLVMCreateBuilderInContext(ir->context);
    ir->f32 = LLVMFloatTypeInContext(ir->context);
    ir->i1 = LLVMInt1TypeInContext(ir->context);
    ir->i8 = LLVMInt8TypeInContext(ir->context);
    ir->i32 = LLVMInt32TypeInContext(ir->context);
    ir->i64 = LLVMInt64TypeInContext(ir->context);
    ir->ptr = LLVMPointerTypeInContext(ir->context, 0);
    return ir;
}

void ir_destroy(Ir *ir) {
    LLVMDisposeBuilder(ir->builder);
    LLVMDisposeModule(ir->module);
    LLVMContextDispose(ir->context);
}

LLVMValueRef ir_int(Ir *ir, int64_t value) {
    return LLVMConstInt(ir->i64, (unsigned long long)value, true);
}

LLVMValueRef ir_int32(Ir *ir, int32_t value) {
    return LLVMConstInt(ir->i32, (unsigned long long)value, true);
}

/* Not LLVMConstReal: the way through double quiets a signalling NaN. */
LLVMValueRef ir_float(Ir *ir, float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return LLVMConstBitCast(LLVMConstInt(ir->i32, bits, false), ir->f32);
}

LLVMTypeRef ir_type(Ir *ir, LoopType type) {
    LLVMTypeRef scalar = type.scalar == LOOP_F32   ? ir->f32
                         : type.scalar == LOOP_I32 ? ir->i32
                                                   : ir->i1;
    return type.lanes == 1 ? scalar : LLVMVectorType(scalar, (unsigned)type.lanes);
}

LLVMValueRef ir_splat_constant(Ir *ir, LLVMValueRef scalar, int lanes) {
    if (lanes == 1) return scalar;
    LLVMValueRef *all = ARENA_ARRAY(ir->arena, LLVMValueRef, (size_t)lanes);
    for (int i = 0; i < lanes; i++) all[i] = scalar;
    return LLVMConstVector(all, (unsigned)lanes);
}

LLVMValueRef ir_lanes(Ir *ir, int first, int n, int last) {
    LLVMValueRef *lanes = ARENA_ARRAY(ir->arena, LLVMValueRef, (size_t)n);
    for (int i = 0; i < n; i++) lanes[i] = ir_int32(ir, first + i < last ? first + i : last);
    return LLVMConstVector(lanes, (unsigned)n);
}

LLVMValueRef ir_offset(Ir *ir, LLVMValueRef base, int64_t bytes) {
    if (bytes == 0) return base;
    LLVMValueRef index = ir_int(ir, bytes);
    return LLVMBuildInBoundsGEP2(ir->builder, ir->i8, base, &index, 1, "");
}

LLVMValueRef ir_intrinsic(Ir *ir, const char *name, LLVMTypeRef *types, size_t n_types,
                          LLVMValueRef *args, unsigned n_args) {
    unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
    assert(id != 0);
    LLVMValueRef function = LLVMGetIntrinsicDeclaration(ir->module, id, types, n_types);
    LLVMTypeRef type = LLVMIntrinsicGetType(ir->context, id, types, n_types);
    return LLVMBuildCall2(ir->builder, type, function, args, n_args, "");
}

LLVMValueRef ir_string(Ir *ir, const char *text) {
    LLVMValueRef bytes = LLVMConstStringInContext2(ir->context, text, strlen(text), false);
    LLVMValueRef global = LLVMAddGlobal(ir->module, LLVMTypeOf(bytes), "");
    LLVMSetInitializer(global, bytes);
    LLVMSetGlobalConstant(global, true);
    LLVMSetLinkage(global, LLVMPrivateLinkage);
    LLVMSetUnnamedAddress(global, LLVMGlobalUnnamedAddr);
    LLVMSetAlignment(global, 1);
    return global;
}

static void add_enum(Ir *ir, LLVMValueRef function, const char *kind, uint64_t value) {
    unsigned id = LLVMGetEnumAttributeKindForName(kind, strlen(kind));
    assert(id != 0);
    LLVMAddAttributeAtIndex(function, (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
                            LLVMCreateEnumAttribute(ir->context, id, value));
}

static void add_text(Ir *ir, LLVMValueRef function, const char *key, const char *value) {
    LLVMAddAttributeAtIndex(function, (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
                            LLVMCreateStringAttribute(ir->context, key, (unsigned)strlen(key),
                                                      value, (unsigned)strlen(value)));
}

LLVMValueRef ir_function(Ir *ir, const char *name, LLVMTypeRef type, IrCode code) {
    enum { ASYNCHRONOUS_UNWIND_TABLE = 2 };
    const CodegenTarget *target = ir->target;
    LLVMValueRef function = LLVMAddFunction(ir->module, name, type);
    bool entry = code == IR_ENTRY;
    add_text(ir, function, "target-cpu", entry ? target->entry_cpu : target->cpu);
    add_text(ir, function, "tune-cpu", entry ? target->entry_cpu : target->tune);
    add_text(ir, function, "target-features", entry ? "" : target->features);
    if (!entry) {
        add_text(ir, function, "prefer-vector-width",
                 arena_printf(ir->arena, "%d", target->vector_bits));
    }
    if (!entry && target->flush_denormals) {
        add_text(ir, function, "denormal-fp-math-f32", "preserve-sign,preserve-sign");
    }
    add_text(ir, function, "no-builtins", "");
    add_text(ir, function, "warn-stack-size", "0");
    add_enum(ir, function, "noredzone", 0);
    add_enum(ir, function, "nounwind", 0);
    if (!ir->strip) add_enum(ir, function, "uwtable", ASYNCHRONOUS_UNWIND_TABLE);
    return function;
}

void ir_make_local(Ir *ir, LLVMValueRef global) {
    LLVMSetLinkage(global, ir->strip ? LLVMPrivateLinkage : LLVMInternalLinkage);
}

LLVMBasicBlockRef ir_block(Ir *ir, LLVMValueRef function, const char *name) {
    return LLVMAppendBasicBlockInContext(ir->context, function, name);
}

void ir_at_end(Ir *ir, LLVMBasicBlockRef block) { LLVMPositionBuilderAtEnd(ir->builder, block); }
