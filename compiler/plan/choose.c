/* Tiles by cost. One step of the reduction in a tile of nv vectors by m pixels is nv*m
 * multiply-adds and nv + m loads; it takes as long as the tightest of four limits:
 *
 *     arithmetic   nv*m / (FMA per cycle)
 *     loads        (nv + m) / (loads per cycle)
 *     latency      each accumulator waits for its own last FMA: accumulators / (FMA per cycle)
 *     weights      nv vectors from the second-level cache, where the panel does not fit the first
 */
#include "plan/choose.h"

#include "base/checked.h"
#include "plan/row_taps.h"

#include <math.h>

/* Bytes a cycle from L2 to L1; and cycles to enter and leave a tile. */
static const double L2_BYTES_PER_CYCLE = 32.0;
static const double TILE_OVERHEAD = 20.0;

/* Uses of an input element from which a copy in a better layout pays. */
enum { COPY_PAYS_FROM = 64 };

/* Most products of one output in a kernel that sums them in one chain (contract.md 4). */
enum { MAX_PRODUCTS = 1024 };

int choose_pixel_axis(const Node *node) {
    for (int a = node->n_axes; a-- > 0;)
        if (node->window[a].o > 1) return a;
    return NO_AXIS;
}

static int64_t out_channels(const Node *node) {
    const TensorType *type = &node->output->type;
    return type_extent(type, type_channel(type));
}

static int64_t in_channels(const Node *node) {
    const TensorType *type = &node->inputs[0]->type;
    return type_extent(type, type_channel(type));
}

/* Groups of channels; layers without them are one group. */
static int64_t groups(const Node *node) { return node->groups > 1 ? node->groups : 1; }

/* Products in one output of an interior pixel. */
static int64_t reduction_steps(const Node *node) {
    int64_t steps = in_channels(node) / groups(node);
    for (int a = 0; a < node->n_axes; a++) {
        TapAxis axis = node_tap_axis(node, a);
        steps *= node->op == OP_TCONV ? ceil_div(axis.k, axis.s) : axis.k;
    }
    return steps;
}

/* A 1x1 window whose rows follow each other: the image is one long row. */
static bool is_pointwise(const Node *node) {
    for (int a = 0; a < node->n_axes; a++) {
        const ConvAxis *axis = &node->window[a].arith;
        if (axis->k != 1 || axis->s != 1 || axis->pad_lo != 0 || node->window[a].o != axis->i)
            return false;
    }
    return node->n_axes > 0;
}

/* Pixels along the tile's axis that one phase has. */
static int64_t pixels(const Node *node) {
    if (is_pointwise(node)) {
        int64_t image = 1;
        for (int a = 0; a < node->n_axes; a++) image *= node->window[a].o;
        if (image > 1) return image;
    }
    int axis = choose_pixel_axis(node);
    if (axis == NO_AXIS) return type_extent(&node->output->type, type_batch(&node->output->type));
    int64_t o = node->window[axis].o;
    return node->op == OP_TCONV ? ceil_div(o, node->window[axis].arith.s) : o;
}

/* Cycles of one reduction step in a tile. */
static double step_cycles(const CpuModel *cpu, int64_t nv, int64_t m, bool weights_in_l1) {
    double fma = (double)(nv * m) / cpu->fma_per_cycle;
    double loads = (double)(nv + m) / cpu->loads_per_cycle;
    double latency = cpu->min_accumulators / cpu->fma_per_cycle;
    double weights = weights_in_l1 ? 0 : (double)(nv * cpu->lanes * 4) / L2_BYTES_PER_CYCLE;
    double cycles = fma > loads ? fma : loads;
    if (latency > cycles) cycles = latency;
    return weights > cycles ? weights : cycles;
}

/* Registers alive in a step: accumulators, weights, a broadcast, and without FMA a product. With
 * one pixel the weights are memory operands. */
static int64_t registers_alive(const CpuModel *cpu, int64_t nv, int64_t m) {
    return nv * m + (m == 1 ? 1 : nv) + 1 + (cpu->fma ? 0 : 1);
}

