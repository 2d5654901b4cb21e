/* Reads the headers of a PE32+ image, of which the layout is Microsoft's PE Format. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MAP_FIXED_NOREPLACE */
#include "support/pe_image.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum {
    AT_PE = 0x3c,           /* in the file: where "PE\0\0" is */
    AT_SECTIONS = 6,        /* from there: their number */
    AT_OPTIONAL_BYTES = 20, /* size of the optional header */
    AT_OPTIONAL = 24,       /* the optional header, and in it: */
    AT_ENTRY = 16,          /* from the base */
    AT_BASE = 24,           /* where the image wants to be */
    AT_IMAGE_BYTES = 56,    /* in memory */
    SECTION_BYTES = 40,     /* a section header, and in it: */
    AT_PLACE = 12,          /* from the base */
    AT_FILE_BYTES = 16,     /* in the file */
    AT_FILE_PLACE = 20,     /* in the file */
    LARGEST = 64 * 1024 * 1024
};

static uint64_t number(const unsigned char *at, int bytes) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++) value |= (uint64_t)at[i] << (8 * i);
    return value;
}

static const char *load(const unsigned char *file, size_t len, PeImage *out) {
    if (len < 0x200 || memcmp(file, "MZ", 2) != 0) return "no image";
    const unsigned char *pe = file + number(file + AT_PE, 4), *optional = pe + AT_OPTIONAL;
    if (memcmp(pe, "PE\0\0", 4) != 0 || number(optional, 2) != 0x20b) return "no PE32+ image";
    void *base = (void *)(uintptr_t)number(optional + AT_BASE, 8);
    out->bytes = number(optional + AT_IMAGE_BYTES, 4);
    out->base = mmap(base, out->bytes, PROT_READ | PROT_WRITE | PROT_EXEC,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (out->base == MAP_FAILED) return "its place is taken";
    const unsigned char *section = optional + number(pe + AT_OPTIONAL_BYTES, 2);
    for (uint64_t n = number(pe + AT_SECTIONS, 2); n > 0; n--, section += SECTION_BYTES) {
        uint64_t place = number(section + AT_PLACE, 4), at = number(section + AT_FILE_PLACE, 4),
                 bytes = number(section + AT_FILE_BYTES, 4);
        if (at + bytes > len || place + bytes > out->bytes + 0x1000) return "a section is outside";
        if (place + bytes > out->bytes) bytes = out->bytes - place; /* the file's is rounded up */
        memcpy((char *)out->base + place, file + at, bytes);
    }
    uintptr_t entry = (uintptr_t)out->base + number(optional + AT_ENTRY, 4);
    memcpy(&out->entry, &entry, sizeof entry);
    return NULL;
}

const char *pe_open(const char *path, PeImage *out) {
    static unsigned char bytes[LARGEST];
    *out = (PeImage){.base = MAP_FAILED};
    FILE *file = fopen(path, "rb");
    if (!file) return "cannot be opened";
    size_t len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return load(bytes, len, out);
}

void pe_close(PeImage *image) {
    if (image->base != MAP_FAILED) munmap(image->base, image->bytes);
}
