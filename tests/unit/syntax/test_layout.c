/* How lines and operators group: the rules of GRAMMAR.md, each with a program that follows it. */
#include "syntax/parsing.h"

#include <criterion/criterion.h>
#include <inttypes.h>

static void put_expr(Text *out, const AstExpr *expr);

static void put_entries(Text *out, const AstExpr *expr, const char *open, const char *close) {
    text_puts(out, open);
    for (size_t i = 0; i < expr->list.len; i++) {
        const AstEntry *entry = &expr->list.at[i];
        if (i) text_puts(out, " ");
        if (entry->axis.text) text_printf(out, "%s:", entry->axis.text);
        put_expr(out, entry->value);
    }
    text_puts(out, close);
}

static void put_call(Text *out, const AstExpr *expr) {
    const AstPath *callee = &expr->call.callee;
    text_printf(out, "(%s%s%s", callee->first.text, callee->second.text ? "." : "",
                callee->second.text ? callee->second.text : "");
    if (expr->call.label.text) text_printf(out, "@%s", expr->call.label.text);
    if (expr->call.piped) text_puts(out, " ");
    if (expr->call.piped) put_expr(out, expr->call.piped);
    for (size_t i = 0; i < expr->call.n_args; i++) {
        const AstArg *arg = &expr->call.args[i];
        text_puts(out, " ");
        if (arg->kind == AST_ARG_OF) text_printf(out, "of:%s", arg->name.text);
        if (arg->kind == AST_ARG_NAMED) text_printf(out, "%s=", arg->name.text);
        if (arg->value) put_expr(out, arg->value);
    }
    text_puts(out, ")");
}

/* An expression with its grouping shown: (relu (+ x f)). */
static void put_expr(Text *out, const AstExpr *expr) {
    switch (expr->kind) {
    case AST_INT: text_printf(out, "%" PRId64, expr->integer); break;
    case AST_REAL: text_printf(out, "%g", expr->real); break;
    case AST_SIZE:
        text_printf(out, "%" PRId64 "x%" PRId64, expr->size.at[0], expr->size.at[1]);
        break;
    case AST_STRING: text_printf(out, "'%s'", expr->string.bytes); break;
    case AST_AXIS: text_puts(out, expr->axis.text); break;
    case AST_UNKNOWN: text_puts(out, "?"); break;
    case AST_NAME:
        text_puts(out, expr->name.first.text);
        if (expr->name.second.text) text_printf(out, ".%s", expr->name.second.text);
        break;
    case AST_EXTENT:
        text_printf(out, "%s.%s", expr->extent.value.text, expr->extent.axis.text);
        break;
    case AST_LIST: put_entries(out, expr, "[", "]"); break;
    case AST_AXMAP: put_entries(out, expr, "{", "}"); break;
    case AST_CALL: put_call(out, expr); break;
    case AST_ERROR: text_puts(out, "ERROR"); break;
    case AST_NEGATE:
        text_puts(out, "(- ");
        put_expr(out, expr->operand);
        text_puts(out, ")");
        break;
    case AST_PAIR:
    case AST_BINARY:
    case AST_ASSERT: {
        bool pair = expr->kind == AST_PAIR, binary = expr->kind == AST_BINARY;
        text_printf(out, "(%s ", pair ? "," : binary ? ast_operator_text(expr->binary.op) : "->");
        put_expr(out, pair ? expr->pair.first : binary ? expr->binary.left : expr->assertion.value);
        text_puts(out, " ");
        put_expr(out, pair     ? expr->pair.second
                      : binary ? expr->binary.right
                               : expr->assertion.sizes);
        text_puts(out, ")");
        break;
    }
    case AST_REPEAT:
        text_puts(out, "(repeat ");
        put_expr(out, expr->repeat.piped);
        if (expr->repeat.list) text_printf(out, " %s in", expr->repeat.variable.text);
        text_puts(out, " ");
        put_expr(out, expr->repeat.list ? expr->repeat.list : expr->repeat.count);
        text_puts(out, " ");
        put_expr(out, expr->repeat.call);
        text_puts(out, ")");
        break;
    case AST_EXPR_KINDS: break;
    }
}

/* The values of all binds, one a line. */
static const char *binds_of(Parsed *parsed) {
    Text out = text_in(parsed->arena);
    for (size_t i = 0; i < parsed->ast->items.len; i++) {
        const AstItem *item = parsed->ast->items.at[i];
        if (item->kind != AST_BIND) continue;
        for (size_t j = 0; j < item->bind.n_names; j++)
            text_printf(&out, "%s%s", j ? "," : "", item->bind.names[j].text);
        text_puts(&out, " = ");
        put_expr(&out, item->bind.value);
        text_puts(&out, "\n");
    }
    return text_str(&out);
}

typedef struct Grouping {
    const char *text, *binds;
} Grouping;

