/* prelu, batchnorm and scale: numbers for each channel; the result has the type of the input.
 * And what is said of a batchnorm once every reader of every value is known. */
#include "sema/infer.h"

#include "sema/channel.h"
#include "sema/explain_size.h"
#include "sema/params.h"

bool require_channels(Sema *sema, const LayerCall *call) {
    const Value *input = call->input.value;
    if (type_channel(&input->type) != NO_AXIS) return true;
    Diag *diag = diag_add(sema->diags, N0313, call->span,
                          "`%s` needs a C axis; `%s` has %s" FACTS("layer value axes[]"),
                          call->layer->name, input->name, axis_names(sema, &input->type));
    diag_here(diag, "has numbers for each channel");
    diag_label(diag, input->span, "%s", sizes_of(sema, &input->type));
    return false;
}

/* N0302: the root of a variance below 0. */
static bool read_eps(Sema *sema, const LayerCall *call, double *eps) {
    if (!attr_real(sema, call, ATTR_EPS, eps)) return false;
    if (*eps >= 0) return true;
    Diag *diag =
        diag_add(sema->diags, N0302, call->attrs[ATTR_EPS].value->span, "`eps` must be at least 0");
    diag_here(diag, "is %g", *eps);
    return false;
}

Tensor infer_channel(Sema *sema, LayerCall *call) {
    const TensorType *type = &call->input.value->type;
    Numbers numbers = {{0}};
    bool ok = require_channels(sema, call);
    if (call->layer->op == OP_BATCHNORM) ok &= read_eps(sema, call, &numbers.at[0]);
    Node *node = ok ? add_layer(sema, call->layer->op, call->path, call->expr, type) : NULL;
    if (!node) return call_failed(sema, call, type);
    node->inputs[node->n_inputs++] = call->input.value;
    node->numbers = numbers;
    params_add_channels(sema, call, node);
    return tensor_of(node->output);
}

/* ---- scale ---- */

/* The factors stand in one of two places. */
static bool require_one_by(Sema *sema, const LayerCall *call) {
    const AstArg *named = call->attrs[ATTR_BY].arg;
    if ((call->n_tensors == 2) != (named != NULL)) return true;
    if (named) {
        Diag *diag = diag_add(sema->diags, N0205, named->span, "`by` is given twice");
        diag_here(diag, "the second time");
        diag_label(diag, call->tensors[1].value->span, "the tensor is `by` already");
        edit_remove(diag_help(diag, FIX_MAYBE, "scale by the tensor alone"), call->expr, named);
        return false;
    }
    Diag *diag = diag_add(sema->diags, N0204, call->span, "`scale` needs `by`");
    diag_here(diag, "no `by`");
    diag_note(diag, "a number, a list of one for each channel, or a second tensor: scale(x, s)");
    return false;
}

/* N0311: a tensor of factors has one for each image and channel. */
static bool require_factors(Sema *sema, const LayerCall *call) {
    const Value *x = call->input.value, *by = call->tensors[1].value;
    bool fits = type_channel(&by->type) != NO_AXIS && by->type.dtype == x->type.dtype;
    fits &= (type_batch(&by->type) == NO_AXIS) == (type_batch(&x->type) == NO_AXIS);
    const char *differs = NULL; /* the last axis that does: spatial ones mostly follow C */
    for (int i = 0; i < by->type.rank; i++) {
        int64_t wanted = 1;
        if (i == type_batch(&by->type)) wanted = type_extent(&x->type, type_batch(&x->type));
        if (i == type_channel(&by->type)) wanted = type_extent(&x->type, type_channel(&x->type));
        if (by->type.axes[i].extent == wanted) continue;
        fits = false;
        differs = by->type.axes[i].name;
    }
    if (fits) return true;
    Diag *diag =
        diag_add(sema->diags, N0311, call->span,
                 "`%s` cannot scale `%s`: it must have one number for each image and channel" FACTS(
                     "scale value"),
                 by->name, x->name);
    diag_here(diag, "`%s` is %s", x->name, sizes_of(sema, &x->type));
    diag_label(diag, by->span, "%s", sizes_of(sema, &by->type));
    const Side sides[] = {{x, x->name}, {by, by->name}};
    if (differs) explain_extents(sema, diag, &sides[0], &sides[1], differs);
    return false;
}

/* N0350: the numbers are stored once for each channel. */
static bool channels_within_limit(Sema *sema, const LayerCall *call, int64_t channels) {
    if ((uint64_t)channels <= sema->options->max_weight_bytes / sizeof(float)) return true;
    Diag *diag = diag_add(sema->diags, N0350, call->span,
                          "`%s` needs numbers for %s channels, over "
                          "the limit" FACTS("layer channels#"),
                          call->path, count_text(sema, channels));
    diag_here(diag, "too many numbers");
    return false;
}

