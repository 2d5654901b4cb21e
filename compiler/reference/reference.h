/* The definition of every layer in double precision, and the error bound of the compiled code.
 *
 * Written from arithmetic.md and language.md 2.5-2.6 alone: plain loops over outputs and taps, a
 * tap outside the image skipped. Never looks at lowering, plans or layouts. */
#ifndef NETC_REFERENCE_REFERENCE_H
#define NETC_REFERENCE_REFERENCE_H

#include "graph/graph.h"

/** Evaluates one node, its fused operations included.
 *
 *  @param node    any but an input; weights loaded (Param.data)
 *  @param inputs  one array per Node.inputs, elements in the type's own row-major order
 *  @param output  receives value_elems(node->output) results in double
 *  @param bound   NULL, or receives for each element the largest error that contract.md 4 allows
 *                 strict code: (min(K, 1024) + n + 3) u B + (K + 1) t, through the fused
 *                 operations. 0 where the result is NaN or infinite: compiled code must give a NaN,
 *                 the same infinity. Infinite where f32 may overflow on the way, or where an error
 *                 may carry x over 0 and that is a pole or the end of a domain (log, sqrt): no
 *                 promise, not even a number
 *  @param macs    NULL, or receives the number of multiply-adds the definition does: conv, tconv
 * and dense; 0 for the others */
void reference_node(const Node *node, const float *const *inputs, double *output, double *bound,
                    int64_t *macs);

#endif
