/* The table of machines. What only the host can tell is in cpu_host.c. */
#include "plan/cpu_model.h"

#include <string.h>

#define TRIPLE "x86_64-pc-linux-gnu"

#define CPU(name_, lanes_, registers_, fma_, fmas_, loads_, accumulators_, l1, l2, xcr0_, ecx1,    \
            ebx7, ecx81)                                                                           \
    {.name = name_,                                                                                \
     .triple = TRIPLE,                                                                             \
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
static const CpuModel models[] = {
#include "plan/cpu_model.def"
};
#undef CPU

enum { N_MODELS = sizeof models / sizeof models[0] };

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

void cpu_model_names(Text *out) {
    for (int i = 0; i < N_MODELS; i++) text_printf(out, "%s, ", models[i].name);
    text_puts(out, "native");
}
