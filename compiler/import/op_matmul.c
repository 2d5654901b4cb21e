/* MatMul of two tensors of the network: a matmul whose axes have names by what they do there.
 *
 *     [N, G, T, C] x [N, G, C, S]    x |> matmul(y, axis=C)    [N, G, T, S]
 *     [N, G, T, S] x [N, G, S, C]    x |> matmul(y, axis=S)    [N, G, T, C]
 *
 * The first form is the usual one; the second is that of a tensor that the first has made. Since
 * axes go together by name, it does not matter how the second tensor was transposed before. */
#include "base/checked.h"
#include "import/emit.h"
#include "import/handlers.h"
#include "import/words.h"

enum { MOST_BATCH = 2 };

/* Both operands with the same number of axes in front of the matrices. */
typedef struct Operands {
    Value *a, *b;
    int batch;                /* axes in front */
    int64_t extent[MAX_RANK]; /* of the result */
} Operands;

/* Axis `i` of those in front of a matrix, where there are `batch` of them. */
static int64_t batch_extent(const Value *value, int batch, int i) {
    int at = i - (batch + 2 - value->rank);
    return at < 0 ? 1 : value->extent[at];
}

/* x in `rank` axes, more of one element in front of its own. */
static Value *deepened(Import *im, Node *node, Value *x, int rank) {
    int64_t extent[MAX_RANK];
    for (int i = 0; i < rank; i++)
        extent[i] = i < rank - x->rank ? 1 : x->extent[i - rank + x->rank];
    return rank == x->rank ? x : emit_reshape(im, node, x, rank, extent, axes_usual(rank, false));
}

/* x repeated along the axes in front, to those of the result. */
static Value *repeated(Import *im, Node *node, Value *x, const Operands *o) {
    Value like = *x;
    like.rank = o->batch + 2;
    for (int i = 0; i < like.rank; i++) {
        like.extent[i] = i < o->batch ? o->extent[i] : x->extent[i - like.rank + x->rank];
        like.axes[i] = x->rank == like.rank ? x->axes[i] : axes_usual(like.rank, false)[i];
    }
    return emit_expand(im, node, x, &like);
}

/* All axes in front as one. */
static Value *flattened(Import *im, Node *node, Value *x) {
    int64_t extent[3] = {1, x->extent[x->rank - 2], x->extent[x->rank - 1]};
    for (int i = 0; i + 2 < x->rank; i++) extent[0] *= x->extent[i];
    return emit_reshape(im, node, x, 3, extent, axes_usual(3, true));
}

/* Makes the axes in front alike: only the second tensor may lack some, or have one element there.
 * False after a report. */
static bool bring_together(Import *im, Node *node, Operands *o) {
    Value *a = o->a, *b = o->b;
    int rank = a->rank > b->rank ? a->rank : b->rank;
    bool repeat_a = false, repeat_b = false, fits = true;
    o->batch = rank - 2;
    for (int i = 0; i < o->batch; i++) {
        int64_t of_a = batch_extent(a, o->batch, i), of_b = batch_extent(b, o->batch, i);
        fits &= of_a == of_b || of_a == 1 || of_b == 1;
        repeat_a |= of_a < of_b;
        repeat_b |= of_b < of_a;
        o->extent[i] = of_a > of_b ? of_a : of_b;
    }
    if (!fits || a->extent[a->rank - 1] != b->extent[b->rank - 2]) {
        refuse(im, node, "the file is damaged, or made for another size",
               "its inputs of %s and %s do not fit", sizes_text(im->arena, a->rank, a->extent),
               sizes_text(im->arena, b->rank, b->extent));
        return false;
    }
    bool deep = o->batch > MOST_BATCH;
    o->a = repeat_a ? repeated(im, node, a, o) : deepened(im, node, a, rank);
    if (deep && repeat_b) o->b = repeated(im, node, b, o);
    if (!deep) return true;
    o->a = flattened(im, node, o->a);
    o->b = flattened(im, node, deepened(im, node, o->b, rank));
    return true;
}

/* y under the names `axes`, without the axes in front that x has more elements along; before the
 * permute that made it, if one did. */
