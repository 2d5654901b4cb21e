/* Warnings about healthy window layers: what is never read, sees only padding, holds only bias. */
#include "sema/window.h"

static int64_t gcd(int64_t a, int64_t b) {
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* "1 row", "2 columns", "3 elements along T". */
static const char *lines_of(Sema *sema, const char *axis, int64_t n) {
    const char *plural = n == 1 ? "" : "s";
    if (strcmp(axis, "H") == 0)
        return arena_printf(sema->arena, "%lld row%s", (long long)n, plural);
    if (strcmp(axis, "W") == 0)
        return arena_printf(sema->arena, "%lld column%s", (long long)n, plural);
    return arena_printf(sema->arena, "%lld element%s along %s", (long long)n, plural, axis);
}

/* "1 row and 1 column" for the axes where n > 0; NULL if there is none. */
static const char *lines_text(Sema *sema, const Window *window, const int64_t *n) {
    const char *lines[MAX_SPATIAL];
    int found = 0;
    for (int i = 0; i < window->n; i++)
        if (n[i] > 0) lines[found++] = lines_of(sema, window->name[i], n[i]);
    return found ? join_words(sema->arena, lines, found) : NULL;
}

/* The lines of each axis where there are some: {"H": 1}. */
static void put_lines(Diag *diag, const char *name, const Window *window, const int64_t *n) {
    Fact *facts = fact_map(diag->facts, name);
    for (int i = 0; i < window->n; i++)
        if (n[i] > 0) fact_put_int(facts, window->name[i], n[i]);
}

/* Rows after the last window that are not read. Where windows jump (s > k̂), as many rows are not
 * read as between two windows: W0705 tells of them. */
static int64_t unread_rows(Border border, const ConvAxis *axis, int64_t o) {
    int64_t rows = border_unread_tail(border, axis, o);
    return rows <= axis->s - window_kernel(axis) ? 0 : rows;
}

/* The padding after the input with which one window more reads its last rows: the same along all
 * axes, or none is offered. */
static void offer_padding(Diag *diag, const LayerCall *call, const Window *window,
                          const int64_t *unread) {
    int64_t lo = window->axis[0].pad_lo, hi = 0;
    for (int i = 0; i < window->n; i++) {
        const ConvAxis *axis = &window->axis[i];
        int64_t after = axis->pad_hi;
        if (unread[i] > 0) after = window->o[i] * axis->s + window_kernel(axis) - axis->i - lo;
        if (axis->pad_lo != lo || (i > 0 && after != hi)) return;
        hi = after;
    }
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "pad at the end, so that a last window reads %s",
                               window->n > 1 ? "them" : "it");
    edit_attr(help, call->expr, ATTR_P,
              arena_printf(help->arena, "(%lld, %lld)", (long long)lo, (long long)hi));
}

/* W0701. */
static void warn_unread(Sema *sema, const LayerCall *call, const Window *window) {
    int64_t unread[MAX_SPATIAL] = {0}, sum = 0;
    for (int i = 0; i < window->n; i++) {
        unread[i] = unread_rows(window->border, &window->axis[i], window->o[i]);
        sum += unread[i];
    }
    const char *lines = lines_text(sema, window, unread);
    if (!lines) return;
    Diag *diag = diag_add(sema->diags, W0701, call->span,
                          "%s of `%s` after the last window %s never read" FACTS("- value -"),
                          lines, call->input.value->name, sum == 1 ? "is" : "are");
    diag_here(diag, "does not reach %s", sum == 1 ? "it" : "them");
    bool wanted[MAX_SPATIAL];
    for (int i = 0; i < window->n; i++) wanted[i] = unread[i] > 0;
    relation_notes(diag, window->kind, window->n, window->axis, window->name, wanted);
    put_lines(diag, "unread", window, unread);
    if (layer_attr(call->layer, ATTR_ROUND) && !call->attrs[ATTR_ROUND].arg) {
        DiagHelp *help = diag_help(diag, FIX_MAYBE, "round up, so that a last window reads it");
        edit_attr(help, call->expr, ATTR_ROUND, "ceil");
    } else if (call->layer->op == OP_CONV) {
        offer_padding(diag, call, window, unread);
    }
}

