/* The table of a summary. Columns are as wide as their widest cell. */
#include "report/summary.h"

#include <math.h>
#include <string.h>

enum {
    NAME,
    LAYER,
    KERNEL,
    STRIDE,
    PADDING,
    DILATION,
    EXTRA,
    OUTPUT,
    PARAMS,
    MACS,
    MEMORY,
    FIELD,
    ALGORITHM,
    COLUMNS
};

/* What names are shortened to where the terminal is narrow. */
enum { SHORT_NAME = 12 };

static const char *const titles[COLUMNS] = {"value",  "layer", "k",        "s",      "p",
                                            "d",      "a",     "output",   "params", "MACs",
                                            "memory", "rf",    "algorithm"};

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
    if (layer->n_fields == 0 || layer->op == OP_CONSTANT) return DASH;
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

/* The algorithms of a row's layers that are not part of another. */
static const char *show_algorithms(Arena *arena, const SummaryLayer *layers, size_t n) {
    Text text = text_in(arena);
    for (size_t i = 0; i < n; i++) {
        const char *algorithm = layers[i].algorithm;
        bool own = algorithm && strcmp(algorithm, "fused") != 0 && strcmp(algorithm, "view") != 0;
        if (own) text_printf(&text, "%s%s", text.len ? ", " : "", algorithm);
    }
    return text.len ? text_str(&text) : layers[0].algorithm ? layers[0].algorithm : DASH;
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
        [ALGORITHM] = show_algorithms(arena, layers, n),
    }};
}

/* The gap behind a column. */
static size_t gap_after(int column) { return column == PADDING || column >= EXTRA ? 3 : 2; }

static bool is_right(int column) { return column >= PARAMS && column != ALGORITHM; }

static void print_row(Text *out, const Row *row, const size_t *widths) {
    size_t pending = 0; /* blanks that stand only before another cell */
    for (int c = 0; c < COLUMNS; c++) {
        if (widths[c] == 0) continue; /* a column nobody needs, or that does not fit */
        size_t space = widths[c] - width_of(row->cells[c]);
        text_fill(out, ' ', pending + (is_right(c) ? space : 0));
        text_puts(out, row->cells[c]);
        pending = gap_after(c) + (is_right(c) ? 0 : space);
    }
    text_puts(out, "\n");
}

typedef struct Table {
    VEC(Row) rows;          /* the head first */
    size_t widths[COLUMNS]; /* 0: the column is left out */
} Table;

/* All rows at their full width; the algorithm is for who asks for it. */
static Table make_table(Arena *arena, const Summary *summary) {
    Table table = {0};
    Row head = {0};
    memcpy(head.cells, titles, sizeof titles);
    VEC_PUSH(arena, &table.rows, head);
    bool dilated = false, extra = false;
    for (size_t at = 0; at < summary->layers.len;) {
        size_t n = row_length(summary, at);
        VEC_PUSH(arena, &table.rows, make_row(arena, &summary->layers.at[at], n));
        at += n;
    }
    for (size_t i = 0; i < summary->layers.len; i++)
        for (int axis = 0; axis < summary->layers.at[i].n_axes; axis++) {
            dilated |= summary->layers.at[i].window[axis].arith.d > 1;
            extra |= summary->layers.at[i].window[axis].arith.a > 0;
        }
    for (size_t r = 0; r < table.rows.len; r++)
        for (int c = 0; c < ALGORITHM; c++) {
            size_t width = width_of(table.rows.at[r].cells[c]);
            if ((c == DILATION && !dilated) || (c == EXTRA && !extra)) continue;
            if (width > table.widths[c]) table.widths[c] = width;
        }
    return table;
}

/* The width of the table's longest line. */
static size_t table_width(const Table *table) {
    size_t width = 0, gap = 0;
    for (int c = 0; c < COLUMNS; c++) {
        if (table->widths[c] == 0) continue;
        width += gap + table->widths[c];
        gap = gap_after(c);
    }
    return width;
}

/* The cell, cut to `most` columns with an ellipsis. */
static const char *shortened(Arena *arena, const char *cell, size_t most) {
    if (width_of(cell) <= most) return cell;
    const char *end = cell;
    for (size_t width = 0; *end; end++) {
        width += ((unsigned char)*end & 0xc0) != 0x80;
        if (width == most) break;
    }
    return arena_printf(arena, "%.*s…", (int)(end - cell), cell);
}

static void shorten_column(Arena *arena, Table *table, int column) {
    if (table->widths[column] <= SHORT_NAME) return;
    table->widths[column] = SHORT_NAME;
    for (size_t r = 0; r < table->rows.len; r++)
        table->rows.at[r].cells[column] =
            shortened(arena, table->rows.at[r].cells[column], SHORT_NAME);
}

