/* Unknowns of a window layer, axis by axis. The first axis that cannot be solved is reported; what
 * is offered names all axes, and is checked like every fix. */
#include "sema/solve_window.h"

#include "sema/eval.h"

#include "sema/trace.h"

#include <string.h>

enum { MAX_LISTED = 6, MAX_OFFERED = 3 };

static const struct {
    Unknown unknown;
    AttrName attr;
    const char *title; /* what N0331 finds none of */
} parts[] = {{UNKNOWN_K, ATTR_K, "kernel"},
             {UNKNOWN_S, ATTR_S, "stride"},
             {UNKNOWN_P, ATTR_P, "symmetric padding"},
             {UNKNOWN_D, ATTR_D, "dilation"},
             {UNKNOWN_A, ATTR_A, "output padding"}};

enum { PARTS = sizeof parts / sizeof *parts };

static int part_of(unsigned unknown) {
    int n = 0;
    while (!(unknown & parts[n].unknown)) n++;
    return n;
}

static bool is_one(unsigned unknown) { return (unknown & (unknown - 1)) == 0; }

typedef enum Says { SAYS_SIZE, SAYS_NOTHING, SAYS_NONSENSE } Says;

/* The assertion that is of this very stage, or NULL. */
static const AstExpr *own_assertion(const LayerCall *call) {
    const AstExpr *assertion = call->assertion;
    return assertion && assertion->assertion.value == call->expr ? assertion->assertion.sizes
                                                                 : NULL;
}

/* The size that the assertion gives an axis. What is wrong with it is reported where it is checked
 * against the layer's result. */
static Says asserted_size(Sema *sema, const LayerCall *call, int axis, int64_t *out) {
    const AstExpr *sizes = own_assertion(call);
    if (!sizes) return SAYS_NOTHING;
    if (sizes->kind != AST_LIST) return SAYS_NONSENSE;
    const TensorType *type = &call->input.value->type;
    const AstExpr *size = NULL;
    for (size_t i = 0; i < sizes->list.len; i++) {
        const AstEntry *entry = &sizes->list.at[i];
        bool fits = entry->axis.text ? type_axis(type, entry->axis.text) != NO_AXIS
                                     : (int)sizes->list.len == type->rank;
        if (!fits) return SAYS_NONSENSE;
        bool meant = entry->axis.text ? strcmp(entry->axis.text, type->axes[axis].name) == 0
                                      : (int)i == axis;
        if (meant) size = entry->value;
    }
    if (!size || size->kind == AST_UNKNOWN) return SAYS_NOTHING;
    Diags silent = diags_in(sema->arena, sema->sources), *kept = sema->diags;
    sema->diags = &silent;
    bool ok = eval_integer(sema, size, "a size", out);
    sema->diags = kept;
    return ok && *out >= 1 ? SAYS_SIZE : SAYS_NONSENSE;
}

/* N0330; where a later stage is asserted, its sizes are most likely those of this one. */
static bool report_nothing(Sema *sema, const LayerCall *call, const Window *window, int axis) {
    const AstExpr *sizes = own_assertion(call);
    AttrName attr = parts[part_of(window->unknown[axis])].attr;
    const AstArg *arg = call->attrs[attr].arg;
    Diag *diag = diag_add(
        sema->diags, N0330, arg->span,
        sizes ? "nothing to solve `%s=?` from along %s; the assertion must give its size" FACTS(
                    "attribute axis")
              : "nothing to solve `%s=?` from; put `-> [...]` after this stage" FACTS("attribute"),
        attr_text(attr), window->name[axis]);
    diag_here(diag, "to be solved");
    if (sizes) {
        diag_label(diag, sizes->span, "nothing about %s", window->name[axis]);
        return false;
    }
    diag_note(diag, "why: an unknown is found from the size of this layer's own output");
    if (!call->assertion) return false;
    Span later = call->assertion->assertion.sizes->span;
    const char *text = sema->sources->files.at[later.file]->text + later.begin;
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "assert these sizes here already");
    diag_edit(help, span_end(call->expr->span), " -> %.*s", (int)(later.end - later.begin), text);
    return false;
}