/* W0702: where `half` would pad both sides alike and give the same size. */
static void warn_lopsided(Sema *sema, const LayerCall *call, const Window *window) {
    for (int i = 0; i < window->n; i++) {
        const ConvAxis *axis = &window->axis[i];
        ConvAxis half = *axis;
        int64_t o;
        bool same = window->pad[i].is_word && window->pad[i].word == PAD_SAME;
        if (!same || axis->pad_lo == axis->pad_hi || conv_pad_word(PAD_HALF, &half) != CONV_OK ||
            conv_output_extent(&half, &o) != CONV_OK || o != window->o[i])
            continue;
        Diag *diag =
            diag_add(sema->diags, W0702, call->attrs[ATTR_P].arg->span,
                     "`same` pads (%lld, %lld) here, not evenly; `half` gives (%lld, %lld) "
                     "and the same size" FACTS("pb pe half_pb half_pe"),
                     (long long)axis->pad_lo, (long long)axis->pad_hi, (long long)half.pad_lo,
                     (long long)half.pad_hi);
        diag_here(diag, "lopsided along %s", window->name[i]);
        window_facts(diag, window, i);
        return;
    }
}

/* W0703. */
static void warn_only_padding(Sema *sema, const LayerCall *call, const Window *window) {
    if (window->border != BORDER_ZERO) return;
    for (int i = 0; i < window->n; i++) {
        const ConvAxis *axis = &window->axis[i];
        int64_t kernel = window_kernel(axis);
        int64_t p = axis->pad_lo > axis->pad_hi ? axis->pad_lo : axis->pad_hi;
        if (p < kernel) continue;
        Diag *diag = diag_add(sema->diags, W0703, call->span,
                              "p ≥ k̂: the outer outputs of `%s` see only padding" FACTS("layer"),
                              call->title);
        diag_here(diag, "p = %lld, k̂ = %lld along %s" FACTS("largest_p effective_kernel -"),
                  (long long)p, (long long)kernel, window->name[i]);
        window_facts(diag, window, i);
        return;
    }
}

/* W0704. */
static void warn_only_bias(Sema *sema, const LayerCall *call, const Window *window) {
    int64_t rows[MAX_SPATIAL] = {0}, sum = 0;
    int first = -1;
    for (int i = 0; i < window->n; i++) {
        const ConvAxis *axis = &window->axis[i];
        rows[i] = axis->a > axis->pad_hi ? axis->a - axis->pad_hi : 0;
        sum += rows[i];
        if (rows[i] > 0 && first < 0) first = i;
    }
    const char *lines = lines_text(sema, window, rows);
    if (!lines) return;
    Diag *diag = diag_add(
        sema->diags, W0704, call->span,
        "the last %s of `%s` hold%s only the bias: a = %lld > pe = %lld" FACTS("- layer - a pe"),
        lines, call->title, sum == 1 ? "s" : "", (long long)window->axis[first].a,
        (long long)window->axis[first].pad_hi);
    diag_here(diag, "no tap reaches there");
    put_lines(diag, "only_bias", window, rows);
    window_facts(diag, window, first);
}

