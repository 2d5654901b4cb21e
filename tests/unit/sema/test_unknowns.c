/* sema: `?` for k, s, p, d and a, and k=all: what is solved, and that one fault gives one message.
 */
#include "sema/analysed.h"

#include <criterion/criterion.h>
#include <string.h>

#define HEAD "net 1\nweights random(seed=1)\ninput x : f32[N: 1, C: 2, H: 12, W: 9]\n"

/* A window layer with its numbers, each asked for in turn from the size that it has. */
static const struct {
    const char *layer;      /* and what stands before the geometry */
    const char *asked;      /* the attributes that may be `?` here */
    int64_t k, s, p, d, a;  /* d and a: only where asked for */
    const char *attributes; /* behind them */
} layers[] = {
    {"conv(c=3, ", "kspd", 3, 1, 1, 1, 0, ""},
    {"conv(c=3, ", "kspd", 3, 2, 1, 2, 0, ""},
    {"conv(c=3, ", "kspd", 5, 3, 4, 1, 0, ""},
    {"maxpool(", "kspd", 3, 2, 1, 1, 0, ""},
    {"maxpool(", "kspd", 4, 3, 1, 1, 0, ", round=ceil"},
    {"maxpool(", "kspd", 2, 2, 0, 3, 0, ", round=ceil"},
    {"avgpool(", "ksp", 3, 2, 1, 1, 0, ", count=all"},
    {"avgpool(", "ksp", 3, 2, 1, 1, 0, ", round=ceil, count=inside"},
    {"tconv(c=3, ", "kspda", 3, 2, 1, 1, 1, ""},
    {"tconv(c=3, ", "kspda", 4, 2, 1, 2, 0, ""},
    {"tconv(c=3, ", "kspda", 3, 1, 2, 2, 1, ""},
};

/* The layer with `?` for the letters in `unknown`; "" for a program without. */
static const char *layer_text(Arena *arena, size_t index, const char *unknown) {
    const struct {
        char letter;
        int64_t value;
    } parts[] = {{'k', layers[index].k},
                 {'s', layers[index].s},
                 {'p', layers[index].p},
                 {'d', layers[index].d},
                 {'a', layers[index].a}};
    Text text = text_in(arena);
    text_puts(&text, layers[index].layer);
    for (size_t n = 0; n < sizeof parts / sizeof *parts; n++) {
        if (!strchr(layers[index].asked, parts[n].letter)) continue;
        text_printf(&text, "%s%c=", n ? ", " : "", parts[n].letter);
        if (strchr(unknown, parts[n].letter))
            text_puts(&text, "?");
        else
            text_printf(&text, "%lld", (long long)parts[n].value);
    }
    text_printf(&text, "%s)", layers[index].attributes);
    return text_str(&text);
}

static int64_t value_of(const ConvAxis *axis, char letter) {
    return letter == 'k'   ? axis->k
           : letter == 's' ? axis->s
           : letter == 'p' ? axis->pad_lo
           : letter == 'd' ? axis->d
                           : axis->a;
}

/* The solved layer has the asserted size; k, s, d and a are those of the layer that has it, p is
 * not larger; or there are several (N0332). */
Test(sema_unknowns, are_what_gave_the_size) {
    size_t solved = 0, several = 0;
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        const char *known = layer_text(arena, i, "");
        Analysed *plain = analyse(arena_printf(arena, HEAD "output y = x |> %s\n", known));
        const Value *y = analysed_value(plain, "y");
        cr_assert(plain->diags.n_errors == 0 && y, "%s: %s", known, analysed_codes(plain));
        for (const char *letter = layers[i].asked; *letter; letter++) {
            const char *asked = layer_text(arena, i, arena_strndup(arena, letter, 1));
            Analysed *open = analyse(
                arena_printf(arena, HEAD "output y = x |> %s -> [H: %lld, W: %lld]\n", asked,
                             (long long)y->type.axes[2].extent, (long long)y->type.axes[3].extent));
            if (open->diags.n_errors == 0) {
                const Node *node = analysed_value(open, "y")->producer;
                for (int axis = 0; axis < 2; axis++) {
                    int64_t was = value_of(&y->producer->window[axis].arith, *letter);
                    int64_t is = value_of(&node->window[axis].arith, *letter);
                    cr_assert(*letter == 'p' ? is <= was : is == was, "%s: %lld", asked,
                              (long long)is);
                    cr_assert_eq(node->window[axis].o, y->producer->window[axis].o, "%s", asked);
                }
                solved++;
            } else {
                cr_assert_str_eq(analysed_codes(open), "N0332", "%s", asked);
                several++;
            }
            analysed_free(open);
        }
        analysed_free(plain);
    }
    cr_assert(solved >= 25 && several >= 6, "%zu solved, %zu with several", solved, several);
    arena_destroy(arena);
}

