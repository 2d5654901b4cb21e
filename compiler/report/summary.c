/* Facts of a network: receptive fields, unread rows, the smallest input, the peak of memory. */
#include "report/summary.h"

#include "base/checked.h"

#include <string.h>

static int64_t add_saturating(int64_t a, int64_t b) {
    int64_t sum;
    return checked_add(a, b, &sum) ? sum : INT64_MAX;
}

static bool is_window(const Node *node) {
    return node->op == OP_CONV || node->op == OP_TCONV || op_is_pool(node->op);
}

static int64_t bytes_of(const Value *value) {
    return value_elems(value) * (int64_t)dtype_size(value->type.dtype);
}

/* One step of R15's recurrence: r += (K-1) j, j *= s; transposed: r += (ceil(K/s)-1) j, j /= s. */
static void grow_field(ReceptiveField *field, const ConvAxis *axis, bool transposed) {
    int64_t kernel = 0;
    conv_effective_kernel(axis->k, axis->d, &kernel);
    int64_t taps = transposed ? ceil_div(kernel, axis->s) : kernel;
    field->size += (double)(taps - 1) * field->jump;
    field->jump = transposed ? field->jump / (double)axis->s : field->jump * (double)axis->s;
}

/* An upsampling reads as many inputs as this transposed window: the one below it, or the two beside
 * it. */
static ConvAxis upsample_window(const Node *node, int axis) {
    int64_t by = node->by[axis];
    bool linear = node->op == OP_UPSAMPLE && node->resample != RESAMPLE_NEAREST && by > 1;
    return (ConvAxis){.k = linear ? 2 * by : by, .s = by, .d = 1};
}

/* The number of the spatial axis called `name`; NO_AXIS if the type has none. */
static int spatial_number(const TensorType *type, const char *name) {
    int spatial[MAX_RANK], n = type_spatial(type, spatial);
    for (int a = 0; a < n; a++)
        if (strcmp(type->axes[spatial[a]].name, name) == 0) return a;
    return NO_AXIS;
}

/* The field of a node's result from those of its inputs; `fields` is by value and by axis of
 * `type`, that of the network's input. */
static void find_fields(const Node *node, const TensorType *type,
                        ReceptiveField (*fields)[MAX_SPATIAL], int n) {
    int spatial[MAX_RANK];
    type_spatial(type, spatial);
    for (int axis = 0; axis < n; axis++) {
        ReceptiveField result = {0};
        int at = spatial_number(&node->output->type, type->axes[spatial[axis]].name);
        for (int i = 0; i < node->n_inputs; i++) {
            ReceptiveField in = fields[node->inputs[i]->id][axis];
            result.all |= in.all;
            if (in.size > result.size) result.size = in.size;
            if (in.jump > result.jump) result.jump = in.jump;
        }
        if (node->op == OP_ARGMAX &&
            strcmp(type->axes[spatial[axis]].name, node->output->type.axes[node->axis].name) == 0)
            result.all = true;
        if (node->op == OP_DENSE || node->op == OP_INSTANCENORM || node->op == OP_GROUPNORM)
            result.all = true;
        if (is_window(node) && at != NO_AXIS)
            grow_field(&result, &node->window[at].arith, node->op == OP_TCONV);
        if ((node->op == OP_UPSAMPLE || node->op == OP_PIXEL_SHUFFLE) && at != NO_AXIS) {
            ConvAxis window = upsample_window(node, at);
            grow_field(&result, &window, true);
        }
        if (node->op == OP_PIXEL_UNSHUFFLE && at != NO_AXIS) {
            ConvAxis window = {.k = node->by[at], .s = node->by[at], .d = 1};
            grow_field(&result, &window, false);
        }
        fields[node->output->id][axis] = result;
    }
}

/* True if `node` goes on from `before`: a chain inside one expression of the program. */
static bool goes_on(const Node *node, const Node *before) {
    return before && node->inputs[0] == before->output && !before->output->named;
}

