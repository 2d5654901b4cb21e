/* Where the numbers of a parameter come from, and how they become f32. */
#ifndef NETC_WEIGHTS_SOURCE_H
#define NETC_WEIGHTS_SOURCE_H

#include "base/arena.h"
#include "weights/weight_file.h"

#include <stdint.h>

typedef enum WeightSourceKind {
    WEIGHT_FILL,   /* one value for all */
    WEIGHT_RANDOM, /* language.md 2.7, bit by bit */
    WEIGHT_LIST,   /* numbers of the program itself */
    WEIGHT_TENSOR, /* a tensor of a file */
    WEIGHT_TIED    /* those of another parameter, whose data it shares */
} WeightSourceKind;

typedef struct WeightSource {
    WeightSourceKind kind;
    float value;                /* FILL */
    uint64_t seed;              /* RANDOM */
    const float *numbers;       /* LIST: in the parameter's order */
    const WeightFile *file;     /* TENSOR */
    const WeightTensor *tensor; /* TENSOR: of a known dtype, its shape that of the parameter */
    int axes[MAX_WEIGHT_RANK];  /* TENSOR: the tensor's axis that is axis i of the parameter */
    const struct Param *tied;   /* TIED: comes before this one, and has its shape */
} WeightSource;

/** Writes `elems` floats in the parameter's row-major order, from a source that holds them itself:
 *  FILL, RANDOM or LIST.
 *  @param key     the parameter's key; seeds RANDOM
 *  @param fan_in  products in one output, >= 1; scales RANDOM */
void weight_source_fill(const WeightSource *source, const char *key, int64_t fan_in, int64_t elems,
                        float *out);

/** The random numbers of language.md 2.7: FNV-1a-64(key) xor seed, SplitMix64, uniform in
 *  [-1, 1) times sqrt(6 / fan_in). Same bits on every machine. */
void weights_random(const char *key, uint64_t seed, int64_t fan_in, int64_t elems, float *out);

/** Index of the first NaN or infinity of `elems` floats, or -1. */
int64_t weights_first_nonfinite(const float *data, int64_t elems);

#endif
