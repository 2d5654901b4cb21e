/* What computes nothing: the same elements elsewhere, or several times. */
#include "export/layers.h"

#include <string.h>

/* The value is its initializer. */
void export_constant(Builder *builder) {
    const Node *node = builder->node;
    Extents extents = extents_in(&node->output->type, STORED);
    name_value(builder, node->output, param_with_extents(builder, node->weight, &extents));
}

void export_f32(Builder *builder) {
    const Node *node = builder->node;
    const char *x = value_in(builder, node->inputs[0], STORED);
    PUT(builder, "Cast", new_value_in(builder, node->output, STORED), x);
    put_int(builder, "to", ONNX_FLOAT);
}

/* [N, C, H, W] -> [N, C*H*W] in the order of the layout: Flatten where that is N first, else a
 * Reshape behind a Transpose that brings N to the front. */
void export_flatten(Builder *builder) {
    const Node *node = builder->node;
    const TensorType *in = &node->inputs[0]->type, *out = &node->output->type;
    int batch = type_batch(in);
    bool in_order = true;
    for (int i = 0, next = 0; i < in->rank; i++) {
        in_order &= axis_in(in, i, CHANNELS_FIRST) >= next;
        next = axis_in(in, i, CHANNELS_FIRST);
    }
    if (in_order) {
        const char *x = input_in(builder, 0, CHANNELS_FIRST);
        PUT(builder, "Flatten", output_in(builder, CHANNELS_FIRST), x);
        put_int(builder, "axis", 1);
        return;
    }
    const char *x = input_in(builder, 0, STORED);
    if (batch > 0) {
        Extents order = {.n = 1, .at = {batch}};
        for (int i = 0; i < in->rank; i++)
            if (i != batch) order.at[order.n++] = i;
        x = PUT(builder, "Transpose", NULL, x);
        put_ints(builder, "perm", &order);
    }
    Extents shape = extents_in(out, CHANNELS_FIRST);
    const char *to = constant_ints(builder, "shape", &shape);
    PUT(builder, "Reshape", output_in(builder, CHANNELS_FIRST), x, to);
}

void export_concat(Builder *builder) {
    const Node *node = builder->node;
    Form form = common_form(builder);
    const char **parts = ARENA_ARRAY(builder->arena, const char *, (size_t)node->n_inputs);
    for (int i = 0; i < node->n_inputs; i++) parts[i] = input_in(builder, i, form);
    put_node(builder, "Concat", output_in(builder, form), node->n_inputs, parts);
    put_int(builder, "axis", axis_in(&node->output->type, node->axis, form));
}

void export_crop(Builder *builder) {
    const Node *node = builder->node;
    const TensorType *in = &node->inputs[0]->type, *out = &node->output->type;
    Form form = common_form(builder);
    Extents extents = extents_in(in, form), len = extents_in(out, form), first = {.n = len.n};
    for (int i = 0; i < in->rank; i++) first.at[axis_in(in, i, form)] = node->first[i];
    const char *x = input_in(builder, 0, form);
    put_slice(builder, output_in(builder, form), x, &extents, &first, &len);
}

/* The results of one split are nodes that follow each other: how many there are from `node` on, of
 * which each begins where the one before it ends; 0: they are not all of it. */
static size_t count_parts(const Graph *graph, const Node *node) {
    const Value *input = node->inputs[0];
    int64_t sum = 0;
    size_t n = 0;
    for (size_t i = node->id; i < graph->nodes.len; i++, n++) {
        const Node *part = graph->nodes.at[i];
        if (part->op != OP_SPLIT || part->inputs[0] != input || part->axis != node->axis ||
            part->first[part->axis] != sum)
            break;
        sum += part->output->type.axes[part->axis].extent;
    }
    return sum == input->type.axes[node->axis].extent ? n : 0;
}

/* All results of one split are one node, appended with the first of them. */
void export_split(Builder *builder, const Graph *graph) {
    const Node *node = builder->node;
    if (builder->forms[node->output->id][STORED] ||
        builder->forms[node->output->id][CHANNELS_FIRST])
        return;
    size_t n = count_parts(graph, node);
    if (n < 2) {
        export_crop(builder);
        return;
    }
    Arena *arena = builder->arena;
    Form form = common_form(builder);
    int64_t *sizes = ARENA_ARRAY(arena, int64_t, n);
    const char **outputs = ARENA_ARRAY(arena, const char *, n);
    for (size_t i = 0; i < n; i++) {
        const Value *part = graph->nodes.at[node->id + i]->output;
        sizes[i] = part->type.axes[node->axis].extent;
        outputs[i] = new_value_in(builder, part, form);
    }
    const char *x = input_in(builder, 0, form);
    PUT(builder, "Split", outputs[0], x, constant_list(builder, "sizes", sizes, n));
    put_int(builder, "axis", axis_in(&node->inputs[0]->type, node->axis, form));
    OnnxNode *split = &builder->nodes.at[builder->nodes.len - 1];
    split->outputs = outputs;
    split->n_outputs = n;
}

