/* Fills the parameters of a checked graph with numbers. */
#include "sema/sema.h"

#include "weights/source.h"

#include <math.h>
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
    Diag *diag = diag_add(diags, W0712, param->span, "`%s` contains NaN or infinity at [%s]",
                          text_str(&key), text_str(&text));
    diag_here(diag, "uses it");
}

/* W0710: the largest change that narrowing to f32 makes. */
static void warn_narrowed(Arena *arena, Diags *diags, const Param *param) {
    const WeightTensor *tensor = param->source->tensor;
    double largest = 0.0;
    for (int64_t i = 0; i < param->elems; i++) {
        double exact;
        memcpy(&exact, tensor->bytes + 8 * i, sizeof exact);
        double change = fabs(exact - (double)param->data[i]);
        if (change > largest && isfinite(change)) largest = change;
    }
    if (largest == 0.0) return;
    Text key = text_in(arena);
    text_quote(&key, param->key, strlen(param->key));
    Diag *diag =
        diag_add(diags, W0710, param->span, "`%s` is f64 and loses precision (largest change %.1e)",
                 text_str(&key), largest);
    diag_here(diag, "computes in f32");
}

void sema_load_weights(Graph *graph, Diags *diags) {
    for (size_t i = 0; i < graph->params.len; i++) {
        Param *param = graph->params.at[i];
        if (!param->source) continue;
        float *data = ARENA_ARRAY(graph->arena, float, (size_t)param->elems);
        weight_source_fill(param->source, param->key, param->fan_in, param->elems, data);
        param->data = data;
        if (param->source->kind != WEIGHT_TENSOR) continue;
        if (param->source->tensor->dtype == DTYPE_F64) warn_narrowed(graph->arena, diags, param);
        int64_t at = weights_first_nonfinite(data, param->elems);
        if (at >= 0) warn_nonfinite(graph->arena, diags, param, at);
    }
}
