/* The pool: every part once, nothing missed however the threads interleave, and its limits. */
#include "netc_runtime.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 9 };

/** A job of `count` parts that meet `meetings` times on the way. */
typedef struct Job {
    struct netc_threads *threads;
    int meetings;
    atomic_int calls[MOST]; /* by part */
    atomic_int wrong;       /* parts that saw another count, or met before all were there */
    unsigned there, round;  /* of the meeting */
    atomic_int before[64];  /* parts that came to each meeting */
} Job;

/* All parts wait for the last, as an object's barrier does. */
static void meet(Job *job, int meeting, int n) {
    unsigned seen = atomic_load((atomic_uint *)&job->round);
    atomic_fetch_add(&job->before[meeting], 1);
    if (atomic_fetch_add((atomic_uint *)&job->there, 1) + 1 == (unsigned)n) {
        atomic_store((atomic_uint *)&job->there, 0);
        atomic_store((atomic_uint *)&job->round, seen + 1);
        job->threads->wake(&job->round);
    }
    while (atomic_load((atomic_uint *)&job->round) == seen) job->threads->wait(&job->round, seen);
    job->wrong += job->before[meeting] != n;
}

static void part(void *ctx, int i, int n) {
    Job *job = ctx;
    job->wrong += n != job->threads->count || i < 0 || i >= n;
    if (i >= 0 && i < MOST) job->calls[i]++;
    for (int m = 0; m < job->meetings; m++) meet(job, m, n);
}

static void run_job(struct netc_threads *threads, int meetings, const char *what) {
    Job job = {.threads = threads, .meetings = meetings};
    threads->parallel(threads, part, &job);
    cr_assert_eq(job.wrong, 0, "%s", what);
    for (int i = 0; i < MOST; i++)
        cr_assert_eq(job.calls[i], i < threads->count, "%s: part %d of %d", what, i,
                     threads->count);
}

Test(threads, runs_every_part_once_and_together) {
    for (int count = 1; count <= MOST; count++) {
        struct netc_threads *threads = netc_threads_create(count);
        cr_assert_not_null(threads);
        cr_assert(threads->count == count && threads->together == 1);
        for (int round = 0; round < 50; round++) run_job(threads, round % 20, "count");
        netc_threads_destroy(threads);
    }
}

/* Between jobs the workers fall asleep, at some time while the next job comes. */
Test(threads, wakes_those_that_sleep) {
    struct netc_threads *threads = netc_threads_create(2);
    cr_assert_not_null(threads);
    for (int i = 0; i < 200; i++) {
        struct timespec pause = {.tv_nsec = 1000 * i};
        nanosleep(&pause, NULL);
        run_job(threads, 1, "after a pause");
    }
    netc_threads_destroy(threads);
}

/* A part that comes late finds the others asleep, which the clock of the
 * processor shows. */
static void late(void *ctx, int i, int n) {
    struct timespec pause = {.tv_nsec = 100000000};
    if (i == n - 1) nanosleep(&pause, NULL);
    meet(ctx, 0, n);
}

Test(threads, sleeps_after_a_short_spin) {
    struct timespec before, after;
    struct netc_threads *threads = netc_threads_create(2);
    cr_assert_not_null(threads);
    Job job = {.threads = threads};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    threads->parallel(threads, late, &job);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    netc_threads_destroy(threads);
    double used =
        (double)(after.tv_sec - before.tv_sec) + 1e-9 * (double)(after.tv_nsec - before.tv_nsec);
    cr_assert(used < 0.05, "%.3f s of processor time in a wait of 0.1 s", used);
}

static void *use(void *threads) {
    for (int i = 0; i < 300; i++) run_job(threads, 3, "shared");
    return NULL;
}

Test(threads, serves_several_callers) {
    enum { CALLERS = 3 };
    struct netc_threads *threads = netc_threads_create(2);
    cr_assert_not_null(threads);
    pthread_t callers[CALLERS];
    for (int i = 0; i < CALLERS; i++)
        cr_assert_eq(pthread_create(&callers[i], NULL, use, threads), 0);
    for (int i = 0; i < CALLERS; i++) pthread_join(callers[i], NULL);
    netc_threads_destroy(threads);
}

Test(threads, can_be_made_and_ended_at_any_time) {
    for (int i = 0; i < 300; i++) {
        struct netc_threads *threads = netc_threads_create(1 + i % 4);
        cr_assert_not_null(threads);
        if (i % 3) run_job(threads, i % 2, "new");
        netc_threads_destroy(threads);
    }
    netc_threads_destroy(NULL);
}

static void count_signal(void *ctx, int i, int n) {
    sigset_t blocked;
    (void)n;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    if (i > 0) *(atomic_int *)ctx += sigismember(&blocked, SIGTERM) == 1;
}

Test(threads, has_limits_and_takes_no_signals) {
    static const int bad[] = {-1, NETC_THREADS_MOST + 1, -2147483647 - 1, 2147483647};
    for (int i = 0; i < 4; i++) cr_assert_null(netc_threads_create(bad[i]), "%d", bad[i]);
    struct netc_threads *threads = netc_threads_create(0);
    cr_assert_not_null(threads);
    cr_assert(threads->count >= 1 && threads->count <= sysconf(_SC_NPROCESSORS_ONLN));
    netc_threads_destroy(threads);

    threads = netc_threads_create(3);
    atomic_int masked = 0;
    threads->parallel(threads, count_signal, &masked);
    cr_assert_eq(masked, 2);
    sigset_t ours;
    pthread_sigmask(SIG_SETMASK, NULL, &ours);
    cr_assert_eq(sigismember(&ours, SIGTERM), 0, "the caller's mask is as it was");
    netc_threads_destroy(threads);
}

Test(threads, tells_the_workspace_of_a_model) {
    struct netc_model model = {.workspace_bytes = 640, .threads_bytes = 1024, .thread_bytes = 16};
    struct netc_threads threads = {.count = 3};
    cr_assert_eq(netc_workspace_bytes(&model, NULL), 640);
    cr_assert_eq(netc_workspace_bytes(&model, &threads), 1072);
    model.threads_bytes = model.thread_bytes = 0;
    cr_assert_eq(netc_workspace_bytes(&model, &threads), 640);
}
