/* The pointwise operators, and how the error of what they are applied to goes through them
 * (contract.md 4): times their Lipschitz constant, plus what they round themselves, at most 2 ulp
 * of the result. Sums and products round as sums do: 5u(|a| + |b|), with one product 5u|ab|. */
#include "reference/element.h"

#include <assert.h>
#include <float.h>
#include <math.h>

/* 2 ulp of what compiled code may give: y give or take an error. */
static double two_ulp(double y, double error) { return 2.0 * ulp_at(fabs(y) + error); }

/* A function with this Lipschitz constant, computed within 2 ulp. */
static Result apply_function(Result x, double y, double lipschitz) {
    double error = lipschitz * x.error;
    return (Result){y, error + two_ulp(y, error)};
}

/* True if what compiled code has may be on the other side of 0, or 0 itself. */
static bool is_around_zero(Result x) { return x.error > 0.0 && x.error >= fabs(x.value); }

/* The functions without a Lipschitz constant: how far the result moves when x moves by its error to
 * the side where they are steeper. sqrt is rounded once. */
static Result apply_sqrt(Result x) {
    double y = sqrt(x.value), error = x.error > 0.0 ? y - sqrt(x.value - x.error) : 0.0;
    return (Result){y, error + 0.25 * two_ulp(y, error)};
}

static Result apply_exp(Result x) {
    double y = exp(x.value), error = 0.0;
    if (x.error > 0.0) {
        y = fmin(y, DBL_MAX);
        error = exp(x.value + x.error) - y;
    }
    return (Result){y, error + two_ulp(y, error)};
}

static Result apply_log(Result x) {
    double y = log(x.value), error = x.error > 0.0 ? -log1p(-x.error / x.value) : 0.0;
    return (Result){y, error + two_ulp(y, error)};
}

/* |x|^n grows or falls all the way, so that its ends lie at those of |x|; where x may be on either
 * side of 0, n is whole and positive. */
static Result apply_power(Result x, double n) {
    double y = pow(x.value, n), size = fabs(x.value), error = 0.0;
    if (x.error > 0.0 && n != 0.0) {
        double up = pow(size + x.error, n), down = pow(fmax(size - x.error, 0.0), n);
        error = fmax(fabs(up - fabs(y)), fabs(down - fabs(y)));
        if (is_around_zero(x)) error = up + fabs(y);
    }
    return (Result){y, error + two_ulp(y, error)};
}

/* A comparison rounds nothing. */
static Result apply_clip(Result x, double lo, double hi) {
    return (Result){x.value < lo ? lo : hi < x.value ? hi : x.value, x.error};
}

static Result apply_relu(Result x) { return (Result){x.value < 0.0 ? 0.0 : x.value, x.error}; }

/* |tanh| <= 1 of compiled code too. */
static Result apply_tanh(Result x) {
    double y = tanh(x.value);
    return (Result){y, x.error + 2.0 * ulp_at(fmin(fabs(y) + x.error, 1.0))};
}

/* x*f(x) with f the normal distribution: 4u|x|, a bound that does not shrink with f. */
static Result apply_gelu(Result x) {
    double y = x.value * (erfc(-x.value * 0.70710678118654752440) / 2.0);
    return (Result){y, 1.13 * x.error + 4.0 * UNIT_ROUNDOFF * (fabs(x.value) + x.error) + SMALLEST};
}

/* The approximation by tanh, with the same bound. */
static Result apply_gelu_tanh(Result x) {
    double u = 0.79788456080286536 * x.value * (1.0 + 0.044715 * x.value * x.value);
    double y = x.value / (1.0 + exp(-2.0 * u));
    return (Result){y, 1.13 * x.error + 4.0 * UNIT_ROUNDOFF * (fabs(x.value) + x.error) + SMALLEST};
}

/* x*tanh(log(1 + exp(x))) = x*n/(n + 2) with n = exp(x)*(exp(x) + 2) */
static double mish(double x) {
    double e = exp(-fabs(x));
    return x > 0.0 ? x * ((1.0 + 2.0 * e) / (1.0 + 2.0 * e * (1.0 + e)))
                   : x * (e * (e + 2.0) / (e * (e + 2.0) + 2.0));
}

/* log(1 + exp(x)) */
static double softplus(double x) { return x > 0.0 ? x + log1p(exp(-x)) : log1p(exp(x)); }

static Result apply_elu(Result x, double alpha) {
    double y = x.value < 0.0 ? alpha * expm1(x.value) : x.value;
    return apply_function(x, y, fmax(fabs(alpha), 1.0));
}

