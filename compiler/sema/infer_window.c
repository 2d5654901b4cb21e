/* conv and pools: o = ⌊(i + pb + pe − k̂)/s⌋ + 1 on each axis (R1-R7, R15). */
#include "sema/groups.h"
#include "sema/window.h"

#include "sema/params.h"
#include "sema/trace.h"

#include <assert.h>

static WindowKind kind_of(const LayerCall *call) {
    return call->layer->op == OP_CONV ? WINDOW_CONV : WINDOW_POOL;
}

/* i + pb + pe of each axis. */
static void padded_inputs(const Window *window, int64_t out[MAX_SPATIAL]) {
    for (int i = 0; i < window->n; i++)
        out[i] = window->axis[i].i + window->axis[i].pad_lo + window->axis[i].pad_hi;
}

/* The largest k that fits each failing axis, as an edit of `k` alone. */
static void offer_smaller_kernel(Diag *diag, Sema *sema, const LayerCall *call,
                                 const Window *window, const bool *failed) {
    int64_t fits[MAX_SPATIAL] = {0}, padded[MAX_SPATIAL];
    padded_inputs(window, padded);
    for (int i = 0; i < window->n; i++) {
        const ConvAxis *axis = &window->axis[i];
        bool depends_on_k = window->pad[i].is_word && window->pad[i].word != PAD_VALID;
        if (depends_on_k) return;
        fits[i] = failed[i] ? (padded[i] - 1) / axis->d + 1 : axis->k;
    }
    bool alike = true;
    for (int i = 1; i < window->n; i++) alike &= fits[i] == fits[0];
    const char *text = arena_printf(sema->arena, "%lld", (long long)fits[0]);
    for (int i = 1; !alike && i < window->n; i++)
        text = arena_printf(sema->arena, "%sx%lld", text, (long long)fits[i]);
    uint32_t line = source_place(sema->sources, call->span.file, call->span.begin).line;
    DiagHelp *help =
        diag_help(diag, FIX_MAYBE, "or shrink the window: `k=%s` at line %u fits exactly (o = 1)",
                  text, line);
    help->in_words = true;
    edit_attr(help, call->expr, ATTR_K, text);
}

/* N0301 for the axes that failed. */
static void report_too_large(Sema *sema, const LayerCall *call, const Window *window,
                             const bool *failed) {
    int64_t kernels[MAX_SPATIAL], padded[MAX_SPATIAL];
    padded_inputs(window, padded);
    for (int i = 0; i < window->n; i++) kernels[i] = window_kernel(&window->axis[i]);
    Diag *diag =
        diag_add(sema->diags, N0301, call->span,
                 "the window of `%s` (%s) is larger than its input (%s) along %s" FACTS(
                     "layer kernel[] padded[] axes[]"),
                 call->title, window_numbers(sema, window, kernels, failed),
                 window_numbers(sema, window, padded, failed), window_axes(sema, window, failed));
    const char *needs[MAX_SPATIAL];
    int n = 0;
    for (int i = 0; i < window->n; i++)
        if (failed[i])
            needs[n++] = arena_printf(sema->arena, "%s ≥ %lld", window->name[i],
                                      (long long)(kernels[i] - (padded[i] - window->axis[i].i)));
    diag_here(diag, "needs %s", join_words(sema->arena, needs, n));
    const Value *input = call->input.value;
    diag_label(diag, input->span, "%s", sizes_of(sema, &input->type));
    relation_notes(diag, window->kind, window->n, window->axis, window->name, failed);
    diag_note_more(diag, ", and a layer must produce at least one output");
    trace_too_large(sema, diag, call, window, failed);
    offer_smaller_kernel(diag, sema, call, window, failed);
}

/* Sizes of all axes; one message for all that are too large. */
static bool window_sizes(Sema *sema, const LayerCall *call, Window *window) {
    bool too_large[MAX_SPATIAL] = {false}, any = false;
    for (int i = 0; i < window->n; i++) {
        ConvStatus status = conv_output_extent(&window->axis[i], &window->o[i]);
        assert(status != CONV_OVERFLOW);
        if (status != CONV_OK) window->o[i] = 0;
        any |= too_large[i] = status == CONV_KERNEL_TOO_LARGE;
    }
    if (any) report_too_large(sema, call, window, too_large);
    return !any;
}

static Tensor fail_with(Sema *sema, const LayerCall *call, int64_t c, const int64_t *o) {
    TensorType known = type_like_input(call, c, o);
    return call_failed(sema, call, &known);
}

/* The border of a convolution must reach as far as its padding, and the padded input, which then is
 * a tensor of its own, must be within the limits. */
static bool window_border(Sema *sema, const LayerCall *call, Window *window, Border border) {
    int64_t lo[MAX_SPATIAL], hi[MAX_SPATIAL];
    window->border = border;
    if (border == BORDER_ZERO) return true;
    TensorType padded = call->input.value->type;
    for (int i = 0; i < window->n; i++) {
        lo[i] = window->axis[i].pad_lo;
        hi[i] = window->axis[i].pad_hi;
        padded.axes[call->spatial[i]].extent += lo[i] + hi[i];
    }
    const char *what = arena_printf(sema->arena, "%s.pad", call->path);
    return border_reaches(sema, call, border, lo, hi) &&
           within_limits(sema, what, call->span, &padded);
}

