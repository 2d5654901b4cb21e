/* NAME_run: the way from a caller into the phases (contract.md 3).
 *
 *     i32 NAME_run(in..., out..., workspace, [weights])  puts its arguments into ctx, calls start
 *     i32 NAME_run_threads(..., threads)                 the same, calls start_threads
 *     i32 call(in, out, workspace, weights, threads)     the same for NAME_model.run
 *     i32 start(ctx)
 *         a tensor is NULL, or the workspace NULL or misaligned       -> NETC_E_ARGUMENT
 *         weights that the caller passes are NULL or misaligned       -> NETC_E_WEIGHTS
 *         the workspace does not hold this object's stamp, and
 *           the CPU lacks features of every version                   -> NETC_E_CPU
 *           else stamp it with the version
 *         save and set the control word, run the phases, restore it   -> NETC_OK
 *
 * All of it is compiled for the baseline, so that it runs on any CPU of the architecture. What
 * threads do is in entry_threads.c. */
#include "codegen/entry_parts.h"

static int n_tensors(const ModelInterface *interface) {
    return interface->n_inputs + interface->n_outputs;
}

/* Arguments of NAME_run: the first entries of ctx, in its order. */
static int n_arguments(const ModelInterface *interface) {
    return n_tensors(interface) + 1 + (interface->weights_extern ? 1 : 0);
}

/* A function of n pointers with its name and its hashed name. */
static LLVMValueRef declare(Ir *ir, const ModelInterface *interface, const char *role, int n) {
    LLVMTypeRef *params = ARENA_ARRAY(ir->arena, LLVMTypeRef, (size_t)n);
    for (int i = 0; i < n; i++) params[i] = ir->ptr;
    LLVMTypeRef type = LLVMFunctionType(ir->i32, params, (unsigned)n, false);
    const char *name = arena_printf(ir->arena, "%s_%s", ir->prefix, role);
    const char *hashed = arena_printf(ir->arena, "%s_%s", name, interface->abi_hash);
    LLVMValueRef function = ir_function(ir, hashed, type, IR_ENTRY);
    LLVMAddAlias2(ir->module, type, 0, function, name);
    return function;
}

Entry entry_declare(Ir *ir, const ModelInterface *interface) {
    int n = n_arguments(interface);
    Entry entry = {.run = declare(ir, interface, "run", n)};
    if (interface->threads) entry.run_threads = declare(ir, interface, "run_threads", n + 1);
    return entry;
}

static void run_version(Ir *ir, const EntryParts *parts, int version, void *ctx) {
    const EntryVersion *v = &parts->versions[version];
    for (size_t i = 0; i < v->program->fns.len; i++) {
        LLVMValueRef args[] = {ctx, ir_int32(ir, 0), ir_int32(ir, 1)};
        entry_call(ir, v->phases[i], args, 3);
    }
}

static LLVMValueRef emit_start(Ir *ir, const EntryParts *parts) {
    LLVMValueRef start = entry_function(ir, "start", ir->i32, &ir->ptr, 1);
    LLVMValueRef ctx = LLVMGetParam(start, 0);
    ControlWord word = control_word_begin(ir);
    bool has_workspace = parts->interface->workspace_bytes > 0;
    entry_check_arguments(ir, parts, ctx, has_workspace);
    LLVMValueRef version = entry_choose_version(ir, parts, ctx, has_workspace);
    control_word_set(ir, &word);
    entry_switch_version(ir, parts, version, run_version, ctx);
    control_word_restore(ir, &word);
    LLVMBuildRet(ir->builder, ir_int32(ir, NETC_OK));
    return start;
}

static void return_call(Ir *ir, LLVMValueRef function, LLVMValueRef *args, unsigned n) {
    LLVMBuildRet(ir->builder, entry_call(ir, function, args, n));
}

/* NAME_run, and with `start_threads` NAME_run_threads. */
static void emit_run(Ir *ir, const EntryParts *parts, LLVMValueRef run, LLVMValueRef start,
                     bool threads) {
    ir_at_end(ir, ir_block(ir, run, ""));
    LLVMValueRef ctx = ctx_alloca(ir, parts->layout);
    int n = n_arguments(parts->interface);
    for (int i = 0; i < n; i++) ctx_store(ir, LLVMGetParam(run, (unsigned)i), ctx, i);
    if (!parts->interface->weights_extern) ctx_store(ir, parts->weights, ctx, n);
    LLVMValueRef args[] = {ctx, threads ? LLVMGetParam(run, (unsigned)n) : NULL};
    return_call(ir, start, args, threads ? 2 : 1);
}

static LLVMValueRef emit_call(Ir *ir, const EntryParts *parts, const Entry *entry) {
    enum { IN, OUT, WORKSPACE, WEIGHTS, THREADS, PARAMS };
    LLVMTypeRef params[PARAMS] = {ir->ptr, ir->ptr, ir->ptr, ir->ptr, ir->ptr};
    LLVMValueRef call = entry_function(ir, "call", ir->i32, params, PARAMS);
    LLVMValueRef in = LLVMGetParam(call, IN), out = LLVMGetParam(call, OUT);
    LLVMValueRef threads = LLVMGetParam(call, THREADS), ctx = ctx_alloca(ir, parts->layout);
    LLVMValueRef bad = LLVMBuildOr(ir->builder, entry_is_null(ir, in), entry_is_null(ir, out), "");
    entry_return_if(ir, bad, NETC_E_ARGUMENT);
    int n_inputs = parts->interface->n_inputs, n = n_tensors(parts->interface);
    for (int i = 0; i < n; i++) {
        bool is_input = i < n_inputs;
        ctx_store(ir, ctx_load(ir, is_input ? in : out, is_input ? i : i - n_inputs), ctx, i);
    }
    ctx_store(ir, LLVMGetParam(call, WORKSPACE), ctx, n);
    bool is_extern = parts->interface->weights_extern;
    ctx_store(ir, is_extern ? LLVMGetParam(call, WEIGHTS) : parts->weights, ctx, n + 1);
    LLVMValueRef args[] = {ctx, threads};
    if (entry->start_threads) {
        return_call(ir, entry->start_threads, args, 2);
    } else {
        LLVMValueRef some = LLVMBuildIsNotNull(ir->builder, threads, "");
        entry_return_if(ir, some, NETC_E_THREADS);
        return_call(ir, entry->start, args, 1);
    }
    return call;
}

void entry_emit(Ir *ir, const EntryParts *parts, Entry *entry) {
    for (int v = 0; v < parts->n_versions; v++) {
        EntryVersion *version = &parts->versions[v];
        ir->version = version->name;
        if (version->target->n_needs > 0) version->check = cpu_check_emit(ir, version->target);
    }
    ir->version = "";
    entry->start = emit_start(ir, parts);
    if (parts->interface->threads) entry_emit_threads(ir, parts, entry);
    emit_run(ir, parts, entry->run, entry->start, false);
    if (entry->run_threads) emit_run(ir, parts, entry->run_threads, entry->start_threads, true);
    entry->call = emit_call(ir, parts, entry);
}
