/* File access through POSIX calls; every failure becomes words for a message. */
#include "base/file.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *too_large(Arena *arena, size_t limit) {
    Text text = text_in(arena);
    text_puts(&text, "is larger than ");
    text_count(&text, (long long)limit);
    text_puts(&text, " bytes");
    return text_str(&text);
}

/* Reads until the end of the file; grows from `expect` bytes. */
static const char *read_all(Arena *arena, int fd, size_t expect, size_t limit, Bytes *out) {
    size_t cap = expect + 1, len = 0;
    char *data = arena_alloc(arena, cap + 2);
    for (;;) {
        ssize_t n = read(fd, data + len, cap - len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return strerror(errno);
        if (n == 0) break;
        len += (size_t)n;
        if (len > limit) return too_large(arena, limit);
        if (len == cap) {
            char *more = arena_alloc(arena, 2 * cap + 2);
            memcpy(more, data, len);
            data = more;
            cap *= 2;
        }
    }
    data[len] = data[len + 1] = '\0';
    *out = (Bytes){data, len};
    return NULL;
}

const char *file_read(Arena *arena, const char *path, size_t limit, Bytes *out) {
    if (strcmp(path, "-") == 0) return read_all(arena, STDIN_FILENO, 4096, limit, out);
    /* O_NONBLOCK: opening a FIFO must not wait for a writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return strerror(errno);
    struct stat status;
    const char *why = NULL;
    if (fstat(fd, &status) != 0)
        why = strerror(errno);
    else if (S_ISDIR(status.st_mode))
        why = strerror(EISDIR);
    else if (!S_ISREG(status.st_mode))
        why = "is not a regular file";
    else if (status.st_size > 0 && (size_t)status.st_size > limit)
        why = too_large(arena, limit);
    else
        why = read_all(arena, fd, (size_t)status.st_size, limit, out);
    close(fd);
    return why;
}

static const char *write_all(int fd, const char *data, size_t len) {
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return strerror(errno);
        data += n;
        len -= (size_t)n;
    }
    return NULL;
}

/* Fills, flushes and renames an open temporary file; the caller removes it on failure. */
static const char *finish(int fd, const char *temporary, const char *path, const void *data,
                          size_t len) {
    const char *why = write_all(fd, data, len);
    if (!why && fsync(fd) != 0 && errno != EINVAL) why = strerror(errno);
    if (close(fd) != 0 && !why) why = strerror(errno);
    if (!why && rename(temporary, path) != 0) why = strerror(errno);
    return why;
}

const char *file_write_atomic(Arena *arena, const char *path, const void *data, size_t len) {
    if (strcmp(path, "-") == 0) return write_all(STDOUT_FILENO, data, len);
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        /* A device or pipe cannot be replaced, only written to. */
        if (S_ISDIR(status.st_mode)) return strerror(EISDIR);
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        if (fd < 0) return strerror(errno);
        const char *why = write_all(fd, data, len);
        if (close(fd) != 0 && !why) why = strerror(errno);
        return why;
    }
    char *temporary = arena_printf(arena, "%s.XXXXXX", path);
    int fd = mkstemp(temporary);
    if (fd < 0) return strerror(errno);
    mode_t mask = umask(0);
    umask(mask);
    fchmod(fd, 0666 & ~mask);
    const char *why = finish(fd, temporary, path, data, len);
    if (why) unlink(temporary);
    return why;
}

const char *path_beside(Arena *arena, const char *base, const char *relative) {
    const char *slash = strrchr(base, '/');
    if (relative[0] == '/' || !slash) return arena_strdup(arena, relative);
    return arena_printf(arena, "%.*s/%s", (int)(slash - base), base, relative);
}

const char *path_stem(Arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    size_t len = dot && dot != name ? (size_t)(dot - name) : strlen(name);
    return arena_strndup(arena, name, len);
}
