/* upsample, pixel_shuffle and pixel_unshuffle.
 *
 *     nearest   for each input i and each r < by:  y[by*i + r] = x[i]
 *     linear    y[o] = x[j] w0[o] + x[j+1] w1[o]     along one axis
 *     shuffle   y[c, r*h + i, r*w + j] = x[(c*r + i)*r + j, h, w], and back
 *
 * The outputs of a linear axis between two inputs are a run, and runs of equal length are a box:
 * with align=half all of them, with align=corners a few. An output that lies on an input, or beyond
 * the last one, is a copy. */
#include "lower/move.h"

#include <assert.h>

/* ---- linear ---- */

/* Neighbouring outputs first .. first+n-1 between inputs j and j+1, or all equal to input j. */
typedef struct Run {
    int64_t first, n, j;
    bool blended;
} Run;

/* An output between two inputs: on input `j` or `share` of the way to the next. */
typedef struct Between {
    int64_t j;
    double share;
} Between;

static Between between_of(Resample resample, int64_t i, int64_t by, int64_t o) {
    int64_t numerator = 2 * o + 1 - by, denominator = 2 * by;
    if (resample == RESAMPLE_CORNERS) {
        numerator = o * (i - 1);
        denominator = i * by - 1;
    }
    if (resample == RESAMPLE_ASYMMETRIC) {
        numerator = o;
        denominator = by;
    }
    if (numerator <= 0) return (Between){0, 0};
    int64_t j = numerator / denominator;
    if (j >= i - 1) return (Between){i - 1, 0};
    return (Between){j, (double)(numerator % denominator) / (double)denominator};
}

typedef struct Linear {
    const LowerStep *s;
    int axis; /* the one that grows */
    int64_t i, by;
    MoveBox rest; /* the other axes */
    PackedBlock
        table; /* w0 of every blended output, then w1; box by box, each [run's outputs][runs] */
    int64_t filled;   /* outputs whose weights are in it */
    uint32_t weights; /* its buffer */
} Linear;

static Between between_at(const Linear *k, int64_t o) {
    return between_of(k->s->step->node->resample, k->i, k->by, o);
}

/* The run that begins at output o. */
static Run run_from(const Linear *k, int64_t o) {
    Between at = between_at(k, o);
    Run run = {.first = o, .n = 0, .j = at.j, .blended = at.share > 0};
    do {
        run.n++;
        if (o + run.n == k->i * k->by) break;
        at = between_at(k, o + run.n);
    } while (at.j == run.j && (at.share > 0) == run.blended);
    return run;
}

/* Weights of `count` runs like the first one, each `apart` outputs from the one before. */
static void pack_runs(Linear *k, Run run, int64_t count, int64_t apart) {
    float *w0 = k->table.data + k->filled, *w1 = w0 + k->i * k->by;
    for (int64_t t = 0; t < run.n; t++)
        for (int64_t q = 0; q < count; q++) {
            double share = between_at(k, run.first + q * apart + t).share;
            w0[t * count + q] = (float)(1.0 - share);
            w1[t * count + q] = (float)share;
        }
    k->filled += run.n * count;
}

/* These runs as a box; each reads the input after that of the one before. */
static void emit_runs(Linear *k, Run run, int64_t count, int64_t apart) {
    const LowerStep *s = k->s;
    int64_t in = s->in.spatial[k->axis], out = s->out.spatial[k->axis];
    MoveBox box = k->rest;
    box.in += run.j * in;
    box.out += run.first * out;
    if (run.blended) {
        box.kind = MOVE_BLEND;
        box.second = in;
        box.weights = k->weights;
        box.weight = k->filled;
        box.second_weight = k->i * k->by + k->filled;
        pack_runs(k, run, count, apart);
    }
    move_blended_axis(&box, (MoveAxis){count, in, apart * out, run.blended ? 1 : 0});
    move_blended_axis(&box, (MoveAxis){run.n, 0, out, run.blended ? count : 0});
    move_channels(s, &box, &s->in);
}

