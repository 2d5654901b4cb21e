/* Pieces of files through pread: the reader has no position, so that it can be shared. */
#include "base/file_reader.h"

#include "base/file.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *file_reader_adopt(int fd, FileReader *out) {
    struct stat status;
    const char *why = NULL;
    if (fstat(fd, &status) != 0)
        why = strerror(errno);
    else if (!S_ISREG(status.st_mode))
        why = "is not a regular file";
    if (why) {
        close(fd);
        return why;
    }
    *out = (FileReader){.fd = fd,
                        .size = status.st_size,
                        .identity = {.device = (uint64_t)status.st_dev,
                                     .number = (uint64_t)status.st_ino,
                                     .size = status.st_size,
                                     .seconds = status.st_mtim.tv_sec,
                                     .nanoseconds = status.st_mtim.tv_nsec}};
    return NULL;
}

const char *file_reader_open(Arena *arena, const char *path, size_t limit, FileReader *out) {
    int fd;
    const char *why = file_open_regular(arena, path, limit, &fd);
    return why ? why : file_reader_adopt(fd, out);
}

FileReader file_reader_of(const char *bytes, size_t len) {
    return (FileReader){.fd = -1, .memory = bytes, .size = (int64_t)len};
}

const char *file_reader_get(const FileReader *reader, int64_t offset, size_t len, void *out) {
    assert(offset >= 0 && offset <= reader->size && len <= (size_t)(reader->size - offset));
    if (reader->fd < 0) {
        if (len > 0) memcpy(out, reader->memory + offset, len);
        return NULL;
    }
    for (size_t done = 0; done < len;) {
        ssize_t n = pread(reader->fd, (char *)out + done, len - done, offset + (off_t)done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return strerror(errno);
        if (n == 0) return "was cut off while it was read";
        done += (size_t)n;
    }
    return NULL;
}

void file_reader_close(FileReader *reader) {
    if (reader->fd >= 0) close(reader->fd);
    reader->fd = -1;
}
