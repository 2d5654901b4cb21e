/* Zip archives made byte by byte, so that a test can make any of them lie. */
#ifndef NETC_TESTS_WEIGHTS_ARCHIVE_H
#define NETC_TESTS_WEIGHTS_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_ARCHIVE_MEMBERS = 4, MAX_ARCHIVE_BYTES = 8192 };

typedef struct ArchiveMember {
    const char *name;
    const char *header; /* of the .npy; NULL: 4 elements <f4 in one axis */
    bool deflated;
    bool sizes_behind; /* written without seeking */
    bool wide;         /* zip64 field in the local header, as numpy writes it */
    int n_elems;       /* f32 1, 2, 3 ... */
} ArchiveMember;

typedef struct Archive {
    unsigned char bytes[MAX_ARCHIVE_BYTES];
    size_t len;
    size_t local[MAX_ARCHIVE_MEMBERS], content[MAX_ARCHIVE_MEMBERS], /* where each begins */
        central[MAX_ARCHIVE_MEMBERS];
    size_t directory, end64, end;
} Archive;

/** Writes an archive of `n` members; with the zip64 records if `wide`. */
void archive_make(Archive *archive, const ArchiveMember *members, int n, bool wide);

/** Puts the `width` low bytes of `value` at a place, the least significant first. */
void archive_put(Archive *archive, size_t at, int width, uint64_t value);

#endif
