/* The laws of the passes and of the plan, on small programs: what is fused, folded, removed, and
 * what must not be; layouts, tiles and the workspace. */
#include "property/compiled_net.h"

#include "optimize/optimize.h"
#include "reference/reference.h"

#include <criterion/criterion.h>
#include <string.h>

#define HEAD "net 1\nmodel m\nweights random(seed=1)\ninput x : f32[N: 1, C: 8, H: 6, W: 6]\n"

/* The graph as one line: each node's operator and what is fused into it, in order. */
static const char *shape_of(Arena *arena, const Graph *graph) {
    Text text = text_in(arena);
    for (size_t i = 0; i < graph->nodes.len; i++) {
        const Node *node = graph->nodes.at[i];
        text_printf(&text, "%s%s", i ? " " : "", op_name(node->op));
        for (int f = 0; f < node->n_fused; f++)
            text_printf(&text, "+%s%s", node->fused[f].swapped ? "swapped " : "",
                        op_name(node->fused[f].op));
    }
    return text_str(&text);
}

Test(passes, rewrite_what_they_should_and_nothing_else) {
    static const struct {
        const char *program, *after;
    } table[] = {
        {"output y = x |> conv(c=8, k=1) |> relu\n", "input conv+relu"},
        {"output y = x |> conv(c=8, k=1) |> relu |> tanh\n", "input conv+relu+tanh"},
        {"output y = x |> maxpool(k=2, s=2) |> tanh\n", "input maxpool+tanh"},
        {"output y = x |> softmax(axis=C) |> relu\n", "input softmax relu"},
        /* the value is read twice, or is an output itself */
        {"a = x |> conv(c=8, k=1)\nb = a |> relu\noutput y = a + b\n", "input conv relu+add"},
        {"a = x |> conv(c=8, k=1)\noutput z = a\noutput y = a |> relu\n", "input conv relu"},
        /* the other summand must exist before the host runs */
        {"a = x |> conv(c=8, k=1)\noutput y = x + a |> relu\n", "input conv+add+relu"},
        {"a = x |> conv(c=8, k=1)\nb = x |> conv(c=8, k=1)\noutput y = a + b\n",
         "input conv conv+add"},
        {"a = x |> conv(c=8, k=1)\noutput y = a + a\n", "input conv add"},
        /* constants do, wherever they are written */
        {"a = x |> conv(c=8, k=1)\nc = constant(shape=[N: 1, C: 8, H: 6, W: 6])\n"
         "output y = c - a |> relu\n",
         "constant input conv+swapped sub+relu"},
        {"output y = x * constant(shape=[N: 1, C: 8, H: 6, W: 6])\n", "constant input mul"},
        /* the order of the operands is kept */
        {"a = x |> conv(c=8, k=1)\noutput y = a - x\n", "input conv+sub"},
        {"a = x |> conv(c=8, k=1)\noutput y = x - a\n", "input conv+swapped sub"},
        {"a = x |> conv(c=8, k=1)\noutput y = a / x\n", "input conv+div"},
        {"a = x |> conv(c=8, k=1)\noutput y = max(x, a)\n", "input conv+max"},
        {"a = x |> conv(c=8, k=1)\noutput y = divide_no_nan(x, a)\n",
         "input conv+swapped divide_no_nan"},
        {"a = x |> conv(c=8, k=1)\noutput y = x / a\n", "input conv+swapped div"},
        {"a = x |> conv(c=8, k=1)\noutput y = x * a |> clip(lo=0, hi=1)\n", "input conv+mul+clip"},
        {"a = x |> conv(c=8, k=1)\nb = x |> conv(c=8, k=1)\nc = a - b\noutput y = x - c\n",
         "input conv conv+swapped sub+swapped sub"},
        /* dense over its input as a window; flatten stays where others read it */
        {"output y = x |> flatten |> dense(c=3)\n", "input dense"},
        {"f = x |> flatten\noutput z = f\noutput y = f |> dense(c=3)\n", "input flatten dense"},
        /* a linear upsampling, axis by axis */
        {"output y = x |> upsample(by=2x3, mode=linear, align=half)\n", "input upsample upsample"},
        {"output y = x |> upsample(by=1x3, mode=linear, align=half)\n", "input upsample"},
        {"output y = x |> upsample(by=2, mode=nearest) |> relu\n", "input upsample relu"},
        /* what stands around the data, where there is something around them */
        {"output y = x |> conv(c=8, k=3, p=1, border=reflect) |> relu\n", "input pad conv+relu"},
        {"output y = x |> conv(c=8, k=3, border=reflect)\n", "input conv"},
        {"output y = x |> conv(c=8, k=3, p={H: 0, W: (0, 1)}, border=circular)\n",
         "input pad conv"},
        /* batchnorm becomes part of the layer, or what is left of it a scale */
        {"output y = x |> conv(c=8, k=1) |> batchnorm(eps=0) |> relu\n", "input conv+relu"},
        {"output y = x |> tconv(c=8, k=1) |> batchnorm(eps=0)\n", "input tconv"},
        {"output y = x |> flatten |> dense(c=3) |> batchnorm(eps=0) |> prelu\n",
         "input dense+prelu"},
        {"output y = x |> conv(c=8, k=1) |> relu |> batchnorm(eps=0)\n", "input conv+relu+scale"},
        {"a = x |> conv(c=8, k=1)\nb = a |> batchnorm(eps=0)\noutput y = a + b\n",
         "input conv scale+add"},
        {"a = x |> conv(c=8, k=1)\noutput a\noutput y = a |> batchnorm(eps=0)\n",
         "input conv scale"},
        {"output y = x |> relu |> batchnorm(eps=0) |> conv(c=8, k=1)\n", "input relu+scale conv"},
        /* the numbers of an input become those of its first layer, but for a shift at borders */
        {"output y = x |> batchnorm(eps=0) |> conv(c=8, k=1)\n", "input conv"},
        {"output y = x |> scale(by=2, shift=1) |> conv(c=8, k=3)\n", "input conv"},
        {"output y = x |> scale(by=2) |> conv(c=8, k=3, p=1)\n", "input conv"},
        {"output y = x |> scale(by=2, shift=1) |> conv(c=8, k=3, p=1)\n", "input scale conv"},
        {"output y = x |> scale(by=2, shift=1) |> conv(c=8, k=3, p=1, border=reflect)\n",
         "input pad conv"},
        {"output y = x |> scale(by=2) |> permute(order=[N, H, W, C]) |> crop(p=1) |> conv(c=8, k=1)"
         "\n",
         "input permute crop conv"},
        {"output y = x |> scale(by=2) |> pad(p=1, value=3) |> conv(c=8, k=1)\n",
         "input scale pad conv"},
        {"a = x |> scale(by=2)\noutput y = a |> conv(c=8, k=1)\noutput z = a |> conv(c=2, k=1)\n",
         "input scale conv conv"},
        {"output y = x |> maxpool(k=2, s=2) |> batchnorm(eps=0) |> batchnorm(eps=0) @b\n",
         "input maxpool+scale+scale"},
        /* a norm that measures its input stays, and takes what follows */
        {"output y = x |> conv(c=8, k=1) |> groupnorm(g=2, eps=1e-5) |> relu\n",
         "input conv groupnorm+relu"},
        /* affine is folded as batchnorm is, and may have nothing to add */
        {"output y = x |> conv(c=8, k=1) |> affine |> relu\n", "input conv+relu"},
        {"output y = x |> conv(c=8, k=1, bias=none) |> affine(bias=none)\n", "input conv"},
        {"output y = x |> maxpool(k=2, s=2) |> affine(weight=none)\n", "input maxpool+scale"},
        /* nobody reads it */
        {"a = x |> conv(c=8, k=1)\noutput y = x |> relu\n", "input relu"},
    };
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const char *text = arena_printf(arena, HEAD "%s", table[i].program);
        Graph *graph = net_graph(arena, text, 1, NUMBERS_REAL);
        for (int pass = 0; optimize_pass_name(pass); pass++) {
            optimize_run_pass(graph, pass);
            const char *wrong = graph_verify(arena, graph);
            cr_assert_null(wrong, "%s: %s\n%s", optimize_pass_name(pass), wrong, text);
        }
        cr_assert_str_eq(shape_of(arena, graph), table[i].after, "%s", text);
    }
    arena_destroy(arena);
}

