/* With n spatial axes, the smaller picture small... and blocks of r...:
 *
 *     CRD  [N, C, r..., small...]  <->  [N, C, small, r, small, r ...]
 *     DCR  [N, r..., C, small...]  <->  [N, C, small, r, small, r ...]
 *
 * from the left to the right it is a pixel_shuffle, back a pixel_unshuffle. */
#include "import/shuffles.h"

#include "import/emit.h"
#include "import/pattern.h"
#include "import/table.h"
#include "import/words.h"
#include "onnx/read.h"

#include <string.h>

/* A Reshape and the order of the Transpose behind it. */
typedef struct Apart {
    int rank;
    int64_t extent[CONSTANT_RANK];
    int order[CONSTANT_RANK];
} Apart;

typedef struct Shuffle {
    bool back, dcr;
    int n; /* spatial axes */
    int64_t channels, r[MAX_SPATIAL], small[MAX_SPATIAL];
} Shuffle;

/* Where each axis of the right form stands in the left one. */
static void places_of(int n, bool dcr, int *places) {
    places[0] = 0;
    places[1] = dcr ? 1 + n : 1;
    for (int i = 0; i < n; i++) {
        places[2 + 2 * i] = 2 + n + i;
        places[3 + 2 * i] = (dcr ? 1 : 2) + i;
    }
}

/* The shuffle of a value of n spatial axes, in one direction. */
static bool is_shuffle(const Apart *apart, bool back, bool dcr, Shuffle *out) {
    int n = (apart->rank - 2) / 2, places[CONSTANT_RANK], rank = apart->rank;
    int64_t right[CONSTANT_RANK] = {0};
    places_of(n, dcr, places);
    for (int i = 0; i < rank; i++) {
        if (back ? apart->order[places[i]] != i : apart->order[i] != places[i]) return false;
        right[i] = apart->extent[back ? i : places[i]];
    }
    *out = (Shuffle){.back = back, .dcr = dcr, .n = n, .channels = right[1]};
    for (int i = 0; i < n; i++) {
        out->small[i] = right[2 + 2 * i];
        out->r[i] = right[3 + 2 * i];
    }
    return true;
}

/* The extents of the smaller picture, or of the larger one. */
static void extents_of(const Shuffle *shuffle, bool small, int64_t batch, int64_t *extent) {
    extent[0] = batch;
    extent[1] = shuffle->channels;
    for (int i = 0; i < shuffle->n; i++) {
        if (small) extent[1] *= shuffle->r[i];
        extent[2 + i] = shuffle->small[i] * (small ? 1 : shuffle->r[i]);
    }
}

/* What a Reshape of x and a Transpose are the first half of; `after` receives the extents of the
 * result, for as many axes as x has. */
static bool find_shuffle(const Apart *apart, int rank, const int64_t *extent, Shuffle *out,
                         int64_t *after) {
    if (rank < 3 || rank > 2 + MAX_SPATIAL || apart->rank != 2 * rank - 2) return false;
    for (int kind = 0; kind < 4; kind++) {
        int64_t before[MAX_RANK];
        if (!is_shuffle(apart, kind & 2, kind & 1, out)) continue;
        extents_of(out, !out->back, extent[0], before);
        extents_of(out, out->back, extent[0], after);
        if (apart->extent[0] == extent[0] &&
            memcmp(before, extent, (size_t)rank * sizeof *extent) == 0)
            return true;
    }
    return false;
}

/* The attributes of the layer. */
static void say(Import *im, Layer *layer, const Shuffle *shuffle) {
    layer->op = shuffle->back ? "pixel_unshuffle" : "pixel_shuffle";
    emit_attr(im, layer, "r", "%s", axes_text(im->arena, shuffle->n, shuffle->r, 0));
    if (shuffle->dcr) emit_attr(im, layer, "order", "dcr");
}

bool join_shuffle(Import *im, Layer *layer) {
    Layer *turn = strcmp(layer->op, "reshape") == 0 ? made_for(layer->in[0], "permute") : NULL;
    Layer *reshape = turn ? made_for(turn->in[0], "reshape") : NULL;
    if (!reshape) return false;
    Value *x = reshape->in[0];
    const Value *parts = turn->in[0], *turned = layer->in[0], *out = layer->out[0];
    Apart apart = {.rank = parts->rank};
    Shuffle shuffle;
    int64_t after[MAX_RANK];
    for (int i = 0; i < parts->rank; i++) {
        apart.extent[i] = parts->extent[i];
        apart.order[i] = value_axis(parts, turned->axes[i]);
    }
    if (strcmp(x->axes[0], "N") != 0 || x->rank < 3 || strcmp(x->axes[1], "C") != 0 ||
        !find_shuffle(&apart, x->rank, x->extent, &shuffle, after) || out->rank != x->rank ||
        memcmp(out->extent, after, (size_t)x->rank * sizeof *after) != 0)
        return false;
    for (int i = 0; i < x->rank; i++)
        if (strcmp(out->axes[i], x->axes[i]) != 0) return false;
    become(layer, layer->op, x);
    say(im, layer, &shuffle);
    return true;
}

/* The one node that takes a value, if it has this operator; NULL. */
static const OnnxNode *only_user(const Import *im, const OnnxNode *node, const char *op) {
    if (node->n_outputs == 0) return NULL;
    const OnnxNode *user = table_get(im->wanted, node->outputs[0]);
    return user && user->op && strcmp(user->op, op) == 0 ? user : NULL;
}

Value *shuffle_begun(Import *im, Node *node, Value *x, int rank, const int64_t *extent) {
    const OnnxNode *turn = only_user(im, node->onnx, "Transpose");
    const OnnxNode *end = turn && turn->n_outputs == 1 ? only_user(im, turn, "Reshape") : NULL;
    const OnnxAttribute *perm = end ? onnx_attribute(turn, "perm") : NULL;
    if (!perm || perm->type != ONNX_ATTRIBUTE_INTS || perm->n != (size_t)rank ||
        rank > CONSTANT_RANK)
        return NULL;
    Apart apart = {.rank = rank};
    for (int i = 0; i < rank; i++) {
        apart.extent[i] = extent[i];
        apart.order[i] = perm->ints[i] >= 0 && perm->ints[i] < rank ? (int)perm->ints[i] : -1;
    }
    Shuffle shuffle;
    int64_t after[MAX_RANK];
    if (!find_shuffle(&apart, x->rank, x->extent, &shuffle, after)) return NULL;
    Layer *layer = emit_layer(im, node, "pixel_shuffle", emit_channels_first(im, node, x));
    say(im, layer, &shuffle);
    Value *result = emit_result(im, layer, x->rank, after, layer->in[0]->axes);
    result->turned = turn;
    return result;
}
