/* What is computed element by element, and softmax with its logarithm: in either form of a value,
 * since the axes do not matter. Functions that ONNX lacks in our opset are written as what they are
 * made of. */
#include "export/layers.h"

/* 1/sqrt(2) */
#define ROOT_HALF 0.70710678118654752440

/* x*(1 + erf(x/sqrt 2))/2 */
static void put_gelu(Builder *builder, const char *y, const char *x) {
    const char *scaled = PUT(builder, "Mul", NULL, x, constant_float(builder, "root", ROOT_HALF));
    const char *erf = PUT(builder, "Erf", NULL, scaled);
    const char *sum = PUT(builder, "Add", NULL, erf, constant_float(builder, "one", 1.0));
    const char *product = PUT(builder, "Mul", NULL, x, sum);
    PUT(builder, "Mul", y, product, constant_float(builder, "half", 0.5));
}

/* x*(1 + tanh(x*(c + d*x*x)))/2 */
static void put_gelu_tanh(Builder *builder, const char *y, const char *x) {
    const double c = 0.79788456080286536, d = 0.044715 * c;
    const char *square = PUT(builder, "Mul", NULL, x, x);
    const char *scaled = PUT(builder, "Mul", NULL, square, constant_float(builder, "d", d));
    const char *slope = PUT(builder, "Add", NULL, scaled, constant_float(builder, "c", c));
    const char *tanh = PUT(builder, "Tanh", NULL, PUT(builder, "Mul", NULL, x, slope));
    const char *sum = PUT(builder, "Add", NULL, tanh, constant_float(builder, "one", 1.0));
    const char *product = PUT(builder, "Mul", NULL, x, sum);
    PUT(builder, "Mul", y, product, constant_float(builder, "half", 0.5));
}

static void put_with(Builder *builder, const char *op, const char *y, const char *x,
                     const char *attribute, double value) {
    PUT(builder, op, y, x);
    put_float(builder, attribute, value);
}

/* where(d == 0, 0, x / d) */
static void put_divide_no_nan(Builder *builder, const char *y, const char *x, const char *d) {
    const char *zero = constant_float(builder, "zero", 0.0);
    const char *is_zero = PUT(builder, "Equal", NULL, d, zero);
    PUT(builder, "Where", y, is_zero, zero, PUT(builder, "Div", NULL, x, d));
}

void export_pointwise(Builder *builder) {
    const Node *node = builder->node;
    const double *number = node->numbers.at;
    Form form = common_form(builder);
    const char *x = input_in(builder, 0, form),
               *other = node->n_inputs > 1 ? input_in(builder, 1, form) : NULL,
               *y = output_in(builder, form);
    switch (node->op) {
    case OP_ABS: PUT(builder, "Abs", y, x); break;
    case OP_SQRT: PUT(builder, "Sqrt", y, x); break;
    case OP_RECIPROCAL: PUT(builder, "Reciprocal", y, x); break;
    case OP_EXP: PUT(builder, "Exp", y, x); break;
    case OP_LOG: PUT(builder, "Log", y, x); break;
    case OP_POWER: PUT(builder, "Pow", y, x, constant_float(builder, "n", number[0])); break;
    case OP_RELU: PUT(builder, "Relu", y, x); break;
    case OP_TANH: PUT(builder, "Tanh", y, x); break;
    case OP_SIGMOID: PUT(builder, "Sigmoid", y, x); break;
    case OP_SILU: PUT(builder, "Mul", y, x, PUT(builder, "Sigmoid", NULL, x)); break;
    case OP_GELU: put_gelu(builder, y, x); break;
    case OP_GELU_TANH: put_gelu_tanh(builder, y, x); break;
    case OP_MISH: {
        const char *softplus = PUT(builder, "Softplus", NULL, x);
        PUT(builder, "Mul", y, x, PUT(builder, "Tanh", NULL, softplus));
        break;
    }
    case OP_SOFTPLUS: PUT(builder, "Softplus", y, x); break;
    case OP_SOFTSIGN: PUT(builder, "Softsign", y, x); break;
    case OP_SELU: PUT(builder, "Selu", y, x); break;
    case OP_ELU: put_with(builder, "Elu", y, x, "alpha", number[0]); break;
    case OP_LEAKY_RELU: put_with(builder, "LeakyRelu", y, x, "alpha", number[0]); break;
    case OP_HARD_SIGMOID:
        put_with(builder, "HardSigmoid", y, x, "alpha", number[0]);
        put_float(builder, "beta", 0.5);
        break;
    case OP_HARD_SWISH: PUT(builder, "HardSwish", y, x); break;
    case OP_CLIP: {
        const char *lo = constant_float(builder, "lo", number[0]),
                   *hi = constant_float(builder, "hi", number[1]);
        PUT(builder, "Clip", y, x, lo, hi);
        break;
    }
    case OP_ADD: PUT(builder, "Add", y, x, other); break;
    case OP_SUB: PUT(builder, "Sub", y, x, other); break;
    case OP_MUL: PUT(builder, "Mul", y, x, other); break;
    case OP_DIV: PUT(builder, "Div", y, x, other); break;
    case OP_DIVIDE_NO_NAN: put_divide_no_nan(builder, y, x, other); break;
    case OP_MAXIMUM: PUT(builder, "Max", y, x, other); break;
    case OP_MINIMUM: PUT(builder, "Min", y, x, other); break;
    default: /* OP_SOFTMAX, OP_LOG_SOFTMAX */
        PUT(builder, node->op == OP_SOFTMAX ? "Softmax" : "LogSoftmax", y, x);
        put_int(builder, "axis", axis_in(&node->output->type, node->axis, form));
        break;
    }
}
