/* Interleaved timing: every contender takes its turn in every round, so that a slow moment of the
 * machine falls on all of them. Statistics over the samples. */
#ifndef NETC_MEASURE_ROUNDS_H
#define NETC_MEASURE_ROUNDS_H

#include "base/arena.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>

/** Seconds of the monotonic clock. */
double clock_seconds(void);

/** One thing to be timed. */
typedef struct Contender {
    bool (*call)(void *ctx); /* one inference; false on failure */
    void *ctx;
    bool failed;         /* some call said false: the samples mean nothing */
    long calls;          /* calls of one sample */
    VEC(double) samples; /* seconds a call, one number for each slice of the rounds */
} Contender;

typedef struct RoundOptions {
    int rounds;     /* turns of each contender */
    double seconds; /* length of a turn */
    double slice;   /* least length of a sample, seconds; a turn has many */
} RoundOptions;

/** Times the contenders in turns, each round beginning with the next one. A turn begins with calls
 *  that are not counted, so that caches hold the contender's own data. A second call goes on with
 *  the same contenders and adds to their samples.
 *  @param arena  keeps the samples */
void rounds_run(Arena *arena, Contender *contenders, size_t count, const RoundOptions *options);

/** Smallest of `count` >= 1 samples. */
double stats_min(const double *samples, size_t count);

/** Median of `count` >= 1 samples: the middle one, or the mean of the two middle ones.
 *  @param arena  holds a sorted copy */
double stats_median(Arena *arena, const double *samples, size_t count);

/** Distance of two positive times as a share of the smaller: 0.03 means 3 %. */
double stats_distance(double a, double b);

#endif
