/* h = conv(x); y = batchnorm(h)  ->  y = conv(x) with other weights
 * y = batchnorm(h), otherwise    ->  y = scale(h)
 *
 *     batchnorm  (h - mean)/sqrt(variance + eps)*weight + bias  =  h*factor + shift
 *     affine     h*weight + bias                                =  h*factor + shift
 *
 * Folded where h is the result of a conv, tconv or dense that nobody else reads: its weights are
 * multiplied by the factor of their output channel, its bias too, and the shift is added; a bias is
 * made where there was none. All in double, each number rounded once. Parameters may be shared, so
 * the folded ones are new. Without their numbers (a graph that is only looked at) the rewrite is
 * the same. */
#include "optimize/optimize.h"
#include "optimize/rewrite.h"

#include <math.h>

/* factor and shift of each channel; NULL if the numbers are not there. */
typedef struct Norm {
    double *factor, *shift;
    int64_t channels;
    bool shifts; /* there is something to add */
} Norm;

/* Its numbers of channel c. */
static void channel_norm(const Node *node, int64_t c, double *factor, double *shift) {
    double mean = 0.0, deviation = 1.0;
    if (node->op == OP_BATCHNORM) {
        mean = node->mean->data[c];
        deviation = sqrt((double)node->variance->data[c] + node->numbers.at[0]);
    }
    *factor = (node->weight ? (double)node->weight->data[c] : 1.0) / deviation;
    *shift = (node->bias ? (double)node->bias->data[c] : 0.0) - mean * *factor;
}

static bool is_loaded(const Param *param) { return !param || param->data; }

static Norm norm_of(Arena *arena, const Node *node) {
    const TensorType *type = &node->output->type;
    Norm norm = {.channels = type_extent(type, type_channel(type)),
                 .shifts = node->bias || node->op == OP_BATCHNORM};
    if (!is_loaded(node->weight) || !is_loaded(node->bias)) return norm;
    norm.factor = ARENA_ARRAY(arena, double, (size_t)norm.channels);
    norm.shift = ARENA_ARRAY(arena, double, (size_t)norm.channels);
    for (int64_t c = 0; c < norm.channels; c++)
        channel_norm(node, c, &norm.factor[c], &norm.shift[c]);
    return norm;
}

static const float *rounded(Arena *arena, const double *numbers, int64_t n) {
    if (!numbers) return NULL;
    float *out = ARENA_ARRAY(arena, float, (size_t)n);
    for (int64_t i = 0; i < n; i++) out[i] = (float)numbers[i];
    return out;
}

static void become_scale(Arena *arena, Node *node, const Norm *norm) {
    node->op = OP_SCALE;
    node->channels = (Channels){rounded(arena, norm->factor, norm->channels),
                                rounded(arena, norm->shifts ? norm->shift : NULL, norm->channels)};
    node->weight = node->bias = node->mean = node->variance = NULL;
    node->numbers = (Numbers){{0}};
}

/* The output channel of element `i` of a weight: [F, C/g, ...], of a tconv [C, F/g, ...]. */
static int64_t output_channel(const Node *layer, int64_t i) {
    const Param *w = layer->weight;
    int64_t taps = w->elems / (w->extent[0] * w->extent[1]);
    int64_t first = i / taps / w->extent[1], second = i / taps % w->extent[1];
    if (layer->op != OP_TCONV) return first;
    return first / (w->extent[0] / layer->groups) * w->extent[1] + second;
}

static Param *scaled_weight(Graph *graph, const Node *layer, const Norm *norm) {
    Param *weight = ARENA_NEW(graph->arena, Param);
    *weight = *layer->weight;
    if (!norm->factor) return weight;
    float *data = ARENA_ARRAY(graph->numbers, float, (size_t)weight->elems);
    for (int64_t i = 0; i < weight->elems; i++)
        data[i] = (float)(layer->weight->data[i] * norm->factor[output_channel(layer, i)]);
    weight->data = data;
    return weight;
}

static Param *shifted_bias(Arena *arena, const Node *layer, const Norm *norm) {
    Param *bias = ARENA_NEW(arena, Param);
    *bias = (Param){.key = arena_printf(arena, "%s.bias", layer->path),
                    .axes = "F",
                    .rank = 1,
                    .extent = {norm->channels},
                    .elems = norm->channels,
                    .fan_in = layer->weight->fan_in,
                    .span = layer->span};
    if (layer->bias) *bias = *layer->bias;
    if (!norm->factor) return bias;
    float *data = ARENA_ARRAY(arena, float, (size_t)bias->elems);
    for (int64_t c = 0; c < bias->elems; c++) {
        double old = layer->bias ? (double)layer->bias->data[c] : 0.0;
        data[c] = (float)(old * norm->factor[c] + norm->shift[c]);
    }
    bias->data = data;
    return bias;
}

static bool can_carry(const Node *layer, const int *uses) {
    return (layer->op == OP_CONV || layer->op == OP_TCONV || layer->op == OP_DENSE) &&
           layer->n_fused == 0 && uses[layer->output->id] == 1;
}

void optimize_fold_batchnorm(Graph *graph) {
    Arena *arena = graph->arena;
    int *uses = rewrite_count_uses(graph);
    bool *keep = ARENA_ARRAY(arena, bool, graph->nodes.len + 1);
    for (size_t i = 0; i < graph->nodes.len; i++) {
        Node *node = graph->nodes.at[i];
        keep[i] = true;
        if (node->op != OP_BATCHNORM && node->op != OP_AFFINE) continue;
        Norm norm = norm_of(arena, node);
        Node *layer = node->inputs[0]->producer;
        keep[i] = !can_carry(layer, uses);
        if (keep[i]) {
            become_scale(arena, node, &norm);
            continue;
        }
        Param *weight = scaled_weight(graph, layer, &norm);
        if (norm.shifts || layer->bias) layer->bias = shifted_bias(arena, layer, &norm);
        layer->weight = weight;
        rewrite_take_over(layer, node);
    }
    rewrite_keep_nodes(graph, keep);
}
