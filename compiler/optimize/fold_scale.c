/* t = scale(x); y = conv(t)  ->  y = conv(x) with other weights, where x is given to the network
 *
 *     sum of w*(x*factor + shift) + bias  =  sum of (w*factor)*x + (sum of w*shift + bias)
 *
 * The numbers of a picture become part of its first layer, so that no step brings it to mean 0
 * first. What only moves elements may stand between the two. A window that reaches over the border
 * sums its shifts of fewer taps than others, since there the data is 0 and not `shift`: with zeros
 * around the data a shift stays. Behind other layers a scale is part of their store already. All in
 * double, each number rounded once. */
#include "optimize/optimize.h"
#include "optimize/rewrite.h"

/* Elements go elsewhere, channels stay what they are, and what is added is such elements again. */
static bool moves(const Node *node) {
    return node->op == OP_PERMUTE || node->op == OP_CROP ||
           (node->op == OP_PAD && node->border != BORDER_ZERO);
}

/* An argument of the model, or the numbers of one of bytes. */
static bool is_given(const Node *node) {
    while (moves(node)) node = node->inputs[0]->producer;
    return node->op == OP_INPUT || node->op == OP_F32;
}

static bool adds_zeros(const Node *conv) {
    bool zeros = false;
    for (int a = 0; a < conv->n_axes; a++)
        zeros |= conv->window[a].arith.pad_lo > 0 || conv->window[a].arith.pad_hi > 0;
    return zeros;
}

/* The scale whose numbers can be the convolution's; NULL: there is none. */
static Node *scale_before(const Node *conv, const int *uses) {
    if (conv->op != OP_CONV) return NULL;
    Node *node = conv->inputs[0]->producer;
    if (uses[node->output->id] != 1) return NULL;
    while (moves(node)) {
        node = node->inputs[0]->producer;
        if (uses[node->output->id] != 1) return NULL;
    }
    bool numbers = node->op == OP_SCALE && node->channels.factor && conv->weight->data &&
                   (!conv->bias || conv->bias->data);
    if (!numbers || !is_given(node->inputs[0]->producer)) return NULL;
    return node->channels.shift && adds_zeros(conv) ? NULL : node;
}

/* The input channel of element `i` of a weight [F, C/g, ...]. */
static int64_t input_channel(const Node *conv, int64_t i) {
    const Param *w = conv->weight;
    int64_t taps = w->elems / (w->extent[0] * w->extent[1]), f = i / taps / w->extent[1];
    return f / (w->extent[0] / conv->groups) * w->extent[1] + i / taps % w->extent[1];
}

static Param *with_numbers(Arena *arena, const Param *like, const float *data) {
    Param *param = ARENA_NEW(arena, Param);
    *param = *like;
    param->data = data;
    return param;
}

static Param *scaled_weight(Arena *arena, const Node *conv, const float *factor) {
    float *data = ARENA_ARRAY(arena, float, (size_t)conv->weight->elems);
    for (int64_t i = 0; i < conv->weight->elems; i++)
        data[i] = (float)((double)conv->weight->data[i] * factor[input_channel(conv, i)]);
    return with_numbers(arena, conv->weight, data);
}

static Param *shifted_bias(Arena *arena, const Node *conv, const float *shift) {
    const Param *weight = conv->weight;
    int64_t n = weight->extent[0], each = weight->elems / n;
    Param new = {.key = arena_printf(arena, "%s.bias", conv->path),
                 .axes = "F",
                 .rank = 1,
                 .extent = {n},
                 .elems = n,
                 .fan_in = weight->fan_in,
                 .span = conv->span};
    float *data = ARENA_ARRAY(arena, float, (size_t)n);
    for (int64_t f = 0; f < n; f++) {
        double sum = conv->bias ? (double)conv->bias->data[f] : 0.0;
        for (int64_t i = f * each; i < (f + 1) * each; i++)
            sum += (double)weight->data[i] * shift[input_channel(conv, i)];
        data[f] = (float)sum;
    }
    return with_numbers(arena, conv->bias ? conv->bias : &new, data);
}

void optimize_fold_scale(Graph *graph) {
    int *uses = rewrite_count_uses(graph);
    bool *keep = ARENA_ARRAY(graph->arena, bool, graph->nodes.len + 1);
    for (size_t i = 0; i < graph->nodes.len; i++) keep[i] = true;
    for (size_t i = 0; i < graph->nodes.len; i++) {
        Node *conv = graph->nodes.at[i], *scale = scale_before(conv, uses);
        if (!scale) continue;
        if (scale->channels.shift)
            conv->bias = shifted_bias(graph->arena, conv, scale->channels.shift);
        conv->weight = scaled_weight(graph->arena, conv, scale->channels.factor);
        Node *reader = conv;
        while (reader->inputs[0] != scale->output) reader = reader->inputs[0]->producer;
        reader->inputs[0] = scale->inputs[0];
        keep[scale->id] = false;
    }
    rewrite_keep_nodes(graph, keep);
}
