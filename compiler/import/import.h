/* An ONNX model -> .net text, its weights, and a report of what could not be said.
 *
 * Every node is looked at, whatever fails before it, so that one run lists all that netc cannot
 * say. What is taken for granted (a batch of 1, a type) is a note. The text is formatted; a file
 * of the text and one of the weights beside it are the same network. */
#ifndef NETC_IMPORT_IMPORT_H
#define NETC_IMPORT_IMPORT_H

#include "base/file.h"
#include "base/vec.h"
#include "format/format.h"
#include "onnx/model.h"

#include <stdbool.h>

/** The shape that --input-shape gives an input. */
typedef struct ImportShape {
    const char *input; /* its name in the model */
    int rank;
    int64_t extent[ONNX_MAX_RANK]; /* each >= 1 */
} ImportShape;

typedef struct ImportOptions {
    const char *path;    /* of the model: for messages, and for data outside of it */
    const char *model;   /* what the network is called, an identifier */
    const char *weights; /* the name of the file of weights, as the text says it */
    const ImportShape *shapes;
    size_t n_shapes;
    size_t max_memory; /* bytes that numbers may take which are not in the model's own file */
    size_t max_layers;
    LayerStyles styles;                    /* for the formatter */
    bool (*is_reserved)(const char *name); /* names that a value may not have */
} ImportOptions;

/** A reason why a model cannot be said, at a node of it or (NULL) elsewhere. */
typedef struct ImportProblem {
    const OnnxNode *node;
    size_t number;    /* of the node in the file, from 0 */
    const char *what; /* "attribute `storage_order`: ...", safe to print */
    const char *help; /* what to do; NULL: nothing is known */
} ImportProblem;

typedef struct ImportReport {
    VEC(ImportProblem) problems; /* in the order of the nodes */
    VEC(const char *) notes;     /* what was taken for granted, safe to print */
} ImportReport;

/** What becomes of a model. */
typedef struct ImportResult {
    Text text;          /* the .net file */
    bool has_weights;   /* there is a file of weights ... */
    OutputFile weights; /* ... with these bytes; without a path */
    size_t layers;      /* of the network */
    int64_t parameters; /* numbers in the file of weights */
} ImportResult;

/** Translates a model.
 *  @param model   must outlive the result, and so must its bytes
 *  @param report  receives problems and notes
 *  @param out     the result, in `arena`; has no meaning if there are problems */
void import_model(Arena *arena, const OnnxModel *model, const ImportOptions *options,
                  ImportReport *report, ImportResult *out);

#endif
