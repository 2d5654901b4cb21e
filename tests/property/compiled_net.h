/* A network from its text to numbers, by the interpreter or by the compiled object, with every
 * value kept for comparison against the double reference. */
#ifndef NETC_PROPERTY_COMPILED_NET_H
#define NETC_PROPERTY_COMPILED_NET_H

#include "codegen/jit.h"
#include "driver/compile.h"
#include "netc_runtime.h"
#include "support/guard.h"

#include <stdbool.h>
#include <stdint.h>

enum { MAX_NET_ARGUMENTS = 16 };

typedef struct CompiledNet {
    Arena *arena;
    Graph *graph;
    const CpuModel *cpu;
    Compiled compiled;
} CompiledNet;

/** Arguments and workspace of one run, each between guard pages. */
typedef struct NetMemory {
    void *inputs[MAX_NET_ARGUMENTS];
    float *outputs[MAX_NET_ARGUMENTS];
    char *workspace;
    Guarded guarded[2 * MAX_NET_ARGUMENTS + 1];
    int n_guarded;
} NetMemory;

/** Weights, biases and inputs of a test: in about [-1, 1), or integers -3 .. 3, on which every
 * order of summation is exact. */
typedef enum NetNumbers { NUMBERS_REAL, NUMBERS_INTEGER } NetNumbers;

/** Text -> graph with weights; biases are random too. Fails the test on any error. */
Graph *net_graph(Arena *arena, const char *text, uint64_t seed, NetNumbers numbers);

/** Compiles for a CPU with every value kept and every stage verified; the object only if `object`.
 *  Fails the test if a verifier objects. */
CompiledNet net_compile(Arena *arena, const char *text, uint64_t seed, NetNumbers numbers,
                        const CpuModel *cpu, bool object);

/** The same; names of C begin with `prefix`, or the model's name if it is NULL. */
CompiledNet net_compile_as(Arena *arena, const char *prefix, const char *text, uint64_t seed,
                           NetNumbers numbers, const CpuModel *cpu, bool object);

/** Memory for a run, outputs and workspace full of NaN; the data touch the guard pages at their
 * ends or at their starts. */
NetMemory net_memory(const CompiledNet *net, bool at_end);
void net_memory_free(NetMemory *memory);

/** Fills the inputs with numbers that follow from the seed. */
void net_fill_inputs(const CompiledNet *net, const NetMemory *memory, uint64_t seed,
                     NetNumbers numbers);

/** Interprets every phase as `parts` parts, one after another.
 *  @return NULL, or the access that was out of bounds */
const char *net_interpret(const CompiledNet *net, const NetMemory *memory, int parts);

/** Interprets every phase once and counts its work. */
LoopCounts net_count_work(const CompiledNet *net, const NetMemory *memory);

/** Interprets every phase, each part on memory that shows nothing of the others.
 *  @return NULL, or in words that two parts write one byte, or that one reads what another wrote */
const char *net_parts_are_apart(const CompiledNet *net, const NetMemory *memory, int parts);

/** Loads the object. Destroy with jit_destroy. */
Jit *net_load(const CompiledNet *net, const struct netc_model **model);

/** Runs the object's NAME_run. @return its status */
int net_run(const CompiledNet *net, const NetMemory *memory);

/** Holds every element of every fused group against the definition: within the bound of contract.md
 * 4, or with `exact` equal. The inputs of a group are the values that were computed.
 *  @return NULL, or the first element that fails, in words */
const char *net_check(const CompiledNet *net, const NetMemory *memory, bool exact);

/** The same within the bound; *worst is raised to the largest error in units of its bound. */
const char *net_check_bound(const CompiledNet *net, const NetMemory *memory, double *worst);

/** Runs a text: interpreted for every vector width, compiled for this machine, or one of these by
 * the seed where the suite does a share (effort.h); every result must keep its bound, and on
 * integers be exact. Resets the arena. */
void net_check_text(Arena *arena, const char *text, uint64_t seed, NetNumbers numbers);

/** net_check_text on integers. */
void net_check_exact(Arena *arena, const char *text, uint64_t seed);

#endif
