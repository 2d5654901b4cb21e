/* Operators on constants that move numbers. Weights are seen in another shape or order; only what
 * is put together anew is copied. */
#include "base/checked.h"
#include "import/handlers.h"
#include "import/shapes.h"
#include "import/table.h"
#include "import/words.h"

static const Constant *input(Import *im, Node *node) {
    return node_constant(im, node, 0, "its input", false);
}

static void reshaped(Import *im, Node *node, int rank, const int64_t *extent) {
    Constant made = constant_reshape(im->arena, node->in[0]->constant, rank, extent);
    node_give_constant(im, node, 0, &made);
}

void fold_reshape(Import *im, Node *node) {
    const Constant *x = input(im, node);
    size_t n;
    const int64_t *wanted = x ? node_list(im, node, 1, "shape", &n) : NULL;
    int64_t extent[CONSTANT_RANK];
    if (!wanted || n > CONSTANT_RANK) {
        if (!node->failed) refuse(im, node, NULL, "its shape is missing, or has too many axes");
        return;
    }
    if (x->elems > 0 && reshape_extents(im, node, wanted, n, x->rank, x->extent, extent))
        reshaped(im, node, (int)n, extent);
    else if (!node->failed)
        refuse(im, node, NULL, "its input is empty");
}

void fold_flatten(Import *im, Node *node) {
    const Constant *x = input(im, node);
    int64_t extent[2];
    if (x && flattened_extents(im, node, x->rank, x->extent, extent)) reshaped(im, node, 2, extent);
}

void fold_squeeze(Import *im, Node *node) {
    const Constant *x = input(im, node);
    int rank;
    int64_t extent[CONSTANT_RANK];
    if (x && squeezed_extents(im, node, x->rank, x->extent, &rank, extent))
        reshaped(im, node, rank, extent);
}

void fold_unsqueeze(Import *im, Node *node) {
    const Constant *x = input(im, node);
    int rank;
    int64_t extent[CONSTANT_RANK];
    if (x && unsqueezed_extents(im, node, x->rank, x->extent, &rank, extent))
        reshaped(im, node, rank, extent);
}

void fold_transpose(Import *im, Node *node) {
    const Constant *x = input(im, node);
    int order[CONSTANT_RANK];
    if (!x || !transpose_order(im, node, x->rank, order)) return;
    if (x->whole && !node_computes(im, node, x->elems)) return;
    Constant made = constant_permute(im->arena, x, order);
    node_give_constant(im, node, 0, &made);
}

void fold_expand(Import *im, Node *node) {
    const Constant *x = input(im, node);
    size_t n;
    const int64_t *shape = x ? node_constant_ints(im, node, 1, "the shape", &n) : NULL;
    double number;
    if (!shape) return;
    bool good =
        n <= CONSTANT_RANK && x->rank <= (int)n && x->elems > 0 && constant_same(x, &number);
    int64_t elems = 1;
    for (size_t i = 0; good && i < n; i++) {
        good = shape[i] >= 1 && shape[i] <= MAX_EXTENT && elems <= MAX_ELEMS / shape[i];
        elems *= good ? shape[i] : 1;
    }
    if (!good) {
        refuse(im, node, NULL, "netc expands constants that are one number only");
        return;
    }
    Constant made = constant_fill(im->arena, (float)number, (int)n, shape);
    if (x->whole) {
        if (!node_computes(im, node, elems)) return;
        int64_t *ints = ARENA_ARRAY(im->arena, int64_t, (size_t)elems);
        for (int64_t i = 0; i < elems; i++) ints[i] = x->ints[0];
        made = constant_of_ints(ints, (int)n, shape);
    }
    node_give_constant(im, node, 0, &made);
}

/* Numbers of any constant, copied one after another into a new one. */
typedef struct Filling {
    bool whole;
    int64_t *ints;
    float *floats;
    int64_t len;
} Filling;

static bool filling(Import *im, Node *node, bool whole, int64_t elems, Filling *out) {
    if (!node_computes(im, node, elems)) return false;
    *out = (Filling){.whole = whole};
    out->ints = ARENA_ARRAY(im->arena, int64_t, whole ? (size_t)elems : 0);
    out->floats = ARENA_ARRAY(im->arena, float, whole ? 0 : (size_t)elems);
    return true;
}

static void fill(Filling *filling, const Constant *from, int64_t index) {
    if (filling->whole)
        filling->ints[filling->len++] = from->whole ? from->ints[index] : 0;
    else
        filling->floats[filling->len++] = (float)constant_number(from, index);
}

