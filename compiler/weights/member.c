/* Deflated bytes go through zlib's raw inflate, a block of input at a time and only as far as the
 * reader asks: a member that would grow without end costs nothing that nobody wants. */
#define ZLIB_CONST
#include "weights/member.h"

#include <stdlib.h>
#include <zlib.h>

enum { BLOCK_BYTES = 1 << 16, MAX_ZLIB_BYTES = 1 << 30 /* zlib counts in unsigned int */ };

struct MemberStream {
    Arena *arena; /* its own */
    const FileReader *reader;
    WeightPlace place;
    int64_t next; /* byte of the file that is read next */
    int64_t left; /* bytes of the piece from there on */
    uint32_t crc; /* of what was given out */
    bool ended;   /* deflated: the end of the stream was met */
    const char *why;
    z_stream inflater;
    unsigned char *block; /* deflated: BLOCK_BYTES of input */
};

static void *take(void *arena, unsigned count, unsigned size) {
    return arena_calloc(arena, count, size);
}

static void give_back(void *arena, void *bytes) {
    (void)arena;
    (void)bytes;
}

MemberStream *member_open(const FileReader *reader, const WeightPlace *place) {
    Arena *arena = arena_create();
    MemberStream *stream = ARENA_NEW(arena, MemberStream);
    *stream = (MemberStream){.arena = arena,
                             .reader = reader,
                             .place = *place,
                             .next = place->at,
                             .left = place->len,
                             .crc = (uint32_t)crc32(0, NULL, 0)};
    if (!place->is_deflated) return stream;
    stream->block = arena_alloc(arena, BLOCK_BYTES);
    stream->inflater = (z_stream){.zalloc = take, .zfree = give_back, .opaque = arena};
    if (inflateInit2(&stream->inflater, -MAX_WBITS) != Z_OK) stream->why = "cannot be inflated";
    return stream;
}

/* The next `len` bytes of the file; false with a reason. */
static bool read_raw(MemberStream *stream, void *out, size_t len) {
    stream->why = file_reader_get(stream->reader, stream->next, len, out);
    stream->next += (int64_t)len;
    stream->left -= (int64_t)len;
    return !stream->why;
}

static size_t get_stored(MemberStream *stream, unsigned char *out, size_t len) {
    if ((uint64_t)stream->left < len) len = (size_t)stream->left;
    return read_raw(stream, out, len) ? len : 0;
}

/* One call of zlib at most gives out `len` bytes; false at the end or at a fault. */
static bool inflate_some(MemberStream *stream) {
    z_stream *z = &stream->inflater;
    if (z->avail_in == 0 && stream->left > 0) {
        size_t len = stream->left < BLOCK_BYTES ? (size_t)stream->left : BLOCK_BYTES;
        if (!read_raw(stream, stream->block, len)) return false;
        z->next_in = stream->block;
        z->avail_in = (unsigned)len;
    }
    int status = inflate(z, Z_NO_FLUSH);
    if (status == Z_STREAM_END)
        stream->ended = true;
    else if (status == Z_BUF_ERROR && z->avail_out > 0)
        stream->why = "ends within its deflated data";
    else if (status != Z_OK && status != Z_BUF_ERROR)
        stream->why = "has deflated data that are damaged";
    return !stream->ended && !stream->why;
}

static size_t get_deflated(MemberStream *stream, unsigned char *out, size_t len) {
    z_stream *z = &stream->inflater;
    size_t done = 0;
    bool more = true;
    while (more && done < len) {
        unsigned wanted = len - done < MAX_ZLIB_BYTES ? (unsigned)(len - done) : MAX_ZLIB_BYTES;
        z->next_out = out + done;
        z->avail_out = wanted;
        while (more && z->avail_out > 0) more = inflate_some(stream);
        done += wanted - z->avail_out;
    }
    return done;
}

size_t member_get(MemberStream *stream, void *out, size_t len) {
    if (stream->why || stream->ended || len == 0) return 0;
    size_t done =
        stream->place.is_deflated ? get_deflated(stream, out, len) : get_stored(stream, out, len);
    for (size_t at = 0; stream->place.has_crc && at < done;) {
        size_t part = done - at < MAX_ZLIB_BYTES ? done - at : MAX_ZLIB_BYTES;
        const unsigned char *bytes = out;
        stream->crc = (uint32_t)crc32(stream->crc, bytes + at, (unsigned)part);
        at += part;
    }
    return done;
}

const char *member_finish(MemberStream *stream) {
    unsigned char beyond;
    if (!stream->why && member_get(stream, &beyond, 1) > 0) stream->why = "is longer than it says";
    if (stream->why) return stream->why;
    if (stream->place.is_deflated && !stream->ended) return "ends within its deflated data";
    if (stream->left > 0 || stream->inflater.avail_in > 0)
        return "has bytes behind its deflated data";
    if (stream->place.has_crc && stream->crc != stream->place.crc) return "has a wrong checksum";
    return NULL;
}

void member_close(MemberStream *stream) {
    if (stream->place.is_deflated) inflateEnd(&stream->inflater);
    arena_destroy(stream->arena);
}
