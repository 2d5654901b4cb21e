/* The graph: building it, and the questions every later stage asks of a node. */
#include "graph/graph.h"

#include "base/checked.h"

#include <assert.h>
#include <limits.h>

enum { ANY = INT_MAX };

typedef enum OpClass { WINDOW, POOL, POINTWISE, CHANNEL, NORM, OTHER } OpClass;

/* A row of op.def. */
typedef struct OpRow {
    const char *name;
    int least, most; /* inputs */
    OpClass class;
} OpRow;

static const OpRow ops[] = {
#define OP(kind, name, least, most, class) [OP_##kind] = {name, least, most, class},
#include "graph/op.def"
#undef OP
};

static const char *const number_names[OP_KINDS][MAX_NUMBERS] = {
    [OP_ELU] = {"alpha"},     [OP_LEAKY_RELU] = {"slope"}, [OP_HARD_SIGMOID] = {"slope"},
    [OP_CLIP] = {"lo", "hi"}, [OP_PAD] = {"value"},        [OP_BATCHNORM] = {"eps"},
    [OP_LPPOOL] = {"n"},      [OP_POWER] = {"n"},          [OP_INSTANCENORM] = {"eps"},
    [OP_GROUPNORM] = {"eps"}, [OP_LAYERNORM] = {"eps"}};

const char *op_name(OpKind op) { return ops[op].name; }

bool op_is_window(OpKind op) { return ops[op].class == WINDOW || op_is_pool(op); }

bool op_is_pool(OpKind op) { return ops[op].class == POOL; }

bool op_is_pointwise(OpKind op) { return ops[op].class == POINTWISE || ops[op].class == CHANNEL; }

bool op_is_channelwise(OpKind op) { return ops[op].class == CHANNEL; }

bool op_is_norm(OpKind op) { return ops[op].class == NORM; }

const char *op_number_name(OpKind op, int index) {
    return index < MAX_NUMBERS ? number_names[op][index] : NULL;
}

int op_least_inputs(OpKind op) { return ops[op].least; }

int op_most_inputs(OpKind op) { return ops[op].most; }

bool op_takes_any(OpKind op) { return ops[op].most == ANY; }

Graph *graph_create(Arena *arena) {
    Graph *graph = ARENA_NEW(arena, Graph);
    graph->numbers = arena_create_in(arena);
    graph->arena = arena;
    graph->model = "";
    return graph;
}

void graph_drop_numbers(Graph *graph) {
    for (size_t i = 0; i < graph->params.len; i++) graph->params.at[i]->data = NULL;
    for (size_t i = 0; i < graph->nodes.len; i++) { /* passes make parameters of their own */
        Node *node = graph->nodes.at[i];
        Param *params[] = {node->weight, node->bias, node->mean, node->variance};
        for (size_t p = 0; p < sizeof params / sizeof params[0]; p++)
            if (params[p]) params[p]->data = NULL;
    }
    arena_reset(graph->numbers);
}

Node *graph_add_node(Graph *graph, OpKind op, const char *path, Span span, const char *value_name,
                     const TensorType *type) {
    Value *value = ARENA_NEW(graph->arena, Value);
    Node *node = ARENA_NEW(graph->arena, Node);
    *value = (Value){.id = (uint32_t)graph->values.len,
                     .name = value_name,
                     .type = *type,
                     .producer = node,
                     .span = span};
    *node = (Node){.id = (uint32_t)graph->nodes.len,
                   .op = op,
                   .path = path,
                   .span = span,
                   .output = value,
                   .groups = 1};
    graph_reserve_inputs(graph, node, MAX_INPUTS);
    VEC_PUSH(graph->arena, &graph->values, value);
    VEC_PUSH(graph->arena, &graph->nodes, node);
    return node;
}

void graph_reserve_inputs(Graph *graph, Node *node, size_t n) {
    assert(node->n_inputs == 0);
    node->inputs = ARENA_ARRAY(graph->arena, Value *, n);
}

