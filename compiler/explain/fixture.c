/* Fixtures: text as it is, bytes with escapes, tensors of zeros as a .safetensors file:
 *
 *     8 bytes: length of the header, little-endian | header, JSON | the data
 */
#include "explain/fixture.h"

#include "base/checked.h"
#include "base/text.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_FIXTURE_BYTES = 16 << 20 };

#define MALFORMED "a line of a weights fixture is `KEY DTYPE [sizes]`"
#define TOO_LARGE "a weights fixture is too large"

static SemaFile file_of(const char *name, Text *text) {
    text_append(text, "\0", 2); /* as a Bytes ends */
    return (SemaFile){.path = name, .bytes = text->bytes, .len = text->len - 2};
}

/* Line ends of the page are dropped; \n \\ \xNN stand for one byte each. */
static const char *make_bytes(Arena *arena, const Block *block, SemaFile *out) {
    Text bytes = text_in(arena);
    for (const char *c = block->text; *c; c++) {
        unsigned byte = (unsigned char)*c;
        if (*c == '\n') continue;
        if (*c == '\\') {
            int used = 0;
            c++;
            if (*c == 'n' || *c == '\\')
                byte = *c == 'n' ? '\n' : '\\';
            else if (sscanf(c, "x%2x%n", &byte, &used) == 1 && used == 3)
                c += 2;
            else
                return "a fixture of bytes has an escape other than \\n, \\\\ and \\xNN";
        }
        char written = (char)byte;
        text_append(&bytes, &written, 1);
    }
    *out = file_of(block->name, &bytes);
    return NULL;
}

/* Bytes of an element by its name in .safetensors; 0 for none. */
static int64_t element_bytes(const char *dtype) {
    static const char *const names[] = {"F64",  "I64", "F32", "I32", "F16",
                                        "BF16", "I16", "I8",  "U8"};
    static const int sizes[] = {8, 8, 4, 4, 2, 2, 2, 1, 1};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        if (strcmp(names[i], dtype) == 0) return sizes[i];
    return 0;
}

/* The sizes of a line, and what they make of *bytes: those of an element before, of the tensor
 * after. NULL, or what is wrong. */
static const char *read_sizes(char *sizes, json_t *shape, int64_t *bytes) {
    char *rest;
    for (char *size = strtok_r(sizes, "[], ", &rest); size; size = strtok_r(NULL, "[], ", &rest)) {
        char *end;
        int64_t extent = strtoll(size, &end, 10);
        if (*end || extent < 0) return MALFORMED;
        if (!checked_mul(*bytes, extent, bytes) || *bytes > MAX_FIXTURE_BYTES) return TOO_LARGE;
        json_array_append_new(shape, json_integer(extent));
    }
    return NULL;
}

/* One line, `KEY DTYPE [sizes]`, into the header; *at is where its data begin, then end. */
static const char *add_tensor(json_t *header, char *line, int64_t *at) {
    char *rest, *key = strtok_r(line, " ", &rest), *dtype = strtok_r(NULL, " ", &rest);
    int64_t bytes = dtype ? element_bytes(dtype) : 0;
    if (!key || bytes == 0) return MALFORMED;
    json_t *shape = json_array();
    const char *wrong = read_sizes(rest, shape, &bytes);
    int64_t begin = *at;
    *at += bytes;
    if (!wrong && *at > MAX_FIXTURE_BYTES) wrong = TOO_LARGE;
    json_object_set_new(header, key,
                        json_pack("{s:s, s:o, s:[I,I]}", "dtype", dtype, "shape", shape,
                                  "data_offsets", (json_int_t)begin, (json_int_t)*at));
    return wrong;
}

static const char *make_weights(Arena *arena, const Block *block, SemaFile *out) {
    json_t *header = json_object();
    const char *wrong = NULL;
    int64_t data = 0;
    char *rest, *lines = arena_strdup(arena, block->text);
    for (char *line = strtok_r(lines, "\n", &rest); line && !wrong;
         line = strtok_r(NULL, "\n", &rest))
        wrong = add_tensor(header, line, &data);
    char *json = json_dumps(header, JSON_COMPACT);
    json_decref(header);
    Text file = text_in(arena);
    size_t len = strlen(json);
    for (int byte = 0; byte < 8; byte++) {
        char written = (char)(len >> 8 * byte & 0xff);
        text_append(&file, &written, 1);
    }
    text_puts(&file, json);
    free(json);
    if (wrong) return wrong;
    text_fill(&file, '\0', (size_t)data);
    *out = file_of(block->name, &file);
    return NULL;
}

const char *fixture_make(Arena *arena, const Block *block, SemaFile *out) {
    Text text = text_in(arena);
    switch (block->fixture) {
    case FIXTURE_WEIGHTS: return make_weights(arena, block, out);
    case FIXTURE_BYTES: return make_bytes(arena, block, out);
    case FIXTURE_FOLDER: *out = (SemaFile){.path = block->name}; return NULL;
    default: break;
    }
    text_puts(&text, block->text);
    *out = file_of(block->name, &text);
    return NULL;
}
