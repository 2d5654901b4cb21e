/* The machine netc runs on, by cpuid and xgetbv; without LLVM, since `summary` and `--emit=plan`
 * ask too. */
#include "plan/cpu_model.h"

#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

static uint64_t read_xcr0(void) {
    uint32_t lo, hi;
    __asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
    return (uint64_t)hi << 32 | lo;
}

static bool host_has(const CpuFeatureBits *bits) {
    uint32_t r[4] = {0};
    if (!__get_cpuid_count(bits->leaf, 0, &r[0], &r[1], &r[2], &r[3])) return false;
    return (r[bits->reg] & bits->mask) == bits->mask;
}

static bool host_runs(const CpuModel *model) {
    for (int i = 0; i < model->n_needs; i++)
        if (!host_has(&model->needs[i])) return false;
    return model->xcr0 == 0 || (read_xcr0() & model->xcr0) == model->xcr0;
}

/* LLVM's scheduling model for this part, by vendor, family and width; NULL if none fits better than
 * the level's own. */
static const char *host_tune(const CpuModel *model) {
    uint32_t eax, ebx, ecx, edx, vendor[3];
    __cpuid(0, eax, vendor[0], vendor[2], vendor[1]);
    __cpuid(1, eax, ebx, ecx, edx);
    uint32_t family = (eax >> 8 & 15) + (eax >> 20 & 255);
    bool wide = model->lanes == 16;
    if (memcmp(vendor, "AuthenticAMD", 12) == 0) {
        if (family == 0x17) return "znver2";
        if (family == 0x19) return wide ? "znver4" : "znver3";
        if (family >= 0x1a) return "znver5";
    }
    if (memcmp(vendor, "GenuineIntel", 12) == 0) return wide ? "skylake-avx512" : "haswell";
    return NULL;
}

/* Sizes of the first and second level data caches in bytes; what cannot be read stays. */
static void host_caches(CpuModel *model) {
    for (int index = 0; index < 8; index++) {
        char path[96], type[16] = "";
        int level = 0;
        long size = 0;
        const char *parts[] = {"level", "type", "size"};
        for (int i = 0; i < 3; i++) {
            snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/%s", index,
                     parts[i]);
            FILE *file = fopen(path, "re");
            if (!file) return;
            int got = i == 0   ? fscanf(file, "%d", &level)
                      : i == 1 ? fscanf(file, "%15s", type)
                               : fscanf(file, "%ldK", &size);
            fclose(file);
            if (got != 1) return;
        }
        if (strcmp(type, "Instruction") == 0 || size < 8) continue;
        if (level == 1) model->l1_bytes = INT64_C(1024) * size;
        if (level == 2) model->l2_bytes = INT64_C(1024) * size;
    }
}

const CpuModel *cpu_host(Arena *arena) {
    static const char *const levels[] = {"x86-64-v4", "x86-64-v3", "x86-64-v2", "x86-64"};
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        const CpuModel *model = cpu_model_find(arena, levels[i]);
        if (!host_runs(model)) continue;
        CpuModel *host = ARENA_NEW(arena, CpuModel);
        *host = *model;
        const char *tune = host_tune(model);
        if (tune) host->tune = tune;
        host_caches(host);
        return host;
    }
    return NULL;
}

#else

const CpuModel *cpu_host(Arena *arena) {
    (void)arena;
    return NULL;
}

#endif