/* The values of a graph by the definitions, computed on integers. */
static const float *reference_output(Arena *arena, const Graph *graph, const float *input) {
    const float **values = ARENA_ARRAY(arena, const float *, graph->values.len);
    for (size_t n = 0; n < graph->nodes.len; n++) {
        const Node *node = graph->nodes.at[n];
        if (node->op == OP_INPUT) {
            values[node->output->id] = input;
            continue;
        }
        const float *inputs[MAX_INPUTS];
        for (int i = 0; i < node->n_inputs; i++) inputs[i] = values[node->inputs[i]->id];
        size_t elems = (size_t)value_elems(node->output);
        double *exact = ARENA_ARRAY(arena, double, elems);
        float *rounded = ARENA_ARRAY(arena, float, elems);
        reference_node(node, inputs, exact, NULL, NULL);
        for (size_t i = 0; i < elems; i++) rounded[i] = (float)exact[i];
        values[node->output->id] = rounded;
    }
    return values[graph->outputs.at[0].value->id];
}

/* A rewritten graph is whole, and gives the same numbers, most of which are not 0. */
static void expect_same_results(Arena *arena, const Graph *whole, const Graph *rewritten,
                                const char *text) {
    float input[8 * 6 * 6];
    for (int i = 0; i < 8 * 6 * 6; i++) input[i] = (float)(i * 7 % 11 - 5);
    const char *wrong = graph_verify(arena, rewritten);
    cr_assert_null(wrong, "%s: %s", text, wrong);
    const float *want = reference_output(arena, whole, input),
                *got = reference_output(arena, rewritten, input);
    int64_t elems = value_elems(whole->outputs.at[0].value), nonzero = 0;
    for (int64_t e = 0; e < elems; e++) {
        cr_assert_eq(got[e], want[e], "%s, element %lld", text, (long long)e);
        nonzero += want[e] != 0;
    }
    cr_assert_gt(nonzero, elems / 3, "%s", text);
}

