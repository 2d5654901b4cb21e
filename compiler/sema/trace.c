/* Walks from a value to the input it comes from, along the first operand of each node. */
#include "sema/trace.h"

#include <string.h>

/* Steps that are walked, and steps that are shown (from either end). */
enum { MAX_STEPS = 4096, MAX_SHOWN = 12 };

typedef VEC(const Value *) Chain;

/* The value, what it was made of, ... as long as they have the axis: the input is last. Empty where
 * no more searches are made. */
static Chain chain_of(Sema *sema, const Value *value, const char *axis) {
    Chain chain = {0};
    if (!may_search(sema)) return chain;
    while (value && type_axis(&value->type, axis) != NO_AXIS && chain.len < MAX_STEPS) {
        VEC_PUSH(sema->arena, &chain, value);
        const Node *producer = value->producer;
        value = producer && producer->n_inputs > 0 ? producer->inputs[0] : NULL;
    }
    return chain;
}

static int64_t extent_of(const Value *value, const char *axis) {
    return value->type.axes[type_axis(&value->type, axis)].extent;
}

/* The steps to tell of. Unnamed values between two of the same size say nothing:
 * `s2.avgpool 12 → s2 12`. */
static Chain told_chain(Sema *sema, const Value *head, const char *axis) {
    Chain chain = chain_of(sema, head, axis), told = {0};
    for (size_t i = 0; i < chain.len; i++) {
        const Value *value = chain.at[i];
        bool repeats = told.len > 0 && !value->named &&
                       extent_of(told.at[told.len - 1], axis) == extent_of(value, axis);
        if (!repeats) VEC_PUSH(sema->arena, &told, value);
    }
    return told;
}

/* " (16·4·4)" behind the elements that a flatten made one axis of; "" behind others. */
static const char *factors_text(Sema *sema, const Value *value, const char *axis) {
    const Node *node = value->producer;
    if (!node || node->op != OP_FLATTEN ||
        type_axis(&value->type, axis) == type_batch(&value->type))
        return "";
    const TensorType *type = &node->inputs[0]->type;
    Text text = text_in(sema->arena);
    for (int i = 0; i < type->rank; i++)
        if (i != type_batch(type))
            text_printf(&text, "%s%lld", text.len ? "·" : " (", (long long)type->axes[i].extent);
    text_puts(&text, ")");
    return text_str(&text);
}

/* "image 28 → c1 24 → s2 12", with its steps in `facts`. */
static const char *steps_text(Sema *sema, Fact *facts, const Chain *chain, const char *axis) {
    Text text = text_in(sema->arena);
    Fact *steps = fact_list(facts, "trace");
    for (size_t i = chain->len; i-- > 0;) {
        if (chain->len > MAX_SHOWN && i == chain->len - 1 - MAX_SHOWN / 2) {
            text_puts(&text, " → …");
            i = MAX_SHOWN / 2;
            continue;
        }
        const Value *value = chain->at[i];
        const char *name = quote_text(sema, value->name, strlen(value->name));
        long long extent = extent_of(value, axis);
        text_printf(&text, "%s%s %lld%s", i == chain->len - 1 ? "" : " → ", name, extent,
                    factors_text(sema, value, axis));
        fact_put(fact_list(steps, NULL), "%s %lld", name, extent);
    }
    return text_str(&text);
}

void trace_note(Sema *sema, Diag *diag, Fact *facts, const Value *value, const char *axis) {
    Chain chain = told_chain(sema, value, axis);
    if (chain.len < 2) return;
    diag_note(diag, "trace of %s: %s", axis, steps_text(sema, facts, &chain, axis));
}

/* The traces of these axes of a value, those that are alike as one note. */
static void trace_axes(Sema *sema, Diag *diag, const Value *value, const bool *wanted) {
    const TensorType *type = &value->type;
    const char *steps[MAX_RANK] = {NULL};
    for (int i = 0; i < type->rank; i++) {
        if (!wanted[i]) continue;
        const char *axis = type->axes[i].name;
        Chain chain = told_chain(sema, value, axis);
        if (chain.len < 2) continue;
        Fact *size = fact_map(fact_list(diag->facts, "sizes"), NULL);
        fact_put(size, "value=%s axis=%s", value->name, axis);
        steps[i] = steps_text(sema, size, &chain, axis);
    }
    for (int i = 0; i < type->rank; i++) {
        const char *alike[MAX_RANK], *told = steps[i];
        int n = 0;
        for (int j = i; told && j < type->rank; j++) {
            if (!steps[j] || strcmp(steps[j], told) != 0) continue;
            alike[n++] = type->axes[j].name;
            steps[j] = NULL;
        }
        if (n) diag_note(diag, "trace of %s: %s", join_words(sema->arena, alike, n), told);
    }
}

