/* See elementary_error.h. */
#include "elementary_error.h"

#include "lower/elementary.h"

#include <math.h>
#include <string.h>

const Elementary ELEMENTARY[ELEMENTARY_FUNCTIONS] = {
    {"exp", lower_exp, exp, {1.91, 1.57}},
    {"tanh", lower_tanh, tanh, {1.47, 1.42}},
};

float float_of_bits(uint32_t bits) {
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

uint32_t bits_of_float(float f) {
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    return bits;
}

LoopFn *elementary_fn(Arena *arena, const Elementary *f, int lanes, LoopBuffer x, LoopBuffer y) {
    LoopBuilder *b = loop_builder(arena, f->name);
    uint32_t in = loop_buffer(b, x), out = loop_buffer(b, y);
    LoopVar i =
        loop_begin(b, LOOP_PARALLEL, "i", loop_const(0), loop_const(x.elems / lanes), NULL, 0);
    LoopAffine at = loop_var(b, i, lanes);
    loop_store(b, f->lower(b, loop_load(b, lanes, lanes, in, at)), lanes, out, at);
    loop_end(b, NULL, 0);
    return loop_finish(b);
}

double error_in_ulp(float got, double exact) {
    if (isnan(exact) || isnan(got)) return isnan(exact) && isnan(got) ? 0 : INFINITY;
    if (!signbit(got) != !signbit(exact)) return INFINITY;
    double beyond = 0x1p128, size = fmin(fabs(exact), beyond);
    double value = isinf(got) ? beyond : fabs((double)got);
    int exponent;
    frexp(size, &exponent); /* size < 2^exponent, but for 2^128 itself */
    double ulp = ldexp(1, exponent > 128 ? 104 : exponent < -125 ? -149 : exponent - 24);
    return fabs(value - size) / ulp;
}

void worst_update(WorstError *worst, const Elementary *f, const float *x, const float *y,
                  size_t n) {
    for (size_t i = 0; i < n; i++) {
        double exact = f->exact(x[i]);
        if (worst->ulp >= 0.5 && bits_of_float((float)exact) == bits_of_float(y[i])) continue;
        double ulp = error_in_ulp(y[i], exact);
        if (ulp > worst->ulp) *worst = (WorstError){ulp, x[i], y[i]};
    }
}
