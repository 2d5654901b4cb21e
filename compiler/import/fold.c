/* Operators on constants, element by element: the arithmetic of shapes that exporters leave in. */
#include "base/checked.h"
#include "import/handlers.h"
#include "import/outside.h"
#include "import/words.h"
#include "onnx/read.h"

#include <math.h>

static Constant *result_like(Import *im, const Constant *like, bool whole) {
    Constant *made = ARENA_NEW(im->arena, Constant);
    int64_t *ints = ARENA_ARRAY(im->arena, int64_t, whole ? (size_t)like->elems : 0);
    float *floats = ARENA_ARRAY(im->arena, float, whole ? 0 : (size_t)like->elems);
    *made = whole ? constant_of_ints(ints, like->rank, like->extent)
                  : constant_of_floats(floats, like->rank, like->extent);
    return made;
}

/* Sets number `i` of a result. A real number beyond int64 becomes 0, which no shape can use. */
static void set(Constant *made, int64_t i, double number) {
    if (!made->whole)
        ((float *)(uintptr_t)made->floats)[i] = (float)number;
    else
        ((int64_t *)(uintptr_t)made->ints)[i] =
            number > -9e18 && number < 9e18 ? (int64_t)number : 0;
}

static double unary(const char *op, double x) {
    switch (op[0]) {
    case 'A': return fabs(x);
    case 'C': return ceil(x);
    case 'E': return exp(x);
    case 'F': return floor(x);
    case 'L': return log(x);
    case 'R': return 1 / x;
    case 'S': return sqrt(x);
    default: return strcmp(op, "Neg") == 0 ? -x : x == 0; /* Not */
    }
}

void fold_unary(Import *im, Node *node) {
    const Constant *x = node_constant(im, node, 0, "its input", false);
    if (!x || !node_computes(im, node, x->elems)) return;
    Constant *made = result_like(im, x, x->whole);
    for (int64_t i = 0; i < x->elems; i++)
        set(made, i, unary(node->onnx->op, constant_number(x, i)));
    node_give_constant(im, node, 0, made);
}

typedef enum Fold {
    FOLD_ADD,
    FOLD_SUB,
    FOLD_MUL,
    FOLD_DIV,
    FOLD_MAX,
    FOLD_MIN,
    FOLD_MOD,
    FOLD_POW,
    FOLD_EQUAL,
    FOLD_LESS,
    FOLD_GREATER,
    FOLD_AND,
    FOLD_OR
} Fold;

static Fold fold_of(const char *op) {
    static const struct {
        const char *name;
        Fold fold;
    } folds[] = {{"Add", FOLD_ADD},     {"Sum", FOLD_ADD},   {"Sub", FOLD_SUB},
                 {"Mul", FOLD_MUL},     {"Div", FOLD_DIV},   {"Max", FOLD_MAX},
                 {"Min", FOLD_MIN},     {"Mod", FOLD_MOD},   {"Pow", FOLD_POW},
                 {"Equal", FOLD_EQUAL}, {"Less", FOLD_LESS}, {"Greater", FOLD_GREATER},
                 {"And", FOLD_AND},     {"Or", FOLD_OR}};
    for (size_t i = 0; i < sizeof folds / sizeof *folds; i++)
        if (strcmp(folds[i].name, op) == 0) return folds[i].fold;
    return FOLD_ADD;
}

static double fold_two(Fold fold, bool whole, double a, double b) {
    switch (fold) {
    case FOLD_ADD: return a + b;
    case FOLD_SUB: return a - b;
    case FOLD_MUL: return a * b;
    case FOLD_DIV: return whole ? (b == 0 ? 0 : trunc(a / b)) : a / b;
    case FOLD_MAX: return fmax(a, b);
    case FOLD_MIN: return fmin(a, b);
    case FOLD_MOD: return b == 0 ? 0 : whole ? a - b * floor(a / b) : fmod(a, b);
    case FOLD_POW: return pow(a, b);
    case FOLD_EQUAL: return a == b;
    case FOLD_LESS: return a < b;
    case FOLD_GREATER: return a > b;
    case FOLD_AND: return a != 0 && b != 0;
    case FOLD_OR: return a != 0 || b != 0;
    }
    return 0;
}

/* The shape that constants are broadcast to. False after a report. */
static bool common_shape(Import *im, Node *node, const Constant *const *in, size_t n,
                         Constant *shape) {
    *shape = (Constant){0};
    for (size_t j = 0; j < n; j++)
        shape->rank = in[j]->rank > shape->rank ? in[j]->rank : shape->rank;
    shape->elems = 1;
    for (int i = 0; i < shape->rank; i++) {
        shape->extent[i] = 1;
        for (size_t j = 0; j < n; j++) {
            int from = i - (shape->rank - in[j]->rank);
            int64_t extent = from < 0 ? 1 : in[j]->extent[from];
            if (extent == 1 || extent == shape->extent[i]) continue;
            if (shape->extent[i] != 1) {
                refuse(im, node, "the file is damaged", "its inputs of %s and %s do not fit",
                       sizes_text(im->arena, in[0]->rank, in[0]->extent),
                       sizes_text(im->arena, in[j]->rank, in[j]->extent));
                return false;
            }
            shape->extent[i] = extent;
        }
        if (!checked_mul(shape->elems, shape->extent[i], &shape->elems)) shape->elems = INT64_MAX;
    }
    return node_computes(im, node, shape->elems);
}

