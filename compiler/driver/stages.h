/* The time that each stage of a compile takes. */
#ifndef NETC_DRIVER_STAGES_H
#define NETC_DRIVER_STAGES_H

#include "base/text.h"

#include <stdatomic.h>

typedef enum Stage {
#define STAGE(kind, name) STAGE_##kind,
#include "driver/stages.def"
#undef STAGE
    STAGES
} Stage;

typedef struct StageTimes {
    double begin;           /* seconds of the clock when the first stage began */
    double mark;            /* ... when the last one ended */
    atomic_int running;     /* the stage that runs now, for those who watch */
    double seconds[STAGES]; /* time spent in each */
} StageTimes;

/** Starts the clock. */
void stages_begin(StageTimes *times);

/** What went by since the last call belongs to `stage`. NULL is allowed. */
void stage_done(StageTimes *times, Stage stage);

/** The name of a stage. */
const char *stage_name(Stage stage);

/** Seconds since stages_begin. */
double stages_elapsed(const StageTimes *times);

/** Appends a line for each stage that took any time, and their sum. */
void stages_print(Text *out, const StageTimes *times);

#endif
