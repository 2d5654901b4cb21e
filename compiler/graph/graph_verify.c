/* What graph.h promises of a graph, checked: numbering, order, types, windows by conv_arith,
 * parameters' shapes. Rewrites of optimize must leave all of it true. */
#include "graph/graph.h"

#include "base/checked.h"

/* The complaint of a check about a node; the arena is that of graph_verify. */
#define COMPLAIN(arena, node, ...)                                                                 \
    arena_printf((arena), "node %u (%s %s) %s", (node)->id, op_name((node)->op), (node)->path,     \
                 arena_printf((arena), __VA_ARGS__))

static const char *verify_type(Arena *arena, const Node *node) {
    const TensorType *type = &node->output->type;
    if (type->rank < 1 || type->rank > MAX_RANK)
        return COMPLAIN(arena, node, "has rank %d", type->rank);
    for (int i = 0; i < type->rank; i++) {
        if (type->axes[i].extent < 1 || type->axes[i].extent > MAX_EXTENT)
            return COMPLAIN(arena, node, "has an extent out of range along %s", type->axes[i].name);
        if (type_axis(type, type->axes[i].name) != i)
            return COMPLAIN(arena, node, "has axis %s twice", type->axes[i].name);
    }
    int64_t elems;
    if (!type_elems(type, &elems)) return COMPLAIN(arena, node, "has too many elements");
    if (type->dtype != DTYPE_F32 && (type->dtype != DTYPE_U8 || node->op != OP_INPUT))
        return COMPLAIN(arena, node, "gives elements of type %s", dtype_name(type->dtype));
    return NULL;
}

/* Inputs: as many as the operator and the fused residuals need, all made before. */
static const char *verify_inputs(Arena *arena, const Node *node) {
    int residuals = 0;
    for (int i = 0; i < node->n_fused; i++) {
        if (op_most_inputs(node->fused[i].op) < 2) continue;
        int input = node->fused[i].input;
        if (input < 0 || input >= node->n_inputs)
            return COMPLAIN(arena, node, "fuses input %d of %d", input, node->n_inputs);
        if (!type_equal(&node->inputs[input]->type, &node->output->type))
            return COMPLAIN(arena, node, "fuses a residual of another type");
        residuals++;
    }
    if (node->n_inputs < op_least_inputs(node->op) + residuals ||
        (!op_takes_any(node->op) && node->n_inputs > op_most_inputs(node->op) + residuals))
        return COMPLAIN(arena, node, "has %d inputs", node->n_inputs);
    for (int i = 0; i < node->n_inputs; i++) {
        if (node->inputs[i]->producer->id >= node->id)
            return COMPLAIN(arena, node, "uses %s before it is made", node->inputs[i]->name);
        bool is_u8 = node->inputs[i]->type.dtype == DTYPE_U8;
        if (is_u8 != (node->op == OP_F32))
            return COMPLAIN(arena, node, "takes elements of type %s",
                            dtype_name(node->inputs[i]->type.dtype));
    }
    return NULL;
}

static bool has_window(OpKind op) { return op == OP_CONV || op == OP_TCONV || op_is_pool(op); }

/* One spatial axis: its extents are those of the types and agree with R1-R15. */
static const char *verify_axis(Arena *arena, const Node *node, int index) {
    const WindowAxis *axis = &node->window[index];
    const ConvAxis *arith = &axis->arith;
    const TensorType *in = &node->inputs[0]->type, *out = &node->output->type;
    int in_at[MAX_RANK], out_at[MAX_RANK];
    if (type_spatial(in, in_at) != node->n_axes)
        return COMPLAIN(arena, node, "has %d window axes", node->n_axes);
    if (arith->i != in->axes[in_at[index]].extent)
        return COMPLAIN(arena, node, "has i = %lld on axis %d", (long long)arith->i, index);
    if (arith->k < 1 || arith->s < 1 || arith->d < 1 || arith->pad_lo < 0 || arith->pad_hi < 0 ||
        arith->a < 0)
        return COMPLAIN(arena, node, "has an illegal window on axis %d", index);
    if (node->op == OP_DENSE) {
        if (arith->k != arith->i || axis->o != 1)
            return COMPLAIN(arena, node, "is dense, but its window is not its input");
        return NULL;
    }
    int64_t o = 0;
    ConvStatus status =
        node->op == OP_TCONV ? tconv_output_extent(arith, &o) : conv_output_extent(arith, &o);
    if (status != CONV_OK || o != axis->o)
        return COMPLAIN(arena, node, "has o = %lld on axis %d", (long long)axis->o, index);
    if (type_spatial(out, out_at) != node->n_axes || out->axes[out_at[index]].extent != o)
        return COMPLAIN(arena, node, "has an output of another size on axis %d", index);
    return NULL;
}

