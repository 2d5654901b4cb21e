/* The elementary functions over arrays, and their error against libm's in double precision. */
#ifndef NETC_TESTS_LOWER_ELEMENTARY_ERROR_H
#define NETC_TESTS_LOWER_ELEMENTARY_ERROR_H

#include "loop/build.h"

/** What an error is measured in: units of the last place of the result, or 2^-24 |x|. */
typedef enum ErrorMeasure { ERROR_ULP, ERROR_U_OF_X } ErrorMeasure;

typedef struct Elementary {
    const char *name;
    LoopVal (*lower)(LoopBuilder *b, LoopVal x);
    double (*exact)(double x);
    double limit[2]; /* promised error, without and with a fused FMA */
    double range[2]; /* of its results */
    ErrorMeasure measure;
} Elementary;

enum { ELEMENTARY_FUNCTIONS = 26 };
extern const Elementary ELEMENTARY[ELEMENTARY_FUNCTIONS];

/** The float with these bits, and back. */
float float_of_bits(uint32_t bits);
uint32_t bits_of_float(float f);

/** A phase y[i] = f(x[i]) for all elements of x in vectors of `lanes`, which divide them; y has as
 *  many. */
LoopFn *elementary_fn(Arena *arena, const Elementary *f, int lanes, LoopBuffer x, LoopBuffer y);

/** |got - exact| in units of the last place of the floats at `exact`, 2^-149 at least; an infinity
 *  counts as 2^128. Infinite if exactly one is NaN or the signs differ, zeros included. */
double error_in_ulp(float got, double exact);

/** The largest error seen. */
typedef struct WorstError {
    double error;
    float x, got;
} WorstError;

/** exact[i] = f(x[i]) in double precision. */
void elementary_exact(const Elementary *f, const float *x, double *exact, size_t n);

/** Takes y[0 .. n-1], meant to be f(x[0 .. n-1]), into account. */
void worst_update(WorstError *worst, const Elementary *f, const float *x, const double *exact,
                  const float *y, size_t n);

#endif
