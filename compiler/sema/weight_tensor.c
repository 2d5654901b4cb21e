/* A file may have the axes of a weight in another order: TensorFlow stores kernels as H, W, C, F,
 * and a dense layer's as C, F. With axes=[...] they are transposed when they are read; without, a
 * tensor whose sizes agree as a set is an error whose help says the axes. */
#include "sema/weight_tensor.h"

#include "sema/trace.h"

#include <string.h>

/* The names of a parameter's axes. */
typedef struct AxisNames {
    const char *at[MAX_RANK];
    int n;
} AxisNames;

static AxisNames names_of(Sema *sema, const Param *param) {
    AxisNames names = {.n = 0};
    for (const char *axes = param->axes; names.n < param->rank; names.n++) {
        size_t len = strcspn(axes, " ");
        names.at[names.n] = arena_strndup(sema->arena, axes, len);
        axes += len + (axes[len] == ' ');
    }
    return names;
}

/* "F C H W" of the axes in an order. */
static const char *join_axes(Sema *sema, const AxisNames *names, const int *order,
                             const char *between) {
    Text text = text_in(sema->arena);
    for (int i = 0; i < names->n; i++)
        text_printf(&text, "%s%s", i ? between : "", names->at[order ? order[i] : i]);
    return text_str(&text);
}

const char *extents_text(Sema *sema, const char *axes, int rank, const int64_t *extent) {
    Text text = text_in(sema->arena);
    text_puts(&text, "[");
    for (int i = 0; i < rank; i++) {
        size_t len = strcspn(axes, " ");
        text_printf(&text, "%s%.*s%s%lld", i ? ", " : "", (int)len, axes, len ? ": " : "",
                    (long long)extent[i]);
        axes += len + (axes[len] == ' ');
    }
    text_puts(&text, "]");
    return text_str(&text);
}

/* order[j] is the parameter's axis that the tensor has at place j. */
static bool has_order(const WeightTensor *tensor, const Param *param, const int *order) {
    for (int j = 0; j < param->rank; j++)
        if (tensor->extent[j] != param->extent[order[j]]) return false;
    return true;
}

/* ---- axes=[H, W, C, F] ---- */

static bool report_axes(Sema *sema, const TensorRequest *request, Span where, const char *here) {
    AxisNames names = names_of(sema, request->param);
    Diag *diag = diag_add(sema->diags, N0334, where,
                          "`axes` must name each axis of `%s` once: %s" FACTS("parameter axes[]"),
                          quote_text(sema, request->param->key, strlen(request->param->key)),
                          join_axes(sema, &names, NULL, ", "));
    diag_here(diag, "%s", here);
    return false;
}

/* Of two axes with one name, a spatial axis may be called F, the first is meant first. */
static bool read_order(Sema *sema, const TensorRequest *request, int order[MAX_RANK]) {
    const Param *param = request->param;
    AxisNames names = names_of(sema, param);
    const AstExpr *axes = request->axes;
    for (int j = 0; j < param->rank; j++) order[j] = j;
    if (!axes) return true;
    if (axes->kind == AST_ERROR) return false;
    if (axes->kind != AST_LIST || axes->list.len != (size_t)param->rank)
        return report_axes(sema, request, axes->span, "in the order of the file: [H, W, C, F]");
    bool seen[MAX_RANK] = {false};
    for (int j = 0; j < param->rank; j++) {
        const AstEntry *entry = &axes->list.at[j];
        if (entry->axis.text || entry->value->kind != AST_AXIS)
            return report_axes(sema, request, entry->span, "not the name of an axis");
        int at = 0;
        while (at < names.n && (seen[at] || strcmp(names.at[at], entry->value->axis.text) != 0))
            at++;
        if (at == names.n)
            return report_axes(sema, request, entry->span, "not one of them, or given before");
        seen[at] = true;
        order[j] = at;
    }
    return true;
}

/* ---- N0503 ---- */

/* The orders in which the tensor's sizes are the parameter's. */
typedef struct Orders {
    const WeightTensor *tensor;
    const Param *param;
    int found;
    int first[MAX_RANK]; /* the first that was found */
    int trying[MAX_RANK];
    bool taken[MAX_RANK];
} Orders;

static void find_orders(Orders *orders, int place) {
    if (place == orders->param->rank) {
        if (orders->found++ == 0) memcpy(orders->first, orders->trying, sizeof orders->first);
        return;
    }
    for (int axis = 0; axis < orders->param->rank; axis++) {
        if (orders->taken[axis]) continue;
        if (orders->tensor->extent[place] != orders->param->extent[axis]) continue;
        orders->taken[axis] = true;
        orders->trying[place] = axis;
        find_orders(orders, place + 1);
        orders->taken[axis] = false;
    }
}

/* Spatial axes first, then the second and the first of the parameter's: H, W, C, F. */
static bool is_tensorflow(const WeightTensor *tensor, const Param *param, int order[MAX_RANK]) {
    int spatial = param->rank - 2;
    if (spatial < 0) return false;
    for (int i = 0; i < spatial; i++) order[i] = 2 + i;
    order[spatial] = 1;
    order[spatial + 1] = 0;
    return has_order(tensor, param, order);
}

/* The text of a key as a string literal; NULL if it cannot be one as it stands. */
static const char *literal_of(Sema *sema, const char *key) {
    for (const char *c = key; *c; c++)
        if (*c == '"' || *c == '\\' || (unsigned char)*c < ' ' || *c == 0x7F) return NULL;
    return arena_printf(sema->arena, "\"%s\"", key);
}