static const char *verify_param(Arena *arena, const Node *node, const Param *param,
                                int64_t elems_wanted) {
    if (!param) return NULL;
    if (param->rank < 1 || param->rank > MAX_RANK)
        return COMPLAIN(arena, node, "has %s of rank %d", param->key, param->rank);
    int64_t elems = 1;
    for (int i = 0; i < param->rank; i++)
        if (param->extent[i] < 1 || !checked_mul(elems, param->extent[i], &elems))
            return COMPLAIN(arena, node, "has an illegal extent in %s", param->key);
    if (elems != param->elems || elems != elems_wanted)
        return COMPLAIN(arena, node, "has %lld elements in %s and needs %lld", (long long)elems,
                        param->key, (long long)elems_wanted);
    if (param->fan_in < 1) return COMPLAIN(arena, node, "has no fan-in in %s", param->key);
    return NULL;
}

/* One number for each channel: prelu has one parameter, batchnorm four, affine and the norms may
 * have two, other layers none. */
static const char *verify_channel_params(Arena *arena, const Node *node) {
    const TensorType *type = &node->output->type;
    const Param *params[] = {node->weight, node->bias, node->mean, node->variance};
    bool is_norm = node->op == OP_BATCHNORM, may = node->op == OP_AFFINE || op_is_norm(node->op),
         wanted[] = {is_norm || node->op == OP_PRELU || (may && params[0]),
                     is_norm || (may && params[1]), is_norm, is_norm};
    if (op_is_channelwise(node->op) && node->op != OP_SCALE && type_channel(type) == NO_AXIS)
        return COMPLAIN(arena, node, "has no channels");
    for (int i = 0; i < 4; i++) {
        if (wanted[i] != (params[i] != NULL))
            return COMPLAIN(arena, node, "%s parameter %d", wanted[i] ? "lacks" : "has", i);
        const char *wrong =
            verify_param(arena, node, params[i], type_extent(type, type_channel(type)));
        if (wrong) return wrong;
    }
    return NULL;
}

/* One factor for each image and channel. */
static const char *verify_scale_by(Arena *arena, const Node *node) {
    const TensorType *x = &node->inputs[0]->type, *by = &node->inputs[1]->type;
    int64_t elems = 1;
    for (int i = 0; i < by->rank; i++) elems *= by->axes[i].extent;
    if (type_channel(x) == NO_AXIS || type_channel(by) == NO_AXIS)
        return COMPLAIN(arena, node, "has no channels");
    bool fits = type_equal(&node->output->type, x) &&
                type_extent(x, type_batch(x)) == type_extent(by, type_batch(by)) &&
                type_extent(x, type_channel(x)) == type_extent(by, type_channel(by)) &&
                elems == type_extent(x, type_batch(x)) * type_extent(x, type_channel(x));
    return fits ? NULL : COMPLAIN(arena, node, "has factors of another shape");
}

/* A number for each of its elements. */
static const char *verify_constant(Arena *arena, const Node *node) {
    if (!node->weight || node->bias || node->mean || node->variance)
        return COMPLAIN(arena, node, "is not a value alone");
    return verify_param(arena, node, node->weight, value_elems(node->output));
}

