/* Reading a layer with unknowns, and writing it with a solution in their place. */
#include "sema/query.h"

#include "sema/query_layer.h"
#include "sema/window.h"

#include <stdlib.h>

static const AstExpr *given_value(const LayerCall *call, AttrName name) {
    return call->attrs[name].arg ? call->attrs[name].value : NULL;
}

static bool is_unknown(const AstExpr *expr) { return expr && expr->kind == AST_UNKNOWN; }

static void add_hole(Sema *sema, LayerQuery *query, HoleKind kind, const AstExpr *expr, int axis) {
    query->by_axis |= axis >= 0;
    VEC_PUSH(sema->arena, &query->holes, (LayerHole){kind, expr->span, axis});
}

/* A word that may be sought: true if it is. */
static bool word_is_open(Sema *sema, const LayerCall *call, LayerQuery *query, AttrName name,
                         HoleKind kind, bool *open) {
    int word;
    if (!layer_attr(call->layer, name)) return true;
    *open = is_unknown(given_value(call, name));
    if (!*open) return attr_word(sema, call, name, &word);
    add_hole(sema, query, kind, given_value(call, name), -1);
    return true;
}

/* k, s, d or a: numbers for every axis, and holes. */
static bool read_numbers(Sema *sema, const LayerCall *call, LayerQuery *query, AttrName name,
                         HoleKind hole, Unknown unknown, int64_t out[MAX_SPATIAL]) {
    bool open[MAX_SPATIAL] = {false};
    if (!layer_attr(call->layer, name)) return true;
    if (!attr_axes(sema, call, name, out, open)) return false;
    const AstExpr *value = given_value(call, name);
    for (int i = 0; i < call->n_spatial; i++) {
        if (!open[i]) continue;
        query->layer.axis[i].unknown |= unknown;
        if (value->kind == AST_AXMAP)
            add_hole(sema, query, hole, attr_axis_expr(sema, call, name, i), i);
        else if (i == 0)
            add_hole(sema, query, hole, value, -1);
    }
    return true;
}

/* The padding of one axis. */
static void place_padding(Sema *sema, const LayerCall *call, LayerQuery *query, int i,
                          const PadSpec *pad) {
    SearchAxis *axis = &query->layer.axis[i];
    axis->has_word = pad->is_word;
    axis->word = pad->word;
    axis->axis.pad_lo = pad->lo;
    axis->axis.pad_hi = pad->hi;
    axis->open_lo = pad->is_unknown || pad->open_lo;
    axis->open_hi = pad->is_unknown || pad->open_hi;
    axis->is_pair = pad->open_lo || pad->open_hi;
    if (!axis->open_lo && !axis->open_hi) return;
    axis->unknown |= UNKNOWN_P;
    bool is_map = given_value(call, ATTR_P)->kind == AST_AXMAP;
    int of = is_map ? i : -1;
    if (!is_map && i > 0) return;
    const AstExpr *expr = attr_axis_expr(sema, call, ATTR_P, i);
    if (pad->is_unknown) add_hole(sema, query, HOLE_P, expr, of);
    if (pad->open_lo) add_hole(sema, query, HOLE_P_LO, expr->pair.first, of);
    if (pad->open_hi) add_hole(sema, query, HOLE_P_HI, expr->pair.second, of);
}

/* How far a border reaches: reflected data end before the first element. */
static int64_t border_most(Border border, int64_t extent) {
    if (border == BORDER_REFLECT) return extent - 1;
    return border == BORDER_CIRCULAR ? extent : MAX_EXTENT;
}

static bool read_geometry(Sema *sema, const LayerCall *call, LayerQuery *query) {
    static const struct {
        AttrName name;
        HoleKind hole;
        Unknown unknown;
        int64_t fallback;
    } parts[] = {{ATTR_K, HOLE_K, UNKNOWN_K, 1},
                 {ATTR_S, HOLE_S, UNKNOWN_S, 1},
                 {ATTR_D, HOLE_D, UNKNOWN_D, 1},
                 {ATTR_A, HOLE_A, UNKNOWN_A, 0}};
    enum { PARTS = sizeof parts / sizeof *parts };
    int64_t number[PARTS][MAX_SPATIAL];
    PadSpec pad[MAX_SPATIAL];
    int border = BORDER_ZERO, round = 0, count = 0;
    bool ok = true, open_round = false, open_count = false;
    for (int n = 0; n < PARTS; n++) {
        for (int i = 0; i < MAX_SPATIAL; i++) number[n][i] = parts[n].fallback;
        ok &= read_numbers(sema, call, query, parts[n].name, parts[n].hole, parts[n].unknown,
                           number[n]);
    }
    ok &= word_is_open(sema, call, query, ATTR_ROUND, HOLE_ROUND, &open_round);
    ok &= word_is_open(sema, call, query, ATTR_COUNT, HOLE_COUNT, &open_count);
    if (layer_attr(call->layer, ATTR_BORDER)) ok &= attr_word(sema, call, ATTR_BORDER, &border);
    ok &= attr_pad(sema, call, pad);
    if (!ok) return false;
    if (layer_attr(call->layer, ATTR_ROUND) && !open_round)
        attr_word(sema, call, ATTR_ROUND, &round);
    bool is_avg = call->layer->op == OP_AVGPOOL;
    if (is_avg && !open_count) attr_word(sema, call, ATTR_COUNT, &count);
    SearchLayer *layer = &query->layer;
    layer->n = call->n_spatial;
    layer->open_round = open_round;
    layer->open_count = open_count;
    layer->needs_data = call->layer->op == OP_MAXPOOL || call->layer->op == OP_MINPOOL ||
                        (is_avg && count == COUNT_INSIDE && !open_count);
    for (int i = 0; i < layer->n; i++) {
        const Axis *axis = &call->input.value->type.axes[call->spatial[i]];
        layer->axis[i].axis = (ConvAxis){.i = axis->extent,
                                         .k = number[0][i],
                                         .s = number[1][i],
                                         .d = number[2][i],
                                         .a = number[3][i],
                                         .ceil = round == 1};
        layer->axis[i].pad_most = border_most((Border)border, axis->extent);
        query->axes[i] = axis->name;
        place_padding(sema, call, query, i, &pad[i]);
    }
    return true;
}