/* Registers the allocator needs to itself (measured with LLVM 19, and held by the test of
 * registers): none of 16, two of 32. */
static int64_t registers_spare(const CpuModel *cpu) {
    return cpu->registers <= 16 ? 0 : cpu->registers / 16;
}

/* Cycles to compute n pixels for nv vectors, in near-equal tiles of at most m pixels. */
static double row_cycles(const CpuModel *cpu, int64_t nv, int64_t m, int64_t n, int64_t steps) {
    int64_t tiles = ceil_div(n, m), small = n / tiles, larger = n % tiles;
    bool in_l1 = nv * cpu->lanes * 4 * steps <= cpu->l1_bytes / 2;
    return (double)larger *
               (TILE_OVERHEAD + (double)steps * step_cycles(cpu, nv, small + 1, in_l1)) +
           (double)(tiles - larger) *
               (TILE_OVERHEAD + (double)steps * step_cycles(cpu, nv, small, in_l1));
}

/* Tiles begin where a unit of packed weights does, if several CPUs share those. */
static bool fits_units(const CpuModel *cpu, int64_t nv, int64_t vectors) {
    return cpu->pack_lanes == 0 || nv == vectors || nv * cpu->lanes % cpu->pack_lanes == 0;
}

/* The best tile, and the cycles it takes for the pixels of one phase in one group. */
static PlanTile best_tap_tile(const CpuModel *cpu, const Node *node, double *cycles_out) {
    int64_t vectors = ceil_div(out_channels(node) / groups(node), cpu->lanes);
    int64_t n = pixels(node), steps = reduction_steps(node);
    PlanTile best = {cpu->lanes, 1, 1};
    double best_cycles = -1;
    for (int64_t nv = 1; nv <= vectors && nv < cpu->registers; nv++) {
        if (!fits_units(cpu, nv, vectors)) continue;
        for (int64_t m = 1;
             m <= n && registers_alive(cpu, nv, m) <= cpu->registers - registers_spare(cpu); m++) {
            double cycles = (double)(vectors / nv) * row_cycles(cpu, nv, m, n, steps);
            if (vectors % nv) cycles += row_cycles(cpu, vectors % nv, m, n, steps);
            if (best_cycles >= 0 && cycles >= best_cycles) continue;
            best_cycles = cycles;
            best = (PlanTile){cpu->lanes, (int)nv, (int)m};
        }
    }
    *cycles_out = best_cycles;
    return best;
}

/* The same costs as those of a window: the operand with the lanes is the weights. */
PlanTile choose_matmul_tile(const CpuModel *cpu, const Node *node) {
    const TensorType *out = &node->output->type;
    bool columns = matmul_axis(node, out->rank - 1).in_x == NO_AXIS;
    int64_t vectors = ceil_div(out->axes[out->rank - 1].extent, cpu->lanes), rows = 1,
            terms = node->inputs[0]->type.axes[node->axis].extent;
    for (int i = 0; i + 1 < out->rank; i++) {
        MatmulAxis at = matmul_axis(node, i);
        bool is_row = (columns ? at.in_y : at.in_x) == NO_AXIS;
        if (is_row && out->axes[i].extent > rows) rows = out->axes[i].extent;
    }
    PlanTile best = {cpu->lanes, 1, 1};
    double best_cycles = -1;
    int64_t registers = cpu->registers - registers_spare(cpu);
    for (int64_t nv = 1; nv <= vectors && nv < cpu->registers; nv++)
        for (int64_t m = 1; m <= rows && registers_alive(cpu, nv, m) <= registers; m++) {
            double cycles = (double)(vectors / nv) * row_cycles(cpu, nv, m, rows, terms);
            if (vectors % nv) cycles += row_cycles(cpu, vectors % nv, m, rows, terms);
            if (best_cycles >= 0 && cycles >= best_cycles) continue;
            best_cycles = cycles;
            best = (PlanTile){cpu->lanes, (int)nv, (int)m};
        }
    return best;
}

PlanTile choose_tap_tile(const CpuModel *cpu, const Node *node) {
    double cycles;
    return best_tap_tile(cpu, node, &cycles);
}

/* ---- lanes along the row ---- */

