/* Weight files by name, and the `weights` line: a file, or random numbers. */
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
    size_t n_missing; /* FILE: parameters it has no tensor for */
    const Param *first_missing;
} DefaultSource;

/** The file that the STRING `expr` names, beside the file in which it stands.
 *  @return NULL if it cannot be used: reported (N0501, N0507, N0902), or missing and may be */
const WeightFile *weight_file_named(Sema *sema, const AstExpr *expr);

/** N0502: `file` has no tensor `key` for `param`, and none for `others` more.
 *  @param where  the STRING that names the file */
void report_no_tensor(Sema *sema, const WeightFile *file, const AstExpr *where, const Param *param,
                      const char *key, size_t others);

/** Opens what the `weights` line says: N0501, N0507, N0902. */
DefaultSource default_source_open(Sema *sema);

/** The tensor of a parameter: N0503, N0504; what is missing is counted.
 *  @return NULL without */
const WeightSource *file_source(Sema *sema, DefaultSource *from, const PendingParam *pending);

/** Reports what is missing (N0502) and what was not used (W0711). */
void default_source_close(Sema *sema, DefaultSource *from);

/** The seed of `random(seed=s)`. @return false if the call is not of this form: reported */
bool random_seed(Sema *sema, const AstExpr *expr, uint64_t *out);

#endif
