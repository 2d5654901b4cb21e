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

/** Opens a regular file of at most `limit` bytes for reading; the caller closes *fd.
 *  @return NULL, or the reason as words, as above; nothing is open then */
const char *file_open_regular(Arena *arena, const char *path, size_t limit, int *fd);

/** Bytes somewhere in memory. */
typedef struct Piece {
    const void *data; /* len bytes */
    size_t len;
} Piece;

/** A file to be written: `data`, then the pieces, so that what is large need not be copied
 *  together. */
typedef struct OutputFile {
    const char *path; /* "-" is standard output */
    const void *data; /* len bytes */
    size_t len;
    const Piece *pieces;
    size_t n_pieces;
} OutputFile;

/** Writes all files or none, so that a reader sees the old bytes of a file or all the new ones:
 *  temporary files in the same folders, flushed to the disk, then renamed. Standard output and
 *  devices, which can only be written to, come before the first rename. A file without permission
 *  to write stays as it is; one that is replaced keeps its permissions.
 *  @param which  receives the path that failed
 *  @return NULL, or the reason as words; no temporary or partial file is left behind then */
const char *files_write(Arena *arena, const OutputFile *files, size_t n, const char **which);

/** Takes the files out of the list that hold just these bytes already; they have no pieces.
 *  @return how many are left, at the front and in order */
size_t files_changed(OutputFile *files, size_t n);

/** True for a regular file or none: what files_write replaces. False for "-" and devices. */
bool file_is_replaceable(const char *path);

/** The temporary file of output number `number` of process `process`, in the folder of `path`: so
 *  that who watches the process can remove what it left. */
const char *file_temporary(Arena *arena, const char *path, long process, size_t number);

/** `relative` as seen from the folder of the file `base`; absolute paths stay as they are. */
const char *path_beside(Arena *arena, const char *base, const char *relative);

/** The one absolute path of a file, whatever links and `..` lead to it; NULL if there is none. */
const char *path_canonical(Arena *arena, const char *path);

/** The last part of a path without its final suffix: "nets/lenet5.net" gives "lenet5". */
const char *path_stem(Arena *arena, const char *path);

#endif
