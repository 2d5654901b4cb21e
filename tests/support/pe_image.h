/* A program for Windows on x86-64, mapped where it was linked to be: enough to call functions that
 * need nothing of Windows, from Linux on the same CPU. */
#ifndef NETC_TESTS_PE_IMAGE_H
#define NETC_TESTS_PE_IMAGE_H

#include <stddef.h>

/** Microsoft's calling convention. */
#define WINDOWS_CALL __attribute__((ms_abi))

typedef struct PeImage {
    void *base;
    size_t bytes;
    void *(WINDOWS_CALL *entry)(void);
} PeImage;

/** Maps an image that was linked with /fixed at the address it wants.
 *  @return NULL, or what is wrong with it; release it with pe_close otherwise */
const char *pe_open(const char *path, PeImage *out);
void pe_close(PeImage *image);

#endif
