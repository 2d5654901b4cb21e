/* Layers name axes, so most do not care in which order these stand, nor whether N is there: their
 * results have the order of what they take. What decides are the places where the order changes:
 *
 *     permute, reshape to the same axes   take the order that the model says, if it says one
 *     reshape, flatten                    count elements in order: take their input as in the model
 *     outputs                             are as in the model */
#include "import/layouts.h"

#include "import/emit.h"
#include "import/pattern.h"
#include "import/stated.h"

#include <string.h>

/** Axes with their extents. */
typedef struct Shape {
    int rank;
    int64_t extent[MAX_RANK];
    const char *axes[MAX_RANK];
} Shape;

typedef struct Pass {
    Import *im;
    Shape *in_model; /* by Value.uses, which a pass may use as it likes */
    size_t n;
    Shape *taken; /* what the inputs of a layer are in the model */
} Pass;

static Shape shape_of(const Value *value) {
    Shape shape = {.rank = value->rank};
    memcpy(shape.extent, value->extent, sizeof shape.extent);
    memcpy(shape.axes, value->axes, sizeof shape.axes);
    return shape;
}

static void set_shape(Value *value, const Shape *shape) {
    value->rank = shape->rank;
    memcpy(value->extent, shape->extent, sizeof value->extent);
    memcpy(value->axes, shape->axes, sizeof value->axes);
}

static int find_axis(const Shape *shape, const char *axis) {
    for (int i = 0; i < shape->rank; i++)
        if (strcmp(shape->axes[i], axis) == 0) return i;
    return NO_AXIS;
}

static bool is_spatial(const char *axis) {
    return strcmp(axis, "N") != 0 && strcmp(axis, "C") != 0;
}

static bool same_shapes(const Shape *a, const Shape *b) {
    if (a->rank != b->rank) return false;
    for (int i = 0; i < a->rank; i++)
        if (a->extent[i] != b->extent[i] || strcmp(a->axes[i], b->axes[i]) != 0) return false;
    return true;
}

/* Appends axis `i` of `from`. */
static void add_axis(Shape *shape, const Shape *from, int i) {
    shape->axes[shape->rank] = from->axes[i];
    shape->extent[shape->rank++] = from->extent[i];
}

/* The axes of `all` in the order of `order`; those that this has not must be an N or C of one
 * element, and go. False where they are not, or `order` has others. */
static bool in_order(const Shape *all, const Shape *order, Shape *out) {
    out->rank = 0;
    for (int i = 0; i < order->rank; i++) {
        int at = find_axis(all, order->axes[i]);
        if (at != NO_AXIS) add_axis(out, all, at);
    }
    for (int i = 0; i < all->rank; i++)
        if (find_axis(order, all->axes[i]) == NO_AXIS &&
            (is_spatial(all->axes[i]) || all->extent[i] != 1))
            return false;
    return out->rank > 0;
}

/* True if the elements of both stand in the same order: axes of one element apart, they are the
 * same axes. */
static bool same_elements(const Shape *a, const Shape *b) {
    int i = 0, j = 0;
    for (;;) {
        while (i < a->rank && a->extent[i] == 1) i++;
        while (j < b->rank && b->extent[j] == 1) j++;
        if (i == a->rank || j == b->rank) return i == a->rank && j == b->rank;
        if (a->extent[i] != b->extent[j] || strcmp(a->axes[i], b->axes[j]) != 0) return false;
        i++;
        j++;
    }
}

static Shape *in_model(const Pass *pass, const Value *value) {
    return &pass->in_model[value->uses];
}

/* The axes that the model says for the program; those it has in the model where it says none, or
 * others than these. */
static Shape wished(const Pass *pass, const Value *value) {
    Shape own = *in_model(pass, value), said = {.rank = 0}, order = {.rank = 0};
    const Stated *stated = value->stated;
    if (!stated) return own;
    order.rank = stated->rank_in_text;
    memcpy(order.axes, stated->in_text, sizeof order.axes);
    return in_order(&own, &order, &said) && said.rank == order.rank ? said : own;
}

static void remember(Pass *pass, Value *value) {
    value->uses = pass->n;
    pass->in_model[pass->n++] = shape_of(value);
}

static Node node_of(const Layer *layer) {
    return (Node){.onnx = layer->node, .number = layer->number};
}

static Value *permute(Pass *pass, const Layer *layer, Value *x, const Shape *to) {
    Node node = node_of(layer);
    Layer *made = emit_layer(pass->im, &node, "permute", x);
    Text text = text_in(pass->im->arena);
    for (int i = 0; i < to->rank; i++) text_printf(&text, "%s%s", i ? ", " : "", to->axes[i]);
    emit_attr(pass->im, made, "order", "[%s]", text_str(&text));
    return emit_result(pass->im, made, to->rank, to->extent, to->axes);
}

/* x with these axes: those it has in another order, N and C of one element apart. */
static Value *arranged(Pass *pass, const Layer *layer, Value *x, const Shape *to) {
    Shape from = shape_of(x), turned = {.rank = 0};
    Node node = node_of(layer);
    if (from.rank != to->rank && same_elements(&from, to))
        return emit_reshape(pass->im, &node, x, to->rank, to->extent, to->axes);
    for (int i = 0; i < from.rank && same_elements(&from, to); i++)
        if (find_axis(to, from.axes[i]) == NO_AXIS)
            return emit_reshape(pass->im, &node, x, to->rank, to->extent, to->axes);
    for (int i = 0; i < from.rank; i++)
        if (find_axis(to, from.axes[i]) == NO_AXIS) add_axis(&turned, &from, i);
    for (int i = 0; i < to->rank; i++) {
        int at = find_axis(&from, to->axes[i]);
        if (at != NO_AXIS) add_axis(&turned, &from, at);
    }
    if (!same_shapes(&from, &turned)) x = permute(pass, layer, x, &turned);
    return emit_reshape(pass->im, &node, x, to->rank, to->extent, to->axes);
}