/* The numbers of Klambauer et al., 2017; the steepest slope is alpha*gamma. */
static Result apply_selu(Result x) {
    const double alpha = 1.6732632423543772, gamma = 1.0507009873554805;
    double y = gamma * (x.value < 0.0 ? alpha * expm1(x.value) : x.value);
    return apply_function(x, y, alpha * gamma);
}

static Result apply_leaky_relu(Result x, double slope) {
    double y = x.value < 0.0 ? slope * x.value : x.value;
    return apply_function(x, y, fmax(fabs(slope), 1.0));
}

/* x*clip(x/6 + 1/2, 0, 1) */
static Result apply_hard_swish(Result x) {
    Result gate = apply_clip((Result){x.value / 6.0 + 0.5, 0.0}, 0.0, 1.0);
    return apply_function(x, x.value * gate.value, 1.5);
}

static Result apply_sum(Result a, double b) {
    double rounding = UNIT_ROUNDOFF * (3.0 * (fabs(a.value) + fabs(b)) + a.error) + SMALLEST;
    return (Result){a.value + b, a.error + rounding};
}

static Result apply_product(Result a, double b) {
    double rounding = UNIT_ROUNDOFF * (fabs(a.value) + a.error) * fabs(b) + SMALLEST;
    return (Result){a.value * b, a.error * fabs(b) + rounding};
}

/* Rounded once. */
static Result apply_quotient(Result a, double b) {
    double y = a.value / b, error = a.error > 0.0 ? a.error / fabs(b) : 0.0;
    return (Result){y, error + 0.25 * two_ulp(y, error)};
}

/* a/x */
static Result apply_quotient_by(Result x, double a) {
    double y = a / x.value, error = 0.0;
    if (x.error > 0.0) error = fabs(y) * x.error / (fabs(x.value) - x.error);
    return (Result){y, error + 0.25 * two_ulp(y, error)};
}

/* x/y, or y/x if `swapped`, and 0 where the divisor is 0, whatever is divided. */
static Result apply_divide_no_nan(Result x, double y, bool swapped) {
    if ((swapped ? x.value : y) == 0.0) return (Result){0.0, 0.0};
    return swapped ? apply_quotient_by(x, y) : apply_quotient(x, y);
}

/* The larger of x and y times `sign`, or NaN; a comparison rounds nothing. */
static Result apply_extremum(Result x, double y, double sign) {
    if (isnan(y) || sign * x.value < sign * y) return (Result){y, x.error};
    return x;
}

/* A sum with one product. */
static Result apply_scale(Result x, double factor, double shift) {
    double magnitude = fabs(factor) * (fabs(x.value) + x.error) + fabs(shift);
    double error = fabs(factor) * x.error + 5.0 * UNIT_ROUNDOFF * magnitude + 2.0 * SMALLEST;
    return (Result){x.value * factor + shift, error};
}

/* clip(slope*x + 1/2, 0, 1) */
static Result apply_hard_sigmoid(Result x, double slope) {
    return apply_clip(apply_scale(x, slope, 0.5), 0.0, 1.0);
}

static Result apply(const Fused *operation, int64_t channel, Result x, double y) {
    const double *number = operation->numbers.at;
    const Channels *of = &operation->channels;
    switch (operation->op) {
    case OP_ABS: return (Result){fabs(x.value), x.error};
    case OP_SQRT: return apply_sqrt(x);
    case OP_RECIPROCAL: return apply_quotient_by(x, 1.0);
    case OP_EXP: return apply_exp(x);
    case OP_LOG: return apply_log(x);
    case OP_POWER: return apply_power(x, number[0]);
    case OP_RELU: return apply_relu(x);
    case OP_TANH: return apply_tanh(x);
    case OP_SIGMOID: return apply_function(x, 1.0 / (1.0 + exp(-x.value)), 1.0);
    case OP_SILU: return apply_function(x, x.value / (1.0 + exp(-x.value)), 1.1);
    case OP_GELU: return apply_gelu(x);
    case OP_GELU_TANH: return apply_gelu_tanh(x);
    case OP_MISH: return apply_function(x, mish(x.value), 1.1);
    case OP_SOFTPLUS: return apply_function(x, softplus(x.value), 1.0);
    case OP_SOFTSIGN: return apply_function(x, x.value / (1.0 + fabs(x.value)), 1.0);
    case OP_ELU: return apply_elu(x, number[0]);
    case OP_SELU: return apply_selu(x);
    case OP_LEAKY_RELU: return apply_leaky_relu(x, number[0]);
    case OP_HARD_SIGMOID: return apply_hard_sigmoid(x, number[0]);
    case OP_HARD_SWISH: return apply_hard_swish(x);
    case OP_CLIP: return apply_clip(x, number[0], number[1]);
    case OP_PRELU: return apply_leaky_relu(x, of->factor[channel]);
    case OP_SCALE: return apply_scale(x, of->factor[channel], of->shift ? of->shift[channel] : 0.0);
    case OP_ADD: return apply_sum(x, y);
    case OP_SUB:
        return operation->swapped ? apply_sum((Result){-x.value, x.error}, y) : apply_sum(x, -y);
    case OP_MUL: return apply_product(x, y);
    case OP_DIVIDE_NO_NAN: return apply_divide_no_nan(x, y, operation->swapped);
    case OP_MAXIMUM: return apply_extremum(x, y, 1.0);
    case OP_MINIMUM: return apply_extremum(x, y, -1.0);
    case OP_DIV: return operation->swapped ? apply_quotient_by(x, y) : apply_quotient(x, y);
    default: assert(!"not a pointwise operator"); return x;
    }
}

