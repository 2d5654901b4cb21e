/* The values of a call's attributes, by kind. Each function reports what is wrong and then gives
 * false; a value that was not given is its default.
 *
 * Where the input failed (call->n_spatial is 0) the expressions are checked all the same, and one
 * value stands for every axis. */
#ifndef NETC_SEMA_ATTR_VALUES_H
#define NETC_SEMA_ATTR_VALUES_H

#include "sema/attrs.h"

/** A padding along one axis, as written. */
typedef struct PadSpec {
    bool is_word;
    bool is_unknown; /* p=? */
    bool open_lo;    /* p=(?, 1), which only a query knows */
    bool open_hi;
    PadWord word;   /* is_word */
    int64_t lo, hi; /* else: elements, >= 0 */
} PadSpec;

/** A whole number >= 1, at most MAX_EXTENT. */
bool attr_count(Sema *sema, const LayerCall *call, AttrName name, int64_t *out);

/** One whole number per spatial axis: 3, 3x5, {H: 3, W: 5}. Kind AXES: >= 1; ROOM: >= 0.
 *  @param unknown  set for each axis where `?` is written, and the number is the least legal one;
 *                  NULL: `?` is refused */
bool attr_axes(Sema *sema, const LayerCall *call, AttrName name, int64_t out[MAX_SPATIAL],
               bool unknown[MAX_SPATIAL]);

/** The expression that gives an attribute's value along a spatial axis, where attr_axes or attr_pad
 *  has accepted it; NULL for a number of 3x5. */
const AstExpr *attr_axis_expr(Sema *sema, const LayerCall *call, AttrName name, int axis);

/** One padding per spatial axis. */
bool attr_pad(Sema *sema, const LayerCall *call, PadSpec out[MAX_SPATIAL]);

/** True for `same`, `half` ...: what p takes besides numbers. */
bool is_pad_word(const char *word);

/** A padding as written; that of a parameter of kind pad in the place of its name. */
const AstExpr *pad_meant(Sema *sema, const AstExpr *expr);

/** The index of the word into the attribute's list. */
bool attr_word(Sema *sema, const LayerCall *call, AttrName name, int *out);

/** True if the attribute is given as this word, for every axis: k=all, k={H: all, W: all}. */
bool attr_is_word(const LayerCall *call, AttrName name, const char *word);

/** The index of the named axis in the input's type. */
bool attr_axis(Sema *sema, const LayerCall *call, AttrName name, int *out);

/** A real number; rounded to f32, which is what kernels compute with. */
bool attr_real(Sema *sema, const LayerCall *call, AttrName name, double *out);
bool attr_f32(Sema *sema, const LayerCall *call, AttrName name, double *out);

/** One real number for all channels, or a list of one for each, rounded to f32.
 *  @param n  channels
 *  @param out  receives n numbers in the analysis's arena; NULL: only look for faults */
bool attr_numbers(Sema *sema, const LayerCall *call, AttrName name, int64_t n, float **out);

/** A list of whole numbers >= 1, in the analysis's arena. */
bool attr_list(Sema *sema, const LayerCall *call, AttrName name, int64_t **out, size_t *n);

/** The axes [N: 1, C: 8, H: 4] of a type that has none yet. */
bool attr_shape(Sema *sema, const LayerCall *call, AttrName name, TensorType *out);

/** The index into the input's axes of each axis in a list that names all of them. */
bool attr_order(Sema *sema, const LayerCall *call, AttrName name, int out[MAX_RANK]);

/** Evaluates every attribute for its messages, where the layer's rule cannot run.
 *  @param c  receives `c` if it is given and legal */
void attrs_check(Sema *sema, const LayerCall *call, int64_t *c);

/** N0208 where a name that nothing has is nearly a word of padding.
 *  @return false if it is not: nothing is reported */
bool report_pad_slip(Sema *sema, const AstExpr *expr);

#endif
