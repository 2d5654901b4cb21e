/* The members of a zip archive, none of its claims believed. */
#ifndef NETC_WEIGHTS_ZIP_H
#define NETC_WEIGHTS_ZIP_H

#include "base/arena.h"
#include "base/file_reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ZipMember {
    const char *name;   /* without NUL bytes */
    bool is_deflated;   /* else stored */
    uint32_t crc;       /* CRC-32 of the content */
    int64_t at, packed; /* bytes of the file that hold it */
    int64_t size;       /* bytes of the content, as the archive says */
} ZipMember;

typedef struct ZipArchive {
    ZipMember *members; /* sorted by name */
    size_t n_members;
} ZipArchive;

/** Lists an archive, zip64 or not. The central directory is held against the local headers; members
 *  that overlap, leave a gap, are encrypted, or are packed by another method than deflate are
 *  refused, and so are names that occur twice.
 *  @return NULL, or what is wrong in words, safe to print */
const char *zip_list(Arena *arena, const FileReader *reader, ZipArchive *out);

#endif
