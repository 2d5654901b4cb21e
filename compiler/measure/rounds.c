/* A sample is the mean over a slice of a turn. Slices are long against the clock's resolution and
 * short against what else the machine does, so that the smallest one is undisturbed. */
#include "measure/rounds.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

double clock_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Seconds of `calls` calls in a row. */
static double time_calls(Contender *contender, long calls) {
    double start = clock_seconds();
    for (long i = 0; i < calls; i++)
        if (!contender->call(contender->ctx)) {
            contender->failed = true;
            break;
        }
    return clock_seconds() - start;
}

/* The number of calls that fill a slice, found by doubling. */
static void calibrate(Contender *contender, double slice) {
    contender->calls = 1;
    time_calls(contender, 1);
    while (!contender->failed && time_calls(contender, contender->calls) < slice)
        contender->calls *= 2;
}

static void take_turn(Arena *arena, Contender *contender, const RoundOptions *options) {
    double start = clock_seconds();
    time_calls(contender, contender->calls);
    do {
        double elapsed = time_calls(contender, contender->calls);
        if (contender->failed) return;
        VEC_PUSH(arena, &contender->samples, elapsed / (double)contender->calls);
    } while (clock_seconds() - start < options->seconds);
}

void rounds_run(Arena *arena, Contender *contenders, size_t count, const RoundOptions *options) {
    for (size_t i = 0; i < count; i++)
        if (contenders[i].calls == 0) calibrate(&contenders[i], options->slice);
    for (int round = 0; round < options->rounds; round++)
        for (size_t i = 0; i < count; i++) {
            Contender *next = &contenders[((size_t)round + i) % count];
            if (!next->failed) take_turn(arena, next, options);
        }
}

double stats_min(const double *samples, size_t count) {
    double min = samples[0];
    for (size_t i = 1; i < count; i++)
        if (samples[i] < min) min = samples[i];
    return min;
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double stats_median(Arena *arena, const double *samples, size_t count) {
    double *sorted = ARENA_ARRAY(arena, double, count);
    memcpy(sorted, samples, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_doubles);
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

double stats_distance(double a, double b) { return a < b ? b / a - 1 : a / b - 1; }
