/* The geometry of a figure: cells and the taps over them. */
#include "explain/figure.h"

static int64_t at_least(int64_t least, int64_t n) { return n < least ? least : n; }

static FigureAxis conv_figure(const WindowAxis *axis, int64_t kernel) {
    const ConvAxis *arith = &axis->arith;
    FigureAxis figure = {.input_first = arith->pad_lo, .input_step = 1, .window_step = arith->s};
    figure.padding_end = arith->pad_lo + arith->i + arith->pad_hi;
    figure.n = at_least(figure.padding_end, (axis->o - 1) * arith->s + kernel);
    return figure;
}

/* The guide's emulation: s - 1 zeros between the inputs, K - 1 - p around them and `a` more at the
 * end; the kernel, rotated, moves by one. Where K - 1 - p is negative the kernel begins inside. */
static FigureAxis tconv_figure(const WindowAxis *axis, int64_t kernel) {
    const ConvAxis *arith = &axis->arith;
    int64_t before = kernel - 1 - arith->pad_lo, after = kernel - 1 - arith->pad_hi + arith->a;
    FigureAxis figure = {.input_first = at_least(0, before),
                         .input_step = arith->s,
                         .window_first = at_least(0, -before),
                         .window_step = 1};
    int64_t end = figure.input_first + arith->s * (arith->i - 1) + 1;
    figure.extra = arith->a;
    figure.n = figure.padding_end = end + at_least(0, after);
    return figure;
}

FigureAxis figure_axis(const WindowAxis *axis, bool transposed) {
    const ConvAxis *arith = &axis->arith;
    int64_t kernel = arith->k;
    conv_effective_kernel(arith->k, arith->d, &kernel);
    FigureAxis figure = transposed ? tconv_figure(axis, kernel) : conv_figure(axis, kernel);
    figure.taps = (TapAxis){.i = arith->i,
                            .o = axis->o,
                            .k = arith->k,
                            .s = arith->s,
                            .d = arith->d,
                            .pad_lo = arith->pad_lo,
                            .transposed = transposed};
    return figure;
}

static void count_reader(void *readers, int64_t o, int64_t tap) {
    (void)o;
    (void)tap;
    ++*(int64_t *)readers;
}

FigureCell figure_cell(const FigureAxis *axis, int64_t cell) {
    int64_t from_input = cell - axis->input_first, readers = 0;
    int64_t after = from_input - axis->input_step * (axis->taps.i - 1);
    if (from_input < 0) return CELL_PADDING;
    if (after <= 0) {
        if (from_input % axis->input_step != 0) return CELL_BETWEEN;
        tap_readers(&axis->taps, from_input / axis->input_step, count_reader, &readers);
        return readers > 0 ? CELL_INPUT : CELL_UNREAD;
    }
    if (after <= axis->extra) return CELL_EXTRA;
    return cell < axis->padding_end ? CELL_PADDING : CELL_BEYOND;
}

bool figure_is_tapped(const FigureAxis *axis, int64_t o, int64_t cell) {
    int64_t from_window = cell - axis->window_first - axis->window_step * o;
    return from_window >= 0 && from_window % axis->taps.d == 0 &&
           from_window / axis->taps.d < axis->taps.k;
}
