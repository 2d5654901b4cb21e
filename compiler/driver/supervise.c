/* The supervisor waits for signals one at a time (no handlers): the end of the child, a wish to
 * stop, which is passed on, or a second gone by. */
#include "driver/supervise.h"

#include "base/file.h"
#include "driver/console.h"
#include "driver/limits.h"
#include "driver/outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

/* The tail of a path: bin/netc and libexec/netc/netc-backend stand side by side, in the build
 * tree and installed. */
#define BACKEND_BESIDE "../libexec/netc/netc-backend"

/* Seconds that may go by in all: a busy machine gives a process only a part of them. */
static int64_t wall_limit(const Options *options) { return 3 * options->max_seconds + 5; }

#define MEMORY_HINT                                                                                \
    "No output was written. If memory ran out, --max-memory raises the limit (%zu MiB)"

typedef struct Ending {
    int status;     /* as waitpid gives it */
    bool timed_out; /* stopped by us, after the wall-clock limit */
    int stop;       /* the signal that asked us to stop, or 0 */
} Ending;

static const char *backend_path(Arena *arena) {
    char self[4096];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    if (len < 0) return NULL;
    self[len] = '\0';
    return path_beside(arena, self, BACKEND_BESIDE);
}

static void set_limit(int resource, rlim_t soft, rlim_t hard) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return;
    if (limit.rlim_max == RLIM_INFINITY || hard < limit.rlim_max) limit.rlim_max = hard;
    limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
    setrlimit(resource, &limit);
}

/* In the child: limits, then the back end. Writes errno to `report` if that fails. */
static _Noreturn void become_backend(const char *path, char *const *argv, const Options *options,
                                     const sigset_t *mask, int report) {
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* never outlive the supervisor */
#endif
    rlim_t seconds = (rlim_t)options->max_seconds;
    set_limit(RLIMIT_CPU, seconds, seconds + 5);
    set_limit(RLIMIT_CORE, 0, 0);
#ifndef __SANITIZE_ADDRESS__ /* its shadow takes terabytes */
    rlim_t bytes = (rlim_t)limit_memory(options);
    set_limit(RLIMIT_DATA, bytes, bytes); /* on Linux all private memory, but no program text */
#endif
    sigprocmask(SIG_SETMASK, mask, NULL);
    execv(path, argv);
    int why = errno;
    ssize_t ignored = write(report, &why, sizeof why);
    (void)ignored;
    _exit(STATUS_INTERNAL);
}

/* Starts the back end. @return its process, or -1 and errno */
static pid_t start(const char *path, char *const *argv, const Options *options,
                   const sigset_t *mask) {
    int report[2], why = 0;
    if (pipe(report) != 0) return -1;
    fcntl(report[1], F_SETFD, FD_CLOEXEC);
    pid_t child = fork();
    if (child == 0) {
        close(report[0]);
        become_backend(path, argv, options, mask, report[1]);
    }
    int fork_error = errno;
    close(report[1]);
    if (child > 0 && read(report[0], &why, sizeof why) == (ssize_t)sizeof why) {
        waitpid(child, NULL, 0);
        child = -1;
    } else {
        why = fork_error;
    }
    close(report[0]);
    errno = why;
    return child;
}

/* Waits for the end of the child. Seconds are counted one by one, so that a time in which both
 * processes were stopped (Ctrl-Z) counts as one. */
static Ending wait_for(pid_t child, int64_t seconds, const sigset_t *signals) {
    Ending ending = {0};
    for (int64_t gone = 0;;) {
        struct timespec second = {.tv_sec = 1};
        int signal = sigtimedwait(signals, NULL, &second);
        if (waitpid(child, &ending.status, WNOHANG) == child) return ending;
        if (signal > 0 && signal != SIGCHLD) {
            ending.stop = signal;
            kill(child, signal);
        } else if (signal < 0 && errno == EAGAIN && ++gone >= seconds) {
            ending.timed_out = true;
            kill(child, SIGKILL);
        }
    }
}

/* Words for a back end that did not end by itself. */
static ExitStatus explain(const Ending *ending, const Options *options) {
    if (ending->timed_out)
        return console_fail(STATUS_INTERNAL,
                            "the back end was stopped: no end in sight after %lld s (the limit is "
                            "%lld s of CPU time; --max-seconds sets it)",
                            (long long)wall_limit(options), (long long)options->max_seconds);
    int signal = WTERMSIG(ending->status);
    if (signal == SIGXCPU)
        return console_fail(STATUS_INTERNAL,
                            "the back end was stopped: it used its %lld s of CPU time "
                            "(--max-seconds sets the limit)",
                            (long long)options->max_seconds);
    return console_fail(STATUS_INTERNAL,
                        "internal error: the back end died of signal %d (%s). " MEMORY_HINT, signal,
                        strsignal(signal), limit_memory(options) >> 20);
}

ExitStatus supervise(Arena *arena, const Options *options, char *const *argv) {
    const char *path = backend_path(arena);
    if (!path) return console_fail(STATUS_INTERNAL, "cannot find the back end: no /proc");
    sigset_t signals, before;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_BLOCK, &signals, &before);
    pid_t child = start(path, argv, options, &before);
    if (child < 0)
        return console_fail(STATUS_INTERNAL, "cannot start the back end %s: %s", path,
                            strerror(errno));
    Ending ending = wait_for(child, wall_limit(options), &signals);
    outputs_remove_temporaries(arena, options, (long)child);
    if (WIFEXITED(ending.status) && WEXITSTATUS(ending.status) <= STATUS_INTERNAL)
        return (ExitStatus)WEXITSTATUS(ending.status);
    if (ending.stop) { /* end the way we were asked to */
        signal(ending.stop, SIG_DFL);
        sigprocmask(SIG_SETMASK, &before, NULL);
        raise(ending.stop);
    }
    if (WIFEXITED(ending.status))
        return console_fail(STATUS_INTERNAL,
                            "internal error: the back end ended with status %d. " MEMORY_HINT,
                            WEXITSTATUS(ending.status), limit_memory(options) >> 20);
    return explain(&ending, options);
}
