/* LoopProgram -> object bytes: the recipe.
 *
 * Module: weights, phases, entry, descriptor. The object is compiled from a copy, because code
 * generation changes a module; LLVM reports the stack frame of every function on the way. Their sum
 * along the call chain is written into the bytes of NAME_model and into the module, from which
 * assembly and text are then made. */
#include "base/hash.h"
#include "codegen/entry.h"
#include "codegen/object.h"
#include "codegen/stand_in.h"
#include "codegen/target.h"
#include "codegen/weights.h"

#include <assert.h>
#include <llvm-c/Analysis.h>
#include <llvm-c/BitWriter.h>
#include <llvm-c/ErrorHandling.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** The stack frame of one function. */
typedef struct Frame {
    const char *function;
    int64_t bytes; /* without the return address */
} Frame;

/** What LLVM said while it compiled. */
typedef struct Reports {
    Arena *arena;
    VEC(Frame) frames;
    const char *error; /* the first, or NULL */
} Reports;

/* "<unknown>:0:0: stack frame size (104) exceeds limit (0) in function 'lenet5_start'" */
static bool parse_frame(Arena *arena, const char *text, Frame *out) {
    static const char SIZE[] = "stack frame size (", NAME[] = "in function '";
    const char *size = strstr(text, SIZE), *name = strstr(text, NAME);
    if (size == NULL || name == NULL) return false;
    name += strlen(NAME);
    out->bytes = strtoll(size + strlen(SIZE), NULL, 10);
    out->function = arena_strndup(arena, name, strcspn(name, "'"));
    return true;
}

static void on_diagnostic(LLVMDiagnosticInfoRef info, void *context) {
    Reports *reports = context;
    char *text = LLVMGetDiagInfoDescription(info);
    Frame frame;
    if (parse_frame(reports->arena, text, &frame)) {
        VEC_PUSH(reports->arena, &reports->frames, frame);
    } else if (LLVMGetDiagInfoSeverity(info) == LLVMDSError && reports->error == NULL) {
        reports->error = arena_strdup(reports->arena, text);
    }
    LLVMDisposeMessage(text);
}

/* Bytes that a call of `function` takes: its return address and its frame. LLVM reports no frame
 * of 0 bytes. A frame that holds vectors is rounded up to their size, and its start aligned to it,
 * beyond what is reported. */
static int64_t stack_of(const Reports *reports, LLVMValueRef function, int64_t vector_bytes) {
    enum { RETURN_ADDRESS = 8 }; /* ARM's is part of the frame, if it has one */
    if (function == NULL) return 0;
    size_t len;
    const char *name = LLVMGetValueName2(function, &len);
    for (size_t i = 0; i < reports->frames.len; i++) {
        const Frame *frame = &reports->frames.at[i];
        if (strcmp(frame->function, name) == 0) {
            return RETURN_ADDRESS + frame->bytes + 2 * vector_bytes;
        }
    }
    return RETURN_ADDRESS;
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

/* The deepest chain of the object's own functions, on any thread: run or call, start or
 * start_threads, then the team or a task, then a check, a phase or the barrier. */
static int64_t stack_bound(const Reports *reports, const Entry *entry, const EntryParts *parts) {
    enum { LINE = 64, ROUND = 16 };
    int64_t inner = stack_of(reports, entry->barrier, 0);
    for (int v = 0; v < parts->n_versions; v++) {
        const EntryVersion *version = &parts->versions[v];
        inner = larger(inner, stack_of(reports, version->check, 0));
        for (size_t i = 0; i < version->program->fns.len; i++)
            inner = larger(inner, stack_of(reports, version->phases[i], LINE));
    }
    int64_t team = larger(stack_of(reports, entry->team, 0), stack_of(reports, entry->task, 0));
    int64_t start = larger(stack_of(reports, entry->start, 0), team);
    int64_t outer = larger(stack_of(reports, entry->run, 0), stack_of(reports, entry->call, 0));
    outer = larger(outer, stack_of(reports, entry->run_threads, 0));
    int64_t sum = outer + stack_of(reports, entry->start_threads, 0) + start + inner;
    return (sum + ROUND - 1) / ROUND * ROUND;
}

/* No two objects share a stamp: of all input, and of the machine. */
static uint64_t hash_target(const CodegenTarget *target, const ModelInterface *interface,
                            uint64_t state) {
    const char *texts[] = {interface->name, interface->compiler, target->triple,
                           target->cpu,     target->tune,        target->features};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        state = fnv1a64(texts[i], strlen(texts[i]) + 1, state);
    }
    for (int i = 0; i < target->n_needs; i++) {
        const CpuidNeed *need = &target->needs[i];
        uint32_t words[] = {need->leaf, (uint32_t)need->reg, need->mask};
        state = fnv1a64(words, sizeof words, state);
    }
    return fnv1a64(&target->xcr0, sizeof target->xcr0, state);
}

