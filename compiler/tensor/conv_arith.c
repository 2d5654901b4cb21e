/* The relationships of one spatial axis, in checked 64-bit arithmetic.
 *
 * Everything follows from n = i + pad_lo + pad_hi - K, the room the window has to move in. The
 * rounding of o is the only place where information is lost; a (R14) is what was lost. */
#include "tensor/conv_arith.h"

#include "base/checked.h"

#include <assert.h>

bool conv_axis_is_sane(const ConvAxis *axis) {
    return axis->i >= 1 && axis->k >= 1 && axis->s >= 1 && axis->d >= 1 && axis->pad_lo >= 0 &&
           axis->pad_hi >= 0 && axis->a >= 0;
}

ConvStatus conv_effective_kernel(int64_t k, int64_t d, int64_t *out) {
    assert(k >= 1 && d >= 1);
    int64_t reach;
    if (!checked_mul(d, k - 1, &reach) || !checked_add(reach, 1, out)) return CONV_OVERFLOW;
    return CONV_OK;
}

/* n: how far the window can move over the padded input. At most INT64_MAX - 1, since K >= 1. */
static ConvStatus room_to_move(const ConvAxis *axis, int64_t *n) {
    assert(conv_axis_is_sane(axis));
    int64_t kernel, padded, room;
    if (conv_effective_kernel(axis->k, axis->d, &kernel) != CONV_OK) return CONV_OVERFLOW;
    if (!checked_add(axis->i, axis->pad_lo, &padded) ||
        !checked_add(padded, axis->pad_hi, &padded) || !checked_sub(padded, kernel, &room))
        return CONV_OVERFLOW;
    if (room < 0) return CONV_KERNEL_TOO_LARGE;
    *n = room;
    return CONV_OK;
}

/* The test (o-1)s >= i + pad_lo of the rounded-up case is made on quotients, which cannot
 * overflow: x*s >= y iff x >= ceil(y/s). */
ConvStatus conv_output_extent(const ConvAxis *axis, int64_t *out) {
    int64_t n;
    ConvStatus status = room_to_move(axis, &n);
    if (status != CONV_OK) return status;
    if (!axis->ceil) {
        *out = n / axis->s + 1;
        return CONV_OK;
    }
    int64_t steps = ceil_div(n, axis->s);
    bool starts_beyond = steps >= ceil_div(axis->i + axis->pad_lo, axis->s);
    *out = steps + 1 - starts_beyond;
    return CONV_OK;
}

/* s(i'-1) + K - pad_lo - pad_hi, the output extent without a; may be negative. */
static bool tconv_least_extent(const ConvAxis *axis, int64_t i, int64_t *out) {
    int64_t kernel, extent;
    return conv_effective_kernel(axis->k, axis->d, &kernel) == CONV_OK &&
           checked_mul(axis->s, i - 1, &extent) && checked_add(extent, kernel, &extent) &&
           checked_sub(extent, axis->pad_lo, &extent) && checked_sub(extent, axis->pad_hi, out);
}

ConvStatus tconv_output_extent(const ConvAxis *axis, int64_t *out) {
    assert(conv_axis_is_sane(axis) && !axis->ceil);
    int64_t extent;
    if (!tconv_least_extent(axis, axis->i, &extent) || !checked_add(extent, axis->a, &extent))
        return CONV_OVERFLOW;
    if (extent < 1) return CONV_NO_OUTPUT;
    *out = extent;
    return CONV_OK;
}

ConvStatus conv_leftover(const ConvAxis *axis, int64_t *out) {
    int64_t n;
    ConvStatus status = room_to_move(axis, &n);
    if (status == CONV_OK) *out = n % axis->s;
    return status;
}

static void split_evenly(ConvAxis *axis, int64_t total) {
    axis->pad_lo = total / 2;
    axis->pad_hi = total - total / 2;
}

ConvStatus conv_pad_word(PadWord word, ConvAxis *axis) {
    int64_t kernel;
    if (conv_effective_kernel(axis->k, axis->d, &kernel) != CONV_OK) return CONV_OVERFLOW;
    switch (word) {
    case PAD_VALID: axis->pad_lo = axis->pad_hi = 0; break;
    case PAD_HALF: axis->pad_lo = axis->pad_hi = kernel / 2; break;
    case PAD_SAME: {
        /* The last of ceil(i/s) windows starts `before_end` elements before the end of the data
         * and sticks out by the rest of the kernel. */
        int64_t before_end = (axis->i - 1) % axis->s + 1;
        split_evenly(axis, kernel > before_end ? kernel - before_end : 0);
        break;
    }
    case PAD_FULL: axis->pad_lo = axis->pad_hi = kernel - 1; break;
    case PAD_CAUSAL:
        axis->pad_lo = kernel - 1;
        axis->pad_hi = 0;
        break;
    }
    return CONV_OK;
}

ConvStatus tconv_pad_word(PadWord word, ConvAxis *axis) {
    if (word != PAD_SAME && word != PAD_CAUSAL) return conv_pad_word(word, axis);
    int64_t kernel;
    if (conv_effective_kernel(axis->k, axis->d, &kernel) != CONV_OK) return CONV_OVERFLOW;
    int64_t excess = kernel > axis->s ? kernel - axis->s : 0;
    axis->a = kernel < axis->s ? axis->s - kernel : 0;
    if (word == PAD_SAME) {
        split_evenly(axis, excess);
    } else {
        axis->pad_lo = 0;
        axis->pad_hi = excess;
    }
    return CONV_OK;
}

