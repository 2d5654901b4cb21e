/* During the analysis window_read appends every solution, once for each expansion of a def. Then
 * the list is sorted by place, and a walk over the tree meets each `?` and looks it up. */
#include "sema/annotate.h"

#include "sema/run.h"
#include "sema/scope.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What the walk is in. */
typedef struct Walk {
    Sema *sema;
    const char *def; /* whose body it is; NULL at top level */
    AnnotationList *out;
} Walk;

static int by_place(const void *a, const void *b) {
    const SolvedUnknown *one = a, *other = b;
    Span first = one->span, second = other->span;
    if (first.file != second.file) return first.file < second.file ? -1 : 1;
    if (first.begin != second.begin) return first.begin < second.begin ? -1 : 1;
    return one->number < other->number ? -1 : one->number > other->number;
}

/* The first solution at or behind the place; the number of solutions if there is none. */
static size_t first_at(const SolvedList *solved, Span place) {
    size_t lo = 0, hi = solved->len;
    const SolvedUnknown sought = {.span = place};
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (by_place(&solved->at[mid], &sought) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static void annotate_unknown(const Walk *walk, Span span) {
    const SolvedList *solved = walk->sema->solved;
    Annotation annotation = {.kind = ANNOTATION_UNSOLVED, .span = span, .def = walk->def};
    for (size_t i = first_at(solved, span); i < solved->len; i++) {
        const SolvedUnknown *one = &solved->at[i];
        if (one->span.file != span.file || one->span.begin != span.begin) break;
        if (!annotation.text) {
            annotation.kind = ANNOTATION_SOLVED;
            annotation.text = one->text;
        } else if (strcmp(one->text, annotation.text) != 0) {
            annotation.kind = ANNOTATION_DIFFERS;
            annotation.other = one->text;
            break;
        }
    }
    assert(annotation.kind == ANNOTATION_SOLVED || walk->def);
    VEC_PUSH(walk->sema->arena, walk->out, annotation);
}

/* The `?` in an expression, those of asserted sizes apart: these ask for nothing. */
static void walk_expr(void *context, const AstExpr *expr) {
    const Walk *walk = context;
    if (expr->kind == AST_UNKNOWN)
        annotate_unknown(walk, expr->span);
    else if (expr->kind == AST_ASSERT)
        walk_expr(context, expr->assertion.value);
    else
        ast_each_part(expr, walk_expr, context);
}

static void walk_def(Walk *walk, const AstItem *item) {
    walk->def = item->def.name.text;
    for (size_t i = 0; i < item->def.n_params; i++)
        if (item->def.params[i].default_value) walk_expr(walk, item->def.params[i].default_value);
    for (size_t i = 0; i < item->def.n_body; i++) walk_expr(walk, item->def.body[i]->bind.value);
    for (size_t i = 0; i < item->def.n_returns; i++) walk_expr(walk, item->def.returns[i]);
    walk->def = NULL;
}

/* The sizes of the one value of a statement. */
static void annotate_sizes(const Walk *walk, const AstItem *item, const AstName *name) {
    Sema *sema = walk->sema;
    const Binding *binding = scope_own(sema, item, name->text);
    assert(binding && binding->kind == BIND_VALUE);
    Annotation annotation = {.kind = ANNOTATION_SIZES, .span = span_end(item->span)};
    annotation.text = sizes_of(sema, &binding->tensor.value->type);
    VEC_PUSH(sema->arena, walk->out, annotation);
}

static void walk_value(Walk *walk, const AstItem *item, const AstName *names, size_t n_names,
                       const AstExpr *value) {
    walk_expr(walk, value);
    if (n_names == 1 && value->kind != AST_ASSERT) annotate_sizes(walk, item, &names[0]);
}

static void walk_item(Walk *walk, const AstItem *item) {
    if (item->kind == AST_DEF)
        walk_def(walk, item);
    else if (item->kind == AST_BIND)
        walk_value(walk, item, item->bind.names, item->bind.n_names, item->bind.value);
    else if (item->kind == AST_OUTPUT && item->output.value)
        walk_value(walk, item, &item->output.name, 1, item->output.value);
}

void sema_annotate(Arena *arena, Interner *interner, const Ast *ast, const SemaOptions *options,
                   Sources *sources, AnnotationList *out) {
    Diags diags = diags_in(arena, sources);
    SolvedList solved = {0};
    Sema sema = {.arena = arena,
                 .interner = interner,
                 .ast = ast,
                 .options = options,
                 .sources = sources,
                 .diags = &diags,
                 .solved = &solved};
    run_analysis(&sema);
    assert(diags.n_errors == 0);
    if (solved.len > 0) qsort(solved.at, solved.len, sizeof *solved.at, by_place);
    Walk walk = {.sema = &sema, .out = out};
    for (size_t i = 0; i < ast->items.len; i++) walk_item(&walk, ast->items.at[i]);
}
