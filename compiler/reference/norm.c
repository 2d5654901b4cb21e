/* instancenorm, groupnorm, layernorm: y = (x - m)/sqrt(v + eps)*weight + bias, m and v being mean
 * and variance of the element's set: the channels of its group at all positions of its image, or
 * all channels at its position.
 *
 * The bound of compiled code, which does this in f32 and in two passes, of a set of K elements,
 * with s = min(K, 1024) + n roundings of a sum (contract.md 4, n chains), r = 1/sqrt(v + eps):
 *   - the mean: a sum times 1/K, dm = (s + 3) u mean|x| + 2t;
 *   - the variance is that about the computed mean, v + dm^2 at most; its terms are positive, so
 * their sum has a relative error of s u, each square 3u, and 1/K, the product and eps 4u; t where a
 *     square is below the normal range;
 *   - so r, with the root and the division, has a relative error of at most
 *     e = (s + 7)/2 u + (dm^2 + 2t)/(2(v + eps)) + 3u;
 *   - x - m and its product with r round once each, the weight and the bias once.
 * Together, with 2u for what is of second order:
 *
 *     |error| <= |weight| r (dm (1 + e) + |x - m| (e + 4u)) + 2u (|y - bias| + |bias|) + 3t */
#include "reference/element.h"

#include "base/arena.h"

#include <float.h>
#include <math.h>

/* The elements of a set. */
typedef struct NormSet {
    int64_t *offset, *channel; /* by element */
    int64_t elems;
} NormSet;

static void add_position(NormSet *set, int64_t offset, int64_t channel) {
    set->offset[set->elems] = offset;
    set->channel[set->elems++] = channel;
}

static void norm_set(const Node *node, const float *x, const NormSet *set, Element *elements) {
    double terms = (double)set->elems, sum = 0, absolute = 0, squares = 0;
    for (int64_t i = 0; i < set->elems; i++) {
        sum += x[set->offset[i]];
        absolute += fabs((double)x[set->offset[i]]);
    }
    double mean = sum / terms;
    for (int64_t i = 0; i < set->elems; i++) {
        double deviation = x[set->offset[i]] - mean;
        squares += deviation * deviation;
    }
    double spread = squares / terms + (double)(float)node->numbers.at[0], scale = 1 / sqrt(spread);
    double roundings = fmin(terms, 1024.0) + ceil(terms / 1024.0);
    double off = (roundings + 3) * UNIT_ROUNDOFF * absolute / terms + 2 * SMALLEST;
    double share = fmin(1, (off * off + 2 * SMALLEST) / (2 * spread)) +
                   ((roundings + 7) / 2 + 3) * UNIT_ROUNDOFF;
    bool may_overflow = absolute > FLT_MAX || squares + terms * off * off > FLT_MAX;
    for (int64_t i = 0; i < set->elems; i++) {
        double weight = node->weight ? (double)node->weight->data[set->channel[i]] : 1;
        double bias = node->bias ? (double)node->bias->data[set->channel[i]] : 0;
        double deviation = x[set->offset[i]] - mean, product = deviation * scale * weight;
        double error = fabs(weight) * scale *
                           (off * (1 + share) + fabs(deviation) * (share + 4 * UNIT_ROUNDOFF)) +
                       2 * UNIT_ROUNDOFF * (fabs(product) + fabs(bias)) + 3 * SMALLEST;
        elements[set->offset[i]] =
            (Element){.value = product + bias, .error = may_overflow ? INFINITY : error};
    }
}

void reference_norm(const Node *node, const float *input, Element *elements) {
    View x = view_of(&node->output->type);
    Arena *arena = arena_create();
    int64_t positions = view_elems(&x) / (x.n * x.c), size = x.c / node->groups;
    int64_t most = size * positions;
    NormSet set = {ARENA_ARRAY(arena, int64_t, (size_t)most),
                   ARENA_ARRAY(arena, int64_t, (size_t)most), 0};
    bool at_position = node->op == OP_LAYERNORM;
    int64_t sets = at_position ? positions : node->groups;
    for (int64_t n = 0; n < x.n; n++)
        for (int64_t s = 0; s < sets; s++) {
            set.elems = 0;
            for (int64_t c = 0; c < size; c++)
                for (int64_t p = 0; p < (at_position ? 1 : positions); p++) {
                    int64_t channel = at_position ? c : s * size + c;
                    int64_t place = (n * x.c + channel) * positions + (at_position ? s : p);
                    add_position(&set, view_position(&x, place).offset, channel);
                }
            norm_set(node, input, &set, elements);
        }
    arena_destroy(arena);
}