/* Loads of vectors that are not aligned take half as long again: every second one, where a vector
 * is half a cache line, lies in two. Cycles to move one element to another layout. */
static const double UNALIGNED_LOAD = 1.5;
static const double COPY_CYCLES = 0.6;
/* Cycles to pick lanes from two vectors; time of a tile at the end of a row, beyond that of others.
 */
static const double PICK_CYCLES = 1.0;
static const double END_OF_ROW = 0.5;
/* A row must be this much faster by the model: where it is close, loads that lie in two lines and
 * the planes far apart decide against it. */
static const double ROW_MARGIN = 1.1;

/* Fused multiply-adds of one step that a kernel unrolls at most. */
enum { MAX_ROW_PRODUCTS = 512 };

/* The axis of the row as the nest sees it: a 1x1 window makes one row of the image. */
static TapAxis row_axis(const Node *node, int axis) {
    TapAxis tap = node_tap_axis(node, axis);
    if (is_pointwise(node)) tap.i = tap.o = pixels(node);
    return tap;
}

/* Channels of one group times taps of the outer axes. */
static int64_t row_steps(const Node *node, int row) {
    int64_t steps = in_channels(node) / groups(node);
    for (int a = 0; a < node->n_axes; a++) {
        TapAxis axis = node_tap_axis(node, a);
        if (a != row) steps *= node->op == OP_TCONV ? ceil_div(axis.k, axis.s) : axis.k;
    }
    return steps;
}

/* Cycles of one step of a tile of nv vectors by nc channels. Pixels that are not neighbours in the
 * input are picked from as many vectors as they are apart. */
static double row_step_cycles(const CpuModel *cpu, const RowTaps *row, int64_t nv, int64_t nc) {
    double parts = (double)(row->n_offsets * row->in_step * nv);
    double fma = (double)(row->n_taps * nv * nc) / cpu->fma_per_cycle;
    double loads = (parts * UNALIGNED_LOAD + (double)(row->n_taps * nc)) / cpu->loads_per_cycle;
    double picks = row->in_step > 1 ? parts * PICK_CYCLES : 0;
    double latency =
        (double)row->n_taps / row->n_phases * cpu->min_accumulators / cpu->fma_per_cycle;
    double cycles = fma > loads ? fma : loads;
    if (picks > cycles) cycles = picks;
    return latency > cycles ? latency : cycles;
}

/* The tiles of a row of n, those at the ends counted by what their masks cost. */
static double row_tiles(const RowTaps *row, int64_t n) {
    bool padded = false;
    for (int t = 0; t < row->n_taps; t++) padded |= row->taps[t].offset < 0;
    return (double)n + (padded ? END_OF_ROW * (double)(n < 2 ? n : 2) : 0);
}

/* Registers alive: accumulators, the pixels of one offset, a weight, and one more, without which
 * the sums wander, or which holds the product. */
static int64_t row_registers(const RowTaps *row, int64_t nv, int64_t nc) {
    bool single = nc == 1 && row->n_offsets == row->n_taps; /* a weight, a vector of pixels */
    return row->n_phases * nv * nc + (single ? 1 : nv) + 2;
}

/* The best tile of a row, and the cycles it takes in one group. */
static PlanTile best_row_tile(const CpuModel *cpu, const RowTaps *row, int64_t steps, int64_t oc,
                              double *cycles_out) {
    int64_t vectors = ceil_div(ceil_div(row->outputs, row->n_phases), cpu->lanes);
    PlanTile best = {cpu->lanes, 0, 0};
    for (int64_t nv = 1; nv <= vectors && nv < cpu->registers; nv++)
        for (int64_t nc = 1; nc <= oc && row->n_taps * nv * nc <= MAX_ROW_PRODUCTS &&
                             row_registers(row, nv, nc) <= cpu->registers - registers_spare(cpu);
             nc++) {
            double tiles = row_tiles(row, ceil_div(vectors, nv)),
                   step = row_step_cycles(cpu, row, nv, nc);
            double cycles = (double)(oc / nc) * tiles * (TILE_OVERHEAD + (double)steps * step);
            if (oc % nc) {
                step = row_step_cycles(cpu, row, nv, oc % nc);
                cycles += tiles * (TILE_OVERHEAD + (double)steps * step);
            }
            if (best.nv > 0 && cycles >= *cycles_out) continue;
            *cycles_out = cycles;
            best = (PlanTile){cpu->lanes, (int)nv, (int)nc};
        }
    return best;
}

