/* The machines netc compiles for: vector width, registers, caches, and what a CPU must have.
 *
 * Everything that depends on the machine is read from here; no other room knows a vector width. */
#ifndef NETC_PLAN_CPU_MODEL_H
#define NETC_PLAN_CPU_MODEL_H

#include "base/arena.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/** Families of instruction sets. */
typedef enum CpuArch { ARCH_X86_64, ARCH_AARCH64 } CpuArch;

/** Formats of object files. */
typedef enum CpuFormat { FORMAT_ELF, FORMAT_COFF, FORMAT_MACHO } CpuFormat;

/** Bits of one CPUID register that must be set. */
typedef struct CpuFeatureBits {
    uint32_t leaf; /* subleaf 0 */
    int reg;       /* 0 eax, 1 ebx, 2 ecx, 3 edx */
    uint32_t mask;
} CpuFeatureBits;

enum { MAX_CPU_FEATURE_BITS = 4 };

typedef struct CpuModel {
    const char *name; /* "x86-64-v3" */
    CpuArch arch;
    const char *triple;    /* LLVM's target triple: Linux, unless cpu_model_on says otherwise */
    const char *cpu;       /* LLVM's name of the instruction set */
    const char *tune;      /* LLVM's name of the scheduling model */
    const char *features;  /* LLVM's feature string, beyond what `cpu` implies */
    const char *entry_cpu; /* baseline that runs before the CPU check */
    int lanes;             /* f32 in a vector */
    int pack_lanes; /* channels of a unit of packed weights, a multiple of lanes, where several
                       CPUs share them; 0: they are packed for this CPU alone */
    int registers;  /* vector registers */
    bool fma;       /* fused multiply-add */
    double fma_per_cycle; /* vector multiply-adds started in a cycle */
    double loads_per_cycle;
    int min_accumulators; /* independent chains that hide the latency */
    int64_t l1_bytes, l2_bytes;
    CpuFeatureBits needs[MAX_CPU_FEATURE_BITS];
    int n_needs;
    uint64_t xcr0; /* state bits the operating system must save */
} CpuModel;

/** The model called `name`, or NULL. "native" is this machine (see cpu_host). */
const CpuModel *cpu_model_find(Arena *arena, const char *name);

/** The best model this machine can run, tuned for it, or NULL if there is none. */
const CpuModel *cpu_host(Arena *arena);

/** Model number i, or NULL beyond the last: for those who list them. */
const CpuModel *cpu_model_at(size_t i);

/** The CPU of `netc build` without --cpu and --target. */
#define CPU_DEFAULT "x86-64-v3"

/** A system to make objects for. */
typedef struct CpuTarget {
    const char *name;        /* "aarch64-linux-gnu" */
    const char *also;        /* another name people write */
    const char *triple;      /* LLVM's */
    CpuArch arch;            /* which CPUs there are */
    CpuFormat format;        /* of its objects */
    const char *cpu;         /* the CPU without --cpu */
    const char *description; /* one line */
} CpuTarget;

/** The target called `name`, or NULL. */
const CpuTarget *cpu_target_find(const char *name);

/** Target number i, or NULL beyond the last. The first is the one without --target. */
const CpuTarget *cpu_target_at(size_t i);

/** The same CPU in a system of its architecture. */
const CpuModel *cpu_model_on(Arena *arena, const CpuModel *model, const CpuTarget *target);

#endif
