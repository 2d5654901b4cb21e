/* What a Resize does along one axis: which elements a result is made of, and with which weights. By
 * the formulas of ONNX's operator description (Resize, opsets 10 to 19). */
#ifndef NETC_IMPORT_RESAMPLE_H
#define NETC_IMPORT_RESAMPLE_H

#include "import/ir.h"

typedef enum ResizeKind { RESIZE_NEAREST, RESIZE_LINEAR, RESIZE_CUBIC } ResizeKind;

typedef struct Resize {
    ResizeKind kind;
    int64_t to[MAX_RANK];                  /* extents of the result */
    double scale[MAX_RANK];                /* as the model says, or to / from */
    double start[MAX_RANK], end[MAX_RANK]; /* of tf_crop_and_resize, of the extent - 1 */
    const char *coordinates;               /* coordinate_transformation_mode */
    const char *nearest;                   /* nearest_mode */
    double cubic;                          /* cubic_coeff_a */
    bool stretches;                        /* antialias: the kernel grows as the axis shrinks */
    bool excludes;                         /* exclude_outside: what is beyond the ends counts 0 */
} Resize;

/** True for the coordinate_transformation_modes of ONNX. */
bool resize_knows(const char *coordinates);

/** The element that mode=nearest takes for element `o` of the result, in 0 .. from - 1. */
int64_t resize_nearest(const Resize *resize, int axis, int64_t from, int64_t o);

/** Adds the weights of the `from` elements in element `o` of the result to `row`, which is 0. They
 *  stay 0 outside of the part that tf_crop_and_resize takes. */
void resize_row(const Resize *resize, int axis, int64_t from, int64_t o, float *row);

#endif
