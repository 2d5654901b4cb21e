/* The operators of ONNX and what becomes of them: one table. */
#ifndef NETC_IMPORT_OPS_H
#define NETC_IMPORT_OPS_H

#include "import/node.h"

typedef struct Operator {
    const char *name;
    void (*import)(Import *im, Node *node); /* into layers; NULL: only as a constant, or refused */
    void (*fold)(Import *im, Node *node);   /* of constants; NULL: not done */
    const char *why, *help;                 /* why it is refused; NULL: it is not */
} Operator;

/** True for ONNX's own operators, of both names of their domain. */
bool is_own_domain(const char *domain);

/** The row of an operator of ONNX's own domain, or NULL. */
const Operator *operator_find(const char *name);

/** One node: computed if all its inputs are constants, else made into layers. Reports whatever is
 *  wrong with it. */
void import_node(Import *im, size_t number);

#endif
