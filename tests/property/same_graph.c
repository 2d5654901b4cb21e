/* Both graphs are walked from the outputs to the inputs at once. A value of one belongs to one of
 * the other: what is computed once in one is computed once in the other. */
#include "same_graph.h"

#include "weights/source.h"

#include <string.h>

typedef struct Walk {
    Arena *arena;
    const Value **partner; /* by Value.id of the first graph; NULL: not met yet */
    const char *why;
} Walk;

static void differ(Walk *walk, const Node *a, const Node *b, const char *what) {
    if (walk->why) return;
    Text text = text_in(walk->arena);
    text_printf(&text, "%s `%s` ", op_name(a->op), a->path);
    type_print(&text, &a->output->type);
    text_printf(&text, " and %s `%s` ", op_name(b->op), b->path);
    type_print(&text, &b->output->type);
    text_printf(&text, ": %s", what);
    walk->why = text_str(&text);
}

/* The same axes by name. (The graphs have interners of their own.) */
static bool same_type(const TensorType *a, const TensorType *b) {
    if (a->dtype != b->dtype || a->rank != b->rank) return false;
    for (int i = 0; i < a->rank; i++)
        if (a->axes[i].extent != b->axes[i].extent || strcmp(a->axes[i].name, b->axes[i].name) != 0)
            return false;
    return true;
}

static bool same_floats(const float *a, const float *b, int64_t n) {
    if (!a || !b) return a == b;
    return memcmp(a, b, (size_t)n * sizeof *a) == 0;
}

/* `flipped`: one of the two is stored rotated, each pair of channels of `taps` for itself. */
static bool same_param(const Param *a, const Param *b, bool flipped, int64_t taps) {
    if (!a || !b) return a == b;
    if (a->elems != b->elems) return false;
    if (!flipped) return same_floats(a->data, b->data, a->elems);
    for (int64_t pair = 0; pair < a->elems; pair += taps)
        for (int64_t tap = 0; tap < taps; tap++)
            if (memcmp(&a->data[pair + tap], &b->data[pair + taps - 1 - tap], sizeof(float)) != 0)
                return false;
    return true;
}

/* Elements behind the data that the last window reaches. */
static int64_t reach(const Node *node, int i) {
    const ConvAxis *axis = &node->window[i].arith;
    int64_t end = (node->window[i].o - 1) * axis->s + axis->d * (axis->k - 1) + 1;
    int64_t behind = end - axis->pad_lo - axis->i;
    return behind > 0 ? behind : 0;
}

/* True for an average that counts padding, and has some. */
static bool counts_padding(const Node *node) {
    bool padded = false;
    for (int i = 0; i < node->n_axes; i++)
        padded = padded || node->window[i].arith.pad_lo > 0 ||
                 (node->window[i].arith.pad_hi > 0 && reach(node, i) > 0);
    return node->op == OP_AVGPOOL && node->count == COUNT_ALL && padded;
}

/* The elements behind the data that count: what is padded beyond the last window does not, nor does
 * what hangs over the padding of an average. */
static int64_t read_behind(const Node *node, int i) {
    int64_t behind = reach(node, i), padding = node->window[i].arith.pad_hi;
    return counts_padding(node) && behind > padding ? padding : behind;
}

static bool type_equal_sizes(const TensorType *a, const TensorType *b) {
    bool same = a->rank == b->rank;
    for (int i = 0; i < a->rank && same; i++) same = a->axes[i].extent == b->axes[i].extent;
    return same;
}

static bool is_padded(const Node *node) {
    bool padded = false;
    for (int i = 0; i < node->n_axes; i++)
        padded = padded || node->window[i].arith.pad_lo > 0 || read_behind(node, i) > 0;
    return padded;
}

/* The same elements of the input in the same windows. */
static bool same_axis_window(const Node *a, const Node *b, int i) {
    const ConvAxis *x = &a->window[i].arith, *y = &b->window[i].arith;
    if (x->i != y->i || x->k != y->k || a->window[i].o != b->window[i].o ||
        (x->k > 1 && x->d != y->d))
        return false;
    if (a->op == OP_TCONV) return x->s == y->s && x->pad_lo == y->pad_lo;
    if (a->window[i].o > 1 && x->s != y->s) return false;
    if (a->border == BORDER_CIRCULAR) return (x->pad_lo - y->pad_lo) % x->i == 0;
    return x->pad_lo == y->pad_lo && read_behind(a, i) == read_behind(b, i);
}

static bool same_window(const Node *a, const Node *b) {
    bool borders =
        a->op == OP_PAD ? !type_equal_sizes(&a->inputs[0]->type, &a->output->type) : is_padded(a);
    if (a->n_axes != b->n_axes || a->groups != b->groups || (borders && a->border != b->border))
        return false;
    for (int i = 0; i < a->n_axes; i++)
        if (!same_axis_window(a, b, i)) return false;
    return counts_padding(a) == counts_padding(b);
}

static int64_t taps_of(const Node *node) {
    int64_t taps = 1;
    for (int i = 0; i < node->n_axes; i++) taps *= node->window[i].arith.k;
    return taps;
}