static void expect_groups(const Grouping *cases, size_t n) {
    for (size_t i = 0; i < n; i++) {
        Arena *arena = arena_create();
        Parsed *parsed = parsed_string(arena_printf(arena, "net 1\n%s", cases[i].text));
        cr_assert_str_eq(parsed_messages(parsed), "", "%s\n%s", cases[i].text,
                         parsed_messages(parsed));
        cr_assert_str_eq(binds_of(parsed), cases[i].binds, "%s\ngot %swant %s", cases[i].text,
                         binds_of(parsed), cases[i].binds);
        parsed_free(parsed);
        arena_destroy(arena);
    }
}

Test(layout, operators_group_by_precedence) {
    static const Grouping cases[] = {
        {"a = x + f |> relu\n", "a = (relu (+ x f))\n"},
        {"a = x + (f |> relu)\n", "a = (+ x (relu f))\n"},
        {"a = x |> f -> [1] |> g\n", "a = (g (-> (f x) [1]))\n"},
        {"a = 1 - 2 - 3\n", "a = (- (- 1 2) 3)\n"},
        {"a = 1 + 2 * 3 % 4 / 5\n", "a = (+ 1 (/ (% (* 2 3) 4) 5))\n"},
        {"a = -x * y + -z.H\n", "a = (+ (* (- x) y) (- z.H))\n"},
        {"a = --1\n", "a = (- (- 1))\n"},
        {"a = -x |> f\n", "a = (f (- x))\n"},
        {"a = 2-1\n", "a = (- 2 1)\n"},
        {"a = (1, 2) |> f((3, x + 1))\n", "a = (f (, 1 2) (, 3 (+ x 1)))\n"},
        {"a = x -> [H: e.H - 1, ?, W: 2]\n", "a = (-> x [H:(- e.H 1) ? W:2])\n"},
        {"a = f(x |> g, y + z, k=3x5, p={H: (1, 2), W: same}, of b, of \"c d\",)\n",
         "a = (f (g x) (+ y z) k=3x5 p={H:(, 1 2) W:same} of:b of:c d)\n"},
        {"a = x |> lib.f @l |> g() @\"m.0\"\n", "a = (g@m.0 (lib.f@l x))\n"},
        {"a = x |> repeat 3 f(c=1) @h |> repeat n lib.g()\n",
         "a = (repeat (repeat x 3 (f@h c=1)) n (lib.g))\n"},
        {"a = x |> repeat d in [1, 2] f(d=d)\n", "a = (repeat x d in [1 2] (f d=d))\n"},
        {"a, b = f(x)\n", "a,b = (f x)\n"},
        {"a = [[1, -1.5], [], [x.C]]\n", "a = [[1 (- 1.5)] [] [x.C]]\n"},
        {"full = x |> f(p=full, axis=C)\n", "full = (f x p=full axis=C)\n"},
        {"a = x |> Conv2d(3) |> ReLU\nb = Linear(x, C)\n",
         "a = (ReLU (Conv2d x 3))\nb = (Linear x C)\n"},
        {"a = x |> repeat 2 Block(c=1) |> lib.Conv(k=1)\n",
         "a = (lib.Conv (repeat x 2 (Block c=1)) k=1)\n"},
    };
    expect_groups(cases, sizeof cases / sizeof cases[0]);
}

Test(layout, lines_go_on_by_two_rules) {
    static const Grouping cases[] = {
        {"a = x\n  |> f\n  -> [1]\n", "a = (-> (f x) [1])\n"},
        {"a = x\n|> f\n\n# comment\n\n|> g\nb = y", "a = (g (f x))\nb = y\n"},
        {"a = f(x,\n  y\n  ,\n\n  # comment\n  c=1\n )\nb = y\n", "a = (f x y c=1)\nb = y\n"},
        {"a = f(\n  x\n)\nb = [\n 1,\n 2\n]\nc = g(p={H: 1,\n  W: 2\n})\n",
         "a = (f x)\nb = [1 2]\nc = (g p={H:1 W:2})\n"},
        {"a = (x\n  + y)\n", "a = (+ x y)\n"},
        {"a = (x +\n  y)\n", "a = (+ x y)\n"},
        {"a = f(x\n|> g)\n", "a = (f (g x))\n"},
        {"  a = x\n\tb = y\n", "a = x\nb = y\n"},
        {"\r\na = x\r\n  |> f\r\n\r\nb = y\r\n", "a = (f x)\nb = y\n"},
        {"\ra = x\r  |> f\rb = y", "a = (f x)\nb = y\n"},
        {"a = x # comment (\nb = y ## and \"another\n", "a = x\nb = y\n"},
    };
    expect_groups(cases, sizeof cases / sizeof cases[0]);
}

static const AstItem *def_of(Parsed *parsed) {
    for (size_t i = 0; i < parsed->ast->items.len; i++)
        if (parsed->ast->items.at[i]->kind == AST_DEF) return parsed->ast->items.at[i];
    return NULL;
}