/* N0333: two unknowns in one equation. */
static bool report_together(Sema *sema, const LayerCall *call, const Window *window, int axis) {
    const AstArg *args[PARTS];
    AttrName names[PARTS];
    int n = 0;
    for (int i = 0; i < PARTS; i++)
        if (window->unknown[axis] & parts[i].unknown) {
            names[n] = parts[i].attr;
            args[n++] = call->attrs[parts[i].attr].arg;
        }
    Diag *diag = diag_add(sema->diags, N0333, args[1]->span,
                          "`%s=?` and `%s=?` cannot be solved together" FACTS("first other"),
                          attr_text(names[0]), attr_text(names[1]));
    diag_here(diag, "to be solved");
    diag_label(diag, args[0]->span, "to be solved too");
    diag_note(diag, "why: one size gives one equation along each axis; only p and a of a tconv are "
                    "solved together, by the smallest a that leaves p whole");
    diag_help(diag, FIX_HOLE, "give one of them as a number");
    return false;
}

/* N0333: a padding that is computed from what is sought. */
static bool report_word(Sema *sema, const LayerCall *call, const Window *window, int axis) {
    AttrName attr = parts[part_of(window->unknown[axis])].attr;
    const AstExpr *word = attr_axis_expr(sema, call, ATTR_P, axis);
    Diag *diag = diag_add(sema->diags, N0333, call->attrs[attr].arg->span,
                          "`%s=?` and `p=%s` cannot be solved together" FACTS("attribute padding"),
                          attr_text(attr), quote_span(sema, word->span));
    diag_here(diag, "to be solved");
    diag_label(diag, call->attrs[ATTR_P].arg->span, "computed from `%s`", attr_text(attr));
    diag_help(diag, FIX_HOLE, "give the padding or `%s` as a number", attr_text(attr));
    return false;
}

/* The padding word depends on k and d, save `valid`. */
static bool word_needs(const PadSpec *pad, unsigned unknown) {
    return pad->is_word && pad->word != PAD_VALID && (unknown & (UNKNOWN_K | UNKNOWN_D));
}

/* Replaces the unknowns of one attribute by a text for each axis: `?` alone becomes one text, or a
 * map of them where they differ. */
static void edit_unknowns(Sema *sema, DiagHelp *help, const LayerCall *call, const Window *window,
                          AttrName attr, const char *const *texts) {
    const AstExpr *value = call->attrs[attr].value;
    if (value->kind == AST_AXMAP) {
        for (int i = 0; i < window->n; i++) {
            const AstExpr *expr = attr_axis_expr(sema, call, attr, i);
            if (expr->kind == AST_UNKNOWN) diag_edit(help, expr->span, "%s", texts[i]);
        }
        return;
    }
    bool alike = true;
    Text map = text_in(sema->arena);
    for (int i = 0; i < window->n; i++) {
        alike &= strcmp(texts[i], texts[0]) == 0;
        text_printf(&map, "%s%s: %s", i ? ", " : "{", window->name[i], texts[i]);
    }
    text_puts(&map, "}");
    diag_edit(help, value->span, "%s", alike ? texts[0] : text_str(&map));
}

/* Every axis of which the unknown is asked, as a problem; false for one without it. */
static bool problem_of(const Window *window, const int64_t *wanted, int axis, SolveAxis *out) {
    const PadSpec *pad = &window->pad[axis];
    *out = (SolveAxis){.axis = window->axis[axis],
                       .transposed = window->kind == WINDOW_TCONV,
                       .has_word = pad->is_word,
                       .word = pad->word,
                       .o = wanted[axis]};
    if (!pad->is_word && !pad->is_unknown) {
        out->axis.pad_lo = pad->lo;
        out->axis.pad_hi = pad->hi;
    }
    return window->unknown[axis] != 0;
}

/* " along H", unless all axes of which the same is asked have the same numbers. */
static const char *along(Sema *sema, const Window *window, const int64_t *wanted, int axis) {
    const ConvAxis *a = &window->axis[axis];
    for (int i = 0; i < window->n; i++) {
        const ConvAxis *b = &window->axis[i];
        bool alike = window->unknown[i] == window->unknown[axis] && wanted[i] == wanted[axis] &&
                     a->i == b->i && a->k == b->k && a->s == b->s && a->d == b->d && a->a == b->a;
        if (!alike) return arena_printf(sema->arena, " along %s", window->name[axis]);
    }
    return "";
}

