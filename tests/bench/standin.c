/* A convolution in plain loops behind the descriptor of a compiled network: a model whose every
 * number the tests can work out, so that the harness is proven without the compiler.
 *
 * `x |> conv(c=OUT, k=3, p=1) |> relu` on IN x SIZE x SIZE, with weight(f, c, y, x) =
 * ((f + 2c + 3y + 5x) mod 7 - 3) / 8 and bias(f) = f / 4. A first input of NaN is refused with
 * status 1. */
#include <netc_runtime.h>

enum { IN = 3, OUT = 4, SIZE = 5 };

static float weight(int f, int c, int y, int x) {
    return (float)((f + 2 * c + 3 * y + 5 * x) % 7 - 3) / 8;
}

static float output_at(const float *image, int f, int row, int column) {
    float sum = (float)f / 4;
    for (int c = 0; c < IN; c++)
        for (int y = 0; y < 3; y++)
            for (int x = 0; x < 3; x++) {
                int r = row + y - 1, q = column + x - 1;
                if (r >= 0 && r < SIZE && q >= 0 && q < SIZE)
                    sum += weight(f, c, y, x) * image[(c * SIZE + r) * SIZE + q];
            }
    return sum < 0 ? 0 : sum;
}

static int run(const void *const *in, float *const *out, void *workspace, const void *weights,
               struct netc_threads *threads) {
    const float *image = in[0];
    (void)workspace, (void)weights, (void)threads;
    if (image[0] != image[0]) return 1;
    for (int f = 0; f < OUT; f++)
        for (int row = 0; row < SIZE; row++)
            for (int column = 0; column < SIZE; column++)
                out[0][(f * SIZE + row) * SIZE + column] = output_at(image, f, row, column);
    return 0;
}

static const struct netc_tensor input = {.name = "x",
                                         .axes = "N C H W",
                                         .rank = 4,
                                         .extent = {1, IN, SIZE, SIZE},
                                         .elems = IN * SIZE * SIZE};
static const struct netc_tensor output = {.name = "y",
                                          .axes = "N C H W",
                                          .rank = 4,
                                          .extent = {1, OUT, SIZE, SIZE},
                                          .elems = OUT * SIZE * SIZE};

const struct netc_model standin_model = {.abi = NETC_MODEL_ABI,
                                         .name = "standin",
                                         .compiler = "plain loops",
                                         .cpu = "any",
                                         .n_inputs = 1,
                                         .n_outputs = 1,
                                         .inputs = &input,
                                         .outputs = &output,
                                         .workspace_align = 64,
                                         .run = run};