static Value *second(Import *im, Node *node, Value *y, const Value *x, const char *const *axes) {
    Layer *permute =
        y->layer && !y->stated && strcmp(y->layer->op, "permute") == 0 ? y->layer : NULL;
    Value *from = permute ? permute->in[0] : y;
    int64_t extent[MAX_RANK];
    const char *names[MAX_RANK];
    int rank = 0;
    for (int i = 0; i < from->rank; i++) {
        int at = permute ? value_axis(y, from->axes[i]) : i, of_x = at + x->rank - y->rank;
        if (at + 2 < y->rank && y->extent[at] != x->extent[of_x]) continue;
        extent[rank] = y->extent[at];
        names[rank++] = axes[of_x];
    }
    return emit_reshape(im, node, from, rank, extent, names);
}

/* "N", "G", "T", and what is summed along. */
static void name_axes(const char **axes, int rank, const char *row, const char *last) {
    static const char *const batch[] = {"N", "G"};
    for (int i = 0; i + 2 < rank; i++) axes[i] = batch[i];
    axes[rank - 2] = row;
    axes[rank - 1] = last;
}

/* Input `i` as it comes: a constant of several matrices is a tensor, too. NULL after a report. */
static Value *operand(Import *im, Node *node, size_t i) {
    const Constant *c = node->in[i] ? node->in[i]->constant : NULL;
    if (!c || c->whole || c->elems == 0 || c->rank < 1 || c->rank > MAX_RANK)
        return node_tensor(im, node, i, 1, MAX_RANK);
    return emit_constant(im, node, c, node->in[i]->onnx, c->rank, c->extent,
                         axes_usual(c->rank, false));
}

/* A vector as a matrix: a row on the left, a column on the right. */
static Value *as_matrix(Import *im, Node *node, Value *x, bool left) {
    int64_t extent[2] = {left ? 1 : x->extent[0], left ? x->extent[0] : 1};
    return x->rank > 1 ? x : emit_reshape(im, node, x, 2, extent, axes_usual(2, false));
}

/* A result without the axes that stood for vectors. */
static Value *without(Import *im, Node *node, Value *x, bool row, bool column) {
    int64_t extent[MAX_RANK];
    int rank = 0;
    if (!row && !column) return x;
    for (int i = 0; i < x->rank; i++)
        if (!(row && i == x->rank - 2) && !(column && i == x->rank - 1))
            extent[rank++] = x->extent[i];
    if (rank == 0) extent[rank++] = 1; /* a single number is [C: 1] */
    return emit_reshape(im, node, x, rank, extent, axes_usual(rank, false));
}

/* The product of matrices whose axes in front are alike. */
static Value *product(Import *im, Node *node, Operands *o) {
    int rank = o->a->rank;
    bool again = strcmp(o->a->axes[rank - 1], "S") == 0;
    const char *summed = again ? "S" : "C", *columns = again ? "C" : "S", *axes[MAX_RANK];
    name_axes(axes, rank, "T", summed);
    Value *x = emit_rename(im, node, o->a, axes);
    name_axes(axes, rank, summed, columns);
    Value *y = second(im, node, o->b, x, axes);
    Value *in[2] = {x, y};
    Layer *layer = emit_joined(im, node, "matmul", in, 2);
    emit_attr(im, layer, "axis", "%s", summed);
    int64_t extent[MAX_RANK];
    name_axes(axes, rank, "T", columns);
    for (int i = 0; i < rank; i++) extent[i] = x->extent[i];
    extent[rank - 1] = o->b->extent[o->b->rank - 1];
    Value *result = emit_result(im, layer, rank, extent, axes);
    if (o->batch <= MOST_BATCH) return result;
    o->extent[o->batch] = extent[rank - 2];
    o->extent[o->batch + 1] = extent[rank - 1];
    return emit_reshape(im, node, result, o->batch + 2, o->extent, axes_usual(o->batch + 2, false));
}

void import_product(Import *im, Node *node) {
    Operands o = {.a = operand(im, node, 0)};
    o.b = o.a ? operand(im, node, 1) : NULL;
    if (!o.b) return;
    bool row = o.a->rank == 1, column = o.b->rank == 1;
    o.a = as_matrix(im, node, o.a, true);
    o.b = as_matrix(im, node, o.b, false);
    if (bring_together(im, node, &o))
        node_give(im, node, 0, without(im, node, product(im, node, &o), row, column));
}
