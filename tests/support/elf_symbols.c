/* Section headers, string table, symbol table: as elf(5) has them. */
#include "support/elf_symbols.h"

#include <assert.h>
#include <elf.h>
#include <string.h>

static const Elf64_Ehdr *header_of(const char *object) { return (const Elf64_Ehdr *)object; }

static const Elf64_Shdr *section_at(const char *object, size_t index) {
    const Elf64_Ehdr *header = header_of(object);
    return (const Elf64_Shdr *)(object + header->e_shoff + index * header->e_shentsize);
}

static const char *section_name(const char *object, size_t index) {
    const Elf64_Shdr *names = section_at(object, header_of(object)->e_shstrndx);
    return object + names->sh_offset + section_at(object, index)->sh_name;
}

static const Elf64_Shdr *find_section(const char *object, const char *name) {
    for (size_t i = 1; i < header_of(object)->e_shnum; i++) {
        if (strcmp(section_name(object, i), name) == 0) return section_at(object, i);
    }
    return NULL;
}

static ElfSymbol read_symbol(const char *object, const Elf64_Sym *s, const char *strings) {
    bool undefined = s->st_shndx == SHN_UNDEF;
    return (ElfSymbol){.name = strings + s->st_name,
                       .value = s->st_value,
                       .size = s->st_size,
                       .global = ELF64_ST_BIND(s->st_info) != STB_LOCAL,
                       .undefined = undefined,
                       .function = ELF64_ST_TYPE(s->st_info) == STT_FUNC,
                       .section = undefined ? NULL : section_name(object, s->st_shndx)};
}

ElfSymbols elf_symbols(Arena *arena, const char *object, size_t len) {
    assert(len > sizeof(Elf64_Ehdr) && memcmp(object, ELFMAG, SELFMAG) == 0);
    assert(object[EI_CLASS] == ELFCLASS64);
    ElfSymbols symbols = {0};
    const Elf64_Shdr *table = find_section(object, ".symtab");
    assert(table != NULL);
    const char *strings = object + section_at(object, table->sh_link)->sh_offset;
    for (size_t i = 1; i < table->sh_size / sizeof(Elf64_Sym); i++) {
        const Elf64_Sym *s = (const Elf64_Sym *)(object + table->sh_offset) + i;
        int type = ELF64_ST_TYPE(s->st_info);
        if (type == STT_SECTION || type == STT_FILE) continue;
        VEC_PUSH(arena, &symbols, read_symbol(object, s, strings));
    }
    return symbols;
}

const ElfSymbol *elf_symbol(const ElfSymbols *symbols, const char *name) {
    for (size_t i = 0; i < symbols->len; i++) {
        if (strcmp(symbols->at[i].name, name) == 0) return &symbols->at[i];
    }
    return NULL;
}

int64_t elf_section_flags(const char *object, const char *section) {
    const Elf64_Shdr *found = find_section(object, section);
    return found ? (int64_t)found->sh_flags : -1;
}

const char *elf_section(const char *object, const char *section, size_t *len) {
    const Elf64_Shdr *found = find_section(object, section);
    if (found == NULL) return NULL;
    *len = found->sh_size;
    return object + found->sh_offset;
}
