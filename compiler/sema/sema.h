/* Ast -> Graph: names, shapes, attributes, weights. The only room that knows both. */
#ifndef NETC_SEMA_SEMA_H
#define NETC_SEMA_SEMA_H

#include "base/diag.h"
#include "base/intern.h"
#include "graph/graph.h"
#include "syntax/ast.h"

/** Limits of a program (`netc limits`); beyond them N0350, or N0005 for what is written too deep.
 */
enum {
    MAX_LAYERS = 65536,      /* of the model, defs expanded */
    MAX_MODULES = 256,       /* files */
    MAX_PARAMS = 64,         /* parameters of a def */
    MAX_USE_DEPTH = 64,      /* uses of defs inside each other */
    MAX_EXPR_NESTING = 1024, /* expressions inside each other, through the uses */
    MAX_PATH_BYTES = 1024,   /* of the path of a use */
    MAX_EXPANDED = 256 << 20 /* bytes that the uses of defs stand for, as expand.c counts them */
};

/** `--set NAME=VALUE`: a top-level let of the main file gets another value. */
typedef struct SemaSetting {
    const char *name;
    int64_t value;
} SemaSetting;

/** A file that stands in for one of the disk. */
typedef struct SemaFile {
    const char *path;
    const char *bytes; /* len of them, then two NULs; NULL: a folder has this name */
    size_t len;
} SemaFile;

typedef struct SemaFiles {
    const SemaFile *at;
    size_t n;
    const struct SemaFiles *under; /* where files that are not listed are; NULL: on the disk */
    bool alone;                    /* there are no others, the library's apart */
} SemaFiles;

typedef struct SemaOptions {
    const SemaSetting *settings;
    size_t n_settings;
    const char *const *library; /* folders in which `std/...` is looked for, in order */
    size_t n_library;
    size_t max_source_bytes;     /* most bytes of all source files together */
    size_t max_weight_bytes;     /* most bytes of one weight file */
    const SemaFiles *instead;    /* files that stand in for those of the disk; NULL: none */
    bool weights_may_be_missing; /* check: a weight file that does not exist is not an error */
    struct LayerQuery *query;  /* NULL, or of sema_query: receives the layer that is asked about */
    struct SemaResize *resize; /* NULL, or of sema_resized: another size of the input */
} SemaOptions;

/** Checks the program and builds its graph. Reports every fault it finds and goes on; what follows
 *  from a fault is silent. Every fix in `diags`, the parser's too, is tried on a copy of the
 * source, and only those that hold stay.
 *  @return the graph; complete and legal when no error was reported. A parameter has no source only
 *          if its file is missing and may be */
Graph *sema_file(Arena *arena, Interner *interner, const Ast *ast, const SemaOptions *options,
                 Sources *sources, Diags *diags);

/** N0901 if the EDITION of a file is not known. */
void sema_check_edition(const AstItem *edition, Diags *diags);

/** Fills Param.data of every parameter that has a source; reports numbers that cannot be read
 *  (N0501, N0507), W0710 for those that f32 cannot hold and W0712 for NaN and infinity. */
void sema_load_weights(Graph *graph, Diags *diags);

#endif
