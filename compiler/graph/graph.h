/* The checked tensor program: typed values and the nodes that make them, in execution order.
 *
 * sema builds it, optimize rewrites it, everything after reads it. Shapes are known, defs are
 * expanded, unknowns solved. */
#ifndef NETC_GRAPH_GRAPH_H
#define NETC_GRAPH_GRAPH_H

#include "base/source.h"
#include "base/vec.h"
#include "tensor/conv_arith.h"
#include "tensor/shape.h"
#include "tensor/tap.h"

typedef enum OpKind {
#define OP(kind, name, least, most, class) OP_##kind,
#include "graph/op.def"
#undef OP
    OP_KINDS
} OpKind;

typedef struct Node Node;
typedef struct WeightSource WeightSource; /* weights/source.h */

/** One tensor of the program. */
typedef struct Value {
    uint32_t id;      /* index into Graph.values */
    const char *name; /* the user's name, or the layer's path where the user gave none */
    bool named;       /* the user gave the name */
    TensorType type;
    Node *producer; /* never NULL: inputs have an INPUT node */
    Span span;      /* where it is defined */
} Value;

/** A learned tensor of a node. */
typedef struct Param {
    const char *key;          /* "c1.conv.weight" */
    const char *axes;         /* its axes by letter and name: "F C H W", for messages */
    int rank;                 /* 1 .. MAX_RANK */
    int64_t extent[MAX_RANK]; /* the language's own order: [F, C, spatial...], tconv [C, F, ...] */
    int64_t elems;            /* product of the extents */
    int64_t fan_in;           /* products in one output (language.md 2.7), for random weights */
    const WeightSource *source;
    const float *data; /* elems floats, row-major; NULL until weights are loaded */
    Span span;         /* the layer that needs it */
    bool marked;       /* of a pass, while it runs */
} Param;

/** What avgpool divides by: the elements on data, or those on data and padding. */
typedef enum PoolCount { COUNT_INSIDE, COUNT_ALL } PoolCount;

/** Where an upsampled element comes from: NEAREST input ⌊o/by⌋; else the line between the inputs
 *  beside position (o + 1/2)/by − 1/2 (HALF: pixels are areas), o(i − 1)/(i·by − 1) (CORNERS: the
 * first and the last pixel stay where they are) or o/by (ASYMMETRIC: each is the first of its own);
 * beyond the first or last one, that one. */
typedef enum Resample {
    RESAMPLE_NEAREST,
    RESAMPLE_HALF,
    RESAMPLE_CORNERS,
    RESAMPLE_ASYMMETRIC
} Resample;

/** How the channels of a shuffle are numbered: those of one pixel's square side by side (CRD), or
 *  those of one place in all squares (DCR). */
typedef enum ShuffleOrder { SHUFFLE_CRD, SHUFFLE_DCR } ShuffleOrder;

/** Most inputs of a node that is not a concat, fused ones counted. */
enum { MAX_FUSED = 4, MAX_INPUTS = 2 + MAX_FUSED, MAX_NUMBERS = 2 };

/** The numbers of a layer, in the order of op_number_name. Those that a kernel computes with are
 * f32 values. */
typedef struct Numbers {
    double at[MAX_NUMBERS];
} Numbers;

/** What stands around the data of a padded tensor: a value; or the data again, mirrored at their
 *  first and last element, these repeated, or from the other end. */
typedef enum Border { BORDER_ZERO, BORDER_REFLECT, BORDER_REPLICATE, BORDER_CIRCULAR } Border;

/** One number for each channel (one in all without the axis). PRELU: the slope below 0 is `factor`;
 *  SCALE: x*factor + shift; SCALE_BY: x*by + shift, where by is the second input, [N, C]. */
typedef struct Channels {
    const float *factor; /* NULL until weights are loaded */
    const float *shift;  /* NULL: none */
} Channels;

/** An element-by-element operation applied to a node's result before it is stored. */
typedef struct Fused {
    OpKind op;    /* a pointwise operator */
    int input;    /* operators of two tensors: index into Node.inputs of the other one */
    bool swapped; /* SUB, DIV, DIVIDE_NO_NAN: the other tensor is the left operand */
    Numbers numbers;
    Channels channels;
} Fused;

/** One spatial axis of a window layer. */
typedef struct WindowAxis {
    ConvAxis arith; /* i k s d pad_lo pad_hi a, and the rounding */
    int64_t o;      /* output extent */
} WindowAxis;

struct Node {
    uint32_t id; /* index into Graph.nodes */
    OpKind op;
    const char *path; /* "c1.conv", "s2.tanh": the layer, for messages, keys and symbols */
    Span span;        /* the call */
    Value **inputs;   /* room for MAX_INPUTS, or for what graph_reserve_inputs was given */
    int n_inputs;
    Value *output;