/* "k = 4, s = 2": what is known and not trivial. */
static const char *knowns_text(Sema *sema, const ConvAxis *axis, unsigned unknown) {
    Text text = text_in(sema->arena);
    const struct {
        unsigned unknown;
        const char *letter;
        int64_t number, trivial;
    } rows[] = {{UNKNOWN_K, "k", axis->k, 0},
                {UNKNOWN_S, "s", axis->s, 1},
                {UNKNOWN_D, "d", axis->d, 1},
                {UNKNOWN_A, "a", axis->a, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!(unknown & rows[i].unknown) && rows[i].number != rows[i].trivial)
            text_printf(&text, "%s%s = %lld", text.len ? ", " : "", rows[i].letter,
                        (long long)rows[i].number);
    bool padded = axis->pad_lo != 0 || axis->pad_hi != 0;
    if (!(unknown & UNKNOWN_P) && padded && axis->pad_lo == axis->pad_hi)
        text_printf(&text, "%sp = %lld", text.len ? ", " : "", (long long)axis->pad_lo);
    else if (!(unknown & UNKNOWN_P) && padded)
        text_printf(&text, "%sp = (%lld, %lld)", text.len ? ", " : "", (long long)axis->pad_lo,
                    (long long)axis->pad_hi);
    return text_str(&text);
}

/* "nearest: p=1 gives 31, p=2 gives 33". */
static void note_nearest(Sema *sema, Diag *diag, const SolveAxis *problem, int part) {
    ConvRange range = solve_one(problem, parts[part].unknown);
    const int64_t neighbours[] = {range.hi, range.lo};
    Text text = text_in(sema->arena);
    for (int i = 0; i < 2; i++) {
        if (!solve_allows(problem, parts[part].unknown, neighbours[i])) continue;
        int64_t o = solve_extent(problem, parts[part].unknown, neighbours[i]);
        if (o < 1) continue;
        text_printf(&text, "%s%s=%lld gives %lld",
                    text.len ? ", " : "nearest: ", attr_text(parts[part].attr),
                    (long long)neighbours[i], (long long)o);
    }
    if (text.len) diag_note(diag, "%s", text_str(&text));
}

/* The lopsided pair, which on every axis gives what is asserted. */
static void offer_lopsided(Sema *sema, Diag *diag, const LayerCall *call, const Window *window,
                           const int64_t *wanted) {
    const char *texts[MAX_SPATIAL] = {0};
    bool is_same = true, asks_a = false;
    for (int i = 0; i < window->n; i++) {
        SolveAxis problem;
        ConvAxis axis, same;
        if (!problem_of(window, wanted, i, &problem)) continue;
        if (!(window->unknown[i] & UNKNOWN_P)) continue;
        asks_a |= (window->unknown[i] & UNKNOWN_A) != 0;
        ConvRange range = solve_one(&problem, UNKNOWN_P);
        if (range.lo <= range.hi) {
            axis = solve_with(&problem, UNKNOWN_P, range.lo);
            texts[i] = arena_printf(sema->arena, "%lld", (long long)axis.pad_lo);
        } else if (solve_lopsided(&problem, &axis)) {
            texts[i] = arena_printf(sema->arena, "(%lld, %lld)", (long long)axis.pad_lo,
                                    (long long)axis.pad_hi);
        } else {
            return;
        }
        same = axis;
        window_pad(window->kind, &(PadSpec){.is_word = true, .word = PAD_SAME}, &same);
        is_same &= same.pad_lo == axis.pad_lo && same.pad_hi == axis.pad_hi && same.a == axis.a;
    }
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "%s one side more%s",
                               window->kind == WINDOW_TCONV ? "take away on" : "pad",
                               is_same ? " (what p=same does)" : "");
    edit_unknowns(sema, help, call, window, ATTR_P, texts);
    const char *const zeros[MAX_SPATIAL] = {"0", "0", "0"};
    if (asks_a) edit_unknowns(sema, help, call, window, ATTR_A, zeros);
}

