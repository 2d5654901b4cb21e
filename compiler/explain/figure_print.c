/* Figures as characters: three columns a cell, brackets for the taps of the kernel. */
#include "explain/figure.h"

enum {
    HEAD_SHOWN = 16, /* of a line that is too long: its first cells ... */
    TAIL_SHOWN = 6,  /* ... and its last */
    MAX_SHOWN = HEAD_SHOWN + TAIL_SHOWN + 1,
    CELL_COLUMNS = 3,
    MAX_COLUMNS = 96,    /* of a plane and its output side by side */
    LEGEND_COLUMNS = 30, /* after which a line of the legend ends */
    GAP = -1             /* in place of a cell: those between are left out */
};

static const struct {
    char glyph;
    const char *colour; /* ANSI; "" for none */
    const char *words;
} looks[FIGURE_CELLS] = {
    [CELL_INPUT] = {'x', "\033[34m", "input"},
    [CELL_UNREAD] = {'-', "\033[31m", "input that is never read"},
    [CELL_BETWEEN] = {':', "", "zero between inputs"},
    [CELL_EXTRA] = {'a', "\033[33m", "zero of a (R14)"},
    [CELL_PADDING] = {'.', "", "padding"},
    [CELL_BEYOND] = {'/', "", "beyond the padding"},
};

/* Which of n cells are shown. */
typedef struct Shown {
    int64_t at[MAX_SHOWN]; /* a cell, or GAP */
    int n;
} Shown;

static Shown choose(int64_t n) {
    Shown shown = {.n = 0};
    bool all = n <= HEAD_SHOWN + TAIL_SHOWN;
    for (int64_t i = 0; i < (all ? n : HEAD_SHOWN); i++) shown.at[shown.n++] = i;
    if (all) return shown;
    shown.at[shown.n++] = GAP;
    for (int64_t i = n - TAIL_SHOWN; i < n; i++) shown.at[shown.n++] = i;
    return shown;
}

/* What one figure is drawn with. */
typedef struct Pen {
    Text *out;
    bool colour;
    bool used[FIGURE_CELLS]; /* for the legend */
} Pen;

static void draw(Pen *pen, const char *colour, const char *open, char glyph, const char *close) {
    bool coloured = pen->colour && *colour;
    text_printf(pen->out, "%s%s%c%s%s", coloured ? colour : "", open, glyph, close,
                coloured ? "\033[0m" : "");
}

static void draw_cell(Pen *pen, FigureCell cell, bool tapped) {
    pen->used[cell] = true;
    draw(pen, looks[cell].colour, tapped ? "[" : " ", looks[cell].glyph, tapped ? "]" : " ");
}

static void draw_gap(Pen *pen) { text_puts(pen->out, "..."); }

/* Blanks at the ends of lines come from cells that stand open. */
static void end_line(Pen *pen) {
    Text *out = pen->out;
    while (out->len > 0 && out->bytes[out->len - 1] == ' ') out->bytes[--out->len] = '\0';
    text_puts(out, "\n");
}

/* What the characters mean, in lines that fit beside a figure. */
static void draw_legend(Pen *pen, const char *kernel) {
    size_t line = pen->out->len;
    for (int cell = 0; cell < FIGURE_CELLS; cell++) {
        if (!pen->used[cell]) continue;
        text_printf(pen->out, "%c %s", looks[cell].glyph, looks[cell].words);
        bool full = pen->out->len - line > LEGEND_COLUMNS;
        text_puts(pen->out, full ? "\n" : ", ");
        if (full) line = pen->out->len;
    }
    text_printf(pen->out, "%s\n", kernel);
    if (pen->used[CELL_BETWEEN] || pen->used[CELL_EXTRA])
        text_puts(pen->out, "The zeros show where the kernel stands; they are never multiplied.\n");
}

