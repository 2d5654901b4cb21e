/* Parameters from their sources. The random ones are defined bit by bit in the language: FNV-1a of
 * the key starts SplitMix64 (Steele, Lea and Flood, 2014), so that each parameter has its own
 * stream, whatever the order of layers. */
#include "weights/source.h"

#include "base/hash.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static uint64_t splitmix64(uint64_t *state) {
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

void weights_random(const char *key, uint64_t seed, int64_t fan_in, int64_t elems, float *out) {
    assert(fan_in >= 1);
    uint64_t state = fnv1a64(key, strlen(key), FNV1A64_START) ^ seed;
    double scale = sqrt(6.0 / (double)fan_in);
    for (int64_t i = 0; i < elems; i++) {
        double t = (double)(splitmix64(&state) >> 40) * 0x1p-23 - 1.0;
        out[i] = (float)(t * scale);
    }
}

void weight_source_fill(const WeightSource *source, const char *key, int64_t fan_in, int64_t elems,
                        float *out) {
    switch (source->kind) {
    case WEIGHT_FILL:
        for (int64_t i = 0; i < elems; i++) out[i] = source->value;
        break;
    case WEIGHT_RANDOM: weights_random(key, source->seed, fan_in, elems, out); break;
    case WEIGHT_LIST:
        if (elems > 0) memcpy(out, source->numbers, (size_t)elems * sizeof *out);
        break;
    case WEIGHT_TENSOR:
    case WEIGHT_TIED: assert(!"read by weight_tensor_read, shared by the caller"); break;
    }
}

int64_t weights_first_nonfinite(const float *data, int64_t elems) {
    for (int64_t i = 0; i < elems; i++)
        if (!isfinite(data[i])) return i;
    return -1;
}
