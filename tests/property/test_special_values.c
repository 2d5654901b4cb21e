/* NaN, infinities, zeros of either sign, denormals and the largest floats through every function of
 * one element, bit for bit as contract.md 4 sends them: relu, clip and the like by comparison, so
 * that NaN and -0 pass; 0 times infinity is NaN. In vector bodies and in what is left over, for
 * every vector width, interpreted and compiled. */
#include "property/compiled_net.h"

#include <criterion/criterion.h>
#include <math.h>

#define INF INFINITY
#define DENORMAL 0x1.7p-140f
#define BIG 0x1.cp127f
#define LOG_2 0x1.62e43p-1f

enum { SPECIALS = 8 };
static const float SPECIAL[SPECIALS] = {NAN, INF, -INF, -0.0f, 0.0f, DENORMAL, -DENORMAL, BIG};

/* One channel in its own order, or several side by side. */
static const char *const INPUTS[] = {"N: 1, C: 1, T: 43", "N: 2, T: 5, C: 7", "C: 19"};

static const struct {
    const char *program;
    float wanted[SPECIALS]; /* of SPECIAL, in its order */
} TABLE[] = {
    {"x |> abs", {NAN, INF, INF, 0, 0, DENORMAL, DENORMAL, BIG}},
    {"x |> sqrt", {NAN, INF, NAN, -0.0f, 0, 0x1.32eee8p-70f, NAN, 0x1.deeea2p63f}},
    {"x |> reciprocal", {NAN, 0, -0.0f, -INF, INF, INF, -INF, 0x1.249248p-128f}},
    {"x |> exp", {NAN, INF, 0, 1, 1, 1, 1, INF}},
    {"x |> log", {NAN, INF, NAN, -INF, -INF, -0x1.82b5f6p6f, NAN, 0x1.625b74p6f}},
    {"x |> power(n=0)", {1, 1, 1, 1, 1, 1, 1, 1}},
    {"x |> power(n=1)", {NAN, INF, -INF, -0.0f, 0, DENORMAL, -DENORMAL, BIG}},
    {"x |> power(n=3)", {NAN, INF, -INF, -0.0f, 0, 0, -0.0f, INF}},
    {"x |> power(n=-1)", {NAN, 0, -0.0f, -INF, INF, INF, -INF, 0x1.249248p-128f}},
    {"x |> power(n=0.5)", {NAN, INF, INF, 0, 0, 0x1.32eee8p-70f, NAN, 0x1.deeea2p63f}},
    {"x |> power(n=-3.5)", {NAN, 0, 0, INF, INF, INF, NAN, 0}},
    {"x |> power(n=5)", {NAN, INF, -INF, -0.0f, 0, 0, -0.0f, INF}},
    {"x |> power(n=-6)", {NAN, 0, 0, INF, INF, INF, INF, 0}},
    {"x |> relu", {NAN, INF, 0, -0.0f, 0, DENORMAL, 0, BIG}},
    {"x |> leaky_relu(slope=0.5)", {NAN, INF, -INF, -0.0f, 0, DENORMAL, -DENORMAL / 2, BIG}},
    {"x |> leaky_relu(slope=-1)", {NAN, INF, INF, -0.0f, 0, DENORMAL, DENORMAL, BIG}},
    {"x |> clip(lo=-1, hi=3)", {NAN, 3, -1, -0.0f, 0, DENORMAL, -DENORMAL, 3}},
    {"x |> clip(lo=0, hi=6)", {NAN, 6, 0, -0.0f, 0, DENORMAL, 0, 6}},
    {"x |> hard_sigmoid(slope=0.2)", {NAN, 1, 0, 0.5f, 0.5f, 0.5f, 0.5f, 1}},
    {"x |> hard_swish", {NAN, INF, NAN, -0.0f, 0, DENORMAL / 2, -DENORMAL / 2, BIG}},
    {"x |> tanh", {NAN, 1, -1, -0.0f, 0, DENORMAL, -DENORMAL, 1}},
    {"x |> sigmoid", {NAN, 1, 0, 0.5f, 0.5f, 0.5f, 0.5f, 1}},
    {"x |> silu", {NAN, INF, NAN, -0.0f, 0, DENORMAL / 2, -DENORMAL / 2, BIG}},
    {"x |> gelu", {NAN, INF, NAN, -0.0f, 0, DENORMAL / 2, -DENORMAL / 2, BIG}},
    {"x |> gelu(approximate=yes)", {NAN, INF, NAN, -0.0f, 0, DENORMAL / 2, -DENORMAL / 2, BIG}},
    {"x |> mish", {NAN, INF, NAN, -0.0f, 0, 0x1.bap-141f, -0x1.bap-141f, BIG}},
    {"x |> softsign", {NAN, NAN, NAN, -0.0f, 0, DENORMAL, -DENORMAL, 1}},
    {"x |> selu",
     {NAN, INF, -0x1.c212ccp+0f, -0.0f, 0, DENORMAL * 1.05070098f, -DENORMAL * 1.75809932f,
      BIG * 1.05070098f}},
    {"x |> softplus", {NAN, INF, 0, LOG_2, LOG_2, LOG_2, LOG_2, BIG}},
    {"x |> elu", {NAN, INF, -1, -0.0f, 0, DENORMAL, -DENORMAL, BIG}},
    {"x |> elu(alpha=-2)", {NAN, INF, 2, -0.0f, 0, DENORMAL, 2 * DENORMAL, BIG}},
    {"x |> scale(by=-2)", {NAN, -INF, INF, 0, -0.0f, -2 * DENORMAL, 2 * DENORMAL, -INF}},
    {"x |> scale(by=0)", {NAN, NAN, NAN, -0.0f, 0, 0, -0.0f, 0}},
    {"x |> scale(by=0.5, shift=1)", {NAN, INF, -INF, 1, 1, 1, 1, BIG / 2}},
    {"x + x", {NAN, INF, -INF, -0.0f, 0, 2 * DENORMAL, -2 * DENORMAL, INF}},
    {"x - x", {NAN, NAN, NAN, 0, 0, 0, 0, 0}},
    {"x * x", {NAN, INF, INF, 0, 0, 0, 0, INF}},
    {"max(x, x |> relu)", {NAN, INF, 0, -0.0f, 0, DENORMAL, 0, BIG}},
    {"max(x |> softsign, x)", {NAN, NAN, NAN, -0.0f, 0, DENORMAL, -DENORMAL, BIG}},
    {"min(x |> softsign, x)", {NAN, NAN, NAN, -0.0f, 0, DENORMAL, -DENORMAL, 1}},
    {"min(x, x |> softsign)", {NAN, NAN, NAN, -0.0f, 0, DENORMAL, -DENORMAL, 1}},
    {"x / x", {NAN, NAN, NAN, NAN, NAN, 1, 1, 1}},
    {"x / (x |> abs)", {NAN, NAN, NAN, NAN, NAN, 1, -1, 1}},
    {"divide_no_nan(x, x)", {NAN, NAN, NAN, 0, 0, 1, 1, 1}},
    {"divide_no_nan(x |> exp, x)", {NAN, NAN, -0.0f, 0, 0, INF, -INF, INF}},
    {"(x |> tanh) / x", {NAN, 0, 0, NAN, NAN, 1, 1, 0x1.24924ap-128f}},
    {"x |> relu |> hard_swish |> scale(by=-1)",
     {NAN, -INF, -0.0f, 0, -0.0f, -DENORMAL / 2, -0.0f, -BIG}},
};
enum { N_PROGRAMS = sizeof TABLE / sizeof TABLE[0], N_INPUTS = sizeof INPUTS / sizeof INPUTS[0] };