/* True if they add nothing. */
static bool all_zero(const float *numbers, int64_t n) {
    for (int64_t i = 0; i < n; i++)
        if (numbers[i] != 0) return false;
    return true;
}

Tensor infer_scale(Sema *sema, LayerCall *call) {
    const TensorType *type = &call->input.value->type;
    const AstExpr *by = call->attrs[ATTR_BY].value, *shift = call->attrs[ATTR_SHIFT].value;
    bool is_tensor = call->n_tensors == 2,
         is_list = (by && by->kind == AST_LIST) || (shift && shift->kind == AST_LIST);
    int64_t channels = type_extent(type, type_channel(type));
    float *factors = NULL, *shifts = NULL;
    bool ok = require_one_by(sema, call) && channels_within_limit(sema, call, channels);
    if (ok && (is_tensor || is_list)) ok = require_channels(sema, call);
    if (ok && is_tensor) ok = require_factors(sema, call);
    if (!is_tensor) ok = ok && attr_numbers(sema, call, ATTR_BY, channels, &factors);
    ok = ok && attr_numbers(sema, call, ATTR_SHIFT, channels, &shifts);
    OpKind op = is_tensor ? OP_SCALE_BY : OP_SCALE;
    Node *node = ok ? add_layer(sema, op, call->path, call->expr, type) : NULL;
    if (!node) return call_failed(sema, call, type);
    for (int i = 0; i < call->n_tensors; i++)
        node->inputs[node->n_inputs++] = call->tensors[i].value;
    node->channels = (Channels){factors, all_zero(shifts, channels) ? NULL : shifts};
    return tensor_of(node->output);
}

/* ---- warnings ---- */

/* What batchnorm can be folded into. */
static bool has_weights(const Node *node) {
    return node->op == OP_CONV || node->op == OP_TCONV || node->op == OP_DENSE;
}

/* The first two readers of a value: nodes, and outputs of the model (NULL). */
typedef struct Readers {
    const Node *node[2];
    Span span[2];
    int n;
} Readers;

static void add_reader(Readers *readers, const Node *node, Span span) {
    if (readers->n == 2) return;
    readers->node[readers->n] = node;
    readers->span[readers->n++] = span;
}

/* By Value.id. */
static const Readers *find_readers(Arena *arena, const Graph *graph) {
    Readers *readers = ARENA_ARRAY(arena, Readers, graph->values.len + 1);
    for (size_t i = 0; i < graph->nodes.len; i++) {
        const Node *node = graph->nodes.at[i];
        for (int k = 0; k < node->n_inputs; k++)
            add_reader(&readers[node->inputs[k]->id], node, node->span);
    }
    for (size_t i = 0; i < graph->outputs.len; i++)
        add_reader(&readers[graph->outputs.at[i].value->id], NULL, graph->outputs.at[i].span);
    return readers;
}

/* W0713: the layer before is read as it is, too, so it cannot carry the norm. */
static void warn_not_folded(Sema *sema, const Node *norm, const Value *input, Span other) {
    Diag *diag = diag_add(
        sema->diags, W0713, norm->span,
        "`batchnorm` cannot be folded: `%s` is also used elsewhere" FACTS("value"), input->name);
    diag_here(diag, "costs a pass over its input");
    diag_label(diag, other, "used here without the norm");
}

/* W0707. */
static void warn_redundant_bias(Sema *sema, const Node *norm, const Node *layer) {
    Diag *diag =
        diag_add(sema->diags, W0707, layer->span, "the bias before `batchnorm` is redundant");
    diag_here(diag, "has a bias");
    diag_label(diag, norm->span, "subtracts its mean, adds another");
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "leave it out, if `running_mean` is without it");
    edit_attr(help, sema->calls.at[layer->id], ATTR_BIAS, "none");
}

void warn_batchnorms(Sema *sema) {
    const Graph *graph = sema->graph;
    const Readers *all = find_readers(sema->arena, graph);
    for (size_t i = 0; i < graph->nodes.len; i++) {
        const Node *norm = graph->nodes.at[i];
        if (norm->op != OP_BATCHNORM || !has_weights(norm->inputs[0]->producer)) continue;
        const Value *input = norm->inputs[0];
        const Readers *readers = &all[input->id];
        if (readers->n == 2)
            warn_not_folded(sema, norm, input, readers->span[readers->node[0] == norm]);
        else if (input->producer->bias)
            warn_redundant_bias(sema, norm, input->producer);
    }
}
