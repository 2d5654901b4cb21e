/* The list of cases that onnx_model.py prepared: names, work counts, floors. */
#ifndef NETC_BENCH_SUITE_H
#define NETC_BENCH_SUITE_H

#include "base/arena.h"
#include "base/vec.h"

#include <stddef.h>
#include <stdint.h>

typedef enum FloorKind {
    FLOOR_NONE,
    FLOOR_SHARE, /* a share of the FMA peak, padding taps counted */
    FLOOR_PEER   /* no more time than ONNX Runtime */
} FloorKind;

typedef struct Case {
    const char *name;      /* stem of its files, C prefix of its object */
    const char *network;   /* the network in words */
    const char *operators; /* what ONNX Runtime runs for it, separated by spaces */
    FloorKind floor;
    double floor_share;   /* FLOOR_SHARE: 0.85 */
    int64_t macs;         /* multiply-adds on data, one inference */
    int64_t macs_counted; /* those on padding counted too */
    int64_t bytes;        /* inputs, outputs and parameters, each once */
} Case;

typedef VEC(Case) Suite;

/** Reads the text of suite.tsv: name, source, floor, macs, macs_counted, bytes, network, operators
 *  on each line, separated by tabs.
 *  @param arena  keeps the cases and their words
 *  @return NULL, or the reason in words */
const char *suite_read(Arena *arena, const char *text, Suite *out);

#endif