/* The edit that says the axes. */
static void offer_axes(Sema *sema, Diag *diag, const TensorRequest *request, const char *axes) {
    static const char *const title = "say so, and it is transposed at compile time";
    if (request->axes) {
        diag_edit(diag_help(diag, FIX_MAYBE, "%s", title), request->axes->span, "[%s]", axes);
        return;
    }
    if (request->source) {
        const AstExpr *last = request->key_expr ? request->key_expr : request->file;
        DiagHelp *help = diag_help(diag, FIX_MAYBE, "%s", title);
        diag_edit(help, span_end(last->span), ", axes=[%s]", axes);
        return;
    }
    const char *key = literal_of(sema, request->key);
    Span file = request->file->span;
    if (!key || file.file != request->call->span.file) return;
    const char *text = sema->sources->files.at[file.file]->text + file.begin;
    const char *value = arena_printf(sema->arena, "file(%.*s, %s, axes=[%s])",
                                     (int)(file.end - file.begin), text, key, axes);
    edit_attr(diag_help(diag, FIX_MAYBE, "%s", title), request->call, request->role, value);
}

/* What the order of the sizes says. */
static void explain_order(Sema *sema, Diag *diag, const TensorRequest *request,
                          const WeightTensor *tensor) {
    const Param *param = request->param;
    AxisNames names = names_of(sema, param);
    int order[MAX_RANK];
    if (is_tensorflow(tensor, param, order)) {
        const char *axes = join_axes(sema, &names, order, ", ");
        diag_note(diag,
                  "the sizes agree as a set: this looks like a TensorFlow/Keras kernel, stored %s",
                  axes);
        offer_axes(sema, diag, request, axes);
        return;
    }
    Orders orders = {.tensor = tensor, .param = param};
    find_orders(&orders, 0);
    if (orders.found == 1) {
        const char *axes = join_axes(sema, &names, orders.first, ", ");
        diag_note(diag, "the sizes agree as a set: the file stores the axes as %s", axes);
        offer_axes(sema, diag, request, axes);
    } else if (orders.found > 1) {
        diag_note(diag,
                  "the sizes agree as a set, in %d ways: `axes=[...]` says in which order "
                  "the file has them",
                  orders.found);
    }
}

void trace_channels(Sema *sema, Diag *diag, const Node *node, const Param *param, int rank,
                    const int64_t *given) {
    AxisNames names = names_of(sema, param);
    if (rank != param->rank || node->n_inputs == 0) return;
    for (int i = 0; i < names.n; i++)
        if (strcmp(names.at[i], "C") == 0 && given[i] != param->extent[i])
            trace_size(sema, diag, node->inputs[0], "C");
}

static const WeightSource *report_shape(Sema *sema, const TensorRequest *request,
                                        const WeightTensor *tensor) {
    const Param *param = request->param;
    Diag *diag = diag_add(sema->diags, N0503, param->span,
                          "weight `%s` has the wrong shape" FACTS("parameter"),
                          quote_text(sema, param->key, strlen(param->key)));
    diag_here(diag, "needs %s" FACTS("needed"),
              extents_text(sema, param->axes, param->rank, param->extent));
    diag_label(diag, request->file->span, "holds %s %s" FACTS("dtype actual[]"),
               tensor->dtype >= 0
                   ? dtype_name((Dtype)tensor->dtype)
                   : quote_text(sema, tensor->dtype_text, strlen(tensor->dtype_text)),
               extents_text(sema, "", tensor->rank, tensor->extent));
    if (tensor->rank == param->rank) explain_order(sema, diag, request, tensor);
    if (diag->helps.len == 0)
        trace_channels(sema, diag, request->node, param, tensor->rank, tensor->extent);
    return NULL;
}

/* N0504. */
static const WeightSource *report_dtype(Sema *sema, const TensorRequest *request,
                                        const WeightFile *file, const WeightTensor *tensor) {
    bool in_numpy = file->format != FORMAT_SAFETENSORS;
    Diag *diag = diag_add(sema->diags, N0504, request->param->span,
                          "element type `%s` of `%s` is not supported" FACTS("dtype tensor"),
                          quote_text(sema, tensor->dtype_text, strlen(tensor->dtype_text)),
                          quote_text(sema, request->key, strlen(request->key)));
    diag_here(diag, "needs its numbers");
    diag_label(diag, request->file->span, "in this file");
    diag_note(diag, "element types that can be read: %s",
              in_numpy ? "<f2, <f4, <f8" : "F32, F16, BF16, F64");
    return NULL;
}

const WeightSource *tensor_source(Sema *sema, const TensorRequest *request, const WeightFile *file,
                                  const WeightTensor *tensor) {
    const Param *param = request->param;
    int order[MAX_RANK];
    VEC_PUSH(sema->arena, &sema->used, tensor);
    if (tensor->rank != param->rank) return report_shape(sema, request, tensor);
    if (!read_order(sema, request, order)) return NULL;
    if (!has_order(tensor, param, order)) return report_shape(sema, request, tensor);
    if (tensor->dtype < 0) return report_dtype(sema, request, file, tensor);
    WeightSource *source = ARENA_NEW(sema->arena, WeightSource);
    *source = (WeightSource){.kind = WEIGHT_TENSOR, .file = file, .tensor = tensor};
    for (int j = 0; j < param->rank; j++) source->axes[order[j]] = j;
    return source;
}
