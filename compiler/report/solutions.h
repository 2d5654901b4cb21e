/* What `netc solve` prints of one layer: its solutions, each as a line of .net. */
#ifndef NETC_REPORT_SOLUTIONS_H
#define NETC_REPORT_SOLUTIONS_H

#include "base/text.h"
#include "tensor/search.h"

/** Solutions shown without --all. */
enum { SOLUTIONS_SHOWN = 20 };

/** The solutions for all axes together, or for one of them alone. */
typedef struct SolutionList {
    const char *axis;    /* "H": of this axis alone; NULL: of all */
    const char *from;    /* sizes: "224x192" */
    const char *to;      /* likewise */
    SearchResult result; /* not empty */
    const char **texts;  /* of each solution: "conv(k=7, s=4, p=3)" */
    bool transposed;
} SolutionList;

typedef struct Solutions {
    const char *layer; /* as it was asked: "conv(k=?, s=?)" */
    VEC(SolutionList) lists;
} Solutions;

/** Appends the solutions as .net: each layer a line, all else in comments.
 *  @param all  every solution, not only the first SOLUTIONS_SHOWN */
void solutions_print(Text *out, const Solutions *solutions, bool all);

/** Appends the same as a JSON document; every solution is in it. */
void solutions_print_json(Text *out, const Solutions *solutions);

/** The sizes of one axis that were sought: an interval of inputs, or one output. */
typedef struct SizeRange {
    const char *axis; /* "H" */
    ConvRange range;  /* not empty */
} SizeRange;

typedef struct SizeRanges {
    const char *layer;
    const char *from, *to; /* as asked: one of them is "?" */
    int n;
    const SizeRange *at;
} SizeRanges;

/** Append the sizes, a line for each axis: "H: 223 .. 224"; or the same as JSON. */
void sizes_print(Text *out, const SizeRanges *sizes);
void sizes_print_json(Text *out, const SizeRanges *sizes);

#endif
