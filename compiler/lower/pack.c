/* Weight packing: walks the taps exactly as lower/tap_kernel.c does. */
#include "lower/pack.h"

#include "base/checked.h"

#include <assert.h>
#include <string.h>

/* A large block has memory of its own, which ends when the block is copied or not needed. */
PackedBlock pack_reserve(Packer *packer, int64_t elems) {
    enum { LARGE = 64 * 1024 };
    Arena *own = elems > LARGE ? arena_create() : NULL;
    PackedBlock block = {.data = ARENA_ARRAY(own ? own : packer->arena, float, (size_t)elems),
                         .elems = elems,
                         .offset = packer->bytes,
                         .own = own};
    VEC_PUSH(packer->arena, &packer->blocks, block);
    packer->bytes += ceil_div(elems * (int64_t)sizeof(float), PACK_ALIGN) * PACK_ALIGN;
    return block;
}

void pack_share(Packer *packer, PackedBlock *block) {
    size_t last = packer->blocks.len - 1;
    assert(packer->blocks.at[last].offset == block->offset);
    for (size_t i = 0; i < last; i++) {
        const PackedBlock *other = &packer->blocks.at[i];
        if (!other->shared || other->elems != block->elems ||
            memcmp(other->data, block->data, (size_t)block->elems * sizeof(float)) != 0)
            continue;
        packer->bytes = block->offset;
        packer->blocks.len--;
        arena_destroy(block->own);
        *block = *other;
        return;
    }
    packer->blocks.at[last].shared = block->shared = true;
}

unsigned char *pack_finish(Packer *packer) {
    unsigned char *bytes = arena_alloc(packer->arena, (size_t)packer->bytes);
    for (size_t i = 0; i < packer->blocks.len; i++) {
        PackedBlock *block = &packer->blocks.at[i];
        memcpy(bytes + block->offset, block->data, (size_t)block->elems * sizeof(float));
        arena_destroy(block->own);
        block->data = NULL;
        block->own = NULL;
    }
    return bytes;
}

int64_t pack_taps_elems(const Nest *nest, const NestPhase *phase, const PackShape *shape) {
    return nest_taps(nest, phase) * shape->groups * shape->ic * shape->n_vectors * shape->lanes;
}

/* A weight's place in the parameter's row-major array, as steps. */
typedef struct WeightSteps {
    int64_t group, f, c, k[MAX_SPATIAL]; /* group of channels; channels in it; kernel element */
    int64_t first;                       /* kernel element 0 of every axis */
} WeightSteps;

/* [F, one image in the order of its axes] */
static WeightSteps dense_steps(const TensorType *in) {
    WeightSteps steps = {.f = 1};
    int spatial[MAX_RANK], n = type_spatial(in, spatial);
    for (int i = in->rank; i-- > 0;) {
        if (i == type_batch(in)) continue;
        if (i == type_channel(in)) steps.c = steps.f;
        for (int a = 0; a < n; a++)
            if (spatial[a] == i) steps.k[a] = steps.f;
        steps.f *= in->axes[i].extent;
    }
    return steps;
}

/* [F, C of a group, kernel], or of a transposed layer [C, F of a group, kernel] */
static WeightSteps weight_steps(const Node *node) {
    if (node->op == OP_DENSE) return dense_steps(&node->inputs[0]->type);
    const Param *w = node->weight;
    WeightSteps steps = {0};
    int64_t inner = 1;
    for (int a = node->n_axes; a-- > 0;) {
        int64_t k = w->extent[2 + a];
        steps.k[a] = node->flip ? -inner : inner; /* rotated: from the other end */
        if (node->flip) steps.first += (k - 1) * inner;
        inner *= k;
    }
    int64_t outer = inner * w->extent[1];
    bool transposed = node->op == OP_TCONV;
    steps.f = transposed ? inner : outer;
    steps.c = transposed ? outer : inner;
    steps.group = outer * (w->extent[0] / node->groups);
    return steps;
}

/* Offset of tap number `tap` (row-major over the axes' taps) in the parameter. */
static int64_t tap_offset(const Nest *nest, const NestPhase *phase, const WeightSteps *steps,
                          int64_t tap) {
    int64_t offset = steps->first;
    for (int a = nest->n_axes; a-- > 0;) {
        const TapPhase *p = &phase->axis[a];
        int64_t m = tap % p->n_taps;
        tap /= p->n_taps;
        if (nest->spatial[a] >= 0)
            offset += (p->tap_first + p->tap_stride * m) * steps->k[nest->spatial[a]];
    }
    return offset;
}

