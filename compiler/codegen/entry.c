/* NAME_run: the way from a caller into the phases (contract.md 3).
 *
 *     i32 NAME_run(in..., out..., workspace, [weights])  puts its arguments into ctx, calls start
 *     i32 call(in, out, workspace, weights, threads)     the same for NAME_model.run
 *     i32 start(ctx)
 *         a tensor is NULL, or the workspace NULL or misaligned       -> NETC_E_ARGUMENT
 *         weights that the caller passes are NULL or misaligned       -> NETC_E_WEIGHTS
 *         the workspace does not hold this object's stamp, and
 *           the CPU lacks a feature                                   -> NETC_E_CPU
 *           else stamp it
 *         save and set the control word, run the phases, restore it   -> NETC_OK
 *
 * All of it is compiled for the baseline, so that it runs on any CPU of the architecture. */
#include "codegen/entry.h"

#include <assert.h>

enum { NETC_OK = 0, NETC_E_ARGUMENT = 1, NETC_E_CPU = 2, NETC_E_WEIGHTS = 3 };
enum { POINTER = 8, WEIGHTS_ALIGN = 64, VERSION = 0 };

static int n_tensors(const ModelInterface *interface) {
    return interface->n_inputs + interface->n_outputs;
}

/* Arguments of NAME_run: the first entries of ctx, in its order. */
static int n_arguments(const ModelInterface *interface) {
    return n_tensors(interface) + 1 + (interface->weights_extern ? 1 : 0);
}

LLVMValueRef entry_declare_run(Ir *ir, const ModelInterface *interface) {
    int n = n_arguments(interface);
    LLVMTypeRef *params = ARENA_ARRAY(ir->arena, LLVMTypeRef, (size_t)n);
    for (int i = 0; i < n; i++) params[i] = ir->ptr;
    LLVMTypeRef type = LLVMFunctionType(ir->i32, params, (unsigned)n, false);
    const char *name = arena_printf(ir->arena, "%s_run_%s", ir->prefix, interface->abi_hash);
    LLVMValueRef run = ir_function(ir, name, type, IR_ENTRY);
    LLVMAddAlias2(ir->module, type, 0, run, arena_printf(ir->arena, "%s_run", ir->prefix));
    return run;
}

static LLVMValueRef local_function(Ir *ir, const char *role, LLVMTypeRef type) {
    const char *name = arena_printf(ir->arena, "%s_%s", ir->prefix, role);
    LLVMValueRef function = ir_function(ir, name, type, IR_ENTRY);
    ir_make_local(ir, function);
    ir_at_end(ir, ir_block(ir, function, ""));
    return function;
}

static LLVMValueRef load_pointer(Ir *ir, LLVMValueRef array, int64_t index) {
    LLVMValueRef at = ir_offset(ir, array, POINTER * index);
    LLVMValueRef load = LLVMBuildLoad2(ir->builder, ir->ptr, at, "");
    LLVMSetAlignment(load, POINTER);
    return load;
}

static void store_pointer(Ir *ir, LLVMValueRef value, LLVMValueRef array, int64_t index) {
    LLVMValueRef at = ir_offset(ir, array, POINTER * index);
    LLVMSetAlignment(LLVMBuildStore(ir->builder, value, at), POINTER);
}

static LLVMValueRef make_ctx(Ir *ir, const CtxLayout *layout) {
    LLVMTypeRef type = LLVMArrayType2(ir->ptr, (uint64_t)ctx_entries(layout));
    return LLVMBuildAlloca(ir->builder, type, "ctx");
}

static LLVMValueRef is_null(Ir *ir, LLVMValueRef pointer) {
    return LLVMBuildIsNull(ir->builder, pointer, "");
}

/* Ends the block: returns `status` where `condition` holds, goes on where it does not. */
static void return_if(Ir *ir, LLVMValueRef function, LLVMValueRef condition, int status) {
    LLVMBasicBlockRef leave = ir_block(ir, function, "");
    LLVMBasicBlockRef go_on = ir_block(ir, function, "");
    LLVMBuildCondBr(ir->builder, condition, leave, go_on);
    ir_at_end(ir, leave);
    LLVMBuildRet(ir->builder, ir_int32(ir, status));
    ir_at_end(ir, go_on);
}

