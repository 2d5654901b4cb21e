/* The two forms of a value (builder.h), each made of the other by a transposition and by adding or
 * dropping axes of one element:
 *
 *     STORED [H, W, C]  -Transpose->  [C, H, W]  -Unsqueeze->  CHANNELS_FIRST [1, C, H, W]
 *
 * and back by Squeeze and Transpose. */
#include "export/builder.h"

#include <assert.h>
#include <string.h>

/* The axes of a type in the order N, C, spatial, by index; those it lacks are left out. */
static Extents channels_first_order(const TensorType *type) {
    int batch = type_batch(type), channel = type_channel(type), spatial[MAX_RANK];
    int n_spatial = type_spatial(type, spatial);
    Extents order = {0};
    if (batch != NO_AXIS) order.at[order.n++] = batch;
    if (channel != NO_AXIS) order.at[order.n++] = channel;
    for (int i = 0; i < n_spatial; i++) order.at[order.n++] = spatial[i];
    return order;
}

static bool is_identity(const Extents *order) {
    for (int i = 0; i < order->n; i++)
        if (order->at[i] != i) return false;
    return true;
}

/* The axes of CHANNELS_FIRST that a type lacks. */
static Extents missing_axes(const TensorType *type) {
    Extents missing = {0};
    if (type_batch(type) == NO_AXIS) missing.at[missing.n++] = 0;
    if (type_channel(type) == NO_AXIS) missing.at[missing.n++] = 1;
    return missing;
}

static bool forms_are_one(const TensorType *type) {
    Extents order = channels_first_order(type);
    return is_identity(&order) && missing_axes(type).n == 0;
}

int axis_in(const TensorType *type, int axis, Form form) {
    if (form == STORED) return axis;
    if (axis == type_batch(type)) return 0;
    if (axis == type_channel(type)) return 1;
    int spatial[MAX_RANK], n = type_spatial(type, spatial), i = 0;
    while (i < n && spatial[i] != axis) i++;
    assert(i < n);
    return 2 + i;
}

Extents extents_in(const TensorType *type, Form form) {
    int spatial[MAX_RANK];
    Extents extents = {.n = form == STORED ? type->rank : 2 + type_spatial(type, spatial)};
    for (int i = 0; i < extents.n; i++) extents.at[i] = 1;
    for (int i = 0; i < type->rank; i++) extents.at[axis_in(type, i, form)] = type->axes[i].extent;
    return extents;
}

Extents channel_extents(const TensorType *type, int64_t n) {
    Extents extents = extents_in(type, CHANNELS_FIRST);
    extents.n--;
    extents.at[0] = n;
    for (int i = 1; i < extents.n; i++) extents.at[i] = 1;
    return extents;
}

static const char *transpose(Builder *builder, const char *output, const char *input,
                             const Extents *order) {
    const char *name = PUT(builder, "Transpose", output, input);
    put_ints(builder, "perm", order);
    return name;
}

static void put_axes(Text *text, const TensorType *type, const Extents *order) {
    for (int i = 0; i < order->n; i++) text_printf(text, " %s", type->axes[order->at[i]].name);
}

static void put_layer(Text *text, const Node *node) {
    text_printf(text, " %s", op_name(node->op));
    if (!op_is_norm(node->op)) return;
    if (!node->weight) text_puts(text, " weight=none");
    if (!node->bias) text_puts(text, " bias=none");
}

/* Says of a tensor which value it is, with which axes (export.h, EXPORT_VALUES): those of the type
 * in `order`, and the ones that it lacks where `whole`. A tensor of another order than the type's
 * says that, too. `made`: by the value's layer, not of another form. */
static void state(Builder *builder, const char *tensor, const Value *value, const Extents *order,
                  bool whole, bool made) {
    const TensorType *type = &value->type;
    Text *text = &builder->statements;
    Extents stored = {.n = type->rank};
    bool more = whole && missing_axes(type).n > 0;
    for (int i = 0; i < stored.n; i++) stored.at[i] = i;
    if (strchr(tensor, '\n')) return;
    text_printf(text, "%s:", tensor);
    if (made) put_layer(text, value->producer);
    if (more && type_batch(type) == NO_AXIS) text_puts(text, " N");
    Extents rest = *order;
    if (more && type_channel(type) == NO_AXIS) {
        Extents batch = {type_batch(type) != NO_AXIS, {order->at[0]}};
        put_axes(text, type, &batch);
        text_puts(text, " C");
        rest.n -= batch.n;
        for (int i = 0; i < rest.n; i++) rest.at[i] = order->at[i + batch.n];
    }
    put_axes(text, type, &rest);
    if (more || !is_identity(order)) {
        text_puts(text, " as");
        put_axes(text, type, &stored);
    }
    text_puts(text, "\n");
}

