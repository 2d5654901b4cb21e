/* The target machine of the C API: options set once, names checked, output to memory. */
#include "codegen/target.h"

#include <llvm-c/Core.h>
#include <llvm-c/Support.h>
#include <llvm-c/Target.h>
#include <string.h>
#include <threads.h>

/* 64-bit CPUs that LLVM 19 has a model of. */
static const char *const X86_CPUS[] = {
    "x86-64",          "x86-64-v2",    "x86-64-v3",      "x86-64-v4",
    "alderlake",       "arrowlake",    "arrowlake-s",    "atom",
    "barcelona",       "bdver1",       "bdver2",         "bdver3",
    "bdver4",          "bonnell",      "broadwell",      "btver1",
    "btver2",          "cannonlake",   "cascadelake",    "clearwaterforest",
    "cooperlake",      "core-avx-i",   "core-avx2",      "core2",
    "corei7",          "corei7-avx",   "emeraldrapids",  "goldmont",
    "goldmont-plus",   "gracemont",    "grandridge",     "graniterapids",
    "graniterapids-d", "haswell",      "icelake-client", "icelake-server",
    "ivybridge",       "k8",           "lunarlake",      "meteorlake",
    "nehalem",         "nocona",       "opteron",        "pantherlake",
    "penryn",          "raptorlake",   "rocketlake",     "sandybridge",
    "sapphirerapids",  "sierraforest", "silvermont",     "skylake",
    "skylake-avx512",  "tigerlake",    "tremont",        "westmere",
    "znver1",          "znver2",       "znver3",         "znver4",
    "znver5",
};

/* ARM's baseline: what every system of our targets has. */
static const char *const ARM_CPUS[] = {"generic"};

/* Features that kernels can profit from. */
static const char *const X86_FEATURES[] = {
    "sse",
    "sse2",
    "sse3",
    "ssse3",
    "sse4.1",
    "sse4.2",
    "popcnt",
    "cx16",
    "sahf",
    "avx",
    "avx2",
    "fma",
    "f16c",
    "bmi",
    "bmi2",
    "lzcnt",
    "movbe",
    "xsave",
    "avx512f",
    "avx512cd",
    "avx512bw",
    "avx512dq",
    "avx512vl",
    "evex512",
    "avx512vnni",
    "avx512vbmi",
    "avx512vbmi2",
    "avx512bf16",
    "avxvnni",
    "gfni",
    "avx512bitalg",
    "avx512ifma",
    "avx512vpopcntdq",
    "prefer-256-bit",
};

static bool listed(const char *const *list, size_t n, const char *name, size_t len) {
    for (size_t i = 0; i < n; i++) {
        if (strlen(list[i]) == len && memcmp(list[i], name, len) == 0) return true;
    }
    return false;
}

