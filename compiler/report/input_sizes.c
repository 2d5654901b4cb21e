/* Sets of inputs as text and as JSON. */
#include "report/input_sizes.h"

#include "report/json_out.h"
#include "tensor/search.h"

#include <string.h>

void input_sizes_print(Text *out, const InputSizes *sizes) {
    text_printf(out, "# %s: `%s` is ", sizes->model, sizes->output);
    for (int i = 0; i < sizes->n; i++)
        text_printf(out, "%s%lld", i ? "x" : "", (long long)sizes->axes[i].wanted);
    text_printf(out, " for these sizes of `%s`\n", sizes->input);
    if (sizes->tied)
        text_puts(out, "# (a reshape ties the axes: each is sought with the others as declared)\n");
    for (int i = 0; i < sizes->n; i++) {
        const InputAxis *axis = &sizes->axes[i];
        text_printf(out, "%s: ", axis->name);
        size_set_print(out, &axis->sizes);
        text_printf(out, "    # of 1 .. %lld\n", (long long)axis->sought);
    }
}

void input_sizes_print_json(Text *out, const InputSizes *sizes) {
    json_t *axes = json_array();
    for (int i = 0; i < sizes->n; i++) {
        const InputAxis *axis = &sizes->axes[i];
        json_t *runs = json_array();
        for (size_t r = 0; r < axis->sizes.runs.len; r++) {
            const SizeRun *run = &axis->sizes.runs.at[r];
            json_array_append_new(runs,
                                  json_pack("{s:I, s:I, s:I}", "least", (json_int_t)run->lo, "most",
                                            (json_int_t)run->hi, "step", (json_int_t)run->step));
        }
        json_array_append_new(axes, json_pack("{s:s, s:I, s:I, s:o}", "axis", axis->name, "wanted",
                                              (json_int_t)axis->wanted, "sought_up_to",
                                              (json_int_t)axis->sought, "inputs", runs));
    }
    json_out(out,
             json_pack("{s:s, s:s, s:s, s:b, s:o}", "model", sizes->model, "input", sizes->input,
                       "output", sizes->output, "tied", sizes->tied, "axes", axes));
}

static bool has_ambiguity(const Node *node) {
    return node->op == OP_CONV || node->op == OP_TCONV || op_is_pool(node->op);
}

/* All inputs of one axis that give its output. */
static ConvRange inputs_of(const Node *node, int axis) {
    const WindowAxis *window = &node->window[axis];
    SearchLayer layer = {.transposed = node->op == OP_TCONV, .n = 1};
    layer.axis[0] = (SearchAxis){.axis = window->arith,
                                 .has_word = node->same[axis],
                                 .word = PAD_SAME,
                                 .o = window->o,
                                 .pad_most = MAX_EXTENT};
    return search_input(&layer, 0);
}

static const char *axis_name(const Node *node, int axis) {
    int spatial[MAX_RANK];
    type_spatial(&node->output->type, spatial);
    return node->output->type.axes[spatial[axis]].name;
}

/* "223 .. 224", or one number. */
static const char *range_text(Arena *arena, ConvRange range) {
    return range.lo == range.hi
               ? arena_printf(arena, "%lld", (long long)range.lo)
               : arena_printf(arena, "%lld .. %lld", (long long)range.lo, (long long)range.hi);
}

enum { CELLS = 5 };

typedef struct Row {
    const char *cells[CELLS];
} Row;

static Row axis_row(Arena *arena, const Node *node, int axis) {
    ConvRange range = inputs_of(node, axis);
    const WindowAxis *window = &node->window[axis];
    return (Row){
        {axis == 0 ? node->path : "", axis_name(node, axis),
         arena_printf(arena, "%lld → %lld", (long long)window->arith.i, (long long)window->o),
         range_text(arena, range),
         range.lo == range.hi ? ""
                              : arena_printf(arena, "%lld", (long long)(range.hi - range.lo + 1))}};
}

static size_t width_of(const char *cell) {
    size_t width = 0;
    for (const char *c = cell; *c; c++) width += ((unsigned char)*c & 0xc0) != 0x80;
    return width;
}

void ambiguity_print(Text *out, const Graph *graph) {
    VEC(Row) rows = {0};
    Row head = {{"layer", "axis", "size", "the same from", "inputs"}};
    VEC_PUSH(out->arena, &rows, head);
    for (size_t n = 0; n < graph->nodes.len; n++) {
        const Node *node = graph->nodes.at[n];
        for (int axis = 0; has_ambiguity(node) && axis < node->n_axes; axis++)
            VEC_PUSH(out->arena, &rows, axis_row(out->arena, node, axis));
    }
    size_t widths[CELLS] = {0};
    for (size_t r = 0; r < rows.len; r++)
        for (int c = 0; c < CELLS; c++) {
            size_t width = width_of(rows.at[r].cells[c]);
            if (width > widths[c]) widths[c] = width;
        }
    for (size_t r = 0; r < rows.len; r++) {
        size_t pending = 0; /* blanks that stand only before another cell */
        for (int c = 0; c < CELLS; c++) {
            const char *cell = rows.at[r].cells[c];
            if (*cell) {
                text_fill(out, ' ', pending);
                pending = 0;
                text_puts(out, cell);
            }
            pending += widths[c] - width_of(cell) + 2;
        }
        text_puts(out, "\n");
    }
}

void ambiguity_print_json(Text *out, const Graph *graph) {
    json_t *layers = json_array();
    for (size_t n = 0; n < graph->nodes.len; n++) {
        const Node *node = graph->nodes.at[n];
        if (!has_ambiguity(node)) continue;
        json_t *axes = json_array();
        for (int axis = 0; axis < node->n_axes; axis++) {
            ConvRange range = inputs_of(node, axis);
            json_array_append_new(
                axes, json_pack("{s:s, s:I, s:I, s:I, s:I}", "axis", axis_name(node, axis), "input",
                                (json_int_t)node->window[axis].arith.i, "output",
                                (json_int_t)node->window[axis].o, "least", (json_int_t)range.lo,
                                "most", (json_int_t)range.hi));
        }
        json_array_append_new(layers, json_pack("{s:s, s:s, s:o}", "path", node->path, "op",
                                                op_name(node->op), "axes", axes));
    }
    json_out(out, json_pack("{s:s, s:o}", "model", graph->model, "layers", layers));
}
