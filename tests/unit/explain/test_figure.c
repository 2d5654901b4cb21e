/* Figures against the definition of the layers: what is drawn at each cell, what the kernel reads,
 * and how many of each kind there are, for random geometries; then the characters themselves. */
#include "driver/explain_run.h"
#include "explain/figure.h"

#include <criterion/criterion.h>
#include <stdio.h>

typedef struct Random {
    uint64_t state;
} Random;

static int64_t pick(Random *random, int64_t least, int64_t most) {
    random->state = random->state * 6364136223846793005u + 1442695040888963407u;
    return least + (int64_t)((random->state >> 33) % (uint64_t)(most - least + 1));
}

/* A legal axis, up to half of them with unusual paddings. */
static WindowAxis draw_axis(Random *random, bool transposed) {
    for (;;) {
        WindowAxis axis = {.arith = {.i = pick(random, 1, 9),
                                     .k = pick(random, 1, 5),
                                     .s = pick(random, 1, 4),
                                     .d = pick(random, 1, 3),
                                     .pad_lo = pick(random, 0, 4),
                                     .pad_hi = pick(random, 0, 4)}};
        axis.arith.ceil = !transposed && pick(random, 0, 2) == 0;
        if (transposed) axis.arith.a = pick(random, 0, axis.arith.s - 1);
        if ((transposed ? tconv_output_extent : conv_output_extent)(&axis.arith, &axis.o) ==
            CONV_OK)
            return axis;
    }
}

