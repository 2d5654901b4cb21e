/* What `netc export` says of a model's tensors, for which ONNX has no place: the axes of a value in
 * the program, and which layer makes it (export/export.h, EXPORT_VALUES). Taken up where it fits
 * the model, passed over where it does not: a model may have gone through other tools. */
#ifndef NETC_IMPORT_STATED_H
#define NETC_IMPORT_STATED_H

#include "import/node.h"

/** Said of one tensor. */
struct Stated {
    const char *op;          /* of the layer that makes it: "conv"; NULL: another form of a value */
    bool no_weight, no_bias; /* of the layer, though the operator has one */
    int rank;
    const char *axes[MAX_RANK]; /* of the tensor */
    int rank_in_text;
    const char *in_text[MAX_RANK]; /* the value's axes in the program: these, in another order, and
                                      without N or C of one element */
};

/** Reads the statements of the model, if it has some. */
void stated_read(Import *im);

/** What is said of a tensor with `rank` axes; NULL: nothing. */
const Stated *stated_of(const Import *im, const char *tensor, int rank);

/** The layer `constant` that an initializer is said to be: `value` is its numbers. */
Value *stated_constant(Import *im, const Stated *stated, const Value *value);

/** True if a node's first output is said to be of layer `op`. */
bool stated_is(const Import *im, const Node *node, const char *op);

/** True if the result of a layer is said to be of layer `op`. */
bool is_said(const Layer *layer, const char *op);

/** The value as it is said to be: under its names, and of a layer of its own.
 *  @param tensor  its name in the model */
Value *stated_value(Import *im, const Node *node, const char *tensor, Value *value);

#endif