static bool begins(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

TargetArch target_arch(const char *triple) {
    if (begins(triple, "x86_64-")) return TARGET_X86_64;
    return begins(triple, "aarch64-") || begins(triple, "arm64-") ? TARGET_AARCH64 : TARGET_NONE;
}

bool codegen_knows_cpu(const char *triple, const char *cpu) {
    switch (target_arch(triple)) {
    case TARGET_X86_64:
        return listed(X86_CPUS, sizeof X86_CPUS / sizeof X86_CPUS[0], cpu, strlen(cpu));
    case TARGET_AARCH64:
        return listed(ARM_CPUS, sizeof ARM_CPUS / sizeof ARM_CPUS[0], cpu, strlen(cpu));
    case TARGET_NONE: break;
    }
    return false;
}

/* "+avx2,-fma": NULL, or the first entry that is not known. */
static const char *unknown_feature(Arena *arena, const char *features) {
    while (*features) {
        size_t len = strcspn(features, ",");
        bool known = len > 1 && (features[0] == '+' || features[0] == '-') &&
                     listed(X86_FEATURES, sizeof X86_FEATURES / sizeof X86_FEATURES[0],
                            features + 1, len - 1);
        if (!known) return arena_strndup(arena, features, len);
        features += len + (features[len] == ',');
    }
    return NULL;
}

const char *target_check(Arena *arena, const CodegenTarget *target) {
    if (target_arch(target->triple) == TARGET_NONE) {
        return arena_printf(arena, "no code generator for `%s`", target->triple);
    }
    const char *cpus[] = {target->cpu, target->tune, target->entry_cpu};
    for (size_t i = 0; i < 3; i++) {
        if (!codegen_knows_cpu(target->triple, cpus[i])) {
            return arena_printf(arena, "LLVM does not know the CPU `%s`", cpus[i]);
        }
    }
    const char *feature = unknown_feature(arena, target->features);
    return feature ? arena_printf(arena, "LLVM does not know the CPU feature `%s`", feature) : NULL;
}

/* For the whole process: the order of instructions is the LoopFn's, and addresses are what
 * emit_addr.c made of them. The machine scheduler would spill accumulators on some CPUs, loop
 * strength reduction would give each access of a tile a pointer of its own, and spill those. ARM's
 * stores of interleaved registers want these to be neighbours, for which accumulators would be
 * moved. */
static void start_llvm(void) {
    const char *const options[] = {"netc", "-enable-misched=false", "-disable-lsr",
                                   "-lower-interleaved-accesses=false"};
    LLVMParseCommandLineOptions(4, options, NULL);
}

/* The parser is for inline assembly. */
static void start_x86(void) {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeX86AsmParser();
}

static void start_aarch64(void) {
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64Target();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64AsmPrinter();
    LLVMInitializeAArch64AsmParser();
}

/* Only what is used costs time. */
static void start_arch(TargetArch arch) {
    static once_flag llvm = ONCE_FLAG_INIT, x86 = ONCE_FLAG_INIT, aarch64 = ONCE_FLAG_INIT;
    call_once(&llvm, start_llvm);
    if (arch == TARGET_X86_64) call_once(&x86, start_x86);
    if (arch == TARGET_AARCH64) call_once(&aarch64, start_aarch64);
}

/* LLVM's own text, moved into the arena. */
static const char *take_message(Arena *arena, char *message) {
    const char *copy = arena_strdup(arena, message ? message : "LLVM gave no reason");
    LLVMDisposeMessage(message);
    return copy;
}

static const char *create_machine(Arena *arena, const char *triple, const char *cpu,
                                  const char *features, LLVMTargetMachineRef *out) {
    start_arch(target_arch(triple));
    LLVMTargetRef target;
    char *message = NULL;
    if (LLVMGetTargetFromTriple(triple, &target, &message)) return take_message(arena, message);
    *out = LLVMCreateTargetMachine(target, triple, cpu, features, LLVMCodeGenLevelAggressive,
                                   LLVMRelocPIC, LLVMCodeModelSmall);
    return *out ? NULL : "LLVM gave no target machine";
}

const char *target_machine(Arena *arena, const CodegenTarget *target, LLVMTargetMachineRef *out) {
    const char *why = target_check(arena, target);
    return why ? why : create_machine(arena, target->triple, target->cpu, target->features, out);
}

const char *target_machine_for_loading(Arena *arena, LLVMTargetMachineRef *out) {
    char *triple = LLVMGetDefaultTargetTriple();
    const char *why = target_arch(triple) == TARGET_X86_64
                          ? create_machine(arena, triple, "x86-64", "", out)
                          : "cannot load objects on this machine";
    LLVMDisposeMessage(triple);
    return why;
}

const char *target_emit(Arena *arena, LLVMTargetMachineRef machine, LLVMModuleRef module,
                        LLVMCodeGenFileType type, char **bytes, size_t *len) {
    LLVMMemoryBufferRef buffer;
    char *message = NULL;
    if (LLVMTargetMachineEmitToMemoryBuffer(machine, module, type, &message, &buffer)) {
        return take_message(arena, message);
    }
    *len = LLVMGetBufferSize(buffer);
    *bytes = arena_strndup(arena, LLVMGetBufferStart(buffer), *len);
    LLVMDisposeMemoryBuffer(buffer);
    return NULL;
}
