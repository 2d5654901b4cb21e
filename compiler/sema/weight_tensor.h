/* A tensor of a weight file as the numbers of a parameter: shape, axes, element type. */
#ifndef NETC_SEMA_WEIGHT_TENSOR_H
#define NETC_SEMA_WEIGHT_TENSOR_H

#include "sema/attrs.h"
#include "weights/source.h"

/** What a parameter asks of a file. */
typedef struct TensorRequest {
    const Param *param;
    const Node *node;        /* whose it is */
    const AstExpr *call;     /* the layer's CALL */
    AttrName role;           /* which of its attributes the parameter is */
    const AstExpr *source;   /* the CALL of file(...); NULL: the `weights` line */
    const AstExpr *file;     /* the STRING that names the file */
    const AstExpr *key_expr; /* the STRING of the key, or NULL */
    const char *key;         /* what is looked for */
    const AstExpr *axes;     /* axes=[...], or NULL: those of the parameter */
} TensorRequest;

/** The source that `tensor` is for the parameter: N0334 (axes), N0503, N0504.
 *  @return NULL after a message */
const WeightSource *tensor_source(Sema *sema, const TensorRequest *request, const WeightFile *file,
                                  const WeightTensor *tensor);

/** Notes how the input of `node` got its channels, where the parameter has another number of them
 *  than the sizes that it is given. */
void trace_channels(Sema *sema, Diag *diag, const Node *node, const Param *param, int rank,
                    const int64_t *given);

/** "[F: 6, C: 1]"; "[6, 1]" where `axes` is "". */
const char *extents_text(Sema *sema, const char *axes, int rank, const int64_t *extent);

#endif
