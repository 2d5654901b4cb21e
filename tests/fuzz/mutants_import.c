/* mutants_import COUNT SEED FOLDER: so many mutants of the models of a folder, imported. They keep
 * the form of protobuf: a field somewhere in the messages is left out, doubled, exchanged for
 * another of its message, or holds other numbers or bytes; all lengths around it stay true. And
 * every beginning of every model. Ends with 1 and words if one breaks a promise; with a sanitizer,
 * at the first access that is wrong. */
#define _XOPEN_SOURCE 700 /* scandir */
#include "fuzz/import_promises.h"
#include "unit/weights/mutate.h"

#include "base/file.h"
#include "base/text.h"
#include "onnx/wire.h"

#include <dirent.h>
#include <stdio.h>

enum { MAX_FIELDS = 256, MAX_DEPTH = 8, MAX_MODELS = 1024, MAX_BYTES = 1 << 20 };

typedef struct Mutation {
    Arena *arena;
    uint64_t *state;
} Mutation;

static void put_varint(Text *out, uint64_t value) {
    for (; value > 0x7F; value >>= 7) text_append(out, &(unsigned char){(value & 0x7F) | 0x80}, 1);
    text_append(out, &(unsigned char){(unsigned char)value}, 1);
}

/* A number that readers fear, or one beside the old one. */
static uint64_t other_number(Mutation *mutation, uint64_t old) {
    static const uint64_t feared[] = {0,
                                      1,
                                      2,
                                      7,
                                      16,
                                      UINT64_MAX,
                                      (uint64_t)-2,
                                      INT32_MAX,
                                      UINT64_C(1) << 31,
                                      UINT64_C(1) << 40,
                                      INT64_MAX,
                                      UINT64_C(1) << 63};
    size_t which = next_below(mutation->state, 2 + sizeof feared / sizeof *feared);
    return which == 0 ? old + 1 : which == 1 ? old - 1 : feared[which - 2];
}

static void mutate_message(Mutation *mutation, const unsigned char *bytes, size_t len, int depth,
                           Text *out);

/* A field with another payload, behind its tag. */
static void mutate_field(Mutation *mutation, const unsigned char *bytes, const WireField *field,
                         int depth, Text *out) {
    put_varint(out, (uint64_t)field->number << 3 | (unsigned)field->type);
    if (field->type == WIRE_VARINT) {
        put_varint(out, other_number(mutation, field->value));
        return;
    }
    if (field->type != WIRE_LENGTH) { /* a float, or a double */
        uint64_t bits = next_random(mutation->state);
        text_append(out, &bits, field->type == WIRE_FIXED32 ? 4 : 8);
        return;
    }
    Text inner = text_in(mutation->arena);
    mutate_message(mutation, bytes + field->begin, field->len, depth, &inner);
    put_varint(out, inner.len);
    text_append(out, text_str(&inner), inner.len);
}

/* Bytes that are no message, such as names and numbers. */
static void mutate_bytes(Mutation *mutation, const unsigned char *bytes, size_t len, Text *out) {
    size_t size;
    char *other = mutate((const char *)bytes, len, mutation->state, &size);
    text_append(out, other, size);
    free(other);
}

/* The fields of a message; 0 if it is none. */
static size_t fields_of(Arena *arena, const unsigned char *bytes, size_t len, WireField *fields) {
    WireFile file = {.arena = arena, .bytes = bytes, .len = len};
    Wire message = wire_of(&file);
    size_t n = 0;
    while (n < MAX_FIELDS && wire_next(&message, &fields[n])) n++;
    return file.why || message.at < message.end ? 0 : n;
}

static void mutate_message(Mutation *mutation, const unsigned char *bytes, size_t len, int depth,
                           Text *out) {
    WireField *fields = ARENA_ARRAY(mutation->arena, WireField, MAX_FIELDS + 1);
    size_t n = depth < MAX_DEPTH ? fields_of(mutation->arena, bytes, len, fields) : 0;
    if (n == 0) {
        mutate_bytes(mutation, bytes, len, out);
        return;
    }
    fields[n].tag = len; /* where the last one ends */
    size_t chosen = next_below(mutation->state, n), what = next_below(mutation->state, 10);
    text_append(out, bytes, fields[chosen].tag);
    size_t begin = fields[chosen].tag, end = fields[chosen + 1].tag;
    if (what == 0) { /* twice */
        text_append(out, bytes + begin, end - begin);
        text_append(out, bytes + begin, end - begin);
    } else if (what == 1) { /* another in its place */
        size_t other = next_below(mutation->state, n);
        text_append(out, bytes + fields[other].tag, fields[other + 1].tag - fields[other].tag);
    } else if (what > 2) {
        mutate_field(mutation, bytes, &fields[chosen], depth + 1, out);
    }
    text_append(out, bytes + end, len - end);
}

typedef struct Counts {
    size_t of[IMPORT_DONE + 1];
} Counts;

/* False after words about a promise that is broken. */
static bool hold(Arena *arena, const char *name, const void *bytes, size_t len, Counts *counts) {
    ImportEnd end;
    unsigned char *exact = malloc(len ? len : 1); /* a sanitizer sees a read past the end */
    if (len > 0) memcpy(exact, bytes, len);
    const char *broken = import_check(arena, exact, len, &end);
    free(exact);
    counts->of[end]++;
    if (broken) fprintf(stderr, "a mutant of %s breaks a promise: %s\n", name, broken);
    return !broken;
}

static int is_visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    long count = strtol(argv[1], NULL, 10);
    uint64_t state = strtoull(argv[2], NULL, 10);
    Arena *kept = arena_create(), *arena = arena_create();
    struct dirent **entries;
    int n = scandir(argv[3], &entries, is_visible, alphasort);
    if (n < 1 || n > MAX_MODELS) return 2;
    static Bytes models[MAX_MODELS];
    Counts counts = {{0}};
    bool good = true;
    for (int i = 0; i < n && good; i++) {
        const char *path = arena_printf(kept, "%s/%s", argv[3], entries[i]->d_name);
        good = file_read(kept, path, MAX_BYTES, &models[i]) == NULL;
        for (size_t len = 0; len < models[i].len && good; len += 1 + models[i].len / 64) {
            good = hold(arena, entries[i]->d_name, models[i].data, len, &counts);
            arena_reset(arena);
        }
    }
    size_t beginnings = counts.of[IMPORT_NO_MODEL] + counts.of[IMPORT_REFUSED];
    for (long i = 0; i < count && good; i++) {
        const Bytes *model = &models[i % n];
        Mutation mutation = {arena, &state};
        Text mutant = text_in(arena);
        mutate_message(&mutation, (const unsigned char *)model->data, model->len, 0, &mutant);
        good = hold(arena, entries[i % n]->d_name, text_str(&mutant), mutant.len, &counts);
        arena_reset(arena);
    }
    arena_destroy(arena);
    arena_destroy(kept);
    for (int i = 0; i < n; i++) free(entries[i]);
    free(entries);
    printf("%ld mutants; with %zu beginnings: %zu no models, %zu refused, %zu imported\n", count,
           beginnings, counts.of[IMPORT_NO_MODEL], counts.of[IMPORT_REFUSED],
           counts.of[IMPORT_DONE]);
    return !good || counts.of[IMPORT_DONE] * 20 < (size_t)count;
}