/* On integers and with variances that are powers of 4, folded weights and results are exact: the
 * folded layer is equal to the layer and its norm. */
Test(passes, fold_batchnorm_keeps_the_results) {
    static const char *const layers[] = {
        "conv(c=6, k=3)",
        "conv(c=6, k=3, p=1, g=2, bias=none)",
        "conv(c=8, k=2, d=2, g=8)",
        "tconv(c=5, k=3, s=2)",
        "tconv(c=12, k=2, s=3, g=4, bias=none)",
        "flatten |> dense(c=7)",
        "flatten |> dense(c=7, bias=none)",
        "relu",
    };
    static const char *const norms[] = {"batchnorm(eps=0)", "affine", "affine(weight=none)",
                                        "affine(bias=none)"};
    enum { N_LAYERS = sizeof layers / sizeof layers[0], N_NORMS = sizeof norms / sizeof norms[0] };
    Arena *arena = arena_create();
    for (size_t i = 0; i < N_LAYERS * N_NORMS; i++) {
        const char *text = arena_printf(arena, HEAD "output y = x |> %s |> %s\n",
                                        layers[i % N_LAYERS], norms[i / N_LAYERS]);
        Graph *whole = net_graph(arena, text, i, NUMBERS_INTEGER),
              *folded = net_graph(arena, text, i, NUMBERS_INTEGER);
        optimize_fold_batchnorm(folded);
        expect_same_results(arena, whole, folded, text);
    }
    arena_destroy(arena);
}

/* Factors and shifts are whole, so what is folded is exact. */
Test(passes, fold_scale_keeps_the_results) {
    static const char *const programs[] = {
        "scale(by=2, shift=-3) |> conv(c=6, k=3)",
        "scale(by=[1, 2, 3, 4, -1, -2, 5, 3], shift=[3, 2, 1, 0, 1, 2, -3, 4]) |> conv(c=4, k=2, "
        "s=2)",
        "scale(by=[1, 2, 3, 4, -1, -2, 5, 3]) |> conv(c=8, k=3, p=1, g=2, bias=none)",
        "scale(by=[1, 2, 3, 4, -1, -2, 5, 3], shift=2) |> conv(c=8, k=3, g=8, bias=none)",
        "scale(by=[1, 2, 3, 4, -1, -2, 5, 3], shift=2) |> conv(c=3, k=3, p=1, border=circular)",
        "scale(by=[1, 2, 3, 4, -1, -2, 5, 3], shift=[1, 2, 3, 4, 5, 6, 7, 8]) |> "
        "permute(order=[N, W, C, H]) |> crop(p=1) |> conv(c=5, k=2, flip=yes)",
    };
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        const char *text = arena_printf(arena, HEAD "output y = x |> %s\n", programs[i]);
        Graph *whole = net_graph(arena, text, i, NUMBERS_INTEGER),
              *folded = net_graph(arena, text, i, NUMBERS_INTEGER);
        optimize_expand_border(whole);
        optimize_expand_border(folded);
        optimize_fold_scale(folded);
        cr_assert_eq(folded->nodes.len, whole->nodes.len - 1, "%s", text);
        expect_same_results(arena, whole, folded, text);
    }
    arena_destroy(arena);
}

