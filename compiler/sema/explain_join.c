/* The skip connection of a U-Net that is off by one: a strided layer D drops the last row, and the
 * transposed layer U that is to undo it has no means of knowing.
 *
 *     d2 = e2 |> maxpool(k=2, s=2)           179 -> 89
 *     u2 = m |> tconv(c=64, k=2, s=2)         89 -> 178
 *     t2 = concat(u2, e2, axis=C)            178 is not 179
 *
 * `tconv(of d2)` solves a or p from D; or D rounds up, and nothing is dropped. */
#include "sema/explain_join.h"

#include "sema/explain_size.h"
#include "sema/of.h"
#include "sema/scope.h"

#include <string.h>

/* Layers that are walked back from U to D. */
enum { MAX_STEPS = 4096 };

/* "178×178" for the spatial axes if they tell the tensors apart, else all sizes. */
static const char *sizes_that_differ(Sema *sema, const TensorType *type, const bool *differs) {
    int spatial[MAX_RANK], n = type_spatial(type, spatial), told = 0, differing = 0;
    Text text = text_in(sema->arena);
    for (int i = 0; i < n; i++) {
        text_printf(&text, "%s%lld", i ? "×" : "", (long long)type->axes[spatial[i]].extent);
        told += differs[spatial[i]];
    }
    for (int i = 0; i < type->rank; i++) differing += differs[i];
    return told == differing ? text_str(&text) : sizes_of(sema, type);
}

/* The name by which `of` can mean `node` here: that of a value that holds it and no other window.
 */
static const char *name_for_of(Sema *sema, const Node *node) {
    const NameMap *windows = &sema->scope->windows_of_value;
    const char *first = NULL; /* in the order of the alphabet */
    for (size_t i = 0; i < windows->cap; i++) {
        const WindowLayer *layer = only_window(windows->slots[i].item);
        if (!layer || layer->node != node) continue;
        const char *name = windows->slots[i].name;
        if (!first || strcmp(name, first) < 0) first = name;
    }
    return first;
}

/* The nearest layer before the transposed one that turns the sizes of `whole` into those that it
 * reads; NULL if there is none. */
static const Node *undone_by(Sema *sema, const Node *transposed, const Value *whole) {
    int spatial[MAX_RANK], n = type_spatial(&whole->type, spatial);
    if (!may_search(sema)) return NULL;
    const Node *node = transposed->inputs[0]->producer;
    for (int step = 0; node && node->n_inputs > 0 && step < MAX_STEPS; step++) {
        bool is_it = node->op != OP_TCONV && node->op != OP_DENSE && node->n_axes == n;
        for (int i = 0; i < n && is_it; i++)
            is_it = node->window[i].arith.i == whole->type.axes[spatial[i]].extent &&
                    node->window[i].o == transposed->window[i].arith.i;
        if (is_it) return node;
        node = node->inputs[0]->producer;
    }
    return NULL;
}

/* "179×180 → 89×90" of the axes that differ; one number if they are alike. */
static const char *change_text(Sema *sema, const Node *node, const int *spatial,
                               const bool *differs) {
    Text from = text_in(sema->arena), to = text_in(sema->arena);
    int64_t first_i = -1, first_o = -1;
    bool alike = true;
    for (int a = 0; a < node->n_axes; a++) {
        if (!differs[spatial[a]]) continue;
        int64_t i = node->window[a].arith.i, o = node->window[a].o;
        if (first_i < 0) {
            first_i = i;
            first_o = o;
        }
        alike &= i == first_i && o == first_o;
        text_printf(&from, "%s%lld", from.len ? "×" : "", (long long)i);
        text_printf(&to, "%s%lld", to.len ? "×" : "", (long long)o);
    }
    if (alike)
        return arena_printf(sema->arena, "%lld → %lld", (long long)first_i, (long long)first_o);
    return arena_printf(sema->arena, "%s → %s", text_str(&from), text_str(&to));
}

