/* See elementary_error.h. */
#include "elementary_error.h"

#include "lower/activation.h"
#include "lower/elementary.h"

#include <math.h>
#include <string.h>

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double silu(double x) { return x / (1 + exp(-x)); }
static double softplus(double x) { return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)); }
static double gelu(double x) { return x * (erfc(x * -0.70710678118654752440) / 2); }
static double elu(double x) { return x < 0 ? expm1(x) : x; }

static LoopVal lower_sqrt(LoopBuilder *b, LoopVal x) { return loop_unary(b, LOOP_SQRT, x); }
static double reciprocal(double x) { return 1 / x; }

static double softsign(double x) { return x / (1 + fabs(x)); }

#define GAMMA 1.0507009873554804934
#define ALPHA_GAMMA 1.7580993408473768
static double selu(double x) { return x < 0 ? ALPHA_GAMMA * expm1(x) : GAMMA * x; }

/* x*tanh(log(1 + e^x)) = x*(g - 1)/(g + 1) with g = (1 + e^x)^2 */
static double mish(double x) {
    double e = exp(-fabs(x));
    return x < 0 ? x * (e * (2 + e) / (2 + e * (2 + e)))
                 : x * ((1 + 2 * e) / (1 + 2 * e + 2 * e * e));
}

static double gelu_tanh(double x) {
    return x / (1 + exp(-2 * sqrt(2 / 3.14159265358979323846) * (x + 0.044715 * x * x * x)));
}

#define POWER(name, n)                                                                             \
    static LoopVal lower_pow_##name(LoopBuilder *b, LoopVal x) { return lower_pow(b, x, n); }      \
    static double pow_##name(double x) { return pow(x, (double)(n)); }
POWER(3, 3.0f)
POWER(4, 4.0f)
POWER(minus_2, -2.0f)
POWER(half, 0.5f)
POWER(minus_half, -0.5f)
POWER(7, 7.0f)
POWER(minus, -1.3f)
POWER(root, 0.3f)
POWER(steep, 12345.6f)

/* An alpha for which every product rounds. */
#define ALPHA 0x1.ac5d3ep0f
static LoopVal lower_elu_1(LoopBuilder *b, LoopVal x) { return lower_elu(b, x, 1.0f); }
static LoopVal lower_elu_alpha(LoopBuilder *b, LoopVal x) { return lower_elu(b, x, ALPHA); }
static double elu_alpha(double x) { return x < 0 ? ALPHA * expm1(x) : x; }

static LoopVal lower_exp_below_0(LoopBuilder *b, LoopVal x) {
    return lower_exp_scaled(b, loop_binary(b, LOOP_MIN, loop_f32(b, loop_lanes(b, x), 0.0f), x));
}
static double exp_below_0(double x) { return 0x1p64 * exp(x > 0 ? 0 : x < -104.5 ? -104.5 : x); }

static double hard_swish(double x) {
    double gate = x / 6 + 0.5;
    return x * (gate < 0 ? 0 : gate > 1 ? 1 : gate);
}

static const double INF = INFINITY;

const Elementary ELEMENTARY[ELEMENTARY_FUNCTIONS] = {
    {"exp", lower_exp, exp, {1.91, 1.57}, {0, INF}, ERROR_ULP},
    {"tanh", lower_tanh, tanh, {1.47, 1.42}, {-1, 1}, ERROR_ULP},
    {"sigmoid", lower_sigmoid, sigmoid, {2, 2}, {0, 1}, ERROR_ULP},
    {"silu", lower_silu, silu, {2, 2}, {-0.27846456, INF}, ERROR_ULP},
    {"softplus", lower_softplus, softplus, {2, 2}, {0, INF}, ERROR_ULP},
    {"gelu", lower_gelu, gelu, {4, 4}, {-0.169972, INF}, ERROR_U_OF_X},
    {"elu", lower_elu_1, elu, {2, 2}, {-1, INF}, ERROR_ULP},
    {"elu of another alpha", lower_elu_alpha, elu_alpha, {2, 2}, {-ALPHA, INF}, ERROR_ULP},
    {"hard_swish", lower_hard_swish, hard_swish, {2, 2}, {-0.375, INF}, ERROR_ULP},
    {"log", lower_log, log, {2, 2}, {-INF, INF}, ERROR_ULP},
    {"exp, scaled", lower_exp_below_0, exp_below_0, {1.17, 0.89}, {0x1p-87, 0x1p64}, ERROR_ULP},
    {"sqrt", lower_sqrt, sqrt, {0.501, 0.501}, {0, INF}, ERROR_ULP},
    {"reciprocal", lower_reciprocal, reciprocal, {0.501, 0.501}, {-INF, INF}, ERROR_ULP},
    {"softsign", lower_softsign, softsign, {2, 2}, {-1, 1}, ERROR_ULP},
    {"selu", lower_selu, selu, {2, 2}, {-ALPHA_GAMMA, INF}, ERROR_ULP},
    {"mish", lower_mish, mish, {2, 2}, {-0.3088417, INF}, ERROR_ULP},
    {"gelu_tanh", lower_gelu_tanh, gelu_tanh, {4, 4}, {-0.170041, INF}, ERROR_U_OF_X},
    {"power 3", lower_pow_3, pow_3, {2, 2}, {-INF, INF}, ERROR_ULP},
    {"power 4", lower_pow_4, pow_4, {2, 2}, {0, INF}, ERROR_ULP},
    {"power -2", lower_pow_minus_2, pow_minus_2, {2, 2}, {0, INF}, ERROR_ULP},
    {"power 0.5", lower_pow_half, pow_half, {0.501, 0.501}, {0, INF}, ERROR_ULP},
    {"power -0.5", lower_pow_minus_half, pow_minus_half, {2, 2}, {0, INF}, ERROR_ULP},
    {"power 7", lower_pow_7, pow_7, {2, 2}, {-INF, INF}, ERROR_ULP},
    {"power -1.3", lower_pow_minus, pow_minus, {2, 2}, {0, INF}, ERROR_ULP},
    {"power 0.3", lower_pow_root, pow_root, {2, 2}, {0, INF}, ERROR_ULP},
    {"power 12345.6", lower_pow_steep, pow_steep, {2, 2}, {0, INF}, ERROR_ULP},
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

void elementary_exact(const Elementary *f, const float *x, double *exact, size_t n) {
    for (size_t i = 0; i < n; i++) exact[i] = f->exact(x[i]);
}

void worst_update(WorstError *worst, const Elementary *f, const float *x, const double *exact,
                  const float *y, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (worst->error >= 0.5 && bits_of_float((float)exact[i]) == bits_of_float(y[i])) continue;
        double error = error_in_ulp(y[i], exact[i]);
        if (f->measure == ERROR_U_OF_X && isfinite(error) && isfinite(exact[i]) && x[i] != 0)
            error = fabs(y[i] - exact[i]) / (0x1p-24 * fabs(x[i]) + 0x1p-149);
        if (error > worst->error) *worst = (WorstError){error, x[i], y[i]};
    }
}
