/* Reading k, s, p, d of a call, and words for the axes of a window.
 *
 * Extents and attributes are at most MAX_EXTENT, 2^31 - 1, so that no size of one layer leaves 64
 * bits: the largest is d(k - 1) + 1 + s(i - 1) + a < 2^63. */
#include "sema/window.h"

#include "sema/note_solved.h"
#include "sema/resize.h"
#include "sema/solve_window.h"

#include <assert.h>

int64_t window_kernel(const ConvAxis *axis) {
    int64_t kernel = INT64_MAX;
    conv_effective_kernel(axis->k, axis->d, &kernel);
    return kernel;
}

bool require_image(Sema *sema, const LayerCall *call) {
    const TensorType *type = &call->input.value->type;
    if (type_channel(type) != NO_AXIS && call->n_spatial >= 1 && call->n_spatial <= MAX_SPATIAL)
        return true;
    Diag *diag = diag_add(
        sema->diags, N0313, call->span,
        "`%s` needs a C axis and 1 to 3 spatial axes; `%s` has %s" FACTS("layer value axes[]"),
        call->layer->name, call->input.value->name, axis_names(sema, type));
    diag_here(diag, "nothing to move a window over");
    diag_label(diag, call->input.value->span, "%s", sizes_of(sema, type));
    return false;
}

void window_pad(WindowKind kind, const PadSpec *pad, ConvAxis *axis) {
    if (!pad->is_word) {
        axis->pad_lo = pad->lo;
        axis->pad_hi = pad->hi;
        return;
    }
    ConvStatus status =
        kind == WINDOW_TCONV ? tconv_pad_word(pad->word, axis) : conv_pad_word(pad->word, axis);
    assert(status == CONV_OK);
    (void)status;
}

bool window_read(Sema *sema, const LayerCall *call, WindowKind kind, bool ceil, Window *out) {
    static const struct {
        AttrName name;
        Unknown unknown;
        int64_t fallback;
    } parts[] = {{ATTR_K, UNKNOWN_K, 1},
                 {ATTR_S, UNKNOWN_S, 1},
                 {ATTR_D, UNKNOWN_D, 1},
                 {ATTR_A, UNKNOWN_A, 0}};
    enum { PARTS = sizeof parts / sizeof *parts };
    int64_t number[PARTS][MAX_SPATIAL];
    bool ok = true, open = false;
    *out = (Window){.kind = kind, .n = call->n_spatial};
    for (int n = 0; n < PARTS; n++) {
        bool unknown[MAX_SPATIAL] = {false};
        for (int i = 0; i < MAX_SPATIAL; i++) number[n][i] = parts[n].fallback;
        if (layer_attr(call->layer, parts[n].name))
            ok &= attr_axes(sema, call, parts[n].name, number[n], unknown);
        for (int i = 0; i < out->n; i++) out->unknown[i] |= unknown[i] ? parts[n].unknown : 0;
    }
    ok &= attr_pad(sema, call, out->pad);
    const TensorType *type = &call->input.value->type;
    for (int i = 0; i < out->n; i++) {
        const Axis *axis = &type->axes[call->spatial[i]];
        out->name[i] = axis->name;
        out->axis[i] = (ConvAxis){.i = axis->extent,
                                  .k = number[0][i],
                                  .s = number[1][i],
                                  .d = number[2][i],
                                  .a = number[3][i],
                                  .ceil = ceil};
        if (out->pad[i].is_unknown) out->unknown[i] |= UNKNOWN_P;
        open |= out->unknown[i] != 0;
        if (ok && !out->unknown[i]) window_pad(kind, &out->pad[i], &out->axis[i]);
    }
    if (open && sema->options->resize) sema->options->resize->solves = true;
    if (!ok || (open && !window_solve(sema, call, out))) return false;
    if (open && sema->solved) note_solved(sema, call, out);
    return true;
}

const char *window_axes(Sema *sema, const Window *window, const bool *wanted) {
    const char *names[MAX_SPATIAL];
    int n = 0;
    for (int i = 0; i < window->n; i++)
        if (wanted[i]) names[n++] = window->name[i];
    return join_words(sema->arena, names, n);
}

const char *window_numbers(Sema *sema, const Window *window, const int64_t *numbers,
                           const bool *wanted) {
    Text text = text_in(sema->arena);
    int n = 0;
    int64_t first = 0;
    bool alike = true;
    for (int i = 0; i < window->n; i++) {
        if (!wanted[i]) continue;
        if (n == 0) first = numbers[i];
        alike &= numbers[i] == first;
        text_printf(&text, "%s%lld", n++ ? "×" : "", (long long)numbers[i]);
    }
    return alike ? arena_printf(sema->arena, "%lld", (long long)first) : text_str(&text);
}

void window_store(const Window *window, Node *node) {
    node->n_axes = window->n;
    for (int i = 0; i < window->n; i++) {
        node->window[i] = (WindowAxis){.arith = window->axis[i], .o = window->o[i]};
        node->same[i] = window->pad[i].is_word && window->pad[i].word == PAD_SAME;
    }
}

void window_facts(Diag *diag, const Window *window, int axis) {
    fact_put(fact_list(diag->facts, "axes"), "%s", window->name[axis]);
    relation_facts(diag->facts, window->kind, &window->axis[axis]);
}
