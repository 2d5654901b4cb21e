/* y = matmul(q [N, T, C], k [N, S, C])           ->  t = permute(k, [N, C, S]); y = matmul(q, t)
 * y = matmul(x [T, C, N], y [S, C, N]) [T, S, N] ->  t = matmul(...) [N, T, S]; y = permute(t)
 *
 * The result ends with an axis of one operand alone, the one that the operand ends with: a vector
 * of the result is then a sum of vectors of that operand, times single elements of the other one.
 */
#include "optimize/optimize.h"
#include "optimize/rewrite.h"

#include <string.h>

/* `value` with its axis `axis` moved to the end. */
static Value *moved_last(Graph *graph, const Node *node, Value *value, int axis) {
    TensorType type = value->type;
    Axis last = type.axes[axis];
    for (int i = axis; i + 1 < type.rank; i++) type.axes[i] = type.axes[i + 1];
    type.axes[type.rank - 1] = last;
    const char *path = arena_printf(graph->arena, "%s.permute", node->path);
    Node *permute = graph_add_node(graph, OP_PERMUTE, path, node->span, path, &type);
    permute->inputs[permute->n_inputs++] = value;
    return permute->output;
}

/* The last axis of the result that one operand alone has. There is one: the columns. */
static int last_own(const Node *node) {
    int i = node->output->type.rank - 1;
    for (; i > 0; i--) {
        MatmulAxis at = matmul_axis(node, i);
        if (at.in_x == NO_AXIS || at.in_y == NO_AXIS) break;
    }
    return i;
}

/* The result with the axis `last` at its end: `node` brings that into its own order. */
static Node *ordered_result(Graph *graph, Node *node, int last) {
    TensorType type = node->output->type;
    Axis moved = type.axes[last];
    for (int i = last; i + 1 < type.rank; i++) type.axes[i] = type.axes[i + 1];
    type.axes[type.rank - 1] = moved;
    Node *product = graph_add_node(graph, OP_MATMUL, node->path, node->span, node->path, &type);
    product->inputs[product->n_inputs++] = node->inputs[0];
    product->inputs[product->n_inputs++] = node->inputs[1];
    product->axis = node->axis;
    node->op = OP_PERMUTE;
    node->path = arena_printf(graph->arena, "%s.permute", node->path);
    node->inputs[0] = product->output;
    node->n_inputs = 1;
    node->axis = 0;
    return product;
}

static void order(Graph *graph, Node *node) {
    if (node->op != OP_MATMUL) return;
    int last = last_own(node);
    MatmulAxis at = matmul_axis(node, last);
    int side = at.in_x == NO_AXIS, axis = side ? at.in_y : at.in_x;
    Value *operand = node->inputs[side];
    if (axis != operand->type.rank - 1) {
        const char *summed = node->inputs[0]->type.axes[node->axis].name;
        node->inputs[side] = moved_last(graph, node, operand, axis);
        node->axis = type_axis(&node->inputs[0]->type, summed);
    }
    if (last != node->output->type.rank - 1) ordered_result(graph, node, last);
}

void optimize_order_matmul(Graph *graph) { rewrite_insert(graph, order); }