static SummaryLayer describe(const Node *node, const Node *before) {
    SummaryLayer layer = {.path = node->path,
                          .value = node->output->name,
                          .named = node->output->named,
                          .op = node->op,
                          .out = node->output->type,
                          .macs = node_macs_with_padding(node),
                          .bytes = bytes_of(node->output),
                          .joins = goes_on(node, before)};
    if (node->weight) layer.params += node->weight->elems;
    if (node->bias) layer.params += node->bias->elems;
    for (int i = 0; is_window(node) && i < node->n_axes; i++) {
        layer.window[i] = node->window[i];
        layer.n_axes = i + 1;
        if (node->op != OP_TCONV)
            layer.unread[i] =
                border_unread_tail(node->border, &node->window[i].arith, node->window[i].o);
    }
    return layer;
}

/* Values that are another view of the same bytes. */
static const Value *storage_of(const Value *value) {
    while (value->producer->op == OP_FLATTEN || value->producer->op == OP_RESHAPE)
        value = value->producer->inputs[0];
    return value;
}

/* True if the value is never stored: an elementwise layer of the same expression follows it. */
static bool is_passing(const Graph *graph, const Value *value) {
    size_t next = value->producer->id + 1;
    if (value->named || next >= graph->nodes.len) return false;
    const Node *node = graph->nodes.at[next];
    bool elementwise = (op_is_pointwise(node->op) && op_most_inputs(node->op) == 1) ||
                       node->op == OP_SOFTMAX || node->op == OP_LOG_SOFTMAX;
    return elementwise && node->inputs[0] == value;
}

/* The nodes by step: a layer and the elementwise layers that follow it are one. */
static const uint32_t *number_steps(Arena *arena, const Graph *graph) {
    uint32_t *steps = ARENA_ARRAY(arena, uint32_t, graph->nodes.len + 1);
    for (size_t n = 0; n < graph->nodes.len; n++)
        steps[n + 1] = steps[n] + !is_passing(graph, graph->nodes.at[n]->output);
    return steps;
}

/* The last step that reads each value's bytes, by value; outputs live to the end. */
static const uint32_t *last_uses(Arena *arena, const Graph *graph, const uint32_t *steps) {
    uint32_t *last = ARENA_ARRAY(arena, uint32_t, graph->values.len);
    for (size_t n = 0; n < graph->nodes.len; n++) {
        const Node *node = graph->nodes.at[n];
        last[storage_of(node->output)->id] = steps[n];
        for (int i = 0; i < node->n_inputs; i++) last[storage_of(node->inputs[i])->id] = steps[n];
    }
    for (size_t i = 0; i < graph->outputs.len; i++)
        last[storage_of(graph->outputs.at[i].value)->id] = steps[graph->nodes.len];
    return last;
}

static const char *join_names(Arena *arena, const char *const *names, size_t n) {
    Text text = text_in(arena);
    for (size_t i = 0; i < n; i++)
        text_printf(&text, "%s%s", i == 0 ? "" : i + 1 == n ? " and " : ", ", names[i]);
    return text_str(&text);
}

/* Adds up what is alive in each step: every value from the step that makes it to its last use. */
static void find_peak(Arena *arena, const Graph *graph, Summary *summary) {
    const uint32_t *steps = number_steps(arena, graph), *last = last_uses(arena, graph, steps);
    size_t n_steps = steps[graph->nodes.len], n_names = 0, peak = 0;
    int64_t *change = ARENA_ARRAY(arena, int64_t, n_steps + 2), alive = 0;
    bool *counts = ARENA_ARRAY(arena, bool, graph->values.len);
    for (size_t v = 0; v < graph->values.len; v++) {
        const Value *value = graph->values.at[v];
        counts[v] = storage_of(value) == value && !is_passing(graph, value) &&
                    value->producer->op != OP_CONSTANT;
        if (!counts[v]) continue;
        change[steps[value->producer->id]] += bytes_of(value);
        change[last[v] + 1] -= bytes_of(value);
    }
    for (size_t step = 0; step < n_steps; step++) {
        alive += change[step];
        if (alive <= summary->peak_bytes) continue;
        summary->peak_bytes = alive;
        peak = step;
    }
    const char **names = ARENA_ARRAY(arena, const char *, graph->values.len);
    for (size_t v = 0; v < graph->values.len; v++)
        if (counts[v] && steps[graph->values.at[v]->producer->id] <= peak && last[v] >= peak)
            names[n_names++] = graph->values.at[v]->name;
    summary->peak_names = join_names(arena, names, n_names);
}

