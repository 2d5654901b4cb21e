/* Arena: a list of blocks, each filled from its start; large requests get a block of their own.
 * Blocks come from calloc, which leaves the pages of large ones untouched until they are used. */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 64 * 1024, BLOCK_ALIGN = 64 };

typedef struct Block {
    struct Block *next;
    void *memory; /* what calloc gave, up to BLOCK_ALIGN bytes before this */
    size_t size;  /* bytes in data */
    size_t used;  /* bytes handed out from data */
    _Alignas(BLOCK_ALIGN) unsigned char data[];
} Block;

struct Arena {
    Block *blocks; /* the first one is being filled */
    size_t used;   /* bytes handed out in all */
    Arena *owned;  /* the first of the arenas that end with this one */
    Arena *next;   /* after this one among those of its owner */
};

static _Noreturn void out_of_memory(size_t size) {
    fprintf(stderr, "netc: out of memory (asked for %zu bytes)\n", size);
    exit(4);
}

static Block *block_create(size_t size) {
    size_t total = BLOCK_ALIGN + sizeof(Block) + size;
    void *memory = total < size ? NULL : calloc(1, total);
    if (!memory) out_of_memory(size);
    Block *block = (void *)(((uintptr_t)memory + BLOCK_ALIGN - 1) & -(uintptr_t)BLOCK_ALIGN);
    block->memory = memory;
    block->size = size;
    return block;
}

static void free_contents(Arena *arena) {
    for (Block *next, *block = arena->blocks; block; block = next) {
        next = block->next;
        free(block->memory);
    }
    for (Arena *next, *owned = arena->owned; owned; owned = next) {
        next = owned->next;
        arena_destroy(owned);
    }
}

Arena *arena_create(void) {
    Arena *arena = calloc(1, sizeof *arena);
    if (!arena) out_of_memory(sizeof *arena);
    return arena;
}

Arena *arena_create_in(Arena *owner) {
    Arena *arena = arena_create();
    arena->next = owner->owned;
    owner->owned = arena;
    return arena;
}

void arena_reset(Arena *arena) {
    free_contents(arena);
    arena->blocks = NULL;
    arena->owned = NULL;
    arena->used = 0;
}

void arena_destroy(Arena *arena) {
    if (!arena) return;
    free_contents(arena);
    free(arena);
}

void *arena_alloc(Arena *arena, size_t size) {
    size_t align = size >= BLOCK_ALIGN ? BLOCK_ALIGN : _Alignof(max_align_t);
    Block *block = arena->blocks;
    size_t start = block ? (block->used + align - 1) / align * align : 0;
    if (!block || start > block->size || size > block->size - start) {
        Block *fresh = block_create(size > BLOCK_BYTES ? size : BLOCK_BYTES);
        if (block && size > BLOCK_BYTES) { /* keep filling the current block */
            fresh->next = block->next;
            block->next = fresh;
        } else {
            fresh->next = block;
            arena->blocks = fresh;
        }
        block = fresh;
        start = 0;
    }
    block->used = start + size;
    arena->used += size;
    return block->data + start;
}

void *arena_calloc(Arena *arena, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) out_of_memory(SIZE_MAX);
    return arena_alloc(arena, bytes);
}

char *arena_strndup(Arena *arena, const char *bytes, size_t len) {
    char *copy = arena_alloc(arena, len + 1);
    if (len) memcpy(copy, bytes, len);
    return copy;
}

char *arena_strdup(Arena *arena, const char *string) {
    return arena_strndup(arena, string, strlen(string));
}

char *arena_vprintf(Arena *arena, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = arena_alloc(arena, (size_t)(len < 0 ? 0 : len) + 1);
    if (len > 0) vsnprintf(text, (size_t)len + 1, format, args);
    return text;
}

char *arena_printf(Arena *arena, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

size_t arena_used(const Arena *arena) { return arena->used; }