/* A part is one, whether it is called split or crop. */
static bool same_op(const Node *a, const Node *b) {
    bool parts = (a->op == OP_SPLIT || a->op == OP_CROP) && (b->op == OP_SPLIT || b->op == OP_CROP);
    return a->op == b->op || parts;
}

static bool same_places(const Node *a, const Node *b) {
    bool has = a->op == OP_SPLIT || a->op == OP_CROP || a->op == OP_PAD;
    for (int i = 0; i < a->output->type.rank && has; i++) {
        int64_t apart = a->first[i] - b->first[i];
        bool turns = a->op == OP_PAD && a->border == BORDER_CIRCULAR; /* around, so often */
        if (turns ? apart % a->inputs[0]->type.axes[i].extent != 0 : apart != 0) return false;
    }
    return true;
}

/* Of one channel, and of squares of one pixel, both orders are the same. */
static bool same_order(const Node *a, const Node *b) {
    if (a->op != OP_PIXEL_SHUFFLE && a->op != OP_PIXEL_UNSHUFFLE) return true;
    const TensorType *type = a->op == OP_PIXEL_SHUFFLE ? &a->output->type : &a->inputs[0]->type;
    bool one = type_extent(type, type_channel(type)) == 1;
    return a->order == b->order || one || (a->by[0] == 1 && a->by[1] <= 1 && a->by[2] <= 1);
}

static bool same_axis(const Node *a, const Node *b) {
    bool has =
        a->op == OP_SOFTMAX || a->op == OP_LOG_SOFTMAX || a->op == OP_ARGMAX || a->op == OP_CONCAT;
    return !has || a->axis == b->axis;
}

static bool same_by(const Node *a, const Node *b) {
    bool has = a->op == OP_UPSAMPLE || a->op == OP_PIXEL_SHUFFLE || a->op == OP_PIXEL_UNSHUFFLE;
    int spatial[MAX_RANK], n = type_spatial(&a->output->type, spatial);
    bool grows = false;
    for (int i = 0; i < n && has; i++) grows = grows || a->by[i] > 1;
    if (a->op == OP_UPSAMPLE && grows && a->resample != b->resample) return false;
    return !has || memcmp(a->by, b->by, (size_t)n * sizeof a->by[0]) == 0;
}

static bool same_numbers(const Node *a, const Node *b) {
    if (a->op == OP_PAD && type_equal_sizes(&a->inputs[0]->type, &a->output->type)) return true;
    for (int i = 0; op_number_name(a->op, i); i++)
        if (memcmp(&a->numbers.at[i], &b->numbers.at[i], sizeof a->numbers.at[i]) != 0)
            return false;
    int64_t n = type_extent(&a->output->type, type_channel(&a->output->type));
    bool has = a->op == OP_SCALE || a->op == OP_SCALE_BY || a->op == OP_PRELU;
    return !has || (same_floats(a->channels.factor, b->channels.factor, n) &&
                    same_floats(a->channels.shift, b->channels.shift, n));
}

static void compare_values(Walk *walk, const Value *a, const Value *b);

static void compare_nodes(Walk *walk, const Node *a, const Node *b) {
    bool flipped = a->flip != b->flip;
    if (!same_op(a, b))
        differ(walk, a, b, "another layer");
    else if (!same_type(&a->output->type, &b->output->type))
        differ(walk, a, b, "other axes");
    else if (a->n_inputs != b->n_inputs)
        differ(walk, a, b, "another number of inputs");
    else if (!same_window(a, b))
        differ(walk, a, b, "another window");
    else if (!same_axis(a, b) || !same_places(a, b) || !same_by(a, b) || !same_order(a, b))
        differ(walk, a, b, "other places");
    else if (!same_numbers(a, b))
        differ(walk, a, b, "other numbers");
    else if (!same_param(a->weight, b->weight, flipped, taps_of(a)) ||
             !same_param(a->bias, b->bias, false, 1) || !same_param(a->mean, b->mean, false, 1) ||
             !same_param(a->variance, b->variance, false, 1))
        differ(walk, a, b, "other weights");
    for (int i = 0; i < a->n_inputs && !walk->why; i++)
        compare_values(walk, a->inputs[i], b->inputs[i]);
}

static void compare_values(Walk *walk, const Value *a, const Value *b) {
    const Value **partner = &walk->partner[a->id];
    if (*partner && *partner != b) differ(walk, a->producer, b->producer, "another value");
    if (*partner || walk->why) return;
    *partner = b;
    compare_nodes(walk, a->producer, b->producer);
}

const char *graph_difference(Arena *arena, const Graph *a, const Graph *b) {
    if (a->inputs.len != b->inputs.len) return "another number of inputs";
    if (a->outputs.len != b->outputs.len) return "another number of outputs";
    Walk walk = {arena, ARENA_ARRAY(arena, const Value *, a->values.len), NULL};
    for (size_t i = 0; i < a->inputs.len && !walk.why; i++)
        compare_values(&walk, a->inputs.at[i], b->inputs.at[i]);
    for (size_t i = 0; i < a->outputs.len && !walk.why; i++)
        compare_values(&walk, a->outputs.at[i].value, b->outputs.at[i].value);
    return walk.why;
}
