/* The table of a summary. Columns are as wide as their widest cell. */
#include "report/summary.h"

#include <math.h>
#include <string.h>

enum { NAME, LAYER, KERNEL, STRIDE, PADDING, DILATION, EXTRA, OUTPUT, PARAMS, MACS, MEMORY, FIELD };
enum { COLUMNS = FIELD + 1 };

static const char *const titles[COLUMNS] = {"value", "layer",  "k",      "s",    "p",      "d",
                                            "a",     "output", "params", "MACs", "memory", "rf"};

typedef struct Row {
    const char *cells[COLUMNS];
} Row;

#define DASH "–"

/* Columns on a terminal: every character here is one wide. */
static size_t width_of(const char *cell) {
    size_t width = 0;
    for (const char *c = cell; *c; c++) width += ((unsigned char)*c & 0xc0) != 0x80;
    return width;
}

/* "480 B", "18.4 K": powers of 1024, one decimal. */
static const char *show_bytes(Arena *arena, int64_t bytes) {
    static const char units[] = "KMGTPE";
    if (bytes < 1024) return arena_printf(arena, "%d B", (int)bytes);
    double size = (double)bytes / 1024;
    int unit = 0;
    for (; size >= 1024; unit++) size /= 1024;
    return arena_printf(arena, "%.1f %c", floor(10 * size + 0.5) / 10, units[unit]);
}

static const char *show_count(Arena *arena, int64_t n) {
    Text text = text_in(arena);
    text_count(&text, n);
    return text_str(&text);
}

/* The cell of a quantity along each axis: one word if all are equal, else joined by x. */
static const char *show_axes(Arena *arena, const SummaryLayer *layer,
                             const char *(*show)(Arena *, const WindowAxis *)) {
    if (layer->n_axes == 0) return DASH;
    Text text = text_in(arena);
    bool equal = true;
    const char *first = show(arena, &layer->window[0]);
    for (int i = 0; i < layer->n_axes; i++) {
        const char *cell = show(arena, &layer->window[i]);
        equal &= strcmp(cell, first) == 0;
        text_printf(&text, "%s%s", i ? "x" : "", cell);
    }
    return equal ? first : text_str(&text);
}

static const char *show_kernel(Arena *arena, const WindowAxis *axis) {
    return arena_printf(arena, "%lld", (long long)axis->arith.k);
}

static const char *show_stride(Arena *arena, const WindowAxis *axis) {
    return arena_printf(arena, "%lld", (long long)axis->arith.s);
}

static const char *show_padding(Arena *arena, const WindowAxis *axis) {
    long long lo = axis->arith.pad_lo, hi = axis->arith.pad_hi;
    return lo == hi ? arena_printf(arena, "%lld", lo) : arena_printf(arena, "(%lld, %lld)", lo, hi);
}

static const char *show_dilation(Arena *arena, const WindowAxis *axis) {
    return arena_printf(arena, "%lld", (long long)axis->arith.d);
}

static const char *show_extra(Arena *arena, const WindowAxis *axis) {
    return arena_printf(arena, "%lld", (long long)axis->arith.a);
}

/* Receptive fields are whole numbers of input elements: a part of one is one. */
static const char *show_field(Arena *arena, const SummaryLayer *layer) {
    if (layer->n_fields == 0) return DASH;
    Text text = text_in(arena);
    bool equal = true;
    for (int i = 0; i < layer->n_fields; i++) {
        if (layer->fields[i].all) return "all";
        equal &= layer->fields[i].size == layer->fields[0].size;
        text_printf(&text, "%s%.0f", i ? "x" : "", ceil(layer->fields[i].size));
    }
    return equal ? arena_printf(arena, "%.0f", ceil(layer->fields[0].size)) : text_str(&text);
}

/* Layers that do work of their own begin a row; those that only change each element join it. */
static bool begins_row(const SummaryLayer *layer) {
    return op_is_window(layer->op) || op_most_inputs(layer->op) > 1;
}

/* The number of layers in the row that begins at `first`. */
static size_t row_length(const Summary *summary, size_t first) {
    bool begun = begins_row(&summary->layers.at[first]);
    size_t n = 1;
    for (; first + n < summary->layers.len; n++) {
        const SummaryLayer *next = &summary->layers.at[first + n];
        if (!next->joins || (begun && begins_row(next))) break;
        begun |= begins_row(next);
    }
    return n;
}

