/* What APPNOTE 6.3 says, written down plainly. */
#include "archive.h"

#include <assert.h>
#include <string.h>
#include <zlib.h>

void archive_put(Archive *archive, size_t at, int width, uint64_t value) {
    for (int i = 0; i < width; i++)
        archive->bytes[at + (size_t)i] = (unsigned char)(value >> 8 * i);
}

static void add(Archive *archive, int width, uint64_t value) {
    assert(archive->len + (size_t)width <= MAX_ARCHIVE_BYTES);
    archive_put(archive, archive->len, width, value);
    archive->len += (size_t)width;
}

static void add_bytes(Archive *archive, const void *bytes, size_t len) {
    assert(archive->len + len <= MAX_ARCHIVE_BYTES);
    memcpy(archive->bytes + archive->len, bytes, len);
    archive->len += len;
}

static size_t npy_of(const ArchiveMember *member, unsigned char *out) {
    const char *header = member->header
                             ? member->header
                             : "{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }\n";
    size_t len = strlen(header);
    memcpy(out, "\x93NUMPY\1\0", 8);
    out[8] = (unsigned char)len;
    out[9] = (unsigned char)(len >> 8);
    memcpy(out + 10, header, len);
    for (int i = 0; i < member->n_elems; i++) {
        float value = (float)(i + 1);
        memcpy(out + 10 + len + 4 * (size_t)i, &value, 4);
    }
    return 10 + len + 4 * (size_t)member->n_elems;
}

static size_t deflate_all(const unsigned char *bytes, size_t len, unsigned char *out, size_t room) {
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)bytes,
                  .avail_in = (unsigned)len,
                  .next_out = out,
                  .avail_out = (unsigned)room};
    int status = deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    assert(status == Z_OK);
    status = deflate(&z, Z_FINISH);
    assert(status == Z_STREAM_END);
    (void)status;
    size_t packed = z.total_out;
    deflateEnd(&z);
    return packed;
}

/* The sizes of a member. */
typedef struct Facts {
    uint64_t crc, packed, size;
} Facts;

static Facts add_member(Archive *archive, const ArchiveMember *member) {
    unsigned char content[4096], packed[4096];
    size_t size = npy_of(member, content), n_packed = size;
    if (member->deflated)
        n_packed = deflate_all(content, size, packed, sizeof packed);
    else
        memcpy(packed, content, size);
    Facts facts = {crc32(0, content, (unsigned)size), n_packed, size};
    bool late = member->sizes_behind;
    add(archive, 4, 0x04034B50);
    add(archive, 2, member->wide ? 45 : 20);
    add(archive, 2, late ? 8 : 0);
    add(archive, 2, member->deflated ? 8 : 0);
    add(archive, 4, 0);
    add(archive, 4, late ? 0 : facts.crc);
    add(archive, 4, member->wide ? 0xFFFFFFFF : late ? 0 : facts.packed);
    add(archive, 4, member->wide ? 0xFFFFFFFF : late ? 0 : facts.size);
    add(archive, 2, strlen(member->name));
    add(archive, 2, member->wide ? 20 : 0);
    add_bytes(archive, member->name, strlen(member->name));
    if (member->wide) {
        add(archive, 2, 1);
        add(archive, 2, 16);
        add(archive, 8, late ? 0 : facts.size);
        add(archive, 8, late ? 0 : facts.packed);
    }
    return facts;
}

static void add_content(Archive *archive, const ArchiveMember *member, const Facts *facts) {
    unsigned char content[4096], packed[4096];
    size_t size = npy_of(member, content);
    if (member->deflated)
        add_bytes(archive, packed, deflate_all(content, size, packed, sizeof packed));
    else
        add_bytes(archive, content, size);
    if (!member->sizes_behind) return;
    add(archive, 4, 0x08074B50);
    add(archive, 4, facts->crc);
    add(archive, 4, facts->packed);
    add(archive, 4, facts->size);
}

static void add_entry(Archive *archive, const ArchiveMember *member, const Facts *facts,
                      size_t local) {
    add(archive, 4, 0x02014B50);
    add(archive, 4, 20 | 20 << 16);
    add(archive, 2, member->sizes_behind ? 8 : 0);
    add(archive, 2, member->deflated ? 8 : 0);
    add(archive, 4, 0);
    add(archive, 4, facts->crc);
    add(archive, 4, facts->packed);
    add(archive, 4, facts->size);
    add(archive, 2, strlen(member->name));
    add(archive, 8, 0);
    add(archive, 4, 0);
    add(archive, 4, local);
    add_bytes(archive, member->name, strlen(member->name));
}

void archive_make(Archive *archive, const ArchiveMember *members, int n, bool wide) {
    Facts facts[MAX_ARCHIVE_MEMBERS];
    *archive = (Archive){.len = 0};
    for (int i = 0; i < n; i++) {
        archive->local[i] = archive->len;
        facts[i] = add_member(archive, &members[i]);
        archive->content[i] = archive->len;
        add_content(archive, &members[i], &facts[i]);
    }
    archive->directory = archive->len;
    for (int i = 0; i < n; i++) {
        archive->central[i] = archive->len;
        add_entry(archive, &members[i], &facts[i], archive->local[i]);
    }
    size_t directory_len = archive->len - archive->directory;
    archive->end64 = archive->len;
    if (wide) {
        add(archive, 4, 0x06064B50);
        add(archive, 8, 44);
        add(archive, 4, 45 | 45 << 16);
        add(archive, 8, 0);
        add(archive, 8, (uint64_t)n);
        add(archive, 8, (uint64_t)n);
        add(archive, 8, directory_len);
        add(archive, 8, archive->directory);
        add(archive, 4, 0x07064B50);
        add(archive, 4, 0);
        add(archive, 8, archive->end64);
        add(archive, 4, 1);
    }
    archive->end = archive->len;
    add(archive, 4, 0x06054B50);
    add(archive, 4, 0);
    add(archive, 2, wide ? 0xFFFF : (uint64_t)n);
    add(archive, 2, wide ? 0xFFFF : (uint64_t)n);
    add(archive, 4, wide ? 0xFFFFFFFF : directory_len);
    add(archive, 4, wide ? 0xFFFFFFFF : archive->directory);
    add(archive, 2, 0);
}