/* Weight: one number for each (output channel, input channel of the group, tap). */
static const char *verify_params(Arena *arena, const Node *node) {
    if (node->op == OP_CONSTANT) return verify_constant(arena, node);
    if (node->op != OP_CONV && node->op != OP_TCONV && node->op != OP_DENSE)
        return verify_channel_params(arena, node);
    const TensorType *in = &node->inputs[0]->type, *out = &node->output->type;
    int64_t ic = type_extent(in, type_channel(in)), oc = type_extent(out, type_channel(out));
    if (node->groups < 1 || ic % node->groups != 0 || oc % node->groups != 0)
        return COMPLAIN(arena, node, "has %lld groups", (long long)node->groups);
    if (!node->weight) return COMPLAIN(arena, node, "has no weight");
    int64_t elems = ic / node->groups;
    bool fits = checked_mul(elems, oc, &elems);
    for (int i = 0; i < node->n_axes && fits; i++)
        fits = checked_mul(elems, node->window[i].arith.k, &elems);
    if (!fits) return COMPLAIN(arena, node, "has too many weights");
    const char *wrong = verify_param(arena, node, node->weight, elems);
    return wrong ? wrong : verify_param(arena, node, node->bias, oc);
}

static const char *verify_groups(Arena *arena, const Node *node) {
    const TensorType *type = &node->output->type;
    int64_t channels = type_extent(type, type_channel(type));
    bool fits = node->op == OP_INSTANCENORM ? node->groups == channels
                : node->op == OP_LAYERNORM  ? node->groups == 1
                                            : node->groups >= 1 && channels % node->groups == 0;
    return fits && type_channel(type) != NO_AXIS ? NULL
                                                 : COMPLAIN(arena, node, "has groups that differ");
}

static const char *verify_same_type(Arena *arena, const Node *node) {
    for (int i = 0; i < node->n_inputs; i++)
        if (!type_equal(&node->inputs[i]->type, &node->output->type))
            return COMPLAIN(arena, node, "changes the type of its input");
    return NULL;
}

/* The axes of an input are those of the output; along `axis` (NO_AXIS: none) its extent may be
 * another one. */
static const char *verify_same_axes(Arena *arena, const Node *node, const TensorType *in,
                                    int axis) {
    const TensorType *out = &node->output->type;
    bool same = in->rank == out->rank;
    for (int i = 0; same && i < out->rank; i++)
        same = strcmp(in->axes[i].name, out->axes[i].name) == 0 &&
               (i == axis || in->axes[i].extent == out->axes[i].extent);
    return same ? NULL : COMPLAIN(arena, node, "changes the axes of its input");
}

static const char *verify_argmax(Arena *arena, const Node *node) {
    const TensorType *out = &node->output->type;
    if (node->axis < 0 || node->axis >= out->rank || out->axes[node->axis].extent != 1)
        return COMPLAIN(arena, node, "has axis %d", node->axis);
    return verify_same_axes(arena, node, &node->inputs[0]->type, node->axis);
}

static const char *verify_concat(Arena *arena, const Node *node) {
    int64_t sum = 0;
    if (node->axis < 0 || node->axis >= node->output->type.rank)
        return COMPLAIN(arena, node, "has axis %d", node->axis);
    for (int i = 0; i < node->n_inputs; i++) {
        const TensorType *in = &node->inputs[i]->type;
        const char *wrong = verify_same_axes(arena, node, in, node->axis);
        if (wrong) return wrong;
        sum += in->axes[node->axis].extent;
    }
    if (sum != node->output->type.axes[node->axis].extent)
        return COMPLAIN(arena, node, "is not as long as its inputs");
    return NULL;
}

/* `small` lies in `large`, from first[] on. */
static const char *verify_part(Arena *arena, const Node *node, const TensorType *small,
                               const TensorType *large) {
    if (small->rank != large->rank) return COMPLAIN(arena, node, "changes the rank");
    for (int i = 0; i < small->rank; i++) {
        if (strcmp(small->axes[i].name, large->axes[i].name) != 0)
            return COMPLAIN(arena, node, "changes the axes of its input");
        if (node->first[i] < 0 || node->first[i] + small->axes[i].extent > large->axes[i].extent)
            return COMPLAIN(arena, node, "goes beyond axis %s", small->axes[i].name);
    }
    return NULL;
}

/* Mirrored data reach one element less far than the data themselves. */
static bool border_reaches(Border border, int64_t i, int64_t lo, int64_t hi) {
    int64_t most = border == BORDER_REFLECT ? i - 1 : i;
    bool is_bounded = border == BORDER_REFLECT || border == BORDER_CIRCULAR;
    return !is_bounded || (lo <= most && hi <= most);
}

