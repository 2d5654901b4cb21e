/* The functions that ops.def names. Each takes a node whose inputs are known: `import_` appends the
 * layers that compute it, `fold_` computes it of constants; either gives its outputs, or refuses
 * it. */
#ifndef NETC_IMPORT_HANDLERS_H
#define NETC_IMPORT_HANDLERS_H

#include "import/node.h"

typedef void NodeHandler(Import *im, Node *node);

/* op_window.c, op_pool.c */
NodeHandler import_conv, import_tconv;
NodeHandler import_maxpool, import_avgpool, import_lppool, import_global_pool;
/* op_dense.c */
NodeHandler import_gemm, import_matmul;
/* op_matmul.c: MatMul of two tensors of the network */
NodeHandler import_product;
/* op_norm.c */
NodeHandler import_batchnorm, import_instancenorm, import_layernorm, import_groupnorm;
/* op_ratio.c */
NodeHandler import_rmsnorm, import_mvn, import_lrn, import_lpnorm;
/* op_binary.c */
NodeHandler import_add, import_sub, import_mul, import_div, import_sum, import_mean, import_max,
    import_min, import_pow;
/** a + b and a * b as Add and Mul have them; either may be a constant. NULL after a report. */
Value *import_sum_of(Import *im, Node *node, Value *a, Value *b);
Value *import_product_of(Import *im, Node *node, Value *a, Value *b);
/* op_choice.c */
NodeHandler import_equal, import_where, import_trilu;
/** The layernorm that this Div is the last node of. False: it is another Div. */
bool import_layernorm_apart(Import *im, Node *node); /* decomposed.c */
/* op_unary.c */
NodeHandler import_simple, import_neg, import_reciprocal, import_clip, import_elu, import_celu,
    import_selu, import_swish, import_shrink, import_leaky_relu, import_hard_sigmoid, import_prelu,
    import_gelu, import_erf, import_softmax, import_identity, import_dropout, import_cast,
    import_castlike;
/* op_shape.c */
NodeHandler import_reshape, import_flatten, import_squeeze, import_unsqueeze, import_transpose,
    import_expand, import_shape, import_size;
/* op_move.c */
NodeHandler import_concat, import_split, import_slice, import_gather, import_tile, import_cumsum,
    import_pad;
/* op_resize.c */
NodeHandler import_resize;
/* op_shuffle.c */
NodeHandler import_depth_to_space, import_space_to_depth;
/* op_reduce.c */
NodeHandler import_reduce, import_argmax;
/* fold.c */
NodeHandler fold_unary, fold_binary, fold_where, fold_cast, fold_prod, fold_range, fold_fill,
    fold_constant, fold_same;
/** The numbers of `c` where the mask is not 0 (where it is, if `inverse`), and 0 elsewhere, in the
 *  extents to which both are broadcast. NULL after a report. */
const Constant *fold_masked(Import *im, Node *node, const Constant *c, const Constant *mask,
                            bool inverse);
/* fold_move.c */
NodeHandler fold_concat, fold_gather, fold_slice, fold_reshape, fold_flatten, fold_squeeze,
    fold_unsqueeze, fold_transpose, fold_expand;

#endif
