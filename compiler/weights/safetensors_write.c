/* 8 bytes with the length of the header, the header as JSON padded to a multiple of 8 with blanks,
 * then the numbers of each tensor. */
#include "weights/safetensors_write.h"

#include "base/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static int by_key(const void *a, const void *b) {
    return strcmp(((const SafetensorsEntry *)a)->key, ((const SafetensorsEntry *)b)->key);
}

static json_t *entry_json(const SafetensorsEntry *entry, int64_t begin, int64_t len) {
    json_t *json = json_object(), *shape = json_array();
    for (int i = 0; i < entry->rank; i++)
        json_array_append_new(shape, json_integer((json_int_t)entry->extent[i]));
    json_object_set_new(json, "dtype", json_string("F32"));
    json_object_set_new(json, "shape", shape);
    json_object_set_new(json, "data_offsets",
                        json_pack("[I, I]", (json_int_t)begin, (json_int_t)(begin + len)));
    return json;
}

void safetensors_write(Arena *arena, SafetensorsEntry *entries, size_t n, OutputFile *out,
                       int64_t *elems) {
    qsort(entries, n, sizeof *entries, by_key);
    Piece *pieces = ARENA_ARRAY(arena, Piece, n);
    json_t *header = json_object();
    int64_t begin = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t len = (int64_t)sizeof(float);
        for (int j = 0; j < entries[i].rank; j++) len *= entries[i].extent[j];
        json_object_set_new(header, entries[i].key, entry_json(&entries[i], begin, len));
        pieces[i] = (Piece){entries[i].data, (size_t)len};
        begin += len;
    }
    char *dump = json_dumps(header, JSON_COMPACT);
    json_decref(header);
    Text text = text_in(arena);
    uint64_t len = (strlen(dump) + 7) / 8 * 8;
    for (int i = 0; i < 8; i++) text_fill(&text, (char)(len >> 8 * i), 1);
    text_puts(&text, dump);
    text_fill(&text, ' ', 8 + len - text.len);
    free(dump);
    *elems = begin / (int64_t)sizeof(float);
    out->data = text_str(&text);
    out->len = text.len;
    out->pieces = pieces;
    out->n_pieces = n;
}
