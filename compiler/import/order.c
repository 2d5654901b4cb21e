/* Kahn's algorithm; of the nodes that are ready, the first of the file is next. Exporters write
 * nodes in order, so that a pass over the file in order takes all of them but for hostile files:
 * a heap keeps those linear, too, but for a logarithm. */
#include "import/order.h"

#include "import/table.h"
#include "import/words.h"

/* Who makes a value. Before IR version 4 an initializer is an input, too. */
typedef struct Maker {
    size_t node; /* n_nodes: none, it comes from outside */
    bool is_input;
} Maker;

/* A list of nodes that wait for the outputs of one. */
typedef struct Waiting {
    size_t node;
    struct Waiting *next;
} Waiting;

typedef struct Order {
    Import *im;
    NameTable *makers;
    size_t *missing;   /* of each node: inputs that are not made yet */
    Waiting **waiting; /* of each node */
    size_t *heap, n_heap;
    size_t *order, n_order;
} Order;

static void problem(Import *im, size_t number, const char *what, const char *help) {
    const OnnxNode *node = number < im->model->n_nodes ? &im->model->nodes[number] : NULL;
    ImportProblem one = {node, number, what, help};
    VEC_PUSH(im->arena, &im->report->problems, one);
}

static void make(Order *order, const char *name, size_t node, bool is_input) {
    Import *im = order->im;
    size_t nowhere = im->model->n_nodes;
    if (!name[0]) return;
    Maker *maker = table_get(order->makers, name);
    if (maker && is_input && maker->node == nowhere && !maker->is_input) {
        maker->is_input = true;
        return;
    }
    if (maker) {
        problem(im, node,
                arena_printf(im->arena, "the value %s is made twice", quoted(im->arena, name)),
                "the file is damaged: every value of a model has one maker");
        return;
    }
    maker = ARENA_NEW(im->arena, Maker);
    *maker = (Maker){node, is_input};
    table_set(order->makers, name, maker);
}

static void note_makers(Order *order) {
    const OnnxModel *model = order->im->model;
    const size_t nowhere = model->n_nodes;
    for (size_t i = 0; i < model->n_initializers; i++)
        make(order, model->initializers[i].name, nowhere, false);
    for (size_t i = 0; i < model->n_inputs; i++) make(order, model->inputs[i].name, nowhere, true);
    for (size_t i = 0; i < model->n_nodes; i++)
        for (size_t j = 0; j < model->nodes[i].n_outputs; j++)
            make(order, model->nodes[i].outputs[j], i, false);
}

static void push(Order *order, size_t node) {
    size_t at = order->n_heap++;
    while (at > 0 && order->heap[(at - 1) / 2] > node) {
        order->heap[at] = order->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    order->heap[at] = node;
}

static size_t pop(Order *order) {
    size_t first = order->heap[0], last = order->heap[--order->n_heap], at = 0;
    for (size_t child; (child = 2 * at + 1) < order->n_heap; at = child) {
        if (child + 1 < order->n_heap && order->heap[child + 1] < order->heap[child]) child++;
        if (order->heap[child] >= last) break;
        order->heap[at] = order->heap[child];
    }
    order->heap[at] = last;
    return first;
}

static void note_inputs(Order *order, size_t number) {
    Import *im = order->im;
    const OnnxNode *node = &im->model->nodes[number];
    for (size_t j = 0; j < node->n_inputs; j++) {
        if (!node->inputs[j][0]) continue;
        const Maker *maker = table_get(order->makers, node->inputs[j]);
        if (!maker)
            problem(im, number,
                    arena_printf(im->arena, "nothing makes its input %s",
                                 quoted(im->arena, node->inputs[j])),
                    "the file is damaged, or a part cut out of a larger model");
        if (!maker || maker->node == im->model->n_nodes) continue;
        Waiting *waiting = ARENA_NEW(im->arena, Waiting);
        *waiting = (Waiting){number, order->waiting[maker->node]};
        order->waiting[maker->node] = waiting;
        order->missing[number]++;
    }
}

const size_t *order_nodes(Import *im) {
    size_t n = im->model->n_nodes, before = im->report->problems.len;
    Order order = {.im = im, .makers = table_create(im->arena)};
    order.missing = ARENA_ARRAY(im->arena, size_t, n);
    order.waiting = ARENA_ARRAY(im->arena, Waiting *, n);
    order.heap = ARENA_ARRAY(im->arena, size_t, n);
    order.order = ARENA_ARRAY(im->arena, size_t, n);
    note_makers(&order);
    for (size_t i = 0; i < n; i++) note_inputs(&order, i);
    for (size_t i = 0; i < n; i++)
        if (order.missing[i] == 0) push(&order, i);
    while (order.n_heap > 0) {
        size_t next = pop(&order);
        order.order[order.n_order++] = next;
        for (const Waiting *w = order.waiting[next]; w; w = w->next)
            if (--order.missing[w->node] == 0) push(&order, w->node);
    }
    for (size_t i = 0; i < n && order.n_order < n; i++) {
        if (order.missing[i] == 0) continue;
        problem(im, i, "it depends on its own output: the graph has a circle",
                "the file is damaged: the data of a model goes one way");
        break;
    }
    return im->report->problems.len > before ? NULL : order.order;
}
