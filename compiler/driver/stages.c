/* A stopwatch with laps. */
#include "driver/stages.h"

#include <time.h>

static const char *const names[] = {
#define STAGE(kind, name) name,
#include "driver/stages.def"
#undef STAGE
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

const char *stage_name(Stage stage) { return names[stage]; }

void stages_begin(StageTimes *times) {
    double time = now();
    *times = (StageTimes){.begin = time, .mark = time};
}

double stages_elapsed(const StageTimes *times) { return now() - times->begin; }

void stage_done(StageTimes *times, Stage stage) {
    if (!times) return;
    double time = now();
    times->seconds[stage] += time - times->mark;
    times->mark = time;
    times->running = stage + 1 < STAGES ? (int)stage + 1 : (int)stage;
}

void stages_print(Text *out, const StageTimes *times) {
    double sum = 0;
    for (int i = 0; i < STAGES; i++) {
        if (times->seconds[i] > 0)
            text_printf(out, "%-9s %9.3f ms\n", names[i], 1e3 * times->seconds[i]);
        sum += times->seconds[i];
    }
    text_printf(out, "%-9s %9.3f ms\n", "total", 1e3 * sum);
}