Fused node_operation(const Node *node) {
    assert(op_is_pointwise(node->op) && node->op != OP_BATCHNORM && node->op != OP_AFFINE);
    Fused operation = {.op = node->op, .numbers = node->numbers, .channels = node->channels};
    if (node->op == OP_PRELU) operation.channels.factor = node->weight->data;
    return operation;
}

bool node_is_channelwise(const Node *node) {
    bool is = op_is_channelwise(node->op);
    for (int i = 0; i < node->n_fused; i++) is |= op_is_channelwise(node->fused[i].op);
    return is;
}

TapAxis node_tap_axis(const Node *node, int index) {
    assert(index >= 0 && index < node->n_axes);
    const WindowAxis *axis = &node->window[index];
    bool borrowed = node->border != BORDER_ZERO; /* data stand in the padding too */
    int64_t padding = borrowed ? axis->arith.pad_lo + axis->arith.pad_hi : 0;
    return (TapAxis){.i = axis->arith.i + padding,
                     .o = axis->o,
                     .k = axis->arith.k,
                     .s = axis->arith.s,
                     .d = axis->arith.d,
                     .pad_lo = borrowed ? 0 : axis->arith.pad_lo,
                     .transposed = node->op == OP_TCONV};
}

/* A circular border before the data is taken from their end; a mirrored one from as far behind the
 * first element as it reaches before it. */
int64_t border_unread_tail(Border border, const ConvAxis *axis, int64_t o) {
    int64_t tail = conv_unread_tail(axis, o), rest = tail;
    if (border == BORDER_CIRCULAR) rest = tail - axis->pad_lo;
    if (border == BORDER_REFLECT) rest = axis->i - 1 - axis->pad_lo;
    if (rest > tail) rest = tail;
    return rest > 0 ? rest : 0;
}

/* a * b, stuck at the largest number: a count for people, never an index. */
static int64_t saturating_mul(int64_t a, int64_t b) {
    int64_t product;
    return checked_mul(a, b, &product) ? product : INT64_MAX;
}

/* Every weight [f, c, taps...] is used once for each (output, tap) pair on data and each image of
 * the batch; the pairs are the product of the axes' own, since the axes never interact. A
 * transposed layer swaps the roles of outputs and inputs in the pairs, not their number. */
/* Multiply-adds of one pair of channels along an axis. */
static int64_t axis_macs(const TapAxis *axis, bool with_padding) {
    if (!with_padding) return tap_nnz(axis);
    return saturating_mul(axis->transposed ? axis->i : axis->o, axis->k);
}

/* Each element of the result is a sum along the axis. */
static int64_t matmul_macs(const Node *node) {
    return saturating_mul(value_elems(node->output),
                          type_extent(&node->inputs[0]->type, node->axis));
}

static int64_t count_macs(const Node *node, bool with_padding) {
    if (node->op == OP_MATMUL) return matmul_macs(node);
    if (node->op != OP_CONV && node->op != OP_TCONV && node->op != OP_DENSE) return 0;
    const TensorType *in = &node->inputs[0]->type, *out = &node->output->type;
    int64_t macs = type_extent(out, type_batch(out));
    macs = saturating_mul(macs, type_extent(in, type_channel(in)) / node->groups);
    macs = saturating_mul(macs, type_extent(out, type_channel(out)));
    for (int i = 0; i < node->n_axes; i++) {
        TapAxis axis = node_tap_axis(node, i);
        macs = saturating_mul(macs, axis_macs(&axis, with_padding));
    }
    return macs;
}

int64_t node_macs(const Node *node) { return count_macs(node, false); }

int64_t node_macs_with_padding(const Node *node) { return count_macs(node, true); }

MatmulAxis matmul_axis(const Node *node, int index) {
    const char *name = node->output->type.axes[index].name;
    return (MatmulAxis){type_axis(&node->inputs[0]->type, name),
                        type_axis(&node->inputs[1]->type, name)};
}

int matmul_summed(const Node *node) {
    return type_axis(&node->inputs[1]->type, node->inputs[0]->type.axes[node->axis].name);
}

int64_t value_elems(const Value *value) {
    int64_t elems = 0;
    bool legal = type_elems(&value->type, &elems);
    assert(legal);
    (void)legal;
    return elems;
}