/* A plan without the weights, as a summary makes, takes them to be. */
static bool all_finite(const Param *weight) {
    for (int64_t i = 0; weight->data && i < weight->elems; i++)
        if (!isfinite(weight->data[i])) return false;
    return true;
}

/* Neighbours along the row are adjacent in plain layout. */
static bool is_row_adjacent(const Value *value, int axis) {
    Strides strides = layout_strides(&value->type, layout_plain());
    return strides.spatial[axis] == 1;
}

bool choose_row_kernel(const CpuModel *cpu, const Node *node, Layout present, bool plain_output,
                       PlanTile *tile) {
    int axis = choose_pixel_axis(node);
    RowTaps row;
    if (node->op == OP_DENSE || axis == NO_AXIS || !is_row_adjacent(node->inputs[0], axis) ||
        !is_row_adjacent(node->output, axis))
        return false;
    TapAxis tap = row_axis(node, axis);
    if (!row_taps_of(&tap, &row)) return false;
    double cycles = 0, tap_cycles;
    *tile =
        best_row_tile(cpu, &row, row_steps(node, axis), out_channels(node) / groups(node), &cycles);
    if (tile->nv == 0) return false;
    best_tap_tile(cpu, node, &tap_cycles);
    /* its steps have the taps of the longest phase; together the phases have those of the kernel */
    tap_cycles *=
        (double)row.n_taps / (double)(node->op == OP_TCONV ? ceil_div(tap.k, tap.s) : tap.k);
    double rows = (double)value_elems(node->output) / (double)(out_channels(node) * row.outputs);
    double per_group = (double)groups(node) * rows;
    double in = (double)value_elems(node->inputs[0]), out = (double)value_elems(node->output);
    double own = per_group * cycles + (present.kind == LAYOUT_PLAIN ? 0 : COPY_CYCLES * in);
    double other = per_group * tap_cycles + (plain_output ? COPY_CYCLES * out : 0);
    return ROW_MARGIN * own < other && all_finite(node->weight);
}

/* Registers alive in a row of a pool's tile of m pixels: its inputs, its results, two spare. */
static int64_t pool_registers(const WindowAxis *window, int64_t m) {
    const ConvAxis *axis = &window->arith;
    return (m - 1) * axis->s + (axis->k - 1) * axis->d + 1 + m + 2;
}

PlanTile choose_pool_tile(const CpuModel *cpu, const Node *node, bool *unroll) {
    int64_t blocks = ceil_div(out_channels(node), cpu->lanes), n = pixels(node);
    int64_t most = cpu->min_accumulators; /* enough chains to hide the latency */
    int64_t m = n < most ? n : most;
    int axis = choose_pixel_axis(node);
    *unroll = false;
    if (axis != NO_AXIS) {
        int64_t fitting = m;
        while (fitting > 1 && pool_registers(&node->window[axis], fitting) > cpu->registers)
            fitting--;
        *unroll = fitting > 1;
        if (*unroll) return (PlanTile){cpu->lanes, 1, (int)fitting};
    }
    int64_t nv = most / m;
    return (PlanTile){cpu->lanes, (int)(nv < blocks ? nv : blocks), (int)m};
}

Layout choose_tap_input(const CpuModel *cpu, const Node *node, Layout present) {
    const TensorType *type = &node->inputs[0]->type;
    Strides strides = layout_strides(type, present);
    int64_t channels = in_channels(node) / groups(node); /* of a group */
    /* a group must begin at a block's first lane */
    if (present.block > 1)
        return channels % present.block == 0 || groups(node) == 1 ? present : layout_last(type);
    bool near = strides.channel == 1 || in_channels(node) < cpu->lanes;
    /* multiply-adds for each element of the input */
    int64_t uses = out_channels(node) / groups(node) * reduction_steps(node) / channels;
    if (near || uses < COPY_PAYS_FROM) return present;
    bool blocks = groups(node) == 1 || channels % cpu->lanes == 0;
    return blocks ? layout_blocked(cpu->lanes) : layout_last(type);
}