ConvStatus conv_transpose_of(const ConvAxis *forward, ConvAxis *transposed) {
    int64_t o, least, leftover;
    ConvStatus status = conv_output_extent(forward, &o);
    if (status != CONV_OK) return status;
    if (!tconv_least_extent(forward, o, &least) || !checked_sub(forward->i, least, &leftover))
        return CONV_OVERFLOW;
    ConvAxis axis = *forward;
    axis.i = o;
    axis.ceil = false;
    axis.a = leftover > 0 ? leftover : 0;
    if (leftover < 0 && !checked_sub(axis.pad_hi, leftover, &axis.pad_hi)) return CONV_OVERFLOW;
    *transposed = axis;
    return CONV_OK;
}

static const ConvRange EMPTY = {1, 0};

static int64_t at_least(int64_t x, int64_t least) { return x < least ? least : x; }

/* x + y, or INT64_MAX where that is larger than any extent can be; y >= 0. */
static int64_t add_up_to_max(int64_t x, int64_t y) {
    int64_t sum;
    return checked_add(x, y, &sum) ? sum : INT64_MAX;
}

/* (o-1)s + K: the padded extent that the windows of `o` outputs cover. */
static bool covered(const ConvAxis *axis, int64_t o, int64_t *out) {
    int64_t kernel, steps;
    return conv_effective_kernel(axis->k, axis->d, &kernel) == CONV_OK &&
           checked_mul(o - 1, axis->s, &steps) && checked_add(steps, kernel, out);
}

ConvRange conv_solve_input(const ConvAxis *axis, int64_t o) {
    assert(!axis->ceil);
    int64_t lo;
    if (o < 1 || !covered(axis, o, &lo) || !checked_sub(lo, axis->pad_lo, &lo) ||
        !checked_sub(lo, axis->pad_hi, &lo))
        return EMPTY;
    return (ConvRange){at_least(lo, 1), add_up_to_max(lo, axis->s - 1)};
}

/* Sum of floor((a*u + b) / m) over u = 0 .. n-1, modulo 2^64, in the steps of Euclid's algorithm:
 * the whole parts of a/m and b/m have closed sums, and what remains counts lattice points under a
 * line, which counted by columns is the same problem with a and m exchanged. */
static uint64_t floor_sum(uint64_t n, uint64_t m, uint64_t a, uint64_t b) {
    uint64_t sum = 0;
    while (n > 0) {
        uint64_t pairs = n % 2 ? (n - 1) / 2 * n : n / 2 * (n - 1);
        sum += pairs * (a / m) + n * (b / m);
        a %= m;
        b %= m;
        unsigned __int128 top = (unsigned __int128)a * n + b;
        n = (uint64_t)(top / m);
        b = (uint64_t)(top % m);
        uint64_t old = m;
        m = a;
        a = old;
    }
    return sum;
}

/* How many u in 0 .. n-1 have (first + u*step) mod m >= limit; 0 < limit < m. Each such u is one
 * where adding m - limit carries into the quotient. */
static int64_t count_residues_from(int64_t first, int64_t step, int64_t n, int64_t m,
                                   int64_t limit) {
    uint64_t b = (uint64_t)floor_mod(first, m), a = (uint64_t)(step % m), mod = (uint64_t)m;
    uint64_t carried = floor_sum((uint64_t)n, mod, a, b + mod - (uint64_t)limit);
    return (int64_t)(carried - floor_sum((uint64_t)n, mod, a, b));
}

/* Window u has its taps at b, b+d, ..., b+K-1 with b = u*s - pad_lo. It is dead
 *   - if it ends before the data: b + K <= 0,
 *   - if it begins after the data: b >= i,
 *   - or if it steps over the data: b < 0 < b + K and the first tap from 0 on, b mod d, is >= i. */
int64_t conv_dead_windows(const ConvAxis *axis, int64_t o) {
    assert(conv_axis_is_sane(axis) && o >= 1);
    int64_t kernel = 0;
    ConvStatus status = conv_effective_kernel(axis->k, axis->d, &kernel);
    assert(status == CONV_OK);
    (void)status;
    int64_t s = axis->s, lo = axis->pad_lo;
    int64_t ends_before = lo >= kernel ? (lo - kernel) / s + 1 : 0;
    int64_t begins_at_0 = ceil_div(lo, s), begins_at_i = ceil_div(axis->i + lo, s);
    if (begins_at_0 > o) begins_at_0 = o;
    if (begins_at_i > o) begins_at_i = o;
    int64_t dead = ends_before + (o - begins_at_i);
    if (axis->d > axis->i && begins_at_0 > ends_before)
        dead += count_residues_from(ends_before * s - lo, s, begins_at_0 - ends_before, axis->d,
                                    axis->i);
    return dead;
}

int64_t conv_unread_tail(const ConvAxis *axis, int64_t o) {
    assert(conv_axis_is_sane(axis) && o >= 1);
    int64_t kernel = 0;
    ConvStatus status = conv_effective_kernel(axis->k, axis->d, &kernel);
    assert(status == CONV_OK);
    (void)status;
    int64_t after = at_least(axis->i + axis->pad_lo - (o - 1) * axis->s - kernel, 0);
    return after < axis->i ? after : axis->i;
}