/* One axis: its cells, then for each output the taps over them. */
static void draw_line(Pen *pen, const FigureAxis *axis, const char *name) {
    enum { LABEL = 9 };
    Shown cells = choose(axis->n), outputs = choose(axis->taps.o);
    text_printf(pen->out, "%s: %lld → %lld\n", name, (long long)axis->taps.i,
                (long long)axis->taps.o);
    text_fill(pen->out, ' ', LABEL);
    for (int c = 0; c < cells.n; c++) {
        if (cells.at[c] == GAP)
            draw_gap(pen);
        else
            draw_cell(pen, figure_cell(axis, cells.at[c]), false);
    }
    end_line(pen);
    for (int o = 0; o < outputs.n; o++) {
        if (outputs.at[o] == GAP) {
            text_puts(pen->out, "...\n");
            continue;
        }
        size_t before = pen->out->len;
        text_printf(pen->out, "y[%lld]", (long long)outputs.at[o]);
        size_t used = pen->out->len - before;
        text_fill(pen->out, ' ', used < LABEL ? LABEL - used : 1);
        for (int c = 0; c < cells.n; c++) {
            int64_t cell = cells.at[c];
            bool tapped = cell != GAP && figure_is_tapped(axis, outputs.at[o], cell);
            bool on_data = tapped && figure_cell(axis, cell) == CELL_INPUT;
            if (tapped)
                draw(pen, on_data ? "\033[36m" : "", " ", on_data ? 'w' : '.', " ");
            else
                text_fill(pen->out, ' ', CELL_COLUMNS);
        }
        end_line(pen);
    }
}

/* The cell of a plane: the one of its two axes that is further from an input. */
static FigureCell plane_cell(const FigureAxis *axes, int64_t row, int64_t column) {
    FigureCell a = figure_cell(&axes[0], row), b = figure_cell(&axes[1], column);
    return a > b ? a : b;
}

static void draw_plane_row(Pen *pen, const FigureAxis *axes, int64_t row, const Shown *columns) {
    for (int c = 0; c < columns->n; c++) {
        int64_t column = columns->at[c];
        if (row == GAP || column == GAP)
            draw_gap(pen);
        else
            draw_cell(pen, plane_cell(axes, row, column),
                      figure_is_tapped(&axes[0], 0, row) && figure_is_tapped(&axes[1], 0, column));
    }
}

static void draw_output_row(Pen *pen, int64_t row, const Shown *columns) {
    for (int c = 0; c < columns->n; c++) {
        bool first = row == 0 && columns->at[c] == 0;
        if (row == GAP || columns->at[c] == GAP)
            draw_gap(pen);
        else
            draw(pen, "\033[36m", first ? "[" : " ", 'y', first ? "]" : " ");
    }
}

/* The input's plane, and beside it, or below where there is no room, the output's. */
static void draw_plane(Pen *pen, const FigureAxis *axes, const char *const *names) {
    enum { BETWEEN = 6 };
    text_printf(pen->out, "%s×%s: %lld×%lld → %lld×%lld\n", names[0], names[1],
                (long long)axes[0].taps.i, (long long)axes[1].taps.i, (long long)axes[0].taps.o,
                (long long)axes[1].taps.o);
    Shown rows = choose(axes[0].n), columns = choose(axes[1].n);
    Shown out_rows = choose(axes[0].taps.o), out_columns = choose(axes[1].taps.o);
    bool beside = CELL_COLUMNS * (columns.n + out_columns.n) + BETWEEN <= MAX_COLUMNS;
    for (int r = 0; r < rows.n || (beside && r < out_rows.n); r++) {
        if (r < rows.n)
            draw_plane_row(pen, axes, rows.at[r], &columns);
        else
            text_fill(pen->out, ' ', (size_t)(CELL_COLUMNS * columns.n));
        if (beside && r < out_rows.n) {
            text_fill(pen->out, ' ', BETWEEN);
            draw_output_row(pen, out_rows.at[r], &out_columns);
        }
        end_line(pen);
    }
    if (beside) return;
    text_puts(pen->out, "\n");
    for (int r = 0; r < out_rows.n; r++) {
        draw_output_row(pen, out_rows.at[r], &out_columns);
        end_line(pen);
    }
}

void figure_print(Text *out, const Node *node, bool colour) {
    Pen pen = {.out = out, .colour = colour};
    FigureAxis axes[MAX_SPATIAL];
    const char *names[MAX_SPATIAL];
    const TensorType *type = &node->inputs[0]->type;
    int spatial[MAX_RANK];
    type_spatial(type, spatial);
    for (int i = 0; i < node->n_axes; i++) {
        axes[i] = figure_axis(&node->window[i], node->op == OP_TCONV);
        names[i] = type->axes[spatial[i]].name;
    }
    if (node->n_axes == 2) {
        draw_plane(&pen, axes, names);
        draw_legend(&pen, "y output, [ ] the kernel's taps for the first output");
        return;
    }
    for (int i = 0; i < node->n_axes; i++) {
        if (i > 0) text_puts(out, "\n");
        draw_line(&pen, &axes[i], names[i]);
    }
    draw_legend(&pen, "w a tap of the kernel on an input");
}
