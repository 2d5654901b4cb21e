/* sema/sources, tied, weight_tensor: the numbers that each way to name them gives. */
#include "sema/analysed.h"
#include "weights/source.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* Analyses lines as a file of tests/error, whose weights/ has the files; loads the weights. */
static Analysed *load(const char *lines) {
    char source[2048];
    int len = snprintf(source, sizeof source, "net 1\n%s", lines);
    cr_assert(len > 0 && (size_t)len < sizeof source);
    SemaOptions options = {.max_weight_bytes = 1 << 20};
    Analysed *analysed =
        analyse_bytes(NETC_SOURCE_DIR "/tests/error/any.net", source, (size_t)len, &options);
    if (analysed->diags.n_errors == 0) sema_load_weights(analysed->graph, &analysed->diags);
    return analysed;
}

static const Param *param_named(const Analysed *analysed, const char *key) {
    for (size_t i = 0; i < analysed->graph->params.len; i++)
        if (strcmp(analysed->graph->params.at[i]->key, key) == 0)
            return analysed->graph->params.at[i];
    return NULL;
}

#define DENSE "input x : f32[N: 1, C: 3]\noutput y = x |> dense(c=2, "
#define CONV "input x : f32[N: 1, C: 2, H: 8, W: 8]\noutput b = x |> conv(c=4, k=3x2, "

Test(sources, numbers) {
    static const struct {
        const char *lines, *key, *codes;
        int n;
        float numbers[8];
    } table[] = {
        {DENSE "weight=zeros, bias=none)\n", "y.dense.weight", "", 6, {0, 0, 0, 0, 0, 0}},
        {DENSE "weight=ones, bias=none)\n", "y.dense.weight", "", 6, {1, 1, 1, 1, 1, 1}},
        {DENSE "weight=fill(-1/4), bias=ones)\n", "y.dense.weight", "", 2, {-0.25f, -0.25f}},
        {DENSE "weight=[[1, 2.5, -3], [1e-3, 1/3, -0.0]], bias=[7, 8])\n",
         "y.dense.weight",
         "",
         6,
         {1, 2.5f, -3, 1e-3f, 1.0f / 3, 0}},
        {DENSE "weight=zeros, bias=[7, 8])\n", "y.dense.bias", "", 2, {7, 8}},
        {DENSE "weight=file(\"weights/dense.npz\", \"y.dense.weight\"), bias=none)\n",
         "y.dense.weight",
         "",
         6,
         {1, 2, 3, 4, 5, 6}},
        {DENSE "weight=file(\"weights/dense.npz\"), bias=file(\"weights/dense.npz\"))\n",
         "y.dense.bias",
         "",
         2,
         {0.5f, -1}},
        {DENSE "weight=file(\"weights/dense.safetensors\"), bias=none)\n",
         "y.dense.weight",
         "",
         6,
         {1, 2, 3, 4, 5, 6}},
        {DENSE "weight=file(\"weights/kernel.npy\"), bias=none)\n",
         "y.dense.weight",
         "",
         6,
         {1, 2, 3, 4, 5, 6}}, /* Fortran order, f64 */
        {"weights \"weights/dense.npz\"\n" DENSE ")\n",
         "y.dense.weight",
         "",
         6,
         {1, 2, 3, 4, 5, 6}},
        {CONV "weight=file(\"weights/enc.npz\", \"b.conv.weight\", axes=[H, W, C, F]), "
              "bias=none)\n",
         "b.conv.weight",
         "",
         8,
         {1, 9, 17, 25, 33, 41, 5, 13}},
        /* The tensors of the default file that a layer names itself count as used. */
        {"weights \"weights/enc.npz\"\n" CONV
         "weight=file(\"weights/enc.npz\", \"b.conv.weight\", axes=[H, W, C, F]), bias=zeros)\n",
         "b.conv.weight",
         "",
         2,
         {1, 9}},
        {"weights \"weights/dense.npz\"\n" DENSE "weight=zeros)\n",
         "y.dense.bias",
         "W0711",
         2,
         {0.5f, -1}},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Analysed *analysed = load(table[i].lines);
        cr_expect_str_eq(analysed_codes(analysed), table[i].codes, "%s", table[i].lines);
        const Param *param = param_named(analysed, table[i].key);
        cr_assert(param && param->data, "%s", table[i].lines);
        for (int n = 0; n < table[i].n; n++)
            cr_expect_eq(param->data[n], table[i].numbers[n], "%s: element %d is %g",
                         table[i].lines, n, (double)param->data[n]);
        analysed_free(analysed);
    }
}