/* The extent along axis `name` of what a layer without window makes of inputs that have `extents`;
 * 0 if it has no output then. A crop or pad takes away or adds what it does now. */
static int64_t moved_extent(const Node *node, const char *name, const int64_t *extents) {
    const TensorType *in = &node->inputs[0]->type, *out = &node->output->type;
    int64_t least = INT64_MAX, sum = 0;
    for (int i = 0; i < node->n_inputs; i++) {
        int64_t extent = extents[node->inputs[i]->id];
        if (extent < least) least = extent;
        sum = add_saturating(sum, extent);
    }
    int from = type_axis(in, name), to = type_axis(out, name);
    int64_t before = type_extent(in, from), now = type_extent(out, to);
    bool along = to != NO_AXIS && node->axis == to;
    switch (node->op) {
    case OP_CONCAT: return along ? sum : least;
    case OP_SPLIT: return !along ? least : least == before ? now : 0;
    case OP_UPSAMPLE:
    case OP_PIXEL_SHUFFLE: return to == NO_AXIS ? least : least * (now / before);
    case OP_ARGMAX: return along ? 1 : least;
    case OP_PIXEL_UNSHUFFLE:
        return to == NO_AXIS ? least : least % (before / now) ? 0 : least / (before / now);
    case OP_RESHAPE: return from == NO_AXIS || least == before ? now : 0;
    case OP_CROP:
    case OP_PAD: return least - before + now > 0 ? least - before + now : 0;
    default: return least;
    }
}

/* True if every layer still has an output when the input has `extent` elements along axis `name`.
 * The paddings stay those of the program as it is. */
static bool fits(const Graph *graph, const char *name, int64_t extent, int64_t *extents) {
    for (size_t n = 0; n < graph->nodes.len; n++) {
        const Node *node = graph->nodes.at[n];
        int64_t result = node->n_inputs ? moved_extent(node, name, extents) : extent;
        if (node->op == OP_CONSTANT)
            result = type_extent(&node->output->type, type_axis(&node->output->type, name));
        int at = spatial_number(&node->output->type, name);
        if (result == 0) return false;
        if (is_window(node) && at != NO_AXIS) {
            ConvAxis arith = node->window[at].arith;
            arith.i = result;
            ConvStatus status = node->op == OP_TCONV ? tconv_output_extent(&arith, &result)
                                                     : conv_output_extent(&arith, &result);
            if (status != CONV_OK) return false;
        }
        extents[node->output->id] = result;
    }
    return true;
}

/* What a constant is made for cannot have another size. */
static bool is_fixed(const Graph *graph, const char *name) {
    for (size_t n = 0; n < graph->nodes.len; n++) {
        const TensorType *type = &graph->nodes.at[n]->output->type;
        if (graph->nodes.at[n]->op == OP_CONSTANT && type_extent(type, type_axis(type, name)) > 1)
            return true;
    }
    return false;
}

