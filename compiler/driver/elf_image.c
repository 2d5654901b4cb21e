/* Structures are read field by field at checked offsets, so nothing depends on how the host lays
 * them out or on its byte order. */
#include "driver/elf_image.h"

#include <stdlib.h>
#include <string.h>

/* Sizes of the file header, a section header, a symbol and a relocation. */
enum { FILE_HEADER = 64, SECTION = 64, SYMBOL = 24, RELOCATION = 24 };
enum { SECTION_SYMBOLS = 2, SECTION_RELOCATIONS = 4, SECTION_NO_BITS = 8, SECTION_DYNAMIC = 11 };
enum { MACHINE_X86_64 = 62, MACHINE_AARCH64 = 183 };
enum { FILE_RELOCATABLE = 1, FILE_PROGRAM = 2, FILE_SHARED = 3 };

/* Bounds of what a crafted file can make slow: bytes of a string, sections that are searched for
 * an address. */
enum { MAX_STRING = 4096, MAX_LINKED_SECTIONS = 256 };

static uint64_t number(const unsigned char *at, int bytes) {
    uint64_t n = 0;
    for (int i = bytes - 1; i >= 0; i--) n = n << 8 | at[i];
    return n;
}

/** A section header. */
typedef struct Section {
    uint32_t type;
    uint64_t address, offset, size;
    uint32_t link, info;
} Section;

/* Section `index`; all zero if there is none or its bytes are not in the file. */
static Section section_at(const ElfImage *image, uint64_t index) {
    if (index == 0 || index >= image->n_sections) return (Section){0};
    const unsigned char *at = image->bytes + image->sections + SECTION * index;
    Section section = {.type = (uint32_t)number(at + 4, 4),
                       .address = number(at + 16, 8),
                       .offset = number(at + 24, 8),
                       .size = number(at + 32, 8),
                       .link = (uint32_t)number(at + 40, 4),
                       .info = (uint32_t)number(at + 44, 4)};
    bool inside = section.type == SECTION_NO_BITS ||
                  (section.offset <= image->len && section.size <= image->len - section.offset);
    return inside ? section : (Section){0};
}

const unsigned char *elf_image_bytes(const ElfImage *image, ImagePlace at, uint64_t len) {
    Section section = section_at(image, at.section);
    if (section.type == SECTION_NO_BITS || at.offset > section.size ||
        len > section.size - at.offset)
        return NULL;
    return image->bytes + section.offset + at.offset;
}

const char *elf_image_string(const ElfImage *image, ImagePlace at) {
    Section section = section_at(image, at.section);
    const unsigned char *string = elf_image_bytes(image, at, 1);
    if (!string) return NULL;
    uint64_t most = section.size - at.offset;
    return memchr(string, '\0', most < MAX_STRING ? most : MAX_STRING) ? (const char *)string
                                                                       : NULL;
}

/* The section that holds an address of a linked file. */
static ImagePlace place_of_address(const ElfImage *image, uint64_t address) {
    for (uint32_t i = 1; i < image->n_sections; i++) {
        Section section = section_at(image, i);
        if (section.address != 0 && address >= section.address &&
            address - section.address < section.size)
            return (ImagePlace){i, address - section.address};
    }
    return (ImagePlace){0};
}

/* The place a symbol's value stands for. */
static ImagePlace place_of_symbol(const ElfImage *image, uint32_t section, uint64_t value) {
    if (section == 0 || section >= image->n_sections) return (ImagePlace){0};
    if (image->is_linked) return place_of_address(image, value);
    return (ImagePlace){section, value};
}

/* Symbol `index` of a table, or NULL. */
static const unsigned char *symbol_at(const ElfImage *image, uint32_t table, uint64_t index) {
    if (index > UINT64_MAX / SYMBOL) return NULL;
    return elf_image_bytes(image, (ImagePlace){table, SYMBOL * index}, SYMBOL);
}

/* Global data with a name. */
static void read_symbols(Arena *arena, ElfImage *image, uint32_t table) {
    enum { GLOBAL_DATA = 0x11 };
    Section section = section_at(image, table);
    for (uint64_t i = 1; i < section.size / SYMBOL; i++) {
        const unsigned char *symbol = symbol_at(image, table, i);
        if (!symbol || symbol[4] != GLOBAL_DATA) continue;
        ImageSymbol data = {
            .name = elf_image_string(image, (ImagePlace){section.link, number(symbol, 4)}),
            .at = place_of_symbol(image, (uint32_t)number(symbol + 6, 2), number(symbol + 8, 8)),
            .size = number(symbol + 16, 8)};
        if (data.name && data.at.section) VEC_PUSH(arena, &image->data, data);
    }
}

