/* Dispatch: a node goes to the row of its operator. */
#include "import/ops.h"

#include "import/bytes.h"
#include "import/handlers.h"
#include "import/table.h"
#include "import/words.h"

#include <stdlib.h>

#define none NULL
#define OPERATOR(name, import, fold) {name, import, fold, NULL, NULL},
#define REFUSED(name, why, help)
static const Operator operators[] = {
#include "import/ops.def"
};
#define OPERATOR(name, import, fold)
#define REFUSED(name, why, help) {name, NULL, NULL, why, help},
static const Operator refused[] = {
#include "import/ops.def"
};
#undef none

static int compare(const void *name, const void *row) {
    return strcmp(name, ((const Operator *)row)->name);
}

const Operator *operator_find(const char *name) {
    const Operator *row =
        bsearch(name, operators, sizeof operators / sizeof *operators, sizeof *operators, compare);
    if (row) return row;
    return bsearch(name, refused, sizeof refused / sizeof *refused, sizeof *refused, compare);
}

/* After a problem, or behind one: the outputs are there, and silent. */
static void fail_outputs(Import *im, Node *node) {
    for (size_t i = 0; i < node->onnx->n_outputs; i++) {
        if (!node->onnx->outputs[i][0] || table_get(im->names, node->onnx->outputs[i])) continue;
        Value *value = ARENA_NEW(im->arena, Value);
        *value = (Value){.onnx = "", .failed = true};
        node_give(im, node, i, value);
    }
}

bool is_own_domain(const char *domain) {
    return domain[0] == '\0' || strcmp(domain, "ai.onnx") == 0;
}

/* Inputs, as far as operators with a fixed number have them. */
static bool find_inputs(Import *im, Node *node, bool *failed, bool *constant) {
    *failed = false;
    *constant = true;
    for (size_t i = 0; i < node->onnx->n_inputs; i++) {
        if (!node->onnx->inputs[i][0]) continue;
        Value *value = table_get(im->names, node->onnx->inputs[i]);
        *failed = *failed || value->failed;
        *constant = *constant && value->constant;
        if (i < NODE_INPUTS) node->in[i] = value;
    }
    return !*failed;
}

/* An output that something takes must be there, or a reason why it is not. */
static void refuse_missing(Import *im, Node *node) {
    for (size_t i = 0; i < node->onnx->n_outputs && !node->failed; i++) {
        const char *output = node->onnx->outputs[i];
        if (!output[0] || !node_wants(im, node, i) || table_get(im->names, output)) continue;
        if (i == 0)
            refuse(im, node, "the file is damaged", "an input that it needs is missing");
        else
            refuse(im, node, NULL, "netc does not know its output number %zu, %s", i + 1,
                   quoted(im->arena, output));
    }
}

static void run(Import *im, Node *node, const Operator *row, bool constant) {
    if (row->why)
        refuse(im, node, row->help, "%s", row->why);
    else if (constant && row->fold)
        row->fold(im, node);
    else if (row->import)
        row->import(im, node);
    else
        refuse(im, node, NULL, "netc knows it of constants only, and here it depends on the data");
    refuse_missing(im, node);
}

void import_node(Import *im, size_t number) {
    Node node = {.onnx = &im->model->nodes[number], .number = number};
    bool failed, constant;
    const Operator *row = operator_find(node.onnx->op);
    if (!is_own_domain(node.onnx->domain))
        refuse(im, &node, "export the model with ONNX's own operators",
               "it belongs to the domain %s, not to ONNX", quoted(im->arena, node.onnx->domain));
    else if (!row)
        refuse(im, &node, NULL, "netc has no such layer");
    else if ((find_inputs(im, &node, &failed, &constant) || row->why) && bytes_pass(im, &node))
        run(im, &node, row, constant);
    fail_outputs(im, &node);
}