/* True for NULL, and for what is not a multiple of `align`, a power of two. */
static LLVMValueRef is_unusable(Ir *ir, LLVMValueRef pointer, int64_t align) {
    LLVMBuilderRef b = ir->builder;
    LLVMValueRef address = LLVMBuildPtrToInt(b, pointer, ir->i64, "");
    LLVMValueRef rest = LLVMBuildAnd(b, address, ir_int(ir, align - 1), "");
    LLVMValueRef misaligned = LLVMBuildICmp(b, LLVMIntNE, rest, ir_int(ir, 0), "");
    return LLVMBuildOr(b, is_null(ir, pointer), misaligned, "");
}

static void check_arguments(Ir *ir, const EntryParts *parts, LLVMValueRef start, LLVMValueRef ctx,
                            LLVMValueRef workspace) {
    LLVMBuilderRef b = ir->builder;
    const ModelInterface *interface = parts->interface;
    LLVMValueRef bad = LLVMConstInt(ir->i1, 0, false);
    for (int i = 0; i < n_tensors(interface); i++) {
        bad = LLVMBuildOr(b, bad, is_null(ir, load_pointer(ir, ctx, i)), "");
    }
    if (interface->workspace_bytes > 0) {
        bad = LLVMBuildOr(b, bad, is_unusable(ir, workspace, interface->workspace_align), "");
    }
    return_if(ir, start, bad, NETC_E_ARGUMENT);
    if (interface->weights_extern && interface->weights_bytes > 0) {
        LLVMValueRef weights = load_pointer(ir, ctx, ctx_index(parts->layout, LOOP_WEIGHTS, 0));
        return_if(ir, start, is_unusable(ir, weights, WEIGHTS_ALIGN), NETC_E_WEIGHTS);
    }
}

static LLVMValueRef call_check(Ir *ir, LLVMValueRef check) {
    LLVMTypeRef type = LLVMGlobalGetValueType(check);
    LLVMValueRef good = LLVMBuildCall2(ir->builder, type, check, NULL, 0, "");
    return LLVMBuildNot(ir->builder, good, "");
}

/* The stamp is two words: the object's constant xor the workspace's address, and the number of the
 * version that the check chose. There is one version; any other number is no stamp. */
static void check_cpu_once(Ir *ir, const EntryParts *parts, LLVMValueRef start,
                           LLVMValueRef workspace, LLVMValueRef check) {
    enum { WORD = 8 };
    LLVMBuilderRef b = ir->builder;
    LLVMBasicBlockRef unknown = ir_block(ir, start, "unknown");
    LLVMBasicBlockRef known = ir_block(ir, start, "known");
    LLVMValueRef second = ir_offset(ir, workspace, WORD);
    LLVMValueRef address = LLVMBuildPtrToInt(b, workspace, ir->i64, "");
    LLVMValueRef stamp = LLVMBuildXor(b, address, ir_int(ir, (int64_t)parts->stamp), "");
    LLVMValueRef version = ir_int(ir, VERSION);
    LLVMValueRef ours =
        LLVMBuildICmp(b, LLVMIntEQ, LLVMBuildLoad2(b, ir->i64, workspace, ""), stamp, "");
    LLVMValueRef valid =
        LLVMBuildICmp(b, LLVMIntEQ, LLVMBuildLoad2(b, ir->i64, second, ""), version, "");
    LLVMBuildCondBr(b, LLVMBuildAnd(b, ours, valid, ""), known, unknown);

    ir_at_end(ir, unknown);
    return_if(ir, start, call_check(ir, check), NETC_E_CPU);
    LLVMBuildStore(b, stamp, workspace);
    LLVMBuildStore(b, version, second);
    LLVMBuildBr(b, known);
    ir_at_end(ir, known);
}

