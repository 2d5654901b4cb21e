/* Graph -> Plan: which kernel computes each node, how its tensors lie, where they live.
 *
 * The only room with heuristics. Conversions between layouts are explicit steps. All tensors that
 * are not arguments live in one arena, the workspace, at offsets fixed here; tensors whose lives
 * overlap share no byte. */
#ifndef NETC_PLAN_PLAN_H
#define NETC_PLAN_PLAN_H

#include "graph/graph.h"
#include "plan/cpu_model.h"
#include "plan/layout.h"

typedef enum PlanPlace { PLACE_INPUT, PLACE_OUTPUT, PLACE_WORKSPACE, PLACE_CONSTANT } PlanPlace;

/** A value as stored: one value may be stored in more than one layout. A view lies in the bytes of
 *  another tensor: a flattened one, a part of it, or one of those it is put together from. */
typedef struct PlanTensor {
    const Value *value;
    Dtype dtype;     /* of its elements in memory: u8 of an input, and of what f32 makes of one; the
                        step that reads them converts */
    Layout layout;   /* of a view that is not dense: that of the tensor it lies in */
    Strides strides; /* where its elements are */
    bool dense;      /* the strides are those of the layout */
    PlanPlace place;
    int index;       /* INPUT, OUTPUT: number of the argument */
    int64_t offset;  /* bytes from the start of the argument, workspace or constants; in the last
                        two,  if it is no view, a multiple of 64; PLAN_NOWHERE of a constant that no
                        step reads in this layout */
    int64_t bytes;   /* from its first to its last element, padding lanes included */
    int first, last; /* steps that write and last read it; the life is both inclusive */
    int alias;       /* a view: the tensor whose bytes it lies in, itself no view; else -1 */
    int64_t start;   /* a view: elements from the start of that one */
    int next;        /* the next tensor of the same value, -1 after the last */
} PlanTensor;

enum { PLAN_NOWHERE = -1 };

/** What runs. */
typedef enum PlanAlgorithm {
    ALGO_TAP,         /* conv, tconv, dense: register tile over taps, lanes along output channels */
    ALGO_GROUP,       /* conv, tconv with narrow groups: several groups in one vector */
    ALGO_ROW,         /* conv, tconv with few output channels: lanes along the row */
    ALGO_POOL,        /* pools: register tile over taps, lanes along channels */
    ALGO_POINTWISE,   /* relu, tanh, add: element by element */
    ALGO_CHANNELWISE, /* the same where something depends on the channel */
    ALGO_SOFTMAX,
    ALGO_ARGMAX,
    ALGO_MATMUL, /* matmul: register tile, lanes along the last axis of the result */
    ALGO_NORM,   /* instancenorm, groupnorm, layernorm */
    ALGO_PAD,
    ALGO_UPSAMPLE,      /* upsample, along one axis if linear */
    ALGO_PIXEL_SHUFFLE, /* reads channels that lie in no blocks */
    ALGO_COPY           /* the same value in another layout or place, or as f32 */
} PlanAlgorithm;

/** Register tile: nv vectors of channels times at most m pixels; in a ROW, at most nv vectors of
 *  pixels of each phase times m channels; in a MATMUL, at most nv vectors of columns times at most
 *  m rows. */
typedef struct PlanTile {
    int lanes; /* f32 in a vector */
    int nv;    /* vectors */
    int m;     /* most pixels; ROW: channels; MATMUL: rows */
} PlanTile;

typedef struct PlanStep {
    PlanAlgorithm algorithm;
    const Node *node;       /* NULL for a COPY */
    const char *name;       /* identifier for symbols: "c1_conv" */
    int inputs[MAX_INPUTS]; /* tensors, as Node.inputs; a COPY has one */
    int n_inputs;
    int output;          /* tensor */
    PlanTile tile;       /* TAP, GROUP, ROW, POOL, MATMUL */
    bool rows_outer;     /* TAP, ROW: rows outside, channel tiles inside (weights fit in L2) */
    int64_t block_tiles; /* TAP: tiles of a row whose inputs stay in L2 for all channels; 0: all */
    bool unroll_taps; /* POOL: the taps of a row without a loop; a row of inputs fits registers */
} PlanStep;

typedef struct Plan {
    Arena *arena;
    const CpuModel *cpu;
    VEC(PlanTensor) tensors;
    VEC(PlanStep) steps;
    int64_t workspace_bytes; /* 0 if nothing needs it; else includes WORKSPACE_HEADER */
    int64_t peak_bytes;      /* most bytes alive at once: the lower bound of the arena */
    int64_t
        constant_bytes; /* of the constants that a step reads, in each layout it wants them in */
} Plan;

/** The stamp's 16 bytes, rounded up to a cache line: tensors begin after it. */
enum { WORKSPACE_HEADER = 64, WORKSPACE_ALIGN = 64 };

/** Statements of a LoopFn, each at most one instruction on vectors, that are worth a thread: about
 *  10 us, where a barrier takes less than 1. */
enum { PLAN_PART_STATEMENTS = 1 << 15 };

typedef struct PlanOptions {
    bool keep_values; /* no tensor's bytes are reused: verify reads every value after a run */
} PlanOptions;

/** Plans an optimized graph for a machine. */
Plan *plan_graph(Arena *arena, const Graph *graph, const CpuModel *cpu, const PlanOptions *options);

/** Checks layouts, aliases, lives and the arena.
 *  @return NULL, or what is wrong (a programmer's error) */
const char *plan_verify(Arena *arena, const Plan *plan, const Graph *graph);

/** "tap", "pool", ... */
const char *plan_algorithm_name(PlanAlgorithm algorithm);

/** Appends the plan, a step a line (`--emit=plan`). */
void plan_print(Text *out, const Plan *plan);

/** The tensor that holds `value` first, or NULL if it was fused away. */
const PlanTensor *plan_tensor_of(const Plan *plan, const Value *value);

/** Copies a stored tensor into the type's own row-major order.
 *  @param memory  the first byte of the tensor: offset bytes into the argument or the workspace
 *  @param out     receives value_elems(tensor->value) floats */
void plan_read_tensor(const PlanTensor *tensor, const void *memory, float *out);

/** The other way: writes them in their places of `memory`; what lies between stays. */
void plan_write_tensor(const PlanTensor *tensor, const float *elements, void *memory);

#endif
