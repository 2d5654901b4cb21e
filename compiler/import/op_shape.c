/* Operators that compute nothing: other axes for the same numbers. */
#include "import/emit.h"
#include "import/handlers.h"
#include "import/shapes.h"
#include "import/shuffles.h"
#include "import/words.h"

/* x with another shape under the usual names; [N, everything else] is a flatten. */
static Value *reshape(Import *im, Node *node, Value *x, int rank, const int64_t *extent) {
    if (rank > MAX_RANK || rank < 1) {
        refuse(im, node, NULL, "its result has %d axes, netc has 1 to %d", rank, MAX_RANK);
        return NULL;
    }
    bool same = rank == x->rank;
    for (int i = 0; i < rank && same; i++) same = extent[i] == x->extent[i];
    if (same) return x;
    if (rank == 2 && x->rank > 2 && strcmp(x->axes[0], "N") == 0 && extent[0] == x->extent[0])
        return emit_result(im, emit_layer(im, node, "flatten", x), 2, extent, axes_usual(2, false));
    return emit_reshape(im, node, x, rank, extent, axes_usual(rank, false));
}

static void give_reshaped(Import *im, Node *node, Value *x, int rank, const int64_t *extent) {
    Value *result = reshape(im, node, x, rank, extent);
    if (result) node_give(im, node, 0, result);
}

bool reshape_extents(Import *im, Node *node, const int64_t *wanted, size_t n, int rank,
                     const int64_t *extent, int64_t *out) {
    bool zero_is_zero = node_int(im, node, "allowzero", 0) != 0;
    int64_t elems = 1, known = 1;
    int unknown = -1;
    for (int i = 0; i < rank; i++) elems *= extent[i];
    for (size_t i = 0; i < n; i++) {
        out[i] = wanted[i] == 0 && !zero_is_zero && (int)i < rank ? extent[i] : wanted[i];
        if (out[i] == -1 && unknown < 0)
            unknown = (int)i;
        else if (out[i] < 1 || out[i] > MAX_EXTENT || known > MAX_ELEMS / out[i])
            known = 0;
        else if (known)
            known *= out[i];
    }
    if (unknown >= 0 && known > 0 && elems % known == 0) {
        out[unknown] = elems / known;
        known = elems;
    }
    if (known == elems) return true;
    refuse(im, node,
           "constants of the model may hold the size it was exported for; export it again "
           "for this size",
           "it cannot make %s of %s", sizes_text(im->arena, (int)n, wanted),
           sizes_text(im->arena, rank, extent));
    return false;
}

void import_reshape(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    size_t n;
    const int64_t *wanted = x ? node_list(im, node, 1, "shape", &n) : NULL;
    int64_t extent[MAX_RANK];
    if (!wanted) {
        if (x && !node->failed) refuse(im, node, "the file is damaged", "its shape is missing");
        return;
    }
    int64_t parts[CONSTANT_RANK];
    if (n > MAX_RANK && n <= CONSTANT_RANK &&
        reshape_extents(im, node, wanted, n, x->rank, x->extent, parts)) {
        Value *shuffled = shuffle_begun(im, node, x, (int)n, parts);
        if (shuffled) {
            node_give(im, node, 0, shuffled);
            return;
        }
    }
    if (node->failed) return;
    if (n > MAX_RANK) {
        refuse(im, node, NULL, "its result has %zu axes, netc has up to %d", n, MAX_RANK);
        return;
    }
    if (reshape_extents(im, node, wanted, n, x->rank, x->extent, extent))
        give_reshaped(im, node, x, (int)n, extent);
}

bool flattened_extents(Import *im, Node *node, int rank, const int64_t *extent, int64_t *out) {
    int64_t number = node_int(im, node, "axis", 1);
    if (number < 0) number += rank;
    if (number < 0 || number > rank) {
        refuse_attribute(im, node, "axis", "the file is damaged", "there is no such axis of %d",
                         rank);
        return false;
    }
    out[0] = out[1] = 1;
    for (int i = 0; i < rank; i++) out[i >= number] *= extent[i];
    return true;
}

void import_flatten(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    int64_t extent[2];
    if (x && flattened_extents(im, node, x->rank, x->extent, extent))
        give_reshaped(im, node, x, 2, extent);
}

bool squeezed_extents(Import *im, Node *node, int rank, const int64_t *extent, int *left,
                      int64_t *out) {
    size_t n;
    const int64_t *axes = node_list(im, node, 1, "axes", &n);
    bool gone[CONSTANT_RANK] = {false};
    for (size_t i = 0; axes && i < n; i++) {
        int axis = node_axis(im, node, "axes", axes[i], rank);
        if (axis < 0) return false;
        if (extent[axis] != 1) {
            refuse(im, node, "the file is damaged", "axis %d has %lld elements, not 1", axis,
                   (long long)extent[axis]);
            return false;
        }
        gone[axis] = true;
    }
    *left = 0;
    for (int i = 0; i < rank; i++)
        if (!(axes ? gone[i] : extent[i] == 1)) out[(*left)++] = extent[i];
    return !node->failed;
}

void import_squeeze(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    int rank;
    int64_t extent[CONSTANT_RANK];
    if (x && squeezed_extents(im, node, x->rank, x->extent, &rank, extent))
        give_reshaped(im, node, x, rank, extent);
}

