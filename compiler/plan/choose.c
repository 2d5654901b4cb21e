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

/* Registers the allocator needs to itself: at the very limit it spills (measured with LLVM 19). */
static int64_t registers_spare(const CpuModel *cpu) { return cpu->registers / 16; }

/* Cycles to compute n pixels for nv vectors, in near-equal tiles of at most m pixels. */
static double row_cycles(const CpuModel *cpu, int64_t nv, int64_t m, int64_t n, int64_t steps) {
    int64_t tiles = ceil_div(n, m), small = n / tiles, larger = n % tiles;
    bool in_l1 = nv * cpu->lanes * 4 * steps <= cpu->l1_bytes / 2;
    return (double)larger *
               (TILE_OVERHEAD + (double)steps * step_cycles(cpu, nv, small + 1, in_l1)) +
           (double)(tiles - larger) *
               (TILE_OVERHEAD + (double)steps * step_cycles(cpu, nv, small, in_l1));
}

PlanTile choose_tap_tile(const CpuModel *cpu, const Node *node) {
    int64_t vectors = ceil_div(out_channels(node) / groups(node), cpu->lanes);
    int64_t n = pixels(node), steps = reduction_steps(node);
    PlanTile best = {cpu->lanes, 1, 1};
    double best_cycles = -1;
    for (int64_t nv = 1; nv <= vectors && nv < cpu->registers; nv++) {
        for (int64_t m = 1;
             m <= n && registers_alive(cpu, nv, m) <= cpu->registers - registers_spare(cpu); m++) {
            double cycles = (double)(vectors / nv) * row_cycles(cpu, nv, m, n, steps);
            if (vectors % nv) cycles += row_cycles(cpu, vectors % nv, m, n, steps);
            if (best_cycles >= 0 && cycles >= best_cycles) continue;
            best_cycles = cycles;
            best = (PlanTile){cpu->lanes, (int)nv, (int)m};
        }
    }
    return best;
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
    /* accumulators, an input, a shuffled one, and the weights of a row if they are few */
    int64_t spare = cpu->registers - registers_spare(cpu) - 2, m = spare;
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
