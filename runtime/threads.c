/* The pool behind `struct netc_threads`: POSIX threads that sleep between runs.
 *
 * One protocol serves the start of a run, its end and the barriers of an object: somebody waits
 * until a word changes, somebody changes the word and wakes. Waiting spins for a short time, as the
 * next phase is mostly near, then sleeps on a condition variable; a pool of more threads than
 * processors sleeps at once, since what it waits for may need the very processor it spins on. Time
 * bounds the spin, not a number of rounds: a pause lasts 10 to 140 cycles.
 *
 * A wake costs no system call while nobody sleeps. It changes `sleepers` by 0, and changes of one
 * atomic are ordered: either the sleeper's came first, and the waker sees it, or the waker's did,
 * and the sleeper, which looks at the word after it, sees the word changed. */
#if defined(__linux__)
#define _GNU_SOURCE /* sched_getaffinity */
#include <sched.h>
#endif

#include "netc_runtime.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { SPIN_NS = 30000, PROBES = 64, LINE = 128 };

/* Callers hand out plain words, since their C need not have _Atomic. */
_Static_assert(sizeof(atomic_uint) == sizeof(unsigned), "an atomic word is a word");

/* ---- words ---- */

/** Where threads sleep: one of several places, by the word's address. Words that share one wake
 * each other in vain, nothing worse. */
typedef struct Park {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    atomic_uint sleepers;
} Park;

#define PARK {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0}
static Park parks[] = {PARK, PARK, PARK, PARK, PARK, PARK, PARK, PARK};

static Park *park_of(const unsigned *word) {
    return &parks[(uintptr_t)word / LINE % (sizeof parks / sizeof parks[0])];
}

static unsigned read_word(const unsigned *word) {
    return atomic_load_explicit((const atomic_uint *)word, memory_order_acquire);
}

static void wait_asleep(const unsigned *word, unsigned seen) {
    Park *park = park_of(word);
    pthread_mutex_lock(&park->mutex);
    atomic_fetch_add(&park->sleepers, 1);
    while (read_word(word) == seen) pthread_cond_wait(&park->changed, &park->mutex);
    atomic_fetch_sub(&park->sleepers, 1);
    pthread_mutex_unlock(&park->mutex);
}

static void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
    __asm__ volatile("yield");
#endif
}

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void wait_spinning(const unsigned *word, unsigned seen) {
    int64_t end = 0, now = 0;
    do {
        for (int i = 0; i < PROBES; i++) {
            if (read_word(word) != seen) return;
            pause_briefly();
        }
        now = now_ns();
        if (end == 0) end = now + SPIN_NS;
    } while (now < end);
    wait_asleep(word, seen);
}

static void wake(unsigned *word) {
    Park *park = park_of(word);
    if (atomic_fetch_add(&park->sleepers, 0) == 0) return;
    pthread_mutex_lock(&park->mutex);
    pthread_cond_broadcast(&park->changed);
    pthread_mutex_unlock(&park->mutex);
}

/* ---- the pool ---- */

typedef struct Pool Pool;

typedef struct Worker {
    Pool *pool;
    pthread_t thread;
    int part; /* 1 .. count-1; the caller of `parallel` is part 0 */
} Worker;

struct Pool {
    struct netc_threads threads; /* what the user holds: first, so that it is the pool's address */
    pthread_mutex_t in_use;      /* held while a job runs */
    void (*part)(void *ctx, int i, int n);
    void *ctx;
    int stop;                        /* set before `round` changes for the last time */
    _Alignas(LINE) unsigned round;   /* changes when there is a job */
    _Alignas(LINE) unsigned pending; /* workers that have not finished it */
    Worker workers[];
};

/* Gives the word as it was before. */
static unsigned add_to_word(unsigned *word, unsigned change) {
    return atomic_fetch_add_explicit((atomic_uint *)word, change, memory_order_acq_rel);
}

static void *work(void *context) {
    const Worker *worker = context;
    Pool *pool = worker->pool;
    for (unsigned seen = 0;;) {
        while (read_word(&pool->round) == seen) pool->threads.wait(&pool->round, seen);
        seen++;
        if (pool->stop) return NULL;
        pool->part(pool->ctx, worker->part, pool->threads.count);
        if (add_to_word(&pool->pending, -1u) == 1) wake(&pool->pending);
    }
}

static void start_round(Pool *pool) {
    add_to_word(&pool->round, 1);
    wake(&pool->round);
}

static void parallel(struct netc_threads *threads, void (*part)(void *ctx, int i, int n),
                     void *ctx) {
    Pool *pool = (Pool *)threads;
    pthread_mutex_lock(&pool->in_use);
    pool->part = part;
    pool->ctx = ctx;
    add_to_word(&pool->pending, (unsigned)threads->count - 1);
    start_round(pool);
    part(ctx, 0, threads->count);
    for (unsigned left; (left = read_word(&pool->pending)) != 0;)
        threads->wait(&pool->pending, left);
    pthread_mutex_unlock(&pool->in_use);
}

static int processors(void) {
#if defined(__linux__)
    cpu_set_t usable;
    if (sched_getaffinity(0, sizeof usable, &usable) == 0) return CPU_COUNT(&usable);
#endif
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : online > NETC_THREADS_MOST ? NETC_THREADS_MOST : (int)online;
}

/* Ends the first n workers and the pool. */
static void stop_workers(Pool *pool, int n) {
    pool->stop = 1;
    start_round(pool);
    for (int i = 0; i < n; i++) pthread_join(pool->workers[i].thread, NULL);
    pthread_mutex_destroy(&pool->in_use);
    free(pool);
}

/* Workers take no signals: those are the program's own.
 * Returns 0 if one could not be started; the pool is gone then. */
static int start_workers(Pool *pool) {
    sigset_t all, before;
    int n = pool->threads.count - 1, started = 0, failed = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (; started < n && !failed; started += !failed) {
        Worker *worker = &pool->workers[started];
        *worker = (Worker){.pool = pool, .part = started + 1};
        failed = pthread_create(&worker->thread, NULL, work, worker) != 0;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed) stop_workers(pool, started);
    return !failed;
}

struct netc_threads *netc_threads_create(int count) {
    int usable = processors();
    if (count == 0) count = usable < NETC_THREADS_MOST ? usable : NETC_THREADS_MOST;
    if (count < 1 || count > NETC_THREADS_MOST) return NULL;
    size_t bytes = sizeof(Pool) + (size_t)(count - 1) * sizeof(Worker);
    Pool *pool = aligned_alloc(LINE, (bytes + LINE - 1) / LINE * LINE);
    if (!pool) return NULL;
    *pool = (Pool){.threads = {.count = count,
                               .together = 1,
                               .parallel = parallel,
                               .wait = count > usable ? wait_asleep : wait_spinning,
                               .wake = wake}};
    if (pthread_mutex_init(&pool->in_use, NULL) != 0) {
        free(pool);
        return NULL;
    }
    return start_workers(pool) ? &pool->threads : NULL;
}

void netc_threads_destroy(struct netc_threads *threads) {
    if (threads) stop_workers((Pool *)threads, threads->count - 1);
}