static Row make_row(Arena *arena, const SummaryLayer *layers, size_t n) {
    const SummaryLayer *last = &layers[n - 1], *window = last;
    Text names = text_in(arena);
    int64_t params = 0, macs = 0;
    for (size_t i = 0; i < n; i++) {
        params += layers[i].params;
        macs += layers[i].macs;
        if (layers[i].n_axes) window = &layers[i];
        if (layers[i].op == OP_FLATTEN && n > 1) continue; /* moves nothing */
        text_printf(&names, "%s%s", names.len ? ", " : "", op_name(layers[i].op));
    }
    return (Row){{
        [NAME] = last->value,
        [LAYER] = text_str(&names),
        [KERNEL] = show_axes(arena, window, show_kernel),
        [STRIDE] = show_axes(arena, window, show_stride),
        [PADDING] = show_axes(arena, window, show_padding),
        [DILATION] = show_axes(arena, window, show_dilation),
        [EXTRA] = show_axes(arena, window, show_extra),
        [OUTPUT] = type_sizes(arena, &last->out),
        [PARAMS] = show_count(arena, params),
        [MACS] = macs ? show_count(arena, macs) : DASH,
        [MEMORY] = show_bytes(arena, last->bytes),
        [FIELD] = show_field(arena, last),
    }};
}

static void print_row(Text *out, const Row *row, const size_t *widths) {
    for (int c = 0; c < COLUMNS; c++) {
        if (widths[c] == 0) continue; /* a column nobody needs */
        size_t space = widths[c] - width_of(row->cells[c]);
        bool right = c >= PARAMS;
        if (right) text_fill(out, ' ', space);
        text_puts(out, row->cells[c]);
        if (c == FIELD) break;
        if (!right) text_fill(out, ' ', space);
        text_puts(out, c == PADDING || c >= EXTRA ? "   " : "  ");
    }
    text_puts(out, "\n");
}

static void print_table(Text *out, const Summary *summary) {
    Arena *arena = out->arena;
    VEC(Row) rows = {0};
    Row head = {0};
    memcpy(head.cells, titles, sizeof titles);
    VEC_PUSH(arena, &rows, head);
    bool dilated = false, extra = false;
    for (size_t at = 0; at < summary->layers.len;) {
        size_t n = row_length(summary, at);
        VEC_PUSH(arena, &rows, make_row(arena, &summary->layers.at[at], n));
        at += n;
    }
    for (size_t i = 0; i < summary->layers.len; i++)
        for (int axis = 0; axis < summary->layers.at[i].n_axes; axis++) {
            dilated |= summary->layers.at[i].window[axis].arith.d > 1;
            extra |= summary->layers.at[i].window[axis].arith.a > 0;
        }
    size_t widths[COLUMNS] = {0};
    for (size_t r = 0; r < rows.len; r++)
        for (int c = 0; c < COLUMNS; c++) {
            size_t width = width_of(rows.at[r].cells[c]);
            if ((c == DILATION && !dilated) || (c == EXTRA && !extra)) continue;
            if (width > widths[c]) widths[c] = width;
        }
    for (size_t r = 0; r < rows.len; r++) print_row(out, &rows.at[r], widths);
}

static void print_interface(Text *out, const Summary *summary) {
    text_printf(out, "%s   f32   ", summary->model);
    for (size_t i = 0; i < summary->inputs.len; i++) {
        const SummaryTensor *tensor = &summary->inputs.at[i];
        text_printf(out, "%s%s ", i ? ", " : "", tensor->name);
        type_print_sizes(out, &tensor->type);
    }
    text_puts(out, " → ");
    for (size_t i = 0; i < summary->outputs.len; i++) {
        const SummaryTensor *tensor = &summary->outputs.at[i];
        text_printf(out, "%s%s ", i ? ", " : "", tensor->name);
        type_print_sizes(out, &tensor->type);
    }
    text_puts(out, "\n");
}

/* "unread: 1×1 after s2", or "nothing unread". */
static void print_unread(Text *out, const Summary *summary) {
    const char *joint = "unread: ";
    for (size_t i = 0; i < summary->layers.len; i++) {
        const SummaryLayer *layer = &summary->layers.at[i];
        int64_t sum = 0;
        for (int axis = 0; axis < layer->n_axes; axis++) sum |= layer->unread[axis];
        if (sum == 0) continue;
        text_puts(out, joint);
        for (int axis = 0; axis < layer->n_axes; axis++)
            text_printf(out, "%s%lld", axis ? "×" : "", (long long)layer->unread[axis]);
        text_printf(out, " before %s", layer->path);
        joint = ", ";
    }
    if (joint[0] == 'u') text_puts(out, "nothing unread");
}

void summary_print(Text *out, const Summary *summary) {
    Arena *arena = out->arena;
    print_interface(out, summary);
    print_table(out, summary);
    text_printf(out, "total  %s parameters (%s) · %s MACs · peak activations %s (%s)",
                show_count(arena, summary->params), show_bytes(arena, 4 * summary->params),
                show_count(arena, summary->macs), show_bytes(arena, summary->peak_bytes),
                summary->peak_names);
    for (int i = 0; i < summary->n_smallest; i++)
        text_printf(out, "%s%lld", i ? "×" : " · smallest input ", (long long)summary->smallest[i]);
    text_puts(out, " · ");
    print_unread(out, summary);
    text_puts(out, "\n");
}
