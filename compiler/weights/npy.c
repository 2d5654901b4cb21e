/* The .npy format: a magic string, a version, the length of a header, the header, the elements.
 *
 *     \x93NUMPY 1 0 <length> {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }   \n
 *
 * The header is a Python dictionary literal; just the part of Python that numpy writes there is
 * read, its three keys in any order. */
#include "weights/npy.h"

#include "base/checked.h"
#include "base/little_endian.h"
#include "weights/convert.h"
#include "weights/member.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

static const char MAGIC[] = "\x93NUMPY";

enum {
    MAGIC_BYTES = 6,
    ALIGNMENT = 64,
    MAX_SHOWN_TYPE = 16,
    FIRST_BYTES = 128,      /* of a file: nearly always the whole header */
    MAX_HEADER_BYTES = 4096 /* of a tensor's; numpy writes some 118 */
};

/* A position in the header; reading past the end gives '\0'. */
typedef struct Cursor {
    const char *at, *end;
} Cursor;

static char peek(const Cursor *c) { return c->at < c->end ? *c->at : '\0'; }

static void skip_space(Cursor *c) {
    while (peek(c) == ' ' || peek(c) == '\n' || peek(c) == '\t' || peek(c) == '\r') c->at++;
}

/* Skips `token`, after white space, if it stands there. */
static bool take(Cursor *c, const char *token) {
    skip_space(c);
    size_t len = strlen(token);
    if ((size_t)(c->end - c->at) < len || memcmp(c->at, token, len) != 0) return false;
    c->at += len;
    return true;
}

/* A string without escapes, in either quote. */
static bool take_string(Cursor *c, Cursor *string) {
    skip_space(c);
    char quote = peek(c);
    if (quote != '\'' && quote != '"') return false;
    const char *begin = ++c->at;
    while (c->at < c->end && *c->at != quote) {
        if (*c->at == '\\' || *c->at == '\n') return false;
        c->at++;
    }
    if (c->at == c->end) return false;
    *string = (Cursor){begin, c->at++};
    return true;
}

/* A whole number; Python 2 wrote an L after it. */
static bool take_extent(Cursor *c, int64_t *out) {
    skip_space(c);
    int64_t value = 0;
    const char *begin = c->at;
    for (; peek(c) >= '0' && peek(c) <= '9'; c->at++)
        if (!checked_mul(value, 10, &value) || !checked_add(value, peek(c) - '0', &value))
            return false;
    if (c->at == begin) return false;
    if (peek(c) == 'L') c->at++;
    *out = value;
    return true;
}

static bool string_is(Cursor string, const char *word) {
    size_t len = strlen(word);
    return (size_t)(string.end - string.at) == len && memcmp(string.at, word, len) == 0;
}

/* What the header says. */
typedef struct Header {
    bool has_descr, has_order, has_shape;
    Cursor descr; /* the text of the element type */
    bool fortran_order;
    NpyArray shape; /* rank, extent, elems */
} Header;

/* (), (3,), (3, 4) */
static const char *parse_shape(Cursor *c, NpyArray *shape) {
    static const char *const malformed = "has a shape that is not a tuple of whole numbers";
    if (!take(c, "(")) return malformed;
    shape->elems = 1;
    while (!take(c, ")")) {
        int64_t extent;
        if (!take_extent(c, &extent)) return malformed;
        if (shape->rank == NPY_MAX_RANK) return "has more than 8 axes";
        if (!checked_mul(shape->elems, extent, &shape->elems))
            return "has more elements than 64 bits can count";
        shape->extent[shape->rank++] = extent;
        if (take(c, ",")) continue;
        if (shape->rank == 1 || !take(c, ")")) return malformed;
        break;
    }
    return NULL;
}

static const char *parse_entry(Cursor *c, Header *header) {
    static const char *const malformed = "has a header that is not a numpy dictionary";
    Cursor key;
    if (!take_string(c, &key) || !take(c, ":")) return malformed;
    if (string_is(key, "descr") && !header->has_descr) {
        header->has_descr = true;
        skip_space(c);
        if (peek(c) == '[') return "has structured elements, not numbers";
        return take_string(c, &header->descr) ? NULL : malformed;
    }
    if (string_is(key, "fortran_order") && !header->has_order) {
        header->has_order = true;
        header->fortran_order = take(c, "True");
        return header->fortran_order || take(c, "False") ? NULL : malformed;
    }
    if (string_is(key, "shape") && !header->has_shape) {
        header->has_shape = true;
        return parse_shape(c, &header->shape);
    }
    return malformed;
}