Test(sema_unknowns, one_fault_gives_one_message) {
    static const struct {
        const char *line, *codes;
    } table[] = {
        {"y = x |> conv(c=2, k=3, p=?) -> [H: 12, W: 9]", ""},
        {"y = conv(x, c=2, k=3, p=?) -> [1, 2, 12, 9]", ""},
        {"y = x |> conv(c=2, k=3, p=?)\n  -> [H: 12, W: 9]\n  |> relu", ""},
        {"y = x |> tconv(c=2, k=4, s=2, p=?, a=?) -> [H: 24, W: 18]", ""},
        {"y = x |> conv(c=2, k={H: 3, W: ?}, p={H: ?, W: 1}) -> [H: 12, W: 9]", ""},
        {"y = x |> conv(c=2, k=3, s=?, p=causal) -> [H: 6, W: 5]", "W0701"},
        {"y = x |> tconv(c=2, k=4, s=?, p=same) -> [H: 24, W: 18]", ""},
        /* the assertion is wrong, which is all there is to say */
        {"y = x |> conv(c=2, k=3, p=?) -> [H: 12, Q: 9]", "N0108"},
        {"y = x |> conv(c=2, k=3, p=?) -> [H: 12, W: 0]", "N0110"},
        {"y = x |> conv(c=2, k=3, p=?) -> [H: nothing, W: 9]", "N0101"},
        {"y = x |> conv(c=2, k=3, p=?) -> [12, 9]", "N0310"},
        {"y = x |> conv(c=2, k=3, p=?) -> [1, 3, 12, 9]", "N0310"},
        /* a failed input, a failed argument, a size beside the unknown */
        {"y = nothing |> conv(c=2, k=?, p=1) -> [H: 12, W: 9]", "N0101"},
        {"y = x |> conv(c=2, k=3, p=?, size=?) -> [H: 12, W: 9]", "N0205"},
        {"y = x |> conv(c=2, k=3, s=0, p=?) -> [H: 12, W: 9]", "N0302"},
        {"y = x |> tconv(c=2, k=3, p=same, a=?) -> [H: 12, W: 9]", "N0321"},
        {"y = x |> maxpool(k=?) -> [H: 12, W: 9]", "N0305"},
        {"y = x |> maxpool(k=2, s=1, p=?) -> [H: 15, W: 12]", "N0306"},
        {"y = x |> avgpool(k=3, s=1, p=?) -> [H: 12, W: 9]", "N0307"},
        {"y = x |> avgpool(k=3, s=1, p=?) -> [H: 10, W: 7]", ""},
        /* what follows has the asserted size */
        {"y = (x |> conv(c=2, k=4, p=?) -> [H: 12, W: 9]) + x", "N0331"},
        {"y = x |> maxpool(k=?, s=2) -> [H: 6, W: 4] |> conv(c=1, k=5)", "N0332 N0301"},
        {"y = x |> conv(c=2, k=?, p=half) -> [H: 12, W: 9] |> maxpool(k=3, s=1) -> [H: 10, W: 7]",
         "N0333"},
        {"y = x |> conv(c=2, k=3, p=?) |> maxpool(k=3, s=1, p=?) -> [H: 12, W: 9]", "N0330"},
        /* the whole axis */
        {"y = x |> maxpool(k=all)", ""},
        {"y = x |> maxpool(k={H: all, W: all})", ""},
        {"y = x |> maxpool(k={H: all, W: 3}, s=3)", ""},
        {"y = x |> maxpool(k={H: all, W: 3})", "N0305"},
        {"y = x |> maxpool(k={H: all, W: all}, s=1)", "N0203"},
        {"y = x |> conv(c=2, k=all)", "N0101"},
        {"y = x |> maxpool(k={H: all})", "N0303"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Arena *arena = arena_create();
        Analysed *analysed = analyse(arena_printf(arena, HEAD "output %s\n", table[i].line));
        cr_expect_str_eq(analysed_codes(analysed), table[i].codes, "%s: %s", table[i].line,
                         analysed_codes(analysed));
        analysed_free(analysed);
        arena_destroy(arena);
    }
}