/* True if the operation has a pole or the end of its domain where x may be. */
static bool may_leave_domain(const Fused *operation, Result x, double y) {
    switch (operation->op) {
    case OP_SQRT:
    case OP_LOG:
    case OP_RECIPROCAL: return is_around_zero(x);
    case OP_POWER: {
        double n = operation->numbers.at[0];
        return (n < 0.0 || n != trunc(n)) && is_around_zero(x);
    }
    case OP_DIV: return (operation->swapped || y == 0.0) && is_around_zero(x);
    case OP_DIVIDE_NO_NAN: return operation->swapped && is_around_zero(x);
    default: return false;
    }
}

Result reference_apply(const Fused *operation, int64_t channel, Result x, double y) {
    Result result = apply(operation, channel, x, y);
    if (isinf(x.error) || may_leave_domain(operation, x, y))
        result.error = INFINITY;
    else if (!isfinite(result.value))
        result.error = 0.0;
    else if (fabs(result.value) + result.error > FLT_MAX)
        result.error = INFINITY;
    return result;
}

/* (x - mean)/sqrt(variance + eps)*weight + bias */
static Element batchnorm(const Node *node, double x, int64_t channel) {
    double variance = (double)node->variance->data[channel] + node->numbers.at[0];
    double centered = x - (double)node->mean->data[channel];
    double factor = (double)node->weight->data[channel] / sqrt(variance);
    double bias = node->bias->data[channel];
    return (Element){.value = centered * factor + bias,
                     .magnitude =
                         (fabs(x) + fabs(node->mean->data[channel])) * fabs(factor) + fabs(bias),
                     .products = 1};
}

/* x*weight + bias */
static Element affine(const Node *node, double x, int64_t channel) {
    double product = node->weight ? x * (double)node->weight->data[channel] : x;
    double bias = node->bias ? (double)node->bias->data[channel] : 0.0;
    return (Element){
        .value = product + bias, .magnitude = fabs(product) + fabs(bias), .products = 1};
}

/* x*by + shift, where by is that of the image and channel. */
static Element scale_by(const Node *node, const float *const *inputs, int64_t index) {
    const TensorType *type = &node->output->type;
    View by = view_of(&node->inputs[1]->type);
    int64_t n = index_along(type, type_batch(type), index),
            c = index_along(type, type_channel(type), index);
    double product = (double)inputs[0][index] * inputs[1][n * by.n_stride + c * by.c_stride];
    double shift = node->channels.shift ? node->channels.shift[c] : 0.0;
    return (Element){
        .value = product + shift, .magnitude = fabs(product) + fabs(shift), .products = 1};
}

Element reference_pointwise(const Node *node, const float *const *inputs, int64_t index) {
    if (node->op == OP_SCALE_BY) return scale_by(node, inputs, index);
    double x = inputs[0][index], y = op_most_inputs(node->op) == 2 ? inputs[1][index] : 0.0;
    const TensorType *type = &node->output->type;
    int64_t channel = index_along(type, type_channel(type), index);
    if (node->op == OP_BATCHNORM) return batchnorm(node, x, channel);
    if (node->op == OP_AFFINE) return affine(node, x, channel);
    Fused operation = node_operation(node);
    Result result = reference_apply(&operation, channel, (Result){x, 0.0}, y);
    Element element = {.value = result.value, .error = result.error};
    if (node->op == OP_SCALE) {
        double shift = operation.channels.shift ? operation.channels.shift[channel] : 0.0;
        element.magnitude = fabs(x * operation.channels.factor[channel]) + fabs(shift);
        element.products = 1;
    }
    if (node->op == OP_ADD || node->op == OP_SUB) element.magnitude = fabs(x) + fabs(y);
    if (node->op == OP_MUL) element.magnitude = fabs(x * y);
    if (node->op == OP_MUL) element.products = 1;
    return element;
}
