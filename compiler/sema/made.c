/* Small syntax trees, each with the text that would be parsed to it. */
#include "sema/made.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static AstExpr *new_expr(Sema *sema, AstExprKind kind, Span span) {
    AstExpr *expr = ARENA_NEW(sema->arena, AstExpr);
    *expr = (AstExpr){.kind = kind, .span = span, .depth = 1};
    return expr;
}

Made made_as_written(Sema *sema, const AstExpr *expr) {
    const SourceFile *file = sema->sources->files.at[expr->span.file];
    return (Made){expr, arena_strndup(sema->arena, file->text + expr->span.begin,
                                      expr->span.end - expr->span.begin)};
}

Made made_integer(Sema *sema, Span span, int64_t number) {
    AstExpr *expr = new_expr(sema, AST_INT, span);
    expr->integer = number;
    return (Made){expr, arena_printf(sema->arena, "%lld", (long long)number)};
}

/* A real number, which may be a fraction. */
static Made made_real(Sema *sema, Span span, const char *text) {
    AstExpr *expr = new_expr(sema, AST_REAL, span);
    char *end;
    expr->real = strtod(text, &end);
    if (*end == '/') expr->real /= strtod(end + 1, NULL);
    return (Made){expr, text};
}

Made made_word(Sema *sema, Span span, const char *text) {
    if (isdigit((unsigned char)*text) || *text == '-') {
        if (strpbrk(text, "./e-")) return made_real(sema, span, text);
        return made_integer(sema, span, strtoll(text, NULL, 10));
    }
    bool is_axis = isupper((unsigned char)*text);
    AstExpr *expr = new_expr(sema, is_axis ? AST_AXIS : AST_NAME, span);
    AstName name = {.text = intern(sema->interner, text, strlen(text)), .span = span};
    if (is_axis)
        expr->axis = name;
    else
        expr->name = (AstPath){.first = name, .span = span};
    return (Made){expr, name.text};
}

static bool all_equal(const int64_t *numbers, int n) {
    for (int i = 1; i < n; i++)
        if (numbers[i] != numbers[0]) return false;
    return true;
}

Made made_per_axis(Sema *sema, Span span, const int64_t *numbers, int n) {
    if (all_equal(numbers, n)) return made_integer(sema, span, numbers[0]);
    AstExpr *expr = new_expr(sema, AST_SIZE, span);
    Text text = text_in(sema->arena);
    expr->size.count = n;
    for (int i = 0; i < n; i++) {
        expr->size.at[i] = numbers[i];
        text_printf(&text, "%s%lld", i ? "x" : "", (long long)numbers[i]);
    }
    return (Made){expr, text_str(&text)};
}

int numbers_in(const AstExpr *value, int64_t out[6]) {
    const AstExpr *parts[6];
    int n = 0;
    if (value->kind == AST_SIZE) {
        for (; n < value->size.count; n++) out[n] = value->size.at[n];
        return n;
    }
    if (value->kind == AST_PAIR) {
        parts[n++] = value->pair.first;
        parts[n++] = value->pair.second;
    } else if (value->kind == AST_LIST && value->list.len <= 6) {
        for (; n < (int)value->list.len; n++) parts[n] = value->list.at[n].value;
    } else {
        parts[n++] = value;
    }
    for (int i = 0; i < n; i++) {
        if (parts[i]->kind != AST_INT) return 0;
        out[i] = parts[i]->integer;
    }
    return n;
}

Made made_of_tuple(Sema *sema, const AstExpr *given, int n) {
    int64_t numbers[6];
    int found = numbers_in(given, numbers);
    if (found == 0 || found > 3 || (n > 0 && found > 1 && found != n)) return (Made){0};
    return made_per_axis(sema, given->span, numbers, found);
}

/* n, or (before, after). */
static Made made_pad(Sema *sema, Span span, int64_t before, int64_t after) {
    if (before == after) return made_integer(sema, span, before);
    AstExpr *expr = new_expr(sema, AST_PAIR, span);
    Made first = made_integer(sema, span, before), second = made_integer(sema, span, after);
    expr->pair.first = ast_copy(sema->arena, first.value);
    expr->pair.second = ast_copy(sema->arena, second.value);
    expr->depth = 2;
    return (Made){expr, arena_printf(sema->arena, "(%s, %s)", first.text, second.text)};
}

Made made_pads(Sema *sema, Span span, const int64_t *before, const int64_t *after, int n,
               const char *const *axes) {
    if (all_equal(before, n) && all_equal(after, n))
        return made_pad(sema, span, before[0], after[0]);
    if (memcmp(before, after, (size_t)n * sizeof *before) == 0)
        return made_per_axis(sema, span, before, n);
    if (!axes) return (Made){0};
    AstExpr *expr = new_expr(sema, AST_AXMAP, span);
    expr->depth = 3;
    expr->list.at = ARENA_ARRAY(sema->arena, AstEntry, (size_t)n);
    expr->list.len = (size_t)n;
    Text text = text_in(sema->arena);
    for (int i = 0; i < n; i++) {
        Made pad = made_pad(sema, span, before[i], after[i]);
        const char *axis = intern(sema->interner, axes[i], strlen(axes[i]));
        expr->list.at[i] = (AstEntry){.axis = {.text = axis, .span = span},
                                      .value = ast_copy(sema->arena, pad.value),
                                      .span = span};
        text_printf(&text, "%s%s: %s", i ? ", " : "{", axis, pad.text);
    }
    text_puts(&text, "}");
    return (Made){expr, text_str(&text)};
}
