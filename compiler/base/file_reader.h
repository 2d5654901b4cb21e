/* A file that is read piece by piece: what is not asked for is not read. */
#ifndef NETC_BASE_FILE_READER_H
#define NETC_BASE_FILE_READER_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

/** What tells a file from another one, and from itself after a change. */
typedef struct FileIdentity {
    uint64_t device, number;
    int64_t size;                 /* bytes */
    int64_t seconds, nanoseconds; /* when it was changed */
} FileIdentity;

typedef struct FileReader {
    int fd;             /* of the file; -1: bytes in memory */
    const char *memory; /* these bytes, not owned */
    int64_t size;       /* of the file or the bytes */
    FileIdentity identity;
} FileReader;

/** Opens a regular file of at most `limit` bytes; release with file_reader_close.
 *  @return NULL, or the reason as words, as of file_read; nothing is open then */
const char *file_reader_open(Arena *arena, const char *path, size_t limit, FileReader *out);

/** A reader of an open file, which must be a regular one; it owns `fd` from here on.
 *  @return NULL, or the reason as words; `fd` is closed then */
const char *file_reader_adopt(int fd, FileReader *out);

/** A reader of bytes in memory, which must outlive it; closing it does nothing. */
FileReader file_reader_of(const char *bytes, size_t len);

/** Reads the `len` bytes at `offset`, which lie within `size`.
 *  @return NULL, or the reason as words: "was cut off while it was read" */
const char *file_reader_get(const FileReader *reader, int64_t offset, size_t len, void *out);

void file_reader_close(FileReader *reader);

#endif