/* Makes the table as narrow as the terminal. */
static void fit_table(Arena *arena, Table *table, size_t columns) {
    static const int order[] = {MEMORY, FIELD, PARAMS,   MACS,  PADDING,
                                STRIDE, EXTRA, DILATION, KERNEL};
    if (columns == 0 || table_width(table) <= columns) return;
    shorten_column(arena, table, LAYER);
    if (table_width(table) > columns) shorten_column(arena, table, NAME);
    for (size_t i = 0; i < sizeof order / sizeof *order && table_width(table) > columns; i++)
        table->widths[order[i]] = 0;
}

/* Appends a paragraph, going on in the next line at its separators where a line would be wider than
 * the terminal; the separator goes with what is before it. */
static void print_wrapped(Text *out, const char *line, const char *separator, size_t columns) {
    size_t used = 0, skipped = strlen(separator);
    while (*line) {
        const char *end = strstr(line, separator);
        size_t len = end ? (size_t)(end - line) : strlen(line);
        const char *part = arena_strndup(out->arena, line, len);
        size_t width = width_of(part), gap = used ? width_of(separator) : 0;
        if (used && columns && used + gap + width > columns) {
            text_puts(out, "\n  ");
            used = 2;
        } else if (used) {
            text_puts(out, separator);
            used += gap;
        }
        text_puts(out, part);
        used += width;
        line += len + (end ? skipped : 0);
    }
    text_puts(out, "\n");
}

static void print_interface(Text *out, const Summary *summary) {
    text_printf(out, "%s   f32   ", summary->model);
    for (size_t i = 0; i < summary->inputs.len; i++) {
        const SummaryTensor *tensor = &summary->inputs.at[i];
        bool is_f32 = tensor->type.dtype == DTYPE_F32;
        text_printf(out, "%s%s %s", i ? ", " : "", tensor->name,
                    is_f32 ? "" : dtype_name(tensor->type.dtype));
        type_print_sizes(out, &tensor->type);
    }
    text_puts(out, " → ");
    for (size_t i = 0; i < summary->outputs.len; i++) {
        const SummaryTensor *tensor = &summary->outputs.at[i];
        text_printf(out, "%s%s ", i ? ", " : "", tensor->name);
        type_print_sizes(out, &tensor->type);
    }
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

static void print_totals(Text *line, const Summary *summary) {
    Arena *arena = line->arena;
    text_printf(line, "%s parameters (%s) · %s MACs · peak activations %s (%s)",
                show_count(arena, summary->params), show_bytes(arena, 4 * summary->params),
                show_count(arena, summary->macs), show_bytes(arena, summary->peak_bytes),
                summary->peak_names);
    for (int i = 0; i < summary->n_smallest; i++)
        text_printf(line, "%s%lld", i ? "×" : " · smallest input ",
                    (long long)summary->smallest[i]);
    text_puts(line, " · ");
    print_unread(line, summary);
}

void summary_print(Text *out, const Summary *summary, size_t columns) {
    Arena *arena = out->arena;
    Text interface = text_in(arena), totals = text_in(arena);
    print_interface(&interface, summary);
    print_wrapped(out, text_str(&interface), " → ", columns);
    Table table = make_table(arena, summary);
    fit_table(arena, &table, columns);
    for (size_t r = 0; r < table.rows.len; r++) print_row(out, &table.rows.at[r], table.widths);
    text_puts(&totals, "total  ");
    print_totals(&totals, summary);
    print_wrapped(out, text_str(&totals), " · ", columns);
}

void summary_print_markdown(Text *out, const Summary *summary) {
    Text interface = text_in(out->arena), totals = text_in(out->arena);
    print_interface(&interface, summary);
    print_totals(&totals, summary);
    Table table = make_table(out->arena, summary);
    table.widths[ALGORITHM] = 1; /* Markdown lays it out */
    text_printf(out, "%s\n\n", text_str(&interface));
    for (size_t r = 0; r < table.rows.len; r++) {
        for (int c = 0; c < COLUMNS; c++)
            if (table.widths[c]) text_printf(out, "| %s ", table.rows.at[r].cells[c]);
        text_puts(out, "|\n");
        for (int c = 0; c < COLUMNS && r == 0; c++)
            if (table.widths[c]) text_puts(out, is_right(c) ? "|---:" : "|---");
        if (r == 0) text_puts(out, "|\n");
    }
    text_printf(out, "\n%s\n", text_str(&totals));
}