/* True if the relocation stores a whole address; *relative: of no symbol. */
static bool is_pointer(uint32_t machine, uint32_t type, bool *relative) {
    bool x86 = machine == MACHINE_X86_64;
    *relative = type == (x86 ? 8u : 1027u);
    return *relative || type == (x86 ? 1u : 257u);
}

static void read_relocations(Arena *arena, ElfImage *image, uint32_t table, uint32_t machine) {
    Section section = section_at(image, table);
    for (uint64_t i = 0; i < section.size / RELOCATION; i++) {
        const unsigned char *entry =
            elf_image_bytes(image, (ImagePlace){table, RELOCATION * i}, RELOCATION);
        bool relative;
        if (!entry || !is_pointer(machine, (uint32_t)number(entry + 8, 4), &relative)) continue;
        uint64_t offset = number(entry, 8), addend = number(entry + 16, 8);
        const unsigned char *symbol = symbol_at(image, section.link, number(entry + 12, 4));
        if (!relative && !symbol) continue;
        ImagePointer pointer = {.at = {section.info, offset}};
        if (image->is_linked) pointer.at = place_of_address(image, offset);
        if (relative)
            pointer.to = place_of_address(image, addend);
        else
            pointer.to = place_of_symbol(image, (uint32_t)number(symbol + 6, 2),
                                         number(symbol + 8, 8) + (image->is_linked ? addend : 0));
        if (!relative && !image->is_linked) pointer.to.offset += addend;
        if (pointer.at.section) VEC_PUSH(arena, &image->pointers, pointer);
    }
}

static int compare_places(const ImagePlace *a, const ImagePlace *b) {
    if (a->section != b->section) return a->section < b->section ? -1 : 1;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

static int compare_pointers(const void *a, const void *b) {
    return compare_places(&((const ImagePointer *)a)->at, &((const ImagePointer *)b)->at);
}

ImagePlace elf_image_follow(const ElfImage *image, ImagePlace at) {
    ImagePointer wanted = {.at = at};
    const ImagePointer *found = NULL;
    if (image->pointers.len > 0)
        found = bsearch(&wanted, image->pointers.at, image->pointers.len, sizeof wanted,
                        compare_pointers);
    if (found) return found->to;
    const unsigned char *address = elf_image_bytes(image, at, 8);
    if (!image->is_linked || !address) return (ImagePlace){0};
    return place_of_address(image, number(address, 8));
}

/* The first table of symbols of a type, if there is one. */
static void read_symbol_table(Arena *arena, ElfImage *image, uint32_t type) {
    uint32_t i = 1;
    while (i < image->n_sections && section_at(image, i).type != type) i++;
    if (i < image->n_sections) read_symbols(arena, image, i);
}

/* All relocations. Sections that overlap, in a crafted file, are read until their sizes add up to
 * the file's. */
static void read_all_relocations(Arena *arena, ElfImage *image, uint32_t machine) {
    uint64_t left = image->len;
    for (uint32_t i = 1; i < image->n_sections; i++) {
        Section section = section_at(image, i);
        if (section.type != SECTION_RELOCATIONS || section.size > left) continue;
        left -= section.size;
        read_relocations(arena, image, i, machine);
    }
    if (image->pointers.len > 0)
        qsort(image->pointers.at, image->pointers.len, sizeof(ImagePointer), compare_pointers);
}

const char *elf_image_open(Arena *arena, const void *bytes, size_t len, ElfImage *out) {
    static const unsigned char start[] = {0x7f, 'E', 'L', 'F', 2, 1, 1}; /* 64 bit, little-endian */
    const unsigned char *header = bytes;
    *out = (ElfImage){.bytes = bytes, .len = len};
    if (len < FILE_HEADER || memcmp(header, start, sizeof start) != 0)
        return "neither a 64-bit little-endian ELF file nor an archive of such files";
    uint32_t machine = (uint32_t)number(header + 18, 2), kind = (uint32_t)number(header + 16, 2);
    if (machine != MACHINE_X86_64 && machine != MACHINE_AARCH64)
        return "for a machine that netc does not know";
    if (kind < FILE_RELOCATABLE || kind > FILE_SHARED) return "no object, library or program";
    out->is_linked = kind != FILE_RELOCATABLE;
    out->sections = number(header + 40, 8);
    out->n_sections = (uint32_t)number(header + 60, 2);
    bool whole = number(header + 58, 2) == SECTION && out->sections <= len &&
                 out->n_sections <= (len - out->sections) / SECTION;
    if (!whole) return "damaged: its table of sections is outside the file";
    if (out->is_linked && out->n_sections > MAX_LINKED_SECTIONS)
        return "of more sections than any program has";
    read_symbol_table(arena, out, SECTION_SYMBOLS);
    if (out->data.len == 0) read_symbol_table(arena, out, SECTION_DYNAMIC);
    read_all_relocations(arena, out, machine);
    return NULL;
}
