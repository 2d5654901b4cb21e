/* Pointwise layers, softmax, and `+ - * /` of two tensors: the result has the type of the input.
 * And argmax, of whose axis one element is left. */
#include "sema/infer.h"

#include "sema/explain_join.h"
#include "sema/explain_size.h"
#include "sema/explain_sum.h"
#include "sema/infer_f32.h"

#include <string.h>

static Node *same_type_node(Sema *sema, const LayerCall *call) {
    Node *node = add_layer(sema, call->layer->op, call->path, call->expr, &call->input.value->type);
    if (node) node->inputs[node->n_inputs++] = call->input.value;
    return node;
}

/* N0302: clip(lo, hi) with lo above hi has no meaning that two people would agree on. */
static bool bounds_in_order(Sema *sema, const LayerCall *call, const Numbers *numbers) {
    double lo = numbers->at[0], hi = numbers->at[1];
    if (lo <= hi) return true;
    Diag *diag = diag_add(sema->diags, N0302, call->attrs[ATTR_HI].value->span,
                          "`hi` must be at least `lo`");
    diag_here(diag, "is %.9g", hi);
    diag_label(diag, call->attrs[ATTR_LO].value->span, "is %.9g", lo);
    return false;
}

/* The numbers of a layer are its attributes, all of kind NUMBER. */
Tensor infer_pointwise(Sema *sema, LayerCall *call) {
    Numbers numbers = {{0}};
    bool ok = true;
    for (int i = 0; i < call->layer->n_attrs; i++)
        ok &= attr_f32(sema, call, call->layer->attrs[i].name, &numbers.at[i]);
    if (ok && call->layer->op == OP_CLIP) ok = bounds_in_order(sema, call, &numbers);
    Node *node = ok ? same_type_node(sema, call) : NULL;
    if (!node) return call_failed(sema, call, &call->input.value->type);
    node->numbers = numbers;
    return tensor_of(node->output);
}

/* The exact form and the approximation are two operators. */
Tensor infer_gelu(Sema *sema, LayerCall *call) {
    int approximate = 0;
    bool ok = attr_word(sema, call, ATTR_APPROXIMATE, &approximate);
    Node *node = ok ? same_type_node(sema, call) : NULL;
    if (!node) return call_failed(sema, call, &call->input.value->type);
    if (approximate) node->op = OP_GELU_TANH;
    return tensor_of(node->output);
}

Tensor infer_softmax(Sema *sema, LayerCall *call) {
    int axis = 0;
    bool ok = attr_axis(sema, call, ATTR_AXIS, &axis);
    Node *node = ok ? same_type_node(sema, call) : NULL;
    if (!node) return call_failed(sema, call, &call->input.value->type);
    node->axis = axis;
    return tensor_of(node->output);
}

/* N0350: f32 has all whole numbers up to 2^24 and no more. */
static bool can_count(Sema *sema, const LayerCall *call, const Axis *axis) {
    enum { MOST = 1 << 24 };
    if (axis->extent <= MOST) return true;
    Diag *diag = diag_add(
        sema->diags, N0350, call->span,
        "`%s` has %s elements along %s, over the limit of %s" FACTS("layer size# axis limit#"),
        call->input.value->name, count_text(sema, axis->extent), axis->name,
        count_text(sema, MOST));
    diag_here(diag, "the result is an f32, which cannot tell more of them apart");
    return false;
}

Tensor infer_argmax(Sema *sema, LayerCall *call) {
    TensorType type = call->input.value->type;
    int axis = 0;
    if (!attr_axis(sema, call, ATTR_AXIS, &axis)) return call_failed(sema, call, NULL);
    bool ok = can_count(sema, call, &type.axes[axis]);
    type.axes[axis].extent = 1;
    Node *node = ok ? add_layer(sema, OP_ARGMAX, call->path, call->expr, &type) : NULL;
    if (!node) return call_failed(sema, call, &type);
    node->inputs[node->n_inputs++] = call->input.value;
    node->axis = axis;
    return tensor_of(node->output);
}

/* Two tensors that are to be alike. */
typedef struct Join {
    const char *sign;            /* "+", "max" */
    Span span;                   /* of the whole */
    const AstExpr *left, *right; /* NULL: the value in front of `|>` */
    const AstExpr *binary;       /* the expression of an operator, else NULL */
} Join;

/* What a side is called here: inside a def its parameter or value, else the value. */
static const char *side_name(const AstExpr *expr, const Value *value) {
    bool is_name = expr && expr->kind == AST_NAME && !expr->name.second.text;
    return is_name ? expr->name.first.text : value->name;
}

/* The rule of the operator, beside the relationship that gave the first size if there is one. */
static void note_no_broadcast(Diag *diag, const char *sign) {
    static const char relationship[] = "relationship";
    if (diag->notes.len > 0 &&
        strncmp(diag->notes.at[0], relationship, sizeof relationship - 1) == 0)
        diag->notes.at[0] =
            arena_printf(diag->arena, "%s; `%s` never broadcasts", diag->notes.at[0], sign);
    else
        diag_note(diag, "`%s` never broadcasts", sign);
}

