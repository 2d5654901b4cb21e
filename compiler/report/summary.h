/* What `netc summary` tells of a network: its layers with their numbers, and the totals.
 *
 * summary_of reads the graph as the program states it, before optimize rewrites it;
 * summary_add_plan adds what the plan of the optimized graph decides. */
#ifndef NETC_REPORT_SUMMARY_H
#define NETC_REPORT_SUMMARY_H

#include "base/text.h"
#include "graph/graph.h"
#include "plan/plan.h"

/** A named tensor of the model's interface. */
typedef struct SummaryTensor {
    const char *name;
    TensorType type;
} SummaryTensor;

/** The part of the input that one output element depends on, along one spatial axis. */
typedef struct ReceptiveField {
    bool all;    /* every input element */
    double size; /* input elements, r */
    double jump; /* input elements from one output element to the next, j; 1/2 after tconv s=2 */
} ReceptiveField;

typedef struct SummaryLayer {
    const char *path;  /* "c1.conv" */
    const char *value; /* name of its result */
    bool named;        /* the user gave that name */
    OpKind op;
    int n_axes;                     /* of the window; 0 without */
    WindowAxis window[MAX_SPATIAL]; /* also the unread rows follow from it */
    int64_t unread[MAX_SPATIAL];    /* input rows after the last window, per axis */
    TensorType out;
    int64_t params; /* learned numbers */
    int64_t macs;   /* multiply-adds, taps on padding counted as other tools do */
    int64_t bytes;  /* of the result */
    int n_fields;   /* spatial axes of the input, 0 if there is more than one input */
    ReceptiveField fields[MAX_SPATIAL];
    bool joins;            /* goes on from the layer before, whose result has no name */
    const char *algorithm; /* NULL without a plan; "fused" into another layer, "view" for none */
} SummaryLayer;

typedef struct Summary {
    const char *model;
    VEC(SummaryTensor) inputs, outputs;
    VEC(SummaryLayer) layers;
    int64_t params, macs;
    int64_t peak_bytes;     /* most bytes of tensors alive at once, as the program is written */
    const char *peak_names; /* which ones: "c1 and s2" */
    int n_smallest;         /* spatial axes of the only input; 0: not known */
    int64_t smallest[MAX_SPATIAL];
    int64_t workspace_bytes; /* -1 without a plan */
} Summary;

/** The facts of a graph that is not optimized yet. */
Summary *summary_of(Arena *arena, const Graph *graph);

/** Adds algorithms and workspace of the plan made from the same program. */
void summary_add_plan(Summary *summary, const Plan *plan);

/** Appends the table of language.md 4.
 *  @param columns  of the terminal, which no line is wider than, if that can be; 0: any width. What
 *                  does not fit gives way in this order: names longer than 12 columns are
 *                  shortened, then memory, rf, params, MACs, p, s, a, d and k are left out. Lines
 *                  of text go on in the next one */
void summary_print(Text *out, const Summary *summary, size_t columns);

/** The same as a table in Markdown, with the algorithm of each layer. */
void summary_print_markdown(Text *out, const Summary *summary);

/** Appends the JSON document of contract.md 6. */
void summary_print_json(Text *out, const Summary *summary);

#endif
