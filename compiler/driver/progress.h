/* A line on the terminal that says what a long compile is doing. */
#ifndef NETC_DRIVER_PROGRESS_H
#define NETC_DRIVER_PROGRESS_H

#include "base/arena.h"
#include "driver/stages.h"

typedef struct Progress Progress;

/** Begins to show the running stage and the time on standard error, once a second from the first
 *  second on, if that is a terminal which may be painted (console_colour). Until progress_end
 *  nobody else may write there.
 *  @param times  stays where it is until progress_end */
Progress *progress_begin(Arena *arena, const StageTimes *times);

/** Ends it and clears the line. */
void progress_end(Progress *progress);

#endif
