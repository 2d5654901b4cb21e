/* Random small networks as `.net` text, always legal, the same for the same seed.
 *
 * Every layer, 1 to 3 spatial axes in any order, with and without a batch; groups, odd sizes and
 * every way a window can lie in its input; residual joins; several inputs and outputs.
 * Small enough that the double reference takes milliseconds. Each network asserts the sizes that
 * conv_arith computed, so that a compiler that disagrees says so. Weights are
 * `random(seed=...)`, under which biases are zero: a test that wants others fills Param.data. */
#ifndef NETC_TESTS_NET_GENERATOR_H
#define NETC_TESTS_NET_GENERATOR_H

#include "base/arena.h"

#include <stdint.h>

/** What the networks are made to contain. */
#define NET_FEATURES(X)                                                                            \
    X(CONV, "conv")                                                                                \
    X(TCONV, "tconv")                                                                              \
    X(TCONV_OF_CONV, "tconv of a conv")                                                            \
    X(TCONV_OF_POOL, "tconv of a pool")                                                            \
    X(MAXPOOL, "maxpool")                                                                          \
    X(AVGPOOL, "avgpool")                                                                          \
    X(MINPOOL, "minpool")                                                                          \
    X(SUMPOOL, "sumpool")                                                                          \
    X(LPPOOL, "lppool")                                                                            \
    X(DENSE, "dense")                                                                              \
    X(FLATTEN, "flatten")                                                                          \
    X(ABS, "abs")                                                                                  \
    X(SQRT, "sqrt")                                                                                \
    X(RECIPROCAL, "reciprocal")                                                                    \
    X(EXP, "exp")                                                                                  \
    X(LOG, "log")                                                                                  \
    X(POWER, "power")                                                                              \
    X(RELU, "relu")                                                                                \
    X(TANH, "tanh")                                                                                \
    X(SIGMOID, "sigmoid")                                                                          \
    X(SILU, "silu")                                                                                \
    X(GELU, "gelu")                                                                                \
    X(GELU_TANH, "gelu by tanh")                                                                   \
    X(MISH, "mish")                                                                                \
    X(SOFTSIGN, "softsign")                                                                        \
    X(SELU, "selu")                                                                                \
    X(SOFTPLUS, "softplus")                                                                        \
    X(ELU, "elu")                                                                                  \
    X(LEAKY_RELU, "leaky_relu")                                                                    \
    X(HARD_SIGMOID, "hard_sigmoid")                                                                \
    X(HARD_SWISH, "hard_swish")                                                                    \
    X(CLIP, "clip")                                                                                \
    X(PRELU, "prelu")                                                                              \
    X(BATCHNORM, "batchnorm")                                                                      \
    X(AFFINE, "affine")                                                                            \
    X(INSTANCENORM, "instancenorm")                                                                \
    X(GROUPNORM, "groupnorm")                                                                      \
    X(LAYERNORM, "layernorm")                                                                      \
    X(SCALE, "scale")                                                                              \
    X(SCALE_BY, "scale by a tensor")                                                               \
    X(LOG_SOFTMAX, "log_softmax")                                                                  \
    X(SOFTMAX, "softmax")                                                                          \
    X(ARGMAX, "argmax")                                                                            \
    X(MATMUL, "matmul")                                                                            \
    X(MATMUL_CONSTANT, "matmul with a constant")                                                   \
    X(ADD, "join by +")                                                                            \
    X(SUB, "join by -")                                                                            \
    X(MUL, "join by *")                                                                            \
    X(EXTREMUM, "max or min of two")                                                               \
    X(DIV, "join by /")                                                                            \
    X(DIVIDE_NO_NAN, "join by divide_no_nan")                                                      \
    X(CONSTANT, "join with a constant")                                                            \
    X(CONCAT, "concat")                                                                            \
    X(CONCAT_CHANNELS, "concat of channels")                                                       \
    X(SPLIT, "split")                                                                              \
    X(RESHAPE, "reshape")                                                                          \
    X(PERMUTE, "permute, there and back")                                                          \
    X(UPSAMPLE, "upsample")                                                                        \
    X(LINEAR, "linear upsample")                                                                   \
    X(PIXEL_SHUFFLE, "pixel_shuffle")                                                              \
    X(PIXEL_UNSHUFFLE, "pixel_unshuffle")                                                          \
    X(CROP, "crop")                                                                                \
    X(CROP_TO, "crop to a tensor")                                                                 \
    X(PAD, "pad")                                                                                  \
    X(PAD_BORDER, "pad with its own data")                                                         \
    X(BORDER, "conv over its own data")                                                            \
    X(FLIP, "rotated kernel")                                                                      \
    X(BATCH, "batch above 1")                                                                      \
    X(WITHOUT_BATCH, "no batch axis")                                                              \
    X(CHANNELS_LAST, "channels last")                                                              \
    X(RANK_1, "one spatial axis")                                                                  \
    X(RANK_3, "three spatial axes")                                                                \
    X(GROUPS, "groups")                                                                            \
    X(DEPTHWISE, "depthwise")                                                                      \
    X(INPUTS, "two inputs")                                                                        \
    X(BYTES, "f32 of bytes")                                                                       \
    X(OUTPUTS, "several outputs")                                                                  \
    X(NO_BIAS, "layer without bias")                                                               \
    X(STRIDED, "stride above 1")                                                                   \
    X(SKIPPING, "stride above the kernel")                                                         \
    X(DILATED, "dilation")                                                                         \
    X(LOPSIDED, "lopsided padding")                                                                \
    X(PAD_WORD, "padding by word")                                                                 \
    X(WHOLE, "kernel as large as the padded input")                                                \
    X(ONE_LESS, "kernel one less than the padded input")                                           \
    X(BEYOND, "kernel larger than the data")                                                       \
    X(ONLY_PADDING, "windows that see only padding")                                               \
    X(ROUNDED_UP, "pool rounded up, with overhang")                                                \
    X(COUNT_ALL, "average over padding")                                                           \
    X(OUTPUT_PADDING, "output padding")                                                            \
    X(CROPPING, "transposed layer that crops")

typedef enum NetFeature {
#define X(feature, name) NET_##feature,
    NET_FEATURES(X)
#undef X
        NET_FEATURE_COUNT
} NetFeature;

/** How often each feature occurred. */
typedef struct NetCensus {
    int64_t count[NET_FEATURE_COUNT];
} NetCensus;

/** "tconv of a pool". */
const char *net_feature_name(NetFeature feature);

/** The network of `seed`, in `arena`.
 *  @param census  NULL, or counts what it contains on top of what is there */
const char *net_generate(Arena *arena, uint64_t seed, NetCensus *census);

#endif
