/* One random window layer as `.net` text, always legal, the same for the same seed: every kind, 1
 * to 3 spatial axes, any order of the axes, any batch, groups, and every way a window can lie in
 * its input. Small enough that the interpreter takes milliseconds. */
#ifndef NETC_TESTS_LAYER_GENERATOR_H
#define NETC_TESTS_LAYER_GENERATOR_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/** What the layers are made to contain. */
#define LAYER_FEATURES(X)                                                                          \
    X(CONV, "conv")                                                                                \
    X(TCONV, "tconv")                                                                              \
    X(MAXPOOL, "maxpool")                                                                          \
    X(MINPOOL, "minpool")                                                                          \
    X(AVGPOOL, "avgpool")                                                                          \
    X(SUMPOOL, "sumpool")                                                                          \
    X(LPPOOL, "lppool")                                                                            \
    X(ONE_AXIS, "1-D")                                                                             \
    X(TWO_AXES, "2-D")                                                                             \
    X(THREE_AXES, "3-D")                                                                           \
    X(CHANNELS_FIRST, "channels first")                                                            \
    X(CHANNELS_LAST, "channels last")                                                              \
    X(CHANNELS_BETWEEN, "channels between")                                                        \
    X(NO_BATCH, "no batch")                                                                        \
    X(BATCH, "batch above 1")                                                                      \
    X(BATCH_INSIDE, "batch not outermost")                                                         \
    X(GROUPED, "groups")                                                                           \
    X(DEPTHWISE, "depthwise")                                                                      \
    X(STRIDED, "stride")                                                                           \
    X(SKIPPING, "stride above the kernel")                                                         \
    X(DILATED, "dilation")                                                                         \
    X(LOPSIDED, "lopsided padding")                                                                \
    X(WHOLE, "kernel as large as the input")                                                       \
    X(ONE_LESS, "kernel one less than the input")                                                  \
    X(BEYOND, "kernel larger than the data")                                                       \
    X(DEAD, "windows of padding only")                                                             \
    X(ROUNDED_UP, "rounded up with overhang")                                                      \
    X(OUTPUT_PADDING, "output padding")                                                            \
    X(CROPPING, "transposed layer that crops")                                                     \
    X(BORDER, "border of data")                                                                    \
    X(FLIP, "rotated kernel")                                                                      \
    X(RESIDUAL, "residual behind it")

typedef enum LayerFeature {
#define X(feature, name) LAYER_##feature,
    LAYER_FEATURES(X)
#undef X
        LAYER_FEATURE_COUNT
} LayerFeature;

/** How often each feature occurred. */
typedef struct LayerCensus {
    int64_t count[LAYER_FEATURE_COUNT];
} LayerCensus;

/** "stride above the kernel". */
const char *layer_feature_name(LayerFeature feature);

/** The network of `seed`: inputs, one window layer, perhaps an epilogue. It asserts the sizes that
 *  conv_arith computed.
 *  @param census  counts what it contains on top of what is there
 *  @param exact   receives whether every result is exact on small whole numbers */
const char *layer_generate(Arena *arena, uint64_t seed, LayerCensus *census, bool *exact);

#endif
