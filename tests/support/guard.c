/* Guarded memory by mmap. What lies between the data and a guard page is filled with a pattern, and
 * checked when the memory is given back. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "support/guard.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PATTERN = 0xA5 };

Guarded guard_alloc(size_t bytes, size_t align, bool at_end) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t inner = (bytes + align + page - 1) / page * page;
    Guarded g = {.bytes = bytes, .map_bytes = inner + 2 * page};
    g.map = mmap(NULL, g.map_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (g.map == MAP_FAILED || mprotect((char *)g.map + page, inner, PROT_READ | PROT_WRITE) != 0) {
        perror("guard_alloc");
        abort();
    }
    char *first = (char *)g.map + page;
    memset(first, PATTERN, inner);
    char *data = at_end ? first + inner - bytes : first;
    data -= (uintptr_t)data % align;
    memset(data, 0xFF, bytes);
    g.data = data;
    return g;
}

void guard_free(Guarded *g) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char *first = (unsigned char *)g->map + page,
                  *end = (unsigned char *)g->map + g->map_bytes - page;
    unsigned char *data = g->data;
    for (unsigned char *p = first; p < end; p++)
        if ((p < data || p >= data + g->bytes) && *p != PATTERN) {
            fprintf(stderr, "guard: byte %td beside the buffer was written\n", p - data);
            abort();
        }
    munmap(g->map, g->map_bytes);
}
