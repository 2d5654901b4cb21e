/* Zip archives (APPNOTE 6.3): members, each behind a local header; a central directory that lists
 * them; a record of its end, and before that, in large archives, a zip64 record of the same.
 *
 * Readers disagree about archives that contradict themselves, and attacks live on that. Here the
 * file is members, directory and records, each beginning where the one before it ends. Only a
 * member written without seeking may have 12 to 24 bytes behind it, which repeat its sizes. */
#include "weights/zip.h"

#include "base/little_endian.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
    LOCAL_BYTES = 30, /* of the fixed part of each record */
    CENTRAL_BYTES = 46,
    END_BYTES = 22,
    END64_BYTES = 56,
    LOCATOR_BYTES = 20,
    MAX_FIELD_BYTES = 65535, /* of a name, an extra field, a comment */
    MAX_DIRECTORY_BYTES = 32 << 20,
    MAX_MEMBERS = 1 << 18,
    MAX_SHOWN_NAME = 80,
    ZIP64_FIELD = 1, /* the extra field with large sizes */
    FLAG_ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13,
    FLAG_SIZES_BEHIND = 1 << 3
};

#define LARGE16 0xFFFFu
#define LARGE32 0xFFFFFFFFu

/* A member while it is checked. */
typedef struct Entry {
    ZipMember member;
    uint64_t local; /* where its local header begins */
    uint64_t packed, size;
    uint16_t flags, method;
    const char *raw_name; /* name_len bytes of the directory */
    size_t name_len;
    int64_t end; /* one past its content */
} Entry;

/* What one reading works on. */
typedef struct Zip {
    Arena *arena;
    const FileReader *reader;
    int64_t directory;      /* where the central directory begins */
    uint64_t directory_len; /* its bytes */
    uint64_t count;         /* its entries */
    Entry *entries;
    size_t n_entries;
    unsigned char *tail; /* room for the name and the extra field of a local header */
    const char *why;
} Zip;

static bool wrong(Zip *zip, const char *why) {
    if (!zip->why) zip->why = why;
    return false;
}

static bool wrong_member(Zip *zip, const Entry *entry, const char *what) {
    Text text = text_in(zip->arena);
    size_t len = entry->name_len < MAX_SHOWN_NAME ? entry->name_len : MAX_SHOWN_NAME;
    text_puts(&text, "member `");
    text_quote(&text, entry->raw_name, len);
    text_printf(&text, "%s` %s", len < entry->name_len ? "..." : "", what);
    return wrong(zip, text_str(&text));
}

static bool get(Zip *zip, int64_t at, size_t len, void *out) {
    const char *why = file_reader_get(zip->reader, at, len, out);
    return !why || wrong(zip, arena_printf(zip->arena, "it %s", why));
}

/* ---- where the directory is ---- */

/* The last record whose comment reaches just to the end of the file. */
static bool find_end(Zip *zip, unsigned char end[END_BYTES], int64_t *at) {
    int64_t most = END_BYTES + MAX_FIELD_BYTES;
    size_t len = (size_t)(zip->reader->size < most ? zip->reader->size : most);
    unsigned char *tail = arena_alloc(zip->arena, len);
    if (!get(zip, zip->reader->size - (int64_t)len, len, tail)) return false;
    for (size_t back = END_BYTES; back <= len; back++) {
        const unsigned char *record = tail + len - back;
        if (memcmp(record, "PK\5\6", 4) != 0) continue;
        if (little_endian(record + 20, 2) != back - END_BYTES) continue;
        memcpy(end, record, END_BYTES);
        *at = zip->reader->size - (int64_t)back;
        return true;
    }
    return wrong(zip, "it has no end of a central directory");
}

