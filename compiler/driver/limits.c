/* Limits of memory. */
#include "driver/limits.h"

#include <unistd.h>

size_t limit_memory(const Options *options) {
    if (options->max_memory) return options->max_memory;
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    if (pages <= 0 || page <= 0) return (size_t)1 << 30;
    return (size_t)pages * (size_t)page / 2;
}