static Plan *plan_of(Arena *arena, const char *program, const char *cpu, bool keep) {
    Graph *graph = net_graph(arena, arena_printf(arena, HEAD "%s", program), 1, NUMBERS_REAL);
    optimize_graph(graph);
    Plan *plan = plan_graph(arena, graph, cpu_model_find(arena, cpu), &(PlanOptions){keep});
    const char *wrong = plan_verify(arena, plan, graph);
    cr_assert_null(wrong, "%s: %s", cpu, wrong);
    return plan;
}

static const char CHAIN[] =
    "a = x |> conv(c=32, k=3, p=1) |> relu\nb = a |> conv(c=32, k=3, p=1) |> relu\n"
    "c = b |> conv(c=32, k=3, p=1) |> relu\nd = c |> conv(c=32, k=3, p=1) |> relu\n"
    "output y = d |> maxpool(k=all) |> flatten |> dense(c=5)\n";

/* A chain needs room for two of its values at a time, and reaches that lower bound. */
Test(plan, reuses_the_workspace) {
    Arena *arena = arena_create();
    static const char *const cpus[] = {"x86-64", "x86-64-v3", "x86-64-v4"};
    for (int c = 0; c < 3; c++) {
        const Plan *shared = plan_of(arena, CHAIN, cpus[c], false),
                   *kept = plan_of(arena, CHAIN, cpus[c], true);
        cr_expect_eq(shared->workspace_bytes, shared->peak_bytes + WORKSPACE_HEADER, "%s", cpus[c]);
        cr_expect_geq(kept->workspace_bytes, 3 * 32 * 36 * 4, "%s", cpus[c]);
        cr_expect_lt(shared->workspace_bytes, kept->workspace_bytes, "%s", cpus[c]);
    }
    arena_destroy(arena);
}

/* Tiles fit the registers of every machine. */
Test(plan, tiles_fit_the_registers) {
    Arena *arena = arena_create();
    static const char *const cpus[] = {"x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4", "native"};
    for (int c = 0; c < 5; c++) {
        const Plan *plan = plan_of(arena, CHAIN, cpus[c], false);
        for (size_t i = 0; i < plan->steps.len; i++) {
            const PlanTile *tile = &plan->steps.at[i].tile;
            if (plan->steps.at[i].algorithm != ALGO_TAP) continue;
            cr_expect_eq(tile->lanes, plan->cpu->lanes);
            cr_expect_lt(tile->nv * tile->m + 1, plan->cpu->registers, "%s: %dx%d", cpus[c],
                         tile->nv, tile->m);
        }
    }
    arena_destroy(arena);
}

/* The verifier sees what is planted. */
Test(plan, verifier_finds_planted_faults) {
    Arena *arena = arena_create();
    for (int fault = 0; fault < 5; fault++) {
        Graph *graph = net_graph(arena, arena_printf(arena, HEAD "%s", CHAIN), 1, NUMBERS_REAL);
        optimize_graph(graph);
        Plan *plan =
            plan_graph(arena, graph, cpu_model_find(arena, "x86-64-v3"), &(PlanOptions){false});
        PlanTensor *first = NULL, *second = NULL;
        for (size_t i = 0; i < plan->tensors.len; i++) {
            if (plan->tensors.at[i].place != PLACE_WORKSPACE) continue;
            first = second;
            second = &plan->tensors.at[i];
            if (first) break;
        }
        switch (fault) {
        case 0: second->offset = first->offset; break;
        case 1: second->offset = plan->workspace_bytes; break;
        case 2: second->offset += 4; break;
        case 3: first->bytes -= 4; break;
        case 4: plan->steps.at[1].inputs[0] = plan->steps.at[2].output; break;
        }
        cr_expect_not_null(plan_verify(arena, plan, graph), "fault %d was not found", fault);
    }
    arena_destroy(arena);
}
