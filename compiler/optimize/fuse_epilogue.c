/* h = conv(x); y = relu(h)  ->  y = conv(x) { relu }
 * h = conv(x); y = h + r    ->  y = conv(x, r) { add r }
 * h = conv(x); y = r - h    ->  y = conv(x, r) { swapped sub r }
 *
 * Only where h is read by nobody else and r exists before conv runs: the operation is then applied
 * to each element while it is still in a register. */
#include "optimize/optimize.h"
#include "optimize/rewrite.h"

static bool can_host(const Node *node) {
    bool has_store = op_is_window(node->op) || op_is_pointwise(node->op) || op_is_norm(node->op) ||
                     node->op == OP_SCALE_BY || node->op == OP_MATMUL;
    return has_store && node->n_fused < MAX_FUSED;
}

/* The producer of `value` if an operation on it may move there. */
static Node *host_of(const Value *value, const int *uses) {
    Node *node = value->producer;
    return uses[value->id] == 1 && can_host(node) ? node : NULL;
}

static bool fuse_unary(Node *node, const int *uses) {
    Node *host = host_of(node->inputs[0], uses);
    if (!host) return false;
    host->fused[host->n_fused++] = node_operation(node);
    rewrite_take_over(host, node);
    return true;
}

static bool fuse_join(Node *node, const int *uses) {
    for (int side = 0; side < 2; side++) {
        Node *host = host_of(node->inputs[side], uses);
        Value *other = node->inputs[1 - side];
        if (!host || other->producer->id >= host->id || host->n_inputs >= MAX_INPUTS) continue;
        bool ordered = node->op == OP_SUB || node->op == OP_DIV || node->op == OP_DIVIDE_NO_NAN;
        host->fused[host->n_fused++] =
            (Fused){.op = node->op, .input = host->n_inputs, .swapped = ordered && side == 1};
        host->inputs[host->n_inputs++] = other;
        rewrite_take_over(host, node);
        return true;
    }
    return false;
}

/* Fuses `node` into the node before it and into nothing else; the operations already fused into
 * `node` follow. */
static bool fuse(Node *node, const int *uses) {
    if (node->n_fused > 0 || !op_is_pointwise(node->op)) return false;
    return op_most_inputs(node->op) == 1 ? fuse_unary(node, uses) : fuse_join(node, uses);
}

void optimize_fuse_epilogue(Graph *graph) {
    int *uses = rewrite_count_uses(graph);
    bool *keep = ARENA_ARRAY(graph->arena, bool, graph->nodes.len + 1);
    for (size_t i = 0; i < graph->nodes.len; i++) keep[i] = !fuse(graph->nodes.at[i], uses);
    rewrite_keep_nodes(graph, keep);
}
