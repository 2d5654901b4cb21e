/* matmul: sums of products along an axis of two tensors, which is gone then. Their axes go together
 * by name:
 *
 *     q [N, G, T, C] |> matmul(k [N, G, S, C], axis=C)     [N, G, T, S]
 *
 * Axes of both (N, G) count the products; those of the first alone (T) are rows; the one of the
 * second alone (S) is its columns, and takes the place of the axis that is summed along. */
#include "sema/infer.h"

#include "sema/explain_size.h"

#include <string.h>

/* The two tensors, and how their axes meet. */
typedef struct Product {
    Sema *sema;
    LayerCall *call;
    const Value *x, *y;
    int summed, summed_y; /* the axis that is summed along, in x and in y */
    int columns;          /* the axis of y alone */
} Product;

/* Offers `y` under these axes, which are other names for its own, or fewer of them.
 *  @param order  the axes of y that they follow, where it is not theirs; else NULL */
static void offer_axes(const Product *p, Diag *diag, const TensorType *axes, const char *order,
                       const char *title) {
    const AstExpr *expr = tensor_expr(p->call, 1);
    Text to = text_in(p->sema->arena);
    for (int i = 0; i < axes->rank; i++)
        text_printf(&to, "%s%s: %lld", i ? ", " : "", axes->axes[i].name,
                    (long long)axes->axes[i].extent);
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "%s", title);
    bool is_name = expr->kind == AST_NAME && !expr->name.second.text && !order;
    const char *permute =
        order ? arena_printf(p->sema->arena, " |> permute(order=[%s])", order) : "";
    diag_edit(help, span_start(expr->span), is_name ? "reshape(" : "(");
    diag_edit(help, span_end(expr->span), is_name ? "%s, to=[%s])" : "%s |> reshape(to=[%s]))",
              permute, text_str(&to));
}