static uint64_t stamp_constant(const CodegenVersion *versions, int n,
                               const ModelInterface *interface) {
    uint64_t state = fnv1a64(interface->hash, sizeof interface->hash, FNV1A64_START);
    for (int v = 0; v < n; v++) state = hash_target(&versions[v].target, interface, state);
    return state;
}

/* Bytes of packed weights in the object. */
static size_t stored_weights(const LoopProgram *program, const ModelInterface *interface) {
    return interface->weights_extern ? 0 : program->weights_bytes;
}

/** The module's parts that are needed after it is built. */
typedef struct Built {
    EntryParts parts;
    Entry entry;
    LLVMValueRef model;
} Built;

/* "_x86_64_v3" */
static const char *version_name(Arena *arena, const CodegenTarget *target) {
    char *name = arena_strdup(arena, arena_printf(arena, "_%s", target->cpu));
    for (char *c = name; *c; c++)
        if (*c == '-') *c = '_';
    return name;
}

static EntryVersion build_version(Ir *ir, const CodegenVersion *version, const char *name,
                                  const CtxLayout *layout) {
    const LoopProgram *program = version->program;
    size_t n = program->fns.len;
    EntryVersion built = {.target = &version->target, .name = name, .program = program};
    built.phases = ARENA_ARRAY(ir->arena, LLVMValueRef, n + 1);
    ir->target = &version->target;
    ir->version = name;
    for (size_t i = 0; i < n; i++)
        built.phases[i] = emit_fn(ir, program->fns.at[i], layout, program->fma);
    return built;
}

static Built build_module(Ir *ir, const CodegenVersion *versions, int n, const CtxLayout *layout,
                          const ModelInterface *interface) {
    Built built = {.entry = entry_declare(ir, interface)};
    built.model = entry_declare_model(ir, interface);
    const LoopProgram *program = versions[0].program;
    LLVMValueRef weights = weights_stand_in(ir, stored_weights(program, interface));
    EntryVersion *all = ARENA_ARRAY(ir->arena, EntryVersion, (size_t)n);
    for (int v = 0; v < n; v++) {
        const char *name = n > 1 ? version_name(ir->arena, &versions[v].target) : "";
        all[v] = build_version(ir, &versions[v], name, layout);
    }
    built.parts = (EntryParts){.interface = interface,
                               .layout = layout,
                               .versions = all,
                               .n_versions = n,
                               .weights = weights,
                               .stamp = stamp_constant(versions, n, interface)};
    entry_emit(ir, &built.parts, &built.entry);
    model_emit(ir, interface, built.model, built.entry.call);
    return built;
}

static const char *verify_module(Ir *ir) {
    char *message = NULL;
    bool broken = LLVMVerifyModule(ir->module, LLVMReturnStatusAction, &message);
    const char *why = broken ? arena_strdup(ir->arena, message) : NULL;
    LLVMDisposeMessage(message);
    return why;
}

/* Compiles a copy of the module. */
static const char *emit_copy(Ir *ir, LLVMTargetMachineRef machine, const Reports *reports,
                             LLVMCodeGenFileType type, char **bytes, size_t *len) {
    LLVMModuleRef copy = LLVMCloneModule(ir->module);
    const char *why = target_emit(ir->arena, machine, copy, type, bytes, len);
    LLVMDisposeModule(copy);
    return why ? why : reports->error;
}

/* Little-endian, as all targets with a code generator are. */
static void write_u64(char *at, uint64_t value) {
    for (int i = 0; i < 8; i++) at[i] = (char)(value >> (8 * i));
}

