/* The `ar` format as GNU and System V write it:
 *
 *     !<arch>\n
 *     /                 count, place of the member for each symbol (32 bit, big-endian), names
 *     //                "member.o/\n", if its name is longer than a header holds
 *     member.o/         the object
 *
 * Each part begins at an even byte with a header of 60 characters. */
#include "codegen/archive.h"

#include "codegen/object.h"

#include <string.h>

enum { NAME_BYTES = 16, HEADER_BYTES = 60, MAGIC_BYTES = 8 };

static void put_header(Text *out, const char *name, size_t len) {
    text_printf(out, "%-16s%-12d%-6d%-6d%-8s%-10zu`\n", name, 0, 0, 0, "644", len);
}

static void put_even(Text *out) {
    if (out->len % 2) text_puts(out, "\n");
}

static void put_big_endian(Text *out, size_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        char byte = (char)(number >> shift);
        text_append(out, &byte, 1);
    }
}

static size_t even(size_t n) { return n + n % 2; }

/* The names that the object defines for its callers, each with its NUL; their number. */
static size_t list_symbols(Text *out, const ModelInterface *interface,
                           const CodegenOutput *output) {
    static const char *const roles[] = {"run", "run_threads", "model"};
    Arena *arena = out->arena;
    size_t n = 0, place;
    for (int i = 0; i < 6; i++) {
        const char *hash = i % 2 ? interface->abi_hash : "";
        const char *name =
            arena_printf(arena, "%s_%s%s%s", interface->name, roles[i / 2], i % 2 ? "_" : "", hash);
        if (object_locate(arena, output->object, output->object_len, name, 0, &place)) continue;
        text_append(out, name, strlen(name) + 1);
        n++;
    }
    return n;
}

const char *archive_print(Text *out, const char *member, const ModelInterface *interface,
                          const CodegenOutput *output) {
    Text symbols = text_in(out->arena);
    size_t n = list_symbols(&symbols, interface, output);
    if (n == 0) return "the object defines no symbol";
    bool is_long = strlen(member) + 1 > NAME_BYTES;
    size_t index_bytes = 4 + 4 * n + symbols.len, names_bytes = strlen(member) + 2;
    size_t place = MAGIC_BYTES + HEADER_BYTES + even(index_bytes);
    if (is_long) place += HEADER_BYTES + even(names_bytes);

    text_puts(out, "!<arch>\n");
    put_header(out, "/", index_bytes);
    put_big_endian(out, n);
    for (size_t i = 0; i < n; i++) put_big_endian(out, place);
    text_append(out, symbols.bytes, symbols.len);
    put_even(out);
    if (is_long) {
        put_header(out, "//", names_bytes);
        text_printf(out, "%s/\n", member);
        put_even(out);
    }
    put_header(out, is_long ? "/0" : arena_printf(out->arena, "%s/", member), output->object_len);
    text_append(out, output->object, output->object_len);
    put_even(out);
    return NULL;
}