/* "the last row and column are dropped here", if that is what D does. */
static const char *dropped_text(Sema *sema, const Node *node, const int *spatial,
                                const TensorType *type) {
    const char *lines[MAX_SPATIAL];
    int64_t sum = 0;
    int n = 0;
    for (int a = 0; a < node->n_axes; a++) {
        int64_t rows = border_unread_tail(node->border, &node->window[a].arith, node->window[a].o);
        const char *name = type->axes[spatial[a]].name;
        if (rows == 0) continue;
        const char *word = strcmp(name, "H") == 0   ? "row"
                           : strcmp(name, "W") == 0 ? "column"
                                                    : arena_printf(sema->arena, "%s", name);
        lines[n++] =
            rows == 1 ? word : arena_printf(sema->arena, "%lld %ss", (long long)rows, word);
        sum += rows;
    }
    if (n == 0) return "";
    return arena_printf(sema->arena, ": the last %s %s dropped here",
                        join_words(sema->arena, lines, n), sum == 1 ? "is" : "are");
}

/* Writes `of d2` in place of the geometry of the transposed layer. */
static void edit_of(Sema *sema, DiagHelp *help, const Node *transposed, const char *name) {
    static const AttrName geometry[] = {ATTR_K, ATTR_S, ATTR_P, ATTR_D, ATTR_A};
    const AstExpr *call = sema->calls.at[transposed->id];
    Text rest = text_in(sema->arena);
    for (size_t i = 0; i < call->call.n_args; i++) {
        const AstArg *arg = &call->call.args[i];
        bool is_geometry = false;
        for (size_t g = 0; g < sizeof geometry / sizeof *geometry && arg->kind == AST_ARG_NAMED;
             g++)
            is_geometry |= strcmp(arg->name.text, attr_text(geometry[g])) == 0;
        if (is_geometry) continue;
        const SourceFile *file = sema->sources->files.at[arg->span.file];
        text_printf(&rest, ", %.*s", (int)(arg->span.end - arg->span.begin),
                    file->text + arg->span.begin);
    }
    Span inside = {call->call.parens.file, call->call.parens.begin + 1, call->call.parens.end - 1};
    bool piped = call->call.piped != NULL;
    diag_edit(help, inside, "%s%s", piped ? arena_printf(sema->arena, "of %s", name) : "",
              piped ? text_str(&rest)
                    : arena_printf(sema->arena, "%s, of %s", text_str(&rest) + 2, name));
}

/* "the restored last row then holds only the bias, W0704", where the rows that a restores lie
 * beyond the padding. */
static const char *bias_text(Sema *sema, const ConvAxis *solved) {
    int64_t rows = solved->a - solved->pad_hi;
    if (rows <= 0) return "";
    if (rows == 1) return "; the restored last row then holds only the bias, W0704";
    return arena_printf(sema->arena, "; the last %lld restored rows then hold only the bias, W0704",
                        (long long)rows);
}

/* Help 1: U undoes D. */
static void offer_of(Sema *sema, Diag *diag, const Node *transposed, const Node *undone,
                     const char *name) {
    ConvAxis solved;
    ConvStatus status = conv_transpose_of(&undone->window[0].arith, &solved);
    const char *solves = status != CONV_OK ? ""
                         : solved.a > 0
                             ? arena_printf(sema->arena, " (solves a = %lld%s)",
                                            (long long)solved.a, bias_text(sema, &solved))
                             : arena_printf(sema->arena, " (solves p = (%lld, %lld))",
                                            (long long)solved.pad_lo, (long long)solved.pad_hi);
    DiagHelp *help =
        diag_help(diag, FIX_MAYBE, "let the compiler undo `%s`, whatever its size%s", name, solves);
    edit_of(sema, help, transposed, name);
}

/* Help 2: D rounds up, and U undoes it. */
static void offer_ceil(Sema *sema, Diag *diag, const Node *transposed, const Node *undone,
                       const char *name) {
    if (undone->op == OP_CONV || undone->window[0].arith.ceil) return;
    ConvAxis up = undone->window[0].arith, solved;
    up.ceil = true;
    int64_t o;
    if (conv_output_extent(&up, &o) != CONV_OK || o == undone->window[0].o ||
        conv_transpose_of(&up, &solved) != CONV_OK)
        return;
    DiagHelp *help =
        diag_help(diag, FIX_MAYBE,
                  "or, better, drop nothing: `round=ceil` on %s gives %lld → %lld, and `of %s` "
                  "then solves p = (%lld, %lld)",
                  name, (long long)up.i, (long long)o, name, (long long)solved.pad_lo,
                  (long long)solved.pad_hi);
    help->in_words = true;
    edit_attr(help, sema->calls.at[undone->id], ATTR_ROUND, "ceil");
    edit_of(sema, help, transposed, name);
}

