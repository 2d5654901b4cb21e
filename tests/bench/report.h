/* The benchmark's result, and its two writings: Markdown for people, JSON for programs. */
#ifndef NETC_BENCH_REPORT_H
#define NETC_BENCH_REPORT_H

#include "base/text.h"
#include "suite.h"

#include <stdbool.h>

/** Seconds an inference took; `samples` is 0 where the contender did not run. */
typedef struct Timing {
    double min, median;
    size_t samples;
} Timing;

typedef struct Row {
    const Case *item;
    Timing ours;         /* the compiled object, first of the A/A pair */
    Timing again;        /* the same object with other buffers, second of the pair */
    Timing ort;          /* ONNX Runtime, the whole model */
    Timing alone;        /* ONNX Runtime, the layer without layout conversions */
    bool compared;       /* results were compared */
    double difference;   /* largest |ours - ort| as a share of ort's range */
    const char *problem; /* why a contender is missing; NULL if none is */
} Row;

typedef struct Report {
    const char *cpu;      /* the processor's own name */
    int core;             /* the one pinned */
    double load;          /* processes that wanted to run when it began, all cores */
    int vector_bits;      /* width whose peak the shares refer to */
    double fma_gflops[3]; /* peak at 128, 256, 512 bits; 0 where the CPU lacks it */
    double read_gbs;      /* from memory */
    double read_l2_gbs;   /* from the second-level cache */
    const char *compiler; /* the objects' own words: compiler and version; "" without objects */
    const char *target;   /* the CPU they were compiled for */
    const char *ort;      /* ONNX Runtime's version */
    int rounds;           /* of `seconds` each */
    double seconds;
    VEC(Row) rows;
} Report;

/** FMA peak of the width that the shares refer to, GFLOP/s. */
double report_peak(const Report *report);

/** GFLOP/s of `macs` multiply-adds in `seconds`; a multiply-add counts 2. */
double report_gflops(int64_t macs, double seconds);

/** Why the row's figures do not count: the A/A pair differs by more than 3 %, or the results by
 * more than 1e-4 of their range. NULL if they count.
 *  @return words in `arena` */
const char *row_void(Arena *arena, const Row *row);

/** Whether the row reaches its floor. Only for a row that counts, has a floor and has the figures
 *  for it. */
bool row_meets_floor(const Report *report, const Row *row);

/** Whether row_meets_floor may be asked. */
bool row_has_verdict(Arena *arena, const Row *row);

/** Appends the report as Markdown. */
void print_markdown(Text *text, const Report *report);

/** Appends the report as one JSON document and a newline. */
void print_json(Text *text, const Report *report);

#endif
