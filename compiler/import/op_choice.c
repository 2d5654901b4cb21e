/* Equal and Where. The language has no choice between numbers; what exporters write with one is a
 * quotient that is 0 where its divisor is:
 *
 *     where(y == 0, 0, x / y)    divide_no_nan(x, y)
 *
 * A choice that the model has made already, by a constant, is a product with ones and zeros. */
#include "import/emit.h"
#include "import/handlers.h"
#include "import/pattern.h"

/* A comparison with 0 is a layer that only makes sense as part of the formula; the rewriting
 * refuses those that are left. */
void import_equal(Import *im, Node *node) {
    Value *a = node->in[0], *b = node->in[1];
    Value *x = a && a->constant ? b : a, *c = a && a->constant ? a : b;
    if (x && c && c->constant && constant_is(c->constant, 0) && c->constant->rank <= x->rank)
        node_give(im, node, 0, emit_simple(im, node, "is_zero", x));
    else
        refuse(im, node, "cut the model before it, and do it in your program",
               "netc does not compare what the network computes");
}

/* What a value is made of, before it was repeated and got other axes. */
static const Value *root_of(const Value *value) {
    const Layer *layer = value->layer;
    while (layer) {
        const char *mode = attr_said(layer, "mode");
        bool repeats = strcmp(layer->op, "upsample") == 0 && mode && strcmp(mode, "nearest") == 0;
        if (!repeats && strcmp(layer->op, "reshape") != 0) break;
        value = layer->in[0];
        layer = value->layer;
    }
    return value;
}

/* The quotient of where(y == 0, 0, x / y); NULL: it is another choice. */
static Layer *quotient_of(const Node *node) {
    const Value *choice = node->in[0], *zero = node->in[1], *quotient = node->in[2];
    if (!choice || !zero || !quotient || choice->constant || quotient->constant) return NULL;
    const Layer *is_zero = made_by(choice, "is_zero");
    Layer *over = made_by(quotient, "/");
    if (!is_zero || !over || !zero->constant || !constant_is(zero->constant, 0) ||
        zero->constant->rank > quotient->rank || choice->rank > quotient->rank)
        return NULL;
    return root_of(is_zero->in[0]) == root_of(over->in[1]) ? over : NULL;
}

/* What of `a` the constant condition keeps: the rest is 0. */
static Value *masked(Import *im, Node *node, Value *a, const Constant *mask, bool inverse) {
    const Constant one = constant_fill(im->arena, 1, 0, NULL);
    const Constant *kept = fold_masked(im, node, a->constant ? a->constant : &one, mask, inverse);
    if (!kept) return NULL;
    Value *factors = constant_value(im, kept);
    return a->constant ? factors : import_product_of(im, node, a, factors);
}

/* a * mask + b * (1 - mask): for numbers that are finite. */
static void where_constant(Import *im, Node *node) {
    const Constant *mask = node->in[0]->constant;
    if (!node->in[1] || !node->in[2]) {
        refuse(im, node, "the file is damaged", "it has no three inputs");
        return;
    }
    Value *a = masked(im, node, node->in[1], mask, false),
          *b = a ? masked(im, node, node->in[2], mask, true) : NULL;
    Value *sum = b ? import_sum_of(im, node, a, b) : NULL;
    if (sum) node_give(im, node, 0, sum);
}

void import_where(Import *im, Node *node) {
    if (node->in[0] && node->in[0]->constant) {
        where_constant(im, node);
        return;
    }
    Layer *over = quotient_of(node);
    if (!over) {
        refuse(im, node, "cut the model before it, and do it in your program",
               "it chooses between numbers that the network computes; netc knows "
               "where(y == 0, 0, x / y) only");
        return;
    }
    Layer *layer = emit_joined(im, node, "divide_no_nan", over->in, 2);
    node_give(im, node, 0, emit_result_like(im, layer, over->out[0]));
}

/* x times ones on one side of a diagonal of its last two axes. */
void import_trilu(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 2, MAX_RANK);
    const Constant *k = x ? node_constant(im, node, 1, "input `k`", true) : NULL;
    bool upper = node_int(im, node, "upper", 1) != 0;
    if (!x || node->failed) return;
    int64_t diagonal = k && k->whole && k->elems == 1 ? k->ints[0] : 0;
    int64_t rows = x->extent[x->rank - 2], columns = x->extent[x->rank - 1];
    int64_t extent[2] = {rows, columns};
    if (rows > MAX_WHOLE / columns) {
        refuse(im, node, NULL, "its matrix of %lld x %lld is too large", (long long)rows,
               (long long)columns);
        return;
    }
    if (!node_computes(im, node, rows * columns)) return;
    float *ones = ARENA_ARRAY(im->arena, float, (size_t)(rows * columns));
    for (int64_t i = 0; i < rows * columns; i++) {
        int64_t right = i % columns - i / columns; /* of the main diagonal */
        ones[i] = (upper ? right >= diagonal : right <= diagonal) ? 1 : 0;
    }
    Constant mask = constant_of_floats(ones, 2, extent);
    Value *result = import_product_of(im, node, x, constant_value(im, &mask));
    if (result) node_give(im, node, 0, result);
}
