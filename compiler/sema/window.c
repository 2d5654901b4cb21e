/* Reading k, s, p, d of a call, and words for the axes of a window.
 *
 * Extents and attributes are at most MAX_EXTENT, 2^31 - 1, so that no size of one layer leaves 64
 * bits: the largest is d(k - 1) + 1 + s(i - 1) + a < 2^63. */
#include "sema/window.h"

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
    Diag *diag = diag_add(sema->diags, N0313, call->span,
                          "`%s` needs a C axis and 1 to 3 spatial axes; `%s` has %s",
                          call->layer->name, call->input.value->name, axis_names(sema, type));
    diag_here(diag, "nothing to move a window over");
    diag_label(diag, call->input.value->span, "%s", sizes_of(sema, type));
    return false;
}

/* Sets the paddings, and for a transposed layer the a that a word means. */
static ConvStatus place_padding(WindowKind kind, const PadSpec *pad, ConvAxis *axis) {
    if (pad->is_word)
        return kind == WINDOW_TCONV ? tconv_pad_word(pad->word, axis)
                                    : conv_pad_word(pad->word, axis);
    axis->pad_lo = pad->lo;
    axis->pad_hi = pad->hi;
    return CONV_OK;
}

bool window_read(Sema *sema, const LayerCall *call, WindowKind kind, Window *out) {
    int64_t k[MAX_SPATIAL], s[MAX_SPATIAL], d[MAX_SPATIAL] = {1, 1, 1}, a[MAX_SPATIAL] = {0};
    *out = (Window){.kind = kind, .n = call->n_spatial};
    const TensorType *type = &call->input.value->type;
    bool ok = attr_axes(sema, call, ATTR_K, k);
    ok &= attr_axes(sema, call, ATTR_S, s);
    if (layer_attr(call->layer, ATTR_D)) ok &= attr_axes(sema, call, ATTR_D, d);
    if (layer_attr(call->layer, ATTR_A)) ok &= attr_axes(sema, call, ATTR_A, a);
    ok &= attr_pad(sema, call, out->pad);
    for (int i = 0; i < out->n; i++) {
        out->name[i] = type->axes[call->spatial[i]].name;
        out->axis[i] = (ConvAxis){
            .i = type->axes[call->spatial[i]].extent, .k = k[i], .s = s[i], .d = d[i], .a = a[i]};
        if (!ok) continue;
        ConvStatus status = place_padding(kind, &out->pad[i], &out->axis[i]);
        assert(status == CONV_OK);
        (void)status;
    }
    return ok;
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
    for (int i = 0; i < window->n; i++)
        node->window[i] = (WindowAxis){.arith = window->axis[i], .o = window->o[i]};
}