static void state_form(Builder *builder, const char *tensor, const Value *value, Form form,
                       bool made) {
    Extents order = {.n = value->type.rank};
    for (int i = 0; i < order.n; i++) order.at[i] = i;
    if (form == CHANNELS_FIRST) order = channels_first_order(&value->type);
    state(builder, tensor, value, &order, form == CHANNELS_FIRST, made);
}

/* What the form is called by its axes: "NCHW". */
static const char *letters(Builder *builder, const TensorType *type) {
    int spatial[MAX_RANK], n = type_spatial(type, spatial);
    const char *text = "NC";
    for (int i = 0; i < n; i++)
        text = arena_printf(builder->arena, "%s%s", text, type->axes[spatial[i]].name);
    return text;
}

static const char *stored_name(Builder *builder, const Value *value) {
    const char **name = &builder->stored_names[value->id];
    if (!*name) *name = names_unique(&builder->names, value->name);
    return *name;
}

void name_value(Builder *builder, const Value *value, const char *name) {
    builder->forms[value->id][STORED] = name;
    state_form(builder, name, value, STORED, true);
    if (forms_are_one(&value->type)) builder->forms[value->id][CHANNELS_FIRST] = name;
}

const char *new_value_in(Builder *builder, const Value *value, Form form) {
    const char **forms = builder->forms[value->id];
    assert(!forms[STORED] && !forms[CHANNELS_FIRST]);
    bool is_one = forms_are_one(&value->type);
    if (form == STORED || is_one) {
        forms[STORED] = stored_name(builder, value);
        if (is_one) forms[CHANNELS_FIRST] = forms[STORED];
    } else {
        const char *wanted =
            arena_printf(builder->arena, "%s/%s", value->name, letters(builder, &value->type));
        forms[CHANNELS_FIRST] = names_unique(&builder->names, wanted);
    }
    state_form(builder, forms[form], value, form, true);
    return forms[form];
}

const char *output_in(Builder *builder, Form form) {
    return new_value_in(builder, builder->node->output, form);
}

static const char *make_stored(Builder *builder, const Value *value, const char *from) {
    Extents order = channels_first_order(&value->type), back = {.n = order.n};
    Extents missing = missing_axes(&value->type);
    const char *name = stored_name(builder, value);
    bool moves = !is_identity(&order);
    for (int i = 0; i < order.n; i++) back.at[order.at[i]] = i;
    if (missing.n > 0) {
        const char *axes = constant_ints(builder, "axes", &missing);
        from = PUT(builder, "Squeeze", moves ? NULL : name, from, axes);
        if (moves) state(builder, from, value, &order, false, false);
    }
    if (moves) transpose(builder, name, from, &back);
    state_form(builder, name, value, STORED, false);
    return name;
}

static const char *make_channels_first(Builder *builder, const Value *value, const char *from) {
    Extents order = channels_first_order(&value->type), missing = missing_axes(&value->type);
    if (!is_identity(&order)) {
        from = transpose(builder, NULL, from, &order);
        state(builder, from, value, &order, false, false);
    }
    if (missing.n == 0) return from;
    from = PUT(builder, "Unsqueeze", NULL, from, constant_ints(builder, "axes", &missing));
    state_form(builder, from, value, CHANNELS_FIRST, false);
    return from;
}

const char *value_in(Builder *builder, const Value *value, Form form) {
    const char **forms = builder->forms[value->id];
    if (!forms[form]) {
        const Node *node = builder->node;
        builder->node = value->producer;
        forms[form] = form == STORED ? make_stored(builder, value, forms[CHANNELS_FIRST])
                                     : make_channels_first(builder, value, forms[STORED]);
        builder->node = node;
    }
    return forms[form];
}

const char *input_in(Builder *builder, int index, Form form) {
    return value_in(builder, builder->node->inputs[index], form);
}

Form common_form(const Builder *builder) {
    const Node *node = builder->node;
    for (int i = 0; i < node->n_inputs; i++)
        if (!builder->forms[node->inputs[i]->id][CHANNELS_FIRST]) return STORED;
    return CHANNELS_FIRST;
}