/* The zip64 record before the end record; a field that is not a placeholder there must agree. */
static bool read_end64(Zip *zip, const unsigned char *end, int64_t *directory_end) {
    static const char *const broken = "its zip64 record is damaged";
    unsigned char locator[LOCATOR_BYTES], record[END64_BYTES];
    int64_t locator_at = *directory_end - LOCATOR_BYTES, at = locator_at - END64_BYTES;
    if (at < 0) return wrong(zip, broken);
    if (!get(zip, locator_at, sizeof locator, locator) || !get(zip, at, sizeof record, record))
        return false;
    if (memcmp(locator, "PK\6\7", 4) != 0 || little_endian(locator + 4, 4) != 0 ||
        little_endian(locator + 8, 8) != (uint64_t)at || little_endian(locator + 16, 4) > 1)
        return wrong(zip, broken);
    if (memcmp(record, "PK\6\6", 4) != 0 || little_endian(record + 4, 8) != END64_BYTES - 12 ||
        little_endian(record + 16, 8) != 0 ||
        little_endian(record + 24, 8) != little_endian(record + 32, 8))
        return wrong(zip, broken);
    zip->count = little_endian(record + 32, 8);
    zip->directory_len = little_endian(record + 40, 8);
    uint64_t directory = little_endian(record + 48, 8);
    uint64_t count = little_endian(end + 10, 2), len = little_endian(end + 12, 4),
             start = little_endian(end + 16, 4);
    if ((count != LARGE16 && count != zip->count) ||
        (len != LARGE32 && len != zip->directory_len) || (start != LARGE32 && start != directory))
        return wrong(zip, "its zip64 record contradicts the record at its end");
    *directory_end = at;
    zip->directory = directory <= INT64_MAX ? (int64_t)directory : INT64_MAX;
    return true;
}

static bool find_directory(Zip *zip) {
    unsigned char end[END_BYTES];
    int64_t directory_end;
    if (!find_end(zip, end, &directory_end)) return false;
    zip->count = little_endian(end + 10, 2);
    zip->directory_len = little_endian(end + 12, 4);
    zip->directory = (int64_t)little_endian(end + 16, 4);
    if (little_endian(end + 4, 4) != 0 || little_endian(end + 8, 2) != zip->count)
        return wrong(zip, "it is one of several parts");
    bool is_large = zip->count == LARGE16 || zip->directory_len == LARGE32 ||
                    (uint64_t)zip->directory == LARGE32;
    if (is_large && !read_end64(zip, end, &directory_end)) return false;
    if (zip->directory > directory_end ||
        zip->directory_len != (uint64_t)(directory_end - zip->directory))
        return wrong(zip, "its central directory is not where its end says");
    if (zip->directory_len > MAX_DIRECTORY_BYTES)
        return wrong(zip, "its central directory is larger than 32 MiB");
    if (zip->count > MAX_MEMBERS) return wrong(zip, "it has more than 262,144 members");
    return true;
}

/* ---- the members ---- */

/* Replaces the placeholders among `fields`, in their order, by the numbers of the zip64 field. */
static bool widen(const unsigned char *extra, size_t len, uint64_t *const *fields, int n) {
    const unsigned char *wide = NULL;
    size_t wide_len = 0;
    while (len >= 4) {
        size_t size = (size_t)little_endian(extra + 2, 2);
        if (size > len - 4) return false;
        if (little_endian(extra, 2) == ZIP64_FIELD) {
            if (wide) return false;
            wide = extra + 4;
            wide_len = size;
        }
        extra += 4 + size;
        len -= 4 + size;
    }
    for (int i = 0; i < n; i++) {
        if (*fields[i] != LARGE32) continue;
        if (!wide) continue; /* just this number */
        if (wide_len < 8) return false;
        *fields[i] = little_endian(wide, 8);
        wide += 8;
        wide_len -= 8;
    }
    return true;
}

