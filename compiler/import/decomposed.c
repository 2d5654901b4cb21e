/* Layers that exporters take apart node by node, known again by the nodes that made the inputs of
 * their last one. What had been made of the others is dead then.
 *
 *     m = ReduceMean(x);  d = x - m;  d / sqrt(ReduceMean(d^2) + eps)      layernorm */
#include "import/emit.h"
#include "import/handlers.h"
#include "import/table.h"
#include "import/words.h"

#include <math.h>
#include <string.h>

/* The node that made a value, if it is an `op`. */
static const OnnxNode *made_by_node(const Value *value, const char *op) {
    const Layer *layer = value && !value->constant ? value->layer : NULL;
    return layer && strcmp(layer->node->op, op) == 0 ? layer->node : NULL;
}

static Value *input_of(const Import *im, const OnnxNode *node, size_t i) {
    return i < node->n_inputs && node->inputs[i][0] ? table_get(im->names, node->inputs[i]) : NULL;
}

/* The number that a constant is; NAN: it is none. */
static double number_of(const Value *value) {
    double number = NAN;
    if (!value || !value->constant || value->constant->elems != 1 ||
        !constant_same(value->constant, &number))
        return NAN;
    return number;
}

/* Axes first .. last of a tensor. */
typedef struct Run {
    int first, last;
} Run;

/* The x of a mean along a run of axes that are kept; NULL. */
static Value *mean_of(Import *im, const Value *value, Run *run) {
    const OnnxNode *onnx = made_by_node(value, "ReduceMean");
    Value *x = onnx ? input_of(im, onnx, 0) : NULL;
    if (!x || x->constant || value->rank != x->rank) return NULL;
    int n = 0;
    *run = (Run){x->rank, -1};
    for (int i = 0; i < x->rank; i++) {
        if (value->extent[i] == x->extent[i]) continue;
        if (value->extent[i] != 1) return NULL;
        if (n++ == 0) run->first = i;
        run->last = i;
    }
    return n > 0 && run->last - run->first + 1 == n ? x : NULL;
}

/* The x of x - mean(x); NULL. */
static Value *centred(Import *im, const Value *value, Run *run) {
    const OnnxNode *onnx = made_by_node(value, "Sub");
    Value *x = onnx ? input_of(im, onnx, 0) : NULL;
    return x && mean_of(im, input_of(im, onnx, 1), run) == x ? x : NULL;
}

/* The d of d^2; NULL. */
static Value *squared(Import *im, const Value *value) {
    const OnnxNode *pow = made_by_node(value, "Pow"), *mul = made_by_node(value, "Mul");
    if (pow && number_of(input_of(im, pow, 1)) == 2) return input_of(im, pow, 0);
    Value *d = mul ? input_of(im, mul, 0) : NULL;
    return d && input_of(im, mul, 1) == d ? d : NULL;
}

/* The variance and the eps under a root; NULL: it is none of these. */
static Value *deviation(Import *im, const Value *value, double *eps) {
    const OnnxNode *root = made_by_node(value, "Sqrt");
    const OnnxNode *sum = root ? made_by_node(input_of(im, root, 0), "Add") : NULL;
    for (size_t i = 0; sum && i < 2; i++) {
        *eps = number_of(input_of(im, sum, i));
        if (!isnan(*eps)) return input_of(im, sum, 1 - i);
    }
    return NULL;
}

/* x normed along a run of axes, which are the channels then. */
static Value *normed(Import *im, const Node *node, Value *x, const Run *run, double eps) {
    bool is_channel = run->first == run->last && strcmp(x->axes[run->first], "C") == 0;
    Value *view = is_channel ? x : emit_block(im, node, x, run->first, run->last);
    Layer *layer = emit_layer(im, node, "layernorm", view);
    emit_attr(im, layer, "eps", "%s", number_text(im->arena, (float)eps));
    emit_source(layer, "weight", "none");
    emit_source(layer, "bias", "none");
    Value *result = emit_result_like(im, layer, view);
    return emit_reshape(im, node, result, x->rank, x->extent, x->axes);
}

bool import_layernorm_apart(Import *im, Node *node) {
    double eps;
    Run run, same;
    Value *d = node->in[0], *x = centred(im, d, &run),
          *variance = x ? deviation(im, node->in[1], &eps) : NULL;
    Value *square = variance ? mean_of(im, variance, &same) : NULL;
    if (!square || same.first != run.first || same.last != run.last || squared(im, square) != d)
        return false;
    node_give(im, node, 0, normed(im, node, x, &run, eps));
    return true;
}