static bool same_bits(float a, float b) {
    return isnan(a) || isnan(b) ? isnan(a) && isnan(b) : a == b && !signbit(a) == !signbit(b);
}

static void check(Arena *arena, int program, const char *input, const char *cpu, bool object) {
    const char *text = arena_printf(
        arena, "net 1\nmodel m\nweights random(seed=1)\ninput x : f32[%s]\noutput y = %s\n", input,
        TABLE[program].program);
    CompiledNet net = net_compile(arena, text, 1, NUMBERS_REAL, cpu_model_find(arena, cpu), object);
    NetMemory m = net_memory(&net, true);
    int64_t elems = net.compiled.interface.inputs[0].elems;
    float *x = m.inputs[0];
    for (int64_t i = 0; i < elems; i++) x[i] = SPECIAL[i * 5 % SPECIALS];
    if (object)
        cr_assert_eq(net_run(&net, &m), 0);
    else
        cr_assert_null(net_interpret(&net, &m, 2));
    for (int64_t i = 0; i < elems; i++) {
        float wanted = TABLE[program].wanted[i * 5 % SPECIALS];
        cr_expect(same_bits(m.outputs[0][i], wanted),
                  "%s, %s, element %lld: %s of %a is %a, not %a", cpu, input, (long long)i,
                  TABLE[program].program, (double)SPECIAL[i * 5 % SPECIALS],
                  (double)m.outputs[0][i], (double)wanted);
    }
    net_memory_free(&m);
}

Test(special_values, go_where_the_contract_says) {
    static const char *const cpus[] = {"x86-64", "x86-64-v3", "x86-64-v4", "native"};
    Arena *arena = arena_create();
    for (int program = 0; program < N_PROGRAMS; program++)
        for (int input = 0; input < N_INPUTS; input++) {
            for (int c = 0; c < 4; c++) check(arena, program, INPUTS[input], cpus[c], c == 3);
            arena_reset(arena);
        }
    arena_destroy(arena);
}