static Value *resolve(Value *value) {
    while (value->same) value = value->same;
    return value;
}

/* `made` stands for the layer's result. */
static void stand_for(Layer *layer, Value *made) {
    Value *out = layer->out[0];
    if (made == out) return;
    out->same = made;
    if (!made->onnx[0] || (out->stated && out->stated->op)) made->onnx = out->onnx;
    layer->dead = true;
}

/* A change of order, or axes of one element that come and go. */
static void rearrange(Pass *pass, Layer *layer) {
    Value *x = layer->in[0], *out = layer->out[0];
    Shape from = shape_of(x), to = wished(pass, out);
    bool is_own = out->stated && out->stated->op;
    if (is_own && same_shapes(&from, &to)) { /* the program says it, though it changes nothing */
        set_shape(out, &to);
        VEC_PUSH(pass->im->arena, &pass->im->layers, layer);
        return;
    }
    stand_for(layer, arranged(pass, layer, x, &to));
}

/* What counts elements in their order takes them as they are in the model. */
static void reorder(Pass *pass, Layer *layer) {
    Value *x = layer->in[0], *out = layer->out[0];
    Shape from = shape_of(x), to = wished(pass, out);
    if (!same_elements(&from, &pass->taken[0]))
        layer->in[0] = arranged(pass, layer, x, &pass->taken[0]);
    bool flattens = strcmp(layer->op, "flatten") == 0;
    Shape flat = *in_model(pass, out), order = shape_of(layer->in[0]), kept;
    if (flattens && find_axis(&order, "N") == NO_AXIS) {
        kept = (Shape){.rank = 1, .extent = {flat.extent[1]}, .axes = {"C"}};
        flat = kept;
    }
    if (!flattens && same_elements(&to, &flat)) flat = to;
    set_shape(out, &flat);
    VEC_PUSH(pass->im->arena, &pass->im->layers, layer);
}

/* A layer that names axes: its results, and its other inputs, have the order of the first. Where
 * they cannot, it takes what it takes in the model. */
static void follow(Pass *pass, Layer *layer) {
    Shape order = {.rank = 0}, shape;
    bool fits = layer->n_in > 0;
    if (fits) order = shape_of(layer->in[0]);
    const char *named = attr_said(layer, "axis");
    if (named && find_axis(&order, named) == NO_AXIS) fits = false;
    for (size_t i = 1; i < layer->n_in && fits; i++)
        fits = in_order(&pass->taken[i], &order, &shape);
    for (size_t i = 0; i < layer->n_out && fits; i++)
        fits = in_order(in_model(pass, layer->out[i]), &order, &shape);
    for (size_t i = 0; i < layer->n_in; i++) {
        if (fits) in_order(&pass->taken[i], &order, &shape);
        layer->in[i] = arranged(pass, layer, layer->in[i], fits ? &shape : &pass->taken[i]);
    }
    for (size_t i = 0; i < layer->n_out && fits; i++) {
        in_order(in_model(pass, layer->out[i]), &order, &shape);
        set_shape(layer->out[i], &shape);
    }
    VEC_PUSH(pass->im->arena, &pass->im->layers, layer);
}

static void lay_out_layer(Pass *pass, Layer *layer) {
    pass->taken = ARENA_ARRAY(pass->im->arena, Shape, layer->n_in);
    for (size_t i = 0; i < layer->n_in; i++) {
        pass->taken[i] = *in_model(pass, layer->in[i]);
        layer->in[i] = resolve(layer->in[i]);
    }
    bool reshapes = strcmp(layer->op, "reshape") == 0;
    if (strcmp(layer->op, "permute") == 0 ||
        (reshapes && same_elements(&pass->taken[0], in_model(pass, layer->out[0]))))
        rearrange(pass, layer);
    else if (reshapes || strcmp(layer->op, "flatten") == 0)
        reorder(pass, layer);
    else
        follow(pass, layer);
}

void lay_out(Import *im) {
    if (!im->stated) return;
    size_t n = im->inputs.len;
    for (size_t i = 0; i < im->layers.len; i++) n += im->layers.at[i]->n_out;
    Pass pass = {.im = im, .in_model = ARENA_ARRAY(im->arena, Shape, n)};
    for (size_t i = 0; i < im->inputs.len; i++) remember(&pass, im->inputs.at[i]);
    for (size_t i = 0; i < im->layers.len; i++)
        for (size_t j = 0; j < im->layers.at[i]->n_out; j++)
            remember(&pass, im->layers.at[i]->out[j]);
    Layer **layers = im->layers.at;
    size_t n_layers = im->layers.len;
    im->layers.at = NULL;
    im->layers.len = im->layers.cap = 0;
    for (size_t i = 0; i < n_layers; i++) lay_out_layer(&pass, layers[i]);
    for (size_t i = 0; i < im->outputs.len; i++) {
        const Shape *own = in_model(&pass, im->outputs.at[i]);
        Value *value = resolve(im->outputs.at[i]);
        im->outputs.at[i] = value->layer ? arranged(&pass, value->layer, value, own) : value;
    }
}
