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

static bool may_be_undefined(const char *name) {
    static const char *const ALLOWED[] = {"", "memcpy", "memset", "memmove"};
    for (size_t i = 0; i < sizeof ALLOWED / sizeof ALLOWED[0]; i++) {
        if (strcmp(name, ALLOWED[i]) == 0) return true;
    }
    return false;
}

const char *object_check_symbols(Arena *arena, const char *object, size_t len) {
    Symbols symbols = {0};
    const char *why = symbols_open(arena, object, len, &symbols);
    if (why) return why;
    LLVMSectionIteratorRef section = LLVMObjectFileCopySectionIterator(symbols.binary);
    for (; !why && !symbols_end(&symbols); LLVMMoveToNextSymbol(symbols.at)) {
        LLVMMoveToContainingSection(section, symbols.at);
        const char *name = LLVMGetSymbolName(symbols.at);
        if (LLVMObjectFileIsSectionIteratorAtEnd(symbols.binary, section) &&
            !may_be_undefined(name)) {
            why = arena_printf(arena, "the object refers to `%s`", name);
        }
    }
    LLVMDisposeSectionIterator(section);
    symbols_close(&symbols);
    return why;
}

const char *object_locate(Arena *arena, const char *object, size_t len, const char *symbol,
                          uint64_t offset, size_t *place) {
    Symbols symbols = {0};
    const char *why = symbols_open(arena, object, len, &symbols);
    if (why) return why;
    why = arena_printf(arena, "the object has no `%s`", symbol);
    for (; !symbols_end(&symbols); LLVMMoveToNextSymbol(symbols.at)) {
        if (strcmp(LLVMGetSymbolName(symbols.at), symbol) != 0) continue;
        LLVMSectionIteratorRef section = LLVMObjectFileCopySectionIterator(symbols.binary);
        LLVMMoveToContainingSection(section, symbols.at);
        size_t start = (size_t)(LLVMGetSectionContents(section) - object);
        *place = start + (size_t)(LLVMGetSymbolAddress(symbols.at) + offset);
        LLVMDisposeSectionIterator(section);
        why = NULL;
        break;
    }
    symbols_close(&symbols);
    return why;
}
