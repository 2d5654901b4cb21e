/* The symbols of a 64-bit ELF object in memory, read without LLVM: what `nm` shows. */
#ifndef NETC_TESTS_ELF_SYMBOLS_H
#define NETC_TESTS_ELF_SYMBOLS_H

#include "base/arena.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ElfSymbol {
    const char *name;
    uint64_t value, size; /* bytes from the start of its section; bytes */
    bool global, undefined, function;
    const char *section; /* NULL if undefined */
} ElfSymbol;

typedef VEC(ElfSymbol) ElfSymbols;

/** All named symbols but sections and files. The strings live in the object. */
ElfSymbols elf_symbols(Arena *arena, const char *object, size_t len);

/** The symbol called `name`, or NULL. */
const ElfSymbol *elf_symbol(const ElfSymbols *symbols, const char *name);

/** The flags (SHF_*) of a section; -1 if there is none. */
int64_t elf_section_flags(const char *object, const char *section);

/** The bytes of a section, NULL if there is none. */
const char *elf_section(const char *object, const char *section, size_t *len);

#endif