bool unsqueezed_extents(Import *im, Node *node, int rank, const int64_t *extent, int *more,
                        int64_t *out) {
    size_t n;
    const int64_t *axes = node_list(im, node, 1, "axes", &n);
    bool added[CONSTANT_RANK] = {false};
    if (!axes || rank + (int64_t)n > CONSTANT_RANK) {
        if (!node->failed) refuse(im, node, NULL, "it adds no axes, or too many");
        return false;
    }
    *more = rank + (int)n;
    for (size_t i = 0; i < n; i++) {
        int axis = node_axis(im, node, "axes", axes[i], *more);
        if (axis < 0) return false;
        if (added[axis]) {
            refuse(im, node, "the file is damaged", "axis %d is added twice", axis);
            return false;
        }
        added[axis] = true;
    }
    for (int i = 0, from = 0; i < *more; i++) out[i] = added[i] ? 1 : extent[from++];
    return true;
}

void import_unsqueeze(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    int rank;
    int64_t extent[CONSTANT_RANK];
    if (x && unsqueezed_extents(im, node, x->rank, x->extent, &rank, extent))
        give_reshaped(im, node, x, rank, extent);
}

bool transpose_order(Import *im, Node *node, int rank, int *order) {
    size_t n;
    const int64_t *perm = node_ints(im, node, "perm", &n);
    bool seen[CONSTANT_RANK] = {false};
    if (node->failed) return false;
    for (int i = 0; i < rank; i++) order[i] = rank - 1 - i;
    if (!perm) return true;
    for (int i = 0; i < rank && n == (size_t)rank; i++) {
        if (perm[i] < 0 || perm[i] >= rank || seen[perm[i]]) break;
        seen[perm[i]] = true;
        order[i] = (int)perm[i];
        if (i + 1 == rank) return true;
    }
    refuse_attribute(im, node, "perm", "the file is damaged", "it is no order of %d axes", rank);
    return false;
}

void import_transpose(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    int order[CONSTANT_RANK];
    if (x && x->turned == node->onnx) {
        node_give(im, node, 0, x);
        return;
    }
    if (!x || !transpose_order(im, node, x->rank, order)) return;
    int64_t extent[MAX_RANK];
    const char *axes[MAX_RANK];
    Text names = text_in(im->arena);
    int last = -1;
    bool moves = false, turned = false; /* axes of several elements change their order */
    for (int i = 0; i < x->rank; i++) {
        extent[i] = x->extent[order[i]];
        axes[i] = x->axes[order[i]];
        text_printf(&names, "%s%s", i ? ", " : "", axes[i]);
        turned = turned || order[i] != i;
        if (extent[i] == 1) continue;
        moves = moves || order[i] < last;
        last = order[i];
    }
    if (!turned || !moves) {
        node_give(im, node, 0, emit_reshape(im, node, x, x->rank, extent, axes));
        return;
    }
    Layer *layer = emit_layer(im, node, "permute", x);
    emit_attr(im, layer, "order", "[%s]", text_str(&names));
    node_give(im, node, 0, emit_result(im, layer, x->rank, extent, axes));
}

void import_expand(Import *im, Node *node) {
    Value *x = node_tensor(im, node, 0, 1, MAX_RANK);
    size_t n;
    const int64_t *shape = x ? node_constant_ints(im, node, 1, "the shape", &n) : NULL;
    if (!shape) return;
    Value like = {.rank = (int)n > x->rank ? (int)n : x->rank};
    bool good = n <= MAX_RANK;
    for (int i = 0; i < like.rank && good; i++) {
        int in_x = i - (like.rank - x->rank), in_shape = i - (like.rank - (int)n);
        int64_t of_x = in_x < 0 ? 1 : x->extent[in_x], wanted = in_shape < 0 ? 1 : shape[in_shape];
        good = wanted >= 1 && wanted <= MAX_EXTENT && (of_x == 1 || wanted == 1 || of_x == wanted);
        like.extent[i] = of_x == 1 ? wanted : of_x;
        like.axes[i] = like.rank == x->rank ? x->axes[i] : axes_usual(like.rank, false)[i];
    }
    if (good)
        node_give(im, node, 0, emit_expand(im, node, x, &like));
    else
        refuse(im, node, NULL, "it cannot make %s of %s", sizes_text(im->arena, (int)n, shape),
               sizes_text(im->arena, x->rank, x->extent));
}

void import_shape(Import *im, Node *node) {
    const Value *x = node->in[0];
    if (!x) return;
    int rank = x->constant ? x->constant->rank : x->rank;
    const int64_t *extent = x->constant ? x->constant->extent : x->extent;
    int64_t start = node_int(im, node, "start", 0), end = node_int(im, node, "end", rank);
    start += start < 0 ? rank : 0;
    end += end < 0 ? rank : 0;
    start = start < 0 ? 0 : start > rank ? rank : start;
    end = end < start ? start : end > rank ? rank : end;
    int64_t *ints = ARENA_ARRAY(im->arena, int64_t, (size_t)(end - start)), n = end - start;
    for (int64_t i = 0; i < n; i++) ints[i] = extent[start + i];
    Constant made = constant_of_ints(ints, 1, &n);
    node_give_constant(im, node, 0, &made);
}

void import_size(Import *im, Node *node) {
    const Value *x = node->in[0];
    if (!x) return;
    int64_t *elems = ARENA_NEW(im->arena, int64_t);
    *elems = x->constant ? x->constant->elems : elems_of(x);
    Constant made = constant_of_ints(elems, 0, NULL);
    node_give_constant(im, node, 0, &made);
}
