/* A .npy file: "\x93NUMPY", two bytes of version, the length of the header in two bytes (version
 * 1), the header, the elements. The header is the text of a Python dictionary:
 *
 *     {'descr': '<f4', 'fortran_order': False, 'shape': (1797, 1, 8, 8), }
 */
#include "npy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PREFIX_BYTES = 10, HEADER_MAX = 65535 };

/* The text after `key` in the header, or NULL. */
static const char *value_of(const char *header, const char *key) {
    const char *at = strstr(header, key);
    return at ? at + strlen(key) : NULL;
}

/* Reads "(1797, 1, 8, 8)": the first extent and the product of the others. */
static const char *read_shape(const char *text, size_t *rows, size_t *row) {
    size_t extents = 0;
    *row = 1;
    while (*text != ')') {
        char *end;
        unsigned long long extent = strtoull(text, &end, 10);
        if (end == text || extent == 0 || extent > 1u << 24) return "has an unusable shape";
        if (extents++ == 0)
            *rows = (size_t)extent;
        else if (extent > (1u << 24) / *row)
            return "is too large";
        else
            *row *= (size_t)extent;
        text = end + strspn(end, ", ");
    }
    return extents == 0 ? "has no rows" : NULL;
}

/* Reads the header and leaves the file at the first element. NULL, or what is wrong. */
static const char *read_header(FILE *file, const char *type, size_t row, size_t *n_rows) {
    unsigned char prefix[PREFIX_BYTES];
    static const char magic[] = "\x93NUMPY\x01";
    if (fread(prefix, 1, sizeof prefix, file) != sizeof prefix ||
        memcmp(prefix, magic, sizeof magic - 1) != 0)
        return "is not a .npy file of version 1";

    char header[HEADER_MAX + 1];
    size_t length = prefix[8] + 256u * prefix[9];
    if (fread(header, 1, length, file) != length) return "ends inside its header";
    header[length] = '\0';

    char quoted[8];
    snprintf(quoted, sizeof quoted, "'%s'", type);
    const char *descr = value_of(header, "'descr': ");
    const char *order = value_of(header, "'fortran_order': ");
    const char *shape = value_of(header, "'shape': (");
    if (!descr || !order || !shape) return "has no usable header";
    if (strncmp(descr, quoted, strlen(quoted)) != 0) return "has elements of another type";
    if (strncmp(order, "False", 5) != 0) return "is not in C order";
    size_t found;
    const char *fault = read_shape(shape, n_rows, &found);
    if (fault) return fault;
    return found == row ? NULL : "has rows of another size";
}

void *npy_read(const char *path, const char *type, size_t row, size_t *n_rows, const char **why) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        *why = "cannot be opened";
        return NULL;
    }
    void *elements = NULL;
    *why = read_header(file, type, row, n_rows);
    if (!*why) {
        size_t size = type[2] == '4' ? 4 : 1;
        size_t elems = *n_rows * row;
        elements = malloc(elems * size);
        if (!elements)
            *why = "does not fit into memory";
        else if (fread(elements, size, elems, file) != elems)
            *why = "ends too early";
    }
    fclose(file);
    if (*why) {
        free(elements);
        return NULL;
    }
    return elements;
}
