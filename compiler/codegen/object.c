/* Symbols of an object file: what is undefined, and where a definition's bytes are. */
#include "codegen/object.h"

#include <llvm-c/Core.h>
#include <llvm-c/Object.h>
#include <stdbool.h>
#include <string.h>

/** One walk over the symbols. */
typedef struct Symbols {
    LLVMMemoryBufferRef buffer; /* refers to the object's own bytes */
    LLVMBinaryRef binary;
    LLVMSymbolIteratorRef at;
} Symbols;

static const char *symbols_open(Arena *arena, const char *object, size_t len, Symbols *out) {
    char *message = NULL;
    out->buffer = LLVMCreateMemoryBufferWithMemoryRange(object, len, "object", false);
    out->binary = LLVMCreateBinary(out->buffer, NULL, &message);
    if (out->binary == NULL) {
        const char *why = arena_strdup(arena, message);
        LLVMDisposeMessage(message);
        LLVMDisposeMemoryBuffer(out->buffer);
        return why;
    }
    out->at = LLVMObjectFileCopySymbolIterator(out->binary);
    return NULL;
}

static bool symbols_end(const Symbols *symbols) {
    return LLVMObjectFileIsSymbolIteratorAtEnd(symbols->binary, symbols->at);
}

static void symbols_close(Symbols *symbols) {
    LLVMDisposeSymbolIterator(symbols->at);
    LLVMDisposeBinary(symbols->binary);
    LLVMDisposeMemoryBuffer(symbols->buffer);
}

typedef enum ObjectFormat { OBJECT_ELF, OBJECT_COFF, OBJECT_MACHO } ObjectFormat;

/* By its first bytes; COFF begins with a machine, not with a magic number. */
static ObjectFormat format_of(const char *object, size_t len) {
    if (len >= 4 && memcmp(object, "\177ELF", 4) == 0) return OBJECT_ELF;
    return len >= 4 && memcmp(object, "\xcf\xfa\xed\xfe", 4) == 0 ? OBJECT_MACHO : OBJECT_COFF;
}

static size_t read_u32(const char *at) {
    const unsigned char *bytes = (const unsigned char *)at;
    return (size_t)bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16 |
           (size_t)bytes[3] << 24;
}

/* The symbol's name. One of at most 8 bytes stands in its record in COFF, without an end if it has
 * all 8; the strings of longer ones follow the records. */
static const char *symbol_name(Arena *arena, const Symbols *symbols, const char *object,
                               ObjectFormat format) {
    enum { AT_TABLE = 8, AT_COUNT = 12, RECORD = 18, SHORT = 8 };
    const char *name = LLVMGetSymbolName(symbols->at);
    if (format != OBJECT_COFF) return name;
    const char *strings =
        object + read_u32(object + AT_TABLE) + RECORD * read_u32(object + AT_COUNT);
    return name < strings ? arena_strndup(arena, name, strnlen(name, SHORT)) : name;
}

/* What may have no definition. COFF tells properties of the object by symbols that are in no
 * section either. */
static bool may_be_undefined(ObjectFormat format, const char *name) {
    enum { NAMES = 7 };
    static const char *const ALLOWED[][NAMES] = {
        [OBJECT_ELF] = {"", "memcpy", "memset", "memmove"},
        [OBJECT_COFF] = {"memcpy", "memset", "memmove", "_fltused", "__chkstk", "@feat.00",
                         ".file"},
        [OBJECT_MACHO] = {"_memcpy", "_memset", "_memmove", "_bzero"},
    };
    for (size_t i = 0; i < NAMES && ALLOWED[format][i]; i++) {
        if (strcmp(name, ALLOWED[format][i]) == 0) return true;
    }
    return false;
}

const char *object_check_symbols(Arena *arena, const char *object, size_t len) {
    ObjectFormat format = format_of(object, len);
    Symbols symbols = {0};
    const char *why = symbols_open(arena, object, len, &symbols);
    if (why) return why;
    LLVMSectionIteratorRef section = LLVMObjectFileCopySectionIterator(symbols.binary);
    for (; !why && !symbols_end(&symbols); LLVMMoveToNextSymbol(symbols.at)) {
        LLVMMoveToContainingSection(section, symbols.at);
        const char *name = symbol_name(arena, &symbols, object, format);
        if (LLVMObjectFileIsSectionIteratorAtEnd(symbols.binary, section) &&
            !may_be_undefined(format, name)) {
            why = arena_printf(arena, "the object refers to `%s`", name);
        }
    }
    LLVMDisposeSectionIterator(section);
    symbols_close(&symbols);
    return why;
}

/* Mach-O gives the names of C an underscore. */
static bool is_called(ObjectFormat format, const char *in_object, const char *name) {
    if (format == OBJECT_MACHO && *in_object++ != '_') return false;
    return strcmp(in_object, name) == 0;
}

/* Sections of Mach-O have addresses even in an object, and symbols count from 0. */
const char *object_locate(Arena *arena, const char *object, size_t len, const char *symbol,
                          uint64_t offset, size_t *place) {
    ObjectFormat format = format_of(object, len);
    Symbols symbols = {0};
    const char *why = symbols_open(arena, object, len, &symbols);
    if (why) return why;
    why = arena_printf(arena, "the object has no `%s`", symbol);
    for (; !symbols_end(&symbols); LLVMMoveToNextSymbol(symbols.at)) {
        if (!is_called(format, symbol_name(arena, &symbols, object, format), symbol)) continue;
        LLVMSectionIteratorRef section = LLVMObjectFileCopySectionIterator(symbols.binary);
        LLVMMoveToContainingSection(section, symbols.at);
        size_t start = (size_t)(LLVMGetSectionContents(section) - object);
        uint64_t at = LLVMGetSymbolAddress(symbols.at) - LLVMGetSectionAddress(section);
        *place = start + (size_t)(at + offset);
        LLVMDisposeSectionIterator(section);
        why = NULL;
        break;
    }
    symbols_close(&symbols);
    return why;
}
