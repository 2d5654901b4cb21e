/* Files, read whole and written all or nothing. */
#ifndef NETC_BASE_FILE_H
#define NETC_BASE_FILE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct Bytes {
    const char *data; /* len bytes, then two NULs */
    size_t len;
} Bytes;

/** Reads a regular file ("-" is standard input) of at most `limit` bytes into `arena`.
 *  @return NULL, or the reason as words: "No such file or directory", "is not a regular file",
 *          "is larger than 16,777,216 bytes" */
const char *file_read(Arena *arena, const char *path, size_t limit, Bytes *out);

/** Writes a file so that a reader sees the old bytes or all the new ones: a temporary file in the
 *  same folder, flushed to the disk, then renamed. "-" is standard output.
 *  @return NULL, or the reason as words; nothing is left behind then */
const char *file_write_atomic(Arena *arena, const char *path, const void *data, size_t len);

/** `relative` as seen from the folder of the file `base`; absolute paths stay as they are. */
const char *path_beside(Arena *arena, const char *base, const char *relative);

/** The last part of a path without its final suffix: "nets/lenet5.net" gives "lenet5". */
const char *path_stem(Arena *arena, const char *path);

#endif