/* One tile's row: nv vectors of output channels for one tap and input channel. */
static float *pack_row(const float *from, int64_t step, int64_t first, int64_t n, int64_t oc,
                       float *out) {
    for (int64_t f = first; f < first + n; f++) *out++ = f < oc ? from[f * step] : 0.0f;
    return out;
}

/* One group's weights from `from` on; gives the end of what was written. */
static float *pack_group(const float *from, const WeightSteps *steps, const Nest *nest,
                         const NestPhase *phase, const PackShape *shape, float *out) {
    int64_t taps = nest_taps(nest, phase), row = (int64_t)shape->nv * shape->lanes;
    for (int64_t tile = 0; tile < shape->n_vectors / shape->nv; tile++) {
        int64_t first = shape->first_vector * shape->lanes + tile * row;
        for (int64_t c0 = 0; c0 < shape->ic; c0 += shape->ic_block) {
            int64_t end = c0 + shape->ic_block < shape->ic ? c0 + shape->ic_block : shape->ic;
            for (int64_t tap = 0; tap < taps; tap++) {
                int64_t offset = tap_offset(nest, phase, steps, tap);
                for (int64_t c = c0; c < end; c++)
                    out = pack_row(from + offset + c * steps->c, steps->f, first, row, shape->oc,
                                   out);
            }
        }
    }
    return out;
}

void pack_taps(const Node *node, const Nest *nest, const NestPhase *phase, const PackShape *shape,
               float *out) {
    const WeightSteps steps = weight_steps(node);
    for (int64_t g = 0; g < shape->groups; g++)
        out = pack_group(node->weight->data + g * steps.group, &steps, nest, phase, shape, out);
}

void pack_group_taps(const Node *node, const Nest *nest, const NestPhase *phase, int lanes,
                     float *out) {
    const WeightSteps steps = weight_steps(node);
    const TensorType *in = &node->inputs[0]->type, *type = &node->output->type;
    int64_t channels = type_extent(type, type_channel(type)), oc = channels / node->groups;
    int64_t ic = type_extent(in, type_channel(in)) / node->groups, taps = nest_taps(nest, phase);
    for (int64_t first = 0; first < channels; first += lanes)
        for (int64_t tap = 0; tap < taps; tap++) {
            int64_t offset = tap_offset(nest, phase, &steps, tap);
            for (int64_t c = 0; c < ic; c++)
                for (int64_t f = first; f < first + lanes; f++) {
                    int64_t from = offset + f / oc * steps.group + f % oc * steps.f + c * steps.c;
                    *out++ = f < channels ? node->weight->data[from] : 0.0f;
                }
        }
}

/* The weights of channels first .. first+nc-1 for one input channel. */
static float *pack_row_channel(const float *from, const WeightSteps *steps, int64_t row_step,
                               const Nest *nest, const NestPhase *phase, const PackRows *shape,
                               int64_t first, float *out) {
    int64_t taps = nest_taps(nest, phase);
    for (int64_t tap = 0; tap < taps; tap++) {
        int64_t offset = tap_offset(nest, phase, steps, tap);
        for (int t = 0; t < shape->row->n_taps; t++)
            for (int64_t f = first; f < first + shape->nc; f++)
                *out++ = from[offset + shape->row->taps[t].element * row_step + f * steps->f];
    }
    return out;
}

void pack_row_taps(const Node *node, const Nest *nest, const NestPhase *phase,
                   const PackRows *shape, float *out) {
    const WeightSteps steps = weight_steps(node);
    int axis = nest->spatial[nest->n_axes - 1]; /* -1: merged, of kernel extent 1 */
    int64_t row_step = axis >= 0 ? steps.k[axis] : 0,
            end = shape->first_channel + shape->n_channels;
    for (int64_t g = 0; g < shape->groups; g++)
        for (int64_t first = shape->first_channel; first < end; first += shape->nc)
            for (int64_t c = 0; c < shape->ic; c++)
                out = pack_row_channel(node->weight->data + g * steps.group + c * steps.c, &steps,
                                       row_step, nest, phase, shape, first, out);
}
