/* A use of a def: its body analysed in a scope of its own, under the path of the use.
 *
 *     e1 = image |> twice(c=32)       scope: x = image, c = 32; then h = ..., under "e1.twice."
 *
 * Defs that use defs grow without bound in a few lines. What is expanded is therefore counted: the
 * source that it stands for, some more for each use, and for each repeated message; and uses inside
 * each other have a limit, since each takes stack. */
#include "sema/expand.h"

#include "sema/definition.h"
#include "sema/defs.h"
#include "sema/of.h"
#include "sema/uses.h"

#include <string.h>

enum {
    PATH_COST = 4,       /* copies of a use's path that its parts make */
    USE_COST = 1024,     /* bytes that a use counts beside its source: the memory of its scope */
    MESSAGE_COST = 1024, /* and a message that was given before */
    MAX_OF_WINDOWS = 8   /* windows of a def that are told apart by `of` */
};

/* Counts an expansion. @return false if it is one too many: reported, once */
static bool may_expand(Sema *sema, const LayerCall *call, const Def *def) {
    if (sema->too_many_layers) return false;
    size_t depth = 1, path = strlen(call->path);
    for (const Use *at = sema->scope->use; at; at = at->outer) depth++;
    Span span = def->item->span;
    sema->expanded += span.end - span.begin + PATH_COST * path + USE_COST;
    const char *name = def->item->def.name.text;
    Diag *diag;
    if (sema->expanded > MAX_EXPANDED) {
        sema->too_many_layers = true;
        diag = diag_add(
            sema->diags, N0350, call->span,
            "the defs of this program expand to more than %s bytes of source" FACTS("limit#"),
            count_text(sema, MAX_EXPANDED));
        diag_here(diag, "one too many");
        sema->limit = diag;
        return false;
    }
    if (depth > MAX_USE_DEPTH)
        diag = diag_add(
            sema->diags, N0005, call->span,
            "uses of defs inside each other exceed the limit %d (`netc limits`)" FACTS("limit"),
            MAX_USE_DEPTH);
    else if (path > MAX_PATH_BYTES)
        diag = diag_add(
            sema->diags, N0005, call->span,
            "the bytes of the path of `%s` exceed the limit %d (`netc limits`)" FACTS("name limit"),
            name, MAX_PATH_BYTES);
    else
        return true;
    diag_here(diag, "not expanded");
    return false;
}

/* A failed result for each value that the def returns. */
static Tensor failed_results(Sema *sema, const LayerCall *call, const Def *def) {
    Tensor result = unknown_result(sema, call);
    size_t n = def->item->def.n_returns;
    if (n < 2) return result;
    result.n_others = n - 1;
    result.others = ARENA_ARRAY(sema->arena, Tensor, n - 1);
    for (size_t i = 0; i + 1 < n; i++) result.others[i] = call_failed(sema, call, NULL);
    return result;
}

static Tensor infer_returns(Sema *sema, const AstItem *item) {
    Tensor first = {0};
    size_t n = item->def.n_returns;
    sema->bind = NULL;
    sema->bind_name = intern(sema->interner, "out", 3);
    sema->bind_path = arena_printf(sema->arena, "%sout", sema->scope->prefix);
    Tensor *others = ARENA_ARRAY(sema->arena, Tensor, n);
    for (size_t i = 0; i < n; i++) {
        Tensor tensor = infer_expr(sema, item->def.returns[i]);
        if (i == 0)
            first = tensor;
        else
            others[i - 1] = tensor;
    }
    first.others = others;
    first.n_others = n - 1;
    return first;
}

/* W0708 for what the body computes in vain. In a damaged file the reader may be what is lost. */
static void warn_unused(Sema *sema, const AstItem *item) {
    if (sema->scope->module->ast->damaged) return;
    for (size_t i = 0; i < item->def.n_body; i++)
        for (size_t j = 0; j < item->def.body[i]->bind.n_names; j++) {
            const AstName *name = &item->def.body[i]->bind.names[j];
            const Binding *binding = name_map_get(&sema->scope->bindings, name->text);
            if (!binding || binding->used) continue;
            Diag *diag = diag_add(sema->diags, W0708, name->span,
                                  "`%s` is never used" FACTS("name"), name->text);
            diag_here(diag, "nothing reads this value");
        }
}

static Tensor expand_body(Sema *sema, const AstItem *item) {
    size_t errors = sema->diags->n_errors;
    for (size_t i = 0; i < item->def.n_body; i++)
        for (size_t j = 0; j < item->def.body[i]->bind.n_names; j++)
            scope_add(sema, item->def.body[i], &item->def.body[i]->bind.names[j], BIND_VALUE);
    for (size_t i = 0; i < item->def.n_body; i++) analyse_bind(sema, item->def.body[i]);
    Tensor result = infer_returns(sema, item);
    if (sema->diags->n_errors == errors) warn_unused(sema, item);
    return result;
}

/* The windows of the body are windows of the value in whose definition the use stands. */
static void hand_on_windows(Sema *sema, const Scope *inner) {
    for (size_t i = 0; i < inner->windows.len && i < MAX_OF_WINDOWS; i++)
        hold_window(sema, inner->windows.at[i]);
}

/* What of the analysis belongs to the place of the use. */
typedef struct Frame {
    Scope *scope;
    const Variable *variables;
    const char *bind_name, *bind_path;
    Binding *bind;
    uint32_t first_value;
} Frame;

static Frame enter(Sema *sema, Scope *inner) {
    Frame frame = {.scope = sema->scope,
                   .variables = sema->variables,
                   .bind_name = sema->bind_name,
                   .bind_path = sema->bind_path,
                   .bind = sema->bind,
                   .first_value = sema->first_value};
    sema->scope = inner;
    sema->variables = NULL;
    return frame;
}

static void leave(Sema *sema, const Frame *frame) {
    sema->scope = frame->scope;
    sema->variables = frame->variables;
    sema->bind_name = frame->bind_name;
    sema->bind_path = frame->bind_path;
    sema->bind = frame->bind;
    sema->first_value = frame->first_value;
}

Tensor expand_def(Sema *sema, const LayerCall *call, Def *def) {
    if (def->unusable) return failed_results(sema, call, def);
    if (def->active) {
        report_active(sema, call->span, def);
        return failed_results(sema, call, def);
    }
    if (!may_expand(sema, call, def)) {
        def->silenced = true;
        return failed_results(sema, call, def);
    }
    Scope *inner = ARENA_NEW(sema->arena, Scope);
    Use *use = ARENA_NEW(sema->arena, Use);
    *use = (Use){.outer = sema->scope->use, .call = call->expr, .path = call->path, .def = def};
    *inner = (Scope){.module = def->module, .use = use};
    inner->prefix = arena_printf(sema->arena, "%s.", call->path);
    UseStart start = uses_begin(sema);
    bool bound = bind_arguments(sema, call, def, inner), checked = bound && !any_failed(call);
    Tensor result = {0};
    if (bound) {
        Frame frame = enter(sema, inner);
        def->active = true;
        result = expand_body(sema, def->item);
        def->active = false;
        leave(sema, &frame);
        hand_on_windows(sema, inner);
    }
    sema->expanded += MESSAGE_COST * uses_end(sema, use, start, checked);
    if (use->failed && sema->bind) sema->bind->silenced = true;
    def->silenced |= !checked || use->failed;
    return bound ? result : failed_results(sema, call, def);
}
