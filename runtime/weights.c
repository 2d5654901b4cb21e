/* Weights in a file of their own: 64 bytes that say whose they are, then the packed weights.
 *
 *      0   8  magic: 89 "NETCW" 0D 0A
 *      8   4  version of this layout
 *     12   4  01020304 in the byte order of all numbers and weights
 *     16  16  hash of the plan: netc_model.hash
 *     32   8  bytes of the weights
 *     40   8  FNV-1a-64 of the weights
 *     48  16  zero
 *
 * Nothing of the file is believed: how many bytes are taken and read, the model says. */
#include "netc_runtime.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 64, ALIGN = 64, VERSION = 1, BYTE_ORDER_MARK = 0x01020304 };
enum { AT_VERSION = 8, AT_ORDER = 12, AT_HASH = 16, AT_BYTES = 32, AT_CHECKSUM = 40, AT_ZERO = 48 };

static uint32_t read_u32(const unsigned char *at) {
    uint32_t number;
    memcpy(&number, at, sizeof number);
    return number;
}

static uint64_t read_u64(const unsigned char *at) {
    uint64_t number;
    memcpy(&number, at, sizeof number);
    return number;
}

/* A file of the other byte order differs in the version already. */
static int is_head_of(const struct netc_model *model, const unsigned char *head) {
    static const unsigned char zero[HEAD - AT_ZERO];
    return memcmp(head, "\x89NETCW\r\n", AT_VERSION) == 0 &&
           read_u32(head + AT_VERSION) == VERSION && read_u32(head + AT_ORDER) == BYTE_ORDER_MARK &&
           memcmp(head + AT_HASH, model->hash, sizeof model->hash) == 0 &&
           read_u64(head + AT_BYTES) == model->weights_bytes &&
           memcmp(head + AT_ZERO, zero, sizeof zero) == 0;
}

static int are_undamaged(const unsigned char *head, const unsigned char *weights, size_t bytes) {
    uint64_t state = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < bytes; i++) state = (state ^ weights[i]) * UINT64_C(0x100000001B3);
    return read_u64(head + AT_CHECKSUM) == state;
}

/* Aligned memory, before which the address that free() wants is kept. */
static unsigned char *allocate(size_t bytes) {
    if (bytes > SIZE_MAX - ALIGN - sizeof(void *)) return NULL;
    unsigned char *start = malloc(bytes + ALIGN + sizeof(void *));
    if (!start) return NULL;
    uintptr_t first = (uintptr_t)(start + sizeof(void *));
    unsigned char *aligned = start + sizeof(void *) + (ALIGN - first % ALIGN) % ALIGN;
    memcpy(aligned - sizeof(void *), &start, sizeof(void *));
    return aligned;
}

/* The file is open and nothing of it was read. */
static int read_weights(const struct netc_model *model, FILE *file, const void **weights) {
    unsigned char head[HEAD];
    size_t bytes = model->weights_bytes;
    if (fread(head, 1, HEAD, file) != HEAD) return ferror(file) ? NETC_E_IO : NETC_E_WEIGHTS;
    if (!is_head_of(model, head)) return NETC_E_WEIGHTS;
    unsigned char *data = allocate(bytes);
    if (!data) return NETC_E_MEMORY;
    size_t got = fread(data, 1, bytes, file);
    int whole = got == bytes && fgetc(file) == EOF;
    if (!whole || ferror(file) || !are_undamaged(head, data, bytes)) {
        netc_weights_destroy(data);
        return ferror(file) ? NETC_E_IO : NETC_E_WEIGHTS;
    }
    *weights = data;
    return NETC_OK;
}

int netc_weights_create(const struct netc_model *model, const char *path, const void **weights) {
    if (!model || !path || !weights || model->abi != NETC_MODEL_ABI) return NETC_E_ARGUMENT;
    FILE *file = fopen(path, "rb");
    if (!file) return NETC_E_IO;
    int status = read_weights(model, file, weights);
    fclose(file);
    return status;
}

void netc_weights_destroy(const void *weights) {
    if (!weights) return;
    void *start;
    memcpy(&start, (const unsigned char *)weights - sizeof(void *), sizeof(void *));
    free(start);
}

int netc_weights_in(const struct netc_model *model, const void *file, size_t bytes,
                    const void **weights) {
    if (!model || !file || !weights || model->abi != NETC_MODEL_ABI) return NETC_E_ARGUMENT;
    if ((uintptr_t)file % ALIGN) return NETC_E_ARGUMENT;
    const unsigned char *head = file;
    if (bytes < HEAD || !is_head_of(model, head) || bytes - HEAD != model->weights_bytes ||
        !are_undamaged(head, head + HEAD, bytes - HEAD))
        return NETC_E_WEIGHTS;
    *weights = head + HEAD;
    return NETC_OK;
}
