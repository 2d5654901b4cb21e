/* Reading a model's weights from a file: every lie and every damage is noticed. */
#include "netc_runtime.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 64, BYTES = 100, FILE_BYTES = HEAD + BYTES };

static const struct netc_model model = {
    .abi = NETC_MODEL_ABI,
    .hash = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
    .weights_bytes = BYTES};

/* A good file; with room for a byte more than it has. */
static void make_file(unsigned char file[FILE_BYTES + 1]) {
    static const unsigned char start[] = {0x89, 'N', 'E', 'T', 'C', 'W', 13, 10,
                                          1,    0,   0,   0,   4,   3,   2,  1};
    memset(file, 0, FILE_BYTES + 1);
    memcpy(file, start, sizeof start);
    memcpy(file + 16, model.hash, 16);
    file[32] = BYTES;
    uint64_t sum = UINT64_C(0xCBF29CE484222325);
    for (int i = 0; i < BYTES; i++) {
        file[HEAD + i] = (unsigned char)(3 * i + 1);
        sum = (sum ^ file[HEAD + i]) * UINT64_C(0x100000001B3);
    }
    for (int i = 0; i < 8; i++) file[40 + i] = (unsigned char)(sum >> 8 * i);
}

static char path[] = "/tmp/netc-weights-XXXXXX";

static void write_file(const unsigned char *bytes, size_t len) {
    FILE *file = fopen(path, "wb");
    cr_assert(file && fwrite(bytes, 1, len, file) == len && fclose(file) == 0);
}

/* Both readers give `expected`; weights are the file's on success, else untouched. */
static void expect(const struct netc_model *of, const unsigned char *bytes, size_t len,
                   int expected, const char *what, int at) {
    _Alignas(64) unsigned char memory[FILE_BYTES + 1];
    const void *marker = &marker, *weights = marker;
    memcpy(memory, bytes, len);
    int status = netc_weights_in(of, memory, len, &weights);
    cr_assert_eq(status, expected, "%s %d in memory: %d", what, at, status);
    cr_assert(weights == (expected == NETC_OK ? (const void *)(memory + HEAD) : marker));
    write_file(bytes, len);
    weights = marker;
    status = netc_weights_create(of, path, &weights);
    cr_assert_eq(status, expected, "%s %d in a file: %d", what, at, status);
    if (status != NETC_OK) {
        cr_assert_eq(weights, marker, "%s %d", what, at);
        return;
    }
    cr_assert_eq((uintptr_t)weights % 64, 0u);
    cr_assert_arr_eq(weights, bytes + HEAD, of->weights_bytes);
    netc_weights_destroy(weights);
}

Test(runtime_weights, every_lie_is_noticed) {
    unsigned char good[FILE_BYTES + 1], bad[FILE_BYTES + 1];
    int descriptor = mkstemp(path);
    cr_assert_geq(descriptor, 0);
    make_file(good);
    expect(&model, good, FILE_BYTES, NETC_OK, "the good file", 0);
    for (int len = 0; len < FILE_BYTES; len++)
        expect(&model, good, (size_t)len, NETC_E_WEIGHTS, "cut at", len);
    expect(&model, good, FILE_BYTES + 1, NETC_E_WEIGHTS, "a byte more", 0);
    for (int i = 0; i < FILE_BYTES; i++) {
        memcpy(bad, good, sizeof bad);
        bad[i] ^= 0x40;
        expect(&model, bad, FILE_BYTES, NETC_E_WEIGHTS, "damaged byte", i);
    }
    memcpy(bad, good, sizeof bad); /* as a machine of the other byte order writes it */
    for (int i = 8; i < 16; i++) bad[i] = good[i < 12 ? 19 - i : 27 - i];
    for (int i = 32; i < 48; i++) bad[i] = good[i < 40 ? 71 - i : 87 - i];
    expect(&model, bad, FILE_BYTES, NETC_E_WEIGHTS, "other byte order", 0);
    memcpy(bad, good, sizeof bad); /* it claims 2^64 - 1 bytes */
    memset(bad + 32, 0xFF, 8);
    expect(&model, bad, FILE_BYTES, NETC_E_WEIGHTS, "huge", 0);
    struct netc_model other = model;
    other.hash[15]++;
    expect(&other, good, FILE_BYTES, NETC_E_WEIGHTS, "another network", 0);
    other = model;
    other.weights_bytes = SIZE_MAX;
    expect(&other, good, FILE_BYTES, NETC_E_WEIGHTS, "another size", 0);
    memcpy(bad, good, sizeof bad); /* file and model agree on more memory than there can be */
    memset(bad + 32, 0xFF, 8);
    write_file(bad, FILE_BYTES);
    const void *weights = NULL;
    cr_assert_eq(netc_weights_create(&other, path, &weights), NETC_E_MEMORY);
    cr_assert_null(weights);
    remove(path);
}

Test(runtime_weights, arguments_and_files_are_checked) {
    _Alignas(64) unsigned char file[FILE_BYTES + 1];
    make_file(file);
    const void *weights;
    struct netc_model newer = model;
    newer.abi++;
    cr_assert_eq(netc_weights_create(NULL, path, &weights), NETC_E_ARGUMENT);
    cr_assert_eq(netc_weights_create(&model, NULL, &weights), NETC_E_ARGUMENT);
    cr_assert_eq(netc_weights_create(&model, path, NULL), NETC_E_ARGUMENT);
    cr_assert_eq(netc_weights_create(&newer, path, &weights), NETC_E_ARGUMENT);
    cr_assert_eq(netc_weights_create(&model, "/none/such", &weights), NETC_E_IO);
    cr_assert_eq(netc_weights_create(&model, "/", &weights), NETC_E_IO);
    cr_assert_eq(netc_weights_in(NULL, file, FILE_BYTES, &weights), NETC_E_ARGUMENT);
    cr_assert_eq(netc_weights_in(&model, NULL, FILE_BYTES, &weights), NETC_E_ARGUMENT);
    cr_assert_eq(netc_weights_in(&model, file, FILE_BYTES, NULL), NETC_E_ARGUMENT);
    cr_assert_eq(netc_weights_in(&newer, file, FILE_BYTES, &weights), NETC_E_ARGUMENT);
    cr_assert_eq(netc_weights_in(&model, file + 1, FILE_BYTES - 1, &weights), NETC_E_ARGUMENT);
    netc_weights_destroy(NULL);
}
