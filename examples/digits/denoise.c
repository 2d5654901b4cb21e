/* Cleans noisy digits with an auto-encoder that netc has compiled into this program.
 *
 *     denoise images.npy
 *
 * Puts noise on every fifth image, none of which the network was trained on, and cleans it. Shows
 * a few as noisy, cleaned and written, then the mean absolute error of a pixel before and after.
 */
#include "digits-denoise.h"
#include "netc_runtime.h"
#include "npy.h"
#include "picture.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { TEST_EVERY = 5, SHOWN = 3, PIXELS = DIGITS_DENOISE_NOISY_ELEMS };

/* Sums of absolute differences from the image as written, over all pixels so far. */
typedef struct Errors {
    double noisy;
    double cleaned;
} Errors;

static _Alignas(
    DIGITS_DENOISE_WORKSPACE_ALIGN) unsigned char workspace[DIGITS_DENOISE_WORKSPACE_BYTES];

/* The next number of SplitMix64, as a uniform one from [0, 1) in steps of 2^-24. */
static double uniform(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    z = z ^ z >> 31;
    return (double)(z >> 40) * 0x1p-24;
}

/* Adds to each pixel half the sum of four uniform numbers less 2: nearly a normal distribution,
 * of standard deviation 0.29. All steps before the last are exact, so that the same noise comes
 * out everywhere. */
static void add_noise(const float *image, size_t index, float *noisy) {
    uint64_t state = index;
    for (int i = 0; i < PIXELS; i++) {
        double sum = 0;
        for (int k = 0; k < 4; k++) sum += uniform(&state);
        double grey = (double)image[i] + (sum - 2) / 2;
        noisy[i] = (float)(grey < 0 ? 0 : grey > 1 ? 1 : grey);
    }
}

static double distance(const float *a, const float *b) {
    double sum = 0;
    for (int i = 0; i < PIXELS; i++) sum += fabs((double)a[i] - (double)b[i]);
    return sum;
}

static int clean_all(const float *images, size_t n_images, Errors *errors, size_t *count) {
    *errors = (Errors){0, 0};
    *count = 0;
    for (size_t index = 0; index < n_images; index += TEST_EVERY, ++*count) {
        const float *image = images + index * PIXELS;
        float noisy[PIXELS];
        float cleaned[PIXELS];
        add_noise(image, index, noisy);
        int status = digits_denoise_run(noisy, cleaned, workspace);
        if (status != NETC_OK) return status;
        errors->noisy += distance(noisy, image);
        errors->cleaned += distance(cleaned, image);
        if (*count < SHOWN) {
            picture_print((const float *const[]){noisy, cleaned, image}, 3);
            putchar('\n');
        }
    }
    return NETC_OK;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: %s images.npy\n", argv[0]);
        return 2;
    }
    const char *why;
    size_t n_images;
    float *images = npy_read(argv[1], "<f4", PIXELS, &n_images, &why);
    if (!images) {
        fprintf(stderr, "denoise: %s %s\n", argv[1], why);
        return EXIT_FAILURE;
    }
    Errors errors;
    size_t count;
    printf("%-*s  %-*s  as written\n\n", PICTURE_COLUMNS, "noisy", PICTURE_COLUMNS, "cleaned");
    int status = clean_all(images, n_images, &errors, &count);
    free(images);
    if (status != NETC_OK) {
        fprintf(stderr, "denoise: the network failed: %s\n", netc_status_text(status));
        return EXIT_FAILURE;
    }
    double pixels = (double)count * PIXELS;
    printf("mean error of a pixel over %zu images: %.4f noisy, %.4f cleaned\n", count,
           errors.noisy / pixels, errors.cleaned / pixels);
    return EXIT_SUCCESS;
}