/* One smaller or larger kernel, with which a symmetric padding gives what is asserted. */
static void offer_kernel(Sema *sema, Diag *diag, const LayerCall *call, const Window *window,
                         const int64_t *wanted, int step) {
    const char *kernels[MAX_SPATIAL] = {0}, *paddings[MAX_SPATIAL] = {0};
    for (int i = 0; i < window->n; i++) {
        SolveAxis problem;
        if (!problem_of(window, wanted, i, &problem) || problem.axis.k + step < 1) return;
        problem.axis.k += step;
        ConvRange range = solve_one(&problem, UNKNOWN_P);
        if (range.lo > range.hi) return;
        kernels[i] = arena_printf(sema->arena, "%lld", (long long)problem.axis.k);
        paddings[i] = arena_printf(sema->arena, "%lld", (long long)range.lo);
        if (strcmp(kernels[i], kernels[0]) != 0 || strcmp(paddings[i], paddings[0]) != 0) return;
    }
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "or %sk=%s with p=%s", step < 0 ? "use " : "",
                               kernels[0], paddings[0]);
    help->in_words = true;
    edit_attr(help, call->expr, ATTR_K, kernels[0]);
    edit_unknowns(sema, help, call, window, ATTR_P, paddings);
}

/* Why no padding does it: an odd sum, or one below 0. */
static void note_padding(Diag *diag, const SolveAxis *problem) {
    const ConvAxis *axis = &problem->axis;
    int64_t without = solve_extent(problem, UNKNOWN_P, 0);
    int64_t missing = problem->transposed ? without - problem->o : problem->o - without;
    if (without > 0 && missing > 0 && missing % 2 == 1 && (axis->s == 1 || problem->transposed))
        diag_note_more(diag, " → 2p = %lld, which is odd", (long long)missing);
    if ((without > problem->o) != problem->transposed && without != problem->o)
        diag_note(diag, "p=0 gives %lld already, and padding only %s", (long long)without,
                  problem->transposed ? "takes away" : "adds");
    if (!problem->transposed && problem->o == axis->i && axis->s == 1 && axis->d == 1 &&
        axis->k % 2 == 0)
        diag_note(diag, "relationship 3: half padding keeps the size only for odd k");
}

/* What is asserted of the axes that ask for the same as this one. */
static Span asserted_part(const LayerCall *call, const Window *window, int axis) {
    const AstExpr *sizes = own_assertion(call);
    const TensorType *type = &call->input.value->type;
    Span part = {0};
    for (size_t i = 0; i < sizes->list.len; i++) {
        const AstEntry *entry = &sizes->list.at[i];
        const char *name = entry->axis.text ? entry->axis.text : type->axes[i].name;
        for (int w = 0; w < window->n; w++) {
            if (window->unknown[w] != window->unknown[axis] || strcmp(window->name[w], name) != 0)
                continue;
            part = part.end ? span_join(part, entry->span) : entry->span;
        }
    }
    return part;
}

/* N0331. */
static bool report_none(Sema *sema, const LayerCall *call, const Window *window,
                        const int64_t *wanted, int axis) {
    SolveAxis problem;
    problem_of(window, wanted, axis, &problem);
    unsigned unknown = window->unknown[axis];
    bool pair = !is_one(unknown);
    int part = pair ? part_of(UNKNOWN_P) : part_of(unknown);
    const char *knowns = knowns_text(sema, &problem.axis, unknown);
    const char *title = pair ? "symmetric padding with an output padding" : parts[part].title;
    Diag *diag = diag_add(sema->diags, N0331, call->attrs[parts[part].attr].arg->span,
                          "no %s takes %lld to %lld%s%s%s" FACTS("sought - - - - -"), title,
                          (long long)problem.axis.i, (long long)problem.o,
                          along(sema, window, wanted, axis), *knowns ? " with " : "", knowns);
    diag_here(diag, "to be solved");
    diag_label(diag, asserted_part(call, window, axis), "from this");
    relation_equation_note(diag, window->kind, &problem.axis, unknown, problem.o);
    if (parts[part].unknown == UNKNOWN_P) note_padding(diag, &problem);
    note_nearest(sema, diag, &problem, part);
    trace_note(sema, diag, diag->facts, call->input.value, window->name[axis]);
    if (parts[part].unknown != UNKNOWN_P) return false;
    offer_lopsided(sema, diag, call, window, wanted);
    if (pair) return false;
    offer_kernel(sema, diag, call, window, wanted, -1);
    offer_kernel(sema, diag, call, window, wanted, 1);
    return false;
}

