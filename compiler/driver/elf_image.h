/* ELF files as inspect reads them: bytes by place, and pointers followed through relocations. Every
 * number of the file is checked before it is used: an image never reads outside its bytes. */
#ifndef NETC_DRIVER_ELF_IMAGE_H
#define NETC_DRIVER_ELF_IMAGE_H

#include "base/arena.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A byte of a section. */
typedef struct ImagePlace {
    uint32_t section; /* 0: nowhere */
    uint64_t offset;
} ImagePlace;

/** A pointer that a linker fills in. */
typedef struct ImagePointer {
    ImagePlace at, to;
} ImagePointer;

/** A named piece of data. */
typedef struct ImageSymbol {
    const char *name;
    ImagePlace at;
    uint64_t size; /* bytes */
} ImageSymbol;

typedef struct ElfImage {
    const unsigned char *bytes;
    size_t len;
    uint64_t sections; /* byte of the section table */
    uint32_t n_sections;
    bool is_linked;             /* places are addresses: a shared library or a program */
    VEC(ImagePointer) pointers; /* sorted by `at` */
    VEC(ImageSymbol) data;      /* global symbols of data, in the file's order */
} ElfImage;

/** Opens a 64-bit little-endian ELF object, shared library or program.
 *  @param bytes  stay where they are
 *  @return NULL, or the reason in words, after "is ": "no ELF file" */
const char *elf_image_open(Arena *arena, const void *bytes, size_t len, ElfImage *out);

/** The `len` bytes at a place, or NULL if the section does not hold them all. */
const unsigned char *elf_image_bytes(const ElfImage *image, ImagePlace at, uint64_t len);

/** The string at a place, or NULL if it does not end in its section. */
const char *elf_image_string(const ElfImage *image, ImagePlace at);

/** Where the pointer of 8 bytes at a place points to; section 0 if nowhere. */
ImagePlace elf_image_follow(const ElfImage *image, ImagePlace at);

#endif