/* A name that neither tensor has: S beside the T of a sequence, else of an image. */
static const char *free_name(const Product *p) {
    static const char *const names[] = {"S", "K", "M", "P", "Q", "R"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (type_axis(&p->x->type, names[i]) == NO_AXIS &&
            type_axis(&p->y->type, names[i]) == NO_AXIS)
            return names[i];
    return "Z";
}

static const char *why = "why: axes of one name go together, so that rows and columns of a product "
                         "need names of their own";

/* N0324: what is called alike is the same axis. */
static void report_no_columns(const Product *p) {
    Sema *sema = p->sema;
    const TensorType *y = &p->y->type;
    Diag *diag = diag_add(
        sema->diags, N0324, p->call->span,
        "`matmul` wants one axis of `%s` that `%s` lacks: its columns" FACTS("second first"),
        p->y->name, p->x->name);
    diag_here(diag, "`%s` has the axes %s, `%s` has %s" FACTS("first - second -"), p->x->name,
              axis_names(sema, &p->x->type), p->y->name, axis_names(sema, y));
    diag_note(diag, "%s", why);
    for (int i = y->rank; i-- > 0;) {
        if (i == p->summed_y || i == type_batch(y)) continue;
        TensorType renamed = *y;
        renamed.axes[i].name = free_name(p);
        offer_axes(p, diag, &renamed, NULL,
                   arena_printf(sema->arena, "if %s is the axis of the columns, call it %s",
                                y->axes[i].name, renamed.axes[i].name));
    }
}

static bool is_own(const Product *p, int axis) {
    return type_axis(&p->x->type, p->y->type.axes[axis].name) == NO_AXIS;
}

/* The n-th axis of y that x has, too. */
static int nth_shared(const Product *p, int n) {
    int axis = 0;
    while (is_own(p, axis) || n-- > 0) axis++;
    return axis;
}

/* N0324: the columns are one axis; neighbours can become one. */
static void report_columns(const Product *p, const int *own, int n) {
    Sema *sema = p->sema;
    const TensorType *y = &p->y->type;
    const char *names[MAX_RANK];
    for (int i = 0; i < n; i++) names[i] = y->axes[own[i]].name;
    Diag *diag = diag_add(
        sema->diags, N0324, p->call->span,
        "`matmul` wants one axis of `%s` that `%s` lacks, not %s" FACTS("second first columns[]"),
        p->y->name, p->x->name, join_words(sema->arena, names, n));
    diag_here(diag, "`%s` has the axes %s, `%s` has %s", p->x->name, axis_names(sema, &p->x->type),
              p->y->name, axis_names(sema, y));
    diag_note(diag, "%s; the rows, of the first tensor, may be several axes", why);
    TensorType merged = {.dtype = y->dtype};
    Text order = text_in(sema->arena);
    bool together = own[n - 1] - own[0] == n - 1;
    for (int i = 0; i < y->rank; i++) {
        int at = together ? i : (i < y->rank - n ? nth_shared(p, i) : own[i - (y->rank - n)]);
        text_printf(&order, "%s%s", i ? ", " : "", y->axes[at].name);
        if (at != own[0] && is_own(p, at))
            merged.axes[merged.rank - 1].extent *= y->axes[at].extent;
        else
            merged.axes[merged.rank++] = y->axes[at];
    }
    offer_axes(p, diag, &merged, together ? NULL : text_str(&order),
               arena_printf(sema->arena, "make one axis of %s", join_words(sema->arena, names, n)));
}

/* N0108: y has no axis to sum along. One of as many elements may be what is meant. */
static void report_not_summed(const Product *p) {
    Sema *sema = p->sema;
    const TensorType *y = &p->y->type;
    const Axis *wanted = &p->x->type.axes[p->summed];
    Diag *diag = diag_add(sema->diags, N0108, p->call->attrs[ATTR_AXIS].value->span,
                          "`%s` has no axis `%s`; its axes are %s" FACTS("value axis axes[]"),
                          p->y->name, wanted->name, axis_names(sema, y));
    diag_here(diag, "`matmul` sums along an axis of both tensors");
    for (int i = 0; i < y->rank; i++) {
        if (y->axes[i].extent != wanted->extent || i == type_batch(y)) continue;
        TensorType renamed = *y;
        renamed.axes[i].name = wanted->name;
        offer_axes(
            p, diag, &renamed, NULL,
            arena_printf(sema->arena, "if it is the axis %s of `%s`", y->axes[i].name, p->y->name));
    }
}

/* N0323: an axis of both has two sizes. */
static void report_sizes(const Product *p, int in_x, int in_y) {
    Sema *sema = p->sema;
    const TensorType *y = &p->y->type;
    const Axis *axis = &p->x->type.axes[in_x];
    long long of_x = (long long)axis->extent, of_y = (long long)y->axes[in_y].extent;
    Diag *diag = diag_add(sema->diags, N0323, p->call->span,
                          "`matmul` takes as many elements along %s of both: `%s` has %lld, `%s` "
                          "has %lld" FACTS("axis first first_size second second_size"),
                          axis->name, p->x->name, of_x, p->y->name, of_y);
    diag_here(diag, "`%s` is %s, `%s` is %s", p->x->name, sizes_of(sema, &p->x->type), p->y->name,
              sizes_of(sema, y));
    const Side sides[] = {{p->x, p->x->name}, {p->y, p->y->name}};
    explain_extents(sema, diag, &sides[0], &sides[1], axis->name);
    if (in_x == p->summed) {
        if (y->axes[p->columns].extent != axis->extent) return;
        TensorType swapped = *y;
        swapped.axes[in_y].name = y->axes[p->columns].name;
        swapped.axes[p->columns].name = axis->name;
        offer_axes(p, diag, &swapped, NULL,
                   arena_printf(sema->arena, "if its axes %s and %s change their names", axis->name,
                                y->axes[p->columns].name));
        return;
    }
    diag_note(diag,
              "each element along %s, an axis of both, has a product of its own; one tensor "
              "for all of them is one without that axis",
              axis->name);
    if (of_y != 1) return;
    TensorType without = {.dtype = y->dtype};
    for (int i = 0; i < y->rank; i++)
        if (i != in_y) without.axes[without.rank++] = y->axes[i];
    offer_axes(p, diag, &without, NULL, "take it for all of them");
}

/* The axes of y that x lacks: exactly one. False after a report. */
static bool find_columns(Product *p) {
    const TensorType *y = &p->y->type;
    int own[MAX_RANK], n = 0;
    for (int i = 0; i < y->rank; i++)
        if (is_own(p, i)) own[n++] = i;
    if (n == 0) report_no_columns(p);
    if (n > 1) report_columns(p, own, n);
    p->columns = own[0];
    return n == 1;
}

/* False after a report. */
static bool sizes_fit(const Product *p) {
    bool fit = true;
    for (int i = 0; i < p->x->type.rank; i++) {
        int in_y = type_axis(&p->y->type, p->x->type.axes[i].name);
        if (in_y == NO_AXIS || p->x->type.axes[i].extent == p->y->type.axes[in_y].extent) continue;
        report_sizes(p, i, in_y);
        fit = false;
    }
    return fit;
}

/* N0350: a channel axis may become one more spatial axis. */
static bool has_room(const Product *p, const TensorType *result) {
    int spatial[MAX_RANK], n = type_spatial(result, spatial);
    if (n <= MAX_SPATIAL) return true;
    Diag *diag =
        diag_add(p->sema->diags, N0350, p->call->span,
                 "%d spatial axes, over the limit of %d" FACTS("count limit"), n, MAX_SPATIAL);
    diag_here(diag, "the result has the axes %s", axis_names(p->sema, result));
    diag_note(diag, "every axis but N and C is spatial; several axes of rows can be one: "
                    "`reshape` both tensors first");
    return false;
}

Tensor infer_matmul(Sema *sema, LayerCall *call) {
    Product p = {
        .sema = sema, .call = call, .x = call->tensors[0].value, .y = call->tensors[1].value};
    if (!attr_axis(sema, call, ATTR_AXIS, &p.summed)) return call_failed(sema, call, NULL);
    p.summed_y = type_axis(&p.y->type, p.x->type.axes[p.summed].name);
    if (p.summed_y == NO_AXIS) {
        report_not_summed(&p);
        return call_failed(sema, call, NULL);
    }
    if (!find_columns(&p)) return call_failed(sema, call, NULL);
    TensorType result = p.x->type;
    result.axes[p.summed] = p.y->type.axes[p.columns];
    bool ok = sizes_fit(&p) && has_room(&p, &result);
    Node *node = ok ? add_layer(sema, OP_MATMUL, call->path, call->expr, &result) : NULL;
    if (!node) return call_failed(sema, call, &result);
    node->inputs[node->n_inputs++] = call->tensors[0].value;
    node->inputs[node->n_inputs++] = call->tensors[1].value;
    node->axis = p.summed;
    return tensor_of(node->output);
}
