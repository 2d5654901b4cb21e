/* A network from its text to numbers, by the interpreter or by the compiled object, with every
 * value kept for comparison against the double reference. */
#ifndef NETC_PROPERTY_COMPILED_NET_H
#define NETC_PROPERTY_COMPILED_NET_H

#include "driver/compile.h"

#include <stdbool.h>
#include <stdint.h>

enum { MAX_NET_ARGUMENTS = 16 };

typedef struct CompiledNet {
    Arena *arena;
    Graph *graph;
    const CpuModel *cpu;
    Compiled compiled;
} CompiledNet;

/** Arguments and workspace of one run. */
typedef struct NetMemory {
    float *inputs[MAX_NET_ARGUMENTS], *outputs[MAX_NET_ARGUMENTS];
    char *workspace;
} NetMemory;

/** Text -> graph with weights; biases are made random too. Fails the test on any error. */
Graph *net_graph(Arena *arena, const char *text, uint64_t seed);

/** Compiles for a CPU with every value kept and every stage verified; the object only if `object`.
 *  Fails the test if a verifier objects. */
CompiledNet net_compile(Arena *arena, const char *text, uint64_t seed, const CpuModel *cpu,
                        bool object);

/** Fills the inputs with numbers that follow from the seed: in [-1, 1), or integers -3 .. 3. */
void net_fill_inputs(const CompiledNet *net, const NetMemory *memory, uint64_t seed, bool integers);

/** Memory for a run in the net's arena, filled with NaN. */
NetMemory net_memory(const CompiledNet *net);

/** Interprets every phase as `parts` parts, one after another.
 *  @return NULL, or the access that was out of bounds */
const char *net_interpret(const CompiledNet *net, const NetMemory *memory, int parts);

/** Runs the object's NAME_run. @return its status */
int net_run(const CompiledNet *net, const NetMemory *memory);

/** The largest error of each fused group, held against the bound of contract.md 4; the inputs of a
 *  group are the values that were computed.
 *  @return NULL, or the first element beyond its bound, in words */
const char *net_check(const CompiledNet *net, const NetMemory *memory);

#endif
