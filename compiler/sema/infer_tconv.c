/* tconv: o′ = s(i′ − 1) + k̂ + a − pb − pe on each axis (R8-R14), or the transpose `of` a layer. */
#include "base/checked.h"
#include "sema/groups.h"
#include "sema/of.h"
#include "sema/params.h"
#include "sema/trace.h"

#include <assert.h>

/* The values of a that R14 allows: below the stride, or as PyTorch does below the dilation. */
static int64_t a_limit(const ConvAxis *axis) { return axis->s > axis->d ? axis->s : axis->d; }

/* "27 for a = 0, 28 for a = 1" of the sizes that a can select; of many, the first and the last. */
static const char *sizes_by_a(Sema *sema, const ConvAxis *axis, int64_t limit) {
    enum { SHOWN = 3 };
    Text text = text_in(sema->arena);
    for (int64_t a = 0; a < limit; a = a == SHOWN - 1 && limit > SHOWN ? limit - 1 : a + 1) {
        ConvAxis legal = *axis;
        int64_t o;
        legal.a = a;
        if (tconv_output_extent(&legal, &o) != CONV_OK) continue;
        if (text.len) text_puts(&text, a > SHOWN ? ", ..., " : ", ");
        text_printf(&text, "%lld for a = %lld", (long long)o, (long long)a);
    }
    return text_str(&text);
}

/* "conv(k=3, s=2, p=1)": the convolution that is transposed. */
static const char *forward_text(Sema *sema, const ConvAxis *axis) {
    Text text = text_in(sema->arena);
    text_printf(&text, "conv(k=%lld, s=%lld", (long long)axis->k, (long long)axis->s);
    if (axis->pad_lo != axis->pad_hi)
        text_printf(&text, ", p=(%lld, %lld)", (long long)axis->pad_lo, (long long)axis->pad_hi);
    else if (axis->pad_lo > 0)
        text_printf(&text, ", p=%lld", (long long)axis->pad_lo);
    if (axis->d > 1) text_printf(&text, ", d=%lld", (long long)axis->d);
    text_puts(&text, ")");
    return text_str(&text);
}

/* Why a ends where it does: the convolution takes the sizes that a can select to one output, and
 * the size that is asked for to another. */
static void note_meaning_of_a(Sema *sema, Diag *diag, const ConvAxis *axis) {
    static const char meaning[] =
        "why: a says which input size of the forward convolution is meant";
    ConvAxis legal = *axis, forward = *axis;
    int64_t first, asked, o;
    legal.a = forward.a = 0;
    bool sized = axis->a >= axis->s && tconv_output_extent(&legal, &first) == CONV_OK &&
                 checked_add(first, axis->a, &asked);
    if (sized) forward.i = asked;
    if (!sized || conv_output_extent(&forward, &o) != CONV_OK || o == axis->i) {
        diag_note(diag, "%s; it pads nothing with zeros: it only selects rows to keep", meaning);
        return;
    }
    const char *range = arena_printf(sema->arena, "%lld", (long long)first);
    if (axis->s > 1)
        range = arena_printf(sema->arena, "%s %s %lld", range, axis->s == 2 ? "and" : "to",
                             (long long)(first + axis->s - 1));
    diag_note(diag,
              "%s. %s takes %s to %lld, but %lld to %lld,\n     so %lld is not an output its "
              "transpose can have. (a pads nothing with zeros: it only selects rows to keep.)",
              meaning, forward_text(sema, axis), range, (long long)axis->i, (long long)asked,
              (long long)o, (long long)asked);
}

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
    legal.a = limit - 1;
    int64_t largest;
    bool sized = tconv_output_extent(&legal, &largest) == CONV_OK;
    relation_a_note(diag, &legal, sizes_by_a(sema, axis, limit));
    note_meaning_of_a(sema, diag, axis);
    trace_note(sema, diag, diag->facts, call->input.value, window->name[index]);
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
    trace_window(sema, diag, call->input.value, window, empty);
    const AstArg *p = call->attrs[ATTR_P].arg;
    if (p && p->kind == AST_ARG_NAMED)
        edit_remove(diag_help(diag, FIX_MAYBE, "without padding"), call->expr, p);
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