/* What was flattened on the way to the axis; NULL if nothing was. */
static const Value *flattened_along(Sema *sema, const Value *value, const char *axis) {
    Chain chain = chain_of(sema, value, axis);
    for (size_t i = 0; i < chain.len; i++)
        if (*factors_text(sema, chain.at[i], axis)) return chain.at[i]->producer->inputs[0];
    return NULL;
}

/* The spatial axes of what was flattened: its channels are in the trace already. */
static void trace_flattened(Sema *sema, Diag *diag, const Value *value, const char *axis) {
    const Value *flattened = flattened_along(sema, value, axis);
    if (!flattened) return;
    bool wanted[MAX_RANK] = {false};
    int spatial[MAX_RANK], n = type_spatial(&flattened->type, spatial);
    for (int i = 0; i < n; i++) wanted[spatial[i]] = true;
    trace_axes(sema, diag, flattened, wanted);
}

void trace_size(Sema *sema, Diag *diag, const Value *value, const char *axis) {
    bool wanted[MAX_RANK] = {false};
    int at = type_axis(&value->type, axis);
    if (at == NO_AXIS) return;
    wanted[at] = true;
    trace_axes(sema, diag, value, wanted);
    trace_flattened(sema, diag, value, axis);
}

void trace_window(Sema *sema, Diag *diag, const Value *value, const Window *window,
                  const bool *failed) {
    bool wanted[MAX_RANK] = {false};
    for (int i = 0; i < window->n; i++) {
        int at = failed[i] ? type_axis(&value->type, window->name[i]) : NO_AXIS;
        if (at != NO_AXIS) wanted[at] = true;
    }
    trace_axes(sema, diag, value, wanted);
}

void trace_sizes(Sema *sema, Diag *diag, const Value *value) {
    const TensorType *type = &value->type;
    bool wanted[MAX_RANK] = {false};
    for (int i = 0; i < type->rank; i++) wanted[i] = i != type_batch(type);
    trace_axes(sema, diag, value, wanted);
    if (type_channel(type) != NO_AXIS)
        trace_flattened(sema, diag, value, type->axes[type_channel(type)].name);
}

/* The window axis of a node that moves along `axis`; NULL if the node has no such window. */
static const WindowAxis *window_along(const Node *node, const char *axis) {
    if (node->n_axes == 0) return NULL;
    int spatial[MAX_RANK], n = type_spatial(&node->output->type, spatial);
    for (int i = 0; i < n; i++)
        if (strcmp(node->output->type.axes[spatial[i]].name, axis) == 0) return &node->window[i];
    return NULL;
}

/* Paddings that `same` would give with a stride may change with the input's size. */
static bool padding_may_depend_on_input(const ConvAxis *axis) {
    ConvAxis same = *axis;
    if (axis->s == 1 || (axis->pad_lo == 0 && axis->pad_hi == 0)) return false;
    return conv_pad_word(PAD_SAME, &same) != CONV_OK ||
           (same.pad_lo == axis->pad_lo && same.pad_hi == axis->pad_hi);
}

/* The smallest extent of the chain's input from which `need` remains at its head; 0: not known. */
static int64_t smallest_input(const Chain *chain, const char *axis, int64_t need) {
    for (size_t i = 0; i + 1 < chain->len; i++) {
        const Node *node = chain->at[i]->producer;
        const WindowAxis *window = window_along(node, axis);
        if (!window && extent_of(chain->at[i], axis) != extent_of(chain->at[i + 1], axis)) return 0;
        if (!window) continue;
        if (node->op == OP_TCONV || window->arith.ceil ||
            padding_may_depend_on_input(&window->arith))
            return 0;
        ConvRange range = conv_solve_input(&window->arith, need);
        if (range.lo > range.hi) return 0;
        need = range.lo;
    }
    return need;
}

static bool chain_starts_at_input(const Chain *chain) {
    const Node *producer = chain->at[chain->len - 1]->producer;
    return producer && producer->op == OP_INPUT;
}

/* `p` on the layer that reads the input, enough to make up what is short; the failed layer itself
 * when it is the first. */
static void offer_padding(Sema *sema, Diag *diag, const LayerCall *call, const Chain *chain,
                          int64_t missing) {
    const AstExpr *expr = call->expr;
    const char *layer = call->title;
    if (chain->len > 1) {
        const Value *first = chain->at[chain->len - 2];
        if (first->producer->op != OP_CONV) return;
        expr = sema->calls.at[first->producer->id];
        layer = first->name;
    }
    int64_t p = (missing + 1) / 2;
    const char *value = arena_printf(sema->arena, "%lld", (long long)p);
    bool is_first = chain->len > 1 &&
                    chain->at[chain->len - 2]->producer->inputs[0] == chain->at[chain->len - 1];
    const char *place =
        is_first ? "the first layer"
                 : arena_printf(sema->arena, "`%s`", quote_text(sema, layer, strlen(layer)));
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "make up the %lld with p=%s on %s",
                               (long long)missing, value, place);
    edit_attr(help, expr, ATTR_P, value);
    help->told = call->path;
    help->told_title = call->title;
}