/* Runs of one kind, as boxes: as long as they are of one length and equally far apart. */
static void emit_kind(Linear *k, bool blended) {
    Run first = {0}, last = {0};
    int64_t count = 0, apart = 0;
    for (int64_t o = 0; o < k->i * k->by;) {
        Run run = run_from(k, o);
        o += run.n;
        if (run.blended != blended) continue;
        bool goes_on = count > 0 && run.n == first.n && run.j == last.j + 1 &&
                       (count == 1 || run.first - last.first == apart);
        if (!goes_on) {
            if (count > 0) emit_runs(k, first, count, apart);
            first = run;
            count = 0;
        }
        if (count == 1) apart = run.first - last.first;
        last = run;
        count++;
    }
    if (count > 0) emit_runs(k, first, count, apart);
}

/* ---- both ---- */

/* A box with the batch and the spatial axes but `except`, each with `by` outputs for an input. */
static MoveBox other_axes(const LowerStep *s, int except) {
    const Node *node = s->step->node;
    const TensorType *type = &node->inputs[0]->type;
    int spatial[MAX_RANK], n = type_spatial(type, spatial);
    MoveBox box = {0};
    move_axis(&box, type_extent(type, type_batch(type)), s->in.batch, s->out.batch);
    for (int a = 0; a < n; a++) {
        if (a == except) continue;
        move_axis(&box, type->axes[spatial[a]].extent, s->in.spatial[a],
                  node->by[a] * s->out.spatial[a]);
        move_axis(&box, node->by[a], 0, s->out.spatial[a]);
    }
    return box;
}

void lower_upsample(LowerStep *s) {
    const Node *node = s->step->node;
    const TensorType *type = &node->inputs[0]->type;
    int spatial[MAX_RANK], n = type_spatial(type, spatial), growing = NO_AXIS;
    for (int a = 0; a < n && node->resample != RESAMPLE_NEAREST; a++) {
        if (node->by[a] == 1) continue;
        assert(growing == NO_AXIS);
        growing = a;
    }
    Linear k = {.s = s, .axis = growing, .rest = other_axes(s, growing)};
    if (growing == NO_AXIS) {
        move_channels(s, &k.rest, &s->in);
        return;
    }
    k.i = type->axes[spatial[growing]].extent;
    k.by = node->by[growing];
    k.table = pack_reserve(s->packer, 2 * k.i * k.by);
    k.weights = step_weights_buffer(s, "w", &k.table);
    emit_kind(&k, true);
    emit_kind(&k, false);
}

/* Channels of the smaller side from one to the next of the larger side's, and from one place of a
 * square to the next; `places` are those of a square. */
typedef struct ShuffleSteps {
    int64_t channel, place;
} ShuffleSteps;

static ShuffleSteps shuffle_steps(const Node *node, int64_t channels, int64_t places) {
    return node->order == SHUFFLE_DCR ? (ShuffleSteps){1, channels} : (ShuffleSteps){places, 1};
}

/* One box, whichever side has the squares. */
void lower_pixel_shuffle(LowerStep *s) {
    const Node *node = s->step->node;
    bool back = node->op == OP_PIXEL_UNSHUFFLE;
    const TensorType *in = &node->inputs[0]->type, *out = &node->output->type,
                     *small = back ? out : in;
    const Strides *few = back ? &s->out : &s->in, *many = back ? &s->in : &s->out;
    int64_t channels = type_extent(back ? in : out, type_channel(in)), places = 1;
    int spatial[MAX_RANK], n = type_spatial(small, spatial);
    MoveBox box = {0};
    assert(s->in.block == 1 && s->out.block == 1);
    for (int a = 0; a < n; a++) places *= node->by[a];
    ShuffleSteps steps = shuffle_steps(node, channels, places);
    move_axis(&box, type_extent(in, type_batch(in)), s->in.batch, s->out.batch);
    int64_t place = steps.place * few->channel, channel = steps.channel * few->channel;
    move_axis(&box, channels, back ? many->channel : channel, back ? channel : many->channel);
    for (int a = n; a-- > 0;) {
        int64_t apart = node->by[a] * many->spatial[a], extent = small->axes[spatial[a]].extent;
        move_axis(&box, extent, back ? apart : few->spatial[a], back ? few->spatial[a] : apart);
        move_axis(&box, node->by[a], back ? many->spatial[a] : place,
                  back ? place : many->spatial[a]);
        place *= node->by[a];
    }
    move_emit(s, &box);
}