/* N0332. */
static bool report_several(Sema *sema, const LayerCall *call, const Window *window,
                           const int64_t *wanted, int axis) {
    int part = part_of(window->unknown[axis]);
    Unknown unknown = parts[part].unknown;
    const char *name = attr_text(parts[part].attr);
    ConvRange ranges[MAX_SPATIAL];
    SolveAxis problem;
    Text list = text_in(sema->arena);
    int64_t lo = 0;
    for (int i = 0; i < window->n; i++) {
        if (window->unknown[i] != unknown) continue;
        problem_of(window, wanted, i, &problem);
        ranges[i] = solve_one(&problem, unknown);
        if (ranges[i].lo > lo) lo = ranges[i].lo;
    }
    int64_t first = ranges[axis].lo, count = ranges[axis].hi - first + 1;
    for (int64_t n = 0; n < count && n < MAX_LISTED; n++)
        text_printf(&list, "%s%lld", n ? ", " : "", (long long)(first + n));
    Diag *diag = diag_add(sema->diags, N0332, call->attrs[parts[part].attr].arg->span,
                          "`%s=?` has several solutions%s: %s%s" FACTS("attribute - solutions[] -"),
                          name, along(sema, window, wanted, axis), text_str(&list),
                          count > MAX_LISTED ? ", …" : "");
    diag_here(diag, "to be solved");
    diag_label(diag, own_assertion(call)->span, "from this");
    problem_of(window, wanted, axis, &problem);
    relation_equation_note(diag, window->kind, &problem.axis, unknown, problem.o);
    for (int64_t n = 0; n < MAX_OFFERED; n++) {
        const char *texts[MAX_SPATIAL] = {0};
        bool all = true;
        for (int i = 0; i < window->n; i++) {
            if (window->unknown[i] != unknown) continue;
            all &= lo + n <= ranges[i].hi;
            texts[i] = arena_printf(sema->arena, "%lld", (long long)(lo + n));
        }
        if (!all) break;
        edit_unknowns(sema,
                      diag_help(diag, FIX_MAYBE, "choose `%s=%lld`", name, (long long)(lo + n)),
                      call, window, parts[part].attr, texts);
    }
    return false;
}

/* Puts the solution into an axis. */
static bool solve_axis(Sema *sema, const LayerCall *call, Window *window, const int64_t *wanted,
                       int axis) {
    SolveAxis problem;
    ConvAxis solved;
    problem_of(window, wanted, axis, &problem);
    unsigned unknown = window->unknown[axis];
    if (!is_one(unknown)) {
        if (!solve_pad_and_a(&problem, &solved))
            return report_none(sema, call, window, wanted, axis);
    } else {
        Unknown sought = parts[part_of(unknown)].unknown;
        ConvRange range = solve_one(&problem, sought);
        if (range.lo > range.hi) return report_none(sema, call, window, wanted, axis);
        if (range.lo < range.hi && sought != UNKNOWN_P)
            return report_several(sema, call, window, wanted, axis);
        solved = solve_with(&problem, sought, range.lo);
    }
    window->axis[axis] = solved;
    if (unknown & UNKNOWN_P)
        window->pad[axis] = (PadSpec){.lo = solved.pad_lo, .hi = solved.pad_hi};
    return true;
}

bool window_solve(Sema *sema, const LayerCall *call, Window *window) {
    int64_t wanted[MAX_SPATIAL] = {0};
    bool open[MAX_SPATIAL] = {false};
    for (int i = 0; i < window->n; i++) {
        unsigned unknown = window->unknown[i];
        const PadSpec *pad = &window->pad[i];
        if (unknown == 0) continue;
        if (!is_one(unknown) &&
            (window->kind != WINDOW_TCONV || unknown != (UNKNOWN_P | UNKNOWN_A)))
            return report_together(sema, call, window, i);
        if (word_needs(pad, unknown)) return report_word(sema, call, window, i);
        bool sized = unknown == UNKNOWN_A && pad->is_word &&
                     (pad->word == PAD_SAME || pad->word == PAD_CAUSAL);
        open[i] = !sized;
        if (sized) { /* N0321 says so */
            window_pad(window->kind, pad, &window->axis[i]);
            continue;
        }
        Says says = asserted_size(sema, call, call->spatial[i], &wanted[i]);
        if (says == SAYS_NOTHING) return report_nothing(sema, call, window, i);
        if (says == SAYS_NONSENSE) return false;
    }
    Window solved = *window;
    for (int i = 0; i < window->n; i++)
        if (open[i] && !solve_axis(sema, call, &solved, wanted, i)) return false;
    *window = solved;
    return true;
}