/* The statement that declares an input of the program; NULL if there is none. */
static const AstItem *item_of_input(const Sema *sema, const Value *input) {
    for (size_t i = 0; i < sema->ast->items.len; i++) {
        const AstItem *item = sema->ast->items.at[i];
        if (item->kind == AST_INPUT && strcmp(item->input.name.text, input->name) == 0) return item;
    }
    return NULL;
}

/* What the program says the size of an axis is, if that is a number and not a name for one. */
static const AstExpr *declared_size(const AstItem *item, const char *axis) {
    const AstExpr *list = item->input.axes;
    for (size_t i = 0; list->kind == AST_LIST && i < list->list.len; i++) {
        const AstEntry *entry = &list->list.at[i];
        bool is_number = entry->value->kind == AST_INT || entry->value->kind == AST_EXTENT;
        if (entry->axis.text && strcmp(entry->axis.text, axis) == 0)
            return is_number ? entry->value : NULL;
    }
    return NULL;
}

/* "the smallest image this network accepts is 32×32; 28×28 is 4 short", if the rest of the network
 * takes it, too, which a try of the smallest image tells; else what this layer needs. */
static void note_smallest(Sema *sema, Diag *diag, const LayerCall *call, const Window *window,
                          const bool *failed, const Value *source, const int64_t *least,
                          const int64_t *has, int64_t missing) {
    const char *axes = window_axes(sema, window, failed);
    const char *name = quote_text(sema, source->name, strlen(source->name));
    const char *here =
        arena_printf(sema->arena, "`%s` needs %s ≥ %s of `%s`, which has %s: %lld short",
                     call->title, axes, window_numbers(sema, window, least, failed), name,
                     window_numbers(sema, window, has, failed), (long long)missing);
    Text smallest = text_in(sema->arena), given = text_in(sema->arena);
    int spatial[MAX_RANK], n = type_spatial(&source->type, spatial);
    const AstItem *item = item_of_input(sema, source);
    DiagHelp *probe = diag_help(diag, FIX_MAYBE, "%s", "");
    bool all_declared = true;
    for (int i = 0; i < n; i++) {
        const char *axis = source->type.axes[spatial[i]].name;
        int64_t extent = source->type.axes[spatial[i]].extent, wanted = extent;
        for (int w = 0; w < window->n; w++)
            if (failed[w] && least[w] > extent && strcmp(window->name[w], axis) == 0)
                wanted = least[w];
        text_printf(&smallest, "%s%lld", i ? "×" : "", (long long)wanted);
        text_printf(&given, "%s%lld", i ? "×" : "", (long long)extent);
        const AstExpr *declared = item ? declared_size(item, axis) : NULL;
        all_declared &= wanted == extent || declared != NULL;
        if (wanted != extent && declared)
            diag_edit(probe, declared->span, "%lld", (long long)wanted);
    }
    if (!all_declared) probe->edits.len = 0;
    probe->title =
        arena_printf(sema->arena, "the smallest %s this network accepts is %s; %s is %lld short",
                     name, text_str(&smallest), text_str(&given), (long long)missing);
    probe->otherwise = here;
}

void trace_too_large(Sema *sema, Diag *diag, const LayerCall *call, const Window *window,
                     const bool *failed) {
    int64_t least[MAX_SPATIAL] = {0}, has[MAX_SPATIAL] = {0}, missing = 0;
    const Value *source = NULL;
    Chain chain = {0};
    bool known = true, traced = false;
    for (int i = 0; i < window->n; i++) {
        if (!failed[i]) continue;
        const ConvAxis *axis = &window->axis[i];
        chain = chain_of(sema, call->input.value, window->name[i]);
        bool same_trace = traced && i > 0 && window->axis[i].i == window->axis[i - 1].i;
        if (!same_trace)
            trace_note(sema, diag, relation_facts_of(diag, window->name[i]), call->input.value,
                       window->name[i]);
        traced = true;
        if (chain.len == 0) return;
        source = chain.at[chain.len - 1];
        has[i] = extent_of(source, window->name[i]);
        least[i] = smallest_input(&chain, window->name[i],
                                  window_kernel(axis) - axis->pad_lo - axis->pad_hi);
        known &= least[i] > 0;
        if (least[i] - has[i] > missing) missing = least[i] - has[i];
    }
    if (!known || !chain_starts_at_input(&chain)) return;
    diag_facts(diag, "input=%s short=%lld", source->name, (long long)missing);
    Fact *needed = fact_list(diag->facts, "smallest_input");
    for (int i = 0; i < window->n; i++)
        if (failed[i]) fact_put(needed, "%lld", (long long)least[i]);
    note_smallest(sema, diag, call, window, failed, source, least, has, missing);
    offer_padding(sema, diag, call, &chain, missing);
}
