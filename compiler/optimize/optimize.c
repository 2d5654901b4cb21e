/* The list of passes, as prose: what each expects and gives stands in optimize.h. */
#include "optimize/optimize.h"

#include <stddef.h>

static const struct {
    const char *name;
    void (*run)(Graph *graph);
} passes[] = {
    {"remove-dead", optimize_remove_dead},     {"fold-flatten", optimize_fold_flatten},
    {"expand-border", optimize_expand_border}, {"split-upsample", optimize_split_upsample},
    {"order-matmul", optimize_order_matmul},   {"fold-batchnorm", optimize_fold_batchnorm},
    {"fold-scale", optimize_fold_scale},       {"hoist-constants", optimize_hoist_constants},
    {"fuse-epilogue", optimize_fuse_epilogue},
};

enum { N_PASSES = sizeof passes / sizeof passes[0] };

const char *optimize_pass_name(int index) {
    return index >= 0 && index < N_PASSES ? passes[index].name : NULL;
}

void optimize_run_pass(Graph *graph, int index) { passes[index].run(graph); }

void optimize_graph(Graph *graph) {
    for (int i = 0; i < N_PASSES; i++) optimize_run_pass(graph, i);
}