/* The row-major place in `in` of place `index` of the shape that it is broadcast to. */
static int64_t place_in(const Constant *shape, const Constant *in, int64_t index) {
    int64_t at = 0, stride = 1;
    for (int i = shape->rank - 1; i >= 0; i--) {
        int64_t here = index % shape->extent[i];
        int from = i - (shape->rank - in->rank);
        index /= shape->extent[i];
        if (from < 0) continue;
        if (in->extent[from] != 1) at += here * stride;
        stride *= in->extent[from];
    }
    return at;
}

/* The constants that a node has as inputs; NULL after a report. */
static const Constant *const *constants(Import *im, Node *node, size_t least, size_t *n) {
    *n = node->onnx->n_inputs;
    if (*n > NODE_INPUTS || *n < least) {
        refuse(im, node, NULL, "it has %zu inputs", *n);
        return NULL;
    }
    const Constant **in = ARENA_ARRAY(im->arena, const Constant *, *n);
    for (size_t i = 0; i < *n; i++)
        if (!(in[i] = node_constant(im, node, i, "its input", false))) return NULL;
    return in;
}

void fold_binary(Import *im, Node *node) {
    size_t n;
    Constant shape;
    const Constant *const *in = constants(im, node, 1, &n);
    if (!in || !common_shape(im, node, in, n, &shape)) return;
    Fold fold = fold_of(node->onnx->op);
    bool whole = in[0]->whole && (fold < FOLD_EQUAL);
    for (size_t j = 1; j < n; j++) whole = whole && in[j]->whole;
    Constant *made = result_like(im, &shape, whole || fold >= FOLD_EQUAL);
    for (int64_t i = 0; i < shape.elems; i++) {
        double number = constant_number(in[0], place_in(&shape, in[0], i));
        for (size_t j = 1; j < n; j++)
            number =
                fold_two(fold, whole, number, constant_number(in[j], place_in(&shape, in[j], i)));
        set(made, i, number);
    }
    node_give_constant(im, node, 0, made);
}

void fold_where(Import *im, Node *node) {
    size_t n;
    Constant shape;
    const Constant *const *in = constants(im, node, 3, &n);
    if (!in || !common_shape(im, node, in, 3, &shape)) return;
    Constant *made = result_like(im, &shape, in[1]->whole);
    for (int64_t i = 0; i < shape.elems; i++) {
        const Constant *from =
            constant_number(in[0], place_in(&shape, in[0], i)) != 0 ? in[1] : in[2];
        set(made, i, constant_number(from, place_in(&shape, from, i)));
    }
    node_give_constant(im, node, 0, made);
}

const Constant *fold_masked(Import *im, Node *node, const Constant *c, const Constant *mask,
                            bool inverse) {
    Constant shape;
    const Constant *const both[] = {c, mask};
    if (!common_shape(im, node, both, 2, &shape)) return NULL;
    Constant *made = result_like(im, &shape, false);
    for (int64_t i = 0; i < shape.elems; i++) {
        bool kept = (constant_number(mask, place_in(&shape, mask, i)) != 0) != inverse;
        set(made, i, kept ? constant_number(c, place_in(&shape, c, i)) : 0);
    }
    return made;
}

void fold_cast(Import *im, Node *node) {
    const Constant *x = node_constant(im, node, 0, "its input", false);
    int64_t to = node_int(im, node, "to", 0);
    if (!x) return;
    bool whole = to == ONNX_UINT8 || to == ONNX_INT8 || to == ONNX_UINT16 || to == ONNX_INT16 ||
                 to == ONNX_INT32 || to == ONNX_INT64 || to == ONNX_BOOL || to == ONNX_UINT32 ||
                 to == ONNX_UINT64;
    if (x->whole == whole && to != ONNX_BOOL) {
        node_give_constant(im, node, 0, x);
        return;
    }
    if (!node_computes(im, node, x->elems)) return;
    Constant *made = result_like(im, x, whole);
    for (int64_t i = 0; i < x->elems; i++) {
        double number = constant_number(x, i);
        set(made, i, to == ONNX_BOOL ? number != 0 : whole ? trunc(number) : number);
    }
    node_give_constant(im, node, 0, made);
}

