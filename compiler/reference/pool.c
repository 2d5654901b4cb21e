/* Pools from their definitions: a function of the window's elements on data.
 *
 *     maxpool  the largest; NaN wins, padding never does
 *     minpool  the smallest, likewise
 *     sumpool  the sum
 *     avgpool  the sum over their number (count=inside), or over the number of window cells on data
 *              and padding (count=all); cells beyond the padding, which rounding up brings, never
 *              count
 *     lppool   the n-th root of the sum of |x|^n */
#include "reference/element.h"

#include <float.h>
#include <math.h>

/* The elements that one output sees: a rectangle of cells, some on data. */
typedef struct Cells {
    const Node *node;
    View input;
    const float *x; /* the channel's first element */
    Position out;
} Cells;

static Cells cells_of(const Node *node, const float *input, int64_t index) {
    View output = view_of(&node->output->type);
    Cells cells = {.node = node,
                   .input = view_of(&node->inputs[0]->type),
                   .out = view_position(&output, index)};
    cells.x = input + cells.out.n * cells.input.n_stride + cells.out.c * cells.input.c_stride;
    return cells;
}

/* What is made of the elements on data. */
typedef struct Seen {
    int64_t n;        /* elements */
    double value;     /* the largest, the smallest, or the sum */
    double magnitude; /* sums: of |x| */
    double exponent;  /* lppool: n */
    double top;       /* lppool: the largest |x|, or 1; the sum is that of (|x|/top)^n */
    double error;     /* lppool: how far compiled code may be from that sum for its powers */
} Seen;

/* Calls visit with each element on data. */
static void each_on_data(const Cells *cells, void (*visit)(Seen *, double), Seen *seen) {
    ConvAxis axis[MAX_SPATIAL];
    for (int n = 0; n < MAX_SPATIAL; n++) axis[n] = window_axis(cells->node, n);
    int64_t taps = axis[0].k * axis[1].k * axis[2].k;
    for (int64_t tap = 0; tap < taps; tap++) {
        int64_t j[MAX_SPATIAL] = {tap / (axis[1].k * axis[2].k), tap / axis[2].k % axis[1].k,
                                  tap % axis[2].k};
        int64_t offset = 0;
        bool on_data = true;
        for (int n = 0; n < MAX_SPATIAL; n++) {
            int64_t x = axis[n].s * cells->out.at[n] + axis[n].d * j[n] - axis[n].pad_lo;
            on_data = on_data && x >= 0 && x < cells->input.extent[n];
            offset += x * cells->input.stride[n];
        }
        if (on_data) visit(seen, cells->x[offset]);
    }
}

/* Cells on data and padding. */
static int64_t count_all(const Cells *cells) {
    int64_t count = 1;
    for (int n = 0; n < MAX_SPATIAL; n++) {
        ConvAxis axis = window_axis(cells->node, n);
        int64_t along = 0;
        for (int64_t j = 0; j < axis.k; j++)
            along += axis.s * cells->out.at[n] + axis.d * j - axis.pad_lo < axis.i + axis.pad_hi;
        count *= along;
    }
    return count;
}

static void keep_largest(Seen *seen, double x) {
    if (seen->n == 0 || isnan(x) || x > seen->value) seen->value = x;
    seen->n++;
}

static void keep_smallest(Seen *seen, double x) {
    if (seen->n == 0 || isnan(x) || x < seen->value) seen->value = x;
    seen->n++;
}

static void add_up(Seen *seen, double x) {
    seen->value += x;
    seen->magnitude += fabs(x);
    seen->n++;
}

static void raise_top(Seen *seen, double x) {
    if (isnan(seen->top) || isnan(x))
        seen->top = NAN;
    else if (fabs(x) > seen->top)
        seen->top = fabs(x);
}

/* |x| and its square are rounded by the sum. Other powers are exp(n log|x|): 2 ulp for either
 * function, and one rounding of the product. */
static void add_power(Seen *seen, double x) {
    double n = seen->exponent, power = pow(fabs(x) / seen->top, n);
    bool is_exact = n == 1.0 || n == 2.0 || x == 0.0;
    seen->value += power;
    if (!is_exact) seen->error += power * UNIT_ROUNDOFF * (4.0 + 5.0 * n * fabs(log(fabs(x))));
    seen->n++;
}

/* The bound of the root y: that of the sum goes through the root, which then rounds itself: not
 * at all for n = 1, once for n = 2, else as exp(log(sum)/n). Powers that vanish below 2^-149 count
 * as K + 1 errors of 2^-148; no promise where the sum may overflow. */
static double norm_error(const Seen *seen, double y) {
    double n = seen->exponent, terms = (double)seen->n, log_sum = log(seen->value);
    if (n * log(seen->top) + log_sum > log(FLT_MAX) - 1e-3) return INFINITY;
    double roundings = fmin(terms, 1024.0) + ceil(terms / 1024.0) + 3.0;
    double lost = 2.0 * (terms + 1.0) * SMALLEST * pow(seen->top, -n);
    double error =
        seen->error + UNIT_ROUNDOFF * roundings * (seen->value + seen->error) + fmin(lost, FLT_MAX);
    double most = seen->top * pow(seen->value + error, 1.0 / n);
    double least = seen->top * pow(fmax(seen->value - error, 0.0), 1.0 / n);
    double root = n == 1.0 ? 0.0 : n == 2.0 ? 1.0 : 4.0 + 6.0 * fabs(log(most));
    return fmax(most - y, y - least) + root * UNIT_ROUNDOFF * most + SMALLEST;
}

static Element norm(const Cells *cells) {
    Seen seen = {.exponent = cells->node->numbers.at[0]};
    each_on_data(cells, raise_top, &seen);
    if (!isfinite(seen.top) || seen.top == 0.0) return (Element){.value = seen.top};
    if (seen.exponent == 1.0) seen.top = 1.0; /* nothing can overflow, and sums stay exact */
    each_on_data(cells, add_power, &seen);
    double y = seen.top * pow(seen.value, 1.0 / seen.exponent);
    return (Element){.value = y, .error = norm_error(&seen, y)};
}

static Element pool(const Cells *cells) {
    OpKind op = cells->node->op;
    if (op == OP_LPPOOL) return norm(cells);
    Seen seen = {0};
    each_on_data(cells,
                 op == OP_MAXPOOL   ? keep_largest
                 : op == OP_MINPOOL ? keep_smallest
                                    : add_up,
                 &seen);
    Element element = {.value = seen.value, .magnitude = seen.magnitude, .products = seen.n};
    if (op != OP_AVGPOOL) return element;
    double count =
        cells->node->count == COUNT_ALL ? (double)count_all(cells) : (double)element.products;
    element.value /= count;
    element.magnitude /= count;
    return element;
}

void reference_pool(const Node *node, const float *input, Element *elements) {
    View output = view_of(&node->output->type);
    for (int64_t index = 0; index < view_elems(&output); index++) {
        Cells cells = cells_of(node, input, index);
        elements[cells.out.offset] = pool(&cells);
    }
}