static void run_phases(Ir *ir, const EntryParts *parts, LLVMValueRef ctx, ControlWord *word) {
    control_word_set(ir, word);
    for (size_t i = 0; i < parts->n_phases; i++) {
        LLVMTypeRef type = LLVMGlobalGetValueType(parts->phases[i]);
        LLVMValueRef args[] = {ctx, ir_int32(ir, 0), ir_int32(ir, 1)};
        LLVMBuildCall2(ir->builder, type, parts->phases[i], args, 3, "");
    }
    control_word_restore(ir, word);
}

static LLVMValueRef emit_start(Ir *ir, const EntryParts *parts, LLVMValueRef check) {
    LLVMTypeRef type = LLVMFunctionType(ir->i32, &ir->ptr, 1, false);
    LLVMValueRef start = local_function(ir, "start", type);
    LLVMValueRef ctx = LLVMGetParam(start, 0);
    ControlWord word = control_word_begin(ir);
    LLVMValueRef workspace = load_pointer(ir, ctx, ctx_index(parts->layout, LOOP_WORKSPACE, 0));
    check_arguments(ir, parts, start, ctx, workspace);
    if (check && parts->interface->workspace_bytes > 0) {
        check_cpu_once(ir, parts, start, workspace, check);
    } else if (check) {
        return_if(ir, start, call_check(ir, check), NETC_E_CPU);
    }
    run_phases(ir, parts, ctx, &word);
    LLVMBuildRet(ir->builder, ir_int32(ir, NETC_OK));
    return start;
}

static void return_start(Ir *ir, LLVMValueRef start, LLVMValueRef ctx) {
    LLVMTypeRef type = LLVMGlobalGetValueType(start);
    LLVMBuildRet(ir->builder, LLVMBuildCall2(ir->builder, type, start, &ctx, 1, ""));
}

static void emit_run(Ir *ir, const EntryParts *parts, LLVMValueRef run, LLVMValueRef start) {
    ir_at_end(ir, ir_block(ir, run, ""));
    LLVMValueRef ctx = make_ctx(ir, parts->layout);
    int n = n_arguments(parts->interface);
    for (int i = 0; i < n; i++) store_pointer(ir, LLVMGetParam(run, (unsigned)i), ctx, i);
    if (!parts->interface->weights_extern) store_pointer(ir, parts->weights, ctx, n);
    return_start(ir, start, ctx);
}

static LLVMValueRef emit_call(Ir *ir, const EntryParts *parts, LLVMValueRef start) {
    enum { IN, OUT, WORKSPACE, WEIGHTS, THREADS, PARAMS };
    LLVMTypeRef params[PARAMS] = {ir->ptr, ir->ptr, ir->ptr, ir->ptr, ir->ptr};
    LLVMValueRef call =
        local_function(ir, "call", LLVMFunctionType(ir->i32, params, PARAMS, false));
    LLVMValueRef in = LLVMGetParam(call, IN), out = LLVMGetParam(call, OUT);
    LLVMValueRef ctx = make_ctx(ir, parts->layout);
    LLVMValueRef bad = LLVMBuildOr(ir->builder, is_null(ir, in), is_null(ir, out), "");
    return_if(ir, call, bad, NETC_E_ARGUMENT);
    int n_inputs = parts->interface->n_inputs, n = n_tensors(parts->interface);
    for (int i = 0; i < n; i++) {
        bool is_input = i < n_inputs;
        LLVMValueRef tensor = load_pointer(ir, is_input ? in : out, is_input ? i : i - n_inputs);
        store_pointer(ir, tensor, ctx, i);
    }
    store_pointer(ir, LLVMGetParam(call, WORKSPACE), ctx, n);
    bool is_extern = parts->interface->weights_extern;
    store_pointer(ir, is_extern ? LLVMGetParam(call, WEIGHTS) : parts->weights, ctx, n + 1);
    return_start(ir, start, ctx);
    return call;
}

Entry entry_emit(Ir *ir, const EntryParts *parts, LLVMValueRef run) {
    Entry entry = {.run = run};
    if (ir->target->n_needs > 0) entry.check = cpu_check_emit(ir);
    entry.start = emit_start(ir, parts, entry.check);
    emit_run(ir, parts, run, entry.start);
    entry.call = emit_call(ir, parts, entry.start);
    return entry;
}
