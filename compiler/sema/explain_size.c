/* Candidates for a fix change one attribute of the layer that gave the value its size. They come
 * from tensor/solve and are tried with its extents before they are offered. */
#include "sema/explain_size.h"

#include "sema/trace.h"

#include <string.h>

/* The window of a node as it is, and what is wanted of it. */
typedef struct Wish {
    Sema *sema;
    Diag *diag;
    const Node *node;
    const AstExpr *call;
    WindowKind kind;
    int n;
    ConvAxis axis[MAX_SPATIAL];
    const char *name[MAX_SPATIAL];
    int64_t o[MAX_SPATIAL]; /* wanted; the present extent where nothing is asserted */
    bool differs[MAX_SPATIAL];
} Wish;

const Node *sizing_node(const Value *value) {
    const Node *node = value->producer;
    while (node && node->n_inputs > 0 && node->n_axes == 0 &&
           type_equal(&node->inputs[0]->type, &value->type))
        node = node->inputs[0]->producer;
    return node;
}

static WindowKind kind_of(const Node *node) {
    if (node->op == OP_TCONV) return WINDOW_TCONV;
    return node->op == OP_CONV ? WINDOW_CONV : WINDOW_POOL;
}

static bool gives(const Wish *wish, const ConvAxis *axis, int64_t wanted) {
    int64_t o;
    ConvStatus status =
        wish->kind == WINDOW_TCONV ? tconv_output_extent(axis, &o) : conv_output_extent(axis, &o);
    return status == CONV_OK && o == wanted;
}

/* The window along an axis; NULL if the node has none that moves there. */
static const ConvAxis *window_along(const Node *node, const char *axis) {
    int spatial[MAX_RANK], n = type_spatial(&node->output->type, spatial);
    for (int i = 0; i < n && i < node->n_axes; i++)
        if (strcmp(node->output->type.axes[spatial[i]].name, axis) == 0)
            return &node->window[i].arith;
    return NULL;
}

static int64_t extent_along(const Value *value, const char *axis) {
    int at = type_axis(&value->type, axis);
    return at == NO_AXIS ? 0 : value->type.axes[at].extent;
}

/* The last layer on the way to `value` that changed its extent along the axis; NULL without. */
static const Node *changing_node(const Value *value, const char *axis) {
    enum { MAX_STEPS = 4096 };
    const Node *node = value->producer;
    for (int step = 0; node && node->n_inputs > 0 && step < MAX_STEPS; step++) {
        if (extent_along(node->inputs[0], axis) != extent_along(value, axis)) return node;
        node = node->inputs[0]->producer;
    }
    return NULL;
}

/* One of two sizes: the layer that gave it, and the trace. */
static void explain_extent(Sema *sema, Diag *diag, const Side *side, const char *axis) {
    Fact *facts = fact_map(fact_list(diag->facts, "sizes"), NULL);
    fact_put(facts, "value=%s axis=%s", side->value->name, axis);
    const Node *node = changing_node(side->value, axis);
    const ConvAxis *arith = node ? window_along(node, axis) : NULL;
    if (arith) {
        const char *name = node == sizing_node(side->value) ? side->name : node->output->name;
        const char *size = arena_printf(sema->arena, "%s.%s", name, axis);
        diag_note(diag, "%s", relation_of_size(sema->arena, kind_of(node), arith, size));
        relation_facts(facts, kind_of(node), arith);
    }
    trace_note(sema, diag, facts, side->value, axis);
}

/* True if `value` is on the way to `other`: its size is in the trace of that one. */
static bool leads_to(Sema *sema, const Value *value, const Value *other) {
    enum { MAX_STEPS = 4096 };
    const Node *node = other->producer;
    if (!may_search(sema)) return false;
    for (int step = 0; node && node->n_inputs > 0 && step < MAX_STEPS; step++) {
        if (node->inputs[0] == value) return true;
        node = node->inputs[0]->producer;
    }
    return false;
}

void explain_extents(Sema *sema, Diag *diag, const Side *a, const Side *b, const char *axis) {
    if (!leads_to(sema, a->value, b->value)) explain_extent(sema, diag, a, axis);
    if (!leads_to(sema, b->value, a->value)) explain_extent(sema, diag, b, axis);
}

/* "1" for numbers that are alike on all axes, else "1x0". */
static const char *axes_text(const Wish *wish, const int64_t *numbers) {
    bool alike = true;
    Text text = text_in(wish->sema->arena);
    for (int i = 0; i < wish->n; i++) {
        alike &= numbers[i] == numbers[0];
        text_printf(&text, "%s%lld", i ? "x" : "", (long long)numbers[i]);
    }
    return alike ? arena_printf(wish->sema->arena, "%lld", (long long)numbers[0]) : text_str(&text);
}

/* Offers an edit of one attribute if the changed axes give what is wanted. */
static bool offer(const Wish *wish, const ConvAxis *changed, AttrName name, const char *value,
                  const char *title) {
    for (int i = 0; i < wish->n; i++)
        if (!gives(wish, &changed[i], wish->o[i])) return false;
    int shown = 0;
    while (!wish->differs[shown]) shown++;
    DiagHelp *help = diag_help(wish->diag, FIX_MAYBE, "%s: %s", title,
                               relation_numbers(wish->sema->arena, wish->kind, &changed[shown]));
    edit_attr(help, wish->call, name, value);
    return true;
}

