/* What `netc solve FILE.net` prints: the inputs that give an output its size, or the inputs of each
 * layer that give the same output. */
#ifndef NETC_REPORT_INPUT_SIZES_H
#define NETC_REPORT_INPUT_SIZES_H

#include "base/text.h"
#include "graph/graph.h"
#include "tensor/size_set.h"

/** One spatial axis of a network's input. */
typedef struct InputAxis {
    const char *name; /* "H" */
    int64_t wanted;   /* extent of the output */
    SizeSet sizes;    /* of the input that give it */
    int64_t sought;   /* they were sought among 1 .. sought */
} InputAxis;

typedef struct InputSizes {
    const char *model, *input, *output;
    bool tied; /* a reshape ties the axes: each was sought with the others as they are declared */
    int n;
    InputAxis axes[MAX_SPATIAL];
} InputSizes;

void input_sizes_print(Text *out, const InputSizes *sizes);
void input_sizes_print_json(Text *out, const InputSizes *sizes);

/** The ambiguity of each layer with a window: all sizes of its own input that have the output it
 *  has. Which of them is meant a transposed layer must be told: a of R14. */
void ambiguity_print(Text *out, const Graph *graph);
void ambiguity_print_json(Text *out, const Graph *graph);

#endif
