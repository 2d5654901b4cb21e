/* A reduction along an axis is a pool of a line, and what broadcasts it back is an upsample of one:
 * these two must be the same line through the tensor. */
#include "import/softmax_apart.h"

#include "import/emit.h"
#include "import/pattern.h"

/* A line through a tensor: the elements before, along and behind its axis. */
typedef struct Line {
    int64_t before, along, behind;
} Line;

static bool same_line(Line a, Line b) {
    return a.before == b.before && a.along == b.along && a.behind == b.behind;
}

/* What a value was before it got other axes. */
static const Value *plain(const Value *value) {
    for (const Layer *layer; (layer = made_by(value, "reshape"));) value = layer->in[0];
    return value;
}

static bool is_outer(const char *axis) { return strcmp(axis, "N") == 0 || strcmp(axis, "C") == 0; }

/* What a pool takes together: all axes but N and C, or the H of [1, before, along, behind]. */
static bool pooled_line(const Layer *pool, Line *line) {
    const Value *view = pool->in[0];
    const char *k = attr_said(pool, "k");
    *line = (Line){1, 1, 1};
    if (pool->all) {
        bool inside = false;
        for (int i = 0; i < view->rank; i++) {
            bool outer = is_outer(view->axes[i]);
            inside = inside || !outer;
            *(!outer ? &line->along : inside ? &line->behind : &line->before) *= view->extent[i];
        }
        return true;
    }
    if (!k || strcmp(k, "{H: all, W: 1}") != 0) return false;
    *line = (Line){view->extent[0] * view->extent[1], view->extent[2], view->extent[3]};
    return true;
}

/* True if `value` is `of`, pooled along a line and repeated to fill it again. */
static bool is_spread(const Value *value, const char *op, const Value *of, Line *line) {
    const Layer *repeat = made_by(plain(value), "upsample");
    const char *mode = repeat ? attr_said(repeat, "mode") : NULL;
    if (!mode || strcmp(mode, "nearest") != 0 || repeat->in[0]->rank != 4) return false;
    const int64_t *from = repeat->in[0]->extent, *to = repeat->out[0]->extent;
    const Line repeated = {from[0] * from[1], to[2], from[3]};
    const Layer *pool = made_by(plain(repeat->in[0]), op);
    return pool && from[2] == 1 && to[1] == from[1] && to[3] == from[3] &&
           pooled_line(pool, line) && same_line(*line, repeated) && plain(pool->in[0]) == plain(of);
}

/* The one axis of a value that a line goes along; NO_AXIS. */
static int axis_of(const Value *value, Line line) {
    int64_t before = 1, elems = elems_of(value);
    for (int i = 0; i < value->rank; before *= value->extent[i++]) {
        const Line own = {before, value->extent[i], elems / before / value->extent[i]};
        if (same_line(own, line)) return i;
    }
    return NO_AXIS;
}

bool join_softmax(Import *im, Layer *layer) {
    Line line, same;
    const Layer *exp = strcmp(layer->op, "/") == 0 ? made_by(layer->in[0], "exp") : NULL;
    if (!exp || !is_spread(layer->in[1], "sumpool", layer->in[0], &line)) return false;
    Value *x = exp->in[0];
    const Layer *less = made_by(x, "-");
    if (less && is_spread(less->in[1], "maxpool", less->in[0], &same) && same_line(line, same))
        x = less->in[0];
    int axis = axis_of(x, line);
    if (axis == NO_AXIS || !same_shape(x, layer->out[0])) return false;
    become(layer, "softmax", x);
    emit_attr(im, layer, "axis", "%s", x->axes[axis]);
    return true;
}
