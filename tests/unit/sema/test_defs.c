/* sema: defs and repeats: paths, kinds, scopes, limits. */
#include "sema/analysed.h"

#include <criterion/criterion.h>
#include <string.h>
#include <time.h>

#define HEAD "net 1\nweights random(seed=1)\ninput x : f32[N: 1, C: 4, H: 8, W: 8]\n"

static const char *keys_of(Analysed *analysed) {
    Text text = text_in(analysed->arena);
    for (size_t i = 0; i < analysed->graph->params.len; i++)
        text_printf(&text, "%s%s", i ? " " : "", analysed->graph->params.at[i]->key);
    return text_str(&text);
}

/* The keys of language.md 2.7. */
Test(sema_defs, keys) {
    static const struct {
        const char *source, *keys;
    } table[] = {
        {HEAD "def twice(x) {\n  h = x |> conv(c=4, k=1, bias=none)\n"
              "  return h |> conv(c=4, k=1, bias=none)\n}\noutput e1 = x |> twice\n",
         "e1.twice.h.conv.weight e1.twice.out.conv.weight"},
        {HEAD "def f(x) { return x |> conv(c=4, k=1, bias=none) @squeeze }\n"
              "output e1 = x |> f\n",
         "e1.f.squeeze.weight"},
        {HEAD "def f(x) { return x |> conv(c=4, k=1, bias=none) }\noutput y = x |> f @enc\n",
         "enc.out.conv.weight"},
        {HEAD "def f(x) { return x |> conv(c=4, k=1, bias=none) }\n"
              "def g(x) {\n  h = x |> f @in1\n  return h |> f\n}\noutput y = x |> g\n",
         "y.g.in1.out.conv.weight y.g.out.f.out.conv.weight"},
        {HEAD "def f(x) { return x |> conv(c=4, k=1, bias=none) }\n"
              "output y = x |> repeat 2 f()\n",
         "y.0.f.out.conv.weight y.1.f.out.conv.weight"},
        {HEAD "def f(x) { return x |> conv(c=4, k=1, bias=none) }\n"
              "output y = x |> repeat 2 f() @b\n",
         "b.0.out.conv.weight b.1.out.conv.weight"},
        {HEAD "output y = x |> repeat 2 conv(c=4, k=1, bias=none)\n",
         "y.0.conv.weight y.1.conv.weight"},
        {HEAD "output y = x |> repeat 2 conv(c=4, k=1, bias=none) @\"features.0\"\n",
         "features.0.0.weight features.0.1.weight"},
        {HEAD "def f(x, l: layer) { return x |> l(c=4, k=1, bias=none) }\n"
              "output y = x |> f(l=conv)\n",
         "y.f.out.conv.weight"},
        {HEAD "def f(x, y) { return x + y }\n"
              "output y = f(x |> conv(c=4, k=1, bias=none), x)\n",
         "y.conv.weight"},
        /* what stands in the arguments of what is repeated */
        {HEAD "def f(x, y) { return x + y }\n"
              "output y = x |> repeat 2 f(x |> conv(c=4, k=1, bias=none)) @b\n",
         "y.0.conv.weight y.1.conv.weight"},
        {HEAD "def f(x) {\n  a, b = x |> split(axis=C, sizes=[2, 2])\n"
              "  return b |> conv(c=1, k=1, bias=none), a\n}\n"
              "p, q = x |> f\noutput p\noutput q\n",
         "p.f.out.conv.weight"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Analysed *analysed = analyse(table[i].source);
        cr_assert_str_eq(analysed_codes(analysed), "", "%s: %s", table[i].source,
                         analysed_codes(analysed));
        cr_assert_str_eq(keys_of(analysed), table[i].keys, "%s: %s", table[i].source,
                         keys_of(analysed));
        const char *wrong = graph_verify(analysed->arena, analysed->graph);
        cr_assert_null(wrong, "%s: %s", table[i].source, wrong);
        analysed_free(analysed);
    }
}

/* What a program computes, by the sizes of its output. */
Test(sema_defs, meaning) {
    static const struct {
        const char *source, *sizes;
    } table[] = {
        /* a default may use the parameters before it, and the lets of the file */
        {HEAD "let m = 3\ndef f(x, c: int = x.C * m, k: int = c / 4) {\n"
              "  return x |> conv(c=c, k=k)\n}\noutput y = x |> f\n",
         "[1, 12, 6, 6]"},
        {HEAD "def f(x, c: int = x.C, k: int = 1) { return x |> conv(c=c, k=k) }\n"
              "output y = x |> f(k=3, c=2)\n",
         "[1, 2, 6, 6]"},
        /* every form of a padding, and one handed on */
        {HEAD "def f(x, p: pad = same) { return x |> conv(c=1, k=3, p=p) }\noutput y = x |> f\n",
         "[1, 1, 8, 8]"},
        {HEAD
         "let n = 1\ndef f(x, p: pad) { return x |> conv(c=1, k=3, p=p) }\n"
         "def g(x, p: pad) { return x |> f(p={H: p, W: (n, 0)}) }\noutput y = x |> g(p=full)\n",
         "[1, 1, 10, 7]"},
        {HEAD "def f(x, p: pad) { return x |> conv(c=1, k=3, p=p) }\n"
              "output y = x |> f(p=1x2)\n",
         "[1, 1, 8, 10]"},
        {HEAD "def f(x, p: pad) { return x |> conv(c=1, k=3, p={H: p, W: valid}) }\n"
              "output y = x |> f(p=(2, 1))\n",
         "[1, 1, 9, 6]"},
        /* a name inside hides that of the file, and means nothing outside */
        {HEAD "let c = 7\ndef f(x, c: int) {\n  y = x |> conv(c=c, k=1)\n  return y\n}\n"
              "y = x |> f(c=c - 5)\noutput z = y |> conv(c=c, k=1)\n",
         "[1, 7, 8, 8]"},
        /* an argument means what it means where it stands */
        {HEAD "def f(x, c: int, k: int) { return x |> conv(c=c, k=k) }\n"
              "def g(x, k: int, c: int) { return x |> f(c=k, k=c) }\n"
              "output y = x |> g(k=5, c=3)\n",
         "[1, 5, 6, 6]"},
        /* a def may stand behind its use, and take a layer of either sort */
        {HEAD "output y = x |> f(l=g)\ndef f(x, l: layer = relu) { return x |> l |> l }\n"
              "def g(x) { return x |> conv(c=x.C * 2, k=1) @only |> relu }\n",
         ""},
        {HEAD "def g(x) { return x |> maxpool(k=2, s=2) }\n"
              "def f(x, l: layer = relu) { return x |> l |> l }\noutput y = x |> f(l=g)\n",
         "[1, 4, 2, 2]"},
        {HEAD "def g(x, l: layer) { return x |> l(k=3, s=1) }\n"
              "def f(x, l: layer) { return x |> g(l=l) }\noutput y = x |> f(l=maxpool)\n",
         "[1, 4, 6, 6]"},
        {HEAD "def f(x, l: float) { return x |> leaky_relu(slope=l / 3) }\n"
              "let s = 0.5\noutput y = x |> f(l=s) |> f(l=1)\n",
         "[1, 4, 8, 8]"},
        /* several tensors, several results */
        {HEAD "def f(x, y) { return concat(x, y, axis=C), x }\na, b = f(x, x |> relu)\n"
              "output y = concat(a, b, axis=C)\n",
         "[1, 12, 8, 8]"},
        /* repeats */
        {HEAD "output y = x |> repeat 3 maxpool(k=3, s=1)\n", "[1, 4, 2, 2]"},
        {HEAD "let n = 2\noutput y = x |> repeat n maxpool(k=3, s=1)\n", "[1, 4, 4, 4]"},
        {HEAD "def f(x, k: int, c: int) { return x |> conv(c=c, k=k) }\nlet m = 2\n"
              "output y = x |> repeat k in [1, m, m + 1] f(k=k, c=k * 2)\n",
         "[1, 6, 5, 5]"},
        {HEAD "output y = x |> repeat s in [0.1, 1e-2] leaky_relu(slope=s)\n", "[1, 4, 8, 8]"},
        {HEAD "def f(x, n: int) { return x |> repeat n maxpool(k=2, s=1) }\n"
              "output y = x |> repeat n in [1, 2] f(n=n)\n",
         "[1, 4, 5, 5]"},
        /* of: the one window of a use, of a parameter */
        {HEAD "def f(x) { return x |> conv(c=2, k=3) |> relu }\na = x |> f\n"
              "output y = a |> tconv(of a)\n",
         "[1, 4, 8, 8]"},
        {HEAD "def up(x, d) { return x |> tconv(of d, c=3) }\na = x |> maxpool(k=3, s=2)\n"
              "output y = up(a, a)    # netc: allow W0701, W0704\n",
         "[1, 3, 8, 8]"},
        /* several inputs, axis maps in every place */
        {"net 1\nweights random(seed=1)\ninput a : f32[N: 1, H: 9, W: 8, C: 2]\n"
         "input b : f32[N: 1, H: 5, W: 8, C: 3]\ndef f(x, y, k: int, p: pad) {\n"
         "  u = x |> conv(c=3, k={H: k, W: 1}, s={W: 1, H: 2}, p=p, d={H: 1, W: 2})\n"
         "  return u + y |> maxpool(k={W: all, H: 2}, s={H: 1, W: 1}) -> [H: 4], u\n}\n"
         "y, z = f(a, b, k=3, p={W: 0, H: (1, 1)})\noutput y\noutput z\n",
         "[1, 4, 1, 3]"},
        /* each use has its own weights, also those of one label */
        {HEAD "def f(x) { return x |> conv(c=4, k=1) @a |> conv(c=4, k=1) @b }\n"
              "u = x |> f\noutput y = u |> f\n",
         "[1, 4, 8, 8]"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Analysed *analysed = analyse(table[i].source);
        bool fails = table[i].sizes[0] == '\0';
        cr_assert_eq(analysed->diags.n_errors > 0, fails, "%s: %s", table[i].source,
                     analysed_codes(analysed));
        if (!fails) {
            const TensorType *type = &analysed->graph->outputs.at[0].value->type;
            Text text = text_in(analysed->arena);
            for (int a = 0; a < type->rank; a++)
                text_printf(&text, "%s%lld", a ? ", " : "[", (long long)type->axes[a].extent);
            text_puts(&text, "]");
            cr_assert_str_eq(text_str(&text), table[i].sizes, "%s: %s", table[i].source,
                             text_str(&text));
            cr_assert_null(graph_verify(analysed->arena, analysed->graph));
        }
        analysed_free(analysed);
    }
}

/* One message for a fault in a def, whatever the number of uses, and nothing that follows. */
Test(sema_defs, one_fault_one_message) {
    static const struct {
        const char *source, *codes;
    } table[] = {
        {HEAD "def f(x) { return x |> conv(c=4, k=9) }\na = x |> f\nb = x |> f\noutput y = a + b\n",
         "N0301"},
        {HEAD "def f(x, c: int) { return x |> conv(c=c, k=1) }\na = x |> f\n"
              "output y = a |> conv(c=a.C, k=a.H) -> [H: 3]\n",
         "N0204"},
        {HEAD "def f(x) {\n  h = x |> relu\n  h = x |> tanh\n  return h\n}\n"
              "output y = x |> f |> f |> f\n",
         "N0102"},
        {HEAD "def f(x) {\n  x = x |> relu\n  return x\n}\noutput y = x |> f\n", "N0102"},
        {HEAD "def f(x) {\n  a = b |> relu\n  b = a |> relu\n  return b\n}\noutput y = x |> f\n",
         "N0103"},
        {HEAD "def f(x) {\n  a = x |> relu\n  return x\n}\noutput y = x |> f |> f\n", "W0708"},
        {HEAD "def f(x) { return x |> repeat 5 conv(c=4, k=3) }\noutput y = x |> f\n", "N0301"},
        {HEAD "def f(x) { return x |> nope }\noutput y = x |> repeat 1000000000 f()\n", "N0201"},
        {HEAD "output y = x |> repeat 1000000000 dropout(p=1)\n", "N0202"},
        {HEAD "def f(x, n: int = n) { return x }\noutput y = x |> f\n", "N0103"},
        {HEAD "def f(x, a: int = b, b: int = 1) { return x }\noutput y = x |> f |> f\n", "N0103"},
        {HEAD "def f(x) { return x, x }\noutput y = x |> f\n", "N0109"},
        {HEAD "def f(x, d: int) { return x |> conv(c=4, k=d) }\n"
              "y = x |> repeat d in [1] f(d=d)\noutput z = y |> conv(c=d, k=1)\n",
         "N0101"},
        {HEAD "def f(x, p: pad) { return x |> conv(c=4, k=p) }\noutput y = x |> f(p=1)\n", "N0105"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Analysed *analysed = analyse(table[i].source);
        cr_assert_str_eq(analysed_codes(analysed), table[i].codes, "%s: %s", table[i].source,
                         analysed_codes(analysed));
        analysed_free(analysed);
    }
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* `levels` defs, each of which uses the one before twice, around `inner`. */
static const char *doubling(Arena *arena, const char *inner, int levels) {
    Text text = text_in(arena);
    text_printf(&text, HEAD "def w0(x) { return x%s }\n", inner);
    for (int i = 1; i <= levels; i++)
        text_printf(&text, "def w%d(x) { return x |> w%d |> w%d }\n", i, i - 1, i - 1);
    text_printf(&text, "output y = x |> w%d\n", levels);
    return text_str(&text);
}

/* What grows without bound ends in one message, soon. */
Test(sema_defs, growth_is_bounded, .timeout = 240) {
    Arena *arena = arena_create();
    const struct {
        const char *source, *codes;
    } table[] = {
        {doubling(arena, " |> relu", 16), ""}, /* 65,536 layers */
        {doubling(arena, " |> relu", 60), "N0350"},
        {doubling(arena, "", 60), "N0350"},
        {doubling(arena, " |> nope", 60), "N0201 N0350"},
        {doubling(arena, " |> repeat 65536 relu()", 0), ""},
        {doubling(arena, " |> repeat 65537 relu()", 0), "N0350"},
        {doubling(arena, " |> repeat 9223372036854775807 relu()", 60), "N0350"},
        {HEAD "def f(x) { return x }\noutput y = x |> repeat 9223372036854775807 f()\n", "N0350"},
        {HEAD
         "def f(x) { return x |> repeat 70000 g() }\ndef g(x) { return x |> repeat 70000 h() }\n"
         "def h(x) { return x |> repeat 70000 relu() }\noutput y = x |> f\n",
         "N0350"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        double begin = seconds();
        Analysed *analysed = analyse(table[i].source);
        cr_assert_str_eq(analysed_codes(analysed), table[i].codes, "%s: %s", table[i].source,
                         analysed_codes(analysed));
        cr_assert_lt(seconds() - begin, 30.0, "%g s: %s", seconds() - begin, table[i].source);
        analysed_free(analysed);
    }
    arena_destroy(arena);
}

/* A chain of `n` defs, each the only use of the one before. */
static const char *chain(Arena *arena, int n) {
    Text text = text_in(arena);
    text_puts(&text, HEAD "def w1(x) { return x |> relu }\n");
    for (int i = 2; i <= n; i++) text_printf(&text, "def w%d(x) { return x |> w%d }\n", i, i - 1);
    text_printf(&text, "output y = x |> w%d\n", n);
    return text_str(&text);
}

Test(sema_defs, depth_and_parameters) {
    Arena *arena = arena_create();
    for (int n = 64; n <= 65; n++) {
        Analysed *analysed = analyse(chain(arena, n));
        cr_assert_str_eq(analysed_codes(analysed), n == 64 ? "" : "N0005", "%d: %s", n,
                         analysed_codes(analysed));
        analysed_free(analysed);
    }
    for (int n = 64; n <= 65; n++) {
        Text text = text_in(arena);
        text_puts(&text, HEAD "def f(x");
        for (int i = 1; i < n; i++) text_printf(&text, ", p%d: int = 0", i);
        text_puts(&text, ") { return x |> relu }\noutput y = x |> f\n");
        Analysed *analysed = analyse(text_str(&text));
        cr_assert_str_eq(analysed_codes(analysed), n == 64 ? "" : "N0005", "%d: %s", n,
                         analysed_codes(analysed));
        analysed_free(analysed);
    }
    for (int n = 1024; n <= 1025; n++) { /* bytes of the path of a use */
        Text text = text_in(arena);
        text_puts(&text, HEAD "def f(x) { return x |> relu }\noutput y = x |> f @\"");
        for (int i = 0; i < n; i++) text_puts(&text, "a");
        text_puts(&text, "\"\n");
        Analysed *analysed = analyse(text_str(&text));
        cr_assert_str_eq(analysed_codes(analysed), n == 1024 ? "" : "N0005", "%d: %s", n,
                         analysed_codes(analysed));
        analysed_free(analysed);
    }
    arena_destroy(arena);
}

/* --set reaches the lets that a def sees. */
Test(sema_defs, settings) {
    static const char source[] =
        HEAD "let c = 3\nlet slope = 0.5\n"
             "def f(x) { return x |> conv(c=c, k=1) |> leaky_relu(slope=slope) }\n"
             "output y = x |> f\n";
    SemaSetting settings[] = {{"c", 5}, {"slope", 2}};
    SemaOptions options = {.settings = settings, .n_settings = 2};
    Analysed *analysed = analyse_bytes("test.net", source, strlen(source), &options);
    cr_assert_str_eq(analysed_codes(analysed), "");
    const Node *node = analysed->graph->outputs.at[0].value->producer;
    cr_assert_eq(node->output->type.axes[1].extent, 5);
    cr_assert_eq(node->numbers.at[0], 2.0);
    analysed_free(analysed);
}