/* "(i − k) mod s = (179 − 2)" of R14: what the windows of D leave over, up to the numbers of mod.
 */
static const char *room_text(Sema *sema, const ConvAxis *down) {
    const char *k = down->d > 1 ? "k̂" : "k";
    int64_t kernel = down->d * (down->k - 1) + 1;
    if (down->pad_lo == 0 && down->pad_hi == 0)
        return arena_printf(sema->arena, "(i − %s) mod s = (%lld − %lld)", k, (long long)down->i,
                            (long long)kernel);
    if (down->pad_lo == down->pad_hi)
        return arena_printf(sema->arena, "(i + 2p − %s) mod s = (%lld + 2·%lld − %lld)", k,
                            (long long)down->i, (long long)down->pad_lo, (long long)kernel);
    return arena_printf(sema->arena, "(i + pb + pe − %s) mod s = (%lld + %lld + %lld − %lld)", k,
                        (long long)down->i, (long long)down->pad_lo, (long long)down->pad_hi,
                        (long long)kernel);
}

/* True if `value` is made by a transposed layer that undoes a layer on the way from `whole`. */
static bool explain_skip(Sema *sema, Diag *diag, const Value *value, const Value *whole,
                         const bool *differs) {
    const Node *transposed = sizing_node(value);
    if (!transposed || transposed->op != OP_TCONV) return false;
    const Node *undone = undone_by(sema, transposed, whole);
    if (!undone) return false;
    int spatial[MAX_RANK], n = type_spatial(&value->type, spatial), shown = 0;
    diag_label(diag, undone->span, "%s%s", change_text(sema, undone, spatial, differs),
               dropped_text(sema, undone, spatial, &value->type));
    diag_label(diag, transposed->span, "%s", change_text(sema, transposed, spatial, differs));
    while (shown < n - 1 && !differs[spatial[shown]]) shown++;
    const ConvAxis *down = &undone->window[shown].arith, *up = &transposed->window[shown].arith;
    int64_t kernel = down->d * (down->k - 1) + 1;
    int64_t a = (down->i + down->pad_lo + down->pad_hi - kernel) % down->s;
    relation_full_note(diag, up);
    if (up->a == 0 && transposed->window[shown].o + a == down->i)
        diag_note_more(diag, "; a = %s mod %lld = %lld is missing", room_text(sema, down),
                       (long long)down->s, (long long)a);
    const char *name = name_for_of(sema, undone);
    if (!name) return true;
    offer_of(sema, diag, transposed, undone, name);
    offer_ceil(sema, diag, transposed, undone, name);
    return true;
}

bool explain_skips(Sema *sema, Diag *diag, const Value *a, const Value *b, const bool *differs) {
    return explain_skip(sema, diag, a, b, differs) || explain_skip(sema, diag, b, a, differs);
}

void explain_join(Sema *sema, const LayerCall *call, int axis, const Operand *one,
                  const Operand *two, const bool *differs) {
    const Value *first = one->value, *other = two->value;
    const TensorType *type = &first->type;
    const char *names[MAX_RANK];
    int n = 0;
    for (int i = 0; i < type->rank; i++)
        if (differs[i]) names[n++] = type->axes[i].name;
    Diag *diag =
        diag_add(sema->diags, N0312, call->span,
                 "cannot concatenate along %s: `%s` is %s and `%s` is %s" FACTS(
                     "axis first first_sizes[] other other_sizes[]"),
                 type->axes[axis].name, first->name, sizes_that_differ(sema, type, differs),
                 other->name, sizes_that_differ(sema, &other->type, differs));
    diag_here(diag, "%s must be equal", join_words(sema->arena, names, n));
    bool is_skip = explain_skips(sema, diag, first, other, differs);
    offer_equal_sides(sema, diag, one, two, axis);
    if (is_skip) return;
    int told = 0; /* a spatial axis if one differs */
    while (told < n - 1 && (strcmp(names[told], "C") == 0 || strcmp(names[told], "N") == 0)) told++;
    const Side sides[] = {{first, first->name}, {other, other->name}};
    explain_extents(sema, diag, &sides[0], &sides[1], names[told]);
}