Tensor infer_conv(Sema *sema, LayerCall *call) {
    int64_t c = 0, g = 1;
    int border = BORDER_ZERO, flip = 0;
    Window window = {0};
    bool ok = require_image(sema, call);
    ok &= attr_count(sema, call, ATTR_C, &c);
    ok &= attr_count(sema, call, ATTR_G, &g);
    ok &= attr_word(sema, call, ATTR_BORDER, &border);
    ok &= attr_word(sema, call, ATTR_FLIP, &flip);
    if (ok) ok = groups_divide(sema, call, g, c);
    ok &= window_read(sema, call, WINDOW_CONV, false, &window);
    if (ok) ok = window_border(sema, call, &window, (Border)border);
    if (!ok || !window_sizes(sema, call, &window)) return fail_with(sema, call, c, window.o);
    TensorType type = type_like_input(call, c, window.o);
    Node *node = add_layer(sema, OP_CONV, call->path, call->expr, &type);
    if (!node) return fail_with(sema, call, c, window.o);
    node->inputs[node->n_inputs++] = call->input.value;
    node->groups = g;
    node->border = (Border)border;
    node->flip = flip == 1;
    window_store(&window, node);
    params_add(sema, call, node, c);
    window_warn(sema, call, &window);
    return tensor_of(node->output);
}

/* How the sizes of an axis differ between the two strides that the frameworks assume.
 * @return false if they do not */
static bool note_strides(Diag *diag, int64_t i, int64_t k) {
    ConvAxis axis = {.i = i, .k = k, .s = k, .d = 1};
    int64_t apart, dense;
    if (conv_output_extent(&axis, &apart) != CONV_OK) return false;
    axis.s = 1;
    if (conv_output_extent(&axis, &dense) != CONV_OK || apart == dense) return false;
    diag_note(
        diag,
        "relationship 7: o = ⌊(i − k)/s⌋ + 1 is %lld for s=%lld and %lld for s=1 (i = %lld, k "
        "= %lld)" FACTS("o_if_apart s_if_apart o_if_dense i k"),
        (long long)apart, (long long)k, (long long)dense, (long long)i, (long long)k);
    return true;
}

/* The kernel once more as a stride; the single window of k=all needs none. */
static const char *apart_text(Sema *sema, const LayerCall *call) {
    const AstExpr *k = call->attrs[ATTR_K].value;
    if (k->kind != AST_AXMAP) return quote_span(sema, k->span);
    Text text = text_in(sema->arena);
    for (size_t i = 0; i < k->list.len; i++) {
        const AstEntry *entry = &k->list.at[i];
        const char *written = quote_span(sema, entry->value->span);
        text_printf(&text, "%s%s: %s", i ? ", " : "{", entry->axis.text,
                    strcmp(written, "all") == 0 ? "1" : written);
    }
    text_puts(&text, "}");
    return text_str(&text);
}

/* N0305: how the sizes differ between the two strides that the frameworks assume. */
bool require_stride(Sema *sema, const LayerCall *call) {
    bool all = attr_is_word(call, ATTR_K, "all");
    if (all && call->attrs[ATTR_S].arg) {
        Diag *diag =
            diag_add(sema->diags, N0203, call->attrs[ATTR_S].arg->span,
                     "`%s` has no stride beside `k=all`" FACTS("layer"), call->layer->name);
        diag_here(diag, "a single window does not move");
        edit_remove(diag_help(diag, FIX_MAYBE, "leave it out"), call->expr,
                    call->attrs[ATTR_S].arg);
        return false;
    }
    if (all || call->attrs[ATTR_S].arg) return true;
    Diag *diag = diag_add(sema->diags, N0305, call->span, "`%s` needs a stride" FACTS("layer"),
                          call->layer->name);
    diag_here(diag, "no `s`");
    int64_t k[MAX_SPATIAL];
    bool open[MAX_SPATIAL] = {false};
    bool legal = attr_axes(sema, call, ATTR_K, k, open);
    for (int i = 0; i < MAX_SPATIAL; i++) legal &= !open[i];
    for (int i = 0; legal && i < call->n_spatial; i++)
        if (note_strides(diag, call->input.value->type.axes[call->spatial[i]].extent, k[i])) break;
    diag_note(diag, "why no default: PyTorch and Keras assume s = k; ONNX and Caffe assume s = 1");
    if (legal) {
        DiagHelp *help = diag_help(diag, FIX_MAYBE, "non-overlapping windows");
        edit_attr(help, call->expr, ATTR_S, apart_text(sema, call));
        help = diag_help(diag, FIX_MAYBE, "a window at every position");
        edit_attr(help, call->expr, ATTR_S, "1");
    }
    return false;
}

