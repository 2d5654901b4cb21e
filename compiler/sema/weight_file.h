/* The `weights` line: a file's tensors against the parameters' shapes, or random numbers. */
#ifndef NETC_SEMA_WEIGHT_FILE_H
#define NETC_SEMA_WEIGHT_FILE_H

#include "sema/analysis.h"

#include "weights/source.h"

typedef enum DefaultKind {
    DEFAULT_NONE,   /* the file has no `weights` line */
    DEFAULT_FAILED, /* it has one that cannot be used: reported, or a file that may be missing */
    DEFAULT_RANDOM,
    DEFAULT_FILE
} DefaultKind;

typedef struct DefaultSource {
    DefaultKind kind;
    uint64_t seed; /* RANDOM */
    const WeightFile *file;
    bool *used;       /* FILE: by tensor */
    size_t n_missing; /* FILE: parameters it has no tensor for */
    const Param *first_missing;
} DefaultSource;

/** Opens what the `weights` line says: N0501, N0507, N0902. */
DefaultSource default_source_open(Sema *sema);

/** The tensor of a parameter: N0503, N0504; what is missing is counted.
 *  @return NULL without */
const WeightSource *file_source(Sema *sema, DefaultSource *from, const Param *param);

/** Reports what is missing (N0502) and what was not used (W0711). */
void default_source_close(Sema *sema, DefaultSource *from);

/** The seed of `random(seed=s)`. @return false if the call is not of this form: reported */
bool random_seed(Sema *sema, const AstExpr *expr, uint64_t *out);

#endif
