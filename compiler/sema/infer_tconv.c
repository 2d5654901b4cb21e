/* tconv: o′ = s(i′ − 1) + k̂ + a − pb − pe on each axis (R8-R14), or the transpose `of` a layer. */
#include "sema/groups.h"
#include "sema/of.h"
#include "sema/params.h"
#include "sema/trace.h"

#include <assert.h>

/* The values of a that R14 allows: below the stride, or as PyTorch does below the dilation. */
static int64_t a_limit(const ConvAxis *axis) { return axis->s > axis->d ? axis->s : axis->d; }

/* N0320: a says which input size of the convolution is meant, and there are only s of them. */
static bool report_a(Sema *sema, const LayerCall *call, const Window *window, int index) {
    const ConvAxis *axis = &window->axis[index];
    const GivenAttr *given = &call->attrs[ATTR_A];
    int64_t limit = a_limit(axis);
    const char *set = limit == 1 ? "{0}"
                      : limit == 2
                          ? "{0, 1}"
                          : arena_printf(sema->arena, "{0, ..., %lld}", (long long)(limit - 1));
    Diag *diag = diag_add(sema->diags, N0320, given->arg->span,
                          "`a` must be smaller than %s: a ∈ %s" FACTS("bound legal[]"),
                          axis->d > axis->s ? "the stride or the dilation" : "the stride", set);
    diag_here(diag, "a = %lld, s = %lld", (long long)axis->a, (long long)axis->s);
    ConvAxis legal = *axis;
    legal.a = 0;
    relation_note(diag, WINDOW_TCONV, &legal);
    legal.a = limit - 1;
    int64_t largest;
    bool sized = tconv_output_extent(&legal, &largest) == CONV_OK;
    if (sized && limit > 1) relation_note(diag, WINDOW_TCONV, &legal);
    const char *sizes = limit == 1
                            ? "one of them gives"
                            : arena_printf(sema->arena, "%lld of them give", (long long)limit);
    diag_note(diag,
              "why: a says which input size of the forward convolution is meant, and only %s the "
              "same output; it pads nothing with zeros",
              sizes);
    if (sized && axis->a >= limit) {
        DiagHelp *help =
            diag_help(diag, FIX_MAYBE, "the largest output here is %lld", (long long)largest);
        diag_edit(help, given->value->span, "%lld", (long long)(limit - 1));
    }
    return false;
}

bool a_may_stand(Sema *sema, const LayerCall *call, const Window *window) {
    const GivenAttr *given = &call->attrs[ATTR_A];
    if (!given->arg) return true;
    for (int i = 0; i < window->n; i++) {
        const PadSpec *pad = &window->pad[i];
        if (!pad->is_word || (pad->word != PAD_SAME && pad->word != PAD_CAUSAL)) continue;
        const char *word = pad->word == PAD_SAME ? "same" : "causal";
        Diag *diag = diag_add(
            sema->diags, N0321, given->arg->span,
            "`a` cannot stand beside p=%s on tconv: the size is already s·i′" FACTS("padding"),
            word);
        diag_here(diag, "not with p=%s", word);
        diag_label(diag, call->attrs[ATTR_P].arg->span, "o′ = s·i′ = %lld",
                   (long long)(window->axis[i].s * window->axis[i].i));
        edit_remove(diag_help(diag, FIX_MAYBE, "leave it out"), call->expr, given->arg);
        return false;
    }
    return true;
}

/* N0321, and the range of a (N0320). */
static bool check_a(Sema *sema, const LayerCall *call, const Window *window) {
    if (!call->attrs[ATTR_A].arg) return true;
    if (!a_may_stand(sema, call, window)) return false;
    for (int i = 0; i < window->n; i++) {
        const ConvAxis *axis = &window->axis[i];
        if (axis->a < 0 || axis->a >= a_limit(axis)) return report_a(sema, call, window, i);
    }
    return true;
}

static bool tconv_sizes(Sema *sema, const LayerCall *call, Window *window) {
    bool empty[MAX_SPATIAL] = {false}, any = false;
    for (int i = 0; i < window->n; i++) {
        ConvStatus status = tconv_output_extent(&window->axis[i], &window->o[i]);
        assert(status != CONV_OVERFLOW);
        if (status != CONV_OK) window->o[i] = 0;
        any |= empty[i] = status == CONV_NO_OUTPUT;
    }
    if (!any) return true;
    Diag *diag = diag_add(sema->diags, N0322, call->span,
                          "`%s` would have a size ≤ 0 along %s" FACTS("layer axes[]"), call->title,
                          window_axes(sema, window, empty));
    diag_here(diag, "nothing is left");
    diag_label(diag, call->input.value->span, "%s", sizes_of(sema, &call->input.value->type));
    relation_notes(diag, WINDOW_TCONV, window->n, window->axis, window->name, empty);
    diag_note(diag, "why: p is that of the convolution that is transposed; it takes away rows");
    return false;
}

static Tensor fail_with(Sema *sema, const LayerCall *call, int64_t c, const int64_t *o) {
    TensorType known = type_like_input(call, c, o);
    return call_failed(sema, call, &known);
}

static Tensor finish(Sema *sema, LayerCall *call, int64_t c, int64_t g, const Window *window) {
    TensorType type = type_like_input(call, c, window->o);
    Node *node = add_layer(sema, OP_TCONV, call->path, call->expr, &type);
    if (!node) return fail_with(sema, call, c, window->o);
    node->inputs[node->n_inputs++] = call->input.value;
    node->groups = g;
    window_store(window, node);
    params_add(sema, call, node, c);
    window_warn(sema, call, window);
    return tensor_of(node->output);
}

/* tconv(of L, c=...): c is L's input channels unless given, g that of L, 1 for a pool. */
static Tensor infer_of(Sema *sema, LayerCall *call, int64_t c, int64_t g, bool ok) {
    const Node *forward = of_layer(sema, call);
    if (!forward) return fail_with(sema, call, c, NULL);
    const TensorType *type = &forward->inputs[0]->type;
    if (!call->attrs[ATTR_C].arg) c = type_extent(type, type_channel(type));
    if (!call->attrs[ATTR_G].arg && forward->op == OP_CONV) g = forward->groups;
    if (ok) ok = groups_divide(sema, call, g, c);
    Window window = {0};
    ok &= of_window(sema, call, forward, &window);
    return ok ? finish(sema, call, c, g, &window) : fail_with(sema, call, c, window.o);
}

Tensor infer_tconv(Sema *sema, LayerCall *call) {
    int64_t c = 0, g = 1;
    Window window = {0};
    bool ok = require_image(sema, call);
    if (call->attrs[ATTR_C].arg) ok &= attr_count(sema, call, ATTR_C, &c);
    ok &= attr_count(sema, call, ATTR_G, &g);
    if (call->of) return infer_of(sema, call, c, g, ok);
    if (ok) ok = groups_divide(sema, call, g, c);
    ok &= window_read(sema, call, WINDOW_TCONV, false, &window);
    if (!ok || !check_a(sema, call, &window) || !tconv_sizes(sema, call, &window))
        return fail_with(sema, call, c, window.o);
    return finish(sema, call, c, g, &window);
}
