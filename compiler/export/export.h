/* Graph -> OnnxModel: the network as written, before optimisation, in the operators of ONNX. */
#ifndef NETC_EXPORT_EXPORT_H
#define NETC_EXPORT_EXPORT_H

#include "graph/graph.h"
#include "onnx/model.h"

/** The version of ONNX's operators that models are written in, and the IR version it came with:
 *  ONNX 1.12, which onnxruntime reads since 1.12 and the onnx package of Debian 12 checks. Later
 *  versions add no operator that a layer of the language lacks, but for Gelu and Mish, which are
 *  written as what they are made of. */
enum { EXPORT_OPSET = 17, EXPORT_IR_VERSION = 8 };

/** The property of the model that says what ONNX has no place for: which tensors are the values of
 *  the program, the layer that makes each, and its axes. A line for each tensor,
 *
 *      c1/NCHW: conv N C H W as H W C
 *
 *  its name, the layer if that made it (a norm with `weight=none`, `bias=none`), its axes, and
 * behind `as` those that the value has in the program, where they are others. A tensor without a
 * layer is another form of a value; one that is not listed is a step inside of a layer. */
#define EXPORT_VALUES "netc.values"

/** The model of a graph whose weights are loaded and which no pass has rewritten.
 *
 *  Inputs and outputs keep their names, axes and extents; values keep their names, layers give
 *  theirs to nodes, parameters their keys to initializers, as far as ONNX lets names be equal.
 *  The model and its numbers are views of the graph, which must outlive it.
 *
 *  @param producer  "netc 0.1.0" */
const OnnxModel *export_graph(Arena *arena, const Graph *graph, const char *producer);

#endif