/* True if output o reads input i through some tap (language.md 2.5). */
static bool reads(const WindowAxis *axis, bool transposed, int64_t o, int64_t i) {
    const ConvAxis *a = &axis->arith;
    for (int64_t t = 0; t < a->k; t++)
        if (transposed ? o == a->s * i + a->d * t - a->pad_lo
                       : i == a->s * o + a->d * t - a->pad_lo)
            return true;
    return false;
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t at_least(int64_t bound, int64_t n) { return n < bound ? bound : n; }

/* What must be drawn of each kind. */
static void expect_counts(const WindowAxis *axis, bool transposed, int64_t counts[FIGURE_CELLS]) {
    const ConvAxis *a = &axis->arith;
    int64_t kernel = a->d * (a->k - 1) + 1;
    for (int64_t i = 0; i < a->i; i++) {
        bool read = false;
        for (int64_t o = 0; o < axis->o; o++) read |= reads(axis, transposed, o, i);
        counts[read ? CELL_INPUT : CELL_UNREAD]++;
    }
    if (!transposed) {
        counts[CELL_PADDING] = a->pad_lo + a->pad_hi;
        counts[CELL_BEYOND] =
            at_least(0, (axis->o - 1) * a->s + kernel - (a->i + a->pad_lo + a->pad_hi));
        return;
    }
    int64_t after = at_least(0, kernel - 1 - a->pad_hi + a->a);
    counts[CELL_BETWEEN] = (a->s - 1) * (a->i - 1);
    counts[CELL_EXTRA] = least(a->a, after);
    counts[CELL_PADDING] = at_least(0, kernel - 1 - a->pad_lo) + after - counts[CELL_EXTRA];
}

static const char *say(Arena *arena, const WindowAxis *axis, bool transposed) {
    const ConvAxis *a = &axis->arith;
    return arena_printf(arena, "%s i=%d k=%d s=%d d=%d p=(%d, %d) a=%d%s",
                        transposed ? "tconv" : "conv", (int)a->i, (int)a->k, (int)a->s, (int)a->d,
                        (int)a->pad_lo, (int)a->pad_hi, (int)a->a, a->ceil ? " ceil" : "");
}

static void check_axis(Arena *arena, const WindowAxis *axis, bool transposed) {
    FigureAxis figure = figure_axis(axis, transposed);
    const char *name = say(arena, axis, transposed);
    int64_t wanted[FIGURE_CELLS] = {0}, counts[FIGURE_CELLS] = {0}, products = 0;
    expect_counts(axis, transposed, wanted);
    for (int64_t cell = 0; cell < figure.n; cell++) counts[figure_cell(&figure, cell)]++;
    for (int kind = 0; kind < FIGURE_CELLS; kind++)
        cr_assert_eq(counts[kind], wanted[kind], "%s: %d cells of kind %d, not %d", name,
                     (int)counts[kind], kind, (int)wanted[kind]);
    for (int64_t o = 0; o < axis->o; o++) {
        int64_t taps = 0;
        for (int64_t cell = 0; cell < figure.n; cell++) {
            bool tapped = figure_is_tapped(&figure, o, cell);
            FigureCell kind = figure_cell(&figure, cell);
            taps += tapped;
            if (kind != CELL_INPUT) continue;
            int64_t i = (cell - figure.input_first) / figure.input_step;
            products += tapped;
            cr_assert_eq(tapped, reads(axis, transposed, o, i), "%s: output %d, input %d", name,
                         (int)o, (int)i);
        }
        cr_assert_eq(taps, axis->arith.k, "%s: output %d has %d taps", name, (int)o, (int)taps);
    }
    cr_assert_eq(products, tap_nnz(&figure.taps), "%s: %d products", name, (int)products);
}

Test(figure, cells_and_taps_are_those_of_the_definition) {
    Arena *arena = arena_create();
    Random random = {1};
    for (int n = 0; n < 20000; n++) {
        bool transposed = n % 2;
        WindowAxis axis = draw_axis(&random, transposed);
        check_axis(arena, &axis, transposed);
        if (n % 1000 == 0) arena_reset(arena);
    }
    arena_destroy(arena);
}

/* "{H: (1, 2), W: (0, 1)}" of one quantity of each axis. */
static const char *map(Arena *arena, const char *format, const WindowAxis axes[2], size_t offset,
                       size_t second) {
    Text text = text_in(arena);
    for (int i = 0; i < 2; i++) {
        const char *arith = (const char *)&axes[i].arith;
        long long a = (long long)*(const int64_t *)(arith + offset);
        long long b = (long long)*(const int64_t *)(arith + second);
        text_printf(&text, "%s%s: ", i ? ", " : "{", i ? "W" : "H");
        text_printf(&text, strchr(format, '(') ? "(%lld, %lld)" : "%lld", a, b);
    }
    text_puts(&text, "}");
    return text_str(&text);
}

/* The layer as a program, run. */
static const Graph *compile(Arena *arena, const WindowAxis axes[2], bool transposed) {
#define OFFSET(field) offsetof(ConvAxis, field)
    Text text = text_in(arena);
    text_printf(&text,
                "net 1\nweights random(seed=1)\ninput x : f32[C: 1, H: %d, W: %d]\n"
                "output y = x |> %s(c=1, k=%s, s=%s, p=%s, d=%s",
                (int)axes[0].arith.i, (int)axes[1].arith.i, transposed ? "tconv" : "conv",
                map(arena, "n", axes, OFFSET(k), OFFSET(k)),
                map(arena, "n", axes, OFFSET(s), OFFSET(s)),
                map(arena, "(", axes, OFFSET(pad_lo), OFFSET(pad_hi)),
                map(arena, "n", axes, OFFSET(d), OFFSET(d)));
    if (transposed) text_printf(&text, ", a=%s", map(arena, "n", axes, OFFSET(a), OFFSET(a)));
    text_puts(&text, ")\n");
    size_t len = text.len;
    text_append(&text, "\0", 2);
    SemaFile file = {"figure.net", text.bytes, len};
    Explainer explainer = explain_with_front(arena, false);
    ExplainRun run;
    const char *wrong = explainer.run(&explainer, &(SemaFiles){.at = &file, .n = 1, .alone = true},
                                      "", false, &run);
    cr_assert_null(wrong, "%s", wrong);
    cr_assert(run.graph, "%s%s", text.bytes, run.diagnostics);
    return run.graph;
}

static int64_t count(const char *text, char wanted) {
    int64_t n = 0;
    for (; *text; text++) n += *text == wanted;
    return n;
}

/* The cells of a plane up to the legend, counted by character. */
Test(figure, a_plane_has_the_characters_of_its_axes) {
    static const char glyphs[] = {[CELL_INPUT] = 'x', [CELL_UNREAD] = '-',  [CELL_BETWEEN] = ':',
                                  [CELL_EXTRA] = 'a', [CELL_PADDING] = '.', [CELL_BEYOND] = '/'};
    Arena *arena = arena_create();
    Random random = {2};
    for (int n = 0; n < 400; n++) {
        bool transposed = n % 2;
        WindowAxis axes[2] = {draw_axis(&random, transposed), draw_axis(&random, transposed)};
        if (axes[0].arith.ceil || axes[1].arith.ceil) continue; /* conv is never rounded up */
        FigureAxis figures[2] = {figure_axis(&axes[0], transposed),
                                 figure_axis(&axes[1], transposed)};
        if (figures[0].n > 22 || figures[1].n > 22 || axes[0].o > 22 || axes[1].o > 22) continue;
        const Graph *graph = compile(arena, axes, transposed);
        Text text = text_in(arena);
        figure_print(&text, graph->nodes.at[graph->nodes.len - 1], false);
        char *cells = strchr(text.bytes, '\n') + 1, *legend = strstr(cells, "\nx input");
        if (!legend) legend = strstr(cells, "\n- input");
        cr_assert(legend, "%s", text.bytes);
        *legend = '\0';
        int64_t wanted[FIGURE_CELLS] = {0};
        for (int64_t row = 0; row < figures[0].n; row++)
            for (int64_t column = 0; column < figures[1].n; column++) {
                FigureCell a = figure_cell(&figures[0], row), b = figure_cell(&figures[1], column);
                wanted[a > b ? a : b]++;
            }
        for (int kind = 0; kind < FIGURE_CELLS; kind++)
            cr_assert_eq(count(cells, glyphs[kind]), wanted[kind], "%c\n%s", glyphs[kind], cells);
        cr_assert_eq(count(cells, 'y'), axes[0].o * axes[1].o, "%s", cells);
        cr_assert_eq(count(cells, '['), axes[0].arith.k * axes[1].arith.k + 1, "%s", cells);
        arena_reset(arena);
    }
    arena_destroy(arena);
}

/* A large layer is drawn at its ends only, within the columns of a page. */
Test(figure, a_large_layer_is_drawn_at_its_ends) {
    Arena *arena = arena_create();
    WindowAxis axes[2] = {{.arith = {.i = 224, .k = 7, .s = 2, .d = 1, .pad_lo = 3, .pad_hi = 3}},
                          {.arith = {.i = 8, .k = 7, .s = 2, .d = 1, .pad_lo = 3, .pad_hi = 3}}};
    for (int n = 0; n < 2; n++, axes[1] = axes[0]) {
        const Graph *graph = compile(arena, axes, false);
        Text text = text_in(arena);
        figure_print(&text, graph->nodes.at[graph->nodes.len - 1], false);
        cr_assert(strstr(text.bytes, "..."), "%s", text.bytes);
        for (const char *line = text.bytes; *line; line += strcspn(line, "\n") + 1)
            cr_assert_leq(strcspn(line, "\n"), 96u, "%s", text.bytes);
        cr_assert_leq(count(text.bytes, '\n'), 60, "%s", text.bytes);
    }
    arena_destroy(arena);
}
