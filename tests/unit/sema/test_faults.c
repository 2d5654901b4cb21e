/* sema: each fault is reported once and at its code, and what follows from it is silent. */
#include "sema/analysed.h"

#include <criterion/criterion.h>
#include <string.h>

#define HEAD "net 1\nweights random(seed=1)\ninput x : f32[N: 1, C: 4, H: 8, W: 8]\n"

Test(sema_faults, one_fault_one_message) {
    static const struct {
        const char *source, *codes;
    } table[] = {
        /* the consumers of a failed layer, in every position */
        {HEAD "a = x |> conv(c=4, k=9)\nb = a + x |> relu\noutput c = conv(a, c=b.C, k=a.H)\n"
              "output d = a |> flatten |> dense(c=3) |> softmax(axis=Q)\n",
         "N0301"},
        /* the shape of a failed layer is known as far as its attributes are good */
        {HEAD "a = x |> conv(c=4, k=9)\noutput b = a |> conv(c=a.C, k=3)\n", "N0301"},
        {HEAD "a = x |> conv(c=4, k=9) -> [H: 3, W: 3]\noutput b = a |> conv(c=4, k=4)\n",
         "N0301 N0301"},
        {HEAD "a = x |> conv(c=4, k=9) -> [1, 4, 3, 3]\noutput b = a |> conv(c=4, k=3) -> [H: 1]\n",
         "N0301"},
        {HEAD "a = x |> conv(c=4, k=3) -> [H: 8, W: 8]\noutput b = a + x\n", "N0310"},
        {HEAD "a = x |> conv(c=nope, k=3, p=1) -> [1, 4, 8, 8]\noutput b = a + x\n", "N0101"},
        /* not there yet, unknown, misspelt: once, and their results are silent */
        {HEAD "a = x |> gleu |> relu\noutput b = a + x\n", "N0201"},
        {HEAD "a = x |> reshape(to=[1, 256]) -> [1, 256]\noutput b = a |> dense(c=2)\n", "N0207"},
        {HEAD "def f(x) {\n  return x |> f\n}\na = x |> f()\noutput b = f(a) |> relu\n", "N0209"},
        {HEAD "def f(x, c: kind) {\n  return x\n}\noutput b = f(x, c=nope) |> relu\n", "N0208"},
        {HEAD "import \"no.net\" as m\na = x |> m.f()\noutput b = m.g(a, c=m.n)\n", "N0902"},
        {HEAD "output b = x |> lib.f()\n", "N0101"},
        /* a name without a value */
        {HEAD "a = nope |> relu\nb = a + nope2\noutput c = b |> relu\n", "N0101 N0101"},
        {HEAD "let n = 1 / 0\na = x |> conv(c=n, k=n)\noutput b = a |> relu\n", "N0106"},
        {HEAD "a = x |> conv(c=4, k=3)\na = x |> conv(c=4, k=3)\noutput a\n", "N0102"},
        {HEAD "output a = b\nb = x |> relu\n", "N0103"},
        /* an undone layer of another believed size is not at fault a second time */
        {HEAD "a = x |> maxpool(k=3, s=2) -> [H: 4, W: 4]\noutput b = a |> tconv(of a)\n", "N0310"},
        {HEAD "a = x |> maxpool(k=3)\noutput b = a |> tconv(of a)\n", "N0305"},
        /* an input that cannot be had is silent everywhere */
        {"net 1\nweights random(seed=1)\ninput x : f32[N: 1, C: 0, H: 8, W: 8]\n"
         "output a = x |> conv(c=4, k=9)\n",
         "N0110"},
        /* warnings about what an error points at */
        {HEAD "output a = x |> maxpool(k=3, s=3) -> [H: 3, W: 3]\n", "N0310"},
        {HEAD "output a = x |> maxpool(k=3, s=3)\n", "W0701"},
        /* without outputs nothing is said of unused values */
        {HEAD "a = x |> relu\n", "N0401"},
        /* a syntax error hides what may be missing for its sake */
        {"net 1\ninput x : f32[N: 1, C: 4]\na = x |> |> relu\nb = a |> relu\n", "N0010"},
        {"net 1\ninput x f32[N: 1, C: 4]\noutput b = x |> relu\n", "N0010"},
        /* both names of one attribute */
        {HEAD "output a = x |> conv(c=4, k=3, kernel_size=3)\n", "N0205"},
        /* several faults in one call */
        {HEAD "output a = x |> conv(c=0, k=-1, s=0, p=-1, d=1.5)\n",
         "N0302 N0302 N0302 N0304 N0105"},
        {HEAD "output a = x |> conv(c=y, k=z.H)\n", "N0101 N0101"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Analysed *analysed = analyse(table[i].source);
        cr_assert_str_eq(analysed_codes(analysed), table[i].codes, "%s: %s",
                         analysed_codes(analysed), table[i].source);
        analysed_free(analysed);
    }
}

/* Programs that look odd and are right. */
Test(sema_faults, no_false_alarm) {
    static const char *const table[] = {
        HEAD "full = x |> conv(c=1, k=3, p=full)\noutput same = full |> conv(c=1, k=3, p=same)\n",
        HEAD "output y = x\n",
        HEAD "output y = x + x + x + x -> [1, ?, 8, ?]\n",
        HEAD
        "output y = x |> conv(c=4, k={W: 1, H: 3}, p={H: (1, 1), W: same}, s=1x1, border=zero, "
        "flip=no,)\n",
        HEAD "output y = x |> maxpool(k={H: all, W: 2}, s=2)\n",
        HEAD "a = x |> conv(c=4, k=3) @a |> relu\noutput y = a |> tconv(of a) |> relu\n",
        HEAD "output y = softmax(dense(flatten(x), c=3), axis=C)\n",
        HEAD "let c = 4\nlet k = c - 1\noutput c1 = x |> conv(c=c, k=k, p=k / 3)\n",
        HEAD "output y = x |> avgpool(k=2, s=2, p=0)\n",
        HEAD "output y = x |> avgpool(k=2, s=2, p=valid, round=floor)\n",
        HEAD "a = x |> relu\nb = x |> relu -> [H: a.H, W: x.W]\noutput y = b\n",
        "net 1\ninput x : f32[N: 1, C: 4, Y: 8, X: 8]\noutput y = x |> maxpool(k={Y: 2, X: 4}, "
        "s=4x4) "
        "-> [Y: 2, X: 2]    # netc: allow W0705\n",
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Analysed *analysed = analyse(table[i]);
        cr_assert_eq(analysed->diags.n_errors, 0u, "%s: %s", table[i], analysed_codes(analysed));
        const char *wrong = graph_verify(analysed->arena, analysed->graph);
        cr_assert_null(wrong, "%s: %s", table[i], wrong);
        analysed_free(analysed);
    }
}