/* W0705; for k = 1, the strided shortcut of every ResNet, only on demand. */
static void warn_skips(Sema *sema, const LayerCall *call, const Window *window) {
    bool transposed = window->kind == WINDOW_TCONV;
    for (int i = 0; i < window->n; i++) {
        const ConvAxis *axis = &window->axis[i];
        int64_t kernel = window_kernel(axis), windows = transposed ? axis->i : window->o[i];
        int64_t common = gcd(axis->s, axis->d);
        bool jumps = axis->s > kernel, misses = !transposed && axis->k > 1 && common > 1;
        if (windows < 2 || (!jumps && !misses)) continue;
        Diag *diag;
        if (transposed)
            diag = diag_add(sema->diags, W0705, call->span,
                            "`%s` leaves holes that hold only bias" FACTS("layer"), call->title);
        else
            diag = diag_add(sema->diags, W0705, call->span,
                            "`%s` skips rows between its windows" FACTS("layer"), call->title);
        if (jumps)
            diag_here(diag, "s = %lld > k̂ = %lld along %s" FACTS("s effective_kernel -"),
                      (long long)axis->s, (long long)kernel, window->name[i]);
        else
            diag_here(diag,
                      "s = %lld and d = %lld share the factor %lld along %s" FACTS("s d factor -"),
                      (long long)axis->s, (long long)axis->d, (long long)common, window->name[i]);
        window_facts(diag, window, i);
        if (axis->k == 1) diag_only_with_wall(sema->diags);
        return;
    }
}

/* W0706: the nearest k that s divides is s times the rounded quotient. */
static void warn_checkerboard(Sema *sema, const LayerCall *call, const Window *window) {
    for (int i = 0; i < window->n; i++) {
        const ConvAxis *axis = &window->axis[i];
        if (axis->s < 2 || axis->d > 1 || axis->k < axis->s || axis->k % axis->s == 0) continue;
        Diag *diag = diag_add(sema->diags, W0706, call->span,
                              "k = %lld is not a multiple of s = %lld: uneven overlap" FACTS("k s"),
                              (long long)axis->k, (long long)axis->s);
        diag_here(diag, "checkerboard artefacts along %s", window->name[i]);
        window_facts(diag, window, i);
        diag_note(diag, "see Odena et al., Deconvolution and Checkerboard Artifacts, 2016");
        return;
    }
}

/* W0714: legal in PyTorch, but no convolution has this transpose. `of` always has one. */
static void warn_no_forward(Sema *sema, const LayerCall *call, const Window *window) {
    if (call->of) return;
    for (int i = 0; i < window->n; i++) {
        const ConvAxis *axis = &window->axis[i];
        int64_t kernel = window_kernel(axis);
        int64_t p = axis->pad_lo > axis->pad_hi ? axis->pad_lo : axis->pad_hi;
        bool words = window->pad[i].is_word;
        if (!words && p >= kernel) {
            Diag *diag = diag_add(sema->diags, W0714, call->span,
                                  "p = %lld > k̂ − 1 = %lld: no convolution has this transpose; "
                                  "computed as PyTorch does" FACTS("largest_p largest_legal_p"),
                                  (long long)p, (long long)(kernel - 1));
            diag_here(diag, "crops along %s", window->name[i]);
            window_facts(diag, window, i);
            diag_note(diag, "relationship 9: p′ = k̂ − p − 1 = −%lld", (long long)(p + 1 - kernel));
            return;
        }
        if (call->attrs[ATTR_A].arg && axis->a >= axis->s) {
            Diag *diag =
                diag_add(sema->diags, W0714, call->span,
                         "a = %lld ≥ s = %lld: no convolution has this transpose; computed "
                         "as PyTorch does" FACTS("a s"),
                         (long long)axis->a, (long long)axis->s);
            diag_here(diag, "beyond relationship 14 along %s", window->name[i]);
            window_facts(diag, window, i);
            return;
        }
    }
}

void window_warn(Sema *sema, const LayerCall *call, const Window *window) {
    if (window->kind == WINDOW_TCONV) {
        warn_only_bias(sema, call, window);
        warn_checkerboard(sema, call, window);
        warn_no_forward(sema, call, window);
    } else {
        warn_unread(sema, call, window);
        warn_lopsided(sema, call, window);
        warn_only_padding(sema, call, window);
    }
    warn_skips(sema, call, window);
}