void fold_prod(Import *im, Node *node) {
    const Constant *x = node_constant(im, node, 0, "its input", false);
    if (!x || !node_computes(im, node, x->elems)) return;
    size_t n;
    const int64_t *axes = node_list(im, node, 1, "axes", &n);
    if (x->rank > 1 && axes && n != (size_t)x->rank) {
        refuse(im, node, NULL, "netc computes the product of a whole list only");
        return;
    }
    double product = 1;
    for (int64_t i = 0; i < x->elems; i++) product *= constant_number(x, i);
    static const int64_t ones[CONSTANT_RANK] = {1, 1, 1, 1, 1, 1, 1, 1};
    Constant shape = constant_of_ints(NULL, node_int(im, node, "keepdims", 1) ? x->rank : 0, ones);
    Constant *made = result_like(im, &shape, x->whole);
    set(made, 0, product);
    node_give_constant(im, node, 0, made);
}

void fold_range(Import *im, Node *node) {
    size_t n;
    const Constant *const *in = constants(im, node, 3, &n);
    if (!in) return;
    double part[3];
    for (int i = 0; i < 3; i++) part[i] = in[i]->elems == 1 ? constant_number(in[i], 0) : 0;
    double count = part[2] == 0 ? -1 : ceil((part[1] - part[0]) / part[2]);
    if (!(count >= 0 && count <= (double)MAX_EXTENT)) {
        refuse(im, node, NULL, "it goes nowhere, or too far: from %g to %g by %g", part[0], part[1],
               part[2]);
        return;
    }
    int64_t elems = (int64_t)count;
    if (!node_computes(im, node, elems)) return;
    Constant shape = constant_of_ints(NULL, 1, &elems);
    Constant *made = result_like(im, &shape, in[0]->whole);
    for (int64_t i = 0; i < elems; i++) set(made, i, part[0] + (double)i * part[2]);
    node_give_constant(im, node, 0, made);
}

/* The tensor of an attribute, its numbers in memory; NULL after a report. */
static const OnnxTensor *attribute_tensor(Import *im, Node *node, const OnnxAttribute *attribute) {
    const char *why = "it is no tensor";
    const OnnxTensor *tensor =
        attribute->type == ONNX_ATTRIBUTE_TENSOR ? tensor_here(im, attribute->tensor, &why) : NULL;
    if (!tensor) refuse_attribute(im, node, attribute->name, NULL, "%s", why);
    return tensor;
}

void fold_fill(Import *im, Node *node) {
    size_t n;
    const int64_t *shape = node_constant_ints(im, node, 0, "its shape", &n);
    const OnnxAttribute *value = onnx_attribute(node->onnx, "value");
    const OnnxTensor *tensor = NULL;
    Constant number = constant_fill(im->arena, 0, 0, NULL);
    int64_t elems = 1;
    bool good = shape && n <= CONSTANT_RANK;
    for (size_t i = 0; good && i < n; i++) {
        good =
            shape[i] >= 0 && shape[i] <= MAX_EXTENT && (!shape[i] || elems <= MAX_ELEMS / shape[i]);
        elems *= good ? shape[i] : 0;
    }
    if (!good) {
        if (!node->failed) refuse(im, node, "the file is damaged", "its shape is no shape");
        return;
    }
    if (value && (!(tensor = attribute_tensor(im, node, value)) ||
                  !constant_of(im->arena, tensor, &number) || number.elems != 1)) {
        if (!node->failed)
            refuse_attribute(im, node, "value", "the file is damaged", "it is not one number");
        return;
    }
    Constant made = constant_fill(im->arena, (float)constant_number(&number, 0), (int)n, shape);
    if (number.whole) {
        if (!node_computes(im, node, elems)) return;
        Constant *ints = result_like(im, &made, true);
        for (int64_t i = 0; i < elems; i++) set(ints, i, constant_number(&number, 0));
        made = *ints;
    }
    node_give_constant(im, node, 0, &made);
}

void fold_constant(Import *im, Node *node) {
    const OnnxAttribute *a = node->onnx->n_attributes ? &node->onnx->attributes[0] : NULL;
    Constant made = {0};
    bool good = a != NULL;
    int64_t n = a ? (int64_t)a->n : 0;
    const OnnxTensor *tensor = NULL;
    if (good && a->type == ONNX_ATTRIBUTE_TENSOR) {
        tensor = attribute_tensor(im, node, a);
        good = tensor && constant_of(im->arena, tensor, &made);
    } else if (good && a->type == ONNX_ATTRIBUTE_FLOAT)
        made = constant_of_floats(&a->f, 0, NULL);
    else if (good && a->type == ONNX_ATTRIBUTE_INT)
        made = constant_of_ints(&a->i, 0, NULL);
    else if (good && a->type == ONNX_ATTRIBUTE_FLOATS)
        made = constant_of_floats(a->floats, 1, &n);
    else if (good && a->type == ONNX_ATTRIBUTE_INTS)
        made = constant_of_ints(a->ints, 1, &n);
    else
        good = false;
    if (good)
        node_give_constant(im, node, 0, &made);
    else if (!node->failed)
        refuse(im, node, NULL, "its value is of a kind that netc does not compute with");
}

void fold_same(Import *im, Node *node) {
    const Constant *x = node_constant(im, node, 0, "its input", false);
    if (x) node_give(im, node, 0, node->in[0]);
}
