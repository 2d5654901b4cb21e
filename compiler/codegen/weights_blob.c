/* The file of --weights=extern: 64 bytes that say whose weights follow, then the packed weights,
 * so that the weights of a file that is mapped or linked at 64 bytes are aligned too.
 *
 *      0   8  magic: 89 "NETCW" 0D 0A, which no text mode leaves whole
 *      8   4  version of this layout
 *     12   4  01020304 in the byte order of all numbers and weights
 *     16  16  hash of the plan: NAME_model.hash
 *     32   8  bytes of the weights
 *     40   8  FNV-1a-64 of the weights
 *     48  16  zero
 *
 * Little-endian, as all targets with a code generator are. The reader is runtime/weights.c. */
#include "base/hash.h"
#include "codegen/codegen.h"

enum { VERSION = 1, BYTE_ORDER_MARK = 0x01020304, RESERVED_BYTES = 16 };

static void put(Text *out, uint64_t number, int bytes) {
    for (int i = 0; i < bytes; i++) {
        char byte = (char)(number >> 8 * i);
        text_append(out, &byte, 1);
    }
}

void weights_blob_print(Text *out, const ModelInterface *interface, const unsigned char *weights) {
    size_t bytes = (size_t)interface->weights_bytes;
    text_append(out, "\x89NETCW\r\n", 8);
    put(out, VERSION, 4);
    put(out, BYTE_ORDER_MARK, 4);
    text_append(out, interface->hash, sizeof interface->hash);
    put(out, bytes, 8);
    put(out, fnv1a64(weights, bytes, FNV1A64_START), 8);
    text_fill(out, '\0', RESERVED_BYTES);
    text_append(out, weights, bytes);
}