/* The object, with the weights in it, and the stack bound in its NAME_model and in the module's. */
static const char *make_object(Ir *ir, LLVMTargetMachineRef machine, const Reports *reports,
                               const Built *built, const LoopProgram *program,
                               ModelInterface *interface, CodegenOutput *out) {
    char *bytes;
    size_t len, place;
    const char *why = emit_copy(ir, machine, reports, LLVMObjectFile, &bytes, &len);
    if (why) return why;
    interface->stack_bytes = stack_bound(reports, &built->entry, &built->parts);
    uint64_t offset = model_set_stack(ir, built->model, interface->stack_bytes);
    const char *symbol = arena_printf(ir->arena, "%s_model", interface->name);
    why = object_locate(ir->arena, bytes, len, symbol, offset, &place);
    if (why) return why;
    write_u64(bytes + place, (uint64_t)interface->stack_bytes);
    why = stand_in_replace(bytes, len, program->weights, stored_weights(program, interface));
    if (why) return why;
    out->object = bytes;
    out->object_len = len;
    return object_check_symbols(ir->arena, bytes, len);
}

static const char *make_outputs(Ir *ir, LLVMTargetMachineRef machine, const Reports *reports,
                                const Built *built, const LoopProgram *program,
                                ModelInterface *interface, int emit, CodegenOutput *out) {
    const char *why = make_object(ir, machine, reports, built, program, interface, out);
    if (why) return why;
    if (emit & ~EMIT_OBJECT)
        weights_into_module(ir, built->parts.weights, program->weights,
                            stored_weights(program, interface));
    if (emit & EMIT_ASSEMBLY) {
        char *text;
        size_t len;
        why = emit_copy(ir, machine, reports, LLVMAssemblyFile, &text, &len);
        if (why) return why;
        out->assembly = text;
    }
    if (emit & EMIT_LLVM) {
        char *text = LLVMPrintModuleToString(ir->module);
        out->llvm = arena_strdup(ir->arena, text);
        LLVMDisposeMessage(text);
    }
    if (emit & EMIT_BITCODE) {
        LLVMMemoryBufferRef buffer = LLVMWriteBitcodeToMemoryBuffer(ir->module);
        out->bitcode_len = LLVMGetBufferSize(buffer);
        out->bitcode = arena_strndup(ir->arena, LLVMGetBufferStart(buffer), out->bitcode_len);
        LLVMDisposeMemoryBuffer(buffer);
    }
    if (!(emit & EMIT_OBJECT)) {
        out->object = NULL;
        out->object_len = 0;
    }
    return NULL;
}

static void set_machine(Ir *ir, LLVMTargetMachineRef machine) {
    LLVMTargetDataRef layout = LLVMCreateTargetDataLayout(machine);
    LLVMSetModuleDataLayout(ir->module, layout);
    LLVMDisposeTargetData(layout);
    LLVMSetTarget(ir->module, ir->target->triple);
    LLVMSetSourceFileName(ir->module, "", 0);
}

const char *codegen_object(Arena *arena, const CodegenVersion *versions, int n_versions,
                           ModelInterface *interface, bool strip, int emit, CodegenOutput *out) {
    *out = (CodegenOutput){0};
    LLVMTargetMachineRef machine;
    const char *why = NULL;
    for (int v = 1; v < n_versions && !why; v++) why = target_check(arena, &versions[v].target);
    if (!why) why = target_machine(arena, &versions[0].target, &machine);
    if (why) return why;

    Ir *ir = ir_create(arena, &versions[0].target, interface->name, strip);
    Reports reports = {.arena = arena};
    LLVMContextSetDiagnosticHandler(ir->context, on_diagnostic, &reports);
    set_machine(ir, machine);
    CtxLayout layout = {interface->n_inputs, interface->n_outputs};
    Built built = build_module(ir, versions, n_versions, &layout, interface);
    why = verify_module(ir);
    if (!why)
        why =
            make_outputs(ir, machine, &reports, &built, versions[0].program, interface, emit, out);
    ir_destroy(ir);
    LLVMDisposeTargetMachine(machine);
    return why;
}

void codegen_on_fatal(void (*handler)(const char *reason)) {
    LLVMInstallFatalErrorHandler(handler);
}
