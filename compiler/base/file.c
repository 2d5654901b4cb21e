/* File access through POSIX calls; every failure becomes words for a message. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "base/file.h"

#include "base/text.h"

#include <assert.h>
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

const char *file_open_regular(Arena *arena, const char *path, size_t limit, int *out) {
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
    if (why)
        close(fd);
    else
        *out = fd;
    return why;
}

const char *file_read(Arena *arena, const char *path, size_t limit, Bytes *out) {
    if (strcmp(path, "-") == 0) return read_all(arena, STDIN_FILENO, 4096, limit, out);
    int fd;
    struct stat status;
    const char *why = file_open_regular(arena, path, limit, &fd);
    if (why) return why;
    why = fstat(fd, &status) != 0 ? strerror(errno)
                                  : read_all(arena, fd, (size_t)status.st_size, limit, out);
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

static const char *write_file(int fd, const OutputFile *file) {
    const char *why = write_all(fd, file->data, file->len);
    for (size_t i = 0; i < file->n_pieces && !why; i++)
        why = write_all(fd, file->pieces[i].data, file->pieces[i].len);
    return why;
}

bool file_is_replaceable(const char *path) {
    struct stat status;
    return strcmp(path, "-") != 0 && (stat(path, &status) != 0 || S_ISREG(status.st_mode));
}

static const char *write_in_place(const OutputFile *file) {
    if (strcmp(file->path, "-") == 0) return write_file(STDOUT_FILENO, file);
    int fd = open(file->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) return strerror(errno);
    const char *why = write_file(fd, file);
    if (close(fd) != 0 && !why) why = strerror(errno);
    return why;
}

/* Gives the new file the permissions of the old one, and its owner as far as this is allowed. */
static void take_after(int fd, const char *path) {
    struct stat status;
    if (stat(path, &status) != 0) return;
    (void)!fchown(fd, status.st_uid, status.st_gid);
    (void)!fchmod(fd, status.st_mode & 0777);
}

/* Creates and fills the temporary file, on the disk when it returns; removes it on failure. */
static const char *write_temporary(const char *temporary, const OutputFile *file) {
    const int how = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    if (access(file->path, W_OK) != 0 && errno != ENOENT) return strerror(errno);
    int fd = open(temporary, how, 0666);
    if (fd < 0 && errno == EEXIST && unlink(temporary) == 0) fd = open(temporary, how, 0666);
    if (fd < 0) return strerror(errno);
    take_after(fd, file->path);
    const char *why = write_file(fd, file);
    if (!why && fsync(fd) != 0 && errno != EINVAL) why = strerror(errno);
    if (close(fd) != 0 && !why) why = strerror(errno);
    if (why) unlink(temporary);
    return why;
}

const char *file_temporary(Arena *arena, const char *path, long process, size_t number) {
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash - path) + 1 : 0;
    return arena_printf(arena, "%.*s.netc-%ld-%zu.tmp", folder, path, process, number);
}

const char *files_write(Arena *arena, const OutputFile *files, size_t n, const char **which) {
    const char **temporary = ARENA_ARRAY(arena, const char *, n), *why = NULL;
    for (size_t i = 0; i < n && !why; i++) {
        *which = files[i].path;
        if (!file_is_replaceable(files[i].path)) continue;
        const char *name = file_temporary(arena, files[i].path, (long)getpid(), i);
        why = write_temporary(name, &files[i]);
        if (!why) temporary[i] = name;
    }
    for (size_t i = 0; i < n && !why; i++) {
        *which = files[i].path;
        if (!temporary[i]) why = write_in_place(&files[i]);
    }
    for (size_t i = 0; i < n; i++) {
        if (!temporary[i]) continue;
        if (!why && rename(temporary[i], files[i].path) != 0) {
            why = strerror(errno);
            *which = files[i].path;
        }
        if (why) unlink(temporary[i]);
    }
    return why;
}

static bool holds_already(const OutputFile *file) {
    assert(file->n_pieces == 0);
    if (!file_is_replaceable(file->path)) return false;
    Arena *arena = arena_create();
    Bytes bytes;
    bool same = !file_read(arena, file->path, file->len, &bytes) && bytes.len == file->len &&
                memcmp(bytes.data, file->data, file->len) == 0;
    arena_destroy(arena);
    return same;
}

size_t files_changed(OutputFile *files, size_t n) {
    size_t changed = 0;
    for (size_t i = 0; i < n; i++)
        if (!holds_already(&files[i])) files[changed++] = files[i];
    return changed;
}

const char *path_beside(Arena *arena, const char *base, const char *relative) {
    const char *slash = strrchr(base, '/');
    if (relative[0] == '/' || !slash) return arena_strdup(arena, relative);
    return arena_printf(arena, "%.*s/%s", (int)(slash - base), base, relative);
}

const char *path_canonical(Arena *arena, const char *path) {
    char *resolved = realpath(path, NULL);
    if (!resolved) return NULL;
    const char *copy = arena_strdup(arena, resolved);
    free(resolved);
    return copy;
}

const char *path_stem(Arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    size_t len = dot && dot != name ? (size_t)(dot - name) : strlen(name);
    return arena_strndup(arena, name, len);
}