Test(layout, bodies_of_defs) {
    static const struct {
        const char *text;
        size_t n_params, n_body, n_returns;
    } cases[] = {
        {"def f(x) { return x }\n", 1, 0, 1},
        {"def f(x, c: int = 1) { return x, c }", 2, 0, 2},
        {"def f(x) {\n  return x\n}\n", 1, 0, 1},
        {"def f(x) { # comment\n\n  a = x\n\n  b, c = a\n  return a,\n    b\n}\n", 1, 2, 2},
        {"def f(x) {\na = x |> g(p={H: 1})\nreturn a\n}\n", 1, 1, 1},
        {"def f(x) {\n  a = g(x,\n  c=2\n  )\n  return a }\n", 1, 1, 1},
        {"def f(x) { return g({H: 1}) }\n", 1, 0, 1},
        {"def f(x,\n  y) {\n  return x\n    |> g\n}\n", 2, 0, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Arena *arena = arena_create();
        Parsed *parsed = parsed_string(arena_printf(arena, "net 1\n%s", cases[i].text));
        const AstItem *def = def_of(parsed);
        bool joined = strstr(cases[i].text, ",\n    b") != NULL; /* N0012, and goes on */
        cr_assert_str_eq(parsed_messages(parsed),
                         joined ? "7:11 N0012 a line may not end in `,`\n" : "", "%s",
                         cases[i].text);
        cr_assert(def && !def->def.damaged, "%s", cases[i].text);
        cr_assert_eq(def->def.n_params, cases[i].n_params, "%s", cases[i].text);
        cr_assert_eq(def->def.n_body, cases[i].n_body, "%s", cases[i].text);
        cr_assert_eq(def->def.n_returns, cases[i].n_returns, "%s", cases[i].text);
        parsed_free(parsed);
        arena_destroy(arena);
    }
}

/* What a statement at fault leaves: its name, so that its uses are no second fault. */
Test(layout, names_survive_their_statements) {
    static const Grouping cases[] = {
        {"a = f(x, c=)\nb = a\n", "a = ERROR\nb = a\n"},
        {"a, b = x y\nc = a\n", "a,b = ERROR\nc = a\n"},
        {"a x\nb = a\n", "a = ERROR\nb = a\n"},
        {"a = f(x, [1, 2\nb = a\n", "a = (f x [1 2])\nb = a\n"},
        {"a = f(x,\n  y z,\n  (w\n  )\nb = a\n", "a = ERROR\nb = a\n"},
        {"a = x |>\n  f\nb = a\n", "a = (f x)\nb = a\n"},
        {"a = 007\nb = \"\nc = a\n", "a = ERROR\nb = ERROR\nc = a\n"},
        {"a = x\xc3\x97y\nb = caf\xc3\xa9", "a = (* x y)\nb = caf\xc3\xa9\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Arena *arena = arena_create();
        Parsed *parsed = parsed_string(arena_printf(arena, "net 1\n%s", cases[i].text));
        cr_assert(parsed->diags.n_errors > 0, "%s", cases[i].text);
        cr_assert_str_eq(binds_of(parsed), cases[i].binds, "%s\ngot\n%s", cases[i].text,
                         binds_of(parsed));
        parsed_free(parsed);
        arena_destroy(arena);
    }
    Parsed *parsed =
        parsed_string("net 1\nlet n 3\ninput x f32[1]\ninput y : f32[1] z\nweights\n"
                      "output a b\noutput c = )\ndef f(x, 3) {\n  return x\n}\nmodel m n\n"
                      "import \"a\" as l b\n");
    static const AstItemKind kinds[] = {AST_EDITION, AST_LET,    AST_INPUT, AST_INPUT, AST_WEIGHTS,
                                        AST_OUTPUT,  AST_OUTPUT, AST_DEF,   AST_MODEL, AST_IMPORT};
    cr_assert_eq(parsed->ast->items.len, sizeof kinds / sizeof kinds[0]);
    for (size_t i = 0; i < parsed->ast->items.len; i++)
        cr_assert_eq(parsed->ast->items.at[i]->kind, kinds[i], "statement %zu", i);
    cr_assert(parsed->ast->items.at[2]->input.axes->kind == AST_ERROR);
    cr_assert(parsed->ast->items.at[3]->input.axes->kind == AST_LIST);
    cr_assert(parsed->ast->items.at[7]->def.damaged);
    cr_assert(parsed->ast->damaged);
    parsed_free(parsed);
}

Test(layout, comments_document_what_follows) {
    Parsed *parsed = parsed_string("## file\nnet 1\n## one\n## two\nweights random()\nmodel m\n"
                                   "## gone\n\n##three\n#### no\na = x ## gone\n  ## four\n##\n"
                                   "def f(x) {\n  ## five\n  b = x\n  return b\n}\nc = x\n");
    static const char *const docs[] = {NULL, NULL, "one\ntwo", "three", "four\n", NULL};
    cr_assert_eq(parsed->ast->items.len, 6u);
    for (size_t i = 0; i < 6; i++) {
        const char *doc = parsed->ast->items.at[i]->doc;
        cr_assert(docs[i] ? doc && strcmp(doc, docs[i]) == 0 : !doc, "statement %zu: %s", i,
                  doc ? doc : "none");
    }
    cr_assert_str_eq(parsed->ast->items.at[4]->def.body[0]->doc, "five");
    parsed_free(parsed);
}
