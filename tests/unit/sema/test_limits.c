/* sema: limits at the limit and one beyond; expressions as deep as a file can be long. */
#include "sema/analysed.h"

#include "base/intern.h"
#include "support/effort.h"

#include <criterion/criterion.h>
#include <string.h>
#include <time.h>

/* x |> relu |> relu ..., `n` stages as a tree that no parser would bound. */
static AstExpr *chain(Arena *arena, Interner *interner, size_t n) {
    AstExpr *expr = ARENA_NEW(arena, AstExpr);
    *expr = (AstExpr){.kind = AST_NAME};
    expr->name.first.text = intern(interner, "x", 1);
    for (size_t i = 0; i < n; i++) {
        AstExpr *stage = ARENA_NEW(arena, AstExpr);
        *stage = (AstExpr){.kind = AST_CALL};
        stage->call.callee.first.text = intern(interner, "relu", 4);
        stage->call.piped = expr;
        expr = stage;
    }
    return expr;
}

/* x + x + x ..., `n` sums. */
static AstExpr *sum(Arena *arena, Interner *interner, size_t n) {
    AstExpr *expr = chain(arena, interner, 0);
    for (size_t i = 0; i < n; i++) {
        AstExpr *node = ARENA_NEW(arena, AstExpr);
        *node = (AstExpr){.kind = AST_BINARY};
        node->binary.op = AST_ADD;
        node->binary.left = expr;
        node->binary.right = chain(arena, interner, 0);
        expr = node;
    }
    return expr;
}

static AstItem *item(Arena *arena, AstItemKind kind) {
    AstItem *result = ARENA_NEW(arena, AstItem);
    result->kind = kind;
    return result;
}

/* A file `input x : f32[N: 1, C: 1]; output y = value`. */
static Graph *analyse_value(Arena *arena, Interner *interner, AstExpr *value, Diags *diags) {
    Ast ast = {0};
    AstEntry *axes = ARENA_ARRAY(arena, AstEntry, 2);
    AstExpr *one = ARENA_NEW(arena, AstExpr), *list = ARENA_NEW(arena, AstExpr);
    *one = (AstExpr){.kind = AST_INT, .integer = 1};
    axes[0] = (AstEntry){.axis.text = intern(interner, "N", 1), .value = one};
    axes[1] = (AstEntry){.axis.text = intern(interner, "C", 1), .value = one};
    *list = (AstExpr){.kind = AST_LIST};
    list->list.at = axes;
    list->list.len = 2;
    AstItem *input = item(arena, AST_INPUT), *output = item(arena, AST_OUTPUT);
    AstItem *edition = item(arena, AST_EDITION);
    edition->edition = 1;
    input->input.name.text = intern(interner, "x", 1);
    input->input.dtype.text = intern(interner, "f32", 3);
    input->input.axes = list;
    output->output.name.text = intern(interner, "y", 1);
    output->output.value = value;
    VEC_PUSH(arena, &ast.items, edition);
    VEC_PUSH(arena, &ast.items, input);
    VEC_PUSH(arena, &ast.items, output);
    SemaOptions options = {0};
    return sema_file(arena, interner, &ast, &options, diags->sources, diags);
}

Test(sema_limits, layers_and_depth) {
    static const struct {
        size_t n;
        bool is_sum, fits;
    } table[] = {{65536, false, true},
                 {65537, false, false},
                 {65536, true, true},
                 {65537, true, false},
                 {300000, false, false}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Arena *arena = arena_create();
        Interner *interner = interner_create(arena);
        Sources sources = {.arena = arena};
        sources_add(&sources, "t.net", "net 1\n", 6);
        Diags diags = diags_in(arena, &sources);
        AstExpr *value =
            table[i].is_sum ? sum(arena, interner, table[i].n) : chain(arena, interner, table[i].n);
        Graph *graph = analyse_value(arena, interner, value, &diags);
        cr_assert_eq(diags.n_errors, table[i].fits ? 0u : 1u, "%zu", table[i].n);
        if (!table[i].fits) cr_assert_eq(diags.list.at[0]->code, N0350);
        if (table[i].fits) cr_assert_eq(graph->nodes.len, table[i].n + 1);
        arena_destroy(arena);
    }
}

