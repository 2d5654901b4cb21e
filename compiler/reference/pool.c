/* Pools from their definitions: a function of the window's elements on data.
 *
 *     maxpool  the largest; NaN wins, padding never does
 *     avgpool  the sum over their number (count=inside), or over the number of window cells on data
 *              and padding (count=all); cells beyond the padding, which rounding up brings, never
 *              count */
#include "reference/element.h"

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

/* Calls visit with each element on data. */
static void each_on_data(const Cells *cells, void (*visit)(Element *, double), Element *element) {
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
        if (on_data) visit(element, cells->x[offset]);
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

static void keep_largest(Element *element, double x) {
    if (element->products == 0 || isnan(x) || x > element->value) element->value = x;
    element->products++;
}

static void add_up(Element *element, double x) {
    element->value += x;
    element->magnitude += fabs(x);
    element->products++;
}

void reference_maxpool(const Node *node, const float *input, Element *elements) {
    View output = view_of(&node->output->type);
    for (int64_t index = 0; index < view_elems(&output); index++) {
        Cells cells = cells_of(node, input, index);
        each_on_data(&cells, keep_largest, &elements[cells.out.offset]);
    }
}

void reference_avgpool(const Node *node, const float *input, Element *elements) {
    View output = view_of(&node->output->type);
    for (int64_t index = 0; index < view_elems(&output); index++) {
        Cells cells = cells_of(node, input, index);
        Element *element = &elements[cells.out.offset];
        each_on_data(&cells, add_up, element);
        int64_t count = node->count == COUNT_ALL ? count_all(&cells) : element->products;
        element->value /= (double)count;
        element->magnitude /= (double)count;
    }
}
