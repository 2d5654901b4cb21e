/* Reads handwritten digits with a network that netc has compiled into this program.
 *
 *     digits images.npy labels.npy
 *
 * Evaluates the test part, every fifth image, none of which the network was trained on. Shows a
 * few that it reads rightly and a few, if any, that it does not, each with the answer and its
 * probability; then how many were right and how long one takes.
 */
#include "digits.h"
#include "netc_runtime.h"
#include "npy.h"
#include "picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { TEST_EVERY = 5, SHOWN = 4, ROUNDS = 20 };

/* What the network says of one image. */
typedef struct Answer {
    int digit;         /* the most probable */
    float probability; /* of that digit */
} Answer;

/* One workspace serves all calls of one thread. */
static _Alignas(DIGITS_WORKSPACE_ALIGN) unsigned char workspace[DIGITS_WORKSPACE_BYTES];

static int read_digit(const float *image, Answer *answer) {
    float probability[DIGITS_PROBABILITY_ELEMS];
    int status = digits_run(image, probability, workspace);
    if (status != NETC_OK) return status;
    int best = 0;
    for (int d = 1; d < DIGITS_PROBABILITY_ELEMS; d++)
        if (probability[d] > probability[best]) best = d;
    *answer = (Answer){best, probability[best]};
    return NETC_OK;
}

static int is_among(const size_t *indices, int n, const unsigned char *labels, int label) {
    for (int k = 0; k < n; k++)
        if (labels[indices[k]] == label) return 1;
    return 0;
}

/* Prints up to SHOWN test images, of different digits, whose answer is as wanted: right or wrong.
 */
static void show(const float *images, const unsigned char *labels, const Answer *answers,
                 size_t n_images, int wanted_right) {
    const float *pictures[SHOWN];
    size_t indices[SHOWN];
    int n = 0;
    for (size_t i = 0; i < n_images && n < SHOWN; i += TEST_EVERY) {
        if ((answers[i].digit == labels[i]) != wanted_right) continue;
        if (is_among(indices, n, labels, labels[i])) continue;
        pictures[n] = images + i * DIGITS_IMAGE_ELEMS;
        indices[n++] = i;
    }
    if (n == 0) return;
    picture_print(pictures, n);
    for (int k = 0; k < n; k++) {
        const Answer *answer = &answers[indices[k]];
        char text[PICTURE_COLUMNS + 1];
        int length =
            snprintf(text, sizeof text, "%d, %.1f %%", answer->digit, 100.0 * answer->probability);
        if (!wanted_right)
            snprintf(text + length, sizeof text - (size_t)length, ", is %d", labels[indices[k]]);
        printf("%-*s%s", PICTURE_COLUMNS, text, k + 1 < n ? "  " : "\n\n");
    }
}

static double seconds(void) {
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Evaluates the test part; the time is that of an average image in the best of some rounds. */
static int evaluate(const float *images, size_t n_images, Answer *answers, double *best_time) {
    size_t n = (n_images + TEST_EVERY - 1) / TEST_EVERY;
    for (int round = 0; round < ROUNDS; round++) {
        double start = seconds();
        for (size_t i = 0; i < n_images; i += TEST_EVERY) {
            int status = read_digit(images + i * DIGITS_IMAGE_ELEMS, &answers[i]);
            if (status != NETC_OK) return status;
        }
        double time = (seconds() - start) / (double)n;
        if (round == 0 || time < *best_time) *best_time = time;
    }
    return NETC_OK;
}

static void report(const float *images, const unsigned char *labels, const Answer *answers,
                   size_t n_images, double time) {
    int right = 0;
    int count = 0;
    for (size_t i = 0; i < n_images; i += TEST_EVERY, count++)
        right += answers[i].digit == labels[i];
    show(images, labels, answers, n_images, 1);
    show(images, labels, answers, n_images, 0);
    printf("%d/%d right, %.1f %% of images it was not trained on; %.1f us an image, one thread\n",
           right, count, 100.0 * right / count, 1e6 * time);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s images.npy labels.npy\n", argv[0]);
        return 2;
    }
    const char *why;
    size_t n_images;
    size_t n_labels;
    int status = EXIT_FAILURE;
    unsigned char *labels = NULL;
    Answer *answers = NULL;
    float *images = npy_read(argv[1], "<f4", DIGITS_IMAGE_ELEMS, &n_images, &why);
    if (!images) {
        fprintf(stderr, "digits: %s %s\n", argv[1], why);
        goto done;
    }
    labels = npy_read(argv[2], "|u1", 1, &n_labels, &why);
    if (!labels || n_labels != n_images) {
        fprintf(stderr, "digits: %s %s\n", argv[2], labels ? "does not fit the images" : why);
        goto done;
    }
    answers = malloc(n_images * sizeof *answers);
    if (!answers) {
        fprintf(stderr, "digits: out of memory\n");
        goto done;
    }
    double time = 0;
    int failure = evaluate(images, n_images, answers, &time);
    if (failure != NETC_OK) {
        fprintf(stderr, "digits: the network failed: %s\n", netc_status_text(failure));
        goto done;
    }
    report(images, labels, answers, n_images, time);
    status = EXIT_SUCCESS;
done:
    free(answers);
    free(labels);
    free(images);
    return status;
}
