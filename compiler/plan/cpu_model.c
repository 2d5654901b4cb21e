/* The tables of machines and systems. What only the host can tell is in cpu_host.c. */
#include "plan/cpu_model.h"

#include <assert.h>
#include <string.h>

#define CPU_X86(name_, lanes_, registers_, fma_, fmas_, loads_, accumulators_, l1, l2, xcr0_,      \
                ecx1, ebx7, ecx81)                                                                 \
    {.name = name_,                                                                                \
     .arch = ARCH_X86_64,                                                                          \
     .triple = "x86_64-pc-linux-gnu",                                                              \
     .cpu = name_,                                                                                 \
     .tune = name_,                                                                                \
     .features = "",                                                                               \
     .entry_cpu = "x86-64",                                                                        \
     .lanes = lanes_,                                                                              \
     .registers = registers_,                                                                      \
     .fma = fma_,                                                                                  \
     .fma_per_cycle = fmas_,                                                                       \
     .loads_per_cycle = loads_,                                                                    \
     .min_accumulators = accumulators_,                                                            \
     .l1_bytes = INT64_C(1024) * (l1),                                                             \
     .l2_bytes = INT64_C(1024) * (l2),                                                             \
     .needs = {{1, 2, ecx1}, {7, 1, ebx7}, {0x80000001, 2, ecx81}},                                \
     .n_needs = 3,                                                                                 \
     .xcr0 = xcr0_},
#define CPU_ARM(name_, llvm, lanes_, registers_, fmas_, loads_, accumulators_, l1, l2)             \
    {.name = name_,                                                                                \
     .arch = ARCH_AARCH64,                                                                         \
     .triple = "aarch64-unknown-linux-gnu",                                                        \
     .cpu = llvm,                                                                                  \
     .tune = llvm,                                                                                 \
     .features = "",                                                                               \
     .entry_cpu = llvm,                                                                            \
     .lanes = lanes_,                                                                              \
     .registers = registers_,                                                                      \
     .fma = true,                                                                                  \
     .fma_per_cycle = fmas_,                                                                       \
     .loads_per_cycle = loads_,                                                                    \
     .min_accumulators = accumulators_,                                                            \
     .l1_bytes = INT64_C(1024) * (l1),                                                             \
     .l2_bytes = INT64_C(1024) * (l2)},
static const CpuModel models[] = {
#include "plan/cpu_model.def"
};
#undef CPU_X86
#undef CPU_ARM

#define TARGET(name, also, triple, arch, format, cpu, text)                                        \
    {name, also, triple, arch, format, cpu, text},
static const CpuTarget targets[] = {
#include "plan/cpu_target.def"
};
#undef TARGET

enum {
    N_MODELS = sizeof models / sizeof models[0],
    N_TARGETS = sizeof targets / sizeof targets[0]
};

/* The model without the registers of which it needs no bit. */
static const CpuModel *compact(Arena *arena, const CpuModel *model) {
    CpuModel *copy = ARENA_NEW(arena, CpuModel);
    *copy = *model;
    copy->n_needs = 0;
    for (int i = 0; i < model->n_needs; i++)
        if (model->needs[i].mask) copy->needs[copy->n_needs++] = model->needs[i];
    return copy;
}

const CpuModel *cpu_model_find(Arena *arena, const char *name) {
    if (strcmp(name, "native") == 0) return cpu_host(arena);
    for (int i = 0; i < N_MODELS; i++)
        if (strcmp(models[i].name, name) == 0) return compact(arena, &models[i]);
    return NULL;
}

const CpuModel *cpu_model_at(size_t i) { return i < N_MODELS ? &models[i] : NULL; }

const CpuTarget *cpu_target_find(const char *name) {
    for (int i = 0; i < N_TARGETS; i++) {
        const CpuTarget *target = &targets[i];
        if (strcmp(target->name, name) == 0 || strcmp(target->also, name) == 0) return target;
    }
    return NULL;
}

const CpuTarget *cpu_target_at(size_t i) { return i < N_TARGETS ? &targets[i] : NULL; }

const CpuModel *cpu_model_on(Arena *arena, const CpuModel *model, const CpuTarget *target) {
    assert(model->arch == target->arch);
    CpuModel *copy = ARENA_NEW(arena, CpuModel);
    *copy = *model;
    copy->triple = target->triple;
    return copy;
}