static const char *verify_pad(Arena *arena, const Node *node) {
    const TensorType *in = &node->inputs[0]->type, *out = &node->output->type;
    const char *wrong = verify_part(arena, node, in, out);
    for (int a = 0; a < in->rank && !wrong; a++) {
        int64_t i = in->axes[a].extent, lo = node->first[a];
        if (!border_reaches(node->border, i, lo, out->axes[a].extent - i - lo))
            wrong = COMPLAIN(arena, node, "pads more of axis %s than it holds", in->axes[a].name);
    }
    return wrong;
}

static const char *verify_conv(Arena *arena, const Node *node) {
    for (int a = 0; a < node->n_axes; a++) {
        const ConvAxis *axis = &node->window[a].arith;
        if (!border_reaches(node->border, axis->i, axis->pad_lo, axis->pad_hi))
            return COMPLAIN(arena, node, "pads more of axis %d than it holds", a);
    }
    return NULL;
}

/* The same axes with the same extents, in any order. */
static const char *verify_permute(Arena *arena, const Node *node) {
    const TensorType *in = &node->inputs[0]->type, *out = &node->output->type;
    bool same = in->rank == out->rank;
    for (int i = 0; i < in->rank && same; i++) {
        int at = type_axis(out, in->axes[i].name);
        same = at != NO_AXIS && out->axes[at].extent == in->axes[i].extent;
    }
    return same ? NULL : COMPLAIN(arena, node, "changes the axes of its input");
}

/* The same axes of another element type. */
static const char *verify_f32(Arena *arena, const Node *node) {
    TensorType type = node->inputs[0]->type;
    type.dtype = DTYPE_F32;
    return type_equal(&type, &node->output->type) ? NULL
                                                  : COMPLAIN(arena, node, "changes its axes");
}

/* upsample, and pixel_shuffle, which takes its elements from the channels; pixel_unshuffle seen
 * from its output. */
static const char *verify_upsample(Arena *arena, const Node *node) {
    bool back = node->op == OP_PIXEL_UNSHUFFLE;
    const TensorType *in = &(back ? node->output : node->inputs[0])->type,
                     *out = &(back ? node->inputs[0] : node->output)->type;
    int spatial[MAX_RANK], n = type_spatial(in, spatial), channel = type_channel(in);
    int64_t extent[MAX_RANK], channels = 1;
    for (int i = 0; i < in->rank; i++) extent[i] = in->axes[i].extent;
    for (int a = 0; a < n; a++) {
        if (node->by[a] < 1 || !checked_mul(extent[spatial[a]], node->by[a], &extent[spatial[a]]) ||
            !checked_mul(channels, node->by[a], &channels))
            return COMPLAIN(arena, node, "grows by %lld", (long long)node->by[a]);
    }
    if (node->op != OP_UPSAMPLE) {
        if (channel == NO_AXIS || extent[channel] % channels != 0)
            return COMPLAIN(arena, node, "has too few channels");
        extent[channel] /= channels;
    }
    bool same = in->rank == out->rank;
    for (int i = 0; i < in->rank && same; i++)
        same = strcmp(in->axes[i].name, out->axes[i].name) == 0 && out->axes[i].extent == extent[i];
    return same ? NULL : COMPLAIN(arena, node, "has an output of another size");
}

/* Every axis of the result is one of an input, of both with one extent, and every other axis of
 * theirs is the one that is summed along. */
static const char *verify_matmul(Arena *arena, const Node *node) {
    const TensorType *x = &node->inputs[0]->type, *y = &node->inputs[1]->type,
                     *out = &node->output->type;
    if (node->axis < 0 || node->axis >= x->rank)
        return COMPLAIN(arena, node, "has axis %d", node->axis);
    const Axis *summed = &x->axes[node->axis];
    int in_y = type_axis(y, summed->name), columns = 0, of_x = 0, of_y = 0;
    if (in_y == NO_AXIS || y->axes[in_y].extent != summed->extent)
        return COMPLAIN(arena, node, "sums along %s of one input", summed->name);
    if (type_axis(out, summed->name) != NO_AXIS)
        return COMPLAIN(arena, node, "keeps the axis that it sums along");
    for (int i = 0; i < out->rank; i++) {
        MatmulAxis at = matmul_axis(node, i);
        of_x += at.in_x != NO_AXIS;
        of_y += at.in_y != NO_AXIS;
        columns += at.in_x == NO_AXIS;
        if ((at.in_x == NO_AXIS && at.in_y == NO_AXIS) ||
            (at.in_x != NO_AXIS && x->axes[at.in_x].extent != out->axes[i].extent) ||
            (at.in_y != NO_AXIS && y->axes[at.in_y].extent != out->axes[i].extent))
            return COMPLAIN(arena, node, "has another size along %s", out->axes[i].name);
    }
    if (columns != 1 || of_x != x->rank - 1 || of_y != y->rank - 1)
        return COMPLAIN(arena, node, "has other axes than its inputs");
    return NULL;
}