Test(sema_limits, extents_and_elements) {
    static const struct {
        const char *axes, *layer;
        bool fits;
    } table[] = {
        {"N: 1, C: 2147483647", "relu", true},
        {"N: 1, C: 2147483648", "relu", false},
        {"N: 1048576, C: 1048576", "relu", true},
        {"N: 1048576, C: 1048577", "relu", false},
        {"N: 1, C: 1, H: 1048576, W: 1048576", "conv(c=1, k=1)", true},
        {"N: 1, C: 1, H: 1048576, W: 1048576", "conv(c=2, k=1)", false},
        {"N: 1, C: 1, H: 2147483647, W: 1", "tconv(c=1, k=1x1)", true},
        {"N: 1, C: 1, H: 2147483647, W: 1", "tconv(c=1, k=2x1)", false},
        {"N: 1, C: 1, H: 65536, W: 65536", "flatten", false},
        {"N: 1, C: 1, H: 32768, W: 65535", "flatten", true},
        {"N: 1, C: 1, D: 2, H: 2, W: 2", "relu", true},
        {"N: 1, C: 1, D: 2, H: 2, W: 2, T: 2", "relu", false},
        {"C: 1, D: 2, H: 2, W: 2", "relu", true},
        {"C: 1, D: 2, H: 2, W: 2, T: 2", "relu", false},
        {"N: 1, C: 1, T: 1", "upsample(by=2147483647, mode=nearest)", true},
        {"N: 1, C: 1, T: 2", "upsample(by=2147483647, mode=nearest)", false},
        {"N: 1, C: 1, T: 2147483646", "pad(p=(1, 0))", true},
        {"N: 1, C: 1, T: 2147483646", "pad(p=1)", false},
        {"N: 1, C: 2, H: 1, W: 1", "conv(c=1, k=2147483647, p=full)", false},
        {"N: 1, C: 2, H: 1, W: 1", "conv(c=1, k=1, s=2147483647)", true},
        {"N: 1, C: 2, H: 1, W: 1", "conv(c=1, k=1, s=2147483648)", false},
    };
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Analysed *analysed =
            analyse(arena_printf(arena,
                                 "net 1\nweights random(seed=1)\ninput x : f32[%s]\n"
                                 "output y = x |> %s\n",
                                 table[i].axes, table[i].layer));
        cr_assert_eq(analysed->diags.n_errors, table[i].fits ? 0u : 1u, "%s %s: %s", table[i].axes,
                     table[i].layer, analysed_codes(analysed));
        if (!table[i].fits)
            cr_assert_not_null(strstr(analysed_codes(analysed), "N0350"), "%s %s: %s",
                               table[i].axes, table[i].layer, analysed_codes(analysed));
        analysed_free(analysed);
    }
    arena_destroy(arena);
}

/* The seconds of this thread that an analysis of n lines takes: `first`, then `line` with the
 * numbers of the line and of the one before it. */
static double seconds_of(const char *first, const char *line, int n, const char *last) {
    Arena *arena = arena_create();
    Text text = text_in(arena);
    struct timespec begin, end;
    text_puts(&text, "net 1\nweights random(seed=1)\ninput x : f32[N: 1, C: 2, H: 8, W: 8]\n");
    text_printf(&text, "v0 = %s\n", first);
    for (int i = 1; i < n; i++)
        for (const char *c = line; *c; c++) {
            if (*c == '#')
                text_printf(&text, "%d", i);
            else if (*c == '<')
                text_printf(&text, "%d", i - 1);
            else
                text_append(&text, c, 1);
        }
    text_printf(&text, "%s%d\n", last, n - 1);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    Analysed *analysed = analyse(text_str(&text));
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    analysed_free(analysed);
    arena_destroy(arena);
    return (double)(end.tv_sec - begin.tv_sec) + 1e-9 * (double)(end.tv_nsec - begin.tv_nsec);
}

/* Sixteen times the lines take about sixteen times as long, healthy or full of faults; what is
 * quadratic takes 256 times. */
Test(sema_limits, long_programs_take_linear_time) {
    static const struct {
        const char *name, *first, *line;
    } table[] = {
        {"convolutions", "x |> conv(c=2, k=3, p=1)", "v# = v< |> conv(c=2, k=3, p=1)\n"},
        {"unknowns", "x |> relu", "v# = v< |> conv(c=2, k=3, p=?) -> [H: 8, W: 8]\n"},
        {"undone", "x |> relu", "w# = v< |> conv(c=2, k=3)\nv# = w# |> tconv(of w#)\n"},
        {"sums", "x |> relu", "v# = v< + x\n"},
        {"lets", "x |> relu", "let n# = 1\nv# = v< |> relu\n"},
        {"outputs", "x |> relu", "output v# = v< |> relu\n"},
        {"unused", "x |> relu", "v# = x |> relu\n"},
        {"warnings", "x |> relu", "v# = x |> maxpool(k=3, s=2)\n"},
        {"too large", "x |> relu", "v# = x |> conv(c=2, k=9)\n"},
        {"unsolved", "x |> relu", "v# = x |> conv(c=2, k=4, p=?) -> [H: 8, W: 8]\n"},
        {"sizes", "x |> relu", "v# = x |> conv(c=2, k=3) -> [H: 8, W: 8]\n"},
        {"unknown names", "x |> relu", "v# = w# |> relu\n"},
        {"later names", "x |> relu", "v# = w# |> relu\nw# = x |> relu\n"},
        {"twice", "x |> relu", "v0 = x |> relu\n"},
        {"one path", "x |> relu", "v# = x |> conv(c=2, k=1) @same\n"},
        {"attributes", "x |> relu", "v# = x |> conv(filters=2, kernel_size=3)\n"},
        {"layers", "x |> relu", "v# = x |> convv(c=2)\n"},
        {"defs", "x |> relu", "def f#(x) { return x |> relu }\nv# = v< |> f#\n"},
        {"skips", "x |> relu", "v# = concat(v<, x, axis=C) |> conv(c=2, k=1)\n"},
    };
    enum { MORE = 16 };
    int lines = (int)effort_cases(250);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        double few = seconds_of(table[i].first, table[i].line, lines, "output v");
        double many = seconds_of(table[i].first, table[i].line, lines * MORE, "output v");
        if (few < 0.002) few = 0.002;
        cr_expect(many < 4 * MORE * few, "%s: %.1f ms, %d times the lines: %.1f ms", table[i].name,
                  1e3 * few, MORE, 1e3 * many);
    }
}