/* How the two sizes came about along an axis, and what makes them equal. */
static void explain_sides(Sema *sema, Diag *diag, const AstExpr *expr, const Value *left,
                          const Value *right, const bool *differs, const char *axis) {
    const AstExpr *a = expr->binary.left, *b = expr->binary.right;
    const Side sides[] = {{left, side_name(a, left)}, {right, side_name(b, right)}};
    const Operand operands[] = {{a, left}, {b, right}};
    bool is_image = strcmp(axis, "C") != 0 && strcmp(axis, "N") != 0;
    if (!is_image || !explain_skips(sema, diag, left, right, differs))
        explain_extents(sema, diag, &sides[0], &sides[1], axis);
    offer_equal_sides(sema, diag, &operands[0], &operands[1], NO_AXIS);
    offer_concat(sema, diag, expr, &left->type, &right->type);
}

/* N0311: what differs, and how either size came about. */
static void report_different(Sema *sema, const Join *join, const Value *left, const Value *right) {
    const char *sign = join->sign;
    Diag *diag = diag_add(sema->diags, N0311, join->span,
                          "the two sides of `%s` have different shapes" FACTS("operator"), sign);
    const TensorType *a = &left->type, *b = &right->type;
    const char *left_name = side_name(join->left, left);
    const char *right_name = side_name(join->right, right);
    if (!same_axes(a, b)) {
        diag_here(diag,
                  "`%s` has the axes %s, `%s` has %s" FACTS("left left_axes[] right right_axes[]"),
                  left_name, axis_names(sema, a), right_name, axis_names(sema, b));
        diag_note(diag, "`%s` never broadcasts", sign);
        if (join->binary) offer_scale_by(sema, diag, join->binary, a, b);
        return;
    }
    const char *differ[MAX_RANK];
    bool differs[MAX_RANK];
    int n = 0;
    for (int i = 0; i < a->rank; i++)
        if ((differs[i] = a->axes[i].extent != b->axes[i].extent)) differ[n++] = a->axes[i].name;
    diag_here(
        diag,
        "%s is %s, %s is %s: %s differ%s" FACTS("left left_sizes[] right right_sizes[] axes[] -"),
        left_name, sizes_of(sema, a), right_name, sizes_of(sema, b),
        join_words(sema->arena, differ, n), n == 1 ? "s" : "");
    int told = 0; /* a spatial axis if one differs */
    while (told < n - 1 && (strcmp(differ[told], "C") == 0 || strcmp(differ[told], "N") == 0))
        told++;
    const Side sides[] = {{left, left_name}, {right, right_name}};
    if (join->binary)
        explain_sides(sema, diag, join->binary, left, right, differs, differ[told]);
    else
        explain_extents(sema, diag, &sides[0], &sides[1], differ[told]);
    note_no_broadcast(diag, sign);
    if (join->binary) offer_projection(sema, diag, join->binary, a, b);
    if (join->binary) offer_scale_by(sema, diag, join->binary, a, b);
}

/* N0314, N0311: False after a report. */
static bool are_alike(Sema *sema, const Join *join, const Value *left, const Value *right) {
    if (type_equal(&left->type, &right->type)) return true;
    Diag *order = report_order(sema, join->span, left, right, join->right);
    if (order)
        diag_note(order, "`%s` takes the elements as they lie; it never moves them", join->sign);
    else
        report_different(sema, join, left, right);
    return false;
}

/* max(x, y), x |> max(y), and the like */
Tensor infer_two(Sema *sema, LayerCall *call) {
    const AstArg *args = call->expr->call.args;
    size_t n = call->expr->call.n_args;
    Join join = {.sign = call->layer->name,
                 .span = call->span,
                 .left = n == 2 ? args[0].value : NULL,
                 .right = args[n - 1].value};
    const Value *left = call->tensors[0].value, *right = call->tensors[1].value;
    bool ok = are_alike(sema, &join, left, right);
    Node *node = ok ? same_type_node(sema, call) : NULL;
    if (!node) return call_failed(sema, call, &(TensorType){0});
    node->inputs[node->n_inputs++] = call->tensors[1].value;
    return tensor_of(node->output);
}

Tensor infer_join(Sema *sema, const AstExpr *expr, OpKind op, const Tensor *left,
                  const Tensor *right) {
    bool left_failed = tensor_is_failed(left), right_failed = tensor_is_failed(right);
    const char *path = layer_path(sema, NULL, op_name(op));
    if (!join_takes_types(sema, expr, ast_operator_text(expr->binary.op), left, right))
        return tensor_failed(sema, path, expr->span, NULL);
    if (left_failed || right_failed) {
        const TensorType *known = left_failed ? &left->known : &left->value->type;
        if (left_failed && !right_failed) known = &right->value->type;
        Tensor failed = tensor_failed(sema, path, expr->span, known);
        failed.is_guess = left->is_guess && right->is_guess;
        return failed;
    }
    const TensorType *a = &left->value->type;
    const Join join = {.sign = ast_operator_text(expr->binary.op),
                       .span = expr->span,
                       .left = expr->binary.left,
                       .right = expr->binary.right,
                       .binary = expr};
    if (!are_alike(sema, &join, left->value, right->value))
        return tensor_failed(sema, path, expr->span, NULL);
    Node *node = add_layer(sema, op, path, expr, a);
    if (!node) return tensor_failed(sema, path, expr->span, a);
    node->inputs[node->n_inputs++] = left->value;
    node->inputs[node->n_inputs++] = right->value;
    return tensor_of(node->output);
}