/* Channels adjacent in this layout, as kernels with lanes along channels need them. */
static bool is_adjacent(const CpuModel *cpu, const TensorType *type, Layout layout) {
    Strides strides = layout_strides(type, layout);
    return strides_channels_adjacent(&strides, type, cpu->lanes);
}

Layout choose_tap_output(const CpuModel *cpu, const Node *node) {
    const TensorType *type = &node->output->type;
    if (is_adjacent(cpu, type, layout_plain())) return layout_plain();
    bool blocks = groups(node) == 1 || out_channels(node) / groups(node) % cpu->lanes == 0;
    return blocks ? layout_blocked(cpu->lanes) : layout_last(type);
}

/* Input channels that the groups in one vector of output channels read. */
static int64_t group_channels_in(const CpuModel *cpu, const Node *node) {
    return cpu->lanes / (out_channels(node) / groups(node)) * (in_channels(node) / groups(node));
}

/* Products of one input channel in the row of a window. */
static int64_t row_products(const Node *node) {
    int axis = choose_pixel_axis(node);
    int64_t ic = in_channels(node) / groups(node);
    if (axis == NO_AXIS) return ic;
    const ConvAxis *arith = &node->window[axis].arith;
    return ic * (node->op == OP_TCONV ? ceil_div(arith->k, arith->s) : arith->k);
}

bool choose_group_kernel(const CpuModel *cpu, const Node *node) {
    if (groups(node) == 1 || reduction_steps(node) > MAX_PRODUCTS) return false;
    int64_t oc = out_channels(node) / groups(node);
    return oc <= cpu->lanes && cpu->lanes % oc == 0 && group_channels_in(cpu, node) <= cpu->lanes;
}

PlanTile choose_group_tile(const CpuModel *cpu, const Node *node) {
    int64_t n = pixels(node), weights = row_products(node);
    /* accumulators, an input, a shuffled one, without FMA a product, and the weights of a row if
     * they are few */
    int64_t spare = cpu->registers - registers_spare(cpu) - (cpu->fma ? 2 : 3), m = spare;
    if (weights <= spare / 2) m = spare - weights;
    return (PlanTile){cpu->lanes, 1, (int)(m < n ? m : n)};
}

Layout choose_group_input(const CpuModel *cpu, const Node *node, Layout present) {
    const TensorType *type = &node->inputs[0]->type;
    bool blocks = group_channels_in(cpu, node) == cpu->lanes;
    bool adjacent = is_adjacent(cpu, type, present);
    if (adjacent && (blocks || present.block == 1)) return present;
    return blocks ? layout_blocked(cpu->lanes) : layout_last(type);
}

Layout choose_pool_input(const CpuModel *cpu, const Node *node, Layout present) {
    bool adjacent = is_adjacent(cpu, &node->inputs[0]->type, present);
    return adjacent ? present : layout_blocked(cpu->lanes);
}

Layout choose_pool_output(const CpuModel *cpu, const Node *node, Layout input) {
    const TensorType *type = &node->output->type;
    if (is_adjacent(cpu, type, layout_plain())) return layout_plain();
    return input.kind == LAYOUT_LAST ? input : layout_blocked(cpu->lanes);
}

bool choose_rows_outer(const CpuModel *cpu, const Node *node) {
    return node->weight->elems <= cpu->l2_bytes / (2 * (int64_t)sizeof(float));
}

int64_t choose_block_tiles(const CpuModel *cpu, const Node *node, const PlanTile *tile) {
    if (!is_pointwise(node)) return 0;
    int64_t pixel_bytes = in_channels(node) * (int64_t)sizeof(float), room = cpu->l2_bytes / 2;
    if (pixels(node) * pixel_bytes <= room) return 0;
    int64_t tiles = room / (pixel_bytes * tile->m);
    return tiles > 0 ? tiles : 1;
}
