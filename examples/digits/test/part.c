/* Takes the test part of the digits and counts answers, for the tests of this example.
 *
 *     part select images.npy test.npy          writes every fifth image
 *     part count probability.npy labels.npy    prints "right/images" of the answers to them
 */
#include "npy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEST_EVERY = 5, PIXELS = 64, DIGITS = 10, HEADER_BYTES = 118 };

static void *read_or_exit(const char *path, const char *type, size_t row, size_t *n_rows) {
    const char *why;
    void *elements = npy_read(path, type, row, n_rows, &why);
    if (!elements) {
        fprintf(stderr, "part: %s %s\n", path, why);
        exit(EXIT_FAILURE);
    }
    return elements;
}

/* The elements begin at a multiple of 64 bytes: 10 of prefix, 118 of header. */
static int write_part(FILE *file, const float *images, size_t n_images) {
    size_t n = (n_images + TEST_EVERY - 1) / TEST_EVERY;
    char shape[32];
    snprintf(shape, sizeof shape, "(%zu, 1, 8, 8)", n);
    char header[HEADER_BYTES + 1];
    int length = snprintf(header, sizeof header,
                          "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }", shape);
    memset(header + length, ' ', (size_t)(HEADER_BYTES - length));
    header[HEADER_BYTES - 1] = '\n';
    static const unsigned char prefix[] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, HEADER_BYTES, 0};
    int ok = fwrite(prefix, sizeof prefix, 1, file) == 1;
    ok = ok && fwrite(header, HEADER_BYTES, 1, file) == 1;
    for (size_t i = 0; ok && i < n_images; i += TEST_EVERY)
        ok = fwrite(images + i * PIXELS, sizeof(float), PIXELS, file) == PIXELS;
    return ok;
}

static int select_part(const char *from, const char *to) {
    size_t n_images;
    float *images = read_or_exit(from, "<f4", PIXELS, &n_images);
    FILE *file = fopen(to, "wb");
    int ok = file && write_part(file, images, n_images);
    if (file) ok = fclose(file) == 0 && ok;
    free(images);
    if (!ok) fprintf(stderr, "part: %s cannot be written\n", to);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int count_right(const char *answers, const char *truth) {
    size_t n_answers;
    size_t n_labels;
    float *probability = read_or_exit(answers, "<f4", DIGITS, &n_answers);
    unsigned char *labels = read_or_exit(truth, "|u1", 1, &n_labels);
    int fits = n_answers == (n_labels + TEST_EVERY - 1) / TEST_EVERY;
    size_t right = 0;
    for (size_t i = 0; fits && i < n_answers; i++) {
        const float *row = probability + i * DIGITS;
        int best = 0;
        for (int d = 1; d < DIGITS; d++)
            if (row[d] > row[best]) best = d;
        right += best == labels[i * TEST_EVERY];
    }
    free(probability);
    free(labels);
    if (fits)
        printf("%zu/%zu\n", right, n_answers);
    else
        fprintf(stderr, "part: %s does not hold an answer to each image of the part\n", answers);
    return fits ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "select") == 0) return select_part(argv[2], argv[3]);
    if (argc == 4 && strcmp(argv[1], "count") == 0) return count_right(argv[2], argv[3]);
    fprintf(stderr, "usage: %s select IMAGES TEST | count PROBABILITY LABELS\n", argv[0]);
    return 2;
}
