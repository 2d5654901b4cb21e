/* What is inside an expression: every part, in the order of the text. */
#include "syntax/parsing.h"

#include <criterion/criterion.h>
#include <inttypes.h>

/* Appends the names and numbers inside an expression. */
static void put_leaves(void *context, const AstExpr *expr) {
    Text *out = context;
    if (expr->kind == AST_NAME) text_printf(out, "%s ", expr->name.first.text);
    if (expr->kind == AST_INT) text_printf(out, "%" PRId64 " ", expr->integer);
    ast_each_part(expr, put_leaves, out);
}

Test(walk, visits_every_part) {
    static const struct {
        const char *expr, *leaves;
    } cases[] = {
        {"x + y * -z", "x y z "},
        {"f(a, k=b, of c, p=(d, 1))", "a b d 1 "},
        {"x |> f(a) @l |> g", "x a "},
        {"x |> repeat n f(c=2)", "x n 2 "},
        {"x |> repeat d in [1, m] f(d=d)", "x 1 m d "},
        {"x -> [H: e - 1, 7]", "x e 1 7 "},
        {"f(x, p={H: a, W: (b, c)})", "x a b c "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Arena *arena = arena_create();
        Parsed *parsed = parsed_string(arena_printf(arena, "net 1\nv = %s\n", cases[i].expr));
        Text leaves = text_in(arena);
        put_leaves(&leaves, parsed->ast->items.at[1]->bind.value);
        cr_assert_str_eq(text_str(&leaves), cases[i].leaves, "%s", cases[i].expr);
        parsed_free(parsed);
        arena_destroy(arena);
    }
}