static bool is_plain_valid(const Window *window) {
    for (int i = 0; i < window->n; i++) {
        const PadSpec *pad = &window->pad[i];
        bool valid = pad->is_word ? pad->word == PAD_VALID : pad->lo == 0 && pad->hi == 0;
        if (!valid) return false;
    }
    return true;
}

/* N0307: what the padding counts for must be said where it can matter. */
static bool require_count(Sema *sema, const LayerCall *call, const Window *window, bool ceil) {
    if (call->attrs[ATTR_COUNT].arg || (is_plain_valid(window) && !ceil)) return true;
    Diag *diag = diag_add(sema->diags, N0307, call->span,
                          "`avgpool` with %s needs `count=inside` or `count=all`" FACTS("because"),
                          ceil ? "`round=ceil`" : "padding");
    diag_here(diag, "no `count`");
    diag_note(diag, "why no default: PyTorch divides by the padding too, ONNX by the data alone");
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "divide by the elements on data");
    edit_attr(help, call->expr, ATTR_COUNT, "inside");
    help = diag_help(diag, FIX_MAYBE, "divide by those on data and padding");
    edit_attr(help, call->expr, ATTR_COUNT, "all");
    return false;
}

/* N0306: max of nothing, or a quotient by zero. */
static bool refuse_dead_windows(Sema *sema, const LayerCall *call, const Window *window) {
    for (int i = 0; i < window->n; i++) {
        const ConvAxis *axis = &window->axis[i];
        int64_t dead = conv_dead_windows(axis, window->o[i]);
        if (dead == 0) continue;
        const char *pad = axis->pad_lo == axis->pad_hi
                              ? arena_printf(sema->arena, "%lld", (long long)axis->pad_lo)
                              : arena_printf(sema->arena, "(%lld, %lld)", (long long)axis->pad_lo,
                                             (long long)axis->pad_hi);
        Diag *diag =
            diag_add(sema->diags, N0306, call->span,
                     "padding %s around %lld elements: %lld window%s of `%s` along %s would "
                     "hold no data" FACTS("padding - windows - layer axis"),
                     pad, (long long)axis->i, (long long)dead, dead == 1 ? "" : "s",
                     call->layer->name, window->name[i]);
        diag_here(diag, "k̂ = %lld, p = %s" FACTS("effective_kernel -"),
                  (long long)window_kernel(axis), pad);
        window_facts(diag, window, i);
        diag_note(diag, call->layer->op == OP_MAXPOOL
                            ? "why: padding never wins, so such a window has no maximum"
                        : call->layer->op == OP_MINPOOL
                            ? "why: padding never wins, so such a window has no minimum"
                            : "why: with count=inside such a window would divide by 0");
        trace_note(sema, diag, diag->facts, call->input.value, window->name[i]);
        return false;
    }
    return true;
}

/* N0302: below 1 it is no norm. */
static bool read_exponent(Sema *sema, const LayerCall *call, double *n) {
    if (!attr_f32(sema, call, ATTR_N, n)) return false;
    if (*n >= 1) return true;
    Diag *diag =
        diag_add(sema->diags, N0302, call->attrs[ATTR_N].value->span, "`n` must be at least 1");
    diag_here(diag, "is %.9g", *n);
    return false;
}

Tensor infer_pool(Sema *sema, LayerCall *call) {
    const TensorType *type = &call->input.value->type;
    Window window = {0};
    int round = 0, count = COUNT_INSIDE;
    OpKind op = call->layer->op;
    Numbers numbers = {{0}};
    bool is_avg = op == OP_AVGPOOL;
    bool ok = require_image(sema, call);
    int64_t c = type_extent(type, type_channel(type));
    if (!ok || !require_stride(sema, call)) return fail_with(sema, call, c, NULL);
    ok &= attr_word(sema, call, ATTR_ROUND, &round);
    if (is_avg) ok &= attr_word(sema, call, ATTR_COUNT, &count);
    if (op == OP_LPPOOL) ok &= read_exponent(sema, call, &numbers.at[0]);
    ok &= window_read(sema, call, kind_of(call), round == 1, &window);
    if (ok && is_avg) ok = require_count(sema, call, &window, round == 1);
    if (!ok || !window_sizes(sema, call, &window)) return fail_with(sema, call, c, window.o);
    bool needs_data = op == OP_MAXPOOL || op == OP_MINPOOL || (is_avg && count == COUNT_INSIDE);
    if (needs_data && !refuse_dead_windows(sema, call, &window))
        return fail_with(sema, call, c, window.o);
    TensorType result = type_like_input(call, c, window.o);
    Node *node = add_layer(sema, call->layer->op, call->path, call->expr, &result);
    if (!node) return fail_with(sema, call, c, window.o);
    node->inputs[node->n_inputs++] = call->input.value;
    node->count = count;
    node->numbers = numbers;
    window_store(&window, node);
    window_warn(sema, call, &window);
    return tensor_of(node->output);
}
