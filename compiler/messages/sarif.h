/* Diagnostics as one SARIF 2.1.0 document (FORMATS.md), for all files of a command line. */
#ifndef NETC_MESSAGES_SARIF_H
#define NETC_MESSAGES_SARIF_H

#include "base/diag.h"

typedef struct Sarif Sarif;

/** An empty document in `arena`; it holds other memory too until sarif_end. */
Sarif *sarif_begin(Arena *arena);

/** Names a file that was asked for. */
void sarif_add_file(Sarif *sarif, const char *file);

/** Adds a diagnostic.
 *  @param file  the file that was asked for, of which a message without a place speaks */
void sarif_add(Sarif *sarif, const Diag *diag, Sources *sources, const char *file);

/** Says how many more diagnostics of `file` are not in the document. */
void sarif_add_rest(Sarif *sarif, const char *file, size_t n);

/** What only the end of the command knows. */
typedef struct SarifEnd {
    const char *version; /* of netc */
    int exit_code;
    bool successful;                                  /* netc did what it was asked for */
    const char *(*help)(Arena *arena, DiagCode code); /* Markdown; "" where there is none */
} SarifEnd;

/** Appends the document and frees what it holds. */
void sarif_end(Sarif *sarif, const SarifEnd *end, Text *out);

#endif
