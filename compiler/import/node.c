/* What handlers ask of a node. Each fault is reported once, at the node. */
#include "import/node.h"

#include "import/stated.h"
#include "import/table.h"
#include "import/words.h"
#include "onnx/read.h"

#include <stdarg.h>

static void report(Import *im, Node *node, const char *help, const char *words) {
    node->failed = true;
    ImportProblem problem = {node->onnx, node->number, words, help};
    VEC_PUSH(im->arena, &im->report->problems, problem);
}

void refuse(Import *im, Node *node, const char *help, const char *format, ...) {
    va_list args;
    va_start(args, format);
    report(im, node, help, arena_vprintf(im->arena, format, args));
    va_end(args);
}

void refuse_attribute(Import *im, Node *node, const char *attribute, const char *help,
                      const char *format, ...) {
    va_list args;
    va_start(args, format);
    const char *words = arena_vprintf(im->arena, format, args);
    va_end(args);
    report(im, node, help, arena_printf(im->arena, "attribute `%s`: %s", attribute, words));
}

/* The attribute, or NULL: it is absent, or of another type, which is refused. */
static const OnnxAttribute *attribute_of(Import *im, Node *node, const char *name,
                                         OnnxAttributeType type) {
    const OnnxAttribute *found = onnx_attribute(node->onnx, name);
    if (!found || found->type == type) return found;
    refuse_attribute(im, node, name, "the file is damaged, or of a newer version of ONNX",
                     "it has another type than the operator defines");
    return NULL;
}

bool node_has(const Node *node, const char *name) {
    return onnx_attribute(node->onnx, name) != NULL;
}

int64_t node_int(Import *im, Node *node, const char *name, int64_t fallback) {
    const OnnxAttribute *found = attribute_of(im, node, name, ONNX_ATTRIBUTE_INT);
    return found ? found->i : fallback;
}

float node_float(Import *im, Node *node, const char *name, float fallback) {
    const OnnxAttribute *found = attribute_of(im, node, name, ONNX_ATTRIBUTE_FLOAT);
    return found ? found->f : fallback;
}

const char *node_string(Import *im, Node *node, const char *name, const char *fallback) {
    const OnnxAttribute *found = attribute_of(im, node, name, ONNX_ATTRIBUTE_STRING);
    return found ? found->s : fallback;
}

const int64_t *node_ints(Import *im, Node *node, const char *name, size_t *n) {
    const OnnxAttribute *found = attribute_of(im, node, name, ONNX_ATTRIBUTE_INTS);
    *n = found ? found->n : 0;
    static const int64_t none = 0;
    return !found ? NULL : found->n ? found->ints : &none;
}

const float *node_floats(Import *im, Node *node, const char *name, size_t *n) {
    const OnnxAttribute *found = attribute_of(im, node, name, ONNX_ATTRIBUTE_FLOATS);
    *n = found ? found->n : 0;
    static const float none = 0;
    return !found ? NULL : found->n ? found->floats : &none;
}

bool node_given(const Node *node, size_t i) { return i < NODE_INPUTS && node->in[i]; }

bool node_wants(const Import *im, const Node *node, size_t i) {
    return i < node->onnx->n_outputs && table_get(im->wanted, node->onnx->outputs[i]);
}

Value *node_tensor(Import *im, Node *node, size_t i, int least, int most) {
    Value *value = i < NODE_INPUTS ? node->in[i] : NULL;
    if (!value) {
        refuse(im, node, "the file is damaged", "it has no input number %zu", i + 1);
        return NULL;
    }
    if (value->constant) {
        refuse(im, node, "fold the constants of the model (onnxsim, or the optimizer of your tool)",
               "its input %s is a constant", quoted(im->arena, value->onnx));
        return NULL;
    }
    if (value->rank < least || value->rank > most) {
        refuse(im, node, NULL, "its input %s has %d axes; netc wants %s%d%s",
               quoted(im->arena, value->onnx), value->rank, least == most ? "" : "at least ", least,
               least == most ? "" : arena_printf(im->arena, " and at most %d", most));
        return NULL;
    }
    return value;
}

const Constant *node_constant(Import *im, Node *node, size_t i, const char *what, bool optional) {
    Value *value = i < NODE_INPUTS ? node->in[i] : NULL;
    if (value && value->constant) return value->constant;
    if (value)
        refuse(im, node, "export the model with this as a constant",
               "%s is computed by the network (%s); netc wants it as a constant", what,
               quoted(im->arena, value->onnx));
    else if (!optional)
        refuse(im, node, "the file is damaged", "%s is missing", what);
    return NULL;
}

const int64_t *node_constant_ints(Import *im, Node *node, size_t i, const char *what, size_t *n) {
    const Constant *constant = node_constant(im, node, i, what, true);
    *n = 0;
    if (!constant) return NULL;
    if (!constant->whole || constant->rank > 1) {
        refuse(im, node, "the file is damaged", "%s is no list of whole numbers", what);
        return NULL;
    }
    *n = (size_t)constant->elems;
    return constant->ints;
}

const int64_t *node_list(Import *im, Node *node, size_t i, const char *name, size_t *n) {
    if (node_has(node, name)) return node_ints(im, node, name, n);
    return node_constant_ints(im, node, i, arena_printf(im->arena, "input `%s`", name), n);
}

int node_axis(Import *im, Node *node, const char *attribute, int64_t axis, int rank) {
    if (axis >= -rank && axis < rank) return (int)(axis < 0 ? axis + rank : axis);
    refuse_attribute(im, node, attribute, "the file is damaged", "there is no axis %lld of %d",
                     (long long)axis, rank);
    return -1;
}

bool node_computes(Import *im, Node *node, int64_t elems) {
    if (elems <= im->most_computed - im->computed) {
        im->computed += elems;
        return true;
    }
    refuse(im, node, "fold the constants of the model (onnxsim, or the optimizer of your tool)",
           "the numbers that the model computes of constants are more than %lld up to here",
           (long long)im->most_computed);
    return false;
}

void node_give(Import *im, Node *node, size_t i, Value *value) {
    if (i >= node->onnx->n_outputs || !node->onnx->outputs[i][0]) return;
    value = stated_value(im, node, node->onnx->outputs[i], value);
    if (!value->onnx[0]) value->onnx = node->onnx->outputs[i];
    table_set(im->names, node->onnx->outputs[i], value);
}

Value *constant_value(Import *im, const Constant *constant) {
    Value *value = ARENA_NEW(im->arena, Value);
    *value = (Value){.onnx = "", .constant = constant};
    return value;
}

void node_give_constant(Import *im, Node *node, size_t i, const Constant *constant) {
    Value *value = ARENA_NEW(im->arena, Value);
    value->onnx = "";
    Constant *own = ARENA_NEW(im->arena, Constant);
    *own = *constant;
    value->constant = own;
    node_give(im, node, i, value);
}

void node_give_nothing(Import *im, Node *node, size_t i, const Value *x, int axis) {
    int64_t extent[MAX_RANK];
    for (int j = 0; j < x->rank; j++) extent[j] = j == axis ? 0 : x->extent[j];
    Constant nothing = constant_fill(im->arena, 0, x->rank, extent);
    node_give_constant(im, node, i, &nothing);
}