static const char *verify_node(Arena *arena, const Node *node) {
    const char *wrong = verify_type(arena, node);
    if (!wrong) wrong = verify_inputs(arena, node);
    if (wrong) return wrong;
    if (node->border != BORDER_ZERO && node->op != OP_CONV && node->op != OP_PAD)
        return COMPLAIN(arena, node, "has a border");
    if (node->flip && node->op != OP_CONV && node->op != OP_TCONV)
        return COMPLAIN(arena, node, "has no kernel to rotate");
    if (has_window(node->op) && node->n_axes < 1)
        return COMPLAIN(arena, node, "has no window axis");
    if (!has_window(node->op) && node->op != OP_DENSE && node->n_axes != 0)
        return COMPLAIN(arena, node, "has a window");
    for (int i = 0; i < node->n_axes && !wrong; i++) wrong = verify_axis(arena, node, i);
    if (!wrong) wrong = verify_params(arena, node);
    if (wrong) return wrong;
    switch (node->op) {
    case OP_SOFTMAX:
    case OP_LOG_SOFTMAX:
        if (node->axis < 0 || node->axis >= node->output->type.rank)
            return COMPLAIN(arena, node, "has axis %d", node->axis);
        return verify_same_type(arena, node);
    case OP_ARGMAX: return verify_argmax(arena, node);
    case OP_MATMUL: return verify_matmul(arena, node);
    case OP_UPSAMPLE:
    case OP_PIXEL_SHUFFLE:
    case OP_PIXEL_UNSHUFFLE: return verify_upsample(arena, node);
    case OP_F32: return verify_f32(arena, node);
    case OP_PERMUTE: return verify_permute(arena, node);
    case OP_FLATTEN:
    case OP_RESHAPE:
        if (value_elems(node->inputs[0]) != value_elems(node->output))
            return COMPLAIN(arena, node, "changes the number of elements");
        return NULL;
    case OP_CONV: return verify_conv(arena, node);
    case OP_CONCAT: return verify_concat(arena, node);
    case OP_SPLIT:
    case OP_CROP: return verify_part(arena, node, &node->output->type, &node->inputs[0]->type);
    case OP_SCALE_BY: return verify_scale_by(arena, node);
    case OP_PAD: return verify_pad(arena, node);
    case OP_INSTANCENORM:
    case OP_GROUPNORM:
    case OP_LAYERNORM:
        wrong = verify_groups(arena, node);
        return wrong ? wrong : verify_same_type(arena, node);
    default: return op_is_pointwise(node->op) ? verify_same_type(arena, node) : NULL;
    }
}

const char *graph_verify(Arena *arena, const Graph *graph) {
    for (size_t i = 0; i < graph->values.len; i++) {
        const Value *value = graph->values.at[i];
        if (value->id != i) return arena_printf(arena, "value %s is misnumbered", value->name);
        if (!value->producer || value->producer->output != value)
            return arena_printf(arena, "value %s has no producer", value->name);
    }
    for (size_t i = 0; i < graph->nodes.len; i++) {
        const Node *node = graph->nodes.at[i];
        if (node->id != i) return COMPLAIN(arena, node, "is misnumbered");
        const char *wrong = verify_node(arena, node);
        if (wrong) return wrong;
    }
    for (size_t i = 0; i < graph->inputs.len; i++)
        if (graph->inputs.at[i]->producer->op != OP_INPUT)
            return arena_printf(arena, "input %s is computed", graph->inputs.at[i]->name);
    for (size_t i = 0; i < graph->outputs.len; i++)
        if (!graph->outputs.at[i].value)
            return arena_printf(arena, "output %s has no value", graph->outputs.at[i].name);
    return NULL;
}
