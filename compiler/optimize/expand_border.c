/* y = conv(x, p=1, border=reflect)  ->  t = pad(x, p=1, border=reflect); y = conv(t) */
#include "optimize/optimize.h"
#include "optimize/rewrite.h"

static void expand(Graph *graph, Node *conv) {
    if (conv->op != OP_CONV || conv->border == BORDER_ZERO) return;
    int spatial[MAX_RANK];
    Value *input = conv->inputs[0];
    TensorType type = input->type;
    type_spatial(&type, spatial);
    for (int a = 0; a < conv->n_axes; a++) {
        const ConvAxis *axis = &conv->window[a].arith;
        type.axes[spatial[a]].extent += axis->pad_lo + axis->pad_hi;
    }
    if (!type_equal(&type, &input->type)) {
        const char *path = arena_printf(graph->arena, "%s.pad", conv->path);
        Node *pad = graph_add_node(graph, OP_PAD, path, conv->span, path, &type);
        pad->inputs[pad->n_inputs++] = input;
        pad->border = conv->border;
        for (int a = 0; a < conv->n_axes; a++) {
            ConvAxis *axis = &conv->window[a].arith;
            pad->first[spatial[a]] = axis->pad_lo;
            axis->i += axis->pad_lo + axis->pad_hi;
            axis->pad_lo = axis->pad_hi = 0;
        }
        conv->inputs[0] = pad->output;
    }
    conv->border = BORDER_ZERO;
}

void optimize_expand_border(Graph *graph) { rewrite_insert(graph, expand); }
