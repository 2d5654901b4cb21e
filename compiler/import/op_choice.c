/* Equal and Where. The language has no choice between numbers; what exporters write with one is a
 * quotient that is 0 where its divisor is:
 *
 *     where(y == 0, 0, x / y)    divide_no_nan(x, y) */
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

void import_where(Import *im, Node *node) {
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
