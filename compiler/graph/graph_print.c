/* The graph as text, one node a line: `%3 pool : f32[...] = maxpool %2 {k=2x2 ...}`. A value is
 * shown by its number, since several unnamed values may share a path. */
#include "graph/graph.h"

static void print_extents(Text *out, int rank, const int64_t *extent) {
    text_puts(out, "[");
    for (int i = 0; i < rank; i++) text_printf(out, "%s%lld", i ? ", " : "", (long long)extent[i]);
    text_puts(out, "]");
}

static void print_param(Text *out, const char *role, const Param *param) {
    if (!param) return;
    text_printf(out, " %s ", role);
    text_quote(out, param->key, strlen(param->key));
    text_puts(out, " ");
    print_extents(out, param->rank, param->extent);
}

/* Appends " NAME=AxB" for one member of ConvAxis. */
#define PRINT_AXES(out, node, label, member)                                                       \
    do {                                                                                           \
        text_puts(out, label);                                                                     \
        for (int i_ = 0; i_ < (node)->n_axes; i_++)                                                \
            text_printf(out, "%s%lld", i_ ? "x" : "", (long long)(node)->window[i_].arith.member); \
    } while (0)

static const char *const borders[] = {[BORDER_ZERO] = "zero",
                                      [BORDER_REFLECT] = "reflect",
                                      [BORDER_REPLICATE] = "replicate",
                                      [BORDER_CIRCULAR] = "circular"};

static void print_window(Text *out, const Node *node) {
    if (node->n_axes == 0) return;
    PRINT_AXES(out, node, " {k=", k);
    PRINT_AXES(out, node, " s=", s);
    text_puts(out, " p=");
    for (int i = 0; i < node->n_axes; i++) {
        const ConvAxis *axis = &node->window[i].arith;
        text_printf(out, "%s(%lld, %lld)", i ? "x" : "", (long long)axis->pad_lo,
                    (long long)axis->pad_hi);
    }
    PRINT_AXES(out, node, " d=", d);
    if (node->op == OP_TCONV) PRINT_AXES(out, node, " a=", a);
    if (node->op == OP_CONV || node->op == OP_TCONV)
        text_printf(out, " g=%lld", (long long)node->groups);
    if (node->border != BORDER_ZERO) text_printf(out, " border=%s", borders[node->border]);
    if (node->flip) text_puts(out, " flip=yes");
    if (node->window[0].arith.ceil) text_puts(out, " round=ceil");
    if (node->op == OP_AVGPOOL)
        text_puts(out, node->count == COUNT_ALL ? " count=all" : " count=inside");
    text_puts(out, "}");
}

/* " {lo=0 hi=6}" */
static void print_numbers(Text *out, OpKind op, const Numbers *numbers) {
    if (!op_number_name(op, 0)) return;
    text_puts(out, " {");
    for (int i = 0; op_number_name(op, i); i++)
        text_printf(out, "%s%s=%.9g", i ? " " : "", op_number_name(op, i), numbers->at[i]);
    text_puts(out, "}");
}

/* Appends " {axis=C}", " {at=[0, 8, 0, 0]}", with what a pad puts around its input. */
static void print_move(Text *out, const Node *node) {
    const TensorType *type = &node->output->type;
    if (node->op == OP_CONCAT) text_printf(out, " {axis=%s}", type->axes[node->axis].name);
    if (node->op != OP_SPLIT && node->op != OP_CROP && node->op != OP_PAD) return;
    text_puts(out, " {at=");
    print_extents(out, type->rank, node->first);
    if (node->op == OP_PAD) text_printf(out, " border=%s", borders[node->border]);
    text_puts(out, "}");
}

/* Appends " {by=2x2 nearest}". */
static void print_upsample(Text *out, const Node *node) {
    static const char *const kinds[] = {" nearest", " linear half", " linear corners",
                                        " linear asymmetric"};
    int spatial[MAX_RANK], n = type_spatial(&node->output->type, spatial);
    bool shuffles = node->op == OP_PIXEL_SHUFFLE || node->op == OP_PIXEL_UNSHUFFLE;
    if (node->op != OP_UPSAMPLE && !shuffles) return;
    text_puts(out, " {by=");
    for (int a = 0; a < n; a++) text_printf(out, "%s%lld", a ? "x" : "", (long long)node->by[a]);
    if (shuffles) text_puts(out, node->order == SHUFFLE_DCR ? " dcr" : "");
    text_printf(out, "%s}", shuffles ? "" : kinds[node->resample]);
}

/* " by [0.5, 2]": of many the first few. */
static void print_channels(Text *out, const char *what, const float *numbers, int64_t n) {
    enum { SHOWN = 4 };
    if (!numbers) return;
    text_printf(out, " %s [", what);
    for (int64_t c = 0; c < n && c < SHOWN; c++)
        text_printf(out, "%s%.9g", c ? ", " : "", (double)numbers[c]);
    text_puts(out, n > SHOWN ? ", ...]" : "]");
}

static void print_fused(Text *out, const Node *node) {
    for (int i = 0; i < node->n_fused; i++) {
        const Fused *fused = &node->fused[i];
        text_printf(out, " %s%s", fused->swapped ? "swapped " : "", op_name(fused->op));
        if (op_most_inputs(fused->op) == 2)
            text_printf(out, " %%%u", node->inputs[fused->input]->id);
        print_numbers(out, fused->op, &fused->numbers);
    }
}

static void print_node(Text *out, const Node *node) {
    text_printf(out, "%%%u ", node->output->id);
    text_quote(out, node->output->name, strlen(node->output->name));
    text_puts(out, " : ");
    type_print(out, &node->output->type);
    text_printf(out, " = %s", op_name(node->op));
    for (int i = 0; i < node->n_inputs; i++)
        text_printf(out, "%s%%%u", i ? ", " : " ", node->inputs[i]->id);
    print_window(out, node);
    print_numbers(out, node->op, &node->numbers);
    if (node->op == OP_GROUPNORM) text_printf(out, " {g=%lld}", (long long)node->groups);
    if (node->op == OP_SOFTMAX || node->op == OP_LOG_SOFTMAX || node->op == OP_ARGMAX)
        text_printf(out, " {axis=%s}", node->output->type.axes[node->axis].name);
    if (node->op == OP_MATMUL)
        text_printf(out, " {axis=%s}", node->inputs[0]->type.axes[node->axis].name);
    print_move(out, node);
    print_upsample(out, node);
    const TensorType *type = &node->output->type;
    print_channels(out, "by", node->channels.factor, type_extent(type, type_channel(type)));
    print_channels(out, "shift", node->channels.shift, type_extent(type, type_channel(type)));
    print_param(out, node->op == OP_CONSTANT ? "value" : "weight", node->weight);
    print_param(out, "bias", node->bias);
    print_param(out, "running_mean", node->mean);
    print_param(out, "running_var", node->variance);
    print_fused(out, node);
    text_puts(out, "\n");
}

void graph_print(Text *out, const Graph *graph) {
    text_printf(out, "graph %s\n", graph->model);
    for (size_t i = 0; i < graph->nodes.len; i++) print_node(out, graph->nodes.at[i]);
    for (size_t i = 0; i < graph->outputs.len; i++)
        text_printf(out, "output %s = %%%u\n", graph->outputs.at[i].name,
                    graph->outputs.at[i].value->id);
}
