/* A program in a string, parsed and analysed. */
#ifndef NETC_TESTS_SEMA_ANALYSED_H
#define NETC_TESTS_SEMA_ANALYSED_H

#include "sema/sema.h"

typedef struct Analysed {
    Arena *arena;
    Sources sources;
    Diags diags;
    Graph *graph;
} Analysed;

/** Analyses `len` bytes as the file `name`; release with analysed_free. */
Analysed *analyse_bytes(const char *name, const char *source, size_t len,
                        const SemaOptions *options);

/** The same for a program whose weight files may be missing, without settings. */
Analysed *analyse(const char *source);

void analysed_free(Analysed *analysed);

/** The codes of what was reported, sorted by place: "N0101 N0305 W0701"; "" for none. */
const char *analysed_codes(Analysed *analysed);

/** The value called `name`, the last one if there are several; NULL without. */
const Value *analysed_value(const Analysed *analysed, const char *name);

#endif
