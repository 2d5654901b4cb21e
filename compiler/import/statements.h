/* Layers as statements: which of them follow each other in one chain of `|>`. */
#ifndef NETC_IMPORT_STATEMENTS_H
#define NETC_IMPORT_STATEMENTS_H

#include "import/ir.h"

/** A chain: each layer but the first takes what the one before gives, and nobody else does. */
typedef struct Statement {
    Layer **layers;
    size_t n;
} Statement;

typedef struct Statements {
    Statement *at;
    size_t len;
} Statements;

/** Statements of layers in the order of the data; each stands where its last layer stands.
 *  @param ends    values that must have a name, such as outputs
 *  @param n_ends  their number */
Statements statements_of(Import *im, Layer *const *layers, size_t n, Value *const *ends,
                         size_t n_ends);

#endif
