/* A thread that sleeps until the next whole second, or until it is told to end. */
#include "driver/progress.h"

#include "driver/console.h"

#include <stdbool.h>
#include <stdio.h>
#include <threads.h>
#include <time.h>

struct Progress {
    const StageTimes *times;
    thrd_t thread;
    bool started; /* there is a thread */
    mtx_t lock;
    cnd_t changed;
    bool ended; /* under the lock */
    bool shown; /* the thread's own, then progress_end's */
};

/* Carriage return, then clear to the end of the line. */
#define CLEAR "\r\033[K"

static void show(Progress *progress, int seconds) {
    fprintf(stderr, CLEAR "netc: %s, %d s", stage_name((Stage)progress->times->running), seconds);
    fflush(stderr);
    progress->shown = true;
}

/* cnd_timedwait counts in the time of day: a clock that is set makes one second longer, no more. */
static struct timespec in_a_while(double seconds) {
    struct timespec time;
    timespec_get(&time, TIME_UTC);
    long nanoseconds = time.tv_nsec + (long)(1e9 * seconds);
    time.tv_sec += nanoseconds / 1000000000;
    time.tv_nsec = nanoseconds % 1000000000;
    return time;
}

static int watch(void *context) {
    Progress *progress = context;
    mtx_lock(&progress->lock);
    while (!progress->ended) {
        double elapsed = stages_elapsed(progress->times);
        int seconds = (int)elapsed;
        if (seconds >= 1) show(progress, seconds);
        struct timespec until = in_a_while(seconds + 1 - elapsed);
        cnd_timedwait(&progress->changed, &progress->lock, &until);
    }
    mtx_unlock(&progress->lock);
    return 0;
}

Progress *progress_begin(Arena *arena, const StageTimes *times) {
    Progress *progress = ARENA_NEW(arena, Progress);
    progress->times = times;
    if (!console_colour()) return progress;
    if (mtx_init(&progress->lock, mtx_plain) != thrd_success ||
        cnd_init(&progress->changed) != thrd_success)
        return progress;
    progress->started = thrd_create(&progress->thread, watch, progress) == thrd_success;
    return progress;
}

void progress_end(Progress *progress) {
    if (!progress->started) return;
    mtx_lock(&progress->lock);
    progress->ended = true;
    cnd_signal(&progress->changed);
    mtx_unlock(&progress->lock);
    thrd_join(progress->thread, NULL);
    if (progress->shown) fputs(CLEAR, stderr);
    cnd_destroy(&progress->changed);
    mtx_destroy(&progress->lock);
}