/* c and g are no part of the sizes, but must be numbers where they are given. */
static bool read_channels(Sema *sema, const LayerCall *call) {
    static const AttrName names[] = {ATTR_C, ATTR_G};
    bool ok = true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int64_t number;
        if (given_value(call, names[i])) ok &= attr_count(sema, call, names[i], &number);
    }
    return ok;
}

static int by_place(const void *left, const void *right) {
    const LayerHole *a = left, *b = right;
    return a->span.begin < b->span.begin ? -1 : a->span.begin > b->span.begin;
}

Tensor query_layer(Sema *sema, LayerCall *call) {
    LayerQuery query = {.name = call->layer->name, .stage = call->span};
    OpKind op = call->layer->op;
    Tensor result = unknown_result(sema, call);
    bool is_window = op == OP_CONV || op == OP_TCONV || op_is_pool(op);
    if (!is_window) return call->input;
    if (!require_image(sema, call)) return result;
    query.layer.transposed = op == OP_TCONV;
    query.whole_kernel = op_is_pool(op) && attr_is_word(call, ATTR_K, "all");
    bool ok = read_channels(sema, call) && (!op_is_pool(op) || require_stride(sema, call)) &&
              read_geometry(sema, call, &query);
    if (!ok) return result;
    if (op == OP_TCONV) {
        Window window = {.kind = WINDOW_TCONV, .n = query.layer.n};
        for (int i = 0; i < window.n; i++) {
            window.axis[i] = query.layer.axis[i].axis;
            window.pad[i] = (PadSpec){.is_word = query.layer.axis[i].has_word,
                                      .word = query.layer.axis[i].word};
        }
        if (!a_may_stand(sema, call, &window)) return result;
    }
    if (query.holes.len > 0)
        qsort(query.holes.at, query.holes.len, sizeof *query.holes.at, by_place);
    query.is_window = true;
    if (!sema->before) *sema->options->query = query;
    return call->input;
}

void sema_query(Arena *arena, Interner *interner, const Ast *ast, const SemaOptions *options,
                Sources *sources, Diags *diags, LayerQuery *query) {
    SemaOptions asking = *options;
    asking.query = query;
    *query = (LayerQuery){0};
    sema_file(arena, interner, ast, &asking, sources, diags);
    if (diags->n_errors > 0) query->is_window = false;
}

static void print_hole(Text *out, const LayerHole *hole, const Solution *solution) {
    switch (hole->kind) {
    case HOLE_K: text_printf(out, "%lld", (long long)solution->k); break;
    case HOLE_S: text_printf(out, "%lld", (long long)solution->s); break;
    case HOLE_D: text_printf(out, "%lld", (long long)solution->d); break;
    case HOLE_A: text_printf(out, "%lld", (long long)solution->a); break;
    case HOLE_P:
        if (solution->pad_lo != solution->pad_hi) {
            text_printf(out, "(%lld, %lld)", (long long)solution->pad_lo,
                        (long long)solution->pad_hi);
            break;
        }
        text_printf(out, "%lld", (long long)solution->pad_lo);
        break;
    case HOLE_P_LO: text_printf(out, "%lld", (long long)solution->pad_lo); break;
    case HOLE_P_HI: text_printf(out, "%lld", (long long)solution->pad_hi); break;
    case HOLE_ROUND: text_puts(out, solution->ceil ? "ceil" : "floor"); break;
    case HOLE_COUNT: text_puts(out, solution->count_all ? "all" : "inside"); break;
    }
}

const char *query_text(Arena *arena, const Sources *sources, const LayerQuery *query,
                       const Solution *solution, int axis) {
    const char *source = sources->files.at[query->stage.file]->text;
    uint32_t at = query->stage.begin;
    Text text = text_in(arena);
    for (size_t i = 0; i < query->holes.len; i++) {
        const LayerHole *hole = &query->holes.at[i];
        if (axis >= 0 && hole->axis >= 0 && hole->axis != axis) continue;
        text_append(&text, source + at, hole->span.begin - at);
        print_hole(&text, hole, solution);
        at = hole->span.end;
    }
    text_append(&text, source + at, query->stage.end - at);
    return text_str(&text);
}