static bool read_entry(Zip *zip, const unsigned char *record, size_t left, size_t *used) {
    if (left < CENTRAL_BYTES || memcmp(record, "PK\1\2", 4) != 0)
        return wrong(zip, "its central directory is damaged");
    size_t name_len = (size_t)little_endian(record + 28, 2),
           extra_len = (size_t)little_endian(record + 30, 2),
           comment_len = (size_t)little_endian(record + 32, 2);
    *used = CENTRAL_BYTES + name_len + extra_len + comment_len;
    if (*used > left) return wrong(zip, "its central directory is damaged");
    Entry *entry = &zip->entries[zip->n_entries++];
    *entry = (Entry){.local = little_endian(record + 42, 4),
                     .packed = little_endian(record + 20, 4),
                     .size = little_endian(record + 24, 4),
                     .flags = (uint16_t)little_endian(record + 8, 2),
                     .method = (uint16_t)little_endian(record + 10, 2),
                     .raw_name = (const char *)record + CENTRAL_BYTES,
                     .name_len = name_len};
    uint64_t *const fields[] = {&entry->size, &entry->packed, &entry->local};
    if (!widen(record + CENTRAL_BYTES + name_len, extra_len, fields, 3))
        return wrong_member(zip, entry, "has a damaged extra field");
    if (little_endian(record + 34, 2) != 0) return wrong_member(zip, entry, "is in another file");
    if (memchr(entry->raw_name, '\0', name_len))
        return wrong_member(zip, entry, "has a NUL in its name");
    if (entry->flags & FLAG_ENCRYPTED) return wrong_member(zip, entry, "is encrypted");
    if (entry->method != 0 && entry->method != 8)
        return wrong_member(zip, entry, "is packed by another method than deflate");
    if (entry->method == 0 && entry->packed != entry->size)
        return wrong_member(zip, entry, "is stored, but of two sizes");
    if (entry->size > INT64_MAX) return wrong_member(zip, entry, "is larger than any file");
    uint64_t room = (uint64_t)zip->directory;
    if (entry->local > room || room - entry->local < LOCAL_BYTES ||
        entry->packed > room - entry->local)
        return wrong_member(zip, entry, "goes beyond the central directory");
    entry->member = (ZipMember){.name = arena_strndup(zip->arena, entry->raw_name, name_len),
                                .is_deflated = entry->method == 8,
                                .crc = (uint32_t)little_endian(record + 16, 4),
                                .packed = (int64_t)entry->packed,
                                .size = (int64_t)entry->size};
    return true;
}

static bool read_directory(Zip *zip) {
    size_t len = (size_t)zip->directory_len;
    unsigned char *bytes = arena_alloc(zip->arena, len);
    if (!get(zip, zip->directory, len, bytes)) return false;
    if (zip->count > len / CENTRAL_BYTES) return wrong(zip, "its central directory is damaged");
    zip->entries = ARENA_ARRAY(zip->arena, Entry, (size_t)zip->count);
    while (zip->n_entries < zip->count) {
        size_t used;
        if (!read_entry(zip, bytes, len, &used)) return false;
        bytes += used;
        len -= used;
    }
    return len == 0 || wrong(zip, "its central directory has more entries than it says");
}

/* ---- the members in the order of the file ---- */

static int by_place(const void *a, const void *b) {
    const Entry *x = a, *y = b;
    return (x->local > y->local) - (x->local < y->local);
}

/* The local header must repeat the directory; it may leave out what was not known when it was
 * written.
 *  @param tail  its name and its extra field, extra_len bytes */
static bool agrees(Zip *zip, const Entry *entry, const unsigned char *header,
                   const unsigned char *tail, size_t extra_len) {
    uint64_t crc = little_endian(header + 14, 4), packed = little_endian(header + 18, 4),
             size = little_endian(header + 22, 4);
    uint64_t *const fields[] = {&size, &packed};
    if (!widen(tail + entry->name_len, extra_len, fields, 2))
        return wrong_member(zip, entry, "has a damaged extra field");
    bool may_be_behind = entry->flags & FLAG_SIZES_BEHIND;
    bool same = little_endian(header + 6, 2) == entry->flags &&
                little_endian(header + 8, 2) == entry->method &&
                memcmp(tail, entry->raw_name, entry->name_len) == 0;
    same = same && (crc == entry->member.crc || (may_be_behind && crc == 0));
    same = same && (packed == entry->packed || (may_be_behind && packed == 0));
    same = same && (size == entry->size || (may_be_behind && size == 0));
    return same || wrong_member(zip, entry, "has a local header that contradicts the directory");
}

