/* The relationships R1 .. R15 of Dumoulin & Visin as pure functions of one spatial axis.
 *
 * One law contains them all (arithmetic.md 1). With the effective kernel K = d(k-1)+1:
 *
 *     n = i + pad_lo + pad_hi - K     legal iff n >= 0
 *     o = floor(n / s) + 1            conv and pools
 *     o' = s(i'-1) + a + K - pad_lo - pad_hi     transposed, legal iff o' >= 1
 *
 * All arithmetic is 64-bit and checked; floor rounds towards minus infinity. Extents, stride and
 * dilation below 1 and negative paddings are the caller's to refuse. */
#ifndef NETC_TENSOR_CONV_ARITH_H
#define NETC_TENSOR_CONV_ARITH_H

#include <stdbool.h>
#include <stdint.h>

/** One spatial axis of a window layer. For a transposed layer k, s, p, d are those of the
 *  convolution that is transposed, `i` is the extent of the transposed layer's own input. */
typedef struct ConvAxis {
    int64_t i;      /* input extent, >= 1 */
    int64_t k;      /* kernel extent, >= 1 */
    int64_t s;      /* stride, >= 1 */
    int64_t d;      /* dilation, >= 1; 1 is dense */
    int64_t pad_lo; /* zeros before the first element, >= 0 */
    int64_t pad_hi; /* zeros after the last element, >= 0 */
    int64_t a;      /* output padding of a transposed layer (R14), >= 0; 0 otherwise */
    bool ceil;      /* round up instead of down (pools and conv; not transposed) */
} ConvAxis;

typedef enum ConvStatus {
    CONV_OK,
    CONV_KERNEL_TOO_LARGE, /* K > i + pad_lo + pad_hi */
    CONV_NO_OUTPUT,        /* a transposed layer whose size would be <= 0 */
    CONV_OVERFLOW          /* an intermediate does not fit in 64 bits */
} ConvStatus;

/** The named paddings of language.md 2.5. */
typedef enum PadWord { PAD_VALID, PAD_HALF, PAD_SAME, PAD_FULL, PAD_CAUSAL } PadWord;

/** Every field within the range that ConvAxis states. */
bool conv_axis_is_sane(const ConvAxis *axis);

/** Extent the kernel covers, d(k-1)+1 (R15's k-hat). CONV_OVERFLOW if it does not fit. */
ConvStatus conv_effective_kernel(int64_t k, int64_t d, int64_t *out);

/** Output extent of a convolution or pool along one axis (R1-R7, R15).
 *
 *      o = floor((i + pad_lo + pad_hi - K) / s) + 1
 *
 *  With axis->ceil the quotient is rounded up, then o is one less if the last window would start
 *  beyond the data and the leading padding: (o-1)s >= i + pad_lo (PyTorch's and ONNX's rule).
 *
 *  @param axis  extents in elements, within the ranges of ConvAxis
 *  @param out   receives o >= 1; untouched on failure
 *  @return CONV_OK, CONV_KERNEL_TOO_LARGE or CONV_OVERFLOW
 *  @source Dumoulin & Visin, relationships 1-7 and 15 */
ConvStatus conv_output_extent(const ConvAxis *axis, int64_t *out);

/** Output extent of a transposed convolution along one axis (R8-R14).
 *
 *      o' = s(i'-1) + a + K - pad_lo - pad_hi
 *
 *  @return CONV_OK, CONV_NO_OUTPUT or CONV_OVERFLOW
 *  @source Dumoulin & Visin, relationships 8-14 */
ConvStatus tconv_output_extent(const ConvAxis *axis, int64_t *out);

/** The rows that the floor leaves over: a = (i + pad_lo + pad_hi - K) mod s (R14). Needs a legal
 *  axis; CONV_KERNEL_TOO_LARGE or CONV_OVERFLOW otherwise. */
ConvStatus conv_leftover(const ConvAxis *axis, int64_t *out);

/** The padding that a word means for a convolution or pool: sets pad_lo and pad_hi from i, k, s, d.
 *
 *      valid   0, 0
 *      half    floor(K/2) on both sides; keeps the size for s = 1 and odd K (R3)
 *      same    max((ceil(i/s) - 1)s + K - i, 0) in all, the odd one at the end; o = ceil(i/s)
 *      full    K-1 on both sides (R4)
 *      causal  K-1, 0; o = ceil(i/s)
 *
 *  @return CONV_OK or CONV_OVERFLOW; nothing is written then */
ConvStatus conv_pad_word(PadWord word, ConvAxis *axis);

/** The same for a transposed layer. `same` and `causal` give o' = s*i': they take away K-s rows
 *  (same: half on each side, the odd one at the end; causal: all at the end) or, where that is
 *  negative, set a = s-K; they set a in any case. The other words leave a alone. */
ConvStatus tconv_pad_word(PadWord word, ConvAxis *axis);

/** The axis of the transposed layer that undoes `forward`: input o, output i, always
 *  (`tconv(of L)`). With e = i - (s(o-1) + K - pad_lo - pad_hi): a = e if e >= 0, else pad_hi
 *  grows by -e (L was rounded up).
 *
 *  @return CONV_OK, CONV_KERNEL_TOO_LARGE or CONV_OVERFLOW; *transposed is untouched on failure */
ConvStatus conv_transpose_of(const ConvAxis *forward, ConvAxis *transposed);

/** An interval of solutions; empty when lo > hi: there is none, `o` is below 1, or the smallest
 *  does not fit in 64 bits. */
typedef struct ConvRange {
    int64_t lo, hi;
} ConvRange;

/** Input extents >= 1 that give output `o` where sizes are rounded down: s of them, fewer at the
 *  lower end. */
ConvRange conv_solve_input(const ConvAxis *axis, int64_t o);

/** Number of windows that hold no data: before it, beyond it, or stepping over it by dilation.
 *  @param o  output extent of this axis, so that K fits in 64 bits */
int64_t conv_dead_windows(const ConvAxis *axis, int64_t o);

/** Input elements after the last window, never read: max(0, i + pad_lo - ((o-1)s + K)), all i of
 *  them where the last window ends before the data.
 *  @param o  output extent of this axis */
int64_t conv_unread_tail(const ConvAxis *axis, int64_t o);

#endif
