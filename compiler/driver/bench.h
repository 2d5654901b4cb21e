/* How long a compiled model takes: in all, and each step of its plan alone. */
#ifndef NETC_DRIVER_BENCH_H
#define NETC_DRIVER_BENCH_H

#include "driver/backend.h"

/** One step: a fused group of layers, or a change of layout. */
typedef struct BenchLayer {
    const char *path;   /* of the layer; of a change of layout, its name in the plan */
    double seconds;     /* the best sample, the step alone, its data in the caches */
    double predicted;   /* seconds by the machine's peaks: its multiply-adds at the FMA peak, or its
                           data once at the bandwidth, whichever is longer; 0: not known */
    int64_t macs;       /* multiply-adds of the definition */
    int64_t data_bytes; /* inputs, output and parameters, once each */
} BenchLayer;

typedef struct Bench {
    int threads;
    int vector_bits;   /* of the FMA peak */
    double fma_gflops; /* measured peak of one core times the threads */
    double read_gbs;   /* measured bandwidth of memory, one thread; 0: not known */
    double total;      /* seconds of a whole run, the best sample */
    int64_t macs;      /* of all layers */
    VEC(BenchLayer) layers;
} Bench;

/** Compiles the model and each of its steps for this machine and times them in turns.
 *  @return STATUS_DONE, or the status after a message */
ExitStatus bench_run(Compilation *compilation, Bench *out);

/** GFLOP/s of so many multiply-adds in so long a time, and its share of the peak, 0 .. 1. */
double bench_gflops(int64_t macs, double seconds);
double bench_share(const Bench *bench, int64_t macs, double seconds);

#endif
