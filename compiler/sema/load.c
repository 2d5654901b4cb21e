/* Fills the parameters of a checked graph with numbers. */
#include "sema/sema.h"

#include "weights/source.h"

#include <string.h>

/* W0712: where, in the parameter's own axes. */
static void warn_nonfinite(Arena *arena, Diags *diags, const Param *param, int64_t at) {
    int64_t index[MAX_RANK];
    for (int i = param->rank; i-- > 0;) {
        index[i] = at % param->extent[i];
        at /= param->extent[i];
    }
    Text text = text_in(arena);
    for (int i = 0; i < param->rank; i++)
        text_printf(&text, "%s%lld", i ? ", " : "", (long long)index[i]);
    Text key = text_in(arena);
    text_quote(&key, param->key, strlen(param->key));
    Diag *diag = diag_add(diags, W0712, param->span,
                          "`%s` contains NaN or infinity at [%s]" FACTS("tensor index[]"),
                          text_str(&key), text_str(&text));
    diag_here(diag, "uses it");
}

/* W0710: the largest change that narrowing to f32 makes. */
static void warn_narrowed(Arena *arena, Diags *diags, const Param *param, double largest) {
    Text key = text_in(arena);
    text_quote(&key, param->key, strlen(param->key));
    Diag *diag = diag_add(
        diags, W0710, param->span,
        "`%s` is f64 and loses precision (largest change %.1e)" FACTS("tensor largest_change"),
        text_str(&key), largest);
    diag_here(diag, "computes in f32");
}

/* N0501, N0507: what only the numbers themselves show. */
static void report_unread(Arena *arena, Diags *diags, const Param *param, WeightFileStatus status,
                          const char *why) {
    Text path = text_in(arena);
    text_quote(&path, param->source->file->path, strlen(param->source->file->path));
    Diag *diag = status == WEIGHT_FILE_DAMAGED
                     ? diag_add(diags, N0507, param->span,
                                "`%s` is damaged: %s" FACTS("file reason"), text_str(&path), why)
                     : diag_add(diags, N0501, param->span,
                                "cannot read `%s`: %s" FACTS("file reason"), text_str(&path), why);
    diag_here(diag, "needs its numbers");
}

static const float *read_tensor(Graph *graph, Diags *diags, const Param *param) {
    const WeightSource *source = param->source;
    float *data = ARENA_ARRAY(graph->numbers, float, (size_t)param->elems);
    double change;
    const char *why;
    WeightFileStatus status = weight_tensor_read(graph->arena, source->file, source->tensor,
                                                 source->axes, data, &change, &why);
    if (status != WEIGHT_FILE_OK) {
        report_unread(graph->arena, diags, param, status, why);
        return NULL;
    }
    if (change > 0) warn_narrowed(graph->arena, diags, param, change);
    int64_t at = weights_first_nonfinite(data, param->elems);
    if (at >= 0) warn_nonfinite(graph->arena, diags, param, at);
    return data;
}

static const float *load(Graph *graph, Diags *diags, const Param *param) {
    const WeightSource *source = param->source;
    if (source->kind == WEIGHT_TIED) return source->tied->data;
    if (source->kind == WEIGHT_TENSOR) return read_tensor(graph, diags, param);
    float *data = ARENA_ARRAY(graph->numbers, float, (size_t)param->elems);
    weight_source_fill(source, param->key, param->fan_in, param->elems, data);
    return data;
}

void sema_load_weights(Graph *graph, Diags *diags) {
    for (size_t i = 0; i < graph->params.len; i++) {
        Param *param = graph->params.at[i];
        if (param->source) param->data = load(graph, diags, param);
    }
}