static const char *parse_header(Cursor c, Header *header) {
    static const char *const malformed = "has a header that is not a numpy dictionary";
    if (!take(&c, "{")) return malformed;
    while (!take(&c, "}")) {
        const char *why = parse_entry(&c, header);
        if (why) return why;
        if (take(&c, ",")) continue;
        if (!take(&c, "}")) return malformed;
        break;
    }
    skip_space(&c);
    if (c.at != c.end || !header->has_descr || !header->has_order || !header->has_shape)
        return malformed;
    return NULL;
}

/* Finds the header in the first bytes of a file of `size` bytes.
 *  @param begin, end  offsets of the header; it may end behind the bytes that are there */
static const char *find_header(const char *bytes, size_t len, uint64_t size, size_t *begin,
                               size_t *end) {
    if (len < MAGIC_BYTES + 2 || memcmp(bytes, MAGIC, MAGIC_BYTES) != 0)
        return "is not a .npy file";
    unsigned char version = (unsigned char)bytes[MAGIC_BYTES];
    if (version < 1 || version > 3) return "has a version of .npy that is not 1, 2 or 3";
    size_t start = MAGIC_BYTES + 2, length_bytes = version == 1 ? 2 : 4;
    if (len - start < length_bytes) return "ends within its header";
    uint64_t length = little_endian(bytes + start, length_bytes);
    start += length_bytes;
    if (length > size - start) return "ends within its header";
    *begin = start;
    *end = start + (size_t)length;
    return NULL;
}

static const char *element_type(Arena *arena, const Header *header, Dtype *dtype) {
    static const struct {
        const char *descr;
        Dtype dtype;
    } known[] = {{"<f4", DTYPE_F32}, {"<f8", DTYPE_F64}, {"|u1", DTYPE_U8}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!string_is(header->descr, known[i].descr)) continue;
        *dtype = known[i].dtype;
        return NULL;
    }
    Text text = text_in(arena);
    size_t len = (size_t)(header->descr.end - header->descr.at);
    text_puts(&text, "has element type ");
    text_quote(&text, header->descr.at, len < MAX_SHOWN_TYPE ? len : MAX_SHOWN_TYPE);
    text_puts(&text, "; only <f4, <f8 and |u1 can be read");
    return text_str(&text);
}

/* NULL if `held` bytes of elements are those that the shape needs. */
static const char *check_size(const NpyArray *shape, int64_t element, int64_t held) {
    int64_t needed;
    if (!checked_mul(shape->elems, element, &needed) || held < needed)
        return "holds fewer bytes than its shape needs";
    return held > needed ? "holds more bytes than its shape needs" : NULL;
}

const char *npy_parse(Arena *arena, const char *bytes, size_t len, NpyArray *out) {
    size_t begin, end;
    Header header = {0};
    Dtype dtype = DTYPE_F32;
    const char *why = find_header(bytes, len, len, &begin, &end);
    if (!why) why = parse_header((Cursor){bytes + begin, bytes + end}, &header);
    if (!why) why = element_type(arena, &header, &dtype);
    if (why) return why;
    if (header.fortran_order) return "is in Fortran order; save it with numpy.ascontiguousarray";
    why = check_size(&header.shape, (int64_t)dtype_size(dtype), (int64_t)(len - end));
    if (why) return why;
    NpyArray array = header.shape;
    array.dtype = dtype;
    array.data = ARENA_ARRAY(arena, float, (size_t)array.elems);
    convert_to_f32(dtype, bytes + end, array.elems, array.data);
    *out = array;
    return NULL;
}

/* The bytes of one element of <i8, |b1, >f4, <U10; 0 where that is not known. */
static int64_t element_size(Cursor descr) {
    int64_t size;
    if (descr.end - descr.at < 3 || !strchr("<>|=", *descr.at)) return 0;
    char kind = descr.at[1];
    descr.at += 2;
    if (!take_extent(&descr, &size) || descr.at != descr.end || !strchr("biufcSUV", kind)) return 0;
    return kind != 'U' ? size : checked_mul(size, 4, &size) ? size : 0;
}

