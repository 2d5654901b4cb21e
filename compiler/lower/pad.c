/* pad: along each axis the output is a run of the data and one on either side. A box is a run of
 * every axis; where one of them holds no data, the axes inside it are filled as a whole. */
#include "lower/move.h"

/* Outputs first .. first+n-1 of an axis: they read input in + step*q, or nothing. */
typedef struct PadRun {
    int64_t first, n;
    int64_t in, step;
    bool fill;
} PadRun;

/* The runs of an axis of i elements with lo before and hi behind; gives their number. */
static int pad_runs(Border border, int64_t i, int64_t lo, int64_t hi, PadRun runs[3]) {
    PadRun before = {0, lo, 0, 0, true}, behind = {lo + i, hi, 0, 0, true};
    switch (border) {
    case BORDER_ZERO: break;
    case BORDER_REFLECT:
        before = (PadRun){0, lo, lo, -1, false};
        behind = (PadRun){lo + i, hi, i - 2, -1, false};
        break;
    case BORDER_REPLICATE:
        before = (PadRun){0, lo, 0, 0, false};
        behind = (PadRun){lo + i, hi, i - 1, 0, false};
        break;
    case BORDER_CIRCULAR:
        before = (PadRun){0, lo, i - lo, 1, false};
        behind = (PadRun){lo + i, hi, 0, 1, false};
        break;
    }
    int n = 0;
    if (lo > 0) runs[n++] = before;
    runs[n++] = (PadRun){lo, i, 0, 1, false};
    if (hi > 0) runs[n++] = behind;
    return n;
}

/* The runs of spatial axis `a` and those inside it. */
static void pad_axis(const LowerStep *s, int a, MoveBox box) {
    const Node *node = s->step->node;
    const TensorType *in = &node->inputs[0]->type, *out = &node->output->type;
    int spatial[MAX_RANK], n_axes = type_spatial(out, spatial);
    if (a == MAX_SPATIAL || a == n_axes) {
        move_channels(s, &box, &s->in);
        return;
    }
    int64_t i = in->axes[spatial[a]].extent, o = out->axes[spatial[a]].extent,
            lo = node->first[spatial[a]];
    PadRun runs[3] = {{.n = o}};
    int n = box.kind == MOVE_FILL ? 1 : pad_runs(node->border, i, lo, o - i - lo, runs);
    for (int r = 0; r < n; r++) {
        MoveBox part = box;
        if (runs[r].fill) part.kind = MOVE_FILL;
        part.in += runs[r].in * s->in.spatial[a];
        part.out += runs[r].first * s->out.spatial[a];
        move_axis(&part, runs[r].n, runs[r].step * s->in.spatial[a], s->out.spatial[a]);
        pad_axis(s, a + 1, part);
    }
}

void lower_pad(LowerStep *s) {
    const TensorType *type = &step_output(s)->value->type;
    MoveBox box = {.value = (float)s->step->node->numbers.at[0]};
    move_axis(&box, type_extent(type, type_batch(type)), s->in.batch, s->out.batch);
    pad_axis(s, 0, box);
}
