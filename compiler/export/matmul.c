/* matmul: MatMul of [both..., rows..., summed] and [both..., summed, columns], whose result is
 * [both..., rows..., columns]. Where the second lacks all rows but one, axes of one element stand
 * for them; of a first tensor without rows, one does. */
#include "export/layers.h"

/* The axes of the result in MatMul's order, by index. */
typedef struct Roles {
    Extents order; /* both, rows, columns */
    int both, rows;
} Roles;

static Roles roles_of(const Node *node) {
    Roles roles = {.order = {0}};
    for (int pass = 0; pass < 3; pass++)
        for (int i = 0; i < node->output->type.rank; i++) {
            MatmulAxis at = matmul_axis(node, i);
            int role = at.in_x == NO_AXIS ? 2 : at.in_y == NO_AXIS ? 1 : 0;
            if (role != pass) continue;
            roles.order.at[roles.order.n++] = i;
            roles.both += role == 0;
            roles.rows += role == 1;
        }
    return roles;
}

static const char *put_transpose(Builder *builder, const char *output, const char *x,
                                 const Extents *order) {
    bool is_identity = true;
    for (int i = 0; i < order->n; i++) is_identity &= order->at[i] == i;
    if (is_identity && !output) return x;
    if (is_identity) return PUT(builder, "Identity", output, x);
    const char *y = PUT(builder, "Transpose", output, x);
    put_ints(builder, "perm", order);
    return y;
}

/* The first tensor as [both..., rows..., summed]. */
static const char *put_rows(Builder *builder, const Roles *roles) {
    const Node *node = builder->node;
    Extents order = {0};
    for (int i = 0; i < roles->both + roles->rows; i++)
        order.at[order.n++] = matmul_axis(node, (int)roles->order.at[i]).in_x;
    order.at[order.n++] = node->axis;
    const char *x = put_transpose(builder, NULL, input_in(builder, 0, STORED), &order);
    Extents one = {1, {roles->both}};
    if (roles->rows > 0) return x;
    return PUT(builder, "Unsqueeze", NULL, x, constant_ints(builder, "row", &one));
}

/* The second as [both..., 1 for each row but one, summed, columns]. */
static const char *put_columns(Builder *builder, const Roles *roles) {
    const Node *node = builder->node;
    Extents order = {0}, ones = {0};
    for (int i = 0; i < roles->both; i++)
        order.at[order.n++] = matmul_axis(node, (int)roles->order.at[i]).in_y;
    order.at[order.n++] = matmul_summed(node);
    order.at[order.n++] = matmul_axis(node, (int)roles->order.at[roles->order.n - 1]).in_y;
    const char *y = put_transpose(builder, NULL, input_in(builder, 1, STORED), &order);
    for (int i = 1; i < roles->rows; i++) ones.at[ones.n++] = roles->both + i - 1;
    if (ones.n == 0) return y;
    return PUT(builder, "Unsqueeze", NULL, y, constant_ints(builder, "rows", &ones));
}

void export_matmul(Builder *builder) {
    Roles roles = roles_of(builder->node);
    Extents back = {.n = roles.order.n}, one = {1, {roles.both}};
    bool moves = false;
    for (int i = 0; i < back.n; i++) {
        back.at[roles.order.at[i]] = i;
        moves |= roles.order.at[i] != i;
    }
    const char *x = put_rows(builder, &roles), *y = put_columns(builder, &roles),
               *output = output_in(builder, STORED);
    bool plain = roles.rows > 0 && !moves;
    const char *product = PUT(builder, "MatMul", plain ? output : NULL, x, y);
    if (roles.rows == 0)
        product = PUT(builder, "Squeeze", moves ? NULL : output, product,
                      constant_ints(builder, "row", &one));
    if (moves) put_transpose(builder, output, product, &back);
}