/* Half padding is how PyTorch's models pad a pool. */
static const char *pad_title(const Wish *wish) {
    bool is_half = wish->kind == WINDOW_POOL;
    for (int i = 0; i < wish->n; i++) {
        SolveAxis problem = {.axis = wish->axis[i], .o = wish->o[i]};
        is_half &= solve_one(&problem, UNKNOWN_P).lo == wish->axis[i].k / 2;
    }
    return is_half ? "(PyTorch) pad" : "pad";
}

static void offer_ceil(const Wish *wish) {
    ConvAxis changed[MAX_SPATIAL];
    for (int i = 0; i < wish->n; i++) {
        changed[i] = wish->axis[i];
        changed[i].ceil = true;
    }
    offer(wish, changed, ATTR_ROUND, "ceil", "(Caffe) round up");
}

static SolveAxis problem_of(const Wish *wish, int axis) {
    return (SolveAxis){
        .axis = wish->axis[axis], .transposed = wish->kind == WINDOW_TCONV, .o = wish->o[axis]};
}

/* Offers another value of one attribute: the smallest padding, else on each axis the value nearest
 * to the present one. */
static bool offer_value(const Wish *wish, Unknown sought, AttrName name, const char *title) {
    ConvAxis changed[MAX_SPATIAL];
    int64_t numbers[MAX_SPATIAL];
    for (int i = 0; i < wish->n; i++) {
        SolveAxis problem = problem_of(wish, i);
        ConvRange range = solve_one(&problem, sought);
        if (range.lo > range.hi) return false;
        const ConvAxis *now = &wish->axis[i];
        int64_t present = sought == UNKNOWN_K   ? now->k
                          : sought == UNKNOWN_S ? now->s
                          : sought == UNKNOWN_A ? now->a
                                                : range.lo;
        numbers[i] = present < range.lo ? range.lo : present > range.hi ? range.hi : present;
        changed[i] = solve_with(&problem, sought, numbers[i]);
    }
    return offer(wish, changed, name, axes_text(wish, numbers), title);
}

/* One element more of padding at the end than at the beginning. */
static void offer_lopsided(const Wish *wish) {
    ConvAxis changed[MAX_SPATIAL];
    for (int i = 0; i < wish->n; i++) {
        SolveAxis problem = problem_of(wish, i);
        if (!solve_lopsided(&problem, &changed[i])) return;
        if (changed[i].pad_lo != changed[0].pad_lo || changed[i].pad_hi != changed[0].pad_hi)
            return;
    }
    const char *pair = arena_printf(wish->sema->arena, "(%lld, %lld)", (long long)changed[0].pad_lo,
                                    (long long)changed[0].pad_hi);
    offer(wish, changed, ATTR_P, pair, "pad one side more");
}

static bool read_wish(Sema *sema, Diag *diag, const Node *node, const int64_t *wanted,
                      const bool *differs, Wish *out) {
    const TensorType *type = &node->output->type;
    int spatial[MAX_RANK], n = type_spatial(type, spatial);
    *out = (Wish){.sema = sema,
                  .diag = diag,
                  .node = node,
                  .call = sema->calls.at[node->id],
                  .kind = kind_of(node),
                  .n = n};
    bool any = false;
    for (int i = 0; i < n; i++) {
        int64_t asserted = wanted[spatial[i]];
        out->axis[i] = node->window[i].arith;
        out->name[i] = type->axes[spatial[i]].name;
        out->o[i] = asserted > 0 ? asserted : node->window[i].o;
        out->differs[i] = differs[spatial[i]];
        any |= out->differs[i];
    }
    return any;
}

static void offer_channels(Sema *sema, Diag *diag, const Node *node, int64_t c) {
    if (node->op != OP_CONV && node->op != OP_TCONV && node->op != OP_DENSE) return;
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "as many channels as asserted");
    edit_attr(help, sema->calls.at[node->id], ATTR_C,
              arena_printf(sema->arena, "%lld", (long long)c));
}

void explain_size(Sema *sema, Diag *diag, const Value *value, const int64_t *wanted,
                  const bool *differs) {
    const Node *node = sizing_node(value);
    if (!node) return;
    int channel = type_channel(&value->type), n_differ = 0;
    for (int i = 0; i < value->type.rank; i++) n_differ += differs[i];
    if (n_differ == 1 && channel != NO_AXIS && differs[channel])
        offer_channels(sema, diag, node, wanted[channel]);
    Wish wish;
    if (node->n_axes == 0 || !read_wish(sema, diag, node, wanted, differs, &wish)) {
        for (int i = 0; i < value->type.rank; i++)
            if (differs[i]) trace_size(sema, diag, value, value->type.axes[i].name);
        return;
    }
    relation_notes(diag, wish.kind, wish.n, wish.axis, wish.name, wish.differs);
    int first = 0;
    while (!wish.differs[first]) first++;
    trace_note(sema, diag, relation_facts_of(diag, wish.name[first]), node->inputs[0],
               wish.name[first]);
    if (wish.kind == WINDOW_TCONV) {
        offer_value(&wish, UNKNOWN_A, ATTR_A, "keep more rows");
        offer_value(&wish, UNKNOWN_P, ATTR_P, "another padding");
        return;
    }
    if (!offer_value(&wish, UNKNOWN_P, ATTR_P, pad_title(&wish))) offer_lopsided(&wish);
    if (wish.kind == WINDOW_POOL) offer_ceil(&wish);
    offer_value(&wish, UNKNOWN_S, ATTR_S, "another stride");
    offer_value(&wish, UNKNOWN_K, ATTR_K, "another kernel");
}