void export_reshape(Builder *builder) {
    Extents shape = extents_in(&builder->node->output->type, STORED);
    const char *x = input_in(builder, 0, STORED), *to = constant_ints(builder, "shape", &shape);
    PUT(builder, "Reshape", output_in(builder, STORED), x, to);
}

void export_permute(Builder *builder) {
    const Node *node = builder->node;
    const TensorType *in = &node->inputs[0]->type, *out = &node->output->type;
    Extents order = {.n = out->rank};
    for (int i = 0; i < out->rank; i++) order.at[i] = type_axis(in, out->axes[i].name);
    const char *x = input_in(builder, 0, STORED);
    PUT(builder, "Transpose", output_in(builder, STORED), x);
    put_ints(builder, "perm", &order);
}

void export_upsample(Builder *builder) {
    static const struct {
        const char *mode, *transformation;
    } modes[] = {[RESAMPLE_NEAREST] = {"nearest", "asymmetric"},
                 [RESAMPLE_HALF] = {"linear", "half_pixel"},
                 [RESAMPLE_CORNERS] = {"linear", "align_corners"},
                 [RESAMPLE_ASYMMETRIC] = {"linear", "asymmetric"}};
    const Node *node = builder->node;
    Extents extents = extents_in(&node->output->type, CHANNELS_FIRST), shape = {1, {extents.n}};
    float *scales = ARENA_ARRAY(builder->arena, float, (size_t)extents.n);
    for (int i = 0; i < extents.n; i++) scales[i] = i < 2 ? 1.0f : (float)node->by[i - 2];
    const char *x = input_in(builder, 0, CHANNELS_FIRST),
               *by = constant_floats(builder, NULL, scales, &shape);
    PUT(builder, "Resize", output_in(builder, CHANNELS_FIRST), x, "", by);
    put_string(builder, "mode", modes[node->resample].mode);
    put_string(builder, "coordinate_transformation_mode", modes[node->resample].transformation);
    if (node->resample == RESAMPLE_NEAREST) put_string(builder, "nearest_mode", "floor");
}

/* One transposition, between the smaller picture with its channels taken apart and the larger one
 * with its axes taken apart:
 *
 *     CRD  [N, C, r..., small...]  <->  [N, C, small, r, ...]
 *     DCR  [N, r..., C, small...]  <->  [N, C, small, r, ...]
 */
static void put_shuffle(Builder *builder, bool back) {
    const Node *node = builder->node;
    Extents in = extents_in(&node->inputs[0]->type, CHANNELS_FIRST),
            out = extents_in(&node->output->type, CHANNELS_FIRST), small = back ? out : in;
    const char *x = input_in(builder, 0, CHANNELS_FIRST), *y = output_in(builder, CHANNELS_FIRST);
    int n = in.n - 2, channel = node->order == SHUFFLE_DCR ? 1 + n : 1,
        place = node->order == SHUFFLE_DCR ? 1 : 2;
    Extents apart = {.n = 2 + 2 * n}, order = apart, inverse = apart, squares = apart;
    apart.at[0] = in.at[0];
    apart.at[channel] = back ? in.at[1] : out.at[1];
    order.at[1] = channel;
    for (int i = 0; i < n; i++) {
        apart.at[place + i] = node->by[i];
        apart.at[2 + n + i] = small.at[2 + i];
        order.at[2 + 2 * i] = 2 + n + i;
        order.at[3 + 2 * i] = place + i;
    }
    for (int i = 0; i < order.n; i++) {
        inverse.at[order.at[i]] = i;
        squares.at[i] = apart.at[order.at[i]];
    }
    x = PUT(builder, "Reshape", NULL, x, constant_ints(builder, "apart", back ? &squares : &apart));
    x = PUT(builder, "Transpose", NULL, x);
    put_ints(builder, "perm", back ? &inverse : &order);
    PUT(builder, "Reshape", y, x, constant_ints(builder, "shape", &out));
}

static bool is_square(const Node *node) {
    int spatial[MAX_RANK], n = type_spatial(&node->output->type, spatial);
    return n == 2 && node->by[0] == node->by[1];
}

void export_pixel_shuffle(Builder *builder) {
    const Node *node = builder->node;
    if (!is_square(node)) {
        put_shuffle(builder, false);
        return;
    }
    const char *x = input_in(builder, 0, CHANNELS_FIRST);
    PUT(builder, "DepthToSpace", output_in(builder, CHANNELS_FIRST), x);
    put_int(builder, "blocksize", node->by[0]);
    put_string(builder, "mode", node->order == SHUFFLE_DCR ? "DCR" : "CRD");
}

/* SpaceToDepth knows DCR alone. */
void export_pixel_unshuffle(Builder *builder) {
    const Node *node = builder->node;
    if (!is_square(node) || node->order == SHUFFLE_CRD) {
        put_shuffle(builder, true);
        return;
    }
    const char *x = input_in(builder, 0, CHANNELS_FIRST);
    PUT(builder, "SpaceToDepth", output_in(builder, CHANNELS_FIRST), x);
    put_int(builder, "blocksize", node->by[0]);
}
