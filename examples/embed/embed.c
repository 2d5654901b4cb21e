/* Two networks in one program, on several threads: one cleans noisy pictures of digits, the other
 * reads them.
 *
 *     embed images.npy [THREADS]
 *
 * The objects hold no state: what a call writes beside its output is its workspace, so each thread
 * has one for each network, and shares all else. Prints how many digits are read the same with the
 * noise as without, which no number of threads changes.
 */
#include "digits-denoise.h"
#include "digits.h"
#include "netc_runtime.h"
#include "npy.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { PIXELS = DIGITS_IMAGE_ELEMS, MAX_THREADS = 64 };

/* What one thread does: every `step`-th image, and what came of it. */
typedef struct Part {
    _Alignas(DIGITS_WORKSPACE_ALIGN) unsigned char read[DIGITS_WORKSPACE_BYTES];
    _Alignas(DIGITS_DENOISE_WORKSPACE_ALIGN) unsigned char clean[DIGITS_DENOISE_WORKSPACE_BYTES];
    const float *images;
    size_t n_images, first, step;
    size_t same; /* images that are read the same */
    int status;  /* the first that is not NETC_OK */
} Part;

/* The digit in the image, or -1 and its status in the part. */
static int read_digit(Part *part, const float *image) {
    float probability[DIGITS_PROBABILITY_ELEMS];
    part->status = digits_run(image, probability, part->read);
    if (part->status != NETC_OK) return -1;
    int best = 0;
    for (int d = 1; d < DIGITS_PROBABILITY_ELEMS; d++)
        if (probability[d] > probability[best]) best = d;
    return best;
}

static int read_noisy_digit(Part *part, const float *image, unsigned seed) {
    float noisy[PIXELS], clean[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
        seed = seed * 1664525u + 1013904223u;
        noisy[i] = image[i] + (float)(seed >> 8) * (0.5f / (1 << 24));
    }
    part->status = digits_denoise_run(noisy, clean, part->clean);
    return part->status == NETC_OK ? read_digit(part, clean) : -1;
}

static void *run_part(void *argument) {
    Part *part = argument;
    for (size_t i = part->first; i < part->n_images && part->status == NETC_OK; i += part->step) {
        const float *image = part->images + i * PIXELS;
        int digit = read_digit(part, image);
        if (digit >= 0) part->same += read_noisy_digit(part, image, (unsigned)i) == digit;
    }
    return NULL;
}

/* Runs the parts, one a thread; gives the first status that is not NETC_OK. */
static int run_all(Part *parts, int n) {
    pthread_t threads[MAX_THREADS];
    int started = 0, status = NETC_OK;
    while (started < n && !pthread_create(&threads[started], NULL, run_part, &parts[started]))
        started++;
    for (int i = 0; i < started; i++) pthread_join(threads[i], NULL);
    if (started < n) return NETC_E_THREADS;
    for (int i = 0; i < n && status == NETC_OK; i++) status = parts[i].status;
    return status;
}

int main(int argc, char **argv) {
    int n = argc > 2 ? atoi(argv[2]) : 4;
    if (argc < 2 || n < 1 || n > MAX_THREADS) {
        fprintf(stderr, "usage: %s images.npy [THREADS, 1 to %d]\n", argv[0], MAX_THREADS);
        return 2;
    }
    const char *why;
    size_t n_images, same = 0;
    float *images = npy_read(argv[1], "<f4", PIXELS, &n_images, &why);
    if (!images) {
        fprintf(stderr, "embed: %s %s\n", argv[1], why);
        return EXIT_FAILURE;
    }
    static Part parts[MAX_THREADS];
    for (int i = 0; i < n; i++) {
        parts[i].images = images;
        parts[i].n_images = n_images;
        parts[i].first = (size_t)i;
        parts[i].step = (size_t)n;
    }
    int status = run_all(parts, n);
    for (int i = 0; i < n; i++) same += parts[i].same;
    free(images);
    if (status != NETC_OK) {
        fprintf(stderr, "embed: a network failed: %s\n", netc_status_text(status));
        return EXIT_FAILURE;
    }
    printf("%zu of %zu digits are read the same through the noise\n", same, n_images);
    return EXIT_SUCCESS;
}
