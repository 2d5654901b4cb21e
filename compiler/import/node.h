/* A node under translation: its attributes, its inputs, and the words of what cannot be said. */
#ifndef NETC_IMPORT_NODE_H
#define NETC_IMPORT_NODE_H

#include "import/constant.h"

/** Reports that a node cannot be said; its outputs are failed then. The words begin small:
 *  "its kernel of 3 axes has no place in netc". `help` may be NULL. */
void refuse(Import *im, Node *node, const char *help, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** The same for one attribute: "attribute `storage_order`: " and the words. */
void refuse_attribute(Import *im, Node *node, const char *attribute, const char *help,
                      const char *format, ...) __attribute__((format(printf, 5, 6)));

/** An attribute's number, or `fallback` where it is absent. Of another type, it is refused. */
int64_t node_int(Import *im, Node *node, const char *name, int64_t fallback);
float node_float(Import *im, Node *node, const char *name, float fallback);
const char *node_string(Import *im, Node *node, const char *name, const char *fallback);

/** The whole numbers of an attribute; NULL where it is absent. */
const int64_t *node_ints(Import *im, Node *node, const char *name, size_t *n);

/** The same of real numbers. */
const float *node_floats(Import *im, Node *node, const char *name, size_t *n);

/** True if the node has the attribute. */
bool node_has(const Node *node, const char *name);

/** True if input `i` is there; refuses nothing. */
bool node_given(const Node *node, size_t i);

/** True if something takes output `i`. */
bool node_wants(const Import *im, const Node *node, size_t i);

/** Input `i`, a tensor of the network with at least `least` and at most `most` axes.
 *  @return NULL after a report: it is missing, a constant, or has another number of axes */
Value *node_tensor(Import *im, Node *node, size_t i, int least, int most);

/** Input `i`, a constant; `what` it is, for the message.
 *  @return NULL after a report, or without one where it is missing and `optional` */
const Constant *node_constant(Import *im, Node *node, size_t i, const char *what, bool optional);

/** The whole numbers of constant input `i`, as the operator wants them.
 *  @return NULL after a report, or where it is missing */
const int64_t *node_constant_ints(Import *im, Node *node, size_t i, const char *what, size_t *n);

/** The list that newer opsets have as input `i` and older ones as attribute `name`.
 *  @return NULL after a report, or where there is none */
const int64_t *node_list(Import *im, Node *node, size_t i, const char *name, size_t *n);

/** An axis number of `rank` axes, -rank .. rank-1, as 0 .. rank-1; -1 after a report. */
int node_axis(Import *im, Node *node, const char *attribute, int64_t axis, int rank);

/** Counts numbers that a node computes of constants, in proportion to those of the model.
 *  @return false after a report: they are too many */
bool node_computes(Import *im, Node *node, int64_t elems);

/** A constant as the value of an operand. */
Value *constant_value(Import *im, const Constant *constant);

/** Sets output `i`. */
void node_give(Import *im, Node *node, size_t i, Value *value);
void node_give_constant(Import *im, Node *node, size_t i, const Constant *constant);

/** Sets output `i` to the shape of x with no elements along an axis: a constant of nothing. */
void node_give_nothing(Import *im, Node *node, size_t i, const Value *x, int axis);

#endif