/* Finds the content of a member whose bytes end before `next`. Nothing of the header is read that
 * the member behind it has, too: what is read in all is at most the file. */
static bool read_local(Zip *zip, Entry *entry, int64_t next) {
    unsigned char header[LOCAL_BYTES];
    int64_t start = (int64_t)entry->local;
    if (!get(zip, start, sizeof header, header)) return false;
    if (memcmp(header, "PK\3\4", 4) != 0) return wrong_member(zip, entry, "has no local header");
    size_t name_len = (size_t)little_endian(header + 26, 2),
           extra_len = (size_t)little_endian(header + 28, 2);
    entry->member.at = start + LOCAL_BYTES + (int64_t)(name_len + extra_len);
    entry->end = entry->member.at + entry->member.packed;
    if (entry->end > next)
        return wrong_member(zip, entry,
                            next < zip->directory ? "overlaps the member behind it"
                                                  : "goes beyond the central directory");
    if (name_len != entry->name_len)
        return wrong_member(zip, entry, "has a local header that contradicts the directory");
    if (!get(zip, start + LOCAL_BYTES, name_len + extra_len, zip->tail)) return false;
    return agrees(zip, entry, header, zip->tail, extra_len);
}

/* Bytes that may stand behind a member: none, or its sizes, with or without a signature, of 4 or 8
 * bytes each. */
static bool is_trailer(const Entry *entry, int64_t bytes) {
    if (bytes == 0 || !(entry->flags & FLAG_SIZES_BEHIND)) return bytes == 0;
    return bytes == 12 || bytes == 16 || bytes == 20 || bytes == 24;
}

static bool read_members(Zip *zip) {
    if (zip->n_entries > 0) qsort(zip->entries, zip->n_entries, sizeof zip->entries[0], by_place);
    int64_t first = zip->n_entries > 0 ? (int64_t)zip->entries[0].local : zip->directory;
    if (first != 0) return wrong(zip, "bytes at its beginning belong to no member");
    zip->tail = arena_alloc(zip->arena, 2 * MAX_FIELD_BYTES);
    for (size_t i = 0; i < zip->n_entries; i++) {
        Entry *entry = &zip->entries[i];
        bool is_last = i + 1 == zip->n_entries;
        int64_t next = is_last ? zip->directory : (int64_t)entry[1].local;
        if (!read_local(zip, entry, next)) return false;
        if (!is_trailer(entry, next - entry->end))
            return wrong_member(zip, entry, "leaves a gap behind it");
    }
    return true;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const ZipMember *)a)->name, ((const ZipMember *)b)->name);
}

const char *zip_list(Arena *arena, const FileReader *reader, ZipArchive *out) {
    Zip zip = {.arena = arena, .reader = reader};
    if (!find_directory(&zip) || !read_directory(&zip) || !read_members(&zip)) return zip.why;
    ZipArchive archive = {ARENA_ARRAY(arena, ZipMember, zip.n_entries), zip.n_entries};
    for (size_t i = 0; i < zip.n_entries; i++) archive.members[i] = zip.entries[i].member;
    if (archive.n_members > 0)
        qsort(archive.members, archive.n_members, sizeof archive.members[0], by_name);
    for (size_t i = 1; i < archive.n_members; i++)
        if (strcmp(archive.members[i - 1].name, archive.members[i].name) == 0) {
            Entry twice = {.raw_name = archive.members[i].name,
                           .name_len = strlen(archive.members[i].name)};
            wrong_member(&zip, &twice, "is there twice");
            return zip.why;
        }
    *out = archive;
    return NULL;
}