/* In a def the number may be a parameter, and the layer one of the same use. */
Test(sources, inside_defs) {
    Analysed *analysed = load("def two(x, v: float) {\n"
                              "  a = x |> dense(c=3, weight=fill(v), bias=none)\n"
                              "  return a |> dense(c=3, weight=tied(a), bias=none)\n"
                              "}\n"
                              "input x : f32[N: 1, C: 3]\n"
                              "p = x |> two(v=2)\n"
                              "output q = p |> two(v=3)\n");
    cr_assert_str_eq(analysed_codes(analysed), "");
    cr_expect_eq(param_named(analysed, "p.two.a.dense.weight")->data[8], 2.0f);
    cr_expect_eq(param_named(analysed, "p.two.out.dense.weight")->data[8], 2.0f);
    cr_expect_eq(param_named(analysed, "q.two.a.dense.weight")->data[8], 3.0f);
    cr_expect_eq(param_named(analysed, "q.two.out.dense.weight")->data[8], 3.0f);
    analysed_free(analysed);
}

Test(sources, tied_layers_share_their_numbers) {
    static const struct {
        const char *lines, *of, *same;
        bool flip; /* of the second one's kernel */
    } table[] = {
        {"a = x |> conv(c=4, k=3)\noutput b = a |> tconv(of a, weight=tied(a))\n", "a.conv.weight",
         "b.tconv.weight", false},
        {"a = x |> conv(c=4, k=3, flip=yes)\noutput b = a |> tconv(of a, weight=tied(a))\n",
         "a.conv.weight", "b.tconv.weight", true},
        {"a = x |> conv(c=4, k=3, flip=yes)\noutput b = a |> conv(c=4, k=3, weight=tied(a))\n",
         "a.conv.weight", "b.conv.weight", false},
        {"a = x |> conv(c=4, k=3, g=2) |> relu @r |> conv(c=2, k=1) @\"f.0\"\n"
         "output b = a |> tconv(of \"f.0\", weight=tied(\"f.0\"))\n",
         "f.0.weight", "b.tconv.weight", false},
        {"a = x |> conv(c=4, k=3, flip=yes) |> batchnorm(eps=1e-5)\n"
         "output b = a |> tconv(of a, weight=tied(a)) |> batchnorm(eps=1e-5, weight=ones)\n",
         "a.conv.weight", "b.tconv.weight", true},
        {"a = x |> prelu\nb = x |> prelu(weight=tied(a))\noutput c = a + b\n", "a.prelu.weight",
         "b.prelu.weight", false},
        {"a = x |> batchnorm(eps=1e-5)\n"
         "output b = a |> batchnorm(eps=1e-5, running_mean=tied(a))\n",
         "a.batchnorm.running_mean", "b.batchnorm.running_mean", false},
        /* through a chain, whatever the first one's source */
        {"a = x |> conv(c=4, k=3, bias=[1, 2, 3, 4])\nb = x |> conv(c=4, k=3, bias=tied(a))\n"
         "c = x |> conv(c=4, k=3, bias=tied(b))\noutput d = a + b + c\n",
         "a.conv.bias", "c.conv.bias", false},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char lines[1024];
        snprintf(lines, sizeof lines,
                 "weights random(seed=5)\ninput x : f32[N: 1, C: 4, H: 6, W: 6]\n%s",
                 table[i].lines);
        Analysed *analysed = load(lines);
        cr_assert_eq(analysed->diags.n_errors, 0u, "%s: %s", lines, analysed_codes(analysed));
        const Param *of = param_named(analysed, table[i].of),
                    *same = param_named(analysed, table[i].same);
        cr_assert(of && same && of->data, "%s", lines);
        cr_expect_eq(of->data, same->data, "%s", lines);
        for (size_t n = 0; n < analysed->graph->nodes.len; n++) {
            const Node *node = analysed->graph->nodes.at[n];
            if (node->weight == same) cr_expect_eq(node->flip, table[i].flip, "%s", lines);
        }
        analysed_free(analysed);
    }
}

static uint64_t fnv(const void *bytes, size_t len) {
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001B3u;
    return hash;
}

/* language.md 2.7: c1.conv.weight [6, 1, 5, 5] under seed 1. The hash of the key stands there; that
 * of all 600 bytes was computed by an independent program. */
Test(sources, random_has_the_hash_of_the_language) {
    Analysed *analysed = load("weights random(seed=1)\ninput x : f32[N: 1, C: 1, H: 8, W: 8]\n"
                              "output c1 = x |> conv(c=6, k=5)\n");
    const Param *param = param_named(analysed, "c1.conv.weight");
    cr_expect_eq(fnv(param->key, strlen(param->key)), 0xE5525D096DD066D7u);
    unsigned char bytes[600];
    cr_assert_eq(param->elems * 4, (int64_t)sizeof bytes);
    for (int64_t i = 0; i < param->elems; i++) {
        uint32_t bits;
        memcpy(&bits, &param->data[i], sizeof bits);
        for (int n = 0; n < 4; n++) bytes[4 * i + n] = (unsigned char)(bits >> 8 * n);
    }
    cr_expect_eq(fnv(bytes, sizeof bytes), 0x5AF5F7365CF737BAu);
    analysed_free(analysed);
}