static void filled(Import *im, Node *node, const Filling *filling, int rank,
                   const int64_t *extent) {
    Constant made = filling->whole ? constant_of_ints(filling->ints, rank, extent)
                                   : constant_of_floats(filling->floats, rank, extent);
    node_give_constant(im, node, 0, &made);
}

void fold_concat(Import *im, Node *node) {
    size_t n = node->onnx->n_inputs;
    const Constant *x = input(im, node);
    int axis = x ? node_axis(im, node, "axis", node_int(im, node, "axis", 1), x->rank) : -1;
    if (axis < 0) return;
    const Constant **in = ARENA_ARRAY(im->arena, const Constant *, n);
    int64_t extent[CONSTANT_RANK], outer = 1, inner = 1, elems = 0;
    for (int i = 0; i < x->rank; i++) extent[i] = i == axis ? 0 : x->extent[i];
    for (size_t j = 0; j < n; j++) {
        const Value *value = table_get(im->names, node->onnx->inputs[j]);
        if (!value) {
            refuse(im, node, "the file is damaged", "it has no input number %zu", j + 1);
            return;
        }
        in[j] = value->constant;
        bool fits = in[j]->rank == x->rank && in[j]->whole == x->whole;
        for (int i = 0; i < x->rank && fits; i++)
            fits = i == axis || in[j]->extent[i] == x->extent[i];
        if (!fits) {
            refuse(im, node, "the file is damaged", "its inputs do not fit");
            return;
        }
        extent[axis] += in[j]->extent[axis];
        if (!checked_add(elems, in[j]->elems, &elems)) elems = INT64_MAX;
    }
    for (int i = 0; i < x->rank; i++) *(i < axis ? &outer : &inner) *= i == axis ? 1 : extent[i];
    Filling to;
    if (!filling(im, node, x->whole, elems, &to)) return;
    for (int64_t o = 0; o < outer && elems > 0; o++)
        for (size_t j = 0; j < n; j++)
            for (int64_t i = 0, count = in[j]->extent[axis] * inner; i < count; i++)
                fill(&to, in[j], o * count + i);
    filled(im, node, &to, x->rank, extent);
}

void fold_gather(Import *im, Node *node) {
    const Constant *x = input(im, node);
    const Constant *places = x ? node_constant(im, node, 1, "its second input", false) : NULL;
    int axis = places ? node_axis(im, node, "axis", node_int(im, node, "axis", 0), x->rank) : -1;
    if (axis < 0) return;
    int64_t extent[2 * CONSTANT_RANK], outer = 1, inner = 1, size = x->extent[axis], elems;
    int rank = 0;
    if (x->elems == 0) {
        refuse(im, node, NULL, "its input is empty");
        return;
    }
    for (int i = 0; i < axis; i++) outer *= extent[rank++] = x->extent[i];
    for (int i = 0; i < places->rank; i++) extent[rank++] = places->extent[i];
    for (int i = axis + 1; i < x->rank; i++) inner *= extent[rank++] = x->extent[i];
    Filling to;
    if (!places->whole || rank > CONSTANT_RANK) {
        refuse(im, node, NULL, "its places are no whole numbers, or have too many axes");
        return;
    }
    if (!checked_mul(outer * inner, places->elems, &elems)) elems = INT64_MAX;
    if (!filling(im, node, x->whole, elems, &to)) return;
    for (int64_t o = 0; o < outer; o++)
        for (int64_t p = 0; p < places->elems; p++) {
            int64_t place = places->ints[p] + (places->ints[p] < 0 ? size : 0);
            if (place < 0 || place >= size) {
                refuse(im, node, "the file is damaged", "there is no element %lld of %lld",
                       (long long)places->ints[p], (long long)size);
                return;
            }
            for (int64_t i = 0; i < inner; i++) fill(&to, x, (o * size + place) * inner + i);
        }
    filled(im, node, &to, rank, extent);
}

void fold_slice(Import *im, Node *node) {
    const Constant *x = input(im, node);
    int64_t start[CONSTANT_RANK], count[CONSTANT_RANK], step[CONSTANT_RANK], elems;
    if (!x || !slice_ranges(im, node, x->rank, x->extent, start, count, step)) return;
    elems = x->elems > 0;
    for (int i = 0; i < x->rank; i++) elems *= count[i]; /* at most those of x */
    Filling to;
    if (!filling(im, node, x->whole, elems, &to)) return;
    for (int64_t e = 0; e < elems; e++) {
        int64_t rest = e, at = 0, stride = 1;
        for (int i = x->rank - 1; i >= 0; i--) {
            at += (start[i] + rest % count[i] * step[i]) * stride;
            rest /= count[i];
            stride *= x->extent[i];
        }
        fill(&to, x, at);
    }
    filled(im, node, &to, x->rank, count);
}
