/* Graph -> Graph, same meaning. Each pass is a law of its own and lives in a file of its own. */
#ifndef NETC_OPTIMIZE_OPTIMIZE_H
#define NETC_OPTIMIZE_OPTIMIZE_H

#include "graph/graph.h"

/** Removes nodes whose values nobody reads. */
void optimize_remove_dead(Graph *graph);

/** dense(flatten(x)) -> dense over x as a window as large as x: the layout of x may then be
 *  anything, since the weights are packed in visiting order. */
void optimize_fold_flatten(Graph *graph);

/** conv over what stands around its input -> pad, then conv without padding: kernels know no other.
 */
void optimize_expand_border(Graph *graph);

/** A linear upsampling along several axes -> one for each axis: kernels know no other. */
void optimize_split_upsample(Graph *graph);

/** matmul -> matmul whose result ends with an axis of one operand, which has it last, too; permutes
 *  make it so: kernels have their lanes along it. */
void optimize_order_matmul(Graph *graph);

/** batchnorm(conv(x)), affine(conv(x)) -> conv with other weights, where nobody else reads conv(x);
 *  any other batchnorm or affine -> scale. */
void optimize_fold_batchnorm(Graph *graph);

/** conv(scale(x)) -> conv with other weights, where x is an argument of the model or of its bytes,
 *  nobody else reads the scaled values, and no shift meets zeros around the data. */
void optimize_fold_scale(Graph *graph);

/** Constants to the front, where every layer finds them made. */
void optimize_hoist_constants(Graph *graph);

/** f(conv(x)) and conv(x) + r -> conv with the operation fused into its store (Node.fused), where
 *  nobody else reads the intermediate value. */
void optimize_fuse_epilogue(Graph *graph);

/** All passes, in their order. */
void optimize_graph(Graph *graph);

/** The name of pass number `index`, or NULL after the last (`--dump-after`). */
const char *optimize_pass_name(int index);

/** Runs pass number `index` alone. */
void optimize_run_pass(Graph *graph, int index);

#endif