    int n_axes;                     /* spatial axes of the window: 0 for dense on [N, C] */
    WindowAxis window[MAX_SPATIAL]; /* CONV, TCONV, pools; DENSE: k = i on each axis */
    bool same[MAX_SPATIAL];         /* CONV, pools: p=same, as written: another i has another p */
    int64_t groups;                 /* CONV, TCONV, norms: >= 1; INSTANCENORM: one a channel */
    PoolCount count;                /* AVGPOOL */
    int axis; /* SOFTMAX, LOG_SOFTMAX, ARGMAX, CONCAT, SPLIT: index into the type's axes; MATMUL:
                 into those of its first input */
    int64_t first[MAX_RANK]; /* SPLIT, CROP: where the result begins in the input, for each axis;
                                PAD: where the input begins in the result */
    Border border;           /* PAD; CONV: around its input */
    bool flip;               /* CONV, TCONV: the kernel is rotated: true convolution */
    int64_t by[MAX_SPATIAL]; /* UPSAMPLE, PIXEL_SHUFFLE: outputs for each input of an axis;
                                PIXEL_UNSHUFFLE: inputs for each output */
    ShuffleOrder order;      /* PIXEL_SHUFFLE, PIXEL_UNSHUFFLE */
    Resample resample;       /* UPSAMPLE */
    Numbers numbers;         /* of the layers that have some */
    Channels channels;       /* SCALE, SCALE_BY */
    Param *weight, *bias;    /* NULL without; CONSTANT: weight is its value */
    Param *mean, *variance;  /* BATCHNORM */
    Fused fused[MAX_FUSED];  /* filled by optimize */
    int n_fused;
};

/** A result that the caller of the model gets. */
typedef struct GraphOutput {
    const char *name;
    Value *value;
    Span span;
} GraphOutput;

typedef struct Graph {
    Arena *arena;
    Arena *numbers;    /* of the parameters; ends with the graph's, or by graph_drop_numbers */
    const char *model; /* the C prefix: a valid identifier */
    VEC(Value *) values;
    VEC(Node *) nodes;   /* each after the nodes that make its inputs */
    VEC(Value *) inputs; /* as declared */
    VEC(GraphOutput) outputs;
    VEC(Param *) params;
} Graph;

/** "conv". */
const char *op_name(OpKind op);

/** True for the operators that read a window of their input for each output. */
bool op_is_window(OpKind op);

/** True for those of them that make one number of the elements of a channel. */
bool op_is_pool(OpKind op);

/** True for the operators that make each element from the elements at the same place. */
bool op_is_pointwise(OpKind op);

/** True for those of them that have numbers for each channel. */
bool op_is_channelwise(OpKind op);

/** True for the operators that bring sets of elements to mean 0 and variance 1. */
bool op_is_norm(OpKind op);

/** What number `index` of the operator is called; NULL after its last. */
const char *op_number_name(OpKind op, int index);

/** Fewest and most inputs the language gives the operator. */
int op_least_inputs(OpKind op);
int op_most_inputs(OpKind op);

/** As many inputs as one likes. */
bool op_takes_any(OpKind op);

/** An empty graph in `arena`. */
Graph *graph_create(Arena *arena);

/** Frees the numbers of all parameters, as if no weights were loaded: for when they are packed. */
void graph_drop_numbers(Graph *graph);

/** Appends a node with a new output value of `type`; the caller fills the rest. */
Node *graph_add_node(Graph *graph, OpKind op, const char *path, Span span, const char *value_name,
                     const TensorType *type);

/** Makes room for n inputs of a node that has none yet. */
void graph_reserve_inputs(Graph *graph, Node *node, size_t n);

/** A pointwise node as an operation on another node's result; `input` is not set. Not for
 *  BATCHNORM and AFFINE, which optimize replaces. */
Fused node_operation(const Node *node);

/** True if the node, or an operation fused into it, has numbers for each channel. */
bool node_is_channelwise(const Node *node);

/** The tap program's axis of spatial axis `index` of a window node, over the padded input where
 * data stand in the padding. */
TapAxis node_tap_axis(const Node *node, int index);

/** Elements at the end of an axis that no window reads, nor its border on behalf of one. */
int64_t border_unread_tail(Border border, const ConvAxis *axis, int64_t o);

/** Multiply-adds of a node by the definition: no tap outside the image, no inserted zero. 0 for
 *  nodes that multiply nothing. Pools: 0. */
int64_t node_macs(const Node *node);

/** The same with the taps that fall on padding, as papers and other tools count: every window, or
 *  every input of a transposed layer, times every element of the kernel. */
int64_t node_macs_with_padding(const Node *node);

/** Where axis `index` of what a MATMUL makes stands in its inputs: both have it, or the rows of the
 *  first alone, or the columns of the second alone. */
typedef struct MatmulAxis {
    int in_x, in_y; /* index into the axes of the input; NO_AXIS */
} MatmulAxis;

MatmulAxis matmul_axis(const Node *node, int index);

/** The axis that a MATMUL sums along, in its second input. */
int matmul_summed(const Node *node);

/** Elements of a value (its type is legal). */
int64_t value_elems(const Value *value);

/** Appends the program, one node a line (`--emit=graph`). */
void graph_print(Text *out, const Graph *graph);

/** Checks types, order, extents >= 1, windows, parameters.
 *  @return NULL, or what is wrong (a programmer's error) */
const char *graph_verify(Arena *arena, const Graph *graph);

#endif
