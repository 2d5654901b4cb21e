/* The linker is a process of its own, found in PATH; the object reaches it, and the library comes
 * back, in temporary files, so that the library is written as every other output is. */
#include "driver/link.h"

#include "base/file.h"
#include "driver/console.h"
#include "driver/outputs.h"

#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { MAX_ARGS = 20, LIBRARY_LIMIT = INT32_MAX };

/* What one linker run needs to know. */
typedef struct Link {
    const char *object, *library; /* temporary files */
    const char *name;             /* the library's own; NULL for standard output */
} Link;

/* The linker proper. */
static void list_ld_arguments(const Link *link, const char **args) {
    int n = 1;
    args[n++] = "-shared";
    args[n++] = "--build-id=none";
    args[n++] = "-z";
    args[n++] = "noexecstack";
    args[n++] = "-o";
    args[n++] = link->library;
    if (link->name) {
        args[n++] = "-soname";
        args[n++] = link->name;
    }
    args[n++] = link->object;
    args[n] = NULL;
}

/* The compiler's driver, which hands words on to its linker. */
static void list_cc_arguments(const Link *link, const char **args) {
    int n = 1;
    args[n++] = "-shared";
    args[n++] = "-nostdlib";
    args[n++] = "-Wl,--build-id=none,-z,noexecstack";
    args[n++] = "-o";
    args[n++] = link->library;
    if (link->name) {
        args[n++] = "-Xlinker";
        args[n++] = "-soname";
        args[n++] = "-Xlinker";
        args[n++] = link->name;
    }
    args[n++] = link->object;
    args[n] = NULL;
}

/* In the order in which they are looked for. */
static const struct {
    const char *name;
    void (*list)(const Link *link, const char **args);
} linkers[] = {{"ld.lld", list_ld_arguments}, {"ld", list_ld_arguments}, {"cc", list_cc_arguments}};

enum { N_LINKERS = sizeof linkers / sizeof linkers[0] };

/* Runs a program of PATH and waits for it. @return 0, its exit status, or -1 if there is none */
static int run_program(const char *const *args) {
    pid_t child;
    int status;
    if (posix_spawnp(&child, args[0], NULL, NULL, (char *const *)args, environ) != 0) return -1;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status)) return WEXITSTATUS(status) == 127 ? -1 : WEXITSTATUS(status);
    return 128 + WTERMSIG(status);
}

static ExitStatus run_linker(const Link *link) {
    const char *args[MAX_ARGS];
    for (int i = 0; i < N_LINKERS; i++) {
        args[0] = linkers[i].name;
        linkers[i].list(link, args);
        int status = run_program(args);
        if (status > 0)
            return console_fail(STATUS_OUTPUT, "cannot link a shared library: `%s` ended with %d",
                                linkers[i].name, status);
        if (status == 0) return STATUS_DONE;
    }
    return console_fail(STATUS_OUTPUT, "cannot link a shared library: there is no `ld.lld`, `ld` "
                                       "or `cc` in PATH");
}

/* A temporary file that no linker takes for an option. */
static const char *temporary(Arena *arena, const char *output, int number) {
    const char *path = file_temporary(arena, output, (long)getpid(), (size_t)number);
    return path[0] == '-' ? arena_printf(arena, "./%s", path) : path;
}

ExitStatus link_shared(Arena *arena, const char *output, Bytes object, Bytes *library) {
    bool is_file = file_is_replaceable(output);
    const char *slash = strrchr(output, '/'), *beside = is_file ? output : "";
    Link link = {.object = temporary(arena, beside, LINK_INPUT),
                 .library = temporary(arena, beside, LINK_OUTPUT),
                 .name = !is_file ? NULL
                         : slash  ? slash + 1
                                  : output};
    OutputFile file = {.path = link.object, .data = object.data, .len = object.len};
    ExitStatus status = console_write(arena, &file, 1);
    if (status != STATUS_DONE) return status;
    status = run_linker(&link);
    if (status == STATUS_DONE) {
        const char *why = file_read(arena, link.library, LIBRARY_LIMIT, library);
        if (why) status = console_fail(STATUS_OUTPUT, "cannot read what the linker wrote: %s", why);
    }
    unlink(link.object);
    unlink(link.library);
    return status;
}