/* The smallest extent that fits, by halving: a larger input never has fewer outputs. */
static void find_smallest(Arena *arena, const Graph *graph, Summary *summary) {
    if (graph->inputs.len != 1) return;
    int spatial[MAX_RANK];
    const TensorType *type = &graph->inputs.at[0]->type;
    int n = type_spatial(type, spatial);
    int64_t *extents = ARENA_ARRAY(arena, int64_t, graph->values.len);
    for (int axis = 0; axis < n && axis < MAX_SPATIAL; axis++) {
        int64_t lo = 1, hi = type->axes[spatial[axis]].extent;
        if (is_fixed(graph, type->axes[spatial[axis]].name)) lo = hi;
        while (lo < hi) {
            int64_t middle = lo + (hi - lo) / 2;
            if (fits(graph, type->axes[spatial[axis]].name, middle, extents))
                hi = middle;
            else
                lo = middle + 1;
        }
        summary->smallest[axis] = lo;
        summary->n_smallest = axis + 1;
    }
}

static void list_interface(Arena *arena, const Graph *graph, Summary *summary) {
    for (size_t i = 0; i < graph->inputs.len; i++) {
        const Value *value = graph->inputs.at[i];
        VEC_PUSH(arena, &summary->inputs, (SummaryTensor){value->name, value->type});
    }
    for (size_t i = 0; i < graph->outputs.len; i++) {
        const GraphOutput *output = &graph->outputs.at[i];
        VEC_PUSH(arena, &summary->outputs, (SummaryTensor){output->name, output->value->type});
    }
}

Summary *summary_of(Arena *arena, const Graph *graph) {
    Summary *summary = ARENA_NEW(arena, Summary);
    *summary = (Summary){.model = graph->model, .peak_names = "", .workspace_bytes = -1};
    list_interface(arena, graph, summary);
    int spatial[MAX_RANK], n_fields = 0;
    if (graph->inputs.len == 1) n_fields = type_spatial(&graph->inputs.at[0]->type, spatial);
    if (n_fields > MAX_SPATIAL) n_fields = MAX_SPATIAL;
    ReceptiveField(*fields)[MAX_SPATIAL] = arena_calloc(arena, graph->values.len, sizeof *fields);
    const Node *before = NULL;
    for (size_t n = 0; n < graph->nodes.len; n++) {
        const Node *node = graph->nodes.at[n];
        if (node->op == OP_INPUT) {
            for (int i = 0; i < MAX_SPATIAL; i++)
                fields[node->output->id][i] = (ReceptiveField){.size = 1, .jump = 1};
            continue;
        }
        find_fields(node, &graph->inputs.at[0]->type, fields, n_fields);
        SummaryLayer layer = describe(node, before);
        layer.n_fields = n_fields;
        memcpy(layer.fields, fields[node->output->id], sizeof layer.fields);
        VEC_PUSH(arena, &summary->layers, layer);
        summary->params = add_saturating(summary->params, layer.params);
        summary->macs = add_saturating(summary->macs, layer.macs);
        before = node;
    }
    find_peak(arena, graph, summary);
    find_smallest(arena, graph, summary);
    return summary;
}

/* Layers that have no step of their own: their results lie in other tensors, or are put together of
 * them. */
static bool is_view(OpKind op) {
    return op == OP_FLATTEN || op == OP_RESHAPE || op == OP_PERMUTE || op == OP_CONCAT ||
           op == OP_SPLIT || op == OP_CROP || op == OP_F32;
}

/* Steps stand in the order of the layers; some layers have none, and copies have no layer. */
void summary_add_plan(Summary *summary, const Plan *plan) {
    summary->workspace_bytes = plan->workspace_bytes;
    size_t at = 0;
    for (size_t i = 0; i < summary->layers.len; i++) {
        SummaryLayer *layer = &summary->layers.at[i];
        while (at < plan->steps.len && !plan->steps.at[at].node) at++;
        const PlanStep *step = at < plan->steps.len ? &plan->steps.at[at] : NULL;
        if (step && strcmp(step->node->path, layer->path) == 0) {
            layer->algorithm = plan_algorithm_name(step->algorithm);
            at++;
        } else {
            layer->algorithm = layer->op == OP_CONSTANT ? "constant"
                               : is_view(layer->op)     ? "view"
                                                        : "fused";
        }
    }
}