/* Fills in what the header says. */
static const char *describe(Arena *arena, Cursor text, int64_t held, WeightTensor *out) {
    static const struct {
        const char *descr;
        Dtype dtype;
    } known[] = {{"<f2", DTYPE_F16}, {"<f4", DTYPE_F32}, {"<f8", DTYPE_F64}};
    Header header = {0};
    const char *why = parse_header(text, &header);
    if (why) return why;
    int64_t size = element_size(header.descr);
    if (size > 0) why = check_size(&header.shape, size, held);
    if (why) return why;
    Cursor descr = header.descr;
    *out =
        (WeightTensor){.name = "",
                       .dtype_text = arena_strndup(arena, descr.at, (size_t)(descr.end - descr.at)),
                       .dtype = -1,
                       .rank = header.shape.rank,
                       .elems = header.shape.elems,
                       .fortran_order = header.fortran_order};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (string_is(descr, known[i].descr)) out->dtype = (int)known[i].dtype;
    for (int i = 0; i < out->rank; i++) out->extent[i] = header.shape.extent[i];
    return NULL;
}

/* The bytes come in two pieces: those that nearly always hold the header, then what is missing. */
static const char *read_header(MemberStream *stream, int64_t size, char *bytes, size_t *begin,
                               size_t *end) {
    size_t len = member_get(stream, bytes, FIRST_BYTES);
    const char *why = find_header(bytes, len, (uint64_t)size, begin, end);
    if (why) return why;
    if (*end > MAX_HEADER_BYTES) return "has a header of more than 4 KiB";
    if (*end > len && member_get(stream, bytes + len, *end - len) < *end - len)
        return "ends within its header";
    return NULL;
}

const char *npy_list(Arena *arena, const FileReader *reader, const WeightPlace *place, int64_t size,
                     WeightTensor *out) {
    char bytes[MAX_HEADER_BYTES];
    size_t begin, end;
    MemberStream *stream = member_open(reader, place);
    const char *why = read_header(stream, size, bytes, &begin, &end);
    member_close(stream);
    if (!why) why = describe(arena, (Cursor){bytes + begin, bytes + end}, size - (int64_t)end, out);
    if (why) return why;
    out->place = *place;
    out->place.skip = (int64_t)end;
    return NULL;
}

/* The header is padded with spaces so that the elements begin at a multiple of 64. */
void npy_print(Text *out, Dtype dtype, int rank, const int64_t *extent, const float *data) {
    size_t start = out->len;
    int64_t elems = 1;
    text_append(out, MAGIC, MAGIC_BYTES);
    text_append(out, "\1\0\0\0", 4); /* version 1.0; the length comes below */
    size_t header = out->len;
    assert(dtype == DTYPE_F32 || dtype == DTYPE_U8);
    text_printf(out, "{'descr': '%s', 'fortran_order': False, 'shape': (",
                dtype == DTYPE_U8 ? "|u1" : "<f4");
    for (int axis = 0; axis < rank; axis++) {
        text_printf(out, "%s%lld", axis ? ", " : "", (long long)extent[axis]);
        elems *= extent[axis];
    }
    text_puts(out, rank == 1 ? ",), }" : "), }");
    size_t unpadded = out->len - start + 1;
    text_fill(out, ' ', (ALIGNMENT - unpadded % ALIGNMENT) % ALIGNMENT);
    text_puts(out, "\n");
    size_t length = out->len - header;
    out->bytes[header - 2] = (char)(length & 0xFF);
    out->bytes[header - 1] = (char)(length >> 8);
    for (int64_t i = 0; i < elems; i++) {
        uint32_t bits = (uint32_t)data[i];
        if (dtype == DTYPE_U8) {
            text_append(out, (char[]){(char)bits}, 1);
            continue;
        }
        memcpy(&bits, &data[i], sizeof bits);
        char bytes[4];
        for (int n = 0; n < 4; n++) bytes[n] = (char)(bits >> (8 * n) & 0xFF);
        text_append(out, bytes, sizeof bytes);
    }
}
